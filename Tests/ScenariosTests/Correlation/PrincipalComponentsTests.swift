import LinearAlgebra
import Scenarios
import TestSupport
import Testing

@Suite(.enabled(if: CorrelationSamples.isAvailable, "needs a library with LAPACK: install libopenblas0-pthread"))
struct PrincipalComponentsTests {
  /// Moves 2 and -2 along (1, 1), then 1 and -1 along (1, -1): variances 16/3 and 4/3, since a step of 1 along (1, 1) is long
  /// by the root of 2.
  @Test("A parallel move and a twist by hand: four fifths and one fifth of the variance")
  func byHand() throws {
    let table = try ObservationTable(series: ["near", "far"], rows: [[2, 2], [-2, -2], [1, -1], [-1, 1]])
    let components = try PrincipalComponents(of: table)
    let half = 0.5.squareRoot()
    #expect(isClose(components.variances, [16.0 / 3, 4.0 / 3], 1e-14))
    #expect(isClose(components.shares, [0.8, 0.2], 1e-15))
    #expect(isClose(components.loadings.elements, [half, half, half, -half], 1e-14))
    #expect((components.totalVariance - 20.0 / 3).magnitude < 1e-14)
    let one = (16.0 / 3).squareRoot() * half
    #expect(try isClose(components.move(component: 0, standardDeviations: -2), [-2 * one, -2 * one], 1e-14))
    let (long, short) = (4 * half, 2 * half)
    #expect(try isClose(components.scores(of: table).elements, [long, 0, -long, 0, 0, short, 0, -short], 1e-14))
  }

  @Test(
    "Scores are uncorrelated with the told variances, all of them give the table back, shares descend and sum to 1",
    arguments: PrincipalComponents.Scaling.allCases, [UInt64](1...12))
  func laws(scaling: PrincipalComponents.Scaling, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let (count, order) = (generator.int(3...60), generator.int(1...12))
    let table = try CorrelationSamples.table(count, order, &generator)
    let components = try PrincipalComponents(of: table, scaling: scaling)
    #expect(components.count == min(order, count - 1))
    #expect((components.shares.reduce(0, +) - 1).magnitude < 1e-12, "\(generator)")
    #expect(zip(components.shares, components.shares.dropFirst()).allSatisfy { $0 >= $1 })
    let scores = try components.scores(of: table)
    let scale = components.totalVariance * 1e-12
    for k in 0..<components.count {
      for l in 0...k {
        let moment = (0..<count).reduce(0.0) { $0 + scores[$1, k] * scores[$1, l] } / Double(count - 1)
        #expect((moment - (k == l ? components.variances[k] : 0)).magnitude <= scale, "\(generator): \(k), \(l)")
      }
      let mean = (0..<count).reduce(0.0) { $0 + scores[$1, k] } / Double(count)
      #expect(mean.magnitude <= 1e-13 * components.totalVariance.squareRoot() * Double(count), "\(generator)")
    }
    let back = try components.observations(fromScores: scores)
    #expect(isClose(back.elements, table.values.elements, 1e-15 * Double(order + 4)), "\(generator)")
    if scaling == .correlation { #expect((components.totalVariance - Double(order)).magnitude < 1e-12) }
  }

  @Test("The first components lose exactly the variance of the others, and no direction keeps more", arguments: 1...6)
  func optimal(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let table = try CorrelationSamples.table(50, 6, &generator)
    let components = try PrincipalComponents(of: table)
    let scores = try components.scores(of: table)
    for kept in 0...6 {
      let first = try Matrix(
        rows: 50, columns: kept, elements: (0..<50).flatMap { row in (0..<kept).map { scores[row, $0] } })
      let back = try components.observations(fromScores: first)
      var lost = 0.0
      for (x, y) in zip(back.elements, table.values.elements) { lost += (x - y) * (x - y) / 49 }
      let wanted = components.variances.dropFirst(kept).reduce(0, +)
      #expect((lost - wanted).magnitude <= 1e-15 + 1e-12 * wanted, "\(generator): \(kept)")
    }
    let covariance = try CovarianceMatrix.sample(of: table).matrix
    for _ in 0..<50 {
      let direction = (0..<6).map { _ in generator.number(-1, 1) }
      var (variance, length) = (0.0, 0.0)
      for row in 0..<6 {
        length += direction[row] * direction[row]
        for column in 0..<6 { variance += direction[row] * covariance[row, column] * direction[column] }
      }
      #expect(variance / length <= components.variances[0] * (1 + 1e-12), "\(generator)")
      #expect(variance / length >= components.variances[5] * (1 - 1e-12), "\(generator)")
    }
  }

  @Test("Scaled to correlations, components do not depend on the series' units; moves come back in them")
  func units() throws {
    var generator = SplitMix64(seed: 21)
    let table = try CorrelationSamples.table(80, 4, &generator)
    let factors = [100, 1, 0.01, 3.0]
    var values = table.values
    for row in 0..<80 { for column in 0..<4 { values[row, column] *= factors[column] } }
    let scaled = try ObservationTable(series: table.series, values: values)
    let a = try PrincipalComponents(of: table, scaling: .correlation)
    let b = try PrincipalComponents(of: scaled, scaling: .correlation)
    #expect(isClose(a.variances, b.variances, 1e-12))
    #expect(isClose(a.loadings.elements, b.loadings.elements, 1e-11))
    let (x, y) = (try a.move(component: 1, standardDeviations: 3), try b.move(component: 1, standardDeviations: 3))
    #expect(isClose(zip(x, factors).map { $0 * $1 }, y, 1e-11))
  }

  @Test("Too few observations, a series that stands still, another table, a component that there is not are refused")
  func refusals() throws {
    let two = try ObservationTable(series: ["a", "b"], rows: [[1, 2], [3, 5]])
    #expect(throws: ScenarioError.badObservations(found: "2 observations", wanted: "at least 3")) {
      try PrincipalComponents(of: two)
    }
    let still = try ObservationTable(series: ["a", "b"], rows: [[1, 2], [3, 2], [4, 2]])
    for scaling in PrincipalComponents.Scaling.allCases {
      #expect(throws: ScenarioError.constantSeries("b")) { try PrincipalComponents(of: still, scaling: scaling) }
    }
    let components = try PrincipalComponents(
      of: ObservationTable(series: ["a", "b"], rows: [[1, 2], [3, 5], [4, 1], [0, 0]]))
    #expect(throws: ScenarioError.self) {
      try components.scores(of: ObservationTable(series: ["b", "a"], rows: [[1, 2], [3, 5]]))
    }
    for component in [-1, 2] {
      #expect(throws: ScenarioError.badParameter("component", found: "\(component)", wanted: "0 to 1")) {
        try components.move(component: component, standardDeviations: 1)
      }
    }
    for number in [Double.nan, .infinity, 1.7e308] {
      #expect(throws: ScenarioError.self) { try components.move(component: 0, standardDeviations: number) }
    }
  }
}

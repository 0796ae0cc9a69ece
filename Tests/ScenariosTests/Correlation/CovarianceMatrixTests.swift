import LinearAlgebra
import Scenarios
import TestSupport
import Testing

@Suite(.enabled(if: CorrelationSamples.isAvailable, "needs a library with LAPACK: install libopenblas0-pthread"))
struct CovarianceMatrixTests {
  @Test("Three observations of two series by hand")
  func byHand() throws {
    // Deviations -1, 0, 1 and -2, 4, -2.
    let table = try ObservationTable(series: ["a", "b"], columns: [[1, 2, 3], [0, 6, 0]])
    let covariance = try CovarianceMatrix.sample(of: table)
    #expect(isClose(covariance.matrix.elements, [1, 0, 0, 12], 1e-14))
    #expect(isClose(covariance.standardDeviations, [1, 12.0.squareRoot()], 1e-14))
    // At a decay of 1/2 three observations weigh 1/7, 2/7, 4/7.
    let weighted = try CovarianceMatrix.exponentiallyWeighted(table, decay: 0.5, leavingOut: 0.2)
    let wanted = [45.0, 24, 24, 72].map { $0 / 7 }
    #expect(isClose(weighted.matrix.elements, wanted, 1e-14))
  }

  @Test("The estimates are the plain sums of their definitions", arguments: 1...12)
  func definitions(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let (count, order) = (generator.int(80...120), generator.int(1...6))
    let table = try CorrelationSamples.table(count, order, &generator)
    let sample = try CovarianceMatrix.sample(of: table)
    let weighted = try CovarianceMatrix.exponentiallyWeighted(table, decay: 0.94)
    #expect(sample.matrix == sample.matrix.transposed && weighted.matrix == weighted.matrix.transposed)
    let means = table.means
    for row in 0..<order {
      for column in 0..<order {
        var (plain, faded, weight, weights) = (0.0, 0.0, 1.0, 0.0)
        for index in (0..<count).reversed() {
          let (x, y) = (table.values[index, row], table.values[index, column])
          plain += (x - means[row]) * (y - means[column])
          faded += weight * x * y
          weights += weight
          weight *= 0.94
        }
        #expect((sample.matrix[row, column] - plain / Double(count - 1)).magnitude <= 1e-16, "\(generator)")
        #expect((weighted.matrix[row, column] - faded / weights).magnitude <= 1e-16, "\(generator)")
      }
    }
  }

  @Test("RiskMetrics' recursion, started at the first observation's square, is the weighted sum")
  func recursion() throws {
    var generator = SplitMix64(seed: 4)
    let table = try CorrelationSamples.table(400, 1, &generator)
    var variance = 0.0
    for index in 0..<400 { variance = 0.94 * variance + 0.06 * table.values[index, 0] * table.values[index, 0] }
    let weighted = try CovarianceMatrix.exponentiallyWeighted(table, decay: 0.94)
    // The sum leaves out 0.94^400 of the weight, which is 2e-11.
    #expect((weighted.matrix[0, 0] / variance - 1).magnitude <= 1e-10)
  }

  @Test("Weights fade by the decay, sum to 1, and say how much they leave out")
  func weights() throws {
    let weights = try ExponentialWeights(decay: 0.94, count: 75)
    #expect((weights.values.reduce(0, +) - 1).magnitude < 1e-15)
    #expect(zip(weights.values, weights.values.dropFirst()).allSatisfy { ($0 / $1 - 0.94).magnitude < 1e-15 })
    #expect(weights.leftOut <= 0.01)
    #expect(try ExponentialWeights(decay: 0.94, count: 74).leftOut > 0.01)
    #expect(try ExponentialWeights(decay: 0.5, count: 1).values == [1])
  }

  @Test(
    "The observations needed are the first number that leaves out no more than asked",
    arguments: [0.85, 0.9, 0.94, 0.97, 0.99], [0.00001, 0.0001, 0.001, 0.01])
  func needed(decay: Double, share: Double) throws {
    let count = try ExponentialWeights.observationsNeeded(decay: decay, leavingOut: share)
    #expect(try ExponentialWeights(decay: decay, count: count).leftOut <= share * (1 + 1e-12))
    #expect(try ExponentialWeights(decay: decay, count: count - 1).leftOut > share)
  }

  @Test("Correlations come from covariances and do not depend on the series' sizes", arguments: 1...8)
  func correlation(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let table = try CorrelationSamples.table(100, 5, &generator)
    let factors = (0..<5).map { _ in generator.number(1e-4, 1e4) }
    var scaled = table.values
    for row in 0..<100 { for column in 0..<5 { scaled[row, column] *= factors[column] } }
    let other = try ObservationTable(series: table.series, values: scaled)
    for estimate in [
      { (table: ObservationTable) in try CovarianceMatrix.sample(of: table) },
      { table in try CovarianceMatrix.exponentiallyWeighted(table, decay: 0.94) },
      { table in try ShrunkCovariance(of: table.standardized(), toward: .scaledIdentity).covariance },
      { table in try ShrunkCovariance(of: table.standardized(), toward: .constantCorrelation).covariance },
    ] {
      let (a, b) = (try estimate(table).correlation(), try estimate(other).correlation())
      #expect(isClose(a.matrix.elements, b.matrix.elements, 1e-12), "\(generator)")
      #expect((0..<5).allSatisfy { a.matrix[$0, $0] == 1 })
    }
  }

  @Test("Fewer observations than series still give a correlation matrix, and series that are one give ones")
  func dependent() throws {
    var generator = SplitMix64(seed: 9)
    let table = try CorrelationSamples.table(6, 20, &generator)
    let correlation = try CovarianceMatrix.sample(of: table).correlation()
    #expect(correlation.leastEigenvalue.magnitude < 1e-12)
    let twins = try ObservationTable(series: ["a", "b", "c"], columns: [[1, 2, 4], [2, 4, 8], [-1, -2, -4]])
    #expect(
      try isClose(
        CovarianceMatrix.sample(of: twins).correlation().matrix.elements, [1, 1, -1, 1, 1, -1, -1, -1, 1], 1e-14))
  }

  @Test("What does not move, is too short or out of range is refused")
  func refusals() throws {
    let still = try ObservationTable(series: ["a", "b"], columns: [[1, 2, 4], [0.1, 0.1, 0.1]])
    #expect(throws: ScenarioError.constantSeries("b")) { try CovarianceMatrix.sample(of: still) }
    #expect(throws: ScenarioError.constantSeries("b")) {
      try CovarianceMatrix.exponentiallyWeighted(still, decay: 0.5, leavingOut: 0.5)
    }
    #expect(throws: ScenarioError.constantSeries("b")) {
      try ShrunkCovariance(of: still, toward: .scaledIdentity)
    }
    let short = try ObservationTable(series: ["a"], columns: [(0..<74).map { Double($0 % 3) }])
    #expect(
      throws: ScenarioError.badObservations(
        found: "74 observations",
        wanted: "at least 75 for a decay of 0.94 that leaves out at most 0.01 of the weight")
    ) { try CovarianceMatrix.exponentiallyWeighted(short, decay: 0.94) }
    #expect(try CovarianceMatrix.exponentiallyWeighted(short, decay: 0.94, leavingOut: 0.02).series == ["a"])
    for decay in [0, 1, -0.5, .nan, 1.5] {
      #expect(throws: ScenarioError.self) { try ExponentialWeights(decay: decay, count: 3) }
      #expect(throws: ScenarioError.self) {
        try ExponentialWeights.observationsNeeded(decay: decay, leavingOut: 0.01)
      }
    }
    for share in [0, 1, -1, .nan] {
      #expect(throws: ScenarioError.self) {
        try ExponentialWeights.observationsNeeded(decay: 0.94, leavingOut: share)
      }
    }
    #expect(throws: ScenarioError.self) { try ExponentialWeights(decay: 0.94, count: 0) }
    for size in [1e-200, 1e200] {
      let table = try ObservationTable(series: ["a"], columns: [[0, size, -size]])
      #expect(throws: ScenarioError.self) { try CovarianceMatrix.sample(of: table) }
    }
  }
}

import Basics
import Instruments
import LinearAlgebra
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Scenarios

@Suite(.enabled(if: CorrelationSamples.isAvailable, "needs a library with LAPACK: install libopenblas0-pthread"))
struct HistoryComponentsTests {
  @Test("Three known factors are found: shares, shapes, scores, and the moves again", arguments: [3, 4, 5])
  func threeFactors(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let made = try ThreeFactors(moves: 40, &generator)
    let part = try HistoryComponents(of: made.history, underlying: "ABC")
    let components = part.components
    let whole = ThreeFactors.deviations.reduce(0) { $0 + $1 * $1 }
    #expect(components.count == 15)
    let scores = try part.scores()
    for (index, deviation) in ThreeFactors.deviations.enumerated() {
      #expect((components.shares[index] - deviation * deviation / whole).magnitude < 1e-12, "\(generator)")
      #expect((components.variances[index].squareRoot() - deviation).magnitude < 1e-12, "\(generator)")
      for (point, wanted) in ThreeFactors.shapes[index].enumerated() {
        #expect((components.loadings[index, point] - wanted).magnitude < 1e-10, "\(generator), \(index), \(point)")
      }
      for (row, wanted) in made.scores.enumerated() {
        #expect((scores[row, index] - wanted[index]).magnitude < 1e-11, "\(generator), \(index), \(row)")
      }
      let shape = SurfaceMoveShape(of: try part.deviation(index), at: made.history.points)
      let axis = SurfaceMoveShape.Axis.allCases[index]
      #expect(shape.main == axis && shape.share(axis) > 1 - 1e-12, "\(generator)")
      #expect((shape.size - deviation / 15.0.squareRoot()).magnitude < 1e-13, "\(generator)")
    }
    #expect(components.shares[3...].allSatisfy { $0 < 1e-14 })
    // The moves from the three alone.
    let first = try Matrix(
      rows: scores.rows, columns: 3, elements: (0..<scores.rows).flatMap { row in (0..<3).map { scores[row, $0] } })
    let again = try components.observations(fromScores: first)
    #expect(isClose(again.elements, part.moves.table.values.elements, 1e-13), "\(generator)")
  }

  @Test("Scenarios are each component up and down, scaled by the root of the horizon", arguments: [6])
  func scenarios(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let history = try ThreeFactors(moves: 20, &generator).history
    for underlying in ["", "ABC"] {
      let part = try HistoryComponents(of: history, underlying: underlying)
      let scenarios = try part.scenarios(count: 2, deviations: [1, 2.5], horizon: 9) { "\($0) \($1)" }
      #expect(
        scenarios.map(\.name)
          == ["1 1.0", "1 -1.0", "1 2.5", "1 -2.5", "2 1.0", "2 -1.0", "2 2.5", "2 -2.5"])
      for (index, scenario) in scenarios.enumerated() {
        #expect(scenario.moves.keys.sorted() == (underlying.isEmpty ? [] : [underlying]))
        #expect(scenario.daysForward == 0 && scenario.weight == nil && scenario.cover == 1)
        let move = scenario.move(of: "ABC")
        #expect(move.spot == 0 && scenario.move(of: "DEF") == (underlying.isEmpty ? move : .none))
        let table = try #require(move.volatility.moves)
        let number = [1, -1, 2.5, -2.5][index % 4]
        for (point, deviation) in zip(history.points, try part.deviation(index / 4)) {
          let found = table.move(logMoneyness: point.logMoneyness, years: point.years)
          #expect((found - 3 * number * deviation).magnitude < 1e-15, "\(generator), \(scenario.name)")
        }
      }
    }
  }

  @Test("Under a component's scenario each contract is valued at its volatility moved by the stated points")
  func stress() throws {
    var generator = SplitMix64(seed: 7)
    let part = try HistoryComponents(of: try ThreeFactors(moves: 20, &generator).history, underlying: "ABC")
    let scenarios = try part.scenarios(count: 3, deviations: [2], horizon: 1) { "\($0) \($1)" }
    let list = try ScenarioList(scenarios)
    let expiries = [Sample.expiry, "2026-03-20T08:00:00Z"]
    let market = try Sample.market([try Sample.input(rate: 0.03, expiries: expiries)])
    for strike in ["70", "80", "93", "100", "110", "160"] {
      for expiry in expiries {
        let option = try Sample.option(.put, strike, expiry: expiry)
        let contract = try ResolvedContract(option, in: market)
        let result = try ScenarioListTests.run(try Sample.filled([("1", option, "0")]), market, list)
        let k = BlackReference.logarithm(contract.strike / contract.forward.value)
        for (index, scenario) in scenarios.enumerated() {
          // By hand, between the points of the made-up grid: linear in log-moneyness, then in time.
          let deviation = try part.deviation(index / 2)
          func slice(_ time: Int) -> Double {
            let held = min(max(k, -0.2), 0.2)
            let left = min(Int(((held + 0.2) / 0.1).rounded(.down)), 3)
            let weight = (held - ThreeFactors.strikes[left]) / 0.1
            return (1 - weight) * deviation[5 * time + left] + weight * deviation[5 * time + left + 1]
          }
          let time = min(max((contract.years - 0.1) / 0.4, 0), 1)
          let points = (index % 2 == 0 ? 2 : -2) * ((1 - time) * slice(0) + time * slice(1))
          let greeks = OptionPricer.blackScholes.greeks(
            of: contract, spot: 100, years: contract.years, volatility: contract.volatility + points)
          #expect((result.value[index + 1] - greeks.value).magnitude < 1e-10, "\(scenario.name), \(option)")
          #expect((result.value[index + 1] - result.value[0]).magnitude > 1e-7 || points.magnitude < 1e-4)
        }
      }
    }
  }

  @Test("Scaled by their own deviations points count alike, and a shock is in points of volatility again")
  func correlation() throws {
    var generator = SplitMix64(seed: 8)
    let history = try ThreeFactors(moves: 30, &generator).history
    let part = try HistoryComponents(of: history, scaling: .correlation)
    #expect((part.components.variances.reduce(0, +) - 15).magnitude < 1e-12)
    // The squares of all components' moves at a point add up to its variance.
    let variances = try CovarianceMatrix.sample(of: part.moves.table).standardDeviations.map { $0 * $0 }
    var sums = [Double](repeating: 0, count: 15)
    for component in 0..<part.components.count {
      for (index, move) in try part.deviation(component).enumerated() { sums[index] += move * move }
    }
    #expect(isClose(sums, variances, 1e-15))
  }

  @Test("What there is no component of is refused")
  func refusals() throws {
    var generator = SplitMix64(seed: 9)
    let made = try ThreeFactors(moves: 7, &generator)
    let part = try HistoryComponents(of: made.history)
    #expect(part.components.count == 6)
    func refusal(
      _ count: Int, _ deviations: [Double], _ horizon: Int, _ name: String = "a"
    ) -> String {
      do { _ = try part.scenarios(count: count, deviations: deviations, horizon: horizon) { _, _ in name } } catch {
        return "\(error)"
      }
      return "nothing"
    }
    #expect(refusal(7, [1], 1) == "components: found 7, wanted 1 to 6")
    #expect(refusal(0, [1], 1) == "components: found 0, wanted 1 to 6")
    #expect(refusal(1, [0], 1) == "standard deviations: found 0.0, wanted numbers above 0")
    #expect(refusal(1, [.nan], 1) == "standard deviations: found nan, wanted numbers above 0")
    #expect(refusal(1, [.infinity], 1).hasPrefix("standard deviations: found"))
    #expect(refusal(1, [1], 0) == "horizon: found 0, wanted 1 to 365 steps of the history")
    #expect(refusal(1, [1], 366) == "horizon: found 366, wanted 1 to 365 steps of the history")
    #expect(refusal(1, [1], 1, "").hasPrefix("scenario: found"))
    #expect(throws: ScenarioError.self) { try part.deviation(6) }
    // A point that never moves.
    let still = try SurfaceHistory(
      points: SurfaceHistoryTests.points, dates: ThreeFactors.dates(5),
      volatilities: [0.5, 0.52, 0.51, 0.56, 0.5].map { [$0, 0.4] })
    #expect(throws: ScenarioError.constantSeries("0.1 years, log-moneyness 0.1")) {
      try HistoryComponents(of: still)
    }
    // A point that returns.
    let twice = try SurfaceHistory(
      points: [SurfaceHistoryTests.points[0], SurfaceHistoryTests.points[0]], dates: ThreeFactors.dates(5),
      volatilities: [0.5, 0.52, 0.51, 0.56, 0.5].map { [$0, $0] })
    #expect(throws: ScenarioError.self) { try HistoryComponents(of: twice) }
    #expect(throws: ScenarioError.self) { try HistoryComponents(of: made.history, longestGap: 0) }
  }
}

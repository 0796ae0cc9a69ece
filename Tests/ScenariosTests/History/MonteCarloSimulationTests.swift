import Basics
import TestSupport
import Testing

@testable import Scenarios

@Suite("Scenarios that are drawn")
struct MonteCarloSimulationTests {
  /// The lower factor of a correlation of 0.6.
  static let factor = [1, 0, 0.6, 0.8]

  private func factors(horizon: Int = 1) throws -> FactorHistory {
    var random = SplitMix64(seed: 1)
    return try HistorySample.factors(
      ["A", "B"].map {
        JointHistory.Input(
          underlying: $0, prices: try HistorySample.history($0, HistorySample.walk(&random, count: 60)))
      }, horizon: horizon)
  }

  private func logarithms(_ moves: JointMoves, _ place: Int) -> [Double] {
    moves.spot[place].map { BlackReference.logarithm(1 + $0) }
  }

  @Test(
    "Deviations, correlation and tails are those asked for, within 4 standard errors", arguments: [1, 4] as [UInt64])
  func moments(seed: UInt64) throws {
    for (distribution, kurtosis) in [
      (MonteCarloSimulation.Distribution.normal, 3.0), (.studentT(degrees: 12), 3 + 6.0 / 8),
    ] {
      let count = 40_000
      let simulation = try MonteCarloSimulation(
        count: count, seed: seed, distribution: distribution, isAntithetic: false)
      let moves = try simulation.moves(of: factors(horizon: 4), factor: Self.factor, deviations: [0.02, 0.03])
      let (a, b) = (logarithms(moves, 0), logarithms(moves, 1))
      func mean(_ f: (Int) -> Double) -> Double { (0..<count).reduce(0) { $0 + f($1) } / Double(count) }
      let n = Double(count)
      #expect(mean { a[$0] }.magnitude < 4 * 0.04 / n.squareRoot(), "seed \(seed)")
      let spread = ((kurtosis - 1) / n).squareRoot()
      #expect((mean { a[$0] * a[$0] } / 0.0016 - 1).magnitude < 4 * spread, "seed \(seed), \(distribution)")
      #expect((mean { b[$0] * b[$0] } / 0.0036 - 1).magnitude < 4 * spread, "seed \(seed), \(distribution)")
      // E (x y)^2 is at most the kurtosis.
      #expect((mean { a[$0] * b[$0] } / 0.0024 - 0.6).magnitude < 4 * (kurtosis / n).squareRoot(), "seed \(seed)")
      let fourth = mean { a[$0] * a[$0] * a[$0] * a[$0] } / 0.0016 / 0.0016
      #expect((fourth - kurtosis).magnitude < (kurtosis > 3 ? 0.5 : 4 * (96 / n).squareRoot()), "seed \(seed)")
    }
  }

  @Test("A draw is a function of seed and place; its antithetic partner is its opposite")
  func places() throws {
    let history = try factors()
    func moves(_ count: Int, seed: UInt64 = 3, antithetic: Bool = false) throws -> JointMoves {
      try MonteCarloSimulation(
        count: count, seed: seed, distribution: .studentT(degrees: 4), isAntithetic: antithetic
      ).moves(of: history, factor: Self.factor, deviations: [0.02, 0.03])
    }
    let (few, many) = (try moves(100), try moves(1000))
    #expect(Array(many.spot[1][..<100]) == few.spot[1])
    #expect(try moves(100, seed: 4).spot != few.spot)
    let pairs = try moves(200, antithetic: true)
    #expect(pairs.dependence == .pairs && few.dependence == .independent && few.names[99] == "draw 100")
    for draw in 0..<100 {
      #expect(pairs.spot[0][2 * draw] == few.spot[0][draw])
      #expect(((1 + pairs.spot[0][2 * draw]) * (1 + pairs.spot[0][2 * draw + 1]) - 1).magnitude < 1e-14)
    }
  }

  @Test("Shifted draws with their likelihood ratios have the moments of unshifted ones", arguments: [2, 6] as [UInt64])
  func importance(seed: UInt64) throws {
    let count = 40_000
    let simulation = try MonteCarloSimulation(count: count, seed: seed, isAntithetic: false)
    let (columns, ratios) = simulation.draws(factor: Self.factor, size: 2, shift: [-1, 0.5])
    let weights = try #require(ratios)
    let n = Double(count)
    // The ratio's second moment is e^(|shift|^2) = e^1.25.
    #expect((weights.reduce(0, +) / n - 1).magnitude < 4 * (2.5 / n).squareRoot(), "seed \(seed)")
    for column in columns {
      let mean = (0..<count).reduce(0) { $0 + weights[$1] * column[$1] } / n
      #expect(mean.magnitude < 4 * (14 / n).squareRoot(), "seed \(seed)")
    }
    let unweighted = columns[0].reduce(0, +) / n
    #expect((unweighted + 1).magnitude < 4 / n.squareRoot(), "seed \(seed)")
  }

  @Test("What cannot be drawn is refused, one cause at a time")
  func refusals() throws {
    for (count, antithetic) in [(1, false), (0, false), (3, true), (10_000_001, false)] {
      #expect(throws: HistoryError.self) {
        try MonteCarloSimulation(count: count, seed: 1, isAntithetic: antithetic)
      }
    }
    for degrees in [2, 0, -1, .nan, 2000] {
      #expect(throws: HistoryError.self) {
        try MonteCarloSimulation(count: 10, seed: 1, distribution: .studentT(degrees: degrees))
      }
    }
    let history = try factors()
    let simulation = try MonteCarloSimulation(count: 10, seed: 1)
    for (factor, deviations) in [
      ([1], [0.1, 0.1]), ([1, 0, 0, 1], [0.1]), ([1, 0, .nan, 1], [0.1, 0.1]), ([1, 0, 0, 1], [0.1, -0.1]),
    ] as [([Double], [Double])] {
      #expect(throws: HistoryError.self) {
        try simulation.moves(of: history, factor: factor, deviations: deviations)
      }
    }
    #expect(throws: HistoryError.self) {
      try MonteCarloSimulation(count: 10, seed: 1, distribution: .studentT(degrees: 5)).moves(
        of: history, factor: [1, 0, 0, 1], deviations: [0.1, 0.1], shift: [1, 0])
    }
  }
}

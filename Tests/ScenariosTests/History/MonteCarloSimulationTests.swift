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

  @Test(
    "A draw beyond any price is held at a millionth or a million times it, counted, and the others stay as they are")
  func farDraws() throws {
    let history = try factors()
    func moves(_ deviation: Double) throws -> JointMoves {
      try MonteCarloSimulation(count: 2000, seed: 9, distribution: .studentT(degrees: 2.1)).moves(
        of: history, factor: Self.factor, deviations: [deviation, 0.01])
    }
    let far = try moves(4)
    #expect(far.spot[0].allSatisfy { $0 > -1 && $0 <= FactorHistory.moveLimit })
    #expect(far.heldCount > 0 && far.heldCount % 2 == 0 && far.heldCount < 1000, "a pair is held together")
    #expect(far.heldCount == far.spot[0].count { $0 < -0.999_998 || $0 > 999_998 })
    #expect((far.spot[0].min() ?? 0) < -0.999_998 && (far.spot[0].max() ?? 0) > 999_998)
    let near = try moves(0.01)
    #expect(near.heldCount == 0 && near.spot[1] == far.spot[1])
    // What is held can be valued.
    _ = try ScenarioList(
      names: far.names, columns: ["A": try ShockColumns(spots: far.spot[0])], dynamics: .stickyStrike)
  }

  @Test("What cannot be drawn is refused, one cause at a time")
  func refusals() throws {
    for (count, antithetic) in [(1, false), (0, false), (3, true), (10_000_001, false)] {
      #expect(throws: ScenarioError.self) {
        try MonteCarloSimulation(count: count, seed: 1, isAntithetic: antithetic)
      }
    }
    for degrees in [2, 0, -1, .nan, 2000] {
      #expect(throws: ScenarioError.self) {
        try MonteCarloSimulation(count: 10, seed: 1, distribution: .studentT(degrees: degrees))
      }
    }
    let history = try factors()
    let simulation = try MonteCarloSimulation(count: 10, seed: 1)
    for (factor, deviations) in [
      ([1], [0.1, 0.1]), ([1, 0, 0, 1], [0.1]), ([1, 0, .nan, 1], [0.1, 0.1]), ([1, 0, 0, 1], [0.1, -0.1]),
    ] as [([Double], [Double])] {
      #expect(throws: ScenarioError.self) {
        try simulation.moves(of: history, factor: factor, deviations: deviations)
      }
    }
  }
}

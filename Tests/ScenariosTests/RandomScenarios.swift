import Scenarios
import TestSupport

/// Scenarios of every kind of move, from a seed.
enum RandomScenarios {
  static func move(_ generator: inout SplitMix64, isTilted: Bool = true) -> UnderlyingMove {
    UnderlyingMove(
      spot: generator.number(-0.8, 1.5),
      volatility: VolatilityShift(
        level: generator.number(-0.4, 0.6), skew: isTilted ? generator.number(-0.1, 0.1) : 0,
        curvature: isTilted ? generator.number(-0.05, 0.05) : 0,
        relative: generator.chance(0.5) ? generator.number(-0.5, 2) : 0))
  }

  /// Days repeat and are out of order; some scenarios name underlyings, some only what is common.
  static func scenarios(
    _ count: Int, of symbols: [String] = [], days: [Double] = [0, 7.5, 29, 45], isWeighted: Bool = false,
    _ generator: inout SplitMix64
  ) throws -> [Scenario] {
    try (0..<count).map { index in
      var moves: [String: UnderlyingMove] = [:]
      for symbol in symbols where generator.chance(0.6) { moves[symbol] = move(&generator) }
      return try Scenario(
        name: "s\(index)", daysForward: generator.pick(days), common: move(&generator), moves: moves,
        weight: isWeighted && generator.chance(0.7) ? generator.number(0.1, 2) : nil,
        cover: generator.chance(0.2) ? 0.35 : 1)
    }
  }
}

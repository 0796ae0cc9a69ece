import Basics
import TestSupport
import Testing

@testable import Scenarios

/// Histories made by hand or at random for the tests.
enum HistorySample {
  /// Days from Monday, 1 January 2024.
  static func date(_ offset: Int) throws -> CalendarDate {
    try #require(CalendarDate(daysSinceEpoch: 19_723 + offset))
  }

  static func history(_ name: String, offsets: [Int]? = nil, _ closes: [Double]) throws -> PriceHistory {
    try PriceHistory(name: name, dates: try (offsets ?? Array(closes.indices)).map(date), closes: closes)
  }

  static func history(offsets: [Int]? = nil, _ closes: [Double]) throws -> PriceHistory {
    try history("ABC", offsets: offsets, closes)
  }

  /// A walk of steps between -`step` and `step`, in logarithms.
  static func walk(_ random: inout SplitMix64, count: Int, from first: Double = 100, step: Double = 0.03) -> [Double] {
    var closes = [first]
    for _ in 1..<count { closes.append(closes[closes.count - 1] * (1 + random.number(-step, step))) }
    return closes
  }

  /// A history with holes: some days are missing, and now and then a week or more.
  static func broken(_ random: inout SplitMix64, count: Int) throws -> PriceHistory {
    var offsets: [Int] = []
    var day = 0
    for _ in 0..<count {
      offsets.append(day)
      day += random.chance(0.05) ? random.int(2...12) : 1
    }
    return try history(offsets: offsets, walk(&random, count: count))
  }

  static func factors(
    _ inputs: [JointHistory.Input], horizon: Int = 1, gap: Int = 1, overlapping: Bool = true,
    move: VolatilityMove = .unchanged, lambda: Double = 0.94
  ) throws -> FactorHistory {
    try FactorHistory(
      HistoricalReturns(
        try JointHistory(inputs),
        try HistoricalReturns.Terms(horizon: horizon, longestGap: gap, isOverlapping: overlapping)),
      volatilityMove: move, lambda: lambda)
  }
}

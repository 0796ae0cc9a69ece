import Basics
import TestSupport
import Testing

@testable import Scenarios

@Suite("Price histories and their returns")
struct PriceHistoryTests {
  @Test("A history refuses disorder, doubled days and prices that are none, one at a time")
  func refusals() throws {
    let (first, second) = (try HistorySample.date(0), try HistorySample.date(1))
    #expect(throws: ScenarioError.disorder(series: "ABC", date: first, after: second)) {
      try PriceHistory(name: "ABC", dates: [second, first], closes: [1, 2])
    }
    #expect(throws: ScenarioError.disorder(series: "ABC", date: first, after: first)) {
      try PriceHistory(name: "ABC", dates: [first, first], closes: [1, 2])
    }
    for bad in [0, -1, Double.infinity, .nan] {
      #expect(throws: ScenarioError.badValue(series: "ABC", date: second, found: "\(bad)")) {
        try PriceHistory(name: "ABC", dates: [first, second], closes: [1, bad])
      }
    }
    #expect(throws: ScenarioError.tooFew("closes of ABC", found: 0, wanted: 1)) {
      try PriceHistory(name: "ABC", dates: [], closes: [])
    }
    let history = try HistorySample.history([1, 2, 3])
    #expect(history.prefix(2)?.closes == [1, 2] && history.prefix(9) == history && history.prefix(0) == nil)
  }

  @Test("Series are joined on the days that all have, and what was left out is counted")
  func join() throws {
    let a = try HistorySample.history("A", offsets: [0, 1, 2, 3, 4], [1, 2, 3, 4, 5])
    let b = try HistorySample.history("B", offsets: [1, 2, 4, 9], [10, 20, 40, 90])
    let index = try HistorySample.history("A index", offsets: [-1, 1, 2, 3, 4], [49, 51, 52, 53, 54])
    let joint = try JointHistory([
      JointHistory.Input(underlying: "A", prices: a, volatilityIndex: index),
      JointHistory.Input(underlying: "B", prices: b),
    ])
    #expect(joint.dates == [try HistorySample.date(1), try HistorySample.date(2), try HistorySample.date(4)])
    #expect(joint.prices == [[2, 3, 5], [10, 20, 40]] && joint.volatilityIndices == [[51, 52, 54], nil])
    #expect(joint.dropped.map(\.series) == ["A", "A index", "B"] && joint.dropped.map(\.count) == [2, 2, 1])
    #expect(throws: ScenarioError.duplicate("A")) {
      try JointHistory([.init(underlying: "A", prices: a), .init(underlying: "A", prices: b)])
    }
    #expect(throws: ScenarioError.tooFew("days that all histories have", found: 1, wanted: 2)) {
      try JointHistory([
        .init(underlying: "A", prices: a), .init(underlying: "C", prices: try HistorySample.history([1])),
      ])
    }
    #expect(throws: ScenarioError.missing("any underlying", known: [])) { try JointHistory([]) }
  }

  @Test("The usual gap is a long weekend, and none for what trades on weekends")
  func usualGap() throws {
    func gap(_ offsets: [Int]) throws -> Int {
      try JointHistory([.init(underlying: "A", prices: try HistorySample.history(offsets: offsets, [1, 2, 3]))])
        .usualGap
    }
    #expect(try gap([0, 1, 4]) == 5 && gap([3, 4, 5]) == 1)
  }

  /// The changes by their definition: every start, step by step.
  private func plain(_ days: [Int], _ terms: HistoricalReturns.Terms) -> (spans: [Range<Int>], skipped: Int) {
    var spans: [Range<Int>] = []
    var skipped = 0
    var start = 0
    while start + terms.horizon < days.count {
      let end = start + terms.horizon
      let broken = ((start + 1)...end).last { days[$0] - days[$0 - 1] > terms.longestGap }
      if let broken {
        skipped += 1
        start = terms.isOverlapping ? start + 1 : broken
      } else {
        spans.append(start..<end)
        start += terms.isOverlapping ? 1 : terms.horizon
      }
    }
    return (spans, skipped)
  }

  @Test("No change spans a gap, and all others are there", arguments: 1...40 as ClosedRange<UInt64>)
  func gaps(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let history = try HistorySample.broken(&random, count: random.int(2...120))
    guard history.count >= 2 else { return }
    let terms = try HistoricalReturns.Terms(
      horizon: random.int(1...6), longestGap: random.int(1...5), isOverlapping: random.chance(0.5))
    let returns = HistoricalReturns(
      try JointHistory([.init(underlying: "ABC", prices: history)]), terms)
    let expected = plain(history.dates.map(\.daysSinceEpoch), terms)
    #expect(returns.spans == expected.spans && returns.skippedCount == expected.skipped, "\(random)")
    for (index, change) in returns.logarithmic(history.closes).enumerated() {
      let span = expected.spans[index]
      let ratio = history.closes[span.upperBound] / history.closes[span.lowerBound]
      #expect(change == BlackReference.logarithm(ratio), "\(random)")
    }
  }

  @Test("Terms out of their range are refused", arguments: [(0, 1), (366, 1), (1, 0), (1, 367)])
  func badTerms(horizon: Int, gap: Int) {
    #expect(throws: ScenarioError.self) { try HistoricalReturns.Terms(horizon: horizon, longestGap: gap) }
  }

  @Test("The EWMA volatility is the weighted mean of squares, latest first", arguments: [1, 2, 3] as [UInt64])
  func volatility(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let changes = (0..<60).map { _ in random.chance(0.1) ? nil : random.number(-0.05, 0.05) }
    let values = try EWMAVolatility(changes, lambda: 0.9).values
    for day in changes.indices {
      let known = changes[...day].compactMap { $0 }
      guard known.count >= EWMAVolatility.warmUp else {
        #expect(values[day] == nil)
        continue
      }
      var (sum, weight, power) = (0.0, 0.0, 1.0)
      for change in known.reversed() {
        sum += power * change * change
        weight += power
        power *= 0.9
      }
      let value = try #require(values[day])
      #expect((value / (sum / weight).squareRoot() - 1).magnitude < 1e-13, "\(random), day \(day)")
    }
    for lambda in [0, 1, -0.5, .nan] {
      #expect(throws: ScenarioError.self) { try EWMAVolatility(changes, lambda: lambda) }
    }
  }
}

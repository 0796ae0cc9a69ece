import Basics
import IsolatedMargin
import TestSupport
import Testing

@Suite("Perpetuals: index, mark and last price")
struct MarkPriceTests {
  private func source(_ name: String, _ price: String, _ seconds: Int64) throws -> PriceSource {
    PriceSource(name: name, price: try Price(parsing: price), time: Instant(secondsSinceEpoch: seconds))
  }

  private func index(
    _ sources: [PriceSource], now: Int64 = 100, staleAfter: Int64 = 10, least: Int = 2
  ) throws -> IndexPrice {
    try IndexPrice(
      medianOf: sources, at: Instant(secondsSinceEpoch: now), staleAfter: staleAfter, least: least)
  }

  @Test("The index is the median of fresh sources: stale ones and those from later do not count")
  func median() throws {
    let sources = [
      try source("a", "100", 100), try source("b", "102.00000001", 90), try source("c", "1", 89),
      try source("d", "900", 101), try source("e", "101", 95),
    ]
    let found = try index(sources)
    #expect(found.value == ExactAmount(101) && found.sources == ["a", "b", "e"])
    // An even number: half the sum of the middle two, exact beyond the 8th decimal.
    #expect(try index([sources[0], sources[1]]).value == amount("101.000000005"))
    #expect(try index([sources[0]], least: 1).value == ExactAmount(100))
  }

  @Test("Too few fresh sources are a refusal of its own kind, not an old price")
  func refusals() throws {
    let sources = [try source("a", "100", 100), try source("b", "102", 80)]
    #expect(
      throws: IsolatedMarginError.notFresh("index", found: "1 of 2 sources fresh", wanted: "2 within 10 s")
    ) { try index(sources) }
    #expect(throws: IsolatedMarginError.self) { try index([]) }
    #expect(throws: IsolatedMarginError.self) { try index(sources, least: 0) }
    #expect(throws: IsolatedMarginError.self) { try index(sources, staleAfter: -1, least: 1) }
    #expect(throws: IsolatedMarginError.self) { try index(sources + [sources[0]], least: 1) }
    #expect(throws: IsolatedMarginError.self) { try index([try source("a", "0", 100)], least: 1) }
    // Times at the ends of their range are old, and no overflow.
    #expect(throws: IsolatedMarginError.self) { try index([try source("a", "1", .min)], now: .max, least: 1) }
  }

  @Test("Fewer than half of the sources cannot carry the index beyond what the others say", arguments: UInt64(1)...50)
  func robust(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let honest = try (0..<3).map { try source("h\($0)", "\(random.int(990...1010))", 100) }
    let liars = try (0..<2).map { try source("l\($0)", random.pick(["0.00000001", "90000000000"]), 100) }
    let found = try index(honest + liars).value
    let prices = honest.map { $0.price.exact }.sorted()
    #expect(prices[0] <= found && found <= prices[2], "\(random)")
  }

  @Test("A manipulated book moves the mark by at most the cap of the basis, whatever it shows and for how long")
  func cap() throws {
    let index = try index([try source("a", "50000", 100), try source("b", "50010", 100)])
    let cap = try amount("0.005")
    for mid in ["1", "49990", "50005", "50100", "90000000"] {
      var basis = try SmoothedBasis(weight: amount("0.2"))
      for _ in 0..<60 {
        basis = try basis.observing(mid: Price(parsing: mid), index: index)
        let mark = try MarkPrice(index: index, basis: basis, cap: cap)
        #expect((mark.value - index.value).magnitude <= cap * index.value)
      }
    }
    // Inside the cap the mark is the smoothed book: 0.2 of 95 after one observation.
    let once = try SmoothedBasis(weight: amount("0.2")).observing(mid: Price(parsing: "50100"), index: index)
    #expect(try MarkPrice(index: index, basis: once, cap: cap).value == amount("50024"))
    #expect(throws: IsolatedMarginError.self) { try MarkPrice(index: index, basis: once, cap: .one) }
    #expect(throws: IsolatedMarginError.self) { try SmoothedBasis(weight: .zero) }
  }

  @Test("The fair basis: index x (1 + rate x time to funding / interval)")
  func fairBasis() throws {
    let index = try index([try source("a", "60000", 100)], least: 1)
    let rate = try amount("0.0003")
    #expect(
      try MarkPrice(index: index, fundingRate: rate, secondsToFunding: 7200, interval: 28_800).value
        == amount("60004.5"))
    #expect(
      try MarkPrice(index: index, fundingRate: rate, secondsToFunding: 0, interval: 28_800).value == ExactAmount(60_000)
    )
    #expect(throws: IsolatedMarginError.self) {
      try MarkPrice(index: index, fundingRate: rate, secondsToFunding: 28_801, interval: 28_800)
    }
    #expect(throws: IsolatedMarginError.self) {
      try MarkPrice(index: index, fundingRate: ExactAmount(-1), secondsToFunding: 1, interval: 1)
    }
  }

  @Test("A spike of the last price alone liquidates nobody")
  func spike() throws {
    let terms = try PerpetualSamples.flat("0.005")
    let time = Instant(secondsSinceEpoch: 100)
    let index = try index([try source("a", "60000", 100), try source("b", "60000", 100)])
    var basis = try SmoothedBasis(weight: amount("0.1"))
    let holders = try (1...9).map { lever in
      try perpetual(lever % 2 == 0 ? .long : .short, "1", at: "60000", margin: "\(6000 / lever)")
    }
    for trade in ["60000", "30000", "1", "120000", "900000"] {
      // The last trade is shown; the book behind it stands where it stood.
      let last = LastPrice(try Price(parsing: trade), time: time)
      basis = try basis.observing(mid: Price(parsing: "60003"), index: index)
      let mark = try MarkPrice(index: index, basis: basis, cap: amount("0.005"))
      #expect(!holders.contains { terms.isLiquidated($0, at: mark) }, "last trade at \(last.price)")
    }
    // The same move of every source does: the test can fail.
    let crash = try self.index([try source("a", "30000", 100), try source("b", "30000", 100)])
    let mark = try MarkPrice(index: crash, basis: basis, cap: amount("0.005"))
    #expect(holders.filter { terms.isLiquidated($0, at: mark) }.count == 4)
    #expect(mark.isFresh(at: time, within: 0) && !mark.isFresh(at: Instant(secondsSinceEpoch: 111), within: 10))
  }
}

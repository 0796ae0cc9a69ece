import Basics
import Instruments
import TestSupport
import Testing

@Suite("The algebra of strategies")
struct StrategyTests {
  static let seeds: [UInt64] = [1, 2, 3, 4]

  @Test("Sums form a group, and multiples distribute over it", arguments: seeds)
  func laws(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let (a, b, c) = (try random.strategy(), try random.strategy(), try random.strategy())
      let (m, n) = (random.int64(-5...5), random.int64(-5...5))
      #expect(try a + b == b + a)
      #expect(try (a + b) + c == a + (b + c))
      #expect(try a + .empty == a)
      #expect(try a - a == .empty)
      #expect(try a - b == a + -b)
      #expect(try (a + b) * n == a * n + b * n)
      #expect(try a * (m + n) == a * m + a * n)
      #expect(try (a * m) * n == a * (m * n))
      #expect(try a * 1 == a)
      #expect(try a * 0 == .empty)
      #expect(try (a + b).legs.allSatisfy { !$0.quantity.isZero })
    }
  }

  @Test("Legs of one instrument and price merge, of two prices do not")
  func merging() throws {
    let terms = ContractTerms.deribit("BTC")
    let legs = try LegsText.parse("+1C92000 +2C92000 -1C92000=0.01 -3U +3U @26DEC25", terms: terms)
    let merged = try Strategy(legs)
    #expect(merged.legs.map(\.quantity) == [Quantity(3), Quantity(-1)])
    let apart = try Strategy(legs, merging: false)
    #expect(apart.legs.count == 5)
    #expect(apart == merged)
  }

  @Test("Strategies kept unmerged are compared by their sums")
  func unmergedEquality() throws {
    let terms = ContractTerms.deribit("BTC")
    let (one, two) = ("+1C92000", "+1P92000")
    let left = try Strategy(LegsText.parse("\(one) \(one) \(two) @26DEC25", terms: terms), merging: false)
    let right = try Strategy(LegsText.parse("\(one) \(two) \(two) @26DEC25", terms: terms), merging: false)
    #expect(left != right)
  }

  @Test("A sum that fits is found in any order, and one that does not is an error")
  func overflow() throws {
    let instrument = Instrument.underlying(Underlying(symbol: "X"))
    let (most, one) = (try Leg(Quantity(count: .max), instrument), try Leg(Quantity(count: 1), instrument))
    let less = try Leg(Quantity(count: -1), instrument)
    #expect(try Strategy([most, one, less]) == Strategy([most]))
    #expect(throws: InstrumentError.self) { try Strategy([most, one]) }
    #expect(throws: InstrumentError.self) { try Strategy([most]) * 2 }
    #expect(throws: InstrumentError.self) { try Strategy([Leg(Quantity(count: .min), instrument)]) * -1 }
  }

  @Test("Ten thousand legs are taken and one more is refused; what cancels does not count")
  func limits() throws {
    let legs = try (0...Strategy.legLimit).map { try Leg(.one, .underlying(Underlying(symbol: "X\($0)"))) }
    #expect(throws: InstrumentError.tooManyLegs(10_001)) { try Strategy(legs) }
    let most = try Strategy(Array(legs.dropLast()))
    #expect(most.underlyings.count == 10_000)
    #expect(try most - most == .empty)
    #expect(throws: InstrumentError.tooManyLegs(10_001)) { try most + Strategy(Array(legs.suffix(1))) }
  }

  @Test("A leg of nothing is refused")
  func zeroQuantity() {
    #expect(throws: InstrumentError.zeroQuantity("X")) { try Leg(.zero, .underlying(Underlying(symbol: "X"))) }
  }

  static let badContracts: [(field: String, strike: Int64, multiplier: Int64, payout: Int64)] = [
    ("strike", -1, 1, 1), ("multiplier", 1, 0, 1), ("multiplier", 1, -1, 1), ("payout", 1, 1, 0), ("payout", 1, 1, -1),
  ]

  @Test("A contract with one term wrong is refused by that term", arguments: badContracts)
  func badContract(field: String, strike: Int64, multiplier: Int64, payout: Int64) throws {
    let expiry = try Expiry(parsing: "2025-12-26")
    let error = #expect(throws: InstrumentError.self) {
      _ = try OptionContract(
        underlying: "X", right: .call, strike: Price(count: strike), expiry: expiry,
        multiplier: Quantity(count: multiplier))
      _ = try DigitalContract(
        underlying: "X", right: .call, strike: Price(count: strike), expiry: expiry, payout: Price(count: payout),
        multiplier: Quantity(count: multiplier))
    }
    #expect(error?.description.contains(field) == true)
  }
}

@Suite("Expiries")
struct ExpiryTests {
  private static let day = "2025-12-26"

  private static func expiry(_ time: ExpiryTime) throws -> Expiry { Expiry(try CalendarDate(parsing: day), time) }

  static let moments: [(time: ExpiryTime, utc: String)] = [
    (.deribit, "2025-12-26T08:00:00Z"), (.newYorkClose, "2025-12-26T21:00:00Z"),
    (.newYorkOpen, "2025-12-26T14:30:00Z"), (.venue, "2025-12-26T21:00:00Z"),
    (.utc(secondOfDay: 3_600), "2025-12-26T01:00:00Z"), (.utc(secondOfDay: .max), "2025-12-26T23:59:59Z"),
    (.utc(secondOfDay: .min), "2025-12-26T00:00:00Z"),
  ]

  @Test("Each way to say the time is a moment of the day", arguments: moments)
  func instants(time: ExpiryTime, utc: String) throws {
    #expect(try Self.expiry(time).instant().description == utc)
  }

  @Test("A market's own time fills what the name leaves open, and a Saturday is Friday's close")
  func venues() throws {
    #expect(try Self.expiry(.venue).instant(venue: .deribit).description == "2025-12-26T08:00:00Z")
    #expect(
      try Expiry(CalendarDate(parsing: "2013-01-19"), .newYorkClose).instant().description == "2013-01-18T21:00:00Z")
    #expect(throws: BasicsError.self) { try Expiry(CalendarDate(parsing: "2006-01-20"), .newYorkClose).instant() }
  }

  @Test("The text decides the time: a Deribit date, an open one, a moment")
  func reads() throws {
    #expect(try Expiry(parsing: "26DEC25") == Self.expiry(.deribit))
    #expect(try Expiry(parsing: "2025-12-26") == Self.expiry(.venue))
    #expect(try Expiry(parsing: "2025-12-26T09:00:00Z") == Self.expiry(.utc(secondOfDay: 32_400)))
    #expect(try Expiry(parsing: "2025-12-26T01:00:00+02:00").date.day == 25)
    for text in ["", "26DEC", "2025-12-26T", "someday"] {
      #expect(throws: BasicsError.self) { try Expiry(parsing: text) }
    }
  }

  @Test("One moment said in two ways is one settlement, and an open time joins its day")
  func settlements() throws {
    let (deribit, eight) = (try Self.expiry(.deribit), try Self.expiry(.utc(secondOfDay: 28_800)))
    let (open, close) = (try Self.expiry(.venue), try Self.expiry(.newYorkClose))
    #expect(deribit.isSameSettlement(as: eight))
    #expect(deribit.isSameSettlement(as: open))
    #expect(!deribit.isSameSettlement(as: close))
    #expect(Strategy.distinctExpiries([open, eight, deribit]) == [deribit])
    #expect(Strategy.distinctExpiries([close, open, deribit]) == [deribit, close])
    #expect(Strategy.distinctExpiries([open, open]) == [open])
    #expect(Strategy.distinctExpiries([]).isEmpty)
  }

  @Test("The order is total and the distinct expiries do not depend on it", arguments: [1, 2] as [UInt64])
  func order(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let times: [ExpiryTime] = [
      .deribit, .newYorkClose, .newYorkOpen, .venue, .utc(secondOfDay: 28_800), .utc(secondOfDay: 75_600),
    ]
    var expiries: [Expiry] = []
    for day in [1, 2, 3] {
      for time in times {
        expiries.append(Expiry(try #require(CalendarDate(year: 2025, month: 12, day: day)), time))
        expiries.append(Expiry(try #require(CalendarDate(year: 2005, month: 12, day: day)), time))
      }
    }
    for a in expiries { for b in expiries { #expect((a < b ? 1 : 0) + (b < a ? 1 : 0) + (a == b ? 1 : 0) == 1) } }
    let distinct = Strategy.distinctExpiries(expiries)
    for _ in 0..<20 {
      #expect(Strategy.distinctExpiries(expiries.shuffled(using: &random)) == distinct)
    }
  }
}

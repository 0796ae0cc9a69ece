import Basics
import Instruments
import TestSupport
import Testing

@Suite("Instrument names")
struct InstrumentNameTests {
  static let seeds: [UInt64] = [1, 2, 3]

  @Test("A Deribit name that is written reads back as the same contract", arguments: seeds)
  func deribitRoundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<1_000 {
      let instrument = try random.deribitInstrument()
      let text = try InstrumentName.deribitText(instrument)
      #expect(try InstrumentName.parse(text) == instrument, "\(text)")
      #expect(instrument.description == text)
    }
  }

  @Test("An OSI name that is written reads back as the same contract", arguments: seeds)
  func osiRoundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<1_000 {
      let contract = try random.listedOption()
      let text = try InstrumentName.osiText(contract)
      #expect(text.utf8.count == 21)
      #expect(try InstrumentName.parse(text) == .option(contract), "\(text)")
      #expect(try InstrumentName.parse(text.filter { $0 != " " }) == .option(contract), "\(text)")
    }
  }

  static let canonical: [String] = [
    "BTC-27JUN25-100000-C", "BTC-5AUG23-580-P", "XRP_USDC-30JUN23-0d625-C", "BTC-PERPETUAL", "BTC-25MAR23",
    "BTC_USDC-PERPETUAL", "SOL_USDC-26DEC25", "ETH_USDT-1JAN30-0d00000001-P", "SPY   260417C00500000",
    "SPXW  260417P05000000", "SPX   260417P05000000", "F     260116C00012500",
  ]

  @Test("A name in its standard form is written as it was read", arguments: canonical)
  func standardForms(name: String) throws {
    #expect(try InstrumentName.parse(name).description == name)
  }

  @Test("A Deribit name says settlement, multiplier and 08:00 UTC")
  func deribitTerms() throws {
    guard case .option(let coin) = try InstrumentName.parse("BTC-5AUG23-580-P"),
      case .option(let linear) = try InstrumentName.parse("XRP_USDC-30JUN23-0d625-C")
    else { throw InstrumentError.unknownName("") }
    #expect(coin.settlement == .coin)
    #expect(coin.multiplier == .one)
    #expect(coin.right == .put)
    #expect(coin.strike.description == "580")
    #expect(try coin.expiry.instant().description == "2023-08-05T08:00:00Z")
    #expect(linear.settlement == .quote)
    #expect(linear.quoteCurrency == "USDC")
    #expect(linear.multiplier == Quantity(1_000))
    #expect(linear.strike.description == "0.625")
    #expect(linear.exercise == .european)
  }

  @Test("A listed name says 100 shares, American, and the close in New York")
  func listedTerms() throws {
    guard case .option(let share) = try InstrumentName.parse("SPY   260417C00500500"),
      case .option(let morning) = try InstrumentName.parse("SPX260417P05000000"),
      case .option(let evening) = try InstrumentName.parse("SPXW260417P05000000"),
      case .option(let hundred) = try InstrumentName.parse("OEX260417P02500000")
    else { throw InstrumentError.unknownName("") }
    #expect(share.multiplier == Quantity(100))
    #expect(share.exercise == .american)
    #expect(share.delivery == .physical)
    #expect(share.strike.description == "500.5")
    #expect(try share.expiry.instant().description == "2026-04-17T20:00:00Z")
    #expect(morning.underlying == "SPX")
    #expect(try morning.expiry.instant().description == "2026-04-17T13:30:00Z")
    #expect(evening.underlying == "SPX")
    #expect(try evening.expiry.instant().description == "2026-04-17T20:00:00Z")
    #expect(morning.exercise == .european)
    #expect(hundred.exercise == .american)
    #expect(hundred.delivery == .cash)
  }

  static let unknown = [
    "", "-", "BTC", "BTC-", "btc-26DEC25-92000-C", "BTC-26DEC25-92000", "BTC-26DEC25-92000-C-X", "SPY 260417X00500000",
    "SPY   260417C0050000", "SPY    260417C00500000", "ＢＴＣ-PERPETUAL", "BTC-CS-26DEC25-90000_95000",
  ]

  @Test("A text of no dialect is no instrument", arguments: unknown)
  func refusesUnknown(name: String) {
    #expect(throws: InstrumentError.self) { try InstrumentName.parse(name) }
  }

  static let wrongParts: [(name: String, part: String)] = [
    ("_USDC-26DEC25-92000-C", "underlying"), ("BTC_-26DEC25-92000-C", "underlying"),
    ("BTC_USDC_X-26DEC25-92000-C", "underlying"), ("BTC-32DEC25-92000-C", "expiry"), ("BTC-2025-92000-C", "expiry"),
    ("BTC-PERP", "expiry"), ("BTC-26DEC25-92000-X", "C or P"), ("BTC-26DEC25-92000-c", "C or P"),
    ("BTC-26DEC25--C", "strike"), ("BTC-26DEC25-1.5-C", "strike"), ("BTC-26DEC25-d5-C", "strike"),
    ("BTC-26DEC25-5d-C", "strike"), ("BTC-26DEC25-1d2d3-C", "strike"), ("BTC-26DEC25-+5-C", "strike"),
    ("BTC-26DEC25-1e5-C", "strike"), ("BTC-26DEC25-0d000000001-C", "strike"),
    ("BTC-26DEC25-99999999999999-C", "strike"),
    ("SPY   261317C00500000", "yymmdd"), ("SPY   260230C00500000", "yymmdd"), ("SPY1  260417C00500000", "adjusted"),
    ("2SPX  260417C00500000", "FLEX"), ("spy   260417C00500000", "root"), ("S Y   260417C00500000", "root"),
    ("A_B   260417C00500000", "root"), ("      260417C00500000", "root"),
  ]

  @Test("Where the form is known, the error says which part is wrong", arguments: wrongParts)
  func refusesPart(name: String, part: String) {
    let error = #expect(throws: InstrumentError.self) { try InstrumentName.parse(name) }
    guard case .badName(name, let reason) = error else {
      Issue.record("\(name): \(String(describing: error))")
      return
    }
    #expect(reason.contains(part), "\(name): \(reason)")
  }

  @Test("What a name would not say again is not written as one")
  func notWritable() throws {
    let date = try CalendarDate(parsing: "2026-04-17")
    let deribit = Expiry(date, .deribit)
    let strike = try Price(parsing: "100")
    let close = Expiry(date, .newYorkClose)
    let refused: [Instrument] = [
      .underlying(Underlying(symbol: "BTC")),
      .digital(
        try DigitalContract(underlying: "BTC", right: .call, strike: strike, expiry: deribit, payout: strike)),
      .option(try OptionContract(underlying: "BTC", right: .call, strike: strike, expiry: Expiry(date))),
      .option(try OptionContract(underlying: "btc", right: .call, strike: strike, expiry: deribit, settlement: .coin)),
      .option(try OptionContract(underlying: "A-B", right: .call, strike: strike, expiry: deribit, settlement: .coin)),
      .option(
        try OptionContract(
          underlying: "BTC", right: .call, strike: strike, expiry: deribit, settlement: .coin,
          multiplier: Quantity(count: 5))),
      .option(
        try OptionContract(
          underlying: "BTC", right: .call, strike: strike, expiry: deribit, settlement: .coin, exercise: .american)),
      .option(
        try OptionContract(
          underlying: "BTC", right: .call, strike: strike,
          expiry: Expiry(try CalendarDate(parsing: "2126-04-17"), .deribit), settlement: .coin)),
      .option(try OptionContract(underlying: "GOOG", right: .call, strike: strike, expiry: close)),
      .option(
        try ContractTerms.listed("GOOG").option(right: .call, strike: Price(count: 1), expiry: close)),
      .option(
        try ContractTerms.listed("GOOG").option(right: .call, strike: Price(parsing: "100000"), expiry: close)),
      .option(try ContractTerms.listed("TOOLONG").option(right: .call, strike: strike, expiry: close)),
      .option(
        try OptionContract(
          underlying: "XSP", right: .call, strike: strike, expiry: Expiry(date, .newYorkOpen),
          multiplier: Quantity(count: 10_000_000_000))),
      .future(Future(underlying: "ES", expiry: close)),
      .perpetual(Perpetual(underlying: "BTC", multiplier: Quantity(count: 5))),
    ]
    for instrument in refused {
      #expect(throws: InstrumentError.self, "\(instrument)") { try InstrumentName.deribitText(instrument) }
      if case .option(let contract) = instrument {
        #expect(throws: InstrumentError.self, "\(instrument)") { try InstrumentName.osiText(contract) }
      }
      #expect(!instrument.description.isEmpty)
    }
  }

  @Test("No text stops the program", arguments: seeds)
  func neverTraps(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<2_000 {
      _ = try? InstrumentName.parse(random.text(limit: 30, alphabet: "BTC_USD-26DEC25d0 P"))
      // A good name with one byte changed: either refused, or a name that is its own.
      var bytes = Array(try random.deribitInstrument().description.utf8)
      bytes[random.int(0...(bytes.count - 1))] = UInt8(random.int(0...255))
      guard let instrument = try? InstrumentName.parse(String(decoding: bytes, as: UTF8.self)) else { continue }
      #expect(try InstrumentName.parse(instrument.description) == instrument)
    }
  }
}

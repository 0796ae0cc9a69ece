import Basics
import Instruments
import MarketData
import Pricing
import TestSupport
import Testing

@Suite("Resolved book")
struct ResolvedBookTests {
  static func filled(_ legs: [String], _ terms: AccountTerms = AccountTerms()) throws -> FilledStrategy {
    try Sample.strategy(legs).filled(from: try Sample.deribit(), terms)
  }

  @Test("Strategies share the contracts they have in common")
  func sharing() throws {
    var book = ResolvedBook(market: try Sample.deribit())
    try book.add(try Self.filled(Sample.condor))
    try book.add(try Self.filled(["1 BTC-26DEC25-85000-P", "-3 BTC-26DEC25-80000-P=0.01"]))
    try book.add(try Self.filled(["2 BTC-26DEC25-100000-C=0.01", "1 BTC-26DEC25-150000-C"]))
    #expect(book.contracts.count == 5)
    #expect(book.strategies.count == 3)
    #expect(book.strategies[1].legs.map(\.exposure) == [.contract(1), .contract(0)])
    #expect(book.strategies[1].legs.map(\.units) == [1, -3])
    #expect(book.strategies[2].legs.map(\.exposure) == [.contract(2), .contract(4)])
  }

  @Test("A contract twice in one strategy is resolved once")
  func twice() throws {
    let legs = try ["1 BTC-26DEC25-85000-P=0.01", "1 BTC-26DEC25-85000-P=0.02"].map {
      try #require(try Self.filled([$0]).legs.first)
    }
    let strategy = try FilledStrategy(name: "", settlement: .coin, currency: .btc, legs: legs)
    let book = try strategy.resolved(in: try Sample.deribit())
    #expect(book.contracts.count == 1)
    #expect(book.strategies.first?.legs.map(\.exposure) == [.contract(0), .contract(0)])
    #expect(abs(try #require(book.strategies.first).entryCost - 0.03) < 1e-15)
  }

  @Test("A resolved contract has its forward, volatility and time; nothing is left to look up")
  func contract() throws {
    let book = try Self.filled(["1 BTC-26DEC25-85000-P", "2 BTC-PERPETUAL"], AccountTerms(settlement: .quote))
      .resolved(in: try Sample.deribit())
    let contract = try #require(book.contracts.first)
    #expect(contract.strike == 85_000)
    #expect(contract.volatility == 0.5)
    #expect(!contract.isExtrapolated)
    #expect(contract.forward.value == 92_726.41)
    // 21 days, 6 hours, 49 minutes and 8 seconds.
    let seconds = 21.0 * 86_400 + 24_548
    #expect(contract.years == seconds / 31_536_000)
    #expect(contract.expiry.description == "2025-12-26T08:00:00Z")
    #expect(book.strategies.first?.legs.last?.exposure == .linear(entry: 92_529.80714286))
    #expect(book.strategies.first?.spots == ["BTC": 92_529.80714286])
  }

  struct Refusal: Sendable, CustomStringConvertible {
    let description: String
    let instrument: String
    let isExpected: @Sendable (PricingError) -> Bool

    static let table = [
      Refusal(description: "an underlying the market lacks", instrument: "ETH-26DEC25-3000-C") {
        $0 == .unknownUnderlying("ETH", known: ["BTC"])
      },
      Refusal(description: "an expired contract", instrument: "BTC-28NOV25-92000-C") {
        $0 == .expired(instrument: "BTC-28NOV25-92000-C", asOf: "2025-12-05T01:10:52Z")
      },
    ]
  }

  @Test("A refused strategy leaves the book as it was", arguments: Refusal.table)
  func refusals(_ row: Refusal) throws {
    var book = ResolvedBook(market: try Sample.deribit())
    try book.add(try Self.filled(Sample.condor))
    let fresh = try #require(try Self.filled(["1 BTC-26DEC25-150000-C"]).legs.first)
    let bad = try FilledLeg(instrument: try InstrumentName.parse(row.instrument), quantity: .one, price: .zero)
    let strategy = try FilledStrategy(name: "", settlement: .quote, currency: .usd, legs: [fresh, bad])
    #expect {
      try book.add(strategy)
    } throws: { error in
      (error as? PricingError).map(row.isExpected) ?? false
    }
    #expect(book.contracts.count == 4)
    #expect(book.strategies.count == 1)
    try book.add(try FilledStrategy(name: "", settlement: .coin, currency: .btc, legs: [fresh]))
    #expect(book.contracts.count == 5)
    #expect(book.strategies.last?.legs.first?.exposure == .contract(4))
  }

  @Test("A market without a volatility cannot value an option")
  func noVolatility() throws {
    let leg = try FilledLeg(
      instrument: try InstrumentName.parse("BTC-26DEC25-92000-C"), quantity: .one, price: .zero)
    let strategy = try FilledStrategy(name: "", settlement: .coin, currency: .btc, legs: [leg])
    #expect(throws: PricingError.missing("volatility", instrument: "BTC-26DEC25-92000-C")) {
      try strategy.resolved(in: try Sample.deribit([]))
    }
  }

  @Test("A volatility that is stated asks for no quote, and holds where there is one")
  func statedVolatility() throws {
    let strategy = try Self.filled(["1 BTC-26DEC25-100000-C", "1 BTC-26DEC25-85000-P"])
    let quoted = try strategy.resolved(in: try Sample.deribit())
    for rows in [[], Sample.bitcoin] {
      var book = ResolvedBook(market: try Sample.deribit(rows), volatility: 0.3)
      try book.add(strategy)
      #expect(book.contracts == quoted.contracts.map { $0.with(volatility: 0.3) })
      #expect(try book.place(of: try InstrumentName.parse("BTC-26DEC25-200000-C")) == 2)
      #expect(book.contracts.last?.volatility == 0.3 && book.contracts.last?.isExtrapolated == false)
    }
  }

  // MARK: Strikes from target deltas

  /// Strikes 85 to 115 by 5 at a flat volatility, the call at 105 without a bid.
  static func chain(_ volatility: Double = 0.4) throws -> UnderlyingMarket {
    let rows = stride(from: 85, through: 115, by: 5).flatMap { strike in
      ["C", "P"].map { letter in
        Sample.Row(
          name: "ABC_USD-16JAN26-\(strike)-\(letter)", bid: strike == 105 && letter == "C" ? nil : "1", ask: "1.1",
          volatility: volatility)
      }
    }
    let terms = try UnderlyingTerms(
      symbol: "ABC", spot: try Price(parsing: "100"), quotedIn: .quote, rate: 0.03,
      forwards: [try CalendarDate(parsing: "16JAN26"): try Price(parsing: "99")])
    return try #require(try Sample.market(rows, terms, asOf: "2025-12-17T08:00:00Z")["ABC"])
  }

  struct Target: Sendable, CustomStringConvertible {
    let delta: Double
    let right: OptionRight
    let candidates: [Int]
    var description: String { "\(delta) \(right.rawValue)" }

    static let table = [-0.9, -0.5, -0.3, -0.25, -0.1, 0.01, 0.1, 0.25, 0.3, 0.5, 0.75, 0.99].flatMap { delta in
      [
        Target(delta: delta, right: .put, candidates: [85, 90, 95, 100, 105, 110, 115]),
        Target(delta: delta, right: .call, candidates: [85, 90, 95, 100, 110, 115]),
      ]
    }
  }

  @Test("A target delta finds the nearest strike that both sides quote, whatever its sign", arguments: Target.table)
  func targetDelta(_ row: Target) throws {
    let market = try Self.chain()
    let years = 30.0 / 365
    // A forward below spot: the spot delta is F / S times the discount factor times N(d1).
    let (forward, share) = (99.0, 0.99 * BlackReference.exponential(-0.03 * years))
    func delta(_ strike: Int) -> Double {
      let deviation = 0.4 * years.squareRoot()
      let d1 = BlackReference.logarithm(forward / Double(strike)) / deviation + deviation / 2
      return share * BlackReference.cumulative(row.right.sign * d1)
    }
    let nearest = row.candidates.min { abs(delta($0) - abs(row.delta)) < abs(delta($1) - abs(row.delta)) }
    let strike = try market.strike(forDelta: row.delta, right: row.right, expiry: try Expiry(parsing: "16JAN26"))
    #expect(strike == Price(count: Int64(try #require(nearest)) * 100_000_000))
  }

  @Test("A target without a chain, and a target that is no number, have no strike")
  func noTarget() throws {
    let market = try Self.chain()
    let expiry = try Expiry(parsing: "16JAN26")
    #expect(throws: PricingError.missing("chain", instrument: "ABC 2026-02-20")) {
      try market.strike(forDelta: 0.3, right: .call, expiry: try Expiry(parsing: "20FEB26"))
    }
    for delta in [Double.nan, .infinity] {
      #expect(throws: PricingError.self) { try market.strike(forDelta: delta, right: .call, expiry: expiry) }
    }
  }
}

import Basics
import Instruments
import MarketData
import Pricing
import Testing

@Suite("Filling")
struct FillingTests {
  @Test("A condor at worst fills brings 0.0150 bitcoin, and exactly that times spot in dollars")
  func condor() throws {
    let market = try Sample.deribit()
    let coin = try Sample.strategy(Sample.condor).filled(from: market)
    #expect(coin.settlement == .coin)
    #expect(coin.currency == .btc)
    #expect(coin.entryCost == (try Sample.exact("-0.0150")))
    #expect(coin.legs.map(\.source) == [.ask, .bid, .bid, .ask])
    #expect(!coin.hasConvertedPremiums)
    let quote = try Sample.strategy(Sample.condor).filled(from: market, AccountTerms(settlement: .quote))
    #expect(quote.currency == .usd)
    #expect(quote.entryCost == (try Sample.exact("-0.0150") * Sample.exact(Sample.spot)))
    #expect(quote.entryCost.decimalText(decimals: 12, rounding: .nearest) == "-1387.9471071429")
    #expect(quote.hasConvertedPremiums)
    #expect(
      quote.legs.map(\.price)
        == (try ["0.0090", "0.0165", "0.0145", "0.0070"].map {
          try Sample.exact($0) * Sample.exact(Sample.spot)
        }))
  }

  struct Fill: Sendable, CustomStringConvertible {
    let leg: String
    let rule: FillRule
    let price: String
    let source: FillSource
    var description: String { "\(leg) at \(rule.rawValue)" }

    static let table = [
      Fill(leg: "1 BTC-26DEC25-80000-P", rule: .worst, price: "0.0090", source: .ask),
      Fill(leg: "-1 BTC-26DEC25-80000-P", rule: .worst, price: "0.0085", source: .bid),
      Fill(leg: "1 BTC-26DEC25-80000-P", rule: .mid, price: "0.00875", source: .mid),
      Fill(leg: "-1 BTC-26DEC25-80000-P", rule: .mid, price: "0.00875", source: .mid),
      Fill(leg: "-2.5 BTC-26DEC25-80000-P", rule: .mark, price: "0.0087", source: .mark),
      Fill(leg: "1 BTC-26DEC25-92000-C", rule: .mark, price: "0.0480", source: .mark),
      Fill(leg: "1 BTC-26DEC25-92000-P", rule: .worst, price: "0.0405", source: .ask),
      Fill(leg: "1 BTC-26DEC25-92000-C=0.03", rule: .mid, price: "0.03", source: .given),
      Fill(leg: "1 BTC-26DEC25-92000-C=0", rule: .worst, price: "0", source: .given),
    ]
  }

  @Test("Each rule takes its own side of the quote", arguments: Fill.table)
  func rules(_ row: Fill) throws {
    let filled = try Sample.strategy([row.leg]).filled(from: try Sample.deribit(), AccountTerms(fill: row.rule))
    let leg = try #require(filled.legs.first)
    #expect(leg.price == (try Sample.exact(row.price)))
    #expect(leg.source == row.source)
    #expect(leg.entryCost == leg.price * leg.quantity.exact)
  }

  @Test("A mid between two ticks of 10^-8 is rounded against the holder")
  func midRounding() throws {
    let rows = [Sample.Row(name: "BTC-26DEC25-80000-P", bid: "0.00000001", ask: "0.00000002")]
    let market = try Sample.deribit(rows)
    for (quantity, price) in [("1", "0.00000002"), ("-1", "0.00000001")] {
      for settlement in Settlement.allCases {
        let filled = try Sample.strategy(["\(quantity) BTC-26DEC25-80000-P"])
          .filled(from: market, AccountTerms(settlement: settlement, fill: .mid))
        let unit = settlement == .coin ? ExactAmount.one : try Sample.exact(Sample.spot)
        #expect(
          filled.legs.first?.price == (try Sample.exact(price) * unit), "rounded in the chain's unit, then converted")
      }
    }
  }

  struct NoQuote: Sendable, CustomStringConvertible {
    let leg: String
    let rule: FillRule
    let side: String
    let nearest: String?
    var description: String { "\(leg) at \(rule.rawValue)" }

    static let table = [
      NoQuote(leg: "-1 BTC-26DEC25-92000-P", rule: .worst, side: "bid", nearest: "BTC-26DEC25-85000-P"),
      NoQuote(leg: "1 BTC-26DEC25-92000-C", rule: .worst, side: "ask", nearest: "BTC-26DEC25-100000-C"),
      NoQuote(leg: "-1 BTC-26DEC25-92000-C", rule: .worst, side: "bid", nearest: "BTC-26DEC25-100000-C"),
      NoQuote(leg: "1 BTC-26DEC25-92000-C", rule: .mid, side: "mid", nearest: "BTC-26DEC25-100000-C"),
      NoQuote(leg: "1 BTC-26DEC25-150000-C", rule: .mark, side: "mark", nearest: "BTC-26DEC25-105000-C"),
      NoQuote(leg: "1 BTC-26DEC25-99000-C", rule: .worst, side: "ask", nearest: "BTC-26DEC25-100000-C"),
    ]
  }

  @Test(
    "Where a side is missing or crossed, the message names it and the nearest that can be filled",
    arguments: NoQuote.table)
  func noQuote(_ row: NoQuote) throws {
    let instrument = row.leg.split(separator: " ").last.map(String.init) ?? ""
    #expect(throws: PricingError.noQuote(instrument: instrument, side: row.side, nearest: row.nearest)) {
      try Sample.strategy([row.leg]).filled(from: try Sample.deribit(), AccountTerms(fill: row.rule))
    }
  }

  @Test("Where no contract of the expiry is quoted, the message names the nearest that are")
  func unlistedExpiry() throws {
    let name = "BTC-30JAN26-99000-C"
    #expect(throws: PricingError.unlistedExpiry(instrument: name, listed: "2025-12-26")) {
      try Sample.strategy(["1 \(name)"]).filled(from: try Sample.deribit())
    }
    let days = ["140816", "140719", "141018", "150117", "140920", "141122"]
    let market = try Sample.market(
      days.map { Sample.Row(name: "AAPL  \($0)C00095000", bid: "1", ask: "2") },
      try UnderlyingTerms(symbol: "AAPL", spot: try Price(parsing: "93.7"), quotedIn: .quote),
      asOf: "2014-06-09T20:00:00Z")
    #expect(
      market["AAPL"]?.listedText(nearest: Expiry(try CalendarDate(parsing: "2014-09-14")))
        == "2014-07-19 (ends 2014-07-18), 2014-08-16 (ends 2014-08-15), 2014-09-20 (ends 2014-09-19), "
        + "2014-10-18 (ends 2014-10-17) among 6")
  }

  @Test("An ask of nought is no ask")
  func zeroAsk() throws {
    let market = try Sample.deribit([Sample.Row(name: "BTC-26DEC25-80000-P", bid: "0", ask: "0")])
    #expect(throws: PricingError.noQuote(instrument: "BTC-26DEC25-80000-P", side: "ask", nearest: nil)) {
      try Sample.strategy(["1 BTC-26DEC25-80000-P"]).filled(from: market)
    }
    let sold = try Sample.strategy(["-1 BTC-26DEC25-80000-P"]).filled(from: market)
    #expect(sold.entryCost.isZero, "what nobody bids for is sold for nothing")
  }

  @Test("A coin contract is not filled from a chain in dollars")
  func coinContractBesideDollarChain() throws {
    let rows = [Sample.Row(name: "BTC_USDC-26DEC25-92000-C", bid: "4400", ask: "4500", mark: "4450")]
    let terms = try UnderlyingTerms(
      symbol: "BTC", spot: try Price(parsing: Sample.spot), quotedIn: .quote, quoteCurrency: "USDC")
    let market = try Sample.market(rows, terms, asOf: "2025-12-05T01:10:52Z")
    for rule in FillRule.allCases {
      #expect(throws: PricingError.self, "4500 coins for an option is no price") {
        try Sample.strategy(["1 BTC-26DEC25-92000-C"]).filled(from: market, AccountTerms(fill: rule))
      }
    }
    let linear = try Sample.strategy(["1 BTC_USDC-26DEC25-92000-C"]).filled(from: market)
    #expect(linear.entryCost == ExactAmount(4500))
    #expect(linear.currency == .usdc)
  }

  // MARK: Linear legs

  @Test("Spot and perpetual are entered at spot, a future at its forward, rounded against the holder")
  func linear() throws {
    let market = try Sample.deribit()
    for (leg, price, source) in [
      ("1 BTC", Sample.spot, FillSource.spot), ("-1 BTC-PERPETUAL", Sample.spot, .spot),
      ("1 BTC-26DEC25", "92726.41", .mark), ("1 BTC-PERPETUAL=90000", "90000", .given),
    ] {
      let filled = try Sample.strategy([leg]).filled(from: market, AccountTerms(settlement: .quote))
      let first = try #require(filled.legs.first)
      #expect(first.price == (try Sample.exact(price)))
      #expect(first.source == source)
      #expect(filled.entryCost.isZero, "a linear leg's price is no premium")
    }
    // Carry gives a forward with more than 8 decimals.
    let goog = try Sample.goog()
    let future = Instrument.future(Future(underlying: "GOOG", expiry: try Expiry(parsing: "2016-02-19")))
    let forward = try #require(goog["GOOG"]).forward(of: try Expiry(parsing: "2016-02-19")).value
    let bought = try Strategy([try Leg(.one, future)]).filled(from: goog).legs.first?.price.doubleValue ?? 0
    let sold = try Strategy([try Leg(Quantity(count: -100_000_000), future)]).filled(from: goog).legs.first?.price
    #expect(bought >= forward && bought - forward < 2e-8)
    #expect(try #require(sold).doubleValue <= forward)
    #expect(
      try Sample.exact("0.00000001") == ExactAmount(count: Int64((bought * 1e8).rounded()), decimals: 8) - #require(
        sold))
  }

  // MARK: Accounts

  struct Refusal: Sendable, CustomStringConvertible {
    let description: String
    let legs: [String]
    var terms = AccountTerms()
    let error: PricingError

    static let table = [
      Refusal(
        description: "an underlying the market lacks", legs: ["1 XYZ"],
        error: .unknownUnderlying("XYZ", known: ["BTC"])),
      Refusal(
        description: "expired", legs: ["1 BTC-28NOV25-92000-C"],
        error: .expired(instrument: "BTC-28NOV25-92000-C", asOf: "2025-12-05T01:10:52Z")),
      Refusal(
        description: "an expired future", legs: ["1 BTC-28NOV25=90000"],
        error: .expired(instrument: "BTC-28NOV25", asOf: "2025-12-05T01:10:52Z")),
      Refusal(
        description: "coin and dollar options",
        legs: ["1 BTC-26DEC25-80000-P", "1 BTC_USDC-26DEC25-80000-P=10"],
        error: .mixedCurrencies("coin settlement", "quote settlement")),
      Refusal(
        description: "a dollar option in a coin account", legs: ["1 BTC_USDC-26DEC25-80000-P=10"],
        terms: AccountTerms(settlement: .coin), error: .mixedCurrencies("USDC", "BTC")),
      Refusal(
        description: "spot in a coin account", legs: ["1 BTC", "-1 BTC-26DEC25-100000-C"],
        error: .underlyingInCoin("BTC")),
      Refusal(
        description: "an account in euros", legs: Sample.condor,
        terms: AccountTerms(settlement: .quote, currency: .eur), error: .mixedCurrencies("EUR", "USD")),
      Refusal(
        description: "dollars for a coin account", legs: Sample.condor,
        terms: AccountTerms(settlement: .coin, currency: .usd), error: .mixedCurrencies("USD", "BTC")),
      Refusal(
        description: "bitcoin for a dollar account", legs: Sample.condor,
        terms: AccountTerms(settlement: .quote, currency: .btc), error: .mixedCurrencies("BTC", "USD")),
    ]
  }

  @Test("Legs that cannot stand in one account are refused", arguments: Refusal.table)
  func refusals(_ row: Refusal) throws {
    #expect(throws: row.error) { try Sample.strategy(row.legs).filled(from: try Sample.deribit(), row.terms) }
  }

  @Test("Underlyings in two currencies are refused, whatever the account says")
  func twoCurrencies() throws {
    let moment = try Instant(parsing: "2025-12-05T00:00:00Z")
    let market = try MarketState(
      asOf: moment,
      [("BTC", "USD"), ("GOOG", "EUR")].map { symbol, currency in
        MarketState.Input(
          terms: try UnderlyingTerms(
            symbol: symbol, spot: try Price(parsing: "100"), quotedIn: .quote, quoteCurrency: currency), quotes: [])
      })
    for currency in [nil, Currency.usd, .eur] {
      #expect(throws: PricingError.mixedCurrencies("USD", "EUR")) {
        try Sample.strategy(["1 BTC", "1 GOOG"]).filled(from: market, AccountTerms(currency: currency))
      }
    }
  }

  struct BadLeg: Sendable, CustomStringConvertible {
    let description: String
    var quantity = "1"
    var multiplier: String?
    var price = "1"
    var fee = "0"
    var instrument = "BTC-26DEC25-80000-P"

    static let table = [
      BadLeg(description: "quantity 0", quantity: "0"), BadLeg(description: "multiplier 0", multiplier: "0"),
      BadLeg(description: "negative multiplier", multiplier: "-1"),
      BadLeg(description: "negative premium", price: "-1"),
      BadLeg(description: "negative fee", fee: "-0.01"),
      BadLeg(description: "a future at 0", price: "0", instrument: "BTC-26DEC25"),
      BadLeg(description: "a perpetual below 0", price: "-5", instrument: "BTC-PERPETUAL"),
    ]
  }

  @Test("A filled leg that no account can hold does not exist", arguments: BadLeg.table)
  func badLegs(_ row: BadLeg) throws {
    #expect {
      try FilledLeg(
        instrument: try InstrumentName.parse(row.instrument), quantity: try Quantity(parsing: row.quantity),
        multiplier: try row.multiplier.map { try Quantity(parsing: $0) }, price: try Sample.exact(row.price),
        fee: try Sample.exact(row.fee))
    } throws: { error in
      if case .badLeg = error as? PricingError { return true }
      return false
    }
  }

  @Test("Totals of fees belong to the strategy and are never negative")
  func totals() throws {
    let fees = FeeTerms.totals(entry: try Sample.exact("111.04"), exit: try Sample.exact("31.50"))
    let filled = try Sample.strategy(Sample.condor)
      .filled(from: try Sample.deribit(), AccountTerms(settlement: .quote, fees: fees))
    #expect(filled.fees == (try Sample.exact("142.54")))
    #expect(filled.legs.allSatisfy { $0.fee.isZero && $0.payoffFee == nil })
    #expect(throws: PricingError.self) {
      try FilledStrategy(
        name: "", settlement: .quote, currency: .usd, legs: filled.legs, strategyFees: try Sample.exact("-1"))
    }
  }
}

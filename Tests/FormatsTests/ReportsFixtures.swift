import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import TestSupport

@testable import Formats

/// Analyses that between them reach every part of a page.
enum ReportsFixtures {
  /// One share, one expiry 30 days away, every volatility 25 percent.
  static func small() throws -> MarketState { try MarketFile(Fixture("Markets/small-market.yaml").path).state }

  /// Bitcoin options quoted and settled in coin, two expiries.
  static func bitcoin() throws -> MarketState {
    try MarketFile(Fixture("../../Data/Markets/deribit-btc-2025-12-05.yaml").path).state
  }

  /// The legs as quantity, name and, where they were entered earlier, price.
  static func analysis(
    _ legs: [(quantity: String, name: String, price: String?)], in market: MarketState, name: String = "a strategy",
    settlement: Settlement? = nil, fees: FeeTerms = .none, _ request: AnalysisRequest = AnalysisRequest()
  ) throws -> StrategyAnalysis {
    var stated: [Leg] = []
    for leg in legs {
      let instrument =
        try market[leg.name].map { .underlying(Underlying(symbol: $0.symbol)) } ?? InstrumentName.parse(leg.name)
      stated.append(
        try Leg(Quantity(parsing: leg.quantity), instrument, price: leg.price.map { try Price(parsing: $0) }))
    }
    let filled = try Strategy(stated, name: name).filled(
      from: market, AccountTerms(settlement: settlement, fees: fees))
    return try StrategyAnalyzer(market: market, request: request).analyze(filled)
  }

  /// Sold 95 to 105, wings at 90 and 110.
  static func condor(name: String = "ABC condor", lots: String = "1") throws -> StrategyAnalysis {
    try analysis(
      [
        (lots, "ABC   260116P00090000", nil), ("-\(lots)", "ABC   260116P00095000", nil),
        ("-\(lots)", "ABC   260116C00105000", nil), (lots, "ABC   260116C00110000", nil),
      ], in: small(), name: name)
  }

  /// Sold at 100, with everything that can be asked for.
  static func straddle() throws -> StrategyAnalysis {
    var request = AnalysisRequest()
    request.budget = try Money(parsing: "10000", currency: .usd)
    request.within = (ExactAmount(-40), ExactAmount(60))
    return try analysis(
      [("-1", "ABC   260116P00100000", nil), ("-1", "ABC   260116C00100000", nil)], in: small(), name: "ABC straddle",
      request)
  }

  static func coinCondor() throws -> StrategyAnalysis {
    try analysis(
      [
        ("1", "BTC-26DEC25-80000-P", nil), ("-1", "BTC-26DEC25-85000-P", nil), ("-1", "BTC-26DEC25-100000-C", nil),
        ("1", "BTC-26DEC25-105000-C", nil),
      ], in: bitcoin(), name: "BTC condor in coin", settlement: .coin)
  }

  static func calendar() throws -> StrategyAnalysis {
    try analysis(
      [("-1", "BTC-26DEC25-100000-C", nil), ("1", "BTC-30JAN26-100000-C", nil)], in: bitcoin(), name: "BTC calendar",
      settlement: .quote)
  }

  /// Shares bought earlier and a call sold against them.
  static func held() throws -> StrategyAnalysis {
    try analysis(
      [("100", "ABC", "90"), ("-1", "ABC   260116C00105000", "2.5")], in: small(), name: "ABC covered call",
      fees: .totals(entry: ExactAmount(2), exit: .zero))
  }

  /// A cash-or-nothing call, whose payoff jumps at 105.
  static func digital() throws -> StrategyAnalysis {
    let contract = try DigitalContract(
      underlying: "ABC", right: .call, strike: Price(parsing: "105"), expiry: Expiry(parsing: "2026-01-16"),
      payout: Price(parsing: "10"))
    let leg = try Leg(.one, .digital(contract), price: Price(parsing: "3"))
    let market = try small()
    return try StrategyAnalyzer(market: market).analyze(try Strategy([leg], name: "ABC digital").filled(from: market))
  }

  /// Two shares with the same chain; the market is written into `folder`.
  static func twoUnderlyings(_ folder: TemporaryFolder) throws -> StrategyAnalysis {
    let rows = try Fixture("Markets/small-market.csv").text
    _ = folder.file(rows, named: "abc.csv")
    _ = folder.file(
      rows.split(separator: "ABC", omittingEmptySubsequences: false).joined(separator: "XYZ"), named: "xyz.csv")
    let blocks = ["ABC", "XYZ"].map {
      "  \($0): {spot: 100, rate: 0.05, quoted_in: quote, quotes: \($0.lowercased()).csv}\n"
    }
    let path = folder.file("as_of: 2025-12-17T21:00:00Z\nunderlyings:\n" + blocks.joined(), named: "market.yaml")
    return try analysis(
      [("1", "ABC   260116C00100000", nil), ("1", "XYZ   260116P00100000", nil)], in: MarketFile(path).state,
      name: "two shares")
  }

  static func all() throws -> [StrategyAnalysis] {
    [
      try condor(), try condor(lots: "12345678"), try straddle(), try coinCondor(), try calendar(), try held(),
      try digital(),
      try twoUnderlyings(TemporaryFolder()),
    ]
  }
}

import Analysis
import Basics
import Instruments
import MarketData
import Pricing
import TestSupport

/// Chains whose every quote is Black's value at a flat volatility, made for the tests of this module.
struct SampleMarket {
  var settlement = Settlement.quote
  var spot = 100.0
  var forward = 101.0
  var rate = 0.05
  var volatility = 0.4
  /// Bid and ask stand this far from the value, relative; 0 is a locked quote.
  var spread = 0.0
  var strikes = [60, 70, 80, 85, 90, 95, 100, 105, 110, 115, 120, 130, 150]
  var expiries = [SampleMarket.expiry]
  var exercise = ExerciseStyle.european
  var delivery = Delivery.cash
  var symbol = "ABC"
  /// The market's moment.
  var now = SampleMarket.asOf
  /// Changes the quotes before they are put in order.
  var edit: (inout [(line: Int, quote: OptionQuote)]) throws -> Void = { _ in }

  static let expiry = "2026-01-16T08:00:00Z"
  static let asOf = "2025-12-17T08:00:00Z"
  static let years = 30.0 / 365

  var discount: Double { BlackReference.exponential(-rate * SampleMarket.years) }

  func option(_ right: OptionRight, _ strike: Int, expiry: String = expiry) throws -> Instrument {
    .option(
      try OptionContract(
        underlying: symbol, right: right, strike: Price(count: Int64(strike) * 100_000_000),
        expiry: try Expiry(parsing: expiry), settlement: settlement, exercise: exercise, delivery: delivery))
  }

  func input() throws -> MarketState.Input {
    var quotes: [(line: Int, quote: OptionQuote)] = []
    let asOf = try Instant(parsing: now)
    var forwards: [CalendarDate: Price] = [:]
    for text in expiries {
      let expiry = try Expiry(parsing: text)
      forwards[expiry.date] = Price(rounding: forward, .toNearestOrAwayFromZero)
      let years = asOf.years(to: try expiry.instant())
      for strike in strikes {
        for right in OptionRight.allCases {
          guard case .option(let contract) = try option(right, strike, expiry: text) else { continue }
          let unit = settlement == .quote ? BlackReference.exponential(-rate * years) : 1 / forward
          let value = BlackReference.value(
            sign: right.sign, forward: forward, strike: Double(strike), years: years, volatility: volatility,
            discount: unit)
          let quote = OptionQuote(
            contract: contract, bid: Price(rounding: value * (1 - spread), .toNearestOrAwayFromZero),
            ask: Price(rounding: value * (1 + spread), .toNearestOrAwayFromZero), mark: nil,
            impliedVolatility: volatility)
          quotes.append((quotes.count + 2, quote))
        }
      }
    }
    try edit(&quotes)
    return MarketState.Input(
      terms: try UnderlyingTerms(
        symbol: symbol, spot: try Price(parsing: "\(spot)"), quotedIn: settlement,
        rate: settlement == .quote ? rate : 0, forwards: forwards),
      quotes: quotes)
  }

  func state() throws -> MarketState {
    try MarketState(asOf: try Instant(parsing: now), [try input()])
  }

  func filled(
    _ legs: [(Int64, Instrument)], fees: String = "0", settlement: Settlement? = nil, fill: FillRule = .worst
  ) throws -> FilledStrategy {
    let strategy = try Strategy(
      try legs.map { try Leg(Quantity(count: $0.0 * 100_000_000), $0.1) }, name: "sample")
    return try strategy.filled(
      from: try state(),
      AccountTerms(
        settlement: settlement, fees: .totals(entry: try ExactAmount(parsing: fees), exit: .zero), fill: fill))
  }

  func analyze(_ filled: FilledStrategy, _ request: AnalysisRequest = AnalysisRequest()) throws -> StrategyAnalysis {
    try StrategyAnalyzer(market: try state(), request: request).analyze(filled)
  }
}

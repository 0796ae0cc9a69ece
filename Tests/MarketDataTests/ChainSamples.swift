import Basics
import Instruments
import MarketData
import TestSupport

/// Quotes and markets made by hand for the tests of this module.
enum Sample {
  /// 30 days later, to the second.
  static let expiry = "2026-01-16T08:00:00Z"
  static let years = 30.0 / 365

  static func contract(
    _ right: OptionRight, _ strike: String, expiry: String = expiry, settlement: Settlement = .quote,
    quoteCurrency: String = "USD"
  ) throws -> OptionContract {
    try OptionContract(
      underlying: "ABC", right: right, strike: try Price(parsing: strike), expiry: try Expiry(parsing: expiry),
      settlement: settlement, quoteCurrency: quoteCurrency)
  }

  static func quote(
    _ contract: OptionContract, bid: Double? = nil, ask: Double? = nil, mark: Double? = nil, volatility: Double? = nil
  ) -> OptionQuote {
    func price(_ value: Double?) -> Price? { value.flatMap { Price(rounding: $0, .toNearestOrAwayFromZero) } }
    return OptionQuote(
      contract: contract, bid: price(bid), ask: price(ask), mark: price(mark), impliedVolatility: volatility)
  }

  /// Call and put of a strike at which parity says `difference` = C - P, with mids `half` a spread from bid and ask.
  static func pair(
    _ strike: String, difference: Double, settlement: Settlement = .quote, half: Double = 0.01, level: Double? = nil
  ) throws -> [OptionQuote] {
    let put = level ?? (max(-difference, 0) + 1)
    let call = put + difference
    return [
      quote(try contract(.call, strike, settlement: settlement), bid: call - half, ask: call + half),
      quote(try contract(.put, strike, settlement: settlement), bid: put - half, ask: put + half),
    ]
  }

  static func terms(
    spot: String = "100", quotedIn: Settlement = .quote, rate: Double = 0, dividends: Dividends = .yield(0),
    coinRate: Double = 0, forwards: [CalendarDate: Price] = [:]
  ) throws -> UnderlyingTerms {
    try UnderlyingTerms(
      symbol: "ABC", spot: try Price(parsing: spot), quotedIn: quotedIn, rate: rate, dividends: dividends,
      coinRate: coinRate, forwards: forwards)
  }

  static func market(_ terms: UnderlyingTerms, _ quotes: [OptionQuote]) throws -> UnderlyingMarket {
    let lines = quotes.enumerated().map { (line: $0.offset + 2, quote: $0.element) }
    let state = try MarketState(asOf: try moment(), [MarketState.Input(terms: terms, quotes: lines)])
    guard let underlying = state["ABC"] else { throw MarketDataError.empty }
    return underlying
  }

  static func moment() throws -> Instant { try Instant(parsing: "2025-12-17T08:00:00Z") }
  static func date(_ text: String) throws -> CalendarDate { try CalendarDate(parsing: text) }
}

import Basics
import Instruments
import MarketData
import Pricing
import TestSupport

/// A share with a smile, made by hand for the tests of this module.
enum Sample {
  static let expiry = "2026-01-16T08:00:00Z"
  static let smile = ["80": 0.62, "90": 0.55, "100": 0.5, "110": 0.48, "120": 0.52]

  static func option(
    _ right: OptionRight, _ strike: String, expiry: String = expiry, settlement: Settlement = .quote,
    underlying: String = "ABC"
  ) throws -> Instrument {
    .option(
      try OptionContract(
        underlying: underlying, right: right, strike: try Price(parsing: strike), expiry: try Expiry(parsing: expiry),
        settlement: settlement))
  }

  static func digital(_ right: OptionRight, _ strike: String, payout: String) throws -> Instrument {
    .digital(
      try DigitalContract(
        underlying: "ABC", right: right, strike: try Price(parsing: strike), expiry: try Expiry(parsing: expiry),
        payout: try Price(parsing: payout)))
  }

  static func input(
    _ symbol: String = "ABC", spot: String = "100", quotedIn: Settlement = .quote, rate: Double = 0,
    dividendYield: Double = 0, smile: [String: Double] = smile, expiries: [String] = [expiry]
  ) throws -> MarketState.Input {
    var quotes: [(line: Int, quote: OptionQuote)] = []
    for expiry in expiries {
      for (strike, volatility) in smile.sorted(by: { $0.key < $1.key }) {
        let instrument = try option(.call, strike, expiry: expiry, settlement: quotedIn, underlying: symbol)
        guard case .option(let contract) = instrument else { continue }
        let quote = OptionQuote(contract: contract, bid: nil, ask: nil, mark: nil, impliedVolatility: volatility)
        quotes.append((quotes.count + 2, quote))
      }
    }
    return MarketState.Input(
      terms: try UnderlyingTerms(
        symbol: symbol, spot: try Price(parsing: spot), quotedIn: quotedIn, rate: rate,
        dividends: .yield(dividendYield)),
      quotes: quotes)
  }

  /// 30 days before the expiry, to the second.
  static func market(_ inputs: [MarketState.Input], asOf: String = "2025-12-17T08:00:00Z") throws -> MarketState {
    try MarketState(asOf: try Instant(parsing: asOf), inputs)
  }

  static func filled(
    _ legs: [(quantity: String, instrument: Instrument, price: String)], settlement: Settlement = .quote,
    fees: String = "0", name: String = "sample"
  ) throws -> FilledStrategy {
    try FilledStrategy(
      name: name, settlement: settlement, currency: settlement == .quote ? .usd : try Currency("ABC"),
      legs: legs.map { leg in
        try FilledLeg(
          instrument: leg.instrument, quantity: try Quantity(parsing: leg.quantity),
          price: try ExactAmount(parsing: leg.price))
      }, strategyFees: try ExactAmount(parsing: fees))
  }
}

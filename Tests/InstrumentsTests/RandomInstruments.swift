import Basics
import Instruments
import TestSupport
import Testing

/// Contracts, legs and strategies drawn from a seed.
extension SplitMix64 {
  mutating func date(_ years: ClosedRange<Int>) throws -> CalendarDate {
    try #require(CalendarDate(year: int(years), month: int(1...12), day: int(1...28)))
  }

  mutating func symbol() -> String {
    pick(["BTC", "ETH", "SOL", "XRP", "AVAX", "1INCH", "A", "LONGSYMBOL123"])
  }

  mutating func right() -> OptionRight { chance(0.5) ? .call : .put }

  /// A Deribit contract, coin or linear, with a strike of up to 8 decimals.
  mutating func deribitInstrument() throws -> Instrument {
    let quote = chance(0.5) ? nil : pick(["USDC", "USDT", "EUR"])
    let terms = ContractTerms.deribit(symbol(), quote: quote)
    let expiry = Expiry(try date(2000...2099), .deribit)
    switch int(0...4) {
    case 0: return .perpetual(Perpetual(underlying: terms.underlying, quoteCurrency: quote))
    case 1: return .future(Future(underlying: terms.underlying, expiry: expiry, quoteCurrency: quote))
    default:
      let strike = Price(count: chance(0.5) ? Int64(int(1...200)) * 50_000_000_000 : int64(0 ... .max) >> int(0...60))
      return .option(try terms.option(right: right(), strike: strike, expiry: expiry))
    }
  }

  /// A listed contract, share or index.
  mutating func listedOption() throws -> OptionContract {
    let terms = ContractTerms.listed(
      pick(["GOOG", "F", "BRKB", "SPX", "SPXW", "NDX", "NDXP", "XSP", "VIX", "OEX", "XEO"]))
    let strike = Price(count: int64(0...99_999_999) * 100_000)
    return try terms.option(right: right(), strike: strike, expiry: Expiry(date(2000...2099)))
  }

  /// One of few contracts, so that legs meet and cancel.
  mutating func leg() throws -> Leg {
    let terms = ContractTerms.deribit("BTC")
    let expiry = Expiry(try CalendarDate(parsing: pick(["2025-12-19", "2025-12-26"])))
    let instrument: Instrument =
      chance(0.2)
      ? .perpetual(Perpetual(underlying: "BTC"))
      : .option(
        try terms.option(right: right(), strike: Price(count: int64(1...4) * 1_000_000_000_000), expiry: expiry))
    let price: Price? = chance(0.7) ? nil : Price(count: int64(1...2))
    return try Leg(Quantity(count: pick([-3, -2, -1, 1, 2, 3])), instrument, price: price)
  }

  mutating func strategy() throws -> Strategy {
    try Strategy((0..<int(0...6)).map { _ in try leg() })
  }
}

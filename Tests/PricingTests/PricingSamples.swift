import Basics
import Instruments
import MarketData
import Pricing

/// A corner of Deribit on 5 December 2025 and a share, made by hand for the tests of this module.
enum Sample {
  static let spot = "92529.80714286"

  struct Row {
    let name: String
    var bid: String?
    var ask: String?
    var mark: String?
    var volatility: Double? = 0.5
  }

  static let bitcoin = [
    Row(name: "BTC-26DEC25-80000-P", bid: "0.0085", ask: "0.0090", mark: "0.0087"),
    Row(name: "BTC-26DEC25-85000-P", bid: "0.0165", ask: "0.0170", mark: "0.0168"),
    Row(name: "BTC-26DEC25-92000-P", ask: "0.0405", mark: "0.0402"),
    Row(name: "BTC-26DEC25-92000-C", bid: "0.0485", ask: "0.0470", mark: "0.0480"),
    Row(name: "BTC-26DEC25-100000-C", bid: "0.0145", ask: "0.0150", mark: "0.0147"),
    Row(name: "BTC-26DEC25-105000-C", bid: "0.0065", ask: "0.0070", mark: "0.0067"),
    Row(name: "BTC-26DEC25-150000-C", bid: "0.0001", ask: "0.0003"),
  ]

  static let share = [
    Row(name: "GOOG  160115C00775000", bid: "3.90", ask: "4.10"),
    Row(name: "GOOG  160115P00750000", bid: "13.30", ask: "13.80"),
  ]

  static func market(_ rows: [Row], _ terms: UnderlyingTerms, asOf: String) throws -> MarketState {
    func price(_ text: String?) throws -> Price? { try text.map { try Price(parsing: $0) } }
    let quotes = try rows.enumerated().map { index, row in
      guard case .option(let contract) = try InstrumentName.parse(row.name) else { throw MarketDataError.empty }
      let quote = OptionQuote(
        contract: contract, bid: try price(row.bid), ask: try price(row.ask), mark: try price(row.mark),
        impliedVolatility: row.volatility)
      return (line: index + 2, quote: quote)
    }
    return try MarketState(asOf: try Instant(parsing: asOf), [MarketState.Input(terms: terms, quotes: quotes)])
  }

  static func deribit(_ rows: [Row] = bitcoin) throws -> MarketState {
    let forwards = [try CalendarDate(parsing: "26DEC25"): try Price(parsing: "92726.41")]
    return try market(
      rows,
      try UnderlyingTerms(
        symbol: "BTC", spot: try Price(parsing: spot), quotedIn: .coin, forwards: forwards),
      asOf: "2025-12-05T01:10:52Z")
  }

  static func goog() throws -> MarketState {
    try market(
      share, try UnderlyingTerms(symbol: "GOOG", spot: try Price(parsing: "750.31"), quotedIn: .quote, rate: 0.007),
      asOf: "2015-12-23T21:00:00Z")
  }

  /// Legs as `quantity instrument` or `quantity instrument=price`.
  static func strategy(_ legs: [String]) throws -> Strategy {
    try Strategy(
      legs.map { text in
        let space = text.firstIndex(of: " ") ?? text.startIndex
        let parts = text[text.index(after: space)...].split(separator: "=")
        let name = String(parts[0])
        let instrument =
          ["BTC", "GOOG", "XYZ"].contains(name)
          ? Instrument.underlying(Underlying(symbol: name)) : try InstrumentName.parse(name)
        return try Leg(
          try Quantity(parsing: text[..<space]), instrument,
          price: parts.count > 1 ? try Price(parsing: parts[1]) : nil)
      })
  }

  static func exact(_ text: String) throws -> ExactAmount { try ExactAmount(parsing: text) }

  static let condor = [
    "1 BTC-26DEC25-80000-P", "-1 BTC-26DEC25-85000-P", "-1 BTC-26DEC25-100000-C", "1 BTC-26DEC25-105000-C",
  ]
}

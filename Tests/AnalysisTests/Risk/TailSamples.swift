import Basics
import Instruments
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Analysis

/// Two underlyings with flat smiles, and books on them, for the tests of risk.
enum TailSample {
  static let expiry = "2026-01-16T08:00:00Z"

  static func market(settlement: Settlement = .quote) throws -> MarketState {
    try MarketState(
      asOf: try Instant(parsing: "2025-12-17T08:00:00Z"),
      ["AAA", "BBB"].map { symbol in
        var quotes: [(line: Int, quote: OptionQuote)] = []
        for strike in [80, 90, 100, 110, 120] {
          guard case .option(let contract) = try option(.call, strike, symbol, settlement) else { continue }
          quotes.append(
            (quotes.count + 2, OptionQuote(contract: contract, bid: nil, ask: nil, mark: nil, impliedVolatility: 0.5)))
        }
        return MarketState.Input(
          terms: try UnderlyingTerms(symbol: symbol, spot: try Price(parsing: "100"), quotedIn: settlement),
          quotes: quotes)
      })
  }

  static func option(
    _ right: OptionRight, _ strike: Int, _ symbol: String = "AAA", _ settlement: Settlement = .quote
  ) throws -> Instrument {
    .option(
      try OptionContract(
        underlying: symbol, right: right, strike: Price(count: Int64(strike) * 100_000_000),
        expiry: try Expiry(parsing: expiry), settlement: settlement))
  }

  static func share(_ symbol: String = "AAA") -> Instrument { .underlying(Underlying(symbol: symbol)) }

  /// A strategy: account, and legs of whole units.
  typealias Row = (account: String, legs: [(units: Int64, instrument: Instrument)])

  static func table(_ rows: [Row], settlement: Settlement = .quote, currency: Currency = .usd) throws -> StrategyTable {
    var table = StrategyTable()
    for (index, row) in rows.enumerated() {
      let legs = try row.legs.map { leg in
        StrategyTable.Leg(
          instrument: table.place(of: leg.instrument), quantity: Quantity(count: leg.units * 100_000_000),
          multiplier: .one, price: try Price(parsing: "100"), fee: .zero)
      }
      let terms = table.place(of: .init(settlement: settlement, currency: currency))
      table.append(
        name: Array("s\(index)".utf8).span, legs: legs, terms: terms, account: table.place(ofAccount: row.account))
    }
    return table
  }

  /// A book of random strategies of one to four legs over both underlyings and three accounts.
  static func randomRows(_ random: inout SplitMix64, count: Int) throws -> [Row] {
    try (0..<count).map { _ in
      let legs = try (0..<random.int(1...4)).map { _ -> (Int64, Instrument) in
        let symbol = random.pick(["AAA", "BBB"])
        let instrument =
          try random.chance(0.2)
          ? share(symbol) : option(random.pick([.call, .put]), random.pick([80, 90, 100, 110, 120]), symbol)
        return (random.pick([-3, -2, -1, 1, 2, 5]), instrument)
      }
      return (random.pick(["x", "y", "z"]), legs)
    }
  }

  /// Random moves of both underlyings, volatility too.
  static func moves(_ random: inout SplitMix64, count: Int, weighted: Bool = false) throws -> JointMoves {
    func column(_ size: Double) -> [Double] { (0..<count).map { _ in random.number(-size, size) } }
    return try JointMoves(
      underlyings: ["AAA", "BBB"], names: (0..<count).map { "m\($0)" }, spot: [column(0.2), column(0.3)],
      volatility: [column(0.5), nil], weights: weighted ? (0..<count).map { _ in random.number(0.5, 1) } : nil)
  }
}

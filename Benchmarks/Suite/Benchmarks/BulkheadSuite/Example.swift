import Basics
import Formats
import Glibc
import Instruments
import MarketData
import Pricing
import Scenarios

/// The market and the iron condor that the project ships.
struct Example {
  let market: MarketState
  let strategy: Strategy
  let terms: AccountTerms

  init() throws {
    let data = Example.dataFolder
    market = try MarketFile("\(data)/Markets/deribit-btc-2025-12-05.yaml").state
    let file = try StrategyFile("\(data)/Strategies/btc-iron-condor.yaml")
    strategy = try file.strategy(in: market)
    terms = file.terms
  }

  /// At worst fills.
  func filled() throws(PricingError) -> FilledStrategy { try strategy.filled(from: market, terms) }

  /// Condors on the shipped chain's first expiry, accounted in dollars, every one on other strikes: at most 330.
  func book(of count: Int) throws -> StrategyTable {
    let strikes: [Int64] = Array(stride(from: 70_000, through: 120_000, by: 5_000))
    var table = StrategyTable()
    guard let option = market["BTC"]?.contractTerms.covered(by: .underlying) else { return table }
    let terms = table.place(of: StrategyTable.Terms(settlement: .quote, currency: try Currency("USD")))
    let account = table.place(ofAccount: "")
    let price = try Price(parsing: "900")
    for (a, b, c, d) in combinations(of: strikes).prefix(count) {
      let legs = try LegsText.parse("1P\(a) -1P\(b) -1C\(c) 1C\(d) @26DEC25", terms: option).map { leg in
        StrategyTable.Leg(
          instrument: table.place(of: leg.instrument), quantity: leg.quantity, multiplier: leg.instrument.multiplier,
          price: price, fee: .zero)
      }
      let name = Array("\(table.count)".utf8)
      table.append(name: name.span, legs: legs, terms: terms, account: account)
    }
    return table
  }

  private func combinations(of strikes: [Int64]) -> [(Int64, Int64, Int64, Int64)] {
    var found: [(Int64, Int64, Int64, Int64)] = []
    for a in strikes.indices {
      for b in strikes.indices where b > a {
        for c in strikes.indices where c > b {
          for d in strikes.indices where d > c { found.append((strikes[a], strikes[b], strikes[c], strikes[d])) }
        }
      }
    }
    return found
  }

  /// 201 spots, 101 volatilities and the unshocked point.
  static func grid() throws -> ScenarioGrid {
    try ScenarioGrid(
      spotShifts: ScenarioGrid.nodes(from: -0.3, to: 0.3, count: 201),
      volatilityShifts: ScenarioGrid.nodes(from: -0.2, to: 0.4, count: 101))
  }

  /// The project's `Data`, found from this source file.
  private static let dataFolder =
    (#filePath as String).split(separator: "/", omittingEmptySubsequences: false).dropLast(5).joined(separator: "/")
    + "/Data"
}

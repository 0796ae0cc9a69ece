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

  /// Condors on the shipped chain's first expiry, every one on other strikes while there are any.
  func book(of count: Int) throws -> [FilledStrategy] {
    let strikes: [Int64] = Array(stride(from: 70_000, through: 120_000, by: 5_000))
    var book: [FilledStrategy] = []
    while true {
      for a in 0..<strikes.count {
        for b in (a + 1)..<strikes.count {
          for c in (b + 1)..<strikes.count {
            for d in (c + 1)..<strikes.count {
              guard book.count < count else { return book }
              let text = [("1P", a), ("-1P", b), ("-1C", c), ("1C", d)]
                .map { "\($0.0)\(strikes[$0.1])=0.01" }.joined(separator: " ")
              guard let terms = market["BTC"]?.contractTerms.covered(by: .underlying) else { return book }
              let legs = try LegsText.parse(text + " @26DEC25", terms: terms)
              book.append(try Strategy(legs, name: "condor").filled(from: market, self.terms))
            }
          }
        }
      }
    }
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

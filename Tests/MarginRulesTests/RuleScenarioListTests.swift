import Basics
import Formats
import Instruments
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import MarginRules

/// A rule's scenarios as a list for reports: the same moves, the same losses.
@Suite("Rule scenarios as a list")
struct RuleScenarioListTests {
  static func source(_ file: String, _ changes: [String: RuleParameter] = [:]) throws -> any ScenarioSource {
    try #require(try rule(file, changes) as? any ScenarioSource)
  }

  @Test("SPAN has its sixteen, in its order, the extremes counted in part")
  func span() throws {
    let scenarios = try Self.source("span").namedScenarios(of: ["BTC", "ETH"])
    #expect(scenarios.map(\.name) == (1...16).map { "span/\($0)" })
    #expect(scenarios.allSatisfy { $0.daysForward == 1 && $0.move(of: "BTC") == $0.move(of: "ETH") })
    #expect(scenarios.map(\.cover) == [Double](repeating: 1, count: 14) + [0.35, 0.35])
    let moves = scenarios.map { $0.move(of: "BTC") }
    #expect(moves[0] == UnderlyingMove(spot: 0, volatility: VolatilityShift(level: 0.1)))
    #expect(moves[13] == UnderlyingMove(spot: -0.15, volatility: VolatilityShift(level: -0.1)))
    #expect(moves[14] == UnderlyingMove(spot: 0.3) && moves[15] == UnderlyingMove(spot: -0.3))
  }

  @Test("The risk-based model moves each class by its own range")
  func riskBased() throws {
    let scenarios = try Self.source("occ-risk-based").namedScenarios(of: ["SPX", "GOOG"])
    #expect(scenarios.count == 10 && scenarios.allSatisfy { $0.cover == 1 && $0.daysForward == 0 })
    #expect(scenarios.map { $0.move(of: "SPX").spot }.first == -0.08 && scenarios.last?.move(of: "SPX").spot == 0.06)
    #expect(scenarios.first?.move(of: "GOOG").spot == -0.15 && scenarios.last?.move(of: "GOOG").spot == 0.15)
    #expect(scenarios.allSatisfy { $0.move(of: "SPX").volatility == .none })
  }

  @Test("The worst scenario of a list loses what the rule's scan finds", arguments: ["span", "occ-risk-based"])
  func scan(name: String) throws {
    let market = try MarketFile(Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml").state
    let source = try Self.source(name)
    let list = try ScenarioList(try source.namedScenarios(of: market.underlyings.map(\.symbol)))
    for file in ["btc-iron-condor", "btc-short-strangle", "btc-long-straddle"] {
      let strategy = try StrategyFile("\(Fixture.root)/Data/Strategies/\(file).yaml")
      let filled = try strategy.strategy(in: market).filled(from: market, strategy.terms)
      let book = try ScenarioBook(try RuleInputs(of: filled, in: market)) { source.scenarios(of: $0) }
      var engine = ScenarioEngine(book: ResolvedBook(market: market), market: market, scenarios: .list(list))
      let value = try engine.profitAndLoss(of: filled).value
      let results = try #require(book.groups.first).array.results
      #expect(value.count == results.count + 1)
      for (index, result) in results.enumerated() {
        let found = value[index + 1] - value[0]
        #expect(abs(found - result) < 1e-7 * max(1, abs(result)), "\(file), \(list.names[index])")
      }
    }
  }

  @Test("Volatilities that move by days to expiry are no list's; nobody's scenarios are none")
  func refused() throws {
    #expect {
      try Self.source("deribit-portfolio").namedScenarios(of: ["BTC"])
    } throws: { "\($0)".contains("found volatilities that move by days to expiry") }
    #expect { try Self.source("span").namedScenarios(of: []) } throws: { "\($0)".contains("found no underlying") }
  }
}

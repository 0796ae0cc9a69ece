import Analysis
import Basics
import IsolatedMargin
import MarginRules
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Formats

/// The delivered rulebooks on the delivered strategies: no term without a meaning, no rule without words.
@Suite("The delivered rules in words")
struct RuleVocabularyTests {
  private static let data = Fixture.root + "/Data"

  private static func rules() throws -> [any MarginRule] {
    try RulebookShelf(dataFolders: [data]).files.map { try $0.rule() }
  }

  private static let cases: [(strategy: String, market: String)] = [
    ("btc-iron-condor", "deribit-btc-2025-12-05"), ("btc-iron-condor-coin", "deribit-btc-2025-12-05"),
    ("btc-call-spread-coin", "deribit-btc-2025-12-05"), ("btc-long-straddle", "deribit-btc-2025-12-05"),
    ("btc-short-straddle", "deribit-btc-2025-12-05"), ("goog-broken-wing-butterfly", "goog-2015-12-23"),
    ("goog-covered-call", "goog-2015-12-23"), ("goog-put-calendar", "goog-2015-12-23"),
  ]

  @Test("Every term that a delivered rule gives has a meaning; terms add up; a reason stands where no answer does")
  func meanings() throws {
    let rules = try Self.rules()
    var seen: Set<String> = []
    for (strategy, market) in Self.cases {
      let state = try MarketFile("\(Self.data)/Markets/\(market).yaml").state
      let filled = try StrategyFile("\(Self.data)/Strategies/\(strategy).yaml", dataFolders: [Self.data])
      let position = try filled.strategy(in: state).filled(from: state, filled.terms)
      let compared = try RuleComparison(
        market: state, rules: rules.map { .inForce($0) }, hasLiquidation: false
      ).compare(position)
      for verdict in compared.verdicts {
        #expect(verdict.status != .invalid && verdict.status != .overflow, "\(strategy) \(verdict.name)")
        guard let initial = verdict.initial, let maintenance = verdict.maintenance else {
          #expect(!verdict.detail.isEmpty, "\(strategy) \(verdict.name)")
          continue
        }
        for requirement in [initial, maintenance] {
          let sum = requirement.terms.reduce(ExactAmount.zero) { $0 + $1.amount.exact }
          #expect(sum == requirement.total.exact && sum >= .zero, "\(strategy) \(verdict.name)")
          for term in requirement.terms {
            seen.insert(term.name)
            #expect(!term.source.isEmpty, "\(verdict.name): \(term.name)")
            #expect(RequirementVocabulary.meaning(of: term.name) != nil, "\(verdict.name): found term \(term.name)")
          }
        }
      }
    }
    for name in ["least_payoff", "short_call_mark", "scan_risk", "net_option_value", "long_options"] {
      #expect(seen.contains(name), "no strategy here has a \(name)")
    }
  }

  @Test("Every rulebook says what it looks at, where it is from and, but for the maximum loss, what it leaves out")
  func words() throws {
    for rule in try Self.rules() {
      #expect(!rule.needs.isEmpty && !rule.rulebook.source.isEmpty && !rule.rulebook.title.isEmpty, "\(rule.name)")
      #expect(rule.name == "maximum-loss" || !rule.rulebook.leavesOut.isEmpty, "\(rule.name)")
    }
  }
}

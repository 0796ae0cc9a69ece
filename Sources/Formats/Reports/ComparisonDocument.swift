import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarginRules
import Pricing

/// One strategy under several rules as JSON, rules in the order in which they were named.
///
/// Amounts are strings with all the decimals of their currency; a missing one is null beside a `status` that says why.
struct ComparisonDocument {
  let compared: StrategyComparison
  let source: String

  /// Raised when a key goes away or changes its meaning; new keys do not raise it.
  static let version: Int64 = 1

  init(_ compared: StrategyComparison, source: String) {
    self.compared = compared
    self.source = source
  }

  var json: JSONValue {
    .object(
      head("bulkhead.comparison") + [
        (key: "rules", value: .array(compared.verdicts.map { .object(rule($0)) }))
      ])
  }

  /// What stands before the rules: the strategy, its market, its cost and its maximum loss.
  func head(_ schema: String) -> [(key: String, value: JSONValue)] {
    let margin = compared.margin
    let head = DocumentHead(
      schema: schema, version: ComparisonDocument.version, filled: compared.filled, asOf: compared.asOf, source: source)
    return head.members + [
      ("basis", .string("cash_after_premium")),
      ("entry_cost", .string(margin.entryCostText)), ("fees", .string(margin.feesText)),
      (
        "maximum_loss",
        .object([
          ("status", .string(margin.status.rawValue)), ("detail", .string(margin.detail)),
          ("amount", .text(margin.maxLoss.map { AmountText.up($0) })), ("margin", .text(margin.margin?.text)),
          ("requirement", .text(margin.requirement?.text)), ("binding_price", .string(margin.bindingPriceText)),
          ("policy", .text(margin.maximumLoss?.policy.name)),
          ("between_expiries", .text(PolicyWords.betweenExpiries(margin.maximumLoss, compared.plan))),
        ])
      ),
    ]
  }

  /// One rule and what it says.
  func rule(_ verdict: RuleVerdict) -> [(key: String, value: JSONValue)] {
    let book = verdict.rule.rulebook
    return [
      ("rule", .string(verdict.name)), ("title", .text(book?.title)),
      ("effective", .text(book.map { "\($0.effective)" })), ("source", .text(book?.source)),
      ("leaves_out", .array((book?.leavesOut ?? []).map { .string($0) })),
      ("status", .string(verdict.status.rawValue)), ("detail", .string(verdict.detail)),
      ("initial", ComparisonDocument.requirement(verdict.initial)),
      ("maintenance", ComparisonDocument.requirement(verdict.maintenance)),
      ("own_money", .text(compared.ownMoney(verdict)?.text)),
      ("ratio_to_maximum_loss", .number(compared.ratioToMaximumLoss(verdict))),
      ("liquidation", verdict.liquidation.map { RuleLiquidationWords(liquidation: $0).json } ?? .null),
    ]
  }

  private static func requirement(_ requirement: Requirement?) -> JSONValue {
    guard let requirement else { return .null }
    return .object([
      (
        "terms",
        .array(
          requirement.terms.map { term in
            .object([
              ("term", .string(term.name)), ("input", .string(term.input)), ("amount", .string(term.amount.text)),
              ("meaning", .text(RequirementVocabulary.meaning(of: term.name))), ("source", .string(term.source)),
            ])
          })
      ), ("total", .string(requirement.total.text)), ("binding_scenario", .string(requirement.binding)),
      ("runner_up", .string(requirement.runnerUp)),
    ])
  }
}

import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarginRules
import Pricing

/// One strategy under several rules as a page: a line a rule, cheapest first, and the one basis they share.
enum ComparisonPage {
  static func page(_ compared: StrategyComparison) -> Page {
    let answered = ranked(compared)
    let silent = compared.verdicts.filter { $0.initial == nil }.sorted { precedes($0.name, $1.name) }
    let sections: [Page.Section?] = [
      requirements(compared, answered), liquidation(answered), binding(answered), noAnswer(silent),
      RequirementWords.maximumLoss(compared),
      rules(compared),
    ]
    return Page(
      title: FigureText.plain(compared.filled.name),
      subtitle: RequirementWords.subtitle(
        compared, "\(compared.verdicts.count) \(compared.verdicts.count == 1 ? "rule" : "rules side by side")"),
      sections: sections.compactMap { $0 })
  }

  /// The verdicts with an answer, by initial requirement from the least; equal ones by name.
  static func ranked(_ compared: StrategyComparison) -> [RuleVerdict] {
    compared.verdicts.filter { $0.initial != nil }.sorted { left, right in
      let (a, b) = (left.initial?.total.minorUnits ?? 0, right.initial?.total.minorUnits ?? 0)
      return a == b ? precedes(left.name, right.name) : a < b
    }
  }

  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  private static func requirements(_ compared: StrategyComparison, _ verdicts: [RuleVerdict]) -> Page.Section? {
    guard !verdicts.isEmpty else { return nil }
    let rows = verdicts.map { verdict in
      [
        Figure(verdict.name), Figure(verdict.initial?.total.text ?? ""), Figure(verdict.maintenance?.total.text ?? ""),
        Figure(compared.ownMoney(verdict)?.text ?? FigureText.missing),
        Figure(compared.ratioToMaximumLoss(verdict).map { FigureText.fixed($0, 2) } ?? "-"),
      ]
    }
    let table = PageTable(
      columns: [
        .init("Rule", isNumber: false), .init("Initial"), .init("Maintenance"), .init("Own money"), .init("x loss"),
      ], rows: rows)
    return Page.Section(
      heading: "Requirements in \(compared.currency.code)", role: .summary,
      blocks: [.table(table), .sentence(RequirementWords.basis(compared)), .sentence(ratio(compared))])
  }

  private static func ratio(_ compared: StrategyComparison) -> String {
    let order = "Rules stand by their initial requirement, the least first; equal ones by name."
    guard let loss = compared.margin.maxLoss, loss.sign > 0 else {
      return "There is no maximum loss that own money could be compared with. " + order
    }
    return "x loss is own money over the maximum loss: below 1.00 more can be lost than was brought. " + order
  }

  private static func binding(_ verdicts: [RuleVerdict]) -> Page.Section? {
    let facts = verdicts.compactMap { verdict -> Fact? in
      guard let text = RequirementWords.binding(verdict), !text.isEmpty else { return nil }
      return Fact(verdict.name, text)
    }
    return facts.isEmpty ? nil : Page.Section(heading: "What decided", blocks: [.facts(facts)])
  }

  private static func noAnswer(_ verdicts: [RuleVerdict]) -> Page.Section? {
    guard !verdicts.isEmpty else { return nil }
    let facts = verdicts.map {
      Fact($0.name, RequirementWords.status($0.status), .caution, note: FigureText.plain($0.detail))
    }
    return Page.Section(heading: "Rules without an answer", blocks: [.facts(facts)])
  }

  private static func liquidation(_ verdicts: [RuleVerdict]) -> Page.Section? {
    let rows = verdicts.compactMap { verdict -> [Figure]? in
      guard let liquidation = verdict.liquidation else { return nil }
      let words = RuleLiquidationWords(liquidation: liquidation)
      func figure(_ answer: RuleLiquidation.Answer?) -> Figure {
        answer.map { Figure(words.short($0), $0.isNever ? .plain : .caution) } ?? Figure("-")
      }
      return [Figure(verdict.name), figure(liquidation.asAsked), figure(liquidation.funded)]
    }
    guard !rows.isEmpty else { return nil }
    let table = PageTable(
      columns: [
        .init("Rule", isNumber: false), .init("Posted as the rule asks", isNumber: false),
        .init("Posted to the maximum loss", isNumber: false),
      ], rows: rows)
    return Page.Section(
      heading: "What each rule would still liquidate",
      blocks: [
        .table(table),
        .sentence(
          "Prices at which the balance falls below the rule's maintenance, at the present moment and volatilities: the "
            + "position is closed although it may have come back. now: at the present price, or at the first move against "
            + "the position. The command bulkhead explain gives the reason."),
      ])
  }

  private static func rules(_ compared: StrategyComparison) -> Page.Section? {
    let rows = compared.verdicts.compactMap { verdict in
      verdict.rule.rulebook.map {
        [Figure($0.name), Figure(RequirementWords.effective($0)), Figure(FigureText.plain($0.title))]
      }
    }
    guard !rows.isEmpty else { return nil }
    let table = PageTable(
      columns: [
        .init("Rule", isNumber: false), .init("In force from", isNumber: false), .init("Title", isNumber: false),
      ], rows: rows)
    return Page.Section(
      heading: "Rules", blocks: [.table(table), .sentence("The command bulkhead rules names the source of each.")])
  }
}

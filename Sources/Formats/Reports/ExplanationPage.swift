import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarginRules
import Pricing

/// One rule's requirement for one strategy in words: what each term is computed from, why, and where the rule says so.
enum ExplanationPage {
  static func page(_ explained: StrategyComparison) -> Page {
    guard let verdict = explained.verdicts.first else {
      return Page(title: FigureText.plain(explained.filled.name), subtitle: "no rule", sections: [])
    }
    var sections = [rule(verdict)]
    if let initial = verdict.initial, let maintenance = verdict.maintenance {
      sections.append(requirement(initial, explained, verdict))
      sections.append(requirement(maintenance, explained, verdict))
      sections.append(
        Page.Section(heading: "Basis", blocks: [.sentence(RequirementWords.basis(explained))]))
    } else {
      sections.append(
        Page.Section(
          heading: "No answer",
          blocks: [
            .facts([
              Fact(
                "Status", RequirementWords.status(verdict.status), .caution, note: FigureText.plain(verdict.detail))
            ])
          ]))
    }
    if let liquidation = verdict.liquidation { sections.append(self.liquidation(liquidation)) }
    if let leavesOut = leavesOut(verdict) { sections.append(leavesOut) }
    sections.append(RequirementWords.maximumLoss(explained))
    return Page(
      title: "\(FigureText.plain(explained.filled.name)) under \(verdict.name)",
      subtitle: RequirementWords.subtitle(explained, "One requirement explained"), sections: sections)
  }

  private static func rule(_ verdict: RuleVerdict) -> Page.Section {
    guard case .inForce(let rule) = verdict.rule else {
      return Page.Section(heading: "The rule", blocks: [.sentence(FigureText.plain(verdict.detail))])
    }
    let book = rule.rulebook
    let facts = [
      Fact("Rule", FigureText.plain(book.title)), Fact("In force", RequirementWords.inForce(book)),
      Fact("Source", FigureText.plain(book.source)), Fact("Looks at", FigureText.plain(rule.needs)),
    ]
    return Page.Section(heading: "The rule", blocks: [.facts(facts)])
  }

  private static func requirement(
    _ requirement: Requirement, _ explained: StrategyComparison, _ verdict: RuleVerdict
  ) -> Page.Section {
    let code = explained.currency.code
    let source = verdict.rule.rulebook?.source ?? ""
    var facts = requirement.terms.map { term in
      Fact(
        RequirementWords.term(term.name), "\(term.amount.text) \(code)",
        note: FigureText.plain(note(term, besides: source)))
    }
    facts.append(
      Fact(
        "Total", "\(requirement.total.text) \(code)",
        note: requirement.terms.count > 1 ? "the sum of the \(requirement.terms.count) terms" : "the one term"))
    if !requirement.binding.isEmpty { facts.append(Fact("Decided by", FigureText.plain(requirement.binding))) }
    if !requirement.runnerUp.isEmpty { facts.append(Fact("Next would be", FigureText.plain(requirement.runnerUp))) }
    let what = requirement.kind == .initial ? "Initial requirement, to open" : "Maintenance requirement, to keep"
    return Page.Section(heading: what, role: .summary, blocks: [.facts(facts)])
  }

  /// What the term was computed from, why it is there, and where the rule says so: where that is the rule's own source,
  /// which stands above, it is not said again.
  private static func note(_ term: RequirementTerm, besides source: String) -> String {
    // Of a section within the rule's source, which stands above, only the section is said.
    let own =
      term.source.hasPrefix(source)
      ? String(term.source.dropFirst(source.count).drop { " ;,".contains($0) }) : term.source
    let parts = [term.input, RequirementVocabulary.meaning(of: term.name) ?? "", own]
    return parts.filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private static func liquidation(_ liquidation: RuleLiquidation) -> Page.Section {
    let words = RuleLiquidationWords(liquidation: liquidation)
    var facts: [Fact] = []
    if let condition = liquidation.condition { facts.append(Fact("Condition", condition)) }
    facts.append(Fact("Posted as asked", FigureText.plain(words.long(liquidation.asAsked))))
    if let funded = liquidation.funded {
      facts.append(Fact("Posted to the loss", FigureText.plain(words.long(funded))))
    }
    return Page.Section(heading: "What it would still liquidate, at present", blocks: [.facts(facts)])
  }

  /// What the requirement does not hold.
  private static func leavesOut(_ verdict: RuleVerdict) -> Page.Section? {
    guard let book = verdict.rule.rulebook, !book.leavesOut.isEmpty else { return nil }
    return Page.Section(heading: "What is left out", blocks: [.list(book.leavesOut.map(FigureText.plain))])
  }
}

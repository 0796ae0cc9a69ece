import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarginRules
import Pricing

/// Words about requirements that several pages share.
enum RequirementWords {
  static func subtitle(_ compared: StrategyComparison, _ what: String) -> String {
    "\(what), \(compared.filled.settlement.rawValue) settlement in \(compared.currency.code), "
      + "as of \(FigureText.moment(compared.asOf))"
  }

  /// The basis on which all rules answer, with what lies outside it.
  static func basis(_ compared: StrategyComparison) -> String {
    let (cost, fees) = (compared.margin.entryCost, compared.margin.fees)
    let (code, decimals) = (compared.currency.code, compared.currency.decimals)
    let premium =
      cost.sign < 0
      ? "less the premium received (\(FigureText.fixed(-cost, decimals, .down)))"
      : "plus the premium paid (\(FigureText.fixed(cost, decimals, .up)))"
    return
      "One basis: the cash that must stand in the account once the premium has changed hands. Own money is the initial "
      + "requirement, \(premium), plus the fees (\(FigureText.fixed(fees, decimals, .up)) \(code)), which no requirement "
      + "counts; it is 0 at the least."
  }

  /// From when a rule's numbers hold: `2025-01-01`, or `always` for a rule that no venue has set and that has no numbers. Files
  /// date such a rule by the first day that computers count from, which would be read as the day it was published.
  static func effective(_ book: Rulebook) -> String {
    book.effective.daysSinceEpoch <= 0 ? "always" : "\(book.effective)"
  }

  /// `from 2025-01-01`, or `always`.
  static func inForce(_ book: Rulebook) -> String {
    let day = effective(book)
    return day == "always" ? day : "from \(day)"
  }

  /// `short_call_underlying` as a reader says it.
  static func term(_ name: String) -> String { name.split(separator: "_").joined(separator: " ") }

  /// `not applicable`: a status as a reader says it.
  static func status(_ status: MarginStatus) -> String { term(status.rawValue) }

  /// What decided both requirements; nil without an answer.
  static func binding(_ verdict: RuleVerdict) -> String? {
    guard let initial = verdict.initial?.binding, let maintenance = verdict.maintenance?.binding else { return nil }
    if initial == maintenance { return FigureText.plain(initial) }
    // What differs in nothing but its last figure is said once, with both.
    let (open, keep) = (initial.split(separator: " "), maintenance.split(separator: " "))
    if open.count > 1, open.dropLast() == keep.dropLast(), let first = open.last, let second = keep.last {
      let common = open.dropLast().joined(separator: " ")
      return FigureText.plain("\(common) \(first) to open, \(second) to keep")
    }
    return FigureText.plain(
      [("initial", initial), ("maintenance", maintenance)].filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1)" }
        .joined(separator: "; "))
  }

  /// The isolated maximum loss with its reason: what the rules are measured against.
  static func maximumLoss(_ compared: StrategyComparison) -> Page.Section {
    let margin = compared.margin
    let code = compared.currency.code
    var facts: [Fact] = []
    switch margin.maximumLoss {
    case .bounded(let bound)?:
      facts.append(
        Fact(
          "Maximum loss", "\(FigureText.fixed(bound.loss, compared.currency.decimals, .up)) \(code)",
          bound.loss.sign > 0 ? .loss : .plain,
          note:
            "entry cost \(PageBuilder.short(bound.entryCost)) + fees \(PageBuilder.short(bound.fees)) - least payoff "
            + PageBuilder.short(bound.leastPayoff)))
      facts += PolicyWords.facts(bound.policy, compared.plan)
    case .unbounded(let tails)?:
      facts.append(Fact("Maximum loss", "unbounded", .loss, note: "(\(tails.text))"))
      facts += PolicyWords.facts(tails.policy, compared.plan)
    case nil: facts.append(PolicyWords.missing(margin))
    }
    facts += PolicyWords.facts(margin.maximumLoss?.proofs ?? [])
    facts.append(
      Fact("Margin", margin.margin.map { "\($0.text) \(code)" } ?? "none", note: "what the holder brings and posts"))
    facts.append(Fact("Before expiry", margin.liquidationSafety.text))
    return Page.Section(heading: "Isolated maximum loss", blocks: [.facts(facts)])
  }
}

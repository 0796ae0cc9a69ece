import Analysis
import Basics
import IsolatedMargin
import MarginRules
import Pricing

/// What each rule asks for one strategy, as bars, beside what the maximum loss asks for.
struct ComparisonPicture {
  private let compared: StrategyComparison
  private let source: String

  init(_ compared: StrategyComparison, source: String) {
    self.compared = compared
    self.source = source
  }

  func picture() -> Picture {
    let title = Picture.name(of: compared.filled.name)
    return Picture(
      name: "margin", title: title + ": margin under each rule",
      units: "\(compared.currency.code) that must stand in the account once the premium has changed hands.",
      source: PictureSource(quotes: source, asOf: compared.asOf).text, description: description,
      figures: { csv }, chart: .bars(chart))
  }

  private var answered: [RuleVerdict] { ComparisonPage.ranked(compared) }

  private func text(_ verdict: RuleVerdict) -> String {
    [verdict.initial, verdict.maintenance].compactMap { $0.map { FigureText.thousands($0.total.text) } }
      .joined(separator: " / ")
  }

  private var reference: (amount: Double, label: String)? {
    guard let requirement = compared.margin.requirement else { return nil }
    return (
      requirement.exact.doubleValue,
      "requirement of the maximum loss \(FigureText.thousands(requirement.text)) \(compared.currency.code)"
    )
  }

  private var remarks: [String] {
    var remarks: [String] = []
    if compared.margin.requirement == nil {
      remarks.append(
        compared.margin.status == .unbounded
          ? "The loss is unbounded (\(FigureText.plain(compared.margin.detail))): no requirement covers it."
          : "There is no maximum loss to compare with: \(RequirementWords.status(compared.margin.status)).")
    }
    let silent = compared.verdicts.filter { $0.initial == nil }.map { FigureText.plain($0.name) }
    if !silent.isEmpty { remarks.append("Without an answer: \(silent.joined(separator: ", ")).") }
    return remarks
  }

  private var chart: BarChart {
    BarChart(
      rows: answered.map { verdict in
        BarChart.Row(
          name: FigureText.plain(verdict.name), first: verdict.initial?.total.exact.doubleValue ?? 0,
          second: verdict.maintenance?.total.exact.doubleValue ?? 0, text: text(verdict))
      }, firstName: "initial", secondName: "maintenance (figures: initial / maintenance)", reference: reference,
      axisTitle: "Requirement in \(compared.currency.code)", remarks: remarks)
  }

  private var description: String {
    let rules = answered.map { "\(FigureText.plain($0.name)) \(text($0))" }
    return
      ([
        "Initial and maintenance requirement in \(compared.currency.code) under \(rules.count) rules, the least first: "
          + rules.joined(separator: "; ") + "."
      ] + (reference.map { [$0.label + "."] } ?? []) + remarks).joined(separator: " ")
  }

  private var csv: String {
    var writer = CSVWriter()
    writer.row(["rule", "initial", "maintenance", "currency"])
    for verdict in answered {
      writer.cell(verdict.name)
      writer.cell(verdict.initial?.total)
      writer.cell(verdict.maintenance?.total)
      writer.cell(compared.currency.code)
      writer.endRow()
    }
    return writer.text
  }
}

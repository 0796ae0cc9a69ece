public import Analysis
import Basics
import IsolatedMargin
import MarginRules
import Pricing

/// Writes strategies under several rules as rows: the terms of each requirement, then its `TOTAL`.
public struct CompareReport: Sendable {
  public static let columns = [
    "strategy", "rule", "effective", "requirement", "term", "input", "amount", "currency", "binding_scenario", "status",
    "detail",
  ]

  /// The columns, with ``MarginReport/policyColumn`` behind them where a policy is asked for: the one that an answer about
  /// the maximum loss is for.
  public static func columns(hasPolicy: Bool) -> [String] {
    columns + (hasPolicy ? [MarginReport.policyColumn] : [])
  }

  /// The word of the `term` column that ends a requirement.
  public static let total = "TOTAL"

  private let comparison: RuleComparison

  public init(_ comparison: RuleComparison) { self.comparison = comparison }

  /// Reads a book to its end and writes header and rows, strategies in the book's order.
  ///
  /// - Returns: What is to be said; a strategy counts once, however many rows it has.
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  public func write(
    _ book: inout BookReader, to sink: inout OutputSink, progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    let header = CompareReport.columns(hasPolicy: comparison.plan != nil)
    return try BookRows.write(&book, header: header, to: &sink, progress: progress, rows)
  }

  private func rows(_ entries: ArraySlice<BookEntry>) -> BookRows.Part {
    var writer = CSVWriter(capacity: 1024 * entries.count)
    var summary = ReportSummary()
    for entry in entries {
      summary.rowCount += 1
      guard let strategy = entry.strategy else {
        summary.invalidCount += 1
        summary.add(entry.errors, count: entry.errorCount)
        CompareReport.invalidRow(
          name: entry.name, detail: entry.detail, hasPolicy: comparison.plan != nil, &writer)
        continue
      }
      do throws(MarginRulesError) {
        let compared = try comparison.compare(strategy)
        CompareReport.rows(compared, &writer)
        if compared.isInvalid { summary.invalidCount += 1 }
      } catch {
        summary.invalidCount += 1
        summary.add([entry.refusal(error.description)], count: 1)
        CompareReport.invalidRow(
          name: entry.name, detail: error.description, hasPolicy: comparison.plan != nil, &writer)
      }
    }
    return (writer, summary)
  }

  /// Writes the rows of one strategy, rules in the order in which they were named.
  public static func rows(_ compared: StrategyComparison, _ writer: inout CSVWriter) {
    for verdict in compared.verdicts {
      guard let initial = verdict.initial, let maintenance = verdict.maintenance else {
        silentCells(compared, verdict, &writer)
        policyCell(compared, &writer)
        writer.endRow()
        continue
      }
      rows(initial, detail: "", compared, verdict, &writer)
      let liquidation = verdict.liquidation.map { RuleLiquidationWords(liquidation: $0).detail }
      rows(maintenance, detail: liquidation ?? "", compared, verdict, &writer)
    }
  }

  private static func rows(
    _ requirement: Requirement, detail: String, _ compared: StrategyComparison, _ verdict: RuleVerdict,
    _ writer: inout CSVWriter
  ) {
    func row(_ term: String, _ input: String, _ amount: Money, _ detail: String) {
      cells(requirement, (term, input, amount), detail: detail, compared, verdict, &writer)
      policyCell(compared, &writer)
      writer.endRow()
    }
    for term in requirement.terms { row(term.name, term.input, term.amount, "") }
    row(total, "", requirement.total, detail)
  }

  /// The cells of one term; the row stays open.
  static func cells(
    _ requirement: Requirement, _ term: (name: String, input: String, amount: Money), detail: String,
    _ compared: StrategyComparison, _ verdict: RuleVerdict, _ writer: inout CSVWriter
  ) {
    head(compared, verdict, &writer)
    writer.cell(requirement.kind.rawValue)
    writer.cell(term.name)
    writer.cell(term.input)
    writer.cell(term.amount)
    writer.cell(term.amount.currency.code)
    writer.cell(requirement.binding)
    writer.cell(verdict.status.rawValue)
    writer.cell(detail)
  }

  /// The policy of the maximum loss, where one was asked for; it stands last.
  static func policyCell(_ compared: StrategyComparison, _ writer: inout CSVWriter) {
    if compared.plan != nil { writer.cell(compared.margin.maximumLoss?.policy.name) }
  }

  /// The cells of a rule without an answer; the row stays open.
  static func silentCells(_ compared: StrategyComparison, _ verdict: RuleVerdict, _ writer: inout CSVWriter) {
    head(compared, verdict, &writer)
    writer.emptyCells(6)
    writer.cell(verdict.status.rawValue)
    writer.cell(verdict.detail)
  }

  private static func head(_ compared: StrategyComparison, _ verdict: RuleVerdict, _ writer: inout CSVWriter) {
    writer.cell(compared.filled.name)
    writer.cell(verdict.name)
    writer.cell(verdict.rule.rulebook?.effective.description)
  }

  /// The row of a strategy that could not be read, or that the market cannot value: no rule has anything to say of it.
  public static func invalidRow(name: String, detail: String, hasPolicy: Bool, _ writer: inout CSVWriter) {
    writer.cell(name)
    writer.emptyCells(8)
    writer.cell(MarginStatus.invalid.rawValue)
    writer.cell(detail)
    if hasPolicy { writer.emptyCell() }
    writer.endRow()
  }
}

import Analysis
import Basics
import IsolatedMargin
import Pricing
import Scenarios

/// Makes the rows of a book's summary, for several threads at once.
struct SummaryRows: Sendable {
  let limits: [LossLimit]
  /// Levels of expected shortfall behind the first.
  let furtherLevels: Int
  /// How the scenarios' smiles answer when spot moves.
  let dynamics: SmileDynamics

  func rows(
    _ range: Range<Int>, _ batch: BookBatch, _ table: StrategyTable, _ results: BookResults
  ) -> BookRows.Part {
    var writer = CSVWriter(capacity: 192 * range.count)
    var summary = ReportSummary()
    batch.forEach(in: range) { item in
      summary.rowCount += 1
      switch item {
      case .invalid(let entry):
        summary.invalidCount += 1
        summary.add(entry.errors, count: entry.errorCount)
        invalidRow(Array(entry.name.utf8).span, entry.detail, &writer)
      case .strategy(let index):
        do throws(PricingError) {
          let figures = try results.figures(index)
          row(table.nameBytes(index).span, figures, table.terms(index).currency.code, &writer)
          check(figures, table.name(index), &summary)
        } catch {
          summary.invalidCount += 1
          summary.add(
            [RowError(line: batch.lines[index], byteColumn: 1, column: "strategy", message: error.description)],
            count: 1)
          invalidRow(table.nameBytes(index).span, error.description, &writer)
        }
      }
    }
    return (writer, summary)
  }

  func row(_ name: borrowing Span<UInt8>, _ figures: BookFigures, _ currency: String, _ writer: inout CSVWriter) {
    writer.cell(utf8: name)
    writer.cell(figures.value)
    writer.cell(figures.worst)
    writer.cell(figures.worstScenario)
    writer.cell(figures.best)
    writer.cell(figures.bestScenario)
    writer.cell(figures.margin.maxLoss, rounding: .up)
    writer.cell(figures.margin.margin)
    if let shares = figures.sharesBeyond {
      for index in shares.indices { writer.cell(shares[index]) }
    } else {
      writer.emptyCells(BookFigures.thresholds.scalarCount)
    }
    if let shortfall = figures.expectedShortfalls.first { writer.cell(shortfall) } else { writer.emptyCell() }
    writer.cell(figures.margin.status.rawValue)
    writer.cell(figures.margin.detail)
    writer.cell(currency)
    for shortfall in figures.expectedShortfalls.dropFirst() { writer.cell(shortfall) }
    writer.endRow()
  }

  func invalidRow(_ name: borrowing Span<UInt8>, _ detail: String, _ writer: inout CSVWriter) {
    writer.cell(utf8: name)
    writer.emptyCells(12)
    writer.cell(MarginStatus.invalid.rawValue)
    writer.cell(detail)
    writer.emptyCells(1 + furtherLevels)
    writer.endRow()
  }

  func check(_ figures: BookFigures, _ name: String, _ summary: inout ReportSummary) {
    if let beyond = LossBeyondMaximum(
      worst: figures.worst, scenario: figures.worstScenario, dynamics: dynamics, figures.margin)
    {
      summary.add(beyond, of: name, scenario: "\(beyond.scenario)")
    }
    if let breach = limits.lazy.compactMap({ $0.breach(by: figures, name: name) }).first {
      summary.breachCount += 1
      summary.firstBreach = summary.firstBreach ?? breach
    } else if limits.contains(.unbounded), figures.margin.maxLoss == nil, figures.margin.status != .unbounded {
      summary.uncheckedCount += 1
    }
  }
}

extension LossLimit {
  /// Says in words how a row of a summary breaches this limit; nil where it does not.
  func breach(by figures: BookFigures, name: String) -> String? {
    let margin = figures.margin
    switch self {
    case .unbounded:
      return margin.status == .unbounded ? "\(name): the loss is unbounded (\(margin.detail))" : nil
    case .maxLoss(let limit):
      if margin.status == .unbounded { return "\(name): the loss is unbounded, the limit is \(limit)" }
      guard let loss = margin.maxLoss else {
        return "\(name): no maximum loss (\(margin.status.rawValue)), the limit is \(limit)"
      }
      guard loss > limit else { return nil }
      return "\(name): the maximum loss is \(AmountText.up(loss)), the limit is \(limit)"
    case .lossShare(let limit):
      guard let share = figures.worstLossShare else {
        guard figures.worst < 0 else { return nil }
        return "\(name): scenario \(figures.worstScenario) loses and there is no margin, the limit is \(limit)"
      }
      guard share > limit.doubleValue else { return nil }
      return "\(name): scenario \(figures.worstScenario) loses \(share) of the margin, the limit is \(limit)"
    }
  }
}

import Basics
import Instruments
public import IsolatedMargin

/// Writes the margin of every strategy of a book, one row each, in the book's order.
public struct MarginReport: Sendable {
  /// The columns; `reserve` stands behind them where a reserve is asked for.
  public static let columns = [
    "strategy", "settlement", "max_loss", "max_profit", "margin", "binding_price", "attained", "break_evens", "status",
    "detail", "currency", "entry_cost", "fees", "requirement",
  ]

  private let reserve: PerpetualReserve
  private let limits: [LossLimit]
  private var hasReserve: Bool { reserve != .none }

  /// - Parameters:
  ///   - reserve: Caps for basis and funding of perpetuals.
  ///   - limits: What to count as a breach.
  public init(reserve: PerpetualReserve = .none, limits: [LossLimit] = []) {
    self.reserve = reserve
    self.limits = limits
  }

  /// Strategies taken from the book before they are worked on: enough for every processor, little memory.
  private static let batchSize = 2048
  /// Legs after which a batch ends, however few strategies they make.
  private static let batchRows = 32_768

  /// Reads the book to its end and writes header and rows.
  ///
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  public func write(
    _ book: inout BookReader, to sink: inout OutputSink, progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    var header = CSVWriter()
    header.row(MarginReport.columns + (hasReserve ? ["reserve"] : []))
    try sink.write(header)
    var summary = ReportSummary()
    var entries: [BookEntry] = []
    while true {
      let firstRow = book.rowsRead
      entries.removeAll(keepingCapacity: true)
      while entries.count < MarginReport.batchSize, book.rowsRead - firstRow < MarginReport.batchRows,
        let entry = try book.next()
      {
        entries.append(entry)
      }
      guard !entries.isEmpty else { return summary }
      let batch = entries
      // More pieces than processors: strategies differ in size, and who is done takes the next piece.
      let pieces = Parallel.pieces(of: batch.indices, count: 8 * Parallel.width, least: 16)
      let parts = Parallel.map(count: pieces.count) { rows(batch[pieces[$0]]) }
      for part in parts {
        try sink.write(part.rows)
        summary.add(part.summary)
      }
      progress(book.rowsRead, book.rowCount)
    }
  }

  private func rows(_ entries: ArraySlice<BookEntry>) -> (rows: CSVWriter, summary: ReportSummary) {
    var writer = CSVWriter(capacity: 128 * entries.count)
    var summary = ReportSummary()
    for entry in entries {
      summary.rowCount += 1
      guard let strategy = entry.strategy else {
        summary.invalidCount += 1
        summary.add(entry.errors, count: entry.errorCount)
        invalidRow(entry, &writer)
        continue
      }
      let margin = StrategyMargin(of: strategy, reserve: reserve)
      row(margin, &writer)
      if let breach = limits.lazy.compactMap({ $0.breach(by: margin) }).first {
        summary.breachCount += 1
        summary.firstBreach = summary.firstBreach ?? breach
      }
    }
    return (writer, summary)
  }

  /// Writes one row.
  public func row(_ margin: StrategyMargin, _ writer: inout CSVWriter) {
    writer.cell(margin.name)
    writer.cell(margin.settlement.rawValue)
    writer.cell(margin.maxLoss, rounding: .up)
    writer.cell(margin.maxProfit, rounding: .down)
    writer.cell(margin.margin)
    writer.cell(margin.bindingPriceText)
    writer.cell(margin.attainedText)
    writer.cell(margin.breakEvensText)
    writer.cell(margin.status.rawValue)
    writer.cell(margin.detail)
    writer.cell(margin.currency.code)
    writer.cell(margin.entryCost, rounding: .up)
    writer.cell(margin.fees, rounding: .up)
    writer.cell(margin.requirement)
    if hasReserve { writer.cell(margin.reserve) }
    writer.endRow()
  }

  private func invalidRow(_ entry: BookEntry, _ writer: inout CSVWriter) {
    writer.cell(entry.name)
    writer.cell(entry.settlement?.rawValue)
    writer.emptyCells(6)
    writer.cell(MarginStatus.invalid.rawValue)
    writer.cell(entry.detail)
    writer.emptyCells(hasReserve ? 5 : 4)
    writer.endRow()
  }
}

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
    var batch = try MarginReport.nextBatch(&book)
    var done: [Part] = []
    while !batch.isEmpty {
      let entries = batch
      // While a batch is worked on, the one before it is written and the one behind it is read.
      let (parts, next) = try Parallel.both(
        { self.parts(of: entries) },
        { () throws(FormatError) in
          for part in done { try sink.write(part.rows) }
          return try MarginReport.nextBatch(&book)
        })
      for part in parts { summary.add(part.summary) }
      done = parts
      batch = next
      progress(book.rowsRead, book.rowCount)
    }
    for part in done { try sink.write(part.rows) }
    return summary
  }

  /// Rows on their way to the output, and what is to be said about them.
  private typealias Part = (rows: CSVWriter, summary: ReportSummary)

  private static func nextBatch(_ book: inout BookReader) throws(FormatError) -> [BookEntry] {
    let firstRow = book.rowsRead
    var entries: [BookEntry] = []
    while entries.count < batchSize, book.rowsRead - firstRow < batchRows, let entry = try book.next() {
      entries.append(entry)
    }
    return entries
  }

  private func parts(of entries: [BookEntry]) -> [Part] {
    // More pieces than processors: strategies differ in size, and who is done takes the next piece.
    let pieces = Parallel.pieces(of: entries.indices, count: 8 * Parallel.width, least: 16)
    return Parallel.map(count: pieces.count) { rows(entries[pieces[$0]]) }
  }

  private func rows(_ entries: ArraySlice<BookEntry>) -> Part {
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
      } else if limits.contains(where: { $0.isUnanswered(by: margin) }) {
        summary.uncheckedCount += 1
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

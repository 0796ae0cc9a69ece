public import Analysis
import Basics
import IsolatedMargin
import Pricing
import Scenarios

/// Writes the summary of a book under a grid: a row for each strategy, for each account, or for the book as a whole.
///
/// The book is read, worked on and written in parts, so that memory does not grow with it; the rows are the same however it
/// is divided and by however many threads.
public struct BookSummaryReport {
  /// What a row stands for.
  public enum Grain: String, Sendable, CaseIterable {
    case strategy
    /// All strategies of an account as one position, netted.
    case account
    case book
  }

  private let grain: Grain
  private let analyzer: BookAnalyzer
  private let maker: SummaryRows

  /// Strategies in a part: enough that many share their first legs, few enough for a modest memory.
  public static let partSize = 524_288

  public init(_ analyzer: BookAnalyzer, by grain: Grain = .strategy, limits: [LossLimit] = []) {
    self.analyzer = analyzer
    self.grain = grain
    maker = SummaryRows(
      limits: limits, furtherLevels: analyzer.weights == nil ? 0 : analyzer.levels.count - 1,
      dynamics: analyzer.scenarios.dynamics)
  }

  /// The columns; those of further levels of expected shortfall stand behind all others and name their level.
  public var columns: [String] { StressReport.summaryColumns(analyzer.weights, analyzer.levels) }

  /// Reads the book to its end and writes header and rows.
  ///
  /// - Parameter partSize: Strategies in a part.
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  public func write(
    _ book: inout BookReader, to sink: inout OutputSink, partSize: Int = BookSummaryReport.partSize,
    progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    var header = CSVWriter()
    header.row(columns)
    try sink.write(header)
    var summary = ReportSummary()
    var net = BookNet()
    var table = StrategyTable()
    var batch = try book.nextBatch(into: &table, limit: partSize)
    while let read = batch {
      if grain == .strategy {
        let (strategies, maker) = (table, maker)
        // Asked one part after the other, by one thread at a time.
        nonisolated(unsafe) let analyzer = analyzer
        // While a part is worked on the next one is read.
        let (parts, next) = try Parallel.both(
          { () -> [BookRows.Part] in
            let results = unsafe analyzer.analyze(strategies)
            let pieces = Parallel.pieces(of: 0..<read.count, count: 8 * Parallel.width, least: 256)
            return Parallel.map(count: pieces.count) { maker.rows(pieces[$0], read, strategies, results) }
          },
          { () throws(FormatError) in try book.nextBatch(into: &table, limit: partSize) })
        for part in parts {
          try sink.write(part.rows)
          summary.add(part.summary)
        }
        batch = next
      } else {
        add(read, table, to: &net, &summary)
        batch = try book.nextBatch(into: &table, limit: partSize)
      }
      progress(book.rowsRead, book.rowCount)
    }
    if grain != .strategy { try writeNet(net, to: &sink, &summary) }
    return summary
  }

  // MARK: Netted positions

  private func add(
    _ batch: BookBatch, _ table: StrategyTable, to net: inout BookNet, _ summary: inout ReportSummary
  ) {
    let others = Dictionary(uniqueKeysWithValues: batch.otherAccounts.map { ($0.index, $0.account) })
    batch.forEach(in: 0..<batch.count) { item in
      switch item {
      case .invalid(let entry):
        summary.add(entry.errors, count: entry.errorCount)
        for account in grain == .book ? [Self.bookName] : entry.accounts { net.exclude(from: account) }
      case .strategy(let index):
        let account = grain == .book ? Self.bookName : table.accounts[table.account(index)]
        let other = grain == .account ? others[index] : nil
        let refusal =
          other.map { BookEntry.refusal(ofAccount: $0, beside: account) }
          ?? analyzer.refusal(of: index, in: table)?.description
        guard let refusal else { return net.add(table, index, to: account) }
        summary.add(
          [RowError(line: batch.lines[index], byteColumn: 1, column: "strategy", message: refusal)], count: 1)
        // Nobody knows which of two accounts it belongs to: neither is whole.
        for name in [account] + (other.map { [$0] } ?? []) { net.exclude(from: name) }
      }
    }
  }

  /// The name of the row that stands for the whole book.
  public static let bookName = "book"

  private func writeNet(_ net: BookNet, to sink: inout OutputSink, _ summary: inout ReportSummary) throws(FormatError) {
    var writer = CSVWriter(capacity: 1 << 16)
    let positions = net.positions
    let results = analyzer.analyze(positions)
    for (index, position) in positions.enumerated() {
      summary.rowCount += 1
      let name = Array(position.name.utf8)
      if position.excludedCount > 0 {
        // What is counted are answers; the strategies at fault are told one by one.
        summary.invalidCount += 1
        let strategies = position.excludedCount == 1 ? "1 strategy" : "\(position.excludedCount) strategies"
        maker.invalidRow(
          name.span, "found \(strategies) that cannot be valued, wanted all: netted figures are of the whole or none",
          &writer)
        continue
      }
      do throws(PricingError) {
        let figures = try results.figures(index)
        maker.row(name.span, figures, position.terms.currency.code, &writer)
        maker.check(figures, position.name, &summary)
      } catch {
        summary.invalidCount += 1
        maker.invalidRow(name.span, error.description, &writer)
      }
    }
    try sink.write(writer)
  }
}

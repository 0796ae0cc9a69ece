public import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// Writes how a book stands against its limits: limits in the order of their file, and for each of them the names of its
/// scope in the book's order.
public struct LimitsReport: BookReport, Sendable {
  public static let columns = [
    "scope", "name", "metric", "value", "limit", "share_of_limit", "status", "detail", "currency", "bound",
  ]

  private let limits: LimitsFile
  private let monitor: LimitMonitor

  /// - Parameter monitor: Made for the limits of the file.
  public init(_ limits: LimitsFile, _ monitor: LimitMonitor) {
    self.limits = limits
    self.monitor = monitor
  }

  /// Reads the book to its end and writes header and rows.
  ///
  /// - Returns: As invalid counts every strategy that was refused; a limit that is breached or cannot be answered counts
  ///   as a breach.
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  public func write(
    _ book: inout BookReader, to sink: inout OutputSink, progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    let hasAccounts = limits.limits.contains { $0.scope == .account }
    let state = try BookFold.run(&book, State(monitor), to: &sink, progress: progress) { state, entries, _ in
      let margins = LimitsReport.margins(entries, state.monitor)
      for (entry, margin) in zip(entries, margins) { state.add(entry, margin, hasAccounts: hasAccounts) }
    }
    return try finish(state, to: &sink)
  }

  /// Writes header and rows of one strategy.
  public func write(_ entry: BookEntry, to sink: inout OutputSink) throws(FormatError) -> ReportSummary {
    var state = State(monitor)
    state.add(entry, nil, hasAccounts: false)
    return try finish(state, to: &sink)
  }

  /// The margins that limits on strategies ask for, worked on by every processor.
  private static func margins(_ entries: [BookEntry], _ monitor: LimitMonitor) -> [StrategyMargin?] {
    guard monitor.hasStrategyMargins else { return entries.map { _ in nil } }
    let pieces = Parallel.pieces(of: entries.indices, count: 8 * Parallel.width, least: 16)
    return Parallel.map(count: pieces.count) { piece in
      entries[pieces[piece]].map { entry in entry.strategy.flatMap { monitor.margin(of: $0, name: entry.name) } }
    }.flatMap { $0 }
  }

  private func finish(_ state: State, to sink: inout OutputSink) throws(FormatError) -> ReportSummary {
    var (monitor, summary) = (state.monitor, state.summary)
    var writer = CSVWriter()
    writer.row(LimitsReport.columns)
    var answers = monitor.finish()[...]
    for row in limits.rows {
      switch row {
      case .invalid(let texts, let error): LimitsReport.invalidRow(texts, error.detail, &writer)
      case .limit:
        for answer in answers.popFirst() ?? [] {
          LimitsReport.row(answer, &writer)
          if answer.isAbsent {
            // A name that is spelt otherwise than in the book would keep its limit for ever.
            summary.notes.append(
              "\(limits.file): warning: found \(answer.detail) for \(answer.limit.scope.rawValue) \(answer.name)")
          }
          guard answer.status == .breach || answer.status == .unanswered else { continue }
          summary.breachCount += 1
          summary.firstBreach = summary.firstBreach ?? LimitsReport.words(answer)
        }
      }
    }
    try sink.write(writer)
    return summary
  }

  private struct State: Sendable {
    var monitor: LimitMonitor
    var summary = ReportSummary()

    init(_ monitor: LimitMonitor) { self.monitor = monitor }

    mutating func add(_ entry: BookEntry, _ margin: StrategyMargin?, hasAccounts: Bool) {
      summary.rowCount += 1
      guard let strategy = entry.strategy else {
        summary.invalidCount += 1
        summary.add(entry.errors, count: entry.errorCount)
        monitor.refuse(name: entry.name, accounts: entry.accounts, detail: entry.detail)
        return
      }
      if hasAccounts, let refusal = entry.accountRefusal {
        summary.invalidCount += 1
        summary.add([entry.refusal(refusal)], count: 1)
        monitor.refuse(name: entry.name, accounts: entry.accounts, detail: refusal)
        return
      }
      do { try monitor.add(strategy, name: entry.name, account: entry.account, margin: margin) } catch {
        summary.invalidCount += 1
        summary.add([entry.refusal(error.description)], count: 1)
      }
    }
  }

  // MARK: Rows

  private static func row(_ answer: LimitAnswer, _ writer: inout CSVWriter) {
    let limit = answer.limit
    writer.cell(limit.scope.rawValue)
    writer.cell(answer.name)
    writer.cell(limit.metric.rawValue)
    switch answer.figure {
    case .exact(let figure): writer.cell(figure, rounding: .up)
    case .floating(let figure): writer.cell(figure)
    case .unbounded, .unanswered, nil: writer.emptyCell()
    }
    writer.cell(limit.limit, rounding: .down)
    if let share = answer.share { writer.cell(share) } else { writer.emptyCell() }
    writer.cell(answer.status.rawValue)
    writer.cell(answer.detail)
    writer.cell((answer.currency ?? limit.currency)?.code)
    writer.cell(limit.bound.rawValue)
    writer.endRow()
  }

  /// The row of a limit that was refused: what its cells say, and what is wrong.
  private static func invalidRow(_ texts: LimitRowTexts, _ detail: String, _ writer: inout CSVWriter) {
    writer.cell(texts.scope)
    writer.cell(texts.name)
    writer.cell(texts.metric)
    writer.emptyCell()
    writer.cell(texts.limit)
    writer.emptyCell()
    writer.cell(LimitStatus.invalid.rawValue)
    writer.cell(detail)
    writer.cell(texts.currency)
    writer.cell(texts.bound)
    writer.endRow()
  }

  /// How a limit is breached, or why it cannot be compared.
  private static func words(_ answer: LimitAnswer) -> String {
    let limit = answer.limit
    let place = answer.limit.scope == .book ? "book" : "\(limit.scope.rawValue) \(answer.name)"
    let side = [LimitBound.atMost: "at most", .atLeast: "at least", .absolute: "a magnitude of at most"]
    let bound = "\(side[limit.bound] ?? "") \(limit.limit)"
    switch answer.figure {
    case .exact(let figure):
      return "\(place): \(limit.metric.rawValue) is \(figure.decimalText(rounding: .up)), wanted \(bound)"
    case .floating(let figure): return "\(place): \(limit.metric.rawValue) is \(figure), wanted \(bound)"
    case .unbounded(let words): return "\(place): \(limit.metric.rawValue) is \(words), wanted \(bound)"
    case .unanswered(let words):
      return "\(place): \(limit.metric.rawValue) cannot be compared with its limit: \(words)"
    case nil: return "\(place): \(limit.metric.rawValue) has no figure: \(answer.detail)"
    }
  }
}

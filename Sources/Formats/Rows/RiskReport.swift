public import Analysis
import Basics
import IsolatedMargin
import Pricing
import Scenarios

/// Writes value at risk and expected shortfall of a book: a row for each strategy, account or the book and each level.
///
/// With contributions the strategies follow the wholes they belong to, each with its own figures and with what it adds to its
/// account's, or to the book's.
public struct RiskReport: BookReport {
  public enum Format: String, CaseIterable, Sendable {
    case table
    case csv
  }

  private let analyzer: RiskAnalyzer
  private let method: String
  private let grain: RiskGrain
  private let hasContributions: Bool
  private let format: Format
  private let heading: [String]

  /// - Parameters:
  ///   - method: The word for how the scenarios were made.
  ///   - contributions: Only of accounts and books.
  ///   - heading: What a table says above its rows.
  public init(
    _ analyzer: RiskAnalyzer, method: String, by grain: RiskGrain, contributions: Bool, format: Format,
    heading: [String]
  ) {
    precondition(grain != .strategy || !contributions, "a strategy is no whole")
    self.analyzer = analyzer
    self.method = method
    self.grain = grain
    hasContributions = contributions
    self.format = format
    self.heading = heading
  }

  /// Strategies worked on together.
  private static let partSize = 65_536

  public func write(
    _ book: inout BookReader, to sink: inout OutputSink, progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    var summary = ReportSummary()
    var output = Output(self)
    var part = RiskBook()
    var net = BookNet()
    var wholes: [String?] = []
    // Contributions look at every strategy twice: the whole book is held then.
    while try part.read(&book, limit: hasContributions ? Int.max >> 8 : RiskReport.partSize) {
      if grain == .strategy {
        for answer in strategies(of: part, &summary) { output.add(answer) }
        try output.flush(to: &sink)
      } else {
        wholes = part.add(to: &net, by: grain, refusals: analyzer.refusals(of: part.table), &summary)
      }
      progress(book.rowsRead, book.rowCount)
      if hasContributions { break }
    }
    if grain != .strategy { add(net, part, wholes, to: &output, &summary) }
    try output.finish(to: &sink)
    return summary
  }

  public func write(_ entry: BookEntry, to sink: inout OutputSink) throws(FormatError) -> ReportSummary {
    var summary = ReportSummary()
    var output = Output(self)
    let part = RiskBook(entry)
    if grain == .strategy {
      for answer in strategies(of: part, &summary) { output.add(answer) }
    } else {
      var net = BookNet()
      let wholes = part.add(to: &net, by: grain, refusals: analyzer.refusals(of: part.table), &summary)
      add(net, part, wholes, to: &output, &summary)
    }
    try output.finish(to: &sink)
    return summary
  }

  // MARK: Answers

  private func strategies(of part: RiskBook, _ summary: inout ReportSummary) -> [RiskAnswer] {
    let risks = analyzer.risks(of: part.table)
    let beyond = analyzer.lossesBeyond(of: part.table, risks)
    return part.items.map { item in
      let (name, currency) = part.name(of: item)
      summary.rowCount += 1
      switch item {
      case .invalid(let entry):
        summary.invalidCount += 1
        summary.add(entry.errors, count: entry.errorCount)
        return RiskAnswer(
          scope: .strategy, name: name, currency: currency, result: .failure(.incomplete(1)), detail: entry.detail)
      case .strategy(let index, let line, _):
        if let beyond = beyond[index] {
          summary.add(beyond, of: name, scenario: analyzer.moves.names[beyond.scenario - 1])
        }
        if case .failure(let error) = risks[index] {
          summary.invalidCount += 1
          summary.add(
            [RowError(line: line, byteColumn: 1, column: "strategy", message: error.description)], count: 1)
        }
        return RiskAnswer(scope: .strategy, name: name, currency: currency, result: risks[index])
      }
    }
  }

  private func add(
    _ net: BookNet, _ part: RiskBook, _ wholes: [String?], to output: inout Output, _ summary: inout ReportSummary
  ) {
    let positions = net.positions
    let risks = analyzer.risks(of: positions, from: part.table)
    for (position, risk) in zip(positions, risks) {
      summary.rowCount += 1
      if case .failure = risk { summary.invalidCount += 1 }
      output.add(
        RiskAnswer(scope: grain, name: position.name, currency: position.terms.currency.code, result: risk))
    }
    guard hasContributions else { return }
    var places: [PositionKey: Int] = [:]
    var tails: [[TailWeights]] = []
    var shortfalls: [[Double]] = []
    for (position, risk) in zip(positions, risks) {
      guard case .success(let risk) = risk else { continue }
      places[PositionKey(name: position.name, terms: position.terms)] = tails.count
      tails.append(risk.tailWeights)
      shortfalls.append(risk.tails.map(\.expectedShortfall))
    }
    let whole = wholes.enumerated().map { index, name in
      name.flatMap { places[PositionKey(name: $0, terms: part.table.terms(index))] }
    }
    let contributions = analyzer.contributions(of: part.table, to: tails, whole)
    // A strategy's own fault was told where it was added to its whole.
    var own = ReportSummary()
    for (item, answer) in zip(part.items, strategies(of: part, &own)) {
      var answer = answer
      if case .strategy(let index, _, _) = item, let name = wholes[index] {
        answer.partOf = name
        answer.contributions = contributions[index]
        if let place = whole[index] { answer.wholes = shortfalls[place] }
      }
      output.add(answer)
    }
  }

  private struct PositionKey: Hashable {
    let name: String
    let terms: StrategyTable.Terms
  }

  /// Rows on their way out, in the form that was asked for.
  private struct Output {
    private let report: RiskReport
    private var writer = CSVWriter()
    private var answers: [RiskAnswer] = []

    init(_ report: RiskReport) {
      self.report = report
      if report.format == .csv { writer.row(RiskRows.columns) }
    }

    mutating func add(_ answer: RiskAnswer) {
      guard report.format == .csv else { return answers.append(answer) }
      RiskRows.rows(
        answer, method: report.method, levels: report.analyzer.levels, names: report.analyzer.moves.names, &writer)
    }

    mutating func flush(to sink: inout OutputSink) throws(FormatError) {
      try sink.write(writer)
      writer.removeAll()
    }

    mutating func finish(to sink: inout OutputSink) throws(FormatError) {
      guard report.format == .table else { return try flush(to: &sink) }
      try sink.write(
        RiskTable.text(
          answers, heading: report.heading, levels: report.analyzer.levels,
          names: report.analyzer.moves.names))
    }
  }
}

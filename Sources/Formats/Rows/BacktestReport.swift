public import Analysis
import Basics
import IsolatedMargin
import Pricing

/// Writes how values at risk would have done: a row for each strategy, account or the book and each level.
public struct BacktestReport: BookReport {
  public static let columns = [
    "scope", "name", "currency", "method", "level", "first_day", "last_day", "days", "exceptions",
    "expected_exceptions", "unconditional_statistic", "unconditional_p", "independence_statistic", "independence_p",
    "conditional_statistic", "conditional_p", "zone", "exception_days", "status", "detail",
  ]

  private let backtest: RiskBacktest
  private let grain: RiskGrain
  private let format: RiskReport.Format
  private let heading: [String]

  public init(_ backtest: RiskBacktest, by grain: RiskGrain, format: RiskReport.Format, heading: [String]) {
    self.backtest = backtest
    self.grain = grain
    self.format = format
    self.heading = heading
  }

  private struct Answer {
    let name: String
    let currency: String
    let result: Result<[RiskBacktest.Answer], RiskError>
    let detail: String?
  }

  /// Strategies worked on together: a value at risk for each day and level is kept of each.
  private static let partSize = 4096

  public func write(
    _ book: inout BookReader, to sink: inout OutputSink, progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    var summary = ReportSummary()
    var answers: [Answer] = []
    var part = RiskBook()
    var net = BookNet()
    while try part.read(&book, limit: BacktestReport.partSize) {
      if grain == .strategy {
        answers += strategies(of: part, &summary)
      } else {
        _ = part.add(to: &net, by: grain, refusals: refusals(of: part), &summary)
      }
      progress(book.rowsRead, book.rowCount)
    }
    if grain != .strategy { answers = wholes(net, part, &summary) }
    try write(answers, to: &sink)
    return summary
  }

  public func write(_ entry: BookEntry, to sink: inout OutputSink) throws(FormatError) -> ReportSummary {
    var summary = ReportSummary()
    let part = RiskBook(entry)
    if grain == .strategy {
      try write(strategies(of: part, &summary), to: &sink)
    } else {
      var net = BookNet()
      _ = part.add(to: &net, by: grain, refusals: refusals(of: part), &summary)
      try write(wholes(net, part, &summary), to: &sink)
    }
    return summary
  }

  private func refusals(of part: RiskBook) -> [RiskError?] { backtest.refusals(of: part.table) }

  private func strategies(of part: RiskBook, _ summary: inout ReportSummary) -> [Answer] {
    let results: [Result<[RiskBacktest.Answer], RiskError>]
    do { results = try backtest.answers(of: part.table) } catch {
      results = .init(repeating: .failure(error), count: part.table.count)
    }
    return part.items.map { item in
      let (name, currency) = part.name(of: item)
      summary.rowCount += 1
      switch item {
      case .invalid(let entry):
        summary.invalidCount += 1
        summary.add(entry.errors, count: entry.errorCount)
        return Answer(name: name, currency: currency, result: .failure(.incomplete(1)), detail: entry.detail)
      case .strategy(let index, let line, _):
        if case .failure(let error) = results[index] {
          summary.invalidCount += 1
          summary.add(
            [RowError(line: line, byteColumn: 1, column: "strategy", message: error.description)], count: 1)
        }
        return Answer(name: name, currency: currency, result: results[index], detail: nil)
      }
    }
  }

  private func wholes(_ net: BookNet, _ part: RiskBook, _ summary: inout ReportSummary) -> [Answer] {
    let positions = net.positions
    let results: [Result<[RiskBacktest.Answer], RiskError>]
    do { results = try backtest.answers(of: positions, from: part.table) } catch {
      results = .init(repeating: .failure(error), count: positions.count)
    }
    return zip(positions, results).map { position, result in
      summary.rowCount += 1
      if case .failure = result { summary.invalidCount += 1 }
      return Answer(name: position.name, currency: position.terms.currency.code, result: result, detail: nil)
    }
  }

  // MARK: Writing

  private func write(_ answers: [Answer], to sink: inout OutputSink) throws(FormatError) {
    guard format == .csv else { return try sink.write(table(answers)) }
    var writer = CSVWriter()
    writer.row(BacktestReport.columns)
    for answer in answers {
      for (index, level) in backtest.levels.enumerated() { row(answer, index, level, &writer) }
    }
    try sink.write(writer)
  }

  private func row(_ answer: Answer, _ index: Int, _ level: Double, _ writer: inout CSVWriter) {
    writer.cell(grain.rawValue)
    writer.cell(answer.name)
    writer.cell(answer.currency)
    writer.cell(backtest.model.name)
    writer.cell(level)
    writer.cell("\(backtest.date(0))")
    writer.cell("\(backtest.date(backtest.spans.count - 1))")
    writer.cell(backtest.spans.count)
    switch answer.result {
    case .success(let levels):
      let (found, test) = (levels[index], levels[index].coverage)
      writer.cell(test.exceptions)
      writer.cell(test.expectedRate * Double(test.days))
      for ratio in [test.unconditional, test.independence, test.conditional] {
        writer.cell(ratio?.statistic ?? .nan)
        writer.cell(ratio?.pValue ?? .nan)
      }
      writer.cell(test.zone.rawValue)
      writer.cell(days(found).joined(separator: ";"))
      writer.cell("ok")
      writer.cell(BacktestReport.held(found) ?? "")
    case .failure(let error):
      writer.emptyCells(10)
      writer.cell("invalid")
      writer.cell(answer.detail ?? error.description)
    }
    writer.endRow()
  }

  private func days(_ answer: RiskBacktest.Answer) -> [String] {
    answer.exceptions.map { "\(backtest.date($0))" }
  }

  private func table(_ answers: [Answer]) -> String {
    let width = 80
    var lines = heading.flatMap { TextLayout.wrapped($0, width) }
    if !lines.isEmpty { lines.append("") }
    var rows: [[String]] = []
    for answer in answers {
      guard case .success(let levels) = answer.result else { continue }
      rows += levels.map { found in
        let test = found.coverage
        func p(_ ratio: LikelihoodRatio?) -> String { FigureText.fixed(ratio?.pValue, 4) }
        return [
          RiskTable.level(found.level), "\(test.days)", "\(test.exceptions)",
          FigureText.fixed(test.expectedRate * Double(test.days), 1), p(test.unconditional), p(test.independence),
          p(test.conditional), test.zone.rawValue,
        ]
      }
    }
    let table = TextLayout.table(
      ["level", "days", "exceptions", "expected", "coverage p", "independ. p", "both p", "zone"], rows)
    lines.append("  " + table[0])
    var next = 1
    for answer in answers {
      lines += TextLayout.wrapped(FigureText.plain("\(grain.rawValue) \(answer.name)"), width)
      switch answer.result {
      case .failure(let error):
        let words = FigureText.plain("invalid: \(answer.detail ?? error.description)")
        lines += TextLayout.wrapped(words, width - 2).map { "  " + $0 }
      case .success(let levels):
        for found in levels {
          lines.append("  " + table[next])
          next += 1
          let dates = days(found)
          guard !dates.isEmpty else { continue }
          lines += TextLayout.wrapped(dates.joined(separator: " "), width - 4).map { "    " + $0 }
        }
      }
    }
    let firsts = answers.lazy.compactMap { try? $0.result.get().first }
    if let held = firsts.first.flatMap(BacktestReport.held) { lines += TextLayout.wrapped(held, width) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What is to be said of draws that were held; nil where none was.
  private static func held(_ answer: RiskBacktest.Answer) -> String? {
    guard answer.heldCount > 0 else { return nil }
    return
      "\(answer.heldCount) of \(answer.scenarioCount) scenarios of all days move a price or volatility by more than a factor "
      + "of a million and are held there"
  }
}

public import Analysis
import Basics
import Instruments
public import IsolatedMargin
import MarginRules
public import MarketData
public import Pricing

/// Writes the margin of every strategy of a book, one row each, in the book's order.
public struct MarginReport: Sendable {
  /// The columns; `reserve` stands behind them where a reserve is asked for, and ``ruleColumns`` last where a rule is.
  public static let columns = [
    "strategy", "settlement", "max_loss", "max_profit", "margin", "binding_price", "attained", "break_evens", "status",
    "detail", "currency", "entry_cost", "fees", "requirement",
  ]

  /// What a rule adds: its requirements, its name, and the day from which its numbers hold.
  public static let ruleColumns = ["initial", "maintenance", "rule", "effective"]

  /// What a policy for several expiries adds behind all others: the one that the row's answer is for.
  public static let policyColumn = "policy"

  private let reserve: PerpetualReserve
  private let plan: ClosingPlan?
  private let limits: [LossLimit]
  private let question: RuleQuestion?
  private let market: MarketState?
  private var hasReserve: Bool { reserve != .none }

  /// - Parameters:
  ///   - reserve: Caps for basis and funding of perpetuals.
  ///   - plan: What to do with several expiries; nil leaves them without an answer.
  ///   - limits: What to count as a breach.
  ///   - question: A rule whose requirements are wanted beside the maximum loss. Strategies that its market cannot value are
  ///     then invalid.
  ///   - market: Where the amounts of early assignment come from; nil for the question's, and no amounts without either.
  public init(
    reserve: PerpetualReserve = .none, plan: ClosingPlan? = nil, limits: [LossLimit] = [],
    question: RuleQuestion? = nil, market: MarketState? = nil
  ) {
    self.reserve = reserve
    self.plan = plan
    self.limits = limits
    self.question = question
    self.market = market ?? question?.market
  }

  /// Reads the book to its end and writes header and rows.
  ///
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  public func write(
    _ book: inout BookReader, to sink: inout OutputSink, progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    let columns =
      MarginReport.columns + (hasReserve ? ["reserve"] : []) + (question == nil ? [] : MarginReport.ruleColumns)
      + (plan == nil ? [] : [MarginReport.policyColumn])
    return try BookRows.write(&book, header: columns, to: &sink, progress: progress, rows)
  }

  /// Reads the book to its end and writes a JSON list of the same answers.
  ///
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  public func writeJSON(
    _ book: inout BookReader, to sink: inout OutputSink, progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    var summary = ReportSummary()
    var separator = "[\n"
    while let entry = try book.next() {
      switch answer(entry, &summary) {
      case .answered(let margin, let verdict): try sink.write(separator + document(margin, verdict))
      case .invalid(let detail): try sink.write(separator + InvalidStrategyText.json(name: entry.name, detail: detail))
      }
      separator = ",\n"
      progress(book.rowsRead, book.rowCount)
    }
    try sink.write(summary.rowCount > 0 ? "]\n" : "[]\n")
    return summary
  }

  /// The JSON list of one strategy, as ``writeJSON(_:to:progress:)`` writes it of a book that holds no other.
  public func json(_ strategy: FilledStrategy) -> String {
    switch answer(strategy) {
    case .answered(let margin, let verdict): return "[\n" + document(margin, verdict) + "]\n"
    case .invalid(let detail): return "[\n" + InvalidStrategyText.json(name: strategy.name, detail: detail) + "]\n"
    }
  }

  /// The cells of a row by the names of their columns.
  private func document(_ margin: StrategyMargin, _ verdict: RuleVerdict?) -> String {
    var members: [(key: String, value: JSONValue)] = [
      ("strategy", .string(margin.name)), ("settlement", .string(margin.settlement.rawValue)),
      ("max_loss", .text(margin.maxLoss.map { AmountText.up($0) })),
      ("max_profit", .text(margin.maxProfit.map { AmountText.down($0) })), ("margin", .text(margin.margin?.text)),
      ("binding_price", MarginReport.word(margin.bindingPriceText)),
      ("attained", margin.isAttained.map { .bool($0) } ?? .null),
      ("break_evens", .string(margin.breakEvensText)), ("status", .string(margin.status.rawValue)),
      ("detail", .string(MarginReport.detail(margin, verdict))), ("currency", .string(margin.currency.code)),
      ("entry_cost", .string(margin.entryCostText)), ("fees", .string(margin.feesText)),
      ("requirement", .text(margin.requirement?.text)),
    ]
    if hasReserve { members.append(("reserve", .text(margin.reserve?.text))) }
    if let verdict {
      members += [
        ("initial", .text(verdict.initial?.total.text)), ("maintenance", .text(verdict.maintenance?.total.text)),
        ("rule", .text(question?.rule.name)), ("effective", .text(question?.rule.rulebook.effective.description)),
      ]
    }
    if plan != nil { members.append(("policy", .text(margin.maximumLoss?.policy.name))) }
    return JSONText.text(.object(members))
  }

  /// An empty cell is null.
  private static func word(_ text: String) -> JSONValue { text.isEmpty ? .null : .string(text) }

  private func rows(_ entries: ArraySlice<BookEntry>) -> BookRows.Part {
    var writer = CSVWriter(capacity: 128 * entries.count)
    var summary = ReportSummary()
    for entry in entries {
      switch answer(entry, &summary) {
      case .answered(let margin, let verdict): row(margin, verdict, &writer)
      case .invalid(let detail): invalidRow(entry, detail: detail, &writer)
      }
    }
    return (writer, summary)
  }

  private enum Answer {
    case answered(StrategyMargin, RuleVerdict?)
    case invalid(detail: String)
  }

  /// What is answered for one strategy of a book, told in `summary`.
  private func answer(_ entry: BookEntry, _ summary: inout ReportSummary) -> Answer {
    summary.rowCount += 1
    guard let strategy = entry.strategy else {
      summary.invalidCount += 1
      summary.add(entry.errors, count: entry.errorCount)
      return .invalid(detail: entry.detail)
    }
    let answer = self.answer(strategy)
    switch answer {
    case .invalid(let detail):
      summary.invalidCount += 1
      summary.add([entry.refusal(detail)], count: 1)
    case .answered(let margin, _):
      if let breach = limits.lazy.compactMap({ $0.breach(by: margin) }).first {
        summary.breachCount += 1
        summary.firstBreach = summary.firstBreach ?? breach
      } else if limits.contains(where: { $0.isUnanswered(by: margin) }) {
        summary.uncheckedCount += 1
      }
    }
    return answer
  }

  /// Invalid is a strategy that is well read and that the rule's market cannot value.
  private func answer(_ strategy: FilledStrategy) -> Answer {
    do throws(MarginRulesError) {
      let margin = StrategyMargin(of: strategy, reserve: reserve, plan: plan, market: market)
      if margin.status == .invalid { return .invalid(detail: margin.detail) }
      let verdict = try question?.verdict(on: strategy, knownLoss: margin.maximumLoss)
      if let verdict, verdict.status == .invalid { return .invalid(detail: verdict.detail) }
      return .answered(margin, verdict)
    } catch { return .invalid(detail: error.description) }
  }

  /// Writes one row.
  ///
  /// - Parameter verdict: What the rule says; a missing answer leaves its cells empty and its reason to the detail.
  public func row(_ margin: StrategyMargin, _ verdict: RuleVerdict? = nil, _ writer: inout CSVWriter) {
    writer.cell(margin.name)
    writer.cell(margin.settlement.rawValue)
    writer.cell(margin.maxLoss, rounding: .up)
    writer.cell(margin.maxProfit, rounding: .down)
    writer.cell(margin.margin)
    writer.cell(margin.bindingPriceText)
    writer.cell(margin.attainedText)
    writer.cell(margin.breakEvensText)
    writer.cell(margin.status.rawValue)
    writer.cell(MarginReport.detail(margin, verdict))
    writer.cell(margin.currency.code)
    writer.cell(margin.entryCost, rounding: .up)
    writer.cell(margin.fees, rounding: .up)
    writer.cell(margin.requirement)
    if hasReserve { writer.cell(margin.reserve) }
    if let verdict {
      writer.cell(verdict.initial?.total)
      writer.cell(verdict.maintenance?.total)
      ruleCells(&writer)
    }
    if plan != nil { writer.cell(margin.maximumLoss?.policy.name) }
    writer.endRow()
  }

  private func ruleCells(_ writer: inout CSVWriter) {
    writer.cell(question?.rule.name)
    writer.cell(question?.rule.rulebook.effective.description)
  }

  private static func detail(_ margin: StrategyMargin, _ verdict: RuleVerdict?) -> String {
    let own = margin.status == .severalExpiries ? "\(margin.detail); \(PolicyWords.wanted)" : margin.detail
    guard let verdict, verdict.status != .ok else { return own }
    let reason = "\(verdict.name): \(verdict.status.rawValue): \(verdict.detail)"
    return own.isEmpty ? reason : "\(own); \(reason)"
  }

  private func invalidRow(_ entry: BookEntry, detail: String, _ writer: inout CSVWriter) {
    writer.cell(entry.name)
    writer.cell(entry.settlement?.rawValue)
    writer.emptyCells(6)
    writer.cell(MarginStatus.invalid.rawValue)
    writer.cell(detail)
    writer.emptyCells(hasReserve ? 5 : 4)
    if question != nil {
      writer.emptyCells(2)
      ruleCells(&writer)
    }
    if plan != nil { writer.emptyCells(1) }
    writer.endRow()
  }
}

public import Analysis
import Basics
import Instruments
import Pricing
import Scenarios

/// Writes what strategies gained or lost between two markets and why: a row a leg, a strategy, an account, or the book.
///
/// All amounts are in settlement currency, over the whole move, a gain to the holder positive; the parts and
/// `unexplained` add up to `pnl`. Accounts and books have a row for each settlement and currency, which are never added.
public struct AttributionReport: BookReport, Sendable {
  public enum Grain: String, Hashable, Sendable, CaseIterable {
    case leg
    case strategy
    case account
    case book
  }

  /// The amounts, behind the columns that name the row.
  public static let amountColumns = [
    "value_from", "value_to", "pnl", "theta_pnl", "delta_pnl", "gamma_pnl", "vega_pnl", "vanna_pnl", "volga_pnl",
    "rho_pnl", "epsilon_pnl", "cross_pnl", "unexplained", "status", "detail", "currency",
  ]

  public static func columns(by grain: Grain) -> [String] {
    switch grain {
    case .leg:
      return ["strategy", "account", "leg", "instrument", "quantity"] + amountColumns
        + ["spot_from", "spot_to", "vol_from", "vol_to", "days"]
    case .strategy: return ["strategy", "account"] + amountColumns
    case .account: return ["account", "strategies"] + amountColumns
    case .book: return ["strategies"] + amountColumns
    }
  }

  private let grain: Grain
  private let analyzer: AttributionAnalyzer

  public init(by grain: Grain, _ analyzer: AttributionAnalyzer) {
    self.grain = grain
    self.analyzer = analyzer
  }

  /// Reads the book to its end and writes header and rows.
  ///
  /// - Returns: The notes are the totals of the book.
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  public func write(
    _ book: inout BookReader, to sink: inout OutputSink, progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    try writeHeader(to: &sink)
    let grain = grain
    let state = try BookFold.run(
      &book, State(analyzer), to: &sink, progress: progress
    ) { state, entries, writer in
      for entry in entries { state.add(entry, grain, &writer) }
    }
    return try finish(state, to: &sink)
  }

  /// Writes header and rows of one strategy.
  public func write(_ entry: BookEntry, to sink: inout OutputSink) throws(FormatError) -> ReportSummary {
    try writeHeader(to: &sink)
    var state = State(analyzer)
    var writer = CSVWriter()
    state.add(entry, grain, &writer)
    try sink.write(writer)
    return try finish(state, to: &sink)
  }

  private func writeHeader(to sink: inout OutputSink) throws(FormatError) {
    var writer = CSVWriter()
    writer.row(AttributionReport.columns(by: grain))
    try sink.write(writer)
  }

  private func finish(_ state: State, to sink: inout OutputSink) throws(FormatError) -> ReportSummary {
    var writer = CSVWriter()
    switch grain {
    case .leg, .strategy: break
    case .account: state.accounts.rows(&writer) { name, writer in writer.cell(name) }
    case .book: state.book.rows(&writer) { _, _ in }
    }
    try sink.write(writer)
    var summary = state.summary
    summary.notes = state.book.lines
    return summary
  }

  /// Where a report stands in its book.
  private struct State: Sendable {
    var analyzer: AttributionAnalyzer
    var summary = ReportSummary()
    var book = AttributionTotals()
    var accounts = AttributionTotals()

    init(_ analyzer: AttributionAnalyzer) { self.analyzer = analyzer }

    mutating func add(_ entry: BookEntry, _ grain: Grain, _ writer: inout CSVWriter) {
      summary.rowCount += 1
      guard let strategy = entry.strategy else {
        summary.add(entry.errors, count: entry.errorCount)
        return refuse(entry, entry.detail, grain, &writer)
      }
      if grain == .account, let refusal = entry.accountRefusal {
        summary.add([entry.refusal(refusal)], count: 1)
        return refuse(entry, refusal, grain, &writer)
      }
      let answer: StrategyAttribution
      do { answer = try analyzer.attribute(strategy) } catch {
        summary.add([entry.refusal(error.description)], count: 1)
        return refuse(entry, error.description, grain, &writer)
      }
      book.add(answer, to: "")
      switch grain {
      case .leg:
        for index in answer.legs.indices { AttributionReport.legRow(entry, answer, index, &writer) }
      case .strategy:
        writer.cell(entry.name)
        writer.cell(entry.account)
        AttributionReport.amounts(answer.parts, answer.flags, answer.detail, strategy.currency, &writer)
        writer.endRow()
      case .account: accounts.add(answer, to: entry.account)
      case .book: break
      }
    }

    private mutating func refuse(
      _ entry: BookEntry, _ detail: String, _ grain: Grain, _ writer: inout CSVWriter
    ) {
      summary.invalidCount += 1
      book.refuse("")
      switch grain {
      case .leg, .strategy: AttributionReport.invalidRow(entry, detail, grain, &writer)
      // Every account that it names lacks it.
      case .account: for account in entry.accounts { accounts.refuse(account) }
      case .book: break
      }
    }
  }

  // MARK: Rows

  private static func legRow(
    _ entry: BookEntry, _ answer: StrategyAttribution, _ index: Int, _ writer: inout CSVWriter
  ) {
    let leg = answer.legs[index]
    writer.cell(entry.name)
    writer.cell(entry.account)
    writer.cell(index + 1)
    writer.cell("\(leg.leg.instrument)")
    writer.cell("\(leg.leg.quantity)")
    amounts(leg.parts, leg.flags, leg.detail, answer.filled.currency, &writer)
    writer.cell(leg.spot.from)
    writer.cell(leg.spot.to)
    writer.cell(leg.volatility?.from ?? .nan)
    writer.cell(leg.volatility?.to ?? .nan)
    // Of the contract's own clock, which stops at its expiry.
    writer.cell(leg.years.map { (-$0.difference * Instant.secondsPerYear).rounded() / 86_400 } ?? .nan)
    writer.endRow()
  }

  /// The cells that every grain has.
  static func amounts(
    _ parts: ProfitAttribution, _ flags: ScenarioFlags, _ detail: String, _ currency: Currency,
    status: String? = nil, _ writer: inout CSVWriter
  ) {
    for amount in [
      parts.valueFrom, parts.valueTo, parts.profit, parts.theta, parts.delta, parts.gamma, parts.vega, parts.vanna,
      parts.volga, parts.rho, parts.epsilon, parts.cross, parts.unexplained,
    ] { writer.cell(amount) }
    writer.cell(status ?? StressReport.status(flags))
    writer.cell(detail)
    writer.cell(currency.code)
  }

  private static func invalidRow(
    _ entry: BookEntry, _ detail: String, _ grain: Grain, _ writer: inout CSVWriter
  ) {
    writer.cell(entry.name)
    writer.cell(entry.account)
    writer.emptyCells(grain == .leg ? 16 : 13)
    writer.cell("invalid")
    writer.cell(detail)
    writer.cell(entry.strategy?.currency.code)
    if grain == .leg { writer.emptyCells(5) }
    writer.endRow()
  }
}

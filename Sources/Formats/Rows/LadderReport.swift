public import Analysis
public import Basics
import Instruments
public import MarketData
import Pricing

/// Writes the risk of a book by underlying and expiry, and by strike where asked.
public struct LadderReport: BookReport, Sendable {
  public static let columns = [
    "level", "underlying", "expiry", "strike", "strike_to", "days", "spot", "forward", "contracts", "long_units",
    "short_units", "value", "delta", "delta_units", "delta_per_percent", "gamma", "gamma_per_percent",
    "vega_per_vol_point", "theta_per_day", "rho_per_rate_point", "status", "detail", "settlement", "currency",
  ]

  private let grain: LadderGrain
  private let bucket: Price?
  private let market: MarketState

  /// - Parameter bucket: The width of a bucket of strikes, above 0; nil is a row a strike.
  public init(by grain: LadderGrain, bucket: Price? = nil, market: MarketState) {
    self.grain = grain
    self.bucket = bucket
    self.market = market
  }

  /// Reads the book to its end and writes header and rows.
  ///
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  public func write(
    _ book: inout BookReader, to sink: inout OutputSink, progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    let state = try BookFold.run(&book, State(market), to: &sink, progress: progress) { state, entries, _ in
      for entry in entries { state.add(entry) }
    }
    return try finish(state, to: &sink)
  }

  /// Writes header and rows of one strategy.
  public func write(_ entry: BookEntry, to sink: inout OutputSink) throws(FormatError) -> ReportSummary {
    var state = State(market)
    state.add(entry)
    return try finish(state, to: &sink)
  }

  private func finish(_ state: State, to sink: inout OutputSink) throws(FormatError) -> ReportSummary {
    var (ladder, summary) = (state.ladder, state.summary)
    var writer = CSVWriter()
    writer.row(LadderReport.columns)
    do throws(PricingError) {
      for row in try ladder.rows(by: grain, bucket: bucket) {
        LadderReport.row(row, missing: summary.invalidCount, &writer)
      }
    } catch {
      summary.invalidCount += 1
      summary.add([RowError(line: 1, byteColumn: 1, column: "strategy", message: error.description)], count: 1)
    }
    try sink.write(writer)
    return summary
  }

  private struct State: Sendable {
    var ladder: RiskLadder
    var summary = ReportSummary()

    init(_ market: MarketState) { ladder = RiskLadder(market: market) }

    mutating func add(_ entry: BookEntry) {
      summary.rowCount += 1
      guard let strategy = entry.strategy else {
        summary.invalidCount += 1
        summary.add(entry.errors, count: entry.errorCount)
        return
      }
      do { try ladder.add(strategy) } catch {
        summary.invalidCount += 1
        summary.add([entry.refusal(error.description)], count: 1)
      }
    }
  }

  private static func row(_ row: LadderRow, missing: Int, _ writer: inout CSVWriter) {
    let risk = row.risk
    /// A figure whose unit is that of one underlying.
    func own(_ figure: Double) -> Double { row.isOneUnderlying ? figure : .nan }
    writer.cell(row.level.rawValue)
    writer.cell(row.underlying)
    writer.cell(row.expiry.map { "\($0)" })
    writer.cell(row.strike.map { "\($0)" })
    writer.cell(row.strikeEnd.map { "\($0)" })
    writer.cell(row.days ?? .nan)
    writer.cell(row.spot ?? .nan)
    writer.cell(row.forward ?? .nan)
    writer.cell(row.contracts)
    writer.cell(row.isOneUnderlying ? risk.long : nil, rounding: .up)
    writer.cell(row.isOneUnderlying ? risk.short : nil, rounding: .up)
    writer.cell(risk.greeks.value)
    writer.cell(own(risk.greeks.delta))
    writer.cell(own(risk.deltaUnits))
    writer.cell(risk.deltaPerPercent)
    writer.cell(own(risk.greeks.gamma))
    writer.cell(risk.gammaPerPercent)
    writer.cell(risk.greeks.vega / 100)
    writer.cell(risk.greeks.theta / 365)
    writer.cell(risk.greeks.rho / 100)
    writer.cell(missing > 0 ? "incomplete" : "ok")
    writer.cell(missing > 0 ? "without \(missing) invalid \(missing == 1 ? "strategy" : "strategies")" : "")
    writer.cell(row.settlement.rawValue)
    writer.cell(row.currency.code)
    writer.endRow()
  }
}

import Kernels

/// Writes the implied volatility of every option of a file, one row each.
public enum ImpliedVolatilityReport {
  public static let columns = ["id", "implied_vol", "status", "detail"]

  /// Opens an options file with prices, `-` for standard input.
  ///
  /// - Throws: ``FormatError``, as ``CSVReader/open(_:pieceSize:)`` and for a missing column.
  public static func open(_ path: String) throws(FormatError) -> OptionsReader {
    try OptionsReader.open(path, for: .impliedVolatility)
  }

  /// Reads the file to its end and writes header and rows.
  ///
  /// - Throws: ``FormatError`` where the output cannot be written.
  public static func write(
    _ options: inout OptionsReader, to sink: inout OutputSink, progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    try options.write(columns, to: &sink, progress: progress) { answer(&$0) }
  }

  /// Reads the file to its end and writes header and rows, the options taken as American.
  ///
  /// - Parameter tolerance: The error allowed in a value, one of ``AmericanPriceReport/tolerances``.
  /// - Throws: ``FormatError`` where the output cannot be written.
  public static func writeAmerican(
    _ options: inout OptionsReader, tolerance: Double, to sink: inout OutputSink,
    progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    try options.write(columns, to: &sink, progress: progress) { rows in
      let batch = rows.batch
      for index in 0..<batch.count {
        guard rows.beginRow(index, width: 1) else { continue }
        let answer = AmericanImpliedVolatility.solve(
          sign: batch.sign[index], price: batch.given[index], spot: batch.spot[index], strike: batch.strike[index],
          years: batch.years[index], rate: batch.rate[index], dividendYield: batch.dividendYield[index],
          tolerance: tolerance)
        row(answer.volatility, answer.status, &rows)
      }
    }
  }

  private static func answer(_ rows: inout OptionRows) {
    let count = rows.batch.count
    let batch = rows.batch
    var statuses = [ImpliedVolatilityStatus](repeating: .invalid, count: count)
    rows.sizeResults(count)
    var volatilities = rows.results.mutableSpan
    var statusSpan = statuses.mutableSpan
    ImpliedVolatility.solve(
      sign: batch.sign.span, price: batch.given.span, spot: batch.spot.span, strike: batch.strike.span,
      years: batch.years.span, rate: batch.rate.span, dividendYield: batch.dividendYield.span, into: &volatilities,
      status: &statusSpan)
    for index in 0..<count {
      guard rows.beginRow(index, width: 1) else { continue }
      row(rows.results[index], statuses[index], &rows)
    }
  }

  private static func row(_ volatility: Double, _ status: ImpliedVolatilityStatus, _ rows: inout OptionRows) {
    let (word, detail) = words(for: status)
    rows.writer.cell(volatility)
    rows.writer.cell(word)
    rows.writer.cell(detail)
    rows.writer.endRow()
    if status == .invalid { rows.countInvalid() }
  }

  private static func words(for status: ImpliedVolatilityStatus) -> (status: String, detail: String) {
    switch status {
    case .ok: return ("ok", "")
    case .belowIntrinsic: return ("below_intrinsic", "")
    case .atBound: return ("at_bound", "")
    case .aboveMaximum: return ("above_maximum", "")
    case .invalid: return ("invalid", "found numbers with which no price can be compared, wanted finite ones")
    }
  }
}

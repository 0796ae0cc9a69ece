import Kernels

/// Writes the value and the sixteen partial derivatives of every option of a file, raw, one row each.
public enum PriceReport {
  /// The columns, in the order of the kernel's.
  public static let columns =
    ["id"]
    + [
      "value", "delta", "gamma", "vega", "theta", "rho", "epsilon", "vanna", "volga", "charm", "veta", "speed", "zomma",
      "color", "ultima", "dual_delta", "dual_gamma",
    ] + ["status", "detail"]

  /// Opens an options file with volatilities, `-` for standard input.
  ///
  /// - Throws: ``FormatError``, as ``CSVReader/open(_:pieceSize:)`` and for a missing column.
  public static func open(_ path: String) throws(FormatError) -> OptionsReader {
    try OptionsReader.open(path, for: .price)
  }

  /// Reads the file to its end and writes header and rows.
  ///
  /// - Throws: ``FormatError`` where the output cannot be written.
  public static func write(
    _ options: inout OptionsReader, to sink: inout OutputSink, progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    try options.write(columns, to: &sink, progress: progress) { answer(&$0) }
  }

  private static let width = BlackScholes.Detail.all.columnCount

  private static func answer(_ rows: inout OptionRows) {
    let count = rows.batch.count
    let batch = rows.batch
    rows.sizeResults(width * count)
    var results = rows.results.mutableSpan
    BlackScholes.compute(
      .all, sign: batch.sign.span, spot: batch.spot.span, strike: batch.strike.span, years: batch.years.span,
      volatility: batch.given.span, rate: batch.rate.span, dividendYield: batch.dividendYield.span, into: &results)
    for index in 0..<count {
      guard rows.beginRow(index, width: width) else { continue }
      var isFinite = true
      for column in 0..<width {
        let value = rows.results[column * count + index]
        isFinite = isFinite && value.isFinite
        rows.writer.cell(value)
      }
      rows.writer.cell(isFinite ? "ok" : "limit")
      if isFinite { rows.writer.emptyCell() } else { rows.writer.cell(limitDetail(rows.results, index, count)) }
      rows.writer.endRow()
    }
  }

  /// Says what the empty cells of a row are: `gamma inf; theta -inf; charm undefined`.
  private static func limitDetail(_ results: [Double], _ index: Int, _ count: Int) -> String {
    var words: [String] = []
    for column in 0..<width {
      let value = results[column * count + index]
      guard !value.isFinite else { continue }
      words.append(columns[column + 1] + (value.isNaN ? " undefined" : value > 0 ? " inf" : " -inf"))
    }
    return words.joined(separator: "; ")
  }
}

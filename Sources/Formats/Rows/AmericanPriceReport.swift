import Kernels

/// Writes the value of every option of a file as an American one, with the derivatives that early exercise leaves.
///
/// The columns are those of ``PriceReport`` and at the end the spot at which the option is exercised today. Where early
/// exercise never pays, a row has every derivative; elsewhere the eight that an American option's integral does not give
/// are empty.
public enum AmericanPriceReport {
  public static let columns = PriceReport.columns + ["exercise_boundary"]

  /// The derivatives that are empty where early exercise can pay.
  public static let notGiven = ["vanna", "volga", "charm", "veta", "speed", "zomma", "color", "ultima"]

  /// The errors that can be asked for, as fractions of the greater of spot and strike.
  public static let tolerances = AmericanBoundary.tolerances

  /// Reads the file to its end and writes header and rows.
  ///
  /// - Parameter tolerance: One of ``tolerances``.
  /// - Throws: ``FormatError`` where the output cannot be written.
  public static func write(
    _ options: inout OptionsReader, tolerance: Double, to sink: inout OutputSink,
    progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    try options.write(columns, to: &sink, progress: progress) { answer(&$0, tolerance) }
  }

  private static let width = BlackScholes.Detail.all.columnCount

  private static func answer(_ rows: inout OptionRows, _ tolerance: Double) {
    let batch = rows.batch
    // Rows that differ in spot and strike only share a boundary.
    var last: AmericanBoundary?
    for index in 0..<batch.count {
      guard rows.beginRow(index, width: width, trailing: 1) else { continue }
      let (sign, years, volatility) = (batch.sign[index], batch.years[index], batch.given[index])
      let (rate, yield) = (batch.rate[index], batch.dividendYield[index])
      let isSame =
        last.map {
          $0.sign == sign && $0.years == years && $0.volatility == volatility && $0.rate == rate
            && $0.dividendYield == yield
        } ?? false
      let boundary =
        isSame
        ? last
        : AmericanBoundary(
          sign: sign, years: years, volatility: volatility, rate: rate, dividendYield: yield, tolerance: tolerance)
      last = boundary
      guard let boundary else { continue }
      guard boundary.method != .unsolved else {
        rows.countInvalid()
        rows.writer.emptyCells(width)
        rows.writer.cell("invalid")
        rows.writer.cell(
          "found volatility \(volatility) over \(years) years at rates \(rate) and \(yield), for which no exercise "
            + "boundary was reached")
        rows.writer.emptyCell()
        rows.writer.endRow()
        continue
      }
      write(boundary, spot: batch.spot[index], strike: batch.strike[index], tolerance, to: &rows.writer)
    }
  }

  private static func write(
    _ boundary: AmericanBoundary, spot: Double, strike: Double, _ tolerance: Double, to writer: inout CSVWriter
  ) {
    guard boundary.method != .european else {
      let partials = BlackScholes.partials(
        sign: boundary.sign, spot: spot, strike: strike, years: boundary.years, volatility: boundary.volatility,
        rate: boundary.rate, dividendYield: boundary.dividendYield)
      for column in BlackScholes.Column.allCases { writer.cell(partials[column]) }
      writer.cell(partials.isFinite ? "ok" : "limit")
      writer.cell("never exercised early")
      writer.emptyCell()
      writer.endRow()
      return
    }
    let partials = boundary.partials(spot: spot, strike: strike)
    let given = [
      partials.value, partials.delta, partials.gamma, partials.vega, partials.theta, partials.rho, partials.epsilon,
    ]
    for number in given { writer.cell(number) }
    writer.emptyCells(notGiven.count)
    writer.cell(partials.dualDelta)
    writer.cell(partials.dualGamma)
    let isFinite = (given + [partials.dualDelta, partials.dualGamma]).allSatisfy(\.isFinite)
    writer.cell(isFinite ? "ok" : "limit")
    writer.cell(detail(boundary, partials, spot: spot, strike: strike, tolerance))
    if let price = boundary.exercisePrice(strike: strike) { writer.cell(price) } else { writer.emptyCell() }
    writer.endRow()
  }

  private static func detail(
    _ boundary: AmericanBoundary, _ partials: AmericanPartials, spot: Double, strike: Double, _ tolerance: Double
  ) -> String {
    if boundary.years > 0, partials.value > 0, partials.value == boundary.sign * (spot - strike) {
      return "exercised now"
    }
    guard boundary.error > tolerance else { return "" }
    let method = boundary.method == .finiteDifferences ? "finite differences, " : ""
    return "\(method)within \(boundary.error) of the greater of spot and strike"
  }
}

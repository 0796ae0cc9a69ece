public import Basics
public import MarketData

/// Fitted surfaces at fixed places: a day of the history that ``SurfaceHistoryFile`` reads.
///
/// Strikes and expiries are others every day; the same log-moneynesses and times to expiry can be held beside one another.
public enum SurfaceGridRows {
  public static let columns = ["date", "underlying", "years", "log_moneyness", "vol", "extrapolated"]

  /// - Parameters:
  ///   - moment: The market's; its date (UTC) stands in every row.
  ///   - years: Times to expiry, above 0.
  ///   - logMoneyness: ln(K/F).
  /// - Returns: CSV; `extrapolated` is true beyond the expiries and strikes that were fitted.
  public static func text(
    _ fits: [ChainFit], at moment: Instant, years: [Double], logMoneyness: [Double]
  ) -> String {
    let date = moment.date.map { "\($0)" } ?? "\(moment)"
    var writer = CSVWriter()
    writer.row(columns)
    for fit in fits {
      for time in years {
        for k in logMoneyness {
          let point = fit.surface.volatility(logMoneyness: k, years: time)
          writer.cell(date)
          writer.cell(fit.symbol)
          writer.cell(time)
          writer.cell(k)
          if let point { writer.cell(point.value) } else { writer.emptyCell() }
          writer.cell(point?.isExtrapolated ?? true)
          writer.endRow()
        }
      }
    }
    return writer.text
  }
}

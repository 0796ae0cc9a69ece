public import Analysis
import IsolatedMargin

/// The rows of `liquidation --probability --format csv`.
public enum LiquidationProbabilityReport {
  /// A row for each horizon and each quantile of each law.
  ///
  /// `kind` is `horizon` or `quantile`; both have `days` and `probability`, the first asked for and the second found, or
  /// the other way round. `status` is `ok`, `never` or `not_reached` (beyond what was looked at): then `days` is empty.
  public static let columns = [
    "strategy", "measure", "kind", "days", "probability", "standard_error", "is_expiry", "method", "drift",
    "volatility", "paths", "seed", "status", "detail",
  ]

  public static func rows(_ outlook: LiquidationOutlook, name: String, _ writer: inout CSVWriter) {
    let detail = outlook.notes.joined(separator: "; ")
    for law in outlook.probabilities {
      for horizon in law.horizons {
        writer.cell(name)
        writer.cell(law.measure.rawValue)
        writer.cell("horizon")
        writer.cell(horizon.days)
        writer.cell(horizon.probability.value)
        writer.cell(horizon.probability.standardError)
        writer.cell(horizon.isExpiry ? "true" : "false")
        end(law, outlook, status: "ok", detail, &writer)
      }
      for quantile in law.quantiles {
        let (days, status) = cells(quantile.time)
        writer.cell(name)
        writer.cell(law.measure.rawValue)
        writer.cell("quantile")
        if let days { writer.cell(days) } else { writer.emptyCell() }
        writer.cell(quantile.probability)
        writer.emptyCells(2)
        end(law, outlook, status: status, detail, &writer)
      }
    }
  }

  private static func end(
    _ law: LiquidationProbability, _ outlook: LiquidationOutlook, status: String, _ detail: String,
    _ writer: inout CSVWriter
  ) {
    writer.cell(law.method.rawValue)
    writer.cell(law.motion.drift)
    writer.cell(law.motion.volatility)
    writer.cell(law.paths)
    if law.paths > 0 { writer.cell("\(outlook.simulation.seed)") } else { writer.emptyCell() }
    writer.cell(status)
    writer.cell(detail)
    writer.endRow()
  }

  /// The days and the status of a time.
  static func cells(_ time: PassageTime) -> (days: Double?, status: String) {
    switch time {
    case .years(let years): return (years * 365, "ok")
    case .never: return (nil, "never")
    case .after: return (nil, "not_reached")
    }
  }

  /// The row of a strategy that could not be read or answered.
  public static func invalidRow(name: String, detail: String, _ writer: inout CSVWriter) {
    writer.cell(name)
    writer.emptyCells(11)
    writer.cell("invalid")
    writer.cell(detail)
    writer.endRow()
  }
}

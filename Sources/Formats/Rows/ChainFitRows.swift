import Basics
import Instruments
public import MarketData

/// A fit as CSV: a row an expiry, its points, its residuals. Volatilities are fractions, errors volatility points.
public enum ChainFitRows {
  public static let columns = [
    "underlying", "expiry", "years", "forward", "model", "status", "strikes", "quotes", "uses_marks",
    "rms_error_points", "median_error_points", "worst_error_points", "weighted_error_points",
    "weighted_error_before_repair",
    "rms_error_ticks", "median_error_ticks", "worst_error_ticks", "two_sided", "inside", "a", "b", "rho", "m", "sigma",
    "atm_vol",
    "atm_skew", "put_slope", "call_slope", "least_vol", "butterfly", "least_g", "least_g_log_moneyness", "calendar",
    "calendar_log_moneyness", "iterations", "detail", "exercise",
  ]

  /// A row an expiry, those left out included.
  public static func text(_ fits: [ChainFit]) -> String {
    var writer = CSVWriter()
    writer.row(columns)
    for fit in fits {
      for row in merged(fit) {
        switch row {
        case .success(let slice): write(slice, of: fit, into: &writer)
        case .failure(let omission):
          writer.cell(fit.symbol)
          writer.cell(omission.expiry.date.description)
          writer.emptyCells(2)
          writer.cell(fit.model.rawValue)
          writer.cell("omitted")
          writer.emptyCells(columns.count - 8)
          writer.cell(omission.reason.description)
          writer.emptyCell()
          writer.endRow()
        }
      }
    }
    return writer.text
  }

  /// What stands for an expiry that was left out.
  struct Omitted: Error {
    let expiry: Expiry
    let reason: SurfaceError
  }

  /// Fitted and omitted expiries in order of time.
  static func merged(_ fit: ChainFit) -> [Result<ChainFit.Slice, Omitted>] {
    let rows =
      fit.slices.map { (expiry: $0.expiry, row: Result<ChainFit.Slice, Omitted>.success($0)) }
      + fit.omissions.map { ($0.expiry, .failure(Omitted(expiry: $0.expiry, reason: $0.reason))) }
    return rows.sorted { $0.expiry < $1.expiry }.map(\.row)
  }

  private static func write(_ slice: ChainFit.Slice, of fit: ChainFit, into writer: inout CSVWriter) {
    let (errors, ticks) = (slice.errors, FitErrors.inTicks(slice.quotes))
    let sides = slice.quotes.compactMap(\.isInside)
    let svi = slice.slice
    let wings = try? SVIJumpWings(svi, years: slice.forward.years)
    func figures(_ values: [Double?]) {
      for value in values {
        if let value { writer.cell(value) } else { writer.emptyCell() }
      }
    }
    writer.cell(fit.symbol)
    writer.cell(slice.expiry.date.description)
    figures([slice.forward.years, slice.forward.value])
    writer.cell(fit.model.rawValue)
    writer.cell("ok")
    writer.cell(errors?.count ?? 0)
    writer.cell(slice.quotes.count)
    writer.cell(slice.usesMarks)
    figures([errors?.rootMeanSquare, errors?.median, errors?.worst, slice.error, slice.errorBeforeRepair].map(points))
    figures([ticks?.rootMeanSquare, ticks?.median, ticks?.worst])
    writer.cell(sides.count)
    writer.cell(sides.count { $0 })
    figures([svi.a, svi.b, svi.rho, svi.m, svi.sigma])
    figures([
      wings.map { $0.variance.squareRoot() }, wings?.skew, wings?.putSlope, wings?.callSlope,
      wings.map { $0.leastVariance.squareRoot() },
    ])
    writer.cell(word(slice.butterfly))
    figures([slice.leastDensity.value, slice.leastDensity.logMoneyness])
    writer.cell(slice.calendar.map(word))
    figures([slice.calendar.flatMap(place)])
    writer.cell(slice.iterations)
    writer.emptyCell()
    writer.cell(exercise(of: slice.quotes))
    writer.endRow()
  }

  /// How volatilities were taken from quotes: `european`, `american` or `mixed`.
  static func exercise(of quotes: [FittedQuote]) -> String {
    let american = quotes.count { $0.quote.isAmerican }
    return american == 0 ? "european" : american == quotes.count ? "american" : "mixed"
  }

  private static func points(_ value: Double?) -> Double? { value.map { $0 * 100 } }

  static func word(_ verdict: ArbitrageVerdict) -> String {
    switch verdict {
    case .free: return "free"
    case .violated: return "violated"
    case .touching: return "touching"
    }
  }

  static func place(_ verdict: ArbitrageVerdict) -> Double? {
    switch verdict {
    case .free: return nil
    case .violated(let k, _), .touching(let k): return k
    }
  }

  // MARK: Points

  /// Evenly spaced log-moneynesses of each expiry, from its lowest to its highest strike.
  public static let pointsPerExpiry = 101

  /// The fitted smiles: what a picture is drawn from.
  public static func points(_ fits: [ChainFit]) -> String {
    var writer = CSVWriter()
    writer.row(["underlying", "expiry", "years", "log_moneyness", "strike", "fitted_vol", "total_variance", "g"])
    for fit in fits {
      for slice in fit.slices {
        let (low, high) = (slice.range.lowerBound, slice.range.upperBound)
        for step in 0..<pointsPerExpiry {
          let k = low + (high - low) * Double(step) / Double(pointsPerExpiry - 1)
          let variance = slice.slice.totalVariance(at: k)
          writer.cell(fit.symbol)
          writer.cell(slice.expiry.date.description)
          writer.cell(slice.forward.years)
          writer.cell(k)
          writer.cell(slice.forward.strike(logMoneyness: k))
          writer.cell((variance / slice.forward.years).squareRoot())
          writer.cell(variance)
          writer.cell(DurrlemanCondition.value(of: slice.slice, at: k))
          writer.endRow()
        }
      }
    }
    return writer.text
  }

  // MARK: Residuals

  /// Every quote of the fitted expiries beside its fitted volatility.
  public static func residuals(_ fits: [ChainFit]) -> String {
    var writer = CSVWriter()
    writer.row([
      "underlying", "instrument", "log_moneyness", "bid_vol", "ask_vol", "mid_vol", "mark_vol", "fitted_vol",
      "fitted_price", "error_points", "error_ticks", "inside", "weight",
    ])
    for fit in fits {
      for row in fit.quotes {
        writer.cell(fit.symbol)
        writer.cell("\(Instrument.option(row.quote.contract))")
        writer.cell(row.quote.logMoneyness)
        for figure in [row.quote.bid, row.quote.ask, row.quote.mid, row.quote.mark] {
          if let figure { writer.cell(figure) } else { writer.emptyCell() }
        }
        writer.cell(row.volatility)
        writer.cell(row.price)
        for figure in [row.error.map({ $0 * 100 }), row.ticks] {
          if let figure { writer.cell(figure) } else { writer.emptyCell() }
        }
        writer.cell(row.isInside.map { $0 ? "true" : "false" })
        writer.cell(row.weight)
        writer.endRow()
      }
    }
    return writer.text
  }
}

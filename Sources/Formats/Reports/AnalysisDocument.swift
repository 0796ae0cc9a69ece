import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import Scenarios

/// An analysis as JSON: everything the page shows, unrounded, and the whole certificate.
///
/// * Exact amounts are strings: plain decimals where they are finite ones, in a certificate else fractions `a/b`, which
///   no reader's floating numbers can spoil. Losses and costs that are no finite decimal are rounded up at the 8th,
///   profits down.
/// * Model figures are numbers, the shortest that read back the same. Without a value they are null.
/// * What has no bound is null beside a `status` that says so. Names carry their units.
struct AnalysisDocument {
  let analysis: StrategyAnalysis
  let source: String

  /// Raised when a key goes away or changes its meaning; new keys do not raise it.
  static let version: Int64 = 1

  init(_ analysis: StrategyAnalysis, source: String) {
    self.analysis = analysis
    self.source = source
  }

  var json: JSONValue {
    let margin = analysis.margin
    let head = DocumentHead(
      schema: "bulkhead.analysis", version: AnalysisDocument.version, filled: analysis.filled, asOf: analysis.asOf,
      source: source, structure: .text(analysis.structure))
    return head.object([
      ("status", .string(margin.status.rawValue)), ("detail", .string(margin.detail)),
      ("warnings", .array(analysis.warnings.map { .string($0) })), ("market", market), ("value", value),
      ("greeks", AnalysisDocument.greeks(analysis.greeks)),
      ("greeks_in_quote_currency", AnalysisDocument.greeks(analysis.quoteGreeks)),
      ("legs", .array(analysis.legs.map(leg))), ("maximum_loss", maximumLoss), ("maximum_profit", maximumProfit),
      ("margin", collateral), ("break_evens", breakEvens), ("outlook", outlook), ("liquidation", liquidation),
      ("matrix", matrix), ("stress", stress), ("size", size), ("loss_within_range", lossWithin), ("curve", curve),
      ("reasons", .array(RiskReasons(analysis).sentences.map { .string($0) })),
    ])
  }

  // MARK: Market and model

  private var market: JSONValue {
    let units = PageUnits(analysis)
    return .object([
      ("quote_currency", .string(units.quoteCode)),
      ("smile_dynamics", .string(analysis.stressGrid.dynamics.rawValue)),
      (
        "underlyings",
        .array(
          analysis.spots.map { item in
            .object([("underlying", .string(item.underlying)), ("spot", .string("\(item.spot)"))])
          })
      ), ("expiries", .array(analysis.expiries.map(expiry))),
    ])
  }

  private func expiry(_ expiry: ExpirySummary) -> JSONValue {
    var strikes = JSONValue.null
    if case .parity(let count) = expiry.forward.source { strikes = .integer(Int64(count)) }
    return .object([
      ("underlying", .string(expiry.underlying)), ("expiry", .string("\(expiry.instant)")),
      ("years", .number(expiry.forward.years)), ("forward", .number(expiry.forward.value)),
      ("forward_source", .string(expiry.forward.source.name)), ("parity_strikes", strikes),
      ("rate_per_year", .number(expiry.forward.rate)),
      ("dividend_yield_per_year", .number(expiry.forward.dividendYield)),
      ("volatility_at_forward", .number(expiry.volatility)),
    ])
  }

  private var value: JSONValue {
    .object([
      ("value", .number(analysis.greeks.value)), ("entry_cost", .string(analysis.margin.entryCostText)),
      ("fees", .string(analysis.margin.feesText)), ("pnl", .number(analysis.profitNow)),
    ])
  }

  private static func greeks(_ greeks: Greeks) -> JSONValue {
    .object([
      ("value", .number(greeks.value)), ("delta", .number(greeks.delta)), ("gamma", .number(greeks.gamma)),
      ("vega_per_vol_point", .number(greeks.vega / 100)), ("theta_per_day", .number(greeks.theta / 365)),
      ("rho_per_point", .number(greeks.rho / 100)),
    ])
  }

  private func leg(_ leg: LegAnalysis) -> JSONValue {
    func price(_ price: Price?) -> JSONValue { .text(price.map { "\($0)" }) }
    return .object([
      ("instrument", .string("\(leg.leg.instrument)")), ("quantity", .string("\(leg.leg.quantity)")),
      ("multiplier", .string("\(leg.leg.multiplier)")), ("price", .string(AmountText.up(leg.leg.price))),
      ("filled_at", .string(leg.leg.source.rawValue)), ("entry_cost", .string(AmountText.up(leg.leg.entryCost))),
      ("fee", .string(AmountText.up(leg.leg.fee))),
      (
        "quote",
        leg.quote.map { quote in
          .object([("bid", price(quote.bid)), ("ask", price(quote.ask)), ("mark", price(quote.mark))])
        } ?? .null
      ), ("volatility", .number(leg.volatility)), ("is_extrapolated", .bool(leg.isExtrapolated)),
      ("greeks", AnalysisDocument.greeks(leg.greeks)),
      ("greeks_in_quote_currency", AnalysisDocument.greeks(leg.quoteGreeks)),
    ])
  }

  private var outlook: JSONValue {
    guard let outlook = analysis.outlook else { return .null }
    return .object([
      ("measure", .string("risk_neutral")),
      ("unit_of_value", .string(outlook.distribution.settlement.rawValue)),
      ("forward", .number(outlook.distribution.forward)), ("volatility", .number(outlook.distribution.volatility)),
      ("probability_of_profit", .number(outlook.probabilityOfProfit)),
      ("expected_pnl", .number(outlook.expectedProfit)),
    ])
  }

  // MARK: Scenarios

  private var matrix: JSONValue {
    .object([
      ("spot_shifts", .numbers(analysis.matrix.spotShifts)),
      ("vol_shifts", .numbers(analysis.matrix.volatilityShifts)),
      ("pnl", .array(analysis.matrix.profit.map { .numbers($0) })),
    ])
  }

  private var stress: JSONValue {
    let (grid, summary) = (analysis.stressGrid, analysis.stress)
    func point(_ profit: Double, _ scenario: Int) -> JSONValue {
      let shock = grid.shock(scenario)
      return .object([
        ("pnl", .number(profit)), ("scenario", .integer(Int64(scenario))), ("spot_shift", .number(shock.spot)),
        ("vol_shift", .number(shock.volatility.level)), ("days_forward", .number(shock.daysForward)),
      ])
    }
    let shares = zip(["25", "50", "75", "100"], summary.sharesBeyond).map { threshold, share in
      (key: "share_beyond_\(threshold)_percent_of_margin", value: JSONValue.number(share))
    }
    return .object(
      [
        (key: "scenarios", value: .integer(Int64(grid.count))),
        (key: "is_vol_relative", value: .bool(grid.isVolatilityRelative)),
        (key: "worst", value: point(summary.worst, summary.worstScenario)),
        (key: "best", value: point(summary.best, summary.bestScenario)),
      ] + shares)
  }

  private var curve: JSONValue {
    guard let curve = analysis.curve else { return .null }
    return .object([
      ("expiry_line", .string(curve.isExact ? "payoff" : "model_at_first_expiry")),
      ("standard_deviation_of_log_price", .number(curve.deviation)),
      ("spot", .numbers(curve.points.map(\.spot))),
      ("pnl_today", .numbers(curve.points.map(\.profitToday))),
      ("pnl_at_expiry", .numbers(curve.points.map(\.profitAtExpiry))),
      (
        "on_days",
        .array(
          curve.days.indices.map { day in
            .object([
              ("days_forward", .number(curve.days[day])),
              ("pnl", .numbers(curve.points.map { $0.profitOnDays[day] })),
            ])
          })
      ),
    ])
  }
}

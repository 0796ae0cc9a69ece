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

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// In UTF-8.
  var bytes: ArraySlice<UInt8> {
    let margin = analysis.margin
    let head = DocumentHead(
      schema: "bulkhead.analysis", version: AnalysisDocument.version, filled: analysis.filled, asOf: analysis.asOf,
      source: source, structure: .text(analysis.structure))
    return JSONText.object { json in
      json.members(head.members)
      json.text("status", margin.status.rawValue)
      json.text("detail", margin.detail)
      json.texts("warnings", analysis.warnings)
      writeMarket(to: &json)
      writeValue(to: &json)
      AnalysisDocument.write("greeks", analysis.greeks, to: &json)
      AnalysisDocument.write("greeks_in_quote_currency", analysis.quoteGreeks, to: &json)
      json.objects("legs", analysis.legs) { AnalysisDocument.write($1, to: &$0) }
      json.object("maximum_loss", writeMaximumLoss)
      writeMaximumProfit(to: &json)
      writeMargin(to: &json)
      writeBreakEvens(to: &json)
      writeOutlook(to: &json)
      writeLiquidation(to: &json)
      writeMatrix(to: &json)
      writeStress(to: &json)
      writeSize(to: &json)
      writeLossWithin(to: &json)
      writeCurve(to: &json)
      json.texts("reasons", RiskReasons(analysis).sentences)
    }
  }

  // MARK: Market and model

  private func writeMarket(to json: inout JSONText) {
    json.object("market") { json in
      json.text("quote_currency", PageUnits(analysis).quoteCode)
      json.text("smile_dynamics", analysis.stressGrid.dynamics.rawValue)
      json.objects("underlyings", analysis.spots) { json, item in
        json.text("underlying", item.underlying)
        json.text("spot", "\(item.spot)")
      }
      json.objects("expiries", analysis.expiries) { json, expiry in
        json.text("underlying", expiry.underlying)
        json.text("expiry", "\(expiry.instant)")
        json.number("years", expiry.forward.years)
        json.number("forward", expiry.forward.value)
        json.text("forward_source", expiry.forward.source.name)
        if case .parity(let count) = expiry.forward.source {
          json.integer("parity_strikes", Int64(count))
        } else {
          json.null("parity_strikes")
        }
        json.number("rate_per_year", expiry.forward.rate)
        json.number("dividend_yield_per_year", expiry.forward.dividendYield)
        json.number("volatility_at_forward", expiry.volatility)
      }
    }
  }

  private func writeValue(to json: inout JSONText) {
    json.object("value") { json in
      json.number("value", analysis.greeks.value)
      json.text("entry_cost", analysis.margin.entryCostText)
      json.text("fees", analysis.margin.feesText)
      json.number("pnl", analysis.profitNow)
    }
  }

  private static func write(_ key: StaticString, _ greeks: Greeks, to json: inout JSONText) {
    json.object(key) { json in
      json.number("value", greeks.value)
      json.number("delta", greeks.delta)
      json.number("gamma", greeks.gamma)
      json.number("vega_per_vol_point", greeks.vega / 100)
      json.number("theta_per_day", greeks.theta / 365)
      json.number("rho_per_point", greeks.rho / 100)
    }
  }

  private static func write(_ leg: LegAnalysis, to json: inout JSONText) {
    json.text("instrument", "\(leg.leg.instrument)")
    json.text("quantity", "\(leg.leg.quantity)")
    json.text("multiplier", "\(leg.leg.multiplier)")
    json.text("price", AmountText.up(leg.leg.price))
    json.text("filled_at", leg.leg.source.rawValue)
    json.text("entry_cost", AmountText.up(leg.leg.entryCost))
    json.text("fee", AmountText.up(leg.leg.fee))
    if let quote = leg.quote {
      json.object("quote") { json in
        json.text("bid", quote.bid.map { "\($0)" })
        json.text("ask", quote.ask.map { "\($0)" })
        json.text("mark", quote.mark.map { "\($0)" })
      }
    } else {
      json.null("quote")
    }
    json.number("volatility", leg.volatility)
    json.flag("is_extrapolated", leg.isExtrapolated)
    write("greeks", leg.greeks, to: &json)
    write("greeks_in_quote_currency", leg.quoteGreeks, to: &json)
  }

  private func writeOutlook(to json: inout JSONText) {
    guard let outlook = analysis.outlook else { return json.null("outlook") }
    json.object("outlook") { json in
      json.text("measure", "risk_neutral")
      json.text("unit_of_value", outlook.distribution.settlement.rawValue)
      json.number("forward", outlook.distribution.forward)
      json.number("volatility", outlook.distribution.volatility)
      json.number("probability_of_profit", outlook.probabilityOfProfit)
      json.number("expected_pnl", outlook.expectedProfit)
    }
  }

  // MARK: Scenarios

  private func writeMatrix(to json: inout JSONText) {
    json.object("matrix") { json in
      json.numbers("spot_shifts", analysis.matrix.spotShifts)
      json.numbers("vol_shifts", analysis.matrix.volatilityShifts)
      json.rows("pnl", analysis.matrix.profit)
    }
  }

  private static let shareKeys: [StaticString] = [
    "share_beyond_25_percent_of_margin", "share_beyond_50_percent_of_margin", "share_beyond_75_percent_of_margin",
    "share_beyond_100_percent_of_margin",
  ]

  private func writeStress(to json: inout JSONText) {
    let (grid, summary) = (analysis.stressGrid, analysis.stress)
    func write(_ key: StaticString, _ profit: Double, _ scenario: Int, to json: inout JSONText) {
      let shock = grid.shock(scenario)
      json.object(key) { json in
        json.number("pnl", profit)
        json.integer("scenario", Int64(scenario))
        json.number("spot_shift", shock.spot)
        json.number("vol_shift", shock.volatility.level)
        json.number("days_forward", shock.daysForward)
      }
    }
    json.object("stress") { json in
      json.integer("scenarios", Int64(grid.count))
      json.flag("is_vol_relative", grid.isVolatilityRelative)
      write("worst", summary.worst, summary.worstScenario, to: &json)
      write("best", summary.best, summary.bestScenario, to: &json)
      for (key, share) in zip(AnalysisDocument.shareKeys, summary.sharesBeyond) { json.number(key, share) }
    }
  }

  private func writeCurve(to json: inout JSONText) {
    guard let curve = analysis.curve else { return json.null("curve") }
    json.object("curve") { json in
      json.text("expiry_line", curve.isExact ? "payoff" : "model_at_first_expiry")
      json.number("standard_deviation_of_log_price", curve.deviation)
      json.numbers("spot", curve.spots)
      json.numbers("pnl_today", curve.profitsToday)
      json.numbers("pnl_at_expiry", curve.profitsAtExpiry)
      json.objects("on_days", zip(curve.days, curve.profitsOnDays)) { json, line in
        json.number("days_forward", line.0)
        json.numbers("pnl", line.1)
      }
    }
  }
}

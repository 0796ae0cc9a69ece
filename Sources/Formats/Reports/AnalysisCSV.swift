import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// Writes an analysis as a header and one row, for sheets and for joining with other rows.
enum AnalysisCSV {
  /// Columns are only ever added at the end.
  static let columns = [
    "strategy", "structure", "settlement", "currency", "as_of", "value", "entry_cost", "fees", "pnl", "delta", "gamma",
    "vega_per_vol_point", "theta_per_day", "rho_per_point", "delta_quote", "max_loss", "max_profit", "margin",
    "requirement", "reserve", "return_on_margin", "risk_to_reward", "probability_of_profit", "expected_pnl",
    "break_evens", "binding_price", "attained", "status", "detail",
  ]

  static func text(_ analysis: StrategyAnalysis) -> String {
    let (margin, greeks) = (analysis.margin, analysis.greeks)
    var writer = CSVWriter(capacity: 1 << 12)
    func floats(_ values: Double?...) {
      for value in values {
        if let value { writer.cell(value) } else { writer.emptyCell() }
      }
    }
    func texts(_ values: String...) {
      for value in values { writer.cell(value) }
    }
    writer.row(columns)
    texts(
      analysis.filled.name, analysis.structure ?? "", analysis.settlement.rawValue, analysis.currency.code,
      "\(analysis.asOf)")
    floats(greeks.value)
    texts(margin.entryCostText, margin.feesText)
    floats(
      analysis.profitNow, greeks.delta, greeks.gamma, greeks.vega / 100, greeks.theta / 365, greeks.rho / 100,
      analysis.quoteGreeks.delta)
    texts(margin.maxLossText, margin.maxProfitText, margin.marginText, margin.requirementText, margin.reserveText)
    floats(
      analysis.returnOnMargin, analysis.riskToReward, analysis.outlook?.probabilityOfProfit,
      analysis.outlook?.expectedProfit)
    texts(
      margin.breakEvensText, margin.bindingPriceText, margin.attainedText, margin.status.rawValue, margin.detail)
    writer.endRow()
    return writer.text
  }
}

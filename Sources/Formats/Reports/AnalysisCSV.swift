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
    func float(_ value: Double?) -> String { value.flatMap(FigureText.shortest) ?? "" }
    let cells = [
      analysis.filled.name, analysis.structure ?? "", analysis.settlement.rawValue, analysis.currency.code,
      "\(analysis.asOf)", float(greeks.value), margin.entryCostText, margin.feesText, float(analysis.profitNow),
      float(greeks.delta), float(greeks.gamma), float(greeks.vega / 100), float(greeks.theta / 365),
      float(greeks.rho / 100), float(analysis.quoteGreeks.delta), margin.maxLossText, margin.maxProfitText,
      margin.marginText, margin.requirementText, margin.reserveText, float(analysis.returnOnMargin),
      float(analysis.riskToReward), float(analysis.outlook?.probabilityOfProfit),
      float(analysis.outlook?.expectedProfit), margin.breakEvensText, margin.bindingPriceText, margin.attainedText,
      margin.status.rawValue, margin.detail,
    ]
    return [columns, cells].map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  /// RFC 4180: a cell with a comma, a quote or a line break stands in quotes, quotes inside doubled.
  private static func quoted(_ cell: String) -> String {
    let needsQuotes = cell.utf8.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 10 || byte == 13
    }
    guard needsQuotes || cell.hasPrefix(" ") || cell.hasSuffix(" ") else { return cell }
    return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

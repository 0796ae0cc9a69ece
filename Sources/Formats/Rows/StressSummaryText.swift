public import Analysis
import Basics
import IsolatedMargin
import Pricing
import Scenarios

/// Says what a stress report shows, in a few lines for standard error.
public enum StressSummaryText {
  public static func text(_ result: StressResult) -> String {
    let scenarios = result.profitAndLoss.scenarios
    let summary = result.summary
    let unit = result.filled.currency.code
    let decimals = min(result.filled.currency.decimals, 8)
    let symbols = result.filled.legsByUnderlying.map(\.underlying)
    func place(_ scenario: Int) -> String {
      let shock = ScenarioShock(scenarios, scenario, of: symbols)
      return [shock.name, shock.text].compactMap { $0 }.joined(separator: ": ")
    }
    var lines = [
      "\(result.filled.name): \(scenarios.count) scenarios, \(scenarios.dynamics.rawValue)",
      "  worst \(FigureText.fixed(summary.worst, decimals, sign: .always)) \(unit) at \(place(summary.worstScenario))",
      "  best  \(FigureText.fixed(summary.best, decimals, sign: .always)) \(unit) at \(place(summary.bestScenario))",
    ]
    if let margin = result.margin.margin {
      let shares = zip(["25", "50", "75", "100"], summary.sharesBeyond).map { level, share in
        "\(level) %: \(FigureText.percent(share))"
      }
      var whole = "of the scenarios lose"
      if case .grid = scenarios { whole = "of the grid loses" }
      lines.append("  margin \(margin); \(whole) more than \(shares.joined(separator: ", "))")
    } else {
      lines.append("  margin: \(result.margin.status.rawValue) (\(result.margin.detail))")
    }
    let extrapolated = result.profitAndLoss.extrapolatedNodes
    if extrapolated > 0 {
      lines.append(
        "  \(extrapolated) volatilities of legs at nodes lie beyond the quotes, where the smile is held flat")
    }
    return lines.joined(separator: "\n")
  }
}

public import Analysis
import Basics
import IsolatedMargin
import Pricing
import Scenarios

/// Says what a stress report shows, in a few lines for standard error.
public enum StressSummaryText {
  public static func text(_ result: StressResult) -> String {
    let grid = result.profitAndLoss.grid
    let summary = result.summary
    let unit = result.filled.currency.code
    let decimals = min(result.filled.currency.decimals, 8)
    func place(_ scenario: Int) -> String {
      let shock = grid.shock(scenario)
      let volatility =
        FigureText.fixed(shock.volatility * 100, 1, sign: .always) + (grid.isVolatilityRelative ? " %" : " points")
      return
        "spot \(percent(shock.spot)), volatility \(volatility), day \(FigureText.shortest(shock.daysForward) ?? "")"
    }
    var lines = [
      "\(result.filled.name): \(grid.count) scenarios, \(grid.dynamics.rawValue)",
      "  worst \(FigureText.fixed(summary.worst, decimals, sign: .always)) \(unit) at \(place(summary.worstScenario))",
      "  best  \(FigureText.fixed(summary.best, decimals, sign: .always)) \(unit) at \(place(summary.bestScenario))",
    ]
    if let margin = result.margin.margin {
      let shares = zip(["25", "50", "75", "100"], summary.sharesBeyond).map { level, share in
        "\(level) %: \(FigureText.percent(share))"
      }
      lines.append("  margin \(margin); of the grid loses more than \(shares.joined(separator: ", "))")
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

  private static func percent(_ share: Double) -> String { FigureText.percent(share, sign: .always) }
}

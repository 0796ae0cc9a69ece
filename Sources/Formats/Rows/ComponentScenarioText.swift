import Basics
public import Scenarios

/// Scenarios along a surface's principal components as YAML that ``ScenarioFile`` reads, with what each component explains.
public enum ComponentScenarioText {
  /// - Parameter source: What the history is called in the first line.
  /// - Throws: ``CorrelationError``, as ``SurfaceComponents/scenarios(count:standardDeviations:)``.
  public static func text(
    _ surface: SurfaceComponents, source: String, count: Int, standardDeviations: [Double]
  ) throws(CorrelationError) -> String {
    let scenarios = try surface.scenarios(count: count, standardDeviations: standardDeviations)
    let clean = source.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }.joined()
    var lines = ["# Principal components of the moves in \(clean), \(surface.points.count) points."]
    var explained = 0.0
    for (index, share) in surface.components.shares.prefix(count).enumerated() {
      explained += share
      let deviation = FigureText.fixed(surface.components.variances[index].squareRoot() * 100, 3)
      lines.append(
        "# Component \(index + 1): \(FigureText.percent(share)) of the variance, \(FigureText.percent(explained)) with those "
          + "before it; one deviation is \(deviation) points long.")
    }
    lines.append("scenarios:")
    for scenario in scenarios {
      lines.append("  - name: \(scenario.name)")
      lines.append("    vol_moves:")
      for slice in scenario.common.volatility.moves?.slices ?? [] {
        func list(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: ", ") }
        lines.append(
          "      - {years: \(slice.years), log_moneyness: [\(list(slice.logMoneyness))], moves: [\(list(slice.moves))]}"
        )
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

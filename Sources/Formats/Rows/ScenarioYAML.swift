public import Scenarios

/// Writes scenarios as the YAML that ``ScenarioFile`` reads: all that a scenario can say, tables of moves too.
///
/// Numbers are the shortest text that reads back as the same; what is 0 or not stated is left out.
public enum ScenarioYAML {
  /// - Parameter heading: Lines of comment at the top, without their signs; each a single line.
  public static func text(_ scenarios: [Scenario], heading: [String] = []) -> String {
    var lines = heading.map { "# \(FigureText.plain($0))" } + ["scenarios:"]
    for scenario in scenarios {
      lines.append("  - name: \(quoted(scenario.name))")
      if scenario.daysForward != 0 { lines.append("    days_forward: \(number(scenario.daysForward))") }
      if let weight = scenario.weight { lines.append("    weight: \(number(weight))") }
      if scenario.cover != 1 { lines.append("    cover: \(number(scenario.cover))") }
      lines += move(scenario.common, indent: "    ")
      let named = scenario.moves.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      if !named.isEmpty { lines.append("    underlyings:") }
      for (symbol, value) in named {
        let rows = move(value, indent: "        ")
        lines.append("      \(quoted(symbol)):" + (rows.isEmpty ? " {}" : ""))
        lines += rows
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func move(_ move: UnderlyingMove, indent: String) -> [String] {
    var lines = MoveField.allCases.filter { $0.value(of: move) != 0 }
      .map { "\(indent)\($0.rawValue): \(number($0.value(of: move)))" }
    guard let moves = move.volatility.moves else { return lines }
    lines.append("\(indent)vol_moves:")
    for slice in moves.slices {
      lines.append("\(indent)  - years: \(number(slice.years))")
      lines.append("\(indent)    log_moneyness: \(list(slice.logMoneyness))")
      lines.append("\(indent)    moves: \(list(slice.moves))")
    }
    return lines
  }

  private static func list(_ values: [Double]) -> String { "[\(values.map(number).joined(separator: ", "))]" }

  private static func number(_ value: Double) -> String { FigureText.shortest(value) ?? "0" }

  /// In double quotes, as JSON writes it, which YAML reads alike.
  private static func quoted(_ text: String) -> String { String(JSONText.text(.string(text)).dropLast()) }
}

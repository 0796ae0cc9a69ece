/// Why scenarios were refused.
public enum ScenarioError: Error, Equatable, Sendable {
  /// An axis that is empty, not finite, or has a node that no market can reach: its name, what was found and wanted.
  case badAxis(String, found: String, wanted: String)
  /// More nodes than ``ScenarioGrid/nodeLimit``.
  case tooManyNodes(Int)
  /// A weight of a scenario that is no probability.
  case badWeight(found: String, wanted: String)
  /// A field of a scenario of a list, by the scenario's name.
  case badScenario(String, field: String, found: String, wanted: String)
  /// A list without a scenario, or whose columns differ in length.
  case badList(found: String, wanted: String)
  /// Moves of volatility by moneyness and time that are no table.
  case badMoves(found: String, wanted: String)
}

extension ScenarioError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badWeight(let found, let wanted), .badList(let found, let wanted), .badMoves(let found, let wanted):
      return "found \(found), wanted \(wanted)"
    case .badAxis(let axis, let found, let wanted): return "\(axis): found \(found), wanted \(wanted)"
    case .badScenario(let name, let field, let found, let wanted):
      return "scenario '\(name.prefix(60))': \(field): found \(found), wanted \(wanted)"
    case .tooManyNodes(let count):
      return "found \(count) scenarios, wanted at most \(ScenarioGrid.nodeLimit); take fewer nodes an axis"
    }
  }
}

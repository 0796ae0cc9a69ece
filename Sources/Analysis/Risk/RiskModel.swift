public import Scenarios

/// How scenarios come out of a history: the method of a value at risk.
public enum RiskModel: Sendable {
  case historical(HistoricalSimulation)
  /// Drawn from the factors' volatilities of the day and their correlation.
  case monteCarlo(MonteCarloSimulation, CorrelationSource)

  /// The word of reports.
  public var name: String {
    switch self {
    case .historical(let simulation): return simulation.isFiltered ? "filtered" : "historical"
    case .monteCarlo: return "monte-carlo"
    }
  }

  /// The scenarios as they are known at the end of a day of the history.
  ///
  /// - Throws: ``ScenarioError``.
  public func moves(of history: FactorHistory, knownAt day: Int) throws(ScenarioError) -> JointMoves {
    switch self {
    case .historical(let simulation): return try simulation.moves(of: history, knownAt: day)
    case .monteCarlo(let simulation, let correlation):
      return try simulation.moves(
        of: history, factor: try correlation.factor(of: history, knownAt: day),
        deviations: try history.deviations(at: day))
    }
  }

  /// Whether the history is long enough by a day.
  func isReady(_ history: FactorHistory, at day: Int) -> Bool {
    switch self {
    case .historical(let simulation):
      let spans = try? history.spans(knownAt: day, window: simulation.window, isFiltered: simulation.isFiltered)
      return spans != nil && (!simulation.isFiltered || (try? history.deviations(at: day)) != nil)
    case .monteCarlo(_, let correlation):
      return (try? history.deviations(at: day)) != nil && correlation.isReady(history, at: day)
    }
  }
}

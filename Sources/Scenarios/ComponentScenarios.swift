extension SurfaceComponents {
  /// Scenarios along the first components: for each so many standard deviations, the spot where it is.
  ///
  /// They are named `component 1 +2 sd`.
  /// - Parameters:
  ///   - count: How many components, the largest first; those that there are at most.
  ///   - deviations: Of each; the scenarios of a component stand in this order.
  /// - Throws: ``CorrelationError`` `.badParameter` for a count below 1, no deviation, one that is not finite or twice.
  public func scenarios(count: Int, standardDeviations deviations: [Double]) throws(CorrelationError) -> [Scenario] {
    guard count >= 1 else { throw .badParameter("components", found: "\(count)", wanted: "1 or more") }
    guard !deviations.isEmpty, Set(deviations).count == deviations.count else {
      throw .badParameter("standard deviations", found: "\(deviations)", wanted: "different ones, at least one")
    }
    var scenarios: [Scenario] = []
    for component in 0..<min(count, components.count) {
      for deviation in deviations {
        let moves = try moves(component: component, standardDeviations: deviation)
        // A whole number without its point.
        let size = Int(exactly: deviation).map { "\($0)" } ?? "\(deviation)"
        let name = "component \(component + 1) \(deviation > 0 ? "+" : "")\(size) sd"
        do throws(ScenarioError) {
          scenarios.append(
            try Scenario(name: name, common: UnderlyingMove(volatility: VolatilityShift(moves: moves))))
        } catch { throw .badParameter("standard deviations", found: "\(deviation)", wanted: error.description) }
      }
    }
    return scenarios
  }
}

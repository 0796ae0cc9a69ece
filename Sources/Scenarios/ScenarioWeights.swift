/// Probabilities of scenarios, as whoever uses them states them; a grid alone has none.
public struct ScenarioWeights: Hashable, Sendable {
  /// Scenarios with a weight above 0, ascending; scenario 0 is the unshocked point.
  public let scenarios: [Int]
  /// Theirs, in the same order; they sum to 1.
  public let probabilities: [Double]

  /// - Parameter weights: Scenario and weight, in any order and of any sum, which becomes 1. What has none counts 0.
  /// - Throws: ``ScenarioError`` `.badWeight` for a scenario that is not there or that stands twice, a weight that is
  ///   negative or not finite, and where no weight is above 0.
  public init(_ weights: [(scenario: Int, weight: Double)], of scenarios: ScenarioSet) throws(ScenarioError) {
    try self.init(weights, scenarioCount: scenarios.count)
  }

  public init(_ weights: [(scenario: Int, weight: Double)], of grid: ScenarioGrid) throws(ScenarioError) {
    try self.init(weights, scenarioCount: grid.count)
  }

  init(_ weights: [(scenario: Int, weight: Double)], scenarioCount: Int) throws(ScenarioError) {
    var seen: Set<Int> = []
    var total = 0.0
    for (scenario, weight) in weights {
      guard (0...scenarioCount).contains(scenario) else {
        throw .badWeight(found: "scenario \(scenario)", wanted: "0 to \(scenarioCount)")
      }
      guard seen.insert(scenario).inserted else {
        throw .badWeight(found: "scenario \(scenario) twice", wanted: "each scenario once")
      }
      guard weight >= 0, weight.isFinite else {
        throw .badWeight(found: "weight \(weight) of scenario \(scenario)", wanted: "0 or more")
      }
      total += weight
    }
    guard total > 0, total.isFinite else {
      throw .badWeight(found: "weights that sum to \(total)", wanted: "a finite sum above 0")
    }
    let used = weights.filter { $0.weight > 0 }.sorted { $0.scenario < $1.scenario }
    scenarios = used.map(\.scenario)
    probabilities = used.map { $0.weight / total }
  }
}

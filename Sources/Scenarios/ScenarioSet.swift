/// The scenarios that a book is valued under: a grid of moves, or a list of named ones.
///
/// Scenario 0 is the unshocked point, 1 to ``count`` follow in their order. What values books asks for nothing else, so that
/// a list goes every way that a grid goes.
public enum ScenarioSet: Hashable, Sendable {
  case grid(ScenarioGrid)
  case list(ScenarioList)

  /// The unshocked point alone, as a grid of one.
  public static let unshocked = ScenarioSet.grid(.unshocked)

  /// The number of scenarios, scenario 0 not counted.
  public var count: Int {
    switch self {
    case .grid(let grid): grid.count
    case .list(let list): list.count
    }
  }

  public var dynamics: SmileDynamics {
    switch self {
    case .grid(let grid): grid.dynamics
    case .list(let list): list.dynamics
    }
  }

  /// What a list says of how probable its scenarios are; nil where it says nothing, and for a grid.
  public var weights: ScenarioWeights? { if case .list(let list) = self { list.weights } else { nil } }

  /// The name of a scenario of a list; nil for the unshocked point and for nodes of a grid.
  public func name(_ scenario: Int) -> String? {
    guard case .list(let list) = self, scenario >= 1, scenario <= list.count else { return nil }
    return list.names[scenario - 1]
  }

  /// What a scenario does to an underlying.
  public func shock(_ scenario: Int, of underlying: String) -> Shock {
    switch self {
    case .grid(let grid): return grid.shock(scenario)
    case .list(let list):
      guard scenario >= 1, scenario <= list.count else { return .none }
      let move = list.move(scenario - 1, of: underlying)
      return Shock(spot: move.spot, volatility: move.volatility, daysForward: list.daysForward[scenario - 1])
    }
  }

  /// Calendar days that have passed in a scenario.
  public func daysForward(_ scenario: Int) -> Double {
    switch self {
    case .grid(let grid): return grid.shock(scenario).daysForward
    case .list(let list): return scenario >= 1 && scenario <= list.count ? list.daysForward[scenario - 1] : 0
    }
  }

  /// The spot of an underlying in a scenario, given the unshocked one.
  public func spot(_ scenario: Int, of underlying: String, from spot: Double) -> Double {
    spot * (1 + shock(scenario, of: underlying).spot)
  }

  /// The share of a scenario's change in value that counts.
  public func cover(_ scenario: Int) -> Double {
    guard case .list(let list) = self, !list.covers.isEmpty, scenario >= 1, scenario <= list.count else { return 1 }
    return list.covers[scenario - 1]
  }

  /// Covers of scenarios 1 to ``count``; nil where all count whole.
  var covers: [Double]? {
    guard case .list(let list) = self, !list.covers.isEmpty else { return nil }
    return list.covers
  }

  /// Distinct days, in the order in which scenarios are valued.
  var days: [Double] {
    switch self {
    case .grid(let grid): grid.days
    case .list(let list): list.days
    }
  }

  /// Does something for every scenario of a day of ``days``.
  func forEachScenario(ofDay day: Int, _ body: (Int) -> Void) {
    switch self {
    case .grid(let grid):
      let block = grid.spotShifts.count * grid.volatilityShifts.count
      for scenario in (1 + day * block)..<(1 + (day + 1) * block) { body(scenario) }
    case .list(let list):
      for place in list.placesByDay[day] { body(place + 1) }
    }
  }

  /// Relative moves of an underlying's spot; node n, counted from 0, has that at n modulo their number.
  func spotShifts(of underlying: String) -> [Double] {
    switch self {
    case .grid(let grid): grid.spotShifts
    case .list(let list): list.columns(of: underlying).spots
    }
  }

  /// Nodes that are never divided among slabs: a row of a grid, one scenario of a list.
  var rowWidth: Int { if case .grid(let grid) = self { grid.spotShifts.count } else { 1 } }
}

/// Named scenarios, each with a shock for every underlying: what history, a clearing house or a desk puts together.
///
/// Scenarios stand in their order; number 0 is the unshocked point, 1 to ``count`` are theirs. An underlying that a scenario
/// does not name moves as the scenario's common move says. Where any scenario has a weight, those without have none.
public struct ScenarioList: Hashable, Sendable {
  public let names: [String]
  /// Calendar days that pass, by scenario.
  public let daysForward: [Double]
  /// Of the underlyings that no column is for.
  public let common: ShockColumns
  /// By the underlying's symbol.
  public let columns: [String: ShockColumns]
  /// Shares of the change in value that count, by scenario; empty where all count whole.
  public let covers: [Double]
  public let weights: ScenarioWeights?
  /// By scenario as they were stated, of whatever sum; empty for none.
  public let statedWeights: [Double]
  public let dynamics: SmileDynamics
  /// Distinct days ascending, and for each its scenarios' places, ascending.
  let days: [Double]
  let placesByDay: [[Int]]

  /// - Parameter dynamics: How the smile answers when spot moves.
  /// - Throws: ``ScenarioError``: no scenario or too many, a name twice, weights that are all 0 or whose sum is not finite.
  public init(_ scenarios: [Scenario], dynamics: SmileDynamics = .stickyStrike) throws(ScenarioError) {
    var columns: [String: ShockColumns] = [:]
    for symbol in Set(scenarios.flatMap(\.moves.keys)) {
      columns[symbol] = ShockColumns(scenarios.map { $0.move(of: symbol) })
    }
    try self.init(
      names: scenarios.map(\.name), daysForward: scenarios.map(\.daysForward),
      common: ShockColumns(scenarios.map(\.common)), columns: columns,
      weights: scenarios.contains { $0.weight != nil } ? scenarios.map { $0.weight ?? 0 } : [],
      covers: scenarios.contains { $0.cover != 1 } ? scenarios.map(\.cover) : [], dynamics: dynamics)
  }

  /// Scenarios in columns, for lists of thousands that a computer writes.
  ///
  /// - Parameters:
  ///   - daysForward: One a scenario, or empty where no day passes.
  ///   - common: Nil where underlyings without columns do not move.
  ///   - weights: One a scenario, or empty for none.
  ///   - covers: Likewise; empty where every scenario counts whole.
  /// - Throws: ``ScenarioError``: as above, columns of different lengths, and the first number that no market can reach.
  public init(
    names: [String], daysForward: [Double] = [], common: ShockColumns? = nil, columns: [String: ShockColumns] = [:],
    weights: [Double] = [], covers: [Double] = [], dynamics: SmileDynamics = .stickyStrike
  ) throws(ScenarioError) {
    let count = names.count
    guard count > 0 else { throw .badList(found: "no scenario", wanted: "at least one") }
    guard count <= ScenarioGrid.nodeLimit else { throw .tooManyNodes(count) }
    var seen: Set<String> = []
    for name in names {
      guard !name.isEmpty else { throw .badScenario(name, field: "name", found: "nothing", wanted: "a name") }
      guard seen.insert(name).inserted else {
        throw .badScenario(name, field: "name", found: "it twice", wanted: "each name once")
      }
    }
    for (what, found) in [("days", daysForward.count), ("weights", weights.count), ("covers", covers.count)]
    where found != 0 && found != count {
      throw .badList(found: "\(found) \(what) of \(count) scenarios", wanted: "one a scenario, or none")
    }
    let common = common ?? ShockColumns([UnderlyingMove](repeating: .none, count: count))
    let named = columns.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (symbol, column) in [("", common)] + named {
      guard column.count == count else {
        throw .badList(found: "\(column.count) moves of \(symbol) in \(count) scenarios", wanted: "one a scenario")
      }
      try ScenarioList.check(column, of: symbol, names)
    }
    for (name, day) in zip(names, daysForward) where !(0...36_500).contains(day) {
      throw .badScenario(name, field: "days_forward", found: "\(day)", wanted: "0 to 36500 calendar days")
    }
    for (name, weight) in zip(names, weights) where !(weight >= 0 && weight.isFinite) {
      throw .badScenario(name, field: "weight", found: "\(weight)", wanted: "a weight of 0 or more")
    }
    for (name, cover) in zip(names, covers) where !(cover > 0 && cover <= 1) {
      throw .badScenario(name, field: "cover", found: "\(cover)", wanted: "a share above 0, at most 1")
    }
    self.names = names
    self.daysForward = daysForward.isEmpty ? [Double](repeating: 0, count: count) : daysForward
    self.common = common
    self.columns = columns
    self.covers = covers.allSatisfy { $0 == 1 } ? [] : covers
    statedWeights = weights
    self.weights =
      weights.isEmpty
      ? nil : try ScenarioWeights(weights.enumerated().map { ($0.offset + 1, $0.element) }, scenarioCount: count)
    self.dynamics = dynamics
    let days = Set(self.daysForward).sorted()
    let dayPlaces = Dictionary(uniqueKeysWithValues: days.enumerated().map { ($0.element, $0.offset) })
    var placesByDay = [[Int]](repeating: [], count: days.count)
    for (place, day) in self.daysForward.enumerated() { placesByDay[dayPlaces[day] ?? 0].append(place) }
    self.days = days
    self.placesByDay = placesByDay
  }

  private static func check(_ column: ShockColumns, of symbol: String, _ names: [String]) throws(ScenarioError) {
    for (index, name) in names.enumerated() {
      guard let fault = column[index].fault else { continue }
      let of = symbol.isEmpty ? "" : " of \(symbol)"
      throw .badScenario(name, field: fault.field + of, found: fault.found, wanted: fault.wanted)
    }
  }

  /// The number of scenarios, the unshocked point not counted.
  public var count: Int { names.count }

  /// The moves of an underlying: its own columns, else the common ones.
  public func columns(of underlying: String) -> ShockColumns { columns[underlying] ?? common }

  /// A scenario, counted from 0.
  ///
  /// Every underlying with columns is named in it, whether it moves as the common move says or not.
  public func move(_ index: Int, of underlying: String) -> UnderlyingMove { columns(of: underlying)[index] }

  /// The same scenarios with another answer of the smile.
  public func with(dynamics: SmileDynamics) throws(ScenarioError) -> ScenarioList {
    try ScenarioList(
      names: names, daysForward: daysForward, common: common, columns: columns,
      weights: statedWeights, covers: covers, dynamics: dynamics)
  }
}

import Scenarios
import Testing

@Suite("Scenario grid")
struct ScenarioGridTests {
  struct Axis: Sendable, CustomStringConvertible {
    let first: Double
    let last: Double
    let count: Int
    let nodes: [Double]
    var description: String { "\(first):\(last):\(count)" }

    static let table = [
      Axis(first: -0.3, last: 0.3, count: 1, nodes: [-0.3]),
      Axis(first: -0.3, last: 0.3, count: 2, nodes: [-0.3, 0.3]),
      Axis(first: -0.3, last: 0.3, count: 3, nodes: [-0.3, 0, 0.3]),
      Axis(first: 0, last: 1, count: 5, nodes: [0, 0.25, 0.5, 0.75, 1]),
      Axis(first: 2, last: -2, count: 3, nodes: [2, 0, -2]),
      Axis(first: 0.1, last: 0.1, count: 3, nodes: [0.1, 0.1, 0.1]),
      Axis(first: 0, last: 1, count: 0, nodes: []), Axis(first: 0, last: 1, count: -7, nodes: []),
      Axis(first: 0, last: 1, count: ScenarioGrid.nodeLimit + 1, nodes: []),
      Axis(first: 0, last: 1, count: .max, nodes: []),
    ]
  }

  @Test("Node i of a:b:n is a + i (b - a) / (n - 1)", arguments: Axis.table)
  func nodes(_ row: Axis) {
    #expect(ScenarioGrid.nodes(from: row.first, to: row.last, count: row.count) == row.nodes)
  }

  @Test("The ends of an axis are exact, whatever the number of nodes", arguments: 2...400)
  func ends(count: Int) {
    let nodes = ScenarioGrid.nodes(from: -0.2, to: 0.4, count: count)
    #expect(nodes.count == count)
    #expect(nodes.first == -0.2)
    #expect(nodes.last == 0.4)
    let third = -0.2 + 1 * (0.4 - -0.2) / Double(count - 1)
    #expect(count == 2 || nodes[1] == third)
    #expect(zip(nodes, nodes.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("Scenarios run with days slowest and spot fastest, behind the unshocked one")
  func order() throws {
    let grid = try ScenarioGrid(
      spotShifts: [-0.1, 0, 0.1], volatilityShifts: [-0.05, 0.05], days: [0, 7])
    #expect(grid.count == 12)
    #expect(grid.shock(0) == .none)
    var scenario = 0
    for day in grid.days {
      for volatility in grid.volatilityShifts {
        for spot in grid.spotShifts {
          scenario += 1
          let level = VolatilityShift(level: volatility)
          #expect(grid.shock(scenario) == Shock(spot: spot, volatility: level, daysForward: day))
        }
      }
    }
    for outside in [-1, 13, Int.max, Int.min] { #expect(grid.shock(outside) == .none) }
    #expect(ScenarioGrid.unshocked.count == 1)
    #expect(ScenarioGrid.unshocked.shock(1) == .none)
  }

  struct Refusal: Sendable, CustomStringConvertible {
    let description: String
    var spots = [0.0]
    var volatilities = [0.0]
    var days = [0.0]
    var isRelative = false
    let error: ScenarioError

    static let table = [
      Refusal(
        description: "no spot", spots: [], error: .badAxis("spot shift", found: "no node", wanted: "at least one")),
      Refusal(
        description: "no volatility", volatilities: [],
        error: .badAxis("volatility shift", found: "no node", wanted: "at least one")),
      Refusal(description: "no day", days: [], error: .badAxis("days", found: "no node", wanted: "at least one")),
      Refusal(
        description: "spot at 0", spots: [0, -1],
        error: .badAxis("spot shift", found: "-1.0", wanted: "above -1, at most 1000000 (1 is 100 percent)")),
      Refusal(
        description: "spot is no number", spots: [.nan],
        error: .badAxis("spot shift", found: "nan", wanted: "above -1, at most 1000000 (1 is 100 percent)")),
      Refusal(
        description: "spot without end", spots: [.infinity],
        error: .badAxis("spot shift", found: "inf", wanted: "above -1, at most 1000000 (1 is 100 percent)")),
      Refusal(
        description: "volatility is no number", volatilities: [0, .nan],
        error: .badAxis("volatility shift", found: "nan", wanted: "-1000000 to 1000000 (1 is 100 points of volatility)")
      ),
      Refusal(
        description: "relative volatility below nought", volatilities: [-1.01], isRelative: true,
        error: .badAxis("volatility shift", found: "-1.01", wanted: "-1 to 1000000 (1 is 100 percent)")),
      Refusal(
        description: "a day back", days: [-1],
        error: .badAxis("days", found: "-1.0", wanted: "0 to 36500 calendar days")),
      Refusal(
        description: "days without end", days: [1e9],
        error: .badAxis("days", found: "1000000000.0", wanted: "0 to 36500 calendar days")),
      Refusal(
        description: "too many nodes", spots: [Double](repeating: 0, count: 10_000),
        volatilities: [Double](repeating: 0, count: 5001), error: .tooManyNodes(50_010_000)),
    ]
  }

  @Test("An axis that no market can walk is refused by its name", arguments: Refusal.table)
  func refusals(_ row: Refusal) {
    #expect(throws: row.error) {
      try ScenarioGrid(
        spotShifts: row.spots, volatilityShifts: row.volatilities, days: row.days,
        isVolatilityRelative: row.isRelative)
    }
    #expect(row.error.description.hasPrefix("found ") || row.error.description.contains(": found "))
  }

  @Test("Shifts at the edge of what is allowed are allowed")
  func edges() throws {
    _ = try ScenarioGrid(spotShifts: [-0.999999, 10], volatilityShifts: [-5, 5], days: [0, 36_500])
    _ = try ScenarioGrid(spotShifts: [0], volatilityShifts: [-1], isVolatilityRelative: true)
  }
}

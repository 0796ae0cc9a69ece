import Instruments
import MarketData
import TestSupport
import Testing

@testable import Scenarios

/// Whose moves an underlying takes.
@Suite("Scenario assignment")
struct ScenarioAssignmentTests {
  static func market() throws -> MarketState {
    try Sample.market([
      try Sample.input("BTC", quotedIn: .coin), try Sample.input("SOL", quotedIn: .coin), try Sample.input("GOOG"),
    ])
  }

  static func spots(_ moves: [String: Double], name: String = "s", common: Double = 0) throws -> Scenario {
    try Scenario(
      name: name, common: UnderlyingMove(spot: common), moves: moves.mapValues { UnderlyingMove(spot: $0) })
  }

  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let moves: [String: Double]
    var common = 0.0
    var stated: [String: String] = [:]
    /// Of BTC, SOL, GOOG.
    let wanted: [Double]

    static let table = [
      Case(description: "own, then class", moves: ["BTC": 0.1, "SPX": 0.2], wanted: [0.1, 0.1, 0.2]),
      Case(description: "own before class", moves: ["BTC": 0.1, "SOL": 0.3, "SPX": 0.2], wanted: [0.1, 0.3, 0.2]),
      Case(
        description: "stated before own", moves: ["BTC": 0.1, "SOL": 0.3, "SPX": 0.2], stated: ["SOL": "SPX"],
        wanted: [0.1, 0.2, 0.2]),
      Case(description: "common for the rest", moves: ["BTC": 0.1], common: -0.5, wanted: [0.1, 0.1, -0.5]),
      Case(description: "no name at all", moves: [:], common: -0.5, wanted: [-0.5, -0.5, -0.5]),
      Case(description: "nothing for some", moves: ["SPX": 0.2], wanted: [0, 0, 0.2]),
      Case(
        description: "stated for some", moves: ["SPX": 0.2], stated: ["BTC": "SPX"], wanted: [0.2, 0, 0.2]),
    ]
  }

  @Test("Stated, own, class, common, in this order", arguments: Case.table)
  func order(_ row: Case) throws {
    let assignment = ScenarioAssignment(classes: [.coin: "BTC", .equity: "SPX"], stated: row.stated)
    let assigned = try assignment.assign([try Self.spots(row.moves, common: row.common)], on: try Self.market())
    let scenario = try #require(assigned.scenarios.first)
    #expect(["BTC", "SOL", "GOOG"].map { scenario.move(of: $0).spot } == row.wanted)
    #expect(assigned.leftOut.isEmpty)
  }

  @Test("What says nothing about the market is left out, and what says something about a part of it is told")
  func leftOut() throws {
    let scenarios = [
      try Self.spots(["XYZ": 0.1], name: "other"), try Self.spots(["SPX": 0.1], name: "shares"),
      try Self.spots([:], name: "all", common: 0.2),
    ]
    let assigned = try ScenarioAssignment(classes: [.equity: "SPX"]).assign(scenarios, on: try Self.market())
    #expect(assigned.scenarios.map(\.name) == ["shares", "all"] && assigned.leftOut == ["other"])
    #expect(assigned.unmoved.map(\.scenario) == ["shares"] && assigned.unmoved.map(\.underlyings) == [["BTC", "SOL"]])
  }

  @Test("A stated series that says nothing in a scenario leaves its underlying still")
  func statedAlone() throws {
    let scenarios = [try Self.spots(["SPX": 0.1], name: "a"), try Self.spots(["BTC": 0.3], name: "b")]
    let assigned = try ScenarioAssignment(classes: [.coin: "BTC"], stated: ["BTC": "SPX"])
      .assign(scenarios, on: try Self.market())
    #expect(assigned.scenarios.map { $0.move(of: "BTC").spot } == [0.1, 0])
  }

  @Test("A name that is nowhere is refused, and so is a list about nothing here")
  func refused() throws {
    let market = try Self.market()
    let scenarios = [try Self.spots(["SPX": 0.1])]
    for (stated, words) in [
      (["ETH": "SPX"], "found moves for 'ETH', wanted an underlying of the market: BTC, GOOG, SOL"),
      (["BTC": "DJX"], "found series 'DJX', wanted one that a scenario names: SPX"),
      ([:], "found scenarios of SPX alone, wanted one that says something about BTC, GOOG, SOL"),
    ] {
      #expect { try ScenarioAssignment(stated: stated).assign(scenarios, on: market) } throws: { "\($0)" == words }
    }
    #expect {
      try ScenarioAssignment(stated: ["BTC": "SPX"]).assign([try Scenario(name: "s")], on: market)
    } throws: { "\($0)" == "found series 'SPX', wanted scenarios that name underlyings" }
  }
}

import TestSupport
import Testing

@testable import Scenarios

/// What no market can reach, one field at a time.
@Suite("Refused scenarios")
struct ScenarioRefusalTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let make: @Sendable () throws(ScenarioError) -> Void

    init(_ description: String, _ make: @escaping @Sendable () throws(ScenarioError) -> Void) {
      self.description = description
      self.make = make
    }
  }

  static func scenario(
    name: String = "s", days: Double = 0, _ move: UnderlyingMove = .none, weight: Double? = nil, cover: Double = 1
  ) throws(ScenarioError) {
    _ = try Scenario(name: name, daysForward: days, common: move, weight: weight, cover: cover)
    _ = try Scenario(name: name, daysForward: days, moves: ["ABC": move], weight: weight, cover: cover)
  }

  static let scenarios: [Case] = [
    Case("name: found nothing") { () throws(ScenarioError) in try scenario(name: "") },
    Case("days_forward: found -1.0") { () throws(ScenarioError) in try scenario(days: -1) },
    Case("days_forward: found nan") { () throws(ScenarioError) in try scenario(days: .nan) },
    Case("days_forward: found 36501.0") { () throws(ScenarioError) in try scenario(days: 36_501) },
    Case("spot_shift: found -1.0") { () throws(ScenarioError) in try scenario(UnderlyingMove(spot: -1)) },
    Case("spot_shift: found nan") { () throws(ScenarioError) in try scenario(UnderlyingMove(spot: .nan)) },
    Case("spot_shift: found inf") { () throws(ScenarioError) in try scenario(UnderlyingMove(spot: .infinity)) },
    Case("vol_relative_shift: found -1.5") { () throws(ScenarioError) in
      try scenario(UnderlyingMove(volatility: VolatilityShift(relative: -1.5)))
    },
    Case("vol_shift: found -inf") { () throws(ScenarioError) in
      try scenario(UnderlyingMove(volatility: VolatilityShift(level: -.infinity)))
    },
    Case("skew_shift: found nan") { () throws(ScenarioError) in
      try scenario(UnderlyingMove(volatility: VolatilityShift(skew: .nan)))
    },
    Case("curvature_shift: found 2000000.0") { () throws(ScenarioError) in
      try scenario(UnderlyingMove(volatility: VolatilityShift(curvature: 2e6)))
    },
    Case("weight: found -1.0") { () throws(ScenarioError) in try scenario(weight: -1) },
    Case("weight: found inf") { () throws(ScenarioError) in try scenario(weight: .infinity) },
    Case("cover: found 0.0") { () throws(ScenarioError) in try scenario(cover: 0) },
    Case("cover: found 1.5") { () throws(ScenarioError) in try scenario(cover: 1.5) },
    Case("cover: found nan") { () throws(ScenarioError) in try scenario(cover: .nan) },
    Case("underlying: found nothing") { () throws(ScenarioError) in _ = try Scenario(name: "s", moves: ["": .none]) },
  ]

  @Test("A scenario is refused with its field", arguments: scenarios)
  func refused(_ row: Case) {
    #expect { try row.make() } throws: { "\($0)".contains(row.description) }
  }

  @Test("The field of an underlying's move names the underlying")
  func named() {
    #expect { try Scenario(name: "s", moves: ["ABC": UnderlyingMove(spot: -2)]) } throws: {
      $0 as? ScenarioError
        == .badScenario(
          "s", field: "spot_shift of ABC", found: "-2.0", wanted: "above -1, at most 1000000 (1 is 100 percent)")
    }
  }

  static let lists: [Case] = [
    Case("found no scenario") { () throws(ScenarioError) in _ = try ScenarioList([]) },
    Case("scenario 'a': name: found it twice") { () throws(ScenarioError) in
      _ = try ScenarioList([Scenario(name: "a"), Scenario(name: "b"), Scenario(name: "a")])
    },
    Case("found weights that sum to 0.0") { () throws(ScenarioError) in
      _ = try ScenarioList([Scenario(name: "a", weight: 0), Scenario(name: "b")])
    },
    Case("found weights that sum to inf") { () throws(ScenarioError) in
      _ = try ScenarioList([Scenario(name: "a", weight: 1e308), Scenario(name: "b", weight: 1e308)])
    },
    Case("found 1 days of 2 scenarios") { () throws(ScenarioError) in
      _ = try ScenarioList(names: ["a", "b"], daysForward: [1])
    },
    Case("found 3 weights of 2 scenarios") { () throws(ScenarioError) in
      _ = try ScenarioList(names: ["a", "b"], weights: [1, 2, 3])
    },
    Case("found 1 covers of 2 scenarios") { () throws(ScenarioError) in
      _ = try ScenarioList(names: ["a", "b"], covers: [1])
    },
    Case("found 1 moves of ABC in 2 scenarios") { () throws(ScenarioError) in
      _ = try ScenarioList(names: ["a", "b"], columns: ["ABC": try ShockColumns(spots: [0])])
    },
    Case("found 1 moves of skew") { () throws(ScenarioError) in _ = try ShockColumns(spots: [0, 0], skews: [1]) },
    Case("scenario 'b': vol_relative_shift of ABC: found -2.0") { () throws(ScenarioError) in
      _ = try ScenarioList(names: ["a", "b"], columns: ["ABC": try ShockColumns(spots: [0, 0], relatives: [0, -2])])
    },
    Case("scenario '': name: found nothing") { () throws(ScenarioError) in _ = try ScenarioList(names: [""]) },
    Case("scenario 'a': days_forward: found -1.0") { () throws(ScenarioError) in
      _ = try ScenarioList(names: ["a"], daysForward: [-1])
    },
    Case("scenario 'a': weight: found nan") { () throws(ScenarioError) in
      _ = try ScenarioList(names: ["a"], weights: [.nan])
    },
    Case("scenario 'a': cover: found 2.0") { () throws(ScenarioError) in
      _ = try ScenarioList(names: ["a"], covers: [2])
    },
    Case("skew shift: found inf") { () throws(ScenarioError) in
      _ = try ScenarioGrid(spotShifts: [0], skewShift: .infinity)
    },
    Case("curvature shift: found nan") { () throws(ScenarioError) in
      _ = try ScenarioGrid(spotShifts: [0], curvatureShift: .nan)
    },
  ]

  @Test("A list is refused in words", arguments: lists)
  func refusedList(_ row: Case) {
    #expect { try row.make() } throws: { "\($0)".hasPrefix(row.description) }
  }

  static func slice(_ years: Double, _ places: [Double] = [0], _ moves: [Double] = [0]) -> VolatilityMoves.Slice {
    VolatilityMoves.Slice(years: years, logMoneyness: places, moves: moves)
  }

  static let tables: [Case] = [
    Case("found no expiry") { () throws(ScenarioError) in _ = try VolatilityMoves([]) },
    Case("found an expiry at -1.0 years") { () throws(ScenarioError) in _ = try VolatilityMoves([slice(-1)]) },
    Case("found an expiry at 1.0 years") { () throws(ScenarioError) in _ = try VolatilityMoves([slice(1), slice(1)]) },
    Case("found an expiry at nan years") { () throws(ScenarioError) in _ = try VolatilityMoves([slice(.nan)]) },
    Case("found 0 moves at 0 places") { () throws(ScenarioError) in _ = try VolatilityMoves([slice(1, [], [])]) },
    Case("found 1 moves at 2 places") { () throws(ScenarioError) in _ = try VolatilityMoves([slice(1, [0, 1], [1])]) },
    Case("found log-moneynesses out of order") { () throws(ScenarioError) in
      _ = try VolatilityMoves([slice(1, [0, 0], [1, 1])])
    },
    Case("found log-moneynesses out of order") { () throws(ScenarioError) in
      _ = try VolatilityMoves([slice(1, [.nan], [1])])
    },
    Case("found a move that is not finite") { () throws(ScenarioError) in
      _ = try VolatilityMoves([slice(1, [0], [.infinity])])
    },
    Case("found a move that is not finite") { () throws(ScenarioError) in
      _ = try VolatilityMoves([slice(1, [0], [1e300])]).scaled(by: 1e300)
    },
  ]

  @Test("A table of moves is refused in words", arguments: tables)
  func refusedTable(_ row: Case) {
    #expect { try row.make() } throws: { "\($0)".hasPrefix(row.description) }
  }
}

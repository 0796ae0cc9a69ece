import Basics
import Instruments
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Scenarios

/// A list is valued as a grid is, scenario by scenario.
@Suite("Scenario list")
struct ScenarioListTests {
  static func run(_ filled: FilledStrategy, _ market: MarketState, _ list: ScenarioList) throws -> ProfitAndLoss {
    var engine = ScenarioEngine(book: ResolvedBook(market: market), market: market, scenarios: .list(list))
    return try engine.profitAndLoss(of: filled)
  }

  static func mixed(_ symbol: String = "ABC") throws -> FilledStrategy {
    try Sample.filled([
      ("-2", try Sample.option(.put, "90"), "3"), ("1.5", try Sample.option(.call, "130"), "1"),
      ("2", try Sample.digital(.call, "105", payout: "7"), "2"),
      ("-1", .underlying(Underlying(symbol: "ABC")), "99"),
      ("1", .future(Future(underlying: "ABC", expiry: try Expiry(parsing: Sample.expiry))), "101"),
    ])
  }

  static func grids() throws -> [ScenarioGrid] {
    var grids: [ScenarioGrid] = []
    for dynamics in SmileDynamics.allCases {
      for isRelative in [false, true] {
        grids.append(
          try ScenarioGrid(
            spotShifts: ScenarioGrid.nodes(from: -0.6, to: 0.9, count: 21), volatilityShifts: [-0.55, -0.1, 0, 0.4],
            days: [0, 12.5, 30], isVolatilityRelative: isRelative, dynamics: dynamics))
        grids.append(
          try ScenarioGrid(
            spotShifts: [-0.2, 0, 0.3], volatilityShifts: [-0.2, 0.1], days: [5], isVolatilityRelative: isRelative,
            skewShift: -0.05, curvatureShift: 0.02, dynamics: dynamics))
      }
    }
    return grids
  }

  @Test("A list of a grid's nodes gives the grid's digits, in whatever order they stand", arguments: [0, 61, 62])
  func gridAsList(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let market = try Sample.market([try Sample.input(rate: 0.03)])
    let filled = try Self.mixed()
    for grid in try Self.grids() {
      let wanted = try ProfitAndLossTests.run(filled, market, grid)
      var order = Array(1...grid.count)
      if seed > 0 { order.shuffle(using: &generator) }
      let scenarios = try order.map { node in
        let shock = grid.shock(node)
        return try Scenario(
          name: "\(node)", daysForward: shock.daysForward,
          common: UnderlyingMove(spot: shock.spot, volatility: shock.volatility))
      }
      let list = try ScenarioList(scenarios, dynamics: grid.dynamics)
      let found = try Self.run(filled, market, list)
      #expect(found.value.count == grid.count + 1)
      #expect(ProfitAndLossTests.figures(found, 0) == ProfitAndLossTests.figures(wanted, 0))
      for (place, node) in order.enumerated() {
        #expect(
          ProfitAndLossTests.figures(found, place + 1) == ProfitAndLossTests.figures(wanted, node)
            && found.flags[place + 1] == wanted.flags[node], "\(generator), node \(node) of \(grid)")
      }
      #expect(found.extrapolatedNodes == wanted.extrapolatedNodes)
      let isFloored = found.flags.contains { $0.contains(.volatilityFloored) }
      #expect(isFloored != (grid.isTilted || grid.isVolatilityRelative), "or the floor is not tested")
    }
  }

  @Test("P&L alone has the digits that it has beside the derivatives", arguments: [65, 66, 67])
  func profitAlone(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let market = try Sample.market([try Sample.input(rate: 0.03)])
    let inCoin = try Sample.filled(
      [("-2", try Sample.option(.put, "90"), "0.03"), ("1.5", try Sample.option(.call, "130"), "0.01")],
      settlement: .coin, fees: "0.001")
    var sets = try Self.grids().map { ScenarioSet.grid($0) }
    for dynamics in SmileDynamics.allCases {
      sets.append(
        .list(try ScenarioList(try RandomScenarios.scenarios(40, of: ["ABC"], &generator), dynamics: dynamics)))
    }
    for filled in [try Self.mixed(), inCoin, try ScenarioLawsTests.strategy(&generator)] {
      var book = ResolvedBook(market: market)
      let resolved = try book.resolve(filled)
      for scenarios in sets {
        var engine = ScenarioEngine(book: book, market: market, scenarios: scenarios)
        let alone = try engine.profit(of: resolved)
        #expect(alone == (try engine.profitAndLoss(of: resolved)).profit, "\(generator), \(filled.legs)")
      }
    }
  }

  @Test("A scenario's numbers are its own, whatever stands beside it", arguments: [63, 64])
  func alone(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let market = try Sample.market([try Sample.input(rate: 0.03)])
    let filled = try Self.mixed()
    for dynamics in SmileDynamics.allCases {
      let scenarios = try RandomScenarios.scenarios(40, of: ["ABC", "XYZ"], &generator)
      let all = try Self.run(filled, market, try ScenarioList(scenarios, dynamics: dynamics))
      for (place, scenario) in scenarios.enumerated() {
        let one = try Self.run(filled, market, try ScenarioList([scenario], dynamics: dynamics))
        #expect(
          ProfitAndLossTests.figures(all, place + 1) == ProfitAndLossTests.figures(one, 1)
            && all.flags[place + 1] == one.flags[1], "\(generator), \(scenario)")
      }
    }
  }

  @Test("Each underlying takes its own move, and one that is not named the common one", arguments: [65])
  func perUnderlying(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let market = try Sample.market([
      try Sample.input(), try Sample.input("XYZ", spot: "40", smile: ["40": 0.3]), try Sample.input("DEF"),
    ])
    let legs = [
      ("1", try Sample.option(.call, "100"), "0"), ("-3", try Sample.option(.put, "40", underlying: "XYZ"), "0"),
      ("2", Instrument.underlying(Underlying(symbol: "XYZ")), "41"),
      ("-1", try Sample.option(.put, "90", underlying: "DEF"), "0"),
    ]
    let scenarios = try RandomScenarios.scenarios(30, of: ["ABC", "XYZ"], &generator)
    let all = try Self.run(try Sample.filled(legs), market, try ScenarioList(scenarios))
    var sums = [Double](repeating: 0, count: 31)
    for (leg, symbol) in zip(legs, ["ABC", "XYZ", "XYZ", "DEF"]) {
      // Its part, under a list that moves everything as this underlying moves.
      let own = try scenarios.map {
        try Scenario(name: $0.name, daysForward: $0.daysForward, common: $0.move(of: symbol), cover: $0.cover)
      }
      let part = try Self.run(try Sample.filled([leg]), market, try ScenarioList(own))
      for scenario in sums.indices { sums[scenario] += part.value[scenario] }
    }
    for scenario in sums.indices {
      #expect(abs(all.value[scenario] - sums[scenario]) < 1e-11, "\(generator), scenario \(scenario)")
    }
    let list = try ScenarioList(scenarios)
    #expect(list.move(3, of: "DEF") == scenarios[3].common)
    #expect(list.move(3, of: "XYZ") == scenarios[3].move(of: "XYZ"))
  }

  @Test("What counts in part is today's value and that part of the change", arguments: Settlement.allCases)
  func cover(settlement: Settlement) throws {
    let market = try Sample.market([try Sample.input(quotedIn: settlement)])
    let legs: [(String, Instrument, String)] = [
      ("-2", try Sample.option(.put, "90", settlement: settlement), "0.03"),
      ("500", .perpetual(Perpetual(underlying: "ABC")), "95"),
    ]
    let filled = try Sample.filled(legs, settlement: settlement)
    func list(_ cover: Double) throws -> ScenarioList {
      try ScenarioList([
        Scenario(
          name: "fall", common: UnderlyingMove(spot: -0.3, volatility: VolatilityShift(level: 0.2)), cover: cover),
        Scenario(name: "rise", common: UnderlyingMove(spot: 0.3)),
      ])
    }
    let (whole, part) = (try Self.run(filled, market, try list(1)), try Self.run(filled, market, try list(0.35)))
    let expected = whole.value[0] + 0.35 * (whole.value[1] - whole.value[0])
    #expect(abs(part.value[1] - expected) < 1e-12 * abs(expected))
    #expect(part.value[0] == whole.value[0] && part.value[2] == whole.value[2])
    #expect(part.delta == whole.delta, "derivatives are those at the node")
  }

  @Test("Twice the quantities have twice the value under every scenario", arguments: [66])
  func homogeneity(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let market = try Sample.market([try Sample.input(rate: 0.03)])
    let list = try ScenarioList(try RandomScenarios.scenarios(50, &generator))
    let one = try ScenarioLawsTests.strategy(&generator)
    let two = try Sample.filled(one.legs.map { ("\($0.quantity.value * 2)", $0.instrument, "\($0.price)") })
    let (single, double) = (try Self.run(one, market, list), try Self.run(two, market, list))
    for scenario in 0...list.count {
      let difference = abs(double.value[scenario] - 2 * single.value[scenario])
      #expect(difference <= 1e-13 * max(1, abs(double.value[scenario])), "\(generator)")
    }
  }

  @Test("The shock of a scenario is told with its name; 0 and what lies outside is unshocked")
  func shocks() throws {
    let list = try ScenarioList([
      Scenario(name: "a", daysForward: 3, common: UnderlyingMove(spot: 0.1), weight: 1, cover: 0.5),
      Scenario(name: "b", moves: ["ABC": UnderlyingMove(spot: -0.2)], weight: 3),
    ])
    let set = ScenarioSet.list(list)
    #expect(set.count == 2 && [-1, 0, 1, 2, 3].map { set.name($0) } == [nil, nil, "a", "b", nil])
    #expect(set.shock(1, of: "ABC") == Shock(spot: 0.1, daysForward: 3))
    #expect(set.shock(2, of: "ABC") == Shock(spot: -0.2))
    #expect(set.shock(2, of: "XYZ") == .none && set.shock(0, of: "ABC") == .none && set.shock(9, of: "ABC") == .none)
    #expect(set.weights?.scenarios == [1, 2] && set.weights?.probabilities == [0.25, 0.75])
    #expect(list.statedWeights == [1, 3])
    #expect((0...2).map { set.cover($0) } == [1, 0.5, 1])
    #expect(try list.with(dynamics: .stickyDelta).dynamics == .stickyDelta)
    #expect(try ScenarioList([Scenario(name: "a")]).weights == nil)
  }

  @Test("Columns give what scenarios give")
  func columns() throws {
    var generator = SplitMix64(seed: 67)
    let scenarios = try RandomScenarios.scenarios(20, of: ["ABC"], isWeighted: true, &generator)
    let list = try ScenarioList(scenarios)
    let again = try ScenarioList(
      names: list.names, daysForward: list.daysForward, common: list.common, columns: list.columns,
      weights: scenarios.map { $0.weight ?? 0 }, covers: list.covers)
    #expect(again == list)
    let still = try ScenarioList(names: ["a", "b"])
    #expect(still.move(1, of: "ABC") == .none && still.daysForward == [0, 0])
  }
}

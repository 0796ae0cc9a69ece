import Basics
import Instruments
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Scenarios

/// Level, skew, curvature and tables, against the formula at each contract.
@Suite("Volatility shift")
struct VolatilityShiftTests {
  static let expiries = [Sample.expiry, "2026-03-20T08:00:00Z"]

  /// What a contract's volatility becomes, by the words of ``VolatilityShift``.
  static func expected(
    _ contract: ResolvedContract, _ surface: VolatilitySurface, _ shock: Shock, _ dynamics: SmileDynamics
  ) throws -> Double {
    let atTheMoney = try #require(surface.volatility(logMoneyness: 0, years: contract.years)).value
    let forward = contract.forward.value * (dynamics == .stickyDelta ? 1 + shock.spot : 1)
    let k = BlackReference.logarithm(contract.strike / forward)
    let x = min(max(k / (atTheMoney * contract.years.squareRoot()), -3), 3)
    let base =
      dynamics == .stickyDelta
      ? try #require(surface.volatility(logMoneyness: k, years: contract.years)).value : contract.volatility
    let shift = shock.volatility
    let table = shift.moves?.move(logMoneyness: k, years: contract.years) ?? 0
    return max(
      0, base * (1 + shift.relative) + shift.level + shift.skew * x + shift.curvature * x * x + table)
  }

  @Test(
    "A contract is valued at its volatility moved by level, skew, curvature and table",
    arguments: SmileDynamics.allCases)
  func formula(dynamics: SmileDynamics) throws {
    var generator = SplitMix64(seed: 71)
    let market = try Sample.market([try Sample.input(rate: 0.03, expiries: Self.expiries)])
    let surface = try #require(market["ABC"]).surface
    let table = try VolatilityMoves([
      .init(years: 0.05, logMoneyness: [-0.2, 0, 0.1], moves: [0.1, 0.02, -0.03]),
      .init(years: 0.5, logMoneyness: [-0.4, 0.3], moves: [0.05, -0.01]),
    ])
    var held = 0
    for _ in 0..<120 {
      let strike = generator.pick(["40", "80", "93", "100", "110", "160", "250"])
      let right = generator.pick(OptionRight.allCases)
      let option = try Sample.option(right, strike, expiry: generator.pick(Self.expiries))
      let contract = try ResolvedContract(option, in: market)
      var move = RandomScenarios.move(&generator)
      if generator.chance(0.5) {
        move = UnderlyingMove(
          spot: move.spot,
          volatility: VolatilityShift(
            level: move.volatility.level, skew: move.volatility.skew, curvature: move.volatility.curvature,
            relative: move.volatility.relative, moves: table))
      }
      let shock = Shock(spot: move.spot, volatility: move.volatility, daysForward: 4)
      let wanted = try Self.expected(contract, surface, shock, dynamics)
      let found = contract.volatility(under: shock, spot: 100, surface: surface, dynamics: dynamics)
      #expect(abs(found.value - wanted) < 1e-13, "\(generator), \(option), \(shock)")
      #expect(found.isFloored == (wanted == 0) || abs(wanted) < 1e-12)
      if found.isFloored { held += 1 }
      let list = try ScenarioList([try Scenario(name: "s", daysForward: 4, common: move)], dynamics: dynamics)
      let result = try ScenarioListTests.run(try Sample.filled([("1", option, "0")]), market, list)
      let greeks = OptionPricer.blackScholes.greeks(
        of: contract, spot: 100 * (1 + move.spot), years: contract.years - 4.0 / 365, volatility: found.value)
      #expect(abs(result.value[1] - greeks.value) < 1e-11 * max(1, greeks.value), "\(generator), \(option)")
      #expect(result.flags[1].contains(.volatilityFloored) == found.isFloored)
    }
    #expect(held > 2, "or the floor is not tested")
  }

  @Test("A skew leaves the forward's own strike alone, tilts both sides apart, and holds still beyond three deviations")
  func skew() throws {
    let market = try Sample.market([try Sample.input(smile: ["60": 0.5, "100": 0.5, "180": 0.5])])
    let surface = try #require(market["ABC"]).surface
    func moved(_ strike: String, _ shift: VolatilityShift) throws -> Double {
      let contract = try ResolvedContract(try Sample.option(.call, strike), in: market)
      return contract.volatility(
        under: Shock(spot: 0, volatility: shift), spot: 100, surface: surface, dynamics: .stickyStrike
      ).value - 0.5
    }
    let skew = VolatilityShift(skew: -0.02)
    func expect(_ strike: String, _ shift: VolatilityShift, _ wanted: Double, within bound: Double = 1e-12) throws {
      let found = try moved(strike, shift)
      #expect(abs(found - wanted) < bound, "\(strike)")
    }
    try expect("100", skew, 0)
    // One deviation is 0.5 sqrt(30/365) = 14.33 percent: the strike 100 exp(0.1433...) lies just there.
    let one = 100 * BlackReference.exponential(0.5 * (30.0 / 365).squareRoot())
    try expect("\((one * 1e6).rounded() / 1e6)", skew, -0.02, within: 1e-8)
    // 160 lies 3.28 deviations away, and counts 3.
    for (strike, wanted) in [("160", -0.06), ("1000", -0.06), ("1", 0.06)] { try expect(strike, skew, wanted) }
    let bend = VolatilityShift(curvature: 0.01)
    for strike in ["1", "1000"] { try expect(strike, bend, 0.09) }
  }

  @Test("A grid's skew and curvature are those of a list, and tilt a straddle's two strikes")
  func grid() throws {
    let market = try Sample.market([try Sample.input()])
    let filled = try Sample.filled([
      ("1", try Sample.option(.put, "80"), "0"), ("-1", try Sample.option(.call, "120"), "0"),
    ])
    let tilted = try ProfitAndLossTests.run(filled, market, try ScenarioGrid(spotShifts: [0], skewShift: -0.05))
    #expect(tilted.value[1] > tilted.value[0] + 0.1, "puts gain, calls lose")
    let still = try ProfitAndLossTests.run(filled, market, .unshocked)
    #expect(tilted.value[0] == still.value[0])
  }

  @Test("A table is linear between its points and level beyond them")
  func table() throws {
    let moves = try VolatilityMoves([
      .init(years: 0.1, logMoneyness: [-1, 0, 2], moves: [3, 1, 5]), .init(years: 1.1, logMoneyness: [0], moves: [2]),
    ])
    for (k, years, wanted) in [
      (-1.0, 0.1, 3.0), (-0.5, 0.1, 2), (0, 0.1, 1), (1, 0.1, 3), (2, 0.1, 5), (9, 0.1, 5), (-9, 0.1, 3), (0, 0.6, 1.5),
      (-1, 0.6, 2.5), (5, 1.1, 2), (5, 9, 2), (0.5, 0, 2), (-.infinity, 0, 3), (.infinity, 0.1, 5),
    ] {
      #expect(abs(moves.move(logMoneyness: k, years: years) - wanted) < 1e-14, "\(k), \(years)")
    }
    let twice = try moves.scaled(by: -2)
    #expect(twice.move(logMoneyness: 1, years: 0.1) == -6)
  }
}

import Instruments
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Scenarios

@Suite("Smile dynamics on fitted surfaces")
struct FittedSurfaceScenarioTests {
  static func markets() throws -> [MarketState] {
    let years = 30.0 / 365
    let slice = try SVISlice(a: 0.008, b: 0.06, rho: -0.4, m: 0.02, sigma: 0.1)
    let surfaces: [VolatilitySurface] = [
      .svi(try SVISurface(nodes: [.init(years: years, slice: slice, range: -0.3...0.3)])),
      .ssvi(
        try SSVISurface(
          rho: -0.4, eta: 1.2, gamma: 0.4, nodes: [.init(years: years, theta: 0.02, range: -0.3...0.3)])),
    ]
    let market = try Sample.market([try Sample.input()])
    return surfaces.map { market.with($0, of: "ABC") }
  }

  private func volatility(_ market: MarketState, _ k: Double) throws -> Double {
    try #require(market["ABC"]?.surface.volatility(logMoneyness: k, years: 30.0 / 365)).value
  }

  @Test("Under sticky strike an option keeps the volatility that the surface gives it at first")
  func stickyStrike() throws {
    for market in try Self.markets() {
      let filled = try Sample.filled([("1", try Sample.option(.call, "90"), "0")])
      let result = try ProfitAndLossTests.run(filled, market, try ScenarioGrid(spotShifts: [0.1]))
      let kept = try volatility(market, BlackReference.logarithm(0.9))
      for (node, forward) in [(0, 100.0), (1, 110)] {
        let expected = BlackReference.value(sign: 1, forward: forward, strike: 90, years: 30.0 / 365, volatility: kept)
        #expect(abs(result.value[node] - expected) < 1e-11)
      }
    }
  }

  @Test("Under sticky delta it reads the surface at its new moneyness, beyond the quotes too")
  func stickyDelta() throws {
    for market in try Self.markets() {
      let filled = try Sample.filled([("1", try Sample.option(.put, "90"), "0")])
      let shifts = [-0.3, 0.1, 0.25]
      let grid = try ScenarioGrid(spotShifts: shifts, volatilityShifts: [0.05], dynamics: .stickyDelta)
      let result = try ProfitAndLossTests.run(filled, market, grid)
      for (index, shift) in shifts.enumerated() {
        let forward = 100 * (1 + shift)
        let moved = try volatility(market, BlackReference.logarithm(90 / forward)) + 0.05
        let expected = BlackReference.value(
          sign: -1, forward: forward, strike: 90, years: 30.0 / 365, volatility: moved)
        #expect(abs(result.value[index + 1] - expected) < 1e-11)
      }
      // 90 to 125 is -0.33, beyond the fitted -0.3.
      #expect(result.extrapolatedNodes == 1)
    }
  }
}

import Basics
import Instruments
import Kernels
public import MarketData
public import Pricing
import RealModule

/// One unit of a contract, revalued in full under every node of a grid, in quote currency.
///
/// Contracts are repriced rather than expanded, because the outer nodes lie beyond the reach of second-order terms.
/// A contract that is shared by many strategies is valued once.
public struct ContractScenarios: Sendable {
  /// Columns of ``ScenarioGrid/count`` + 1 entries, index 0 the unshocked point.
  public let value: [Double]
  public let delta: [Double]
  public let gamma: [Double]
  /// Per 1.00 of volatility.
  public let vega: [Double]
  /// Per year of calendar time.
  public let theta: [Double]
  /// For each entry of `days` of the grid: true where the contract has expired by then.
  public let isExpired: [Bool]
  /// For each entry: true where the shifted volatility would be negative and was held at 0. Empty where none was.
  public let isFloored: [Bool]

  /// Revalues `contract` under `grid`.
  ///
  /// Forwards scale with spot and rates stay; the volatility is the contract's own, shifted, under sticky delta that of
  /// its new moneyness. What has expired by a day counts its payoff on the scenario's spot.
  /// - Parameter spot: The unshocked spot, quote currency, positive.
  /// - Complexity: One valuation a node.
  public init(
    _ contract: ResolvedContract, spot: Double, surface: VolatilitySurface, grid: ScenarioGrid,
    pricer: OptionPricer = .blackScholes
  ) {
    let spots = grid.spotShifts.map { spot * (1 + $0) }
    let width = spots.count
    let total = grid.count + 1
    var columns = (0..<5).map { _ in [Double](repeating: 0, count: total) }
    var expired: [Bool] = []
    var floored: [Bool] = []
    func store(_ greeks: Greeks, at index: Int) {
      columns[0][index] = greeks.value
      columns[1][index] = greeks.delta
      columns[2][index] = greeks.gamma
      columns[3][index] = greeks.vega
      columns[4][index] = greeks.theta
    }
    store(
      pricer.greeks(of: contract, spot: spot, years: contract.years, volatility: contract.volatility), at: 0)
    var index = 1
    for day in grid.days {
      // In whole seconds, so that a contract which expires exactly on a day has expired on it.
      let years = ((contract.years * Instant.secondsPerYear).rounded() - day * 86_400) / Instant.secondsPerYear
      expired.append(years <= 0)
      let base = ContractScenarios.volatilities(contract, spots: spots, spot: spot, surface, grid, years)
      for shift in grid.volatilityShifts {
        for node in 0..<width {
          let volatility = grid.isVolatilityRelative ? base[node] * (1 + shift) : base[node] + shift
          if volatility < 0, years > 0 {
            if floored.isEmpty { floored = [Bool](repeating: false, count: total) }
            floored[index + node] = true
          }
          store(
            pricer.greeks(of: contract, spot: spots[node], years: max(years, 0), volatility: max(volatility, 0)),
            at: index + node)
        }
        index += width
      }
    }
    value = columns[0]
    delta = columns[1]
    gamma = columns[2]
    vega = columns[3]
    theta = columns[4]
    isExpired = expired
    isFloored = floored
  }

  /// The unshifted volatility at each spot of the grid.
  private static func volatilities(
    _ contract: ResolvedContract, spots: [Double], spot: Double, _ surface: VolatilitySurface, _ grid: ScenarioGrid,
    _ years: Double
  ) -> [Double] {
    guard grid.dynamics == .stickyDelta, contract.strike > 0 else {
      return [Double](repeating: contract.volatility, count: spots.count)
    }
    // The smile is read at the contract's own expiry: time passes, the shape by moneyness stays.
    return spots.map { shocked in
      let forward = contract.forward.value * (shocked / spot)
      return surface.volatility(logMoneyness: .log(contract.strike / forward), years: contract.years)?.value
        ?? contract.volatility
    }
  }
}

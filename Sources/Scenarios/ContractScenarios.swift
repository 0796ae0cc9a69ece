import Basics
public import Instruments
import Kernels
public import MarketData
public import Pricing

/// One unit of a contract, revalued in full under every node of a grid, in quote currency or in coin.
///
/// Contracts are repriced rather than expanded, because the outer nodes lie beyond the reach of second-order terms.
/// A contract that is shared by many strategies is valued once.
public struct ContractScenarios: Sendable {
  /// Columns of ``ScenarioGrid/count`` + 1 entries, index 0 the unshocked point.
  public private(set) var value: [Double]
  public private(set) var delta: [Double]
  public private(set) var gamma: [Double]
  /// Per 1.00 of volatility.
  public private(set) var vega: [Double]
  /// Per year of calendar time.
  public private(set) var theta: [Double]
  /// For each entry of `days` of the grid: true where the contract has expired by then.
  public let isExpired: [Bool]
  /// For each entry: true where the shifted volatility would be negative and was held at 0. Empty where none was.
  public let isFloored: [Bool]
  /// How many nodes took a volatility from beyond the quotes, where the surface is flat.
  public let extrapolatedNodes: Int

  /// Revalues `contract` under `grid`.
  ///
  /// Forwards scale with spot and rates stay; the volatility is the contract's own, shifted, under sticky delta that of
  /// its new moneyness. What has expired by a day counts its payoff on the scenario's spot.
  /// - Parameters:
  ///   - spot: The unshocked spot, quote currency, positive.
  ///   - settlement: `coin` for figures in coin: the value over each scenario's spot, and its derivatives.
  /// - Complexity: One valuation a node.
  public init(
    _ contract: ResolvedContract, spot: Double, surface: VolatilitySurface, grid: ScenarioGrid,
    settlement: Settlement = .quote, pricer: OptionPricer = .blackScholes
  ) {
    var revaluer = ContractRevaluer(contract, spot: spot, surface: surface, grid: grid, pricer: pricer)
    let (rows, width) = (grid.volatilityShifts.count, grid.spotShifts.count)
    let nodes = rows * width
    let detail = BlackScholes.Detail.fiveGreeks
    var columns = revaluer.unshocked(detail).prefix(5).map { [$0] }
    for figure in columns.indices { columns[figure].reserveCapacity(grid.count + 1) }
    var floored: [Bool] = []
    var (expired, extrapolated) = ([Bool](), 0)
    var block = [Double](repeating: 0, count: detail.columnCount * nodes)
    for day in grid.days.indices {
      expired.append(revaluer.years(onDay: day) <= 0)
      var span = block.mutableSpan
      let volatilities = revaluer.revalue(detail, day: day, shifts: 0..<rows, into: &span)
      extrapolated += volatilities.extrapolatedNodes
      for figure in columns.indices { columns[figure] += block[(figure * nodes)..<((figure + 1) * nodes)] }
      guard !volatilities.floored.isEmpty else { continue }
      if floored.isEmpty { floored = [Bool](repeating: false, count: grid.count + 1) }
      let each = revaluer.isByRow ? width : 1
      for place in volatilities.floored {
        let first = 1 + day * nodes + place * each
        for scenario in first..<(first + each) { floored[scenario] = true }
      }
    }
    (value, delta, gamma, vega, theta) = (columns[0], columns[1], columns[2], columns[3], columns[4])
    (isExpired, isFloored, extrapolatedNodes) = (expired, floored, extrapolated)
    if settlement == .coin { convert(spot: spot, grid) }
  }

  private mutating func convert(spot: Double, _ grid: ScenarioGrid) {
    for scenario in value.indices {
      let coin = Greeks(
        value: value[scenario], delta: delta[scenario], gamma: gamma[scenario], vega: vega[scenario],
        theta: theta[scenario], rho: 0
      ).inCoin(spot: grid.spot(scenario, from: spot))
      value[scenario] = coin.value
      delta[scenario] = coin.delta
      gamma[scenario] = coin.gamma
      vega[scenario] = coin.vega
      theta[scenario] = coin.theta
    }
  }
}

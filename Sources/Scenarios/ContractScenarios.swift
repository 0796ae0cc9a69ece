import Basics
public import Instruments
import Kernels
public import MarketData
public import Pricing

/// One unit of a contract, revalued in full under every scenario of a set, in quote currency or in coin.
///
/// Contracts are repriced rather than expanded, because the outer nodes lie beyond the reach of second-order terms.
/// A contract that is shared by many strategies is valued once.
public struct ContractScenarios: Sendable {
  /// Columns of ``ScenarioSet/count`` + 1 entries, index 0 the unshocked point.
  public private(set) var value: [Double]
  public private(set) var delta: [Double]
  public private(set) var gamma: [Double]
  /// Per 1.00 of volatility.
  public private(set) var vega: [Double]
  /// Per year of calendar time.
  public private(set) var theta: [Double]
  /// For each distinct day of the set: true where the contract has expired by then.
  let isExpired: [Bool]
  /// For each entry: true where the shifted volatility would be negative and was held at 0. Empty where none was.
  public let isFloored: [Bool]
  /// How many nodes took a volatility from beyond the quotes, where the surface is flat.
  public let extrapolatedNodes: Int

  /// Revalues `contract` under `scenarios`.
  ///
  /// Forwards scale with spot and rates stay; the volatility is the contract's own, shifted, under sticky delta that of
  /// its new moneyness. What has expired by a day counts its payoff on the scenario's spot. A scenario that counts in part
  /// has the unshocked value and that part of its change; its derivatives are those at its node.
  /// - Parameters:
  ///   - spot: The unshocked spot, quote currency, positive.
  ///   - settlement: `coin` for figures in coin: the value over each scenario's spot, and its derivatives.
  /// - Complexity: One valuation a node.
  public init(
    _ contract: ResolvedContract, spot: Double, surface: VolatilitySurface, scenarios: ScenarioSet,
    settlement: Settlement = .quote, pricer: OptionPricer = .blackScholes
  ) {
    var revaluer = ContractRevaluer(contract, spot: spot, surface: surface, scenarios: scenarios, pricer: pricer)
    let detail = BlackScholes.Detail.fiveGreeks
    let total = scenarios.count + 1
    var columns = revaluer.unshocked(detail).prefix(5).map { first in
      [first] + [Double](repeating: 0, count: total - 1)
    }
    var floored: [Bool] = []
    var extrapolated = 0
    var block: [Double] = []
    for piece in scenarios.pieces(of: 0..<scenarios.count) {
      let count = piece.count
      if block.count != detail.columnCount * count { block = [Double](repeating: 0, count: detail.columnCount * count) }
      var span = block.mutableSpan
      let volatilities = revaluer.revalue(detail, piece, into: &span)
      extrapolated += volatilities.extrapolatedNodes
      for figure in columns.indices {
        let own = block[(figure * count)..<((figure + 1) * count)]
        guard let places = piece.places else {
          columns[figure].replaceSubrange((1 + piece.nodes.lowerBound)..<(1 + piece.nodes.upperBound), with: own)
          continue
        }
        for (place, number) in zip(places, own) { columns[figure][1 + place] = number }
      }
      guard !volatilities.floored.isEmpty else { continue }
      if floored.isEmpty { floored = [Bool](repeating: false, count: total) }
      let each = revaluer.nodesPerVolatility
      for place in volatilities.floored {
        for index in (place * each)..<((place + 1) * each) { floored[1 + piece.node(index)] = true }
      }
    }
    (value, delta, gamma, vega, theta) = (columns[0], columns[1], columns[2], columns[3], columns[4])
    isExpired = scenarios.days.indices.map { revaluer.years(onDay: $0) <= 0 }
    (isFloored, extrapolatedNodes) = (floored, extrapolated)
    if settlement == .coin { convert(spots: [spot] + revaluer.spots) }
    guard let covers = scenarios.covers else { return }
    for (node, cover) in covers.enumerated() {
      value[1 + node] = ScenarioCover.counted(value[1 + node], of: value[0], cover)
    }
  }

  /// - Parameter spots: The unshocked one, then those that nodes take in turn.
  private mutating func convert(spots: [Double]) {
    let width = spots.count - 1
    for scenario in value.indices {
      let coin = Greeks(
        value: value[scenario], delta: delta[scenario], gamma: gamma[scenario], vega: vega[scenario],
        theta: theta[scenario], rho: 0
      ).inCoin(spot: scenario == 0 ? spots[0] : spots[1 + (scenario - 1) % width])
      value[scenario] = coin.value
      delta[scenario] = coin.delta
      gamma[scenario] = coin.gamma
      vega[scenario] = coin.vega
      theta[scenario] = coin.theta
    }
  }
}

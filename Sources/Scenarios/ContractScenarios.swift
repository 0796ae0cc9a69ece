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
  /// How many nodes took a volatility from beyond the quotes, where the surface is flat.
  public let extrapolatedNodes: Int

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
    var builder = ContractScenarioColumns(contract, spot: spot, surface: surface, grid: grid, pricer: pricer)
    builder.fill()
    value = builder.columns[0]
    delta = builder.columns[1]
    gamma = builder.columns[2]
    vega = builder.columns[3]
    theta = builder.columns[4]
    isExpired = builder.isExpired
    isFloored = builder.isFloored
    extrapolatedNodes = builder.extrapolatedNodes
  }
}

/// The work of filling a contract's columns, a day of the grid at a time.
private struct ContractScenarioColumns {
  let contract: ResolvedContract
  let spot: Double
  let surface: VolatilitySurface
  let grid: ScenarioGrid
  let pricer: OptionPricer
  let spots: [Double]
  var columns: [[Double]]
  var isExpired: [Bool] = []
  var isFloored: [Bool] = []
  var extrapolatedNodes = 0

  init(
    _ contract: ResolvedContract, spot: Double, surface: VolatilitySurface, grid: ScenarioGrid, pricer: OptionPricer
  ) {
    self.contract = contract
    self.spot = spot
    self.surface = surface
    self.grid = grid
    self.pricer = pricer
    spots = grid.spotShifts.map { spot * (1 + $0) }
    columns = [[Double]](repeating: [Double](repeating: 0, count: grid.count + 1), count: 5)
  }

  mutating func fill() {
    // The unshocked point is a grid of one, so that a node without a shift gives its very digits.
    if case .vanilla = contract.payoff {
      revalue([spot], [contract.volatility], .perRow, years: contract.years, from: 0)
    } else {
      let unshocked = pricer.greeks(
        of: contract, spot: spot, years: contract.years, volatility: contract.volatility)
      store(unshocked, at: 0)
    }
    let seconds = (contract.years * Instant.secondsPerYear).rounded()
    for (index, day) in grid.days.enumerated() {
      // In whole seconds, so that a contract which expires exactly on a day has expired on it, a day that is no whole
      // number included.
      let years = (seconds - (day * 86_400).rounded()) / Instant.secondsPerYear
      let start = 1 + index * spots.count * grid.volatilityShifts.count
      isExpired.append(years <= 0)
      if years <= 0 {
        fillExpired(from: start)
      } else if case .vanilla = contract.payoff {
        fillByKernel(years: years, from: start)
      } else {
        fillOneByOne(years: years, from: start)
      }
    }
  }

  private mutating func store(_ greeks: Greeks, at index: Int) {
    columns[0][index] = greeks.value
    columns[1][index] = greeks.delta
    columns[2][index] = greeks.gamma
    columns[3][index] = greeks.vega
    columns[4][index] = greeks.theta
  }

  /// The payoff on the scenario's spot, whatever the volatility.
  private mutating func fillExpired(from start: Int) {
    for row in grid.volatilityShifts.indices {
      for node in spots.indices {
        let greeks = pricer.greeks(of: contract, spot: spots[node], years: 0, volatility: 0)
        store(greeks, at: start + row * spots.count + node)
      }
    }
  }

  private mutating func fillByKernel(years: Double, from start: Int) {
    let isByNode = grid.dynamics == .stickyDelta
    let volatilities = self.volatilities(perNode: isByNode, start: start)
    revalue(spots, volatilities, isByNode ? .perNode : .perRow, years: years, from: start)
  }

  /// Values a block of nodes, spot fastest, into the columns from `start` on.
  private mutating func revalue(
    _ spots: [Double], _ volatilities: [Double], _ shape: GridVolatility, years: Double, from start: Int
  ) {
    let terms = GridContract(
      sign: contract.right.sign, strike: contract.strike, years: years, rate: contract.rate,
      dividendYield: contract.dividendYield)
    let nodes = shape == .perNode ? volatilities.count : spots.count * volatilities.count
    let figures = BlackScholes.Detail.fiveGreeks.columnCount
    var scratch = [Double](repeating: 0, count: BlackScholes.gridScratchCount(spots: spots.count))
    var block = [Double](repeating: 0, count: figures * nodes)
    var scratchSpan = scratch.mutableSpan
    var blockSpan = block.mutableSpan
    BlackScholes.revalue(
      .fiveGreeks, terms, spots: spots.span, volatilities: volatilities.span, shape, adding: false,
      scratch: &scratchSpan, into: &blockSpan)
    for figure in columns.indices {
      columns[figure].replaceSubrange(start..<(start + nodes), with: block[(figure * nodes)..<((figure + 1) * nodes)])
    }
  }

  private mutating func fillOneByOne(years: Double, from start: Int) {
    let volatilities = self.volatilities(perNode: true, start: start)
    for (index, volatility) in volatilities.enumerated() {
      let greeks = pricer.greeks(
        of: contract, spot: spots[index % spots.count], years: years, volatility: volatility)
      store(greeks, at: start + index)
    }
  }

  /// The shifted volatilities of a day, held at 0, a row or a node at a time; what was held is marked.
  private mutating func volatilities(perNode: Bool, start: Int) -> [Double] {
    let base = baseVolatilities(perNode: perNode)
    let width = spots.count
    var shifted: [Double] = []
    for (row, shift) in grid.volatilityShifts.enumerated() {
      for (node, volatility) in base.enumerated() {
        let moved = grid.isVolatilityRelative ? volatility * (1 + shift) : volatility + shift
        if moved < 0 {
          if isFloored.isEmpty { isFloored = [Bool](repeating: false, count: grid.count + 1) }
          let first = start + row * width + (perNode ? node : 0)
          for index in first..<(first + (perNode ? 1 : width)) { isFloored[index] = true }
        }
        shifted.append(max(moved, 0))
      }
    }
    return shifted
  }

  /// The unshifted volatility: the contract's own, under sticky delta that of its moneyness at each spot.
  private mutating func baseVolatilities(perNode: Bool) -> [Double] {
    let rows = grid.volatilityShifts.count
    guard perNode, grid.dynamics == .stickyDelta, contract.strike > 0 else {
      if contract.isExtrapolated { extrapolatedNodes += rows * spots.count }
      return [Double](repeating: contract.volatility, count: perNode ? spots.count : 1)
    }
    // The smile is read at the contract's own expiry: time passes, the shape by moneyness stays.
    var volatilities: [Double] = []
    for shocked in spots {
      let forward = contract.forward.value * (shocked / spot)
      let point = surface.volatility(logMoneyness: .log(contract.strike / forward), years: contract.years)
      if point?.isExtrapolated ?? contract.isExtrapolated { extrapolatedNodes += rows }
      volatilities.append(point?.value ?? contract.volatility)
    }
    return volatilities
  }
}

import Basics
import Instruments
import Kernels
import MarketData
import Pricing
import RealModule

/// Revalues one unit of a contract in full on some rows of a grid: a row is one day and one volatility, spot along it.
struct ContractRevaluer {
  let contract: ResolvedContract
  let spot: Double
  let surface: VolatilitySurface
  let grid: ScenarioGrid
  let pricer: OptionPricer
  /// The shocked spots, along a row.
  let spots: [Double]
  private var scratch: [Double]

  init(
    _ contract: ResolvedContract, spot: Double, surface: VolatilitySurface, grid: ScenarioGrid, pricer: OptionPricer
  ) {
    self.contract = contract
    self.spot = spot
    self.surface = surface
    self.grid = grid
    self.pricer = pricer
    spots = grid.spotShifts.map { spot * (1 + $0) }
    scratch = [Double](repeating: 0, count: BlackScholes.gridScratchCount(spots: max(1, spots.count)))
  }

  /// What the volatilities of a row or node tell beside their number.
  struct Volatilities {
    var values: [Double] = []
    /// Places in `values` that were held at 0.
    var floored: [Int] = []
    /// How many nodes lie beyond the quotes.
    var extrapolatedNodes = 0
  }

  /// Years to expiry at a day of the grid; 0 or less has expired.
  ///
  /// In whole seconds, so that a contract which expires exactly on a day has expired on it, a day that is no whole number
  /// included.
  func years(onDay day: Int) -> Double {
    let seconds = (contract.years * Instant.secondsPerYear).rounded()
    return (seconds - (grid.days[day] * 86_400).rounded()) / Instant.secondsPerYear
  }

  /// True where a volatility holds for a row and not for each of its nodes.
  var isByRow: Bool {
    if case .vanilla = contract.payoff { grid.dynamics == .stickyStrike } else { false }
  }

  /// The unshocked point: a grid of one, so that a node without a shift gives its very digits.
  mutating func unshocked(_ detail: BlackScholes.Detail) -> [Double] {
    guard case .vanilla = contract.payoff else {
      let greeks = pricer.greeks(of: contract, spot: spot, years: contract.years, volatility: contract.volatility)
      return detail == .value ? [greeks.value] : ContractRevaluer.figures(greeks)
    }
    var block = [Double](repeating: 0, count: detail.columnCount)
    var span = block.mutableSpan
    revalue(detail, [spot], [contract.volatility], .perRow, years: contract.years, into: &span)
    return block
  }

  /// Fills a block of shape [figures, shifts, spots] with some volatility shifts of one day.
  ///
  /// - Returns: What the volatilities tell; nothing for a contract that has expired.
  mutating func revalue(
    _ detail: BlackScholes.Detail, day: Int, shifts: Range<Int>, into block: inout MutableSpan<Double>
  ) -> Volatilities {
    let years = years(onDay: day)
    guard years > 0 else {
      // The payoff on the scenario's spot, whatever the volatility.
      for row in 0..<shifts.count {
        for node in spots.indices {
          let greeks = pricer.greeks(of: contract, spot: spots[node], years: 0, volatility: 0)
          store(greeks, detail, at: row * spots.count + node, of: shifts.count * spots.count, into: &block)
        }
      }
      return Volatilities()
    }
    let volatilities = volatilities(shifts)
    if case .vanilla = contract.payoff {
      revalue(detail, spots, volatilities.values, isByRow ? .perRow : .perNode, years: years, into: &block)
    } else {
      for (index, volatility) in volatilities.values.enumerated() {
        let greeks = pricer.greeks(
          of: contract, spot: spots[index % spots.count], years: years, volatility: volatility)
        store(greeks, detail, at: index, of: volatilities.values.count, into: &block)
      }
    }
    return volatilities
  }

  private mutating func revalue(
    _ detail: BlackScholes.Detail, _ spots: [Double], _ volatilities: [Double], _ shape: GridVolatility, years: Double,
    into block: inout MutableSpan<Double>
  ) {
    let terms = GridContract(
      sign: contract.right.sign, strike: contract.strike, years: years, rate: contract.rate,
      dividendYield: contract.dividendYield)
    var scratchSpan = scratch.mutableSpan
    BlackScholes.revalue(
      detail, terms, spots: spots.span, volatilities: volatilities.span, shape, adding: false, scratch: &scratchSpan,
      into: &block)
  }

  private static func figures(_ greeks: Greeks) -> [Double] {
    [greeks.value, greeks.delta, greeks.gamma, greeks.vega, greeks.theta, greeks.rho]
  }

  private func store(
    _ greeks: Greeks, _ detail: BlackScholes.Detail, at node: Int, of nodes: Int, into block: inout MutableSpan<Double>
  ) {
    block[node] = greeks.value
    guard detail != .value else { return }
    for (figure, number) in ContractRevaluer.figures(greeks).enumerated() where figure < detail.columnCount {
      block[figure * nodes + node] = number
    }
  }

  // MARK: Volatilities

  /// The shifted volatilities of a day, held at 0, a row or a node at a time.
  private func volatilities(_ shifts: Range<Int>) -> Volatilities {
    var result = Volatilities()
    let base = baseVolatilities(rows: shifts.count, &result.extrapolatedNodes)
    for shift in grid.volatilityShifts[shifts] {
      for volatility in base {
        let moved = grid.isVolatilityRelative ? volatility * (1 + shift) : volatility + shift
        if moved < 0 { result.floored.append(result.values.count) }
        result.values.append(max(moved, 0))
      }
    }
    return result
  }

  /// The unshifted volatility: the contract's own, under sticky delta that of its moneyness at each spot.
  private func baseVolatilities(rows: Int, _ extrapolatedNodes: inout Int) -> [Double] {
    guard !isByRow, grid.dynamics == .stickyDelta, contract.strike > 0 else {
      if contract.isExtrapolated { extrapolatedNodes += rows * spots.count }
      return [Double](repeating: contract.volatility, count: isByRow ? 1 : spots.count)
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

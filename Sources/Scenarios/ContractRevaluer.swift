import Basics
import Instruments
import Kernels
import MarketData
import Pricing
import RealModule

/// Revalues one unit of a contract in full under pieces of a set of scenarios: rows of a grid with the spot along them, or
/// scenarios of a list that share a day.
struct ContractRevaluer {
  let contract: ResolvedContract
  let spot: Double
  let scenarios: ScenarioSet
  let pricer: OptionPricer
  /// The shocked spots; node n, counted from 0, has that at n modulo their number.
  let spots: [Double]
  private let volatilities: ContractVolatilities
  private var scratch: [Double]

  init(
    _ contract: ResolvedContract, spot: Double, surface: VolatilitySurface, scenarios: ScenarioSet, pricer: OptionPricer
  ) {
    self.contract = contract
    self.spot = spot
    self.scenarios = scenarios
    self.pricer = pricer
    spots = scenarios.spotShifts(of: contract.underlying).map { spot * (1 + $0) }
    volatilities = ContractVolatilities(contract, spot: spot, surface: surface, scenarios: scenarios)
    scratch = [Double](repeating: 0, count: BlackScholes.gridScratchCount(spots: max(1, spots.count)))
  }

  /// Years to expiry at a day of the set; 0 or less has expired.
  ///
  /// In whole seconds, so that a contract which expires exactly on a day has expired on it, a day that is no whole number
  /// included.
  func years(onDay day: Int) -> Double {
    let seconds = (contract.years * Instant.secondsPerYear).rounded()
    return (seconds - (scenarios.days[day] * 86_400).rounded()) / Instant.secondsPerYear
  }

  /// How many nodes one of the volatilities of a piece is for.
  var nodesPerVolatility: Int { volatilities.isByRow ? spots.count : 1 }

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

  /// The values of all scenarios, the unshocked point first.
  mutating func values() -> [Double] {
    var values = [Double](repeating: 0, count: 1 + scenarios.count)
    values[0] = unshocked(.value)[0]
    for piece in scenarios.pieces(of: 0..<scenarios.count) {
      guard piece.places != nil else {
        var all = values.mutableSpan
        var block = all.extracting((1 + piece.nodes.lowerBound)..<(1 + piece.nodes.upperBound))
        _ = revalue(.value, piece, into: &block)
        continue
      }
      var own = [Double](repeating: 0, count: piece.count)
      var block = own.mutableSpan
      _ = revalue(.value, piece, into: &block)
      for (index, value) in own.enumerated() { values[1 + piece.node(index)] = value }
    }
    return values
  }

  /// Fills a block of shape [figures, nodes] with a piece.
  ///
  /// - Returns: What the volatilities tell; nothing for a contract that has expired.
  mutating func revalue(
    _ detail: BlackScholes.Detail, _ piece: ScenarioPiece, into block: inout MutableSpan<Double>
  ) -> ContractVolatilities.Column {
    let years = years(onDay: piece.day)
    let width = spots.count
    guard years > 0 else {
      // The payoff on the scenario's spot, whatever the volatility.
      for index in 0..<piece.count {
        let greeks = pricer.greeks(of: contract, spot: spots[piece.node(index) % width], years: 0, volatility: 0)
        store(greeks, detail, at: index, of: piece.count, into: &block)
      }
      return ContractVolatilities.Column()
    }
    let column = volatilities.column(piece, spots: spots)
    guard case .vanilla = contract.payoff else {
      let each = nodesPerVolatility
      for index in 0..<piece.count {
        let greeks = pricer.greeks(
          of: contract, spot: spots[piece.node(index) % width], years: years,
          volatility: column.values[index / each])
        store(greeks, detail, at: index, of: piece.count, into: &block)
      }
      return column
    }
    let row: [Double]
    switch scenarios {
    case .grid: row = spots
    case .list: row = piece.count == width ? spots : Array(piece.gathered(spots))
    }
    revalue(detail, row, column.values, volatilities.isByRow ? .perRow : .perNode, years: years, into: &block)
    return column
  }

  private mutating func revalue(
    _ detail: BlackScholes.Detail, _ spots: [Double], _ volatilities: [Double], _ shape: GridVolatility, years: Double,
    into block: inout MutableSpan<Double>
  ) {
    guard !contract.isAmerican else {
      return revalueAmerican(detail, spots, volatilities, shape, years: years, into: &block)
    }
    let terms = GridContract(
      sign: contract.right.sign, strike: contract.strike, years: years, rate: contract.rate,
      dividendYield: contract.dividendYield)
    var scratchSpan = scratch.mutableSpan
    BlackScholes.revalue(
      detail, terms, spots: spots.span, volatilities: volatilities.span, shape, adding: false, scratch: &scratchSpan,
      into: &block)
  }

  /// Early exercise has one solution for a volatility and time, whatever the spot: a row's nodes share it, and so do
  /// neighbours of one volatility where each node has its own.
  private func revalueAmerican(
    _ detail: BlackScholes.Detail, _ spots: [Double], _ volatilities: [Double], _ shape: GridVolatility, years: Double,
    into block: inout MutableSpan<Double>
  ) {
    let nodes = shape == .perRow ? volatilities.count * spots.count : volatilities.count
    var last: (volatility: Double, valuation: AmericanValuation)?
    for node in 0..<nodes {
      let volatility = volatilities[shape == .perRow ? node / spots.count : node]
      let valuation: AmericanValuation
      if let last, last.volatility == volatility {
        valuation = last.valuation
      } else {
        valuation = AmericanValuation(contract, years: years, volatility: volatility, withSlopes: detail != .value)
        last = (volatility, valuation)
      }
      let spot = spots[node % spots.count]
      if detail == .value {
        block[node] = valuation.value(spot: spot)
      } else {
        // A derivative that is infinite or undefined at a limit counts as 0, as in the kernel of the others.
        let greeks = valuation.greeks(spot: spot)
        func finite(_ number: Double) -> Double { number.isFinite ? number : 0 }
        store(
          Greeks(
            value: greeks.value, delta: finite(greeks.delta), gamma: finite(greeks.gamma), vega: finite(greeks.vega),
            theta: finite(greeks.theta), rho: finite(greeks.rho)),
          detail, at: node, of: nodes, into: &block)
      }
    }
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
}

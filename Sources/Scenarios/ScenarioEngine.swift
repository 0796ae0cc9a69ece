import Basics
import Instruments
import Kernels
public import MarketData
public import Pricing

/// Values the contracts of a book under a set of scenarios once each, and strategies as sparse sums over them.
///
/// A strategy is its scale times a sum of whole numbers of contracts, in the order of its legs; each term joins the sum
/// with one rounding. A contract's columns are kept up to a budget of memory and computed again beyond it, so that a book
/// of any size runs in bounded memory with the same digits.
public struct ScenarioEngine: Sendable {
  private(set) var book: ResolvedBook
  let market: MarketState
  public let scenarios: ScenarioSet
  let pricer: OptionPricer
  private var kept: [Key: ContractScenarios] = [:]
  private let keptLimit: Int

  private struct Key: Hashable {
    let contract: Int
    let settlement: Settlement
  }

  /// - Parameter memoryBudget: Bytes that kept columns may take.
  public init(
    book: ResolvedBook, market: MarketState, scenarios: ScenarioSet, pricer: OptionPricer = .blackScholes,
    memoryBudget: Int = 512 << 20
  ) {
    self.book = book
    self.market = market
    self.scenarios = scenarios
    self.pricer = pricer
    keptLimit = max(1, memoryBudget / (40 * (scenarios.count + 1)))
  }

  /// The same over a grid.
  public init(
    book: ResolvedBook, market: MarketState, grid: ScenarioGrid, pricer: OptionPricer = .blackScholes,
    memoryBudget: Int = 512 << 20
  ) {
    self.init(book: book, market: market, scenarios: .grid(grid), pricer: pricer, memoryBudget: memoryBudget)
  }

  /// Resolves and revalues a strategy that need not stand in the book; its contracts join those already valued.
  ///
  /// - Throws: ``PricingError``, as ``ResolvedBook/add(_:)``.
  public mutating func profitAndLoss(of strategy: FilledStrategy) throws(PricingError) -> ProfitAndLoss {
    try profitAndLoss(of: try book.resolve(strategy))
  }

  /// Revalues a strategy of the book.
  ///
  /// - Throws: ``PricingError`` `.unknownUnderlying`.
  /// - Complexity: One valuation a node for each contract not yet kept, and one multiplication a leg and node.
  public mutating func profitAndLoss(of strategy: ResolvedStrategy) throws(PricingError) -> ProfitAndLoss {
    let total = scenarios.count + 1
    var sums = (0..<5).map { _ in [Double](repeating: 0, count: total) }
    var flags = [ScenarioFlags](repeating: [], count: total)
    var extrapolatedNodes = 0
    for (leg, filled) in zip(strategy.legs, strategy.filled.legs) {
      switch leg.exposure {
      case .contract(let index):
        let columns = try scenarios(of: index, strategy.settlement)
        for (figure, column) in [columns.value, columns.delta, columns.gamma, columns.vega, columns.theta].enumerated()
        {
          var sum = sums[figure].mutableSpan
          Reductions.add(leg.ratio, times: column.span, to: &sum)
        }
        mark(&flags, columns)
        extrapolatedNodes += columns.extrapolatedNodes
      case .linear(let entry):
        guard let spot = strategy.spots[filled.instrument.underlying] else { continue }
        addLinear(leg, of: filled.instrument.underlying, entry: entry, spot: spot, strategy.settlement, &sums)
        markLinear(leg, &flags)
      }
    }
    for figure in sums.indices {
      for scenario in 0..<total { sums[figure][scenario] *= strategy.scale }
    }
    for scenario in 0..<total where !sums[0][scenario].isFinite { flags[scenario].insert(.invalid) }
    let cost = strategy.entryCost + strategy.fees
    return ProfitAndLoss(
      scenarios: scenarios, value: sums[0], delta: sums[1], gamma: sums[2], vega: sums[3], theta: sums[4], flags: flags,
      extrapolatedNodes: extrapolatedNodes, profit: sums[0].map { $0 - cost })
  }

  private mutating func scenarios(
    of index: Int, _ settlement: Settlement
  ) throws(PricingError) -> ContractScenarios {
    let key = Key(contract: index, settlement: settlement)
    if let columns = kept[key] { return columns }
    let contract = book.contracts[index]
    guard let underlying = market[contract.underlying] else {
      throw .unknownUnderlying(contract.underlying, known: market.underlyings.map(\.symbol))
    }
    let columns = ContractScenarios(
      contract, spot: underlying.spot.value, surface: underlying.surface, scenarios: scenarios,
      settlement: settlement, pricer: pricer)
    if kept.count < keptLimit { kept[key] = columns }
    return columns
  }

  /// A linear leg moves with spot alone; its value is a multiple of what ``LinearRow`` says.
  private func addLinear(
    _ leg: ResolvedLeg, of underlying: String, entry: Double, spot: Double, _ settlement: Settlement,
    _ sums: inout [[Double]]
  ) {
    addLinear(leg, of: underlying, entry: entry, spot: spot, settlement, to: &sums[0])
    let shifts = scenarios.spotShifts(of: underlying)
    for scenario in sums[0].indices {
      let shocked = scenario == 0 ? spot : spot * (1 + shifts[(scenario - 1) % shifts.count])
      let slopes = Greeks.linear(units: leg.ratio, entry: entry, spot: shocked, settlement: settlement)
      sums[1][scenario] += slopes.delta
      sums[2][scenario] += slopes.gamma
    }
  }

  // MARK: Flags

  private func mark(_ flags: inout [ScenarioFlags], expired: [Bool]) {
    for (day, isExpired) in expired.enumerated() where isExpired {
      scenarios.forEachScenario(ofDay: day) { flags[$0].insert(.expiredLegs) }
    }
  }

  private func mark(_ flags: inout [ScenarioFlags], _ columns: ContractScenarios) {
    mark(&flags, expired: columns.isExpired)
    for (scenario, isFloored) in columns.isFloored.enumerated() where isFloored {
      flags[scenario].insert(.volatilityFloored)
    }
  }

  private func markLinear(_ leg: ResolvedLeg, _ flags: inout [ScenarioFlags]) {
    guard let expiry = leg.expiry else { return }
    mark(
      &flags,
      expired: scenarios.days.map { day in
        Double(expiry.secondsSinceEpoch - book.asOf.secondsSinceEpoch) <= (day * 86_400).rounded()
      })
  }
}

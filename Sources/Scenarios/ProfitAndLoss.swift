import Basics
import Instruments
import Kernels
public import MarketData
public import Pricing

/// Why a row of a stress report deserves a word.
public struct ScenarioFlags: OptionSet, Hashable, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// A leg has expired by the scenario's day and counts its payoff.
  public static let expiredLegs = ScenarioFlags(rawValue: 1)
  /// A leg's shifted volatility would be negative and was held at 0.
  public static let volatilityFloored = ScenarioFlags(rawValue: 2)
  /// A figure came out as no number.
  public static let invalid = ScenarioFlags(rawValue: 4)
}

/// A strategy under every scenario of a grid, in its settlement currency.
public struct ProfitAndLoss: Sendable {
  public let grid: ScenarioGrid
  /// Columns of ``ScenarioGrid/count`` + 1 entries, scenario 0 first; the whole position.
  public let value: [Double]
  /// Of the value in settlement currency, per unit of spot in quote currency.
  public let delta: [Double]
  public let gamma: [Double]
  /// Per 1.00 of volatility.
  public let vega: [Double]
  /// Per year of calendar time.
  public let theta: [Double]
  public let flags: [ScenarioFlags]
  /// Over all legs, how many nodes took a volatility from beyond the quotes.
  public let extrapolatedNodes: Int
  /// Value less entry cost less fees; a gain to the holder is positive.
  public let profit: [Double]

  /// What a grid says in a line.
  public struct Summary: Hashable, Sendable {
    public let worst: Double
    /// The lowest scenario with the worst result; over nodes 1 to N.
    public let worstScenario: Int
    public let best: Double
    public let bestScenario: Int
    /// For each threshold: the share of the nodes 1 to N whose loss is strictly beyond that share of margin; nil
    /// without a margin.
    public let sharesBeyond: [Double?]
  }

  /// How many of the nodes 1 to N lose more than `loss`.
  private func beyond(_ loss: Double) -> Int {
    let column = profit.span
    return Reductions.count(of: column.extracting(min(1, column.count)..<column.count), below: -loss)
  }

  /// Worst, best, and how much of the grid loses more than the `thresholds` of `margin`.
  public func summary(margin: Double?, thresholds: [Double] = [0.25, 0.5, 0.75, 1]) -> Summary {
    let column = profit.span
    let nodes = column.extracting(min(1, column.count)..<column.count)
    // The places are counted from node 1, which is scenario 1.
    let worst = Reductions.minimum(nodes)
    let best = Reductions.maximum(nodes)
    var shares: [Double?] = []
    for threshold in thresholds {
      shares.append(
        margin.flatMap { margin in
          profit.count > 1 ? Double(beyond(threshold * margin)) / Double(profit.count - 1) : nil
        })
    }
    return Summary(
      worst: worst?.value ?? .infinity, worstScenario: worst.map { $0.index + 1 } ?? 0,
      best: best?.value ?? -.infinity, bestScenario: best.map { $0.index + 1 } ?? 0, sharesBeyond: shares)
  }
}

/// Values the contracts of a book under a grid once each, and strategies as sparse sums over them.
///
/// A contract's columns are kept up to a budget of memory and computed again beyond it, so that a book of any size runs
/// in bounded memory with the same digits.
public struct ScenarioEngine: Sendable {
  private var book: ResolvedBook
  private let market: MarketState
  public let grid: ScenarioGrid
  private let pricer: OptionPricer
  private var kept: [Int: ContractScenarios] = [:]
  private let keptLimit: Int

  /// - Parameter memoryBudget: Bytes that kept columns may take.
  public init(
    book: ResolvedBook, market: MarketState, grid: ScenarioGrid, pricer: OptionPricer = .blackScholes,
    memoryBudget: Int = 512 << 20
  ) {
    self.book = book
    self.market = market
    self.grid = grid
    self.pricer = pricer
    keptLimit = max(1, memoryBudget / (40 * (grid.count + 1)))
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
    let total = grid.count + 1
    var sums = (0..<5).map { _ in [Double](repeating: 0, count: total) }
    var flags = [ScenarioFlags](repeating: [], count: total)
    var spotOfCoin: Double?
    var extrapolatedNodes = 0
    for leg in strategy.legs {
      switch leg.exposure {
      case .contract(let index):
        let contract = book.contracts[index]
        guard let underlying = market[contract.underlying] else {
          throw .unknownUnderlying(contract.underlying, known: market.underlyings.map(\.symbol))
        }
        spotOfCoin = underlying.spot.value
        let columns = scenarios(of: index, underlying)
        ScenarioEngine.add(leg.units, columns.value, to: &sums[0])
        ScenarioEngine.add(leg.units, columns.delta, to: &sums[1])
        ScenarioEngine.add(leg.units, columns.gamma, to: &sums[2])
        ScenarioEngine.add(leg.units, columns.vega, to: &sums[3])
        ScenarioEngine.add(leg.units, columns.theta, to: &sums[4])
        mark(&flags, columns)
        extrapolatedNodes += columns.extrapolatedNodes
      case .linear: break
      }
    }
    addLinearLegs(strategy, &sums, &flags, coinSpot: &spotOfCoin)
    if strategy.settlement == .coin, let spot = spotOfCoin { toCoin(&sums, spot: spot, strategy) }
    for scenario in 0..<total where !sums[0][scenario].isFinite { flags[scenario].insert(.invalid) }
    let cost = strategy.entryCost + strategy.fees
    return ProfitAndLoss(
      grid: grid, value: sums[0], delta: sums[1], gamma: sums[2], vega: sums[3], theta: sums[4], flags: flags,
      extrapolatedNodes: extrapolatedNodes, profit: sums[0].map { $0 - cost })
  }

  private mutating func scenarios(of index: Int, _ underlying: UnderlyingMarket) -> ContractScenarios {
    if let columns = kept[index] { return columns }
    let columns = ContractScenarios(
      book.contracts[index], spot: underlying.spot.value, surface: underlying.surface, grid: grid, pricer: pricer)
    if kept.count < keptLimit { kept[index] = columns }
    return columns
  }

  private static func add(_ units: Double, _ column: [Double], to sum: inout [Double]) {
    for index in sum.indices { sum[index] += units * column[index] }
  }

  private func mark(_ flags: inout [ScenarioFlags], expired: [Bool]) {
    let block = grid.spotShifts.count * grid.volatilityShifts.count
    for (day, isExpired) in expired.enumerated() where isExpired {
      for scenario in (1 + day * block)..<(1 + (day + 1) * block) { flags[scenario].insert(.expiredLegs) }
    }
  }

  private func mark(_ flags: inout [ScenarioFlags], _ columns: ContractScenarios) {
    mark(&flags, expired: columns.isExpired)
    for (scenario, isFloored) in columns.isFloored.enumerated() where isFloored {
      flags[scenario].insert(.volatilityFloored)
    }
  }

  /// Adds the linear legs of a quote strategy, and marks those that have expired; a coin strategy's figures are added
  /// after the conversion.
  private func addLinearLegs(
    _ strategy: ResolvedStrategy, _ sums: inout [[Double]], _ flags: inout [ScenarioFlags], coinSpot: inout Double?
  ) {
    for (leg, filled) in zip(strategy.legs, strategy.filled.legs) {
      guard case .linear(let entry) = leg.exposure, let spot = strategy.spots[filled.instrument.underlying] else {
        continue
      }
      coinSpot = spot
      if let expiry = leg.expiry {
        mark(
          &flags,
          expired: grid.days.map { day in
            Double(expiry.secondsSinceEpoch - book.asOf.secondsSinceEpoch) <= (day * 86_400).rounded()
          })
      }
      guard strategy.settlement == .quote else { continue }
      for scenario in sums[0].indices {
        let shocked = spot * (1 + grid.shock(scenario).spot)
        ScenarioEngine.add(
          .linear(units: leg.units, entry: entry, spot: shocked, settlement: .quote), to: &sums, at: scenario)
      }
    }
  }

  /// Turns quote figures into figures in coin at each scenario's spot, and adds the linear legs.
  private func toCoin(_ sums: inout [[Double]], spot: Double, _ strategy: ResolvedStrategy) {
    for scenario in sums[0].indices {
      let shocked = spot * (1 + grid.shock(scenario).spot)
      let coin = Greeks(
        value: sums[0][scenario], delta: sums[1][scenario], gamma: sums[2][scenario], vega: sums[3][scenario],
        theta: sums[4][scenario], rho: 0
      ).inCoin(spot: shocked)
      for column in sums.indices { sums[column][scenario] = 0 }
      ScenarioEngine.add(coin, to: &sums, at: scenario)
      for leg in strategy.legs {
        guard case .linear(let entry) = leg.exposure else { continue }
        ScenarioEngine.add(
          .linear(units: leg.units, entry: entry, spot: shocked, settlement: .coin), to: &sums, at: scenario)
      }
    }
  }

  private static func add(_ greeks: Greeks, to sums: inout [[Double]], at scenario: Int) {
    sums[0][scenario] += greeks.value
    sums[1][scenario] += greeks.delta
    sums[2][scenario] += greeks.gamma
    sums[3][scenario] += greeks.vega
    sums[4][scenario] += greeks.theta
  }
}

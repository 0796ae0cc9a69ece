public import Basics
import Instruments
public import IsolatedMargin
import Kernels
public import MarketData
public import Pricing
import RealModule
public import Scenarios

/// What is asked of an analysis beside the strategy.
public struct AnalysisRequest: Sendable {
  public var pricer = OptionPricer.blackScholes
  public var reserve = PerpetualReserve.none
  /// For whole lots; nil asks for none.
  public var budget: Money?
  public var maxLots: Int64?
  /// Percent below and above spot, for the loss within a range.
  public var within: (low: ExactAmount, high: ExactAmount)?
  public var dynamics = SmileDynamics.stickyStrike
  /// What to do with several expiries; nil leaves them without a maximum loss.
  public var plan: ClosingPlan?
  /// Calendar days forward at which the value is drawn beside today's and that at expiry; nil for halfway.
  public var curveDays: [Double]?
  /// What keeps the box open; nil for no requirement but that equity is not below zero.
  public var maintenance: (any MaintenanceModel)?
  /// What the holder brings in place of the margin, settlement currency.
  public var deposit: ExactAmount?

  public init() {}
}

/// The one function that sees every stage: a filled strategy becomes the page.
public struct StrategyAnalyzer: Sendable {
  public let market: MarketState
  public let request: AnalysisRequest

  public init(market: MarketState, request: AnalysisRequest = AnalysisRequest()) {
    self.market = market
    self.request = request
  }

  /// - Throws: ``PricingError`` where the market cannot value a leg.
  public func analyze(_ filled: FilledStrategy) throws(PricingError) -> StrategyAnalysis {
    // Exact branch: payoff, maximum loss, collateral.
    let margin = StrategyMargin(
      of: filled, reserve: request.reserve, discounts: discounts(filled), plan: request.plan,
      market: market)
    // Floating branch: values, Greeks, scenarios.
    let book = try filled.resolved(in: market)
    guard let strategy = book.strategies.first else { throw .missing("strategy", instrument: filled.name) }
    let present = try value(of: strategy, in: book)
    let (matrix, stress, stressGrid, stressProfit) = try scenarios(strategy, book, margin)
    let payoffs = margin.payoffs(of: filled)
    let outlook = outlook(filled, payoffs, margin)
    let liquidation = presentLiquidation(filled, book, margin)
    let late = lateDays(filled)
    return StrategyAnalysis(
      filled: filled, structure: structureName(filled), asOf: market.asOf, spots: spots(filled),
      expiries: expirySummaries(filled), legs: present.legs, greeks: present.greeks, quoteGreeks: present.quoteGreeks,
      profitNow: present.profit, margin: margin,
      plan: request.plan,
      breakEvens: distances(filled, margin, outlook), payoffs: payoffs, outlook: outlook,
      returnOnMargin: returnOnMargin(margin), riskToReward: riskToReward(margin), matrix: matrix, stress: stress,
      stressGrid: stressGrid, stressProfit: stressProfit, curve: curve(filled, payoffs, strategy, book, margin),
      size: request.budget.map {
        PositionSize(of: filled, budget: $0, maxLots: request.maxLots, plan: request.plan)
      },
      lossWithin: lossWithin(filled), wing: wing(for: filled, margin),
      isUnboundedByFees: isUnboundedByFees(filled, margin), presentLiquidation: liquidation.answer,
      warnings: warnings(filled, present.legs, book) + (liquidation.problem.map { [$0] } ?? []) + lateWords(late),
      undrawnDays: late)
  }

  /// Days asked for that have no line, since legs have expired by then.
  private func lateDays(_ filled: FilledStrategy) -> [Double] {
    guard let asked = request.curveDays, let symbol = filled.legs.first?.instrument.underlying,
      let underlying = market[symbol], let last = daysToFirstExpiry(filled, underlying)
    else { return [] }
    return asked.filter { $0 >= last }
  }

  private func lateWords(_ days: [Double]) -> [String] {
    guard !days.isEmpty else { return [] }
    let list = days.map { Int64(exactly: $0).map { "\($0)" } ?? "\($0)" }.joined(separator: ", ")
    return ["no value is drawn after \(list) days: a leg has expired by then"]
  }

  // MARK: Scenarios

  private static let matrixSpots = [-0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2]
  private static let matrixVolatilities = [-0.1, 0, 0.1]

  private func scenarios(
    _ strategy: ResolvedStrategy, _ book: ResolvedBook, _ margin: StrategyMargin
  ) throws(PricingError) -> (ProfitMatrix, ProfitAndLoss.Summary, ScenarioGrid, [Double]) {
    let (spots, volatilities) = (StrategyAnalyzer.matrixSpots, StrategyAnalyzer.matrixVolatilities)
    guard
      let small = try? ScenarioGrid(
        spotShifts: spots, volatilityShifts: volatilities, dynamics: request.dynamics),
      let wide = try? ScenarioGrid(
        spotShifts: ScenarioGrid.nodes(from: -0.3, to: 0.3, count: 61),
        volatilityShifts: ScenarioGrid.nodes(from: -0.2, to: 0.4, count: 13), dynamics: request.dynamics)
    else { throw .missing("grid", instrument: strategy.name) }
    let result = try ScenarioEngine(book: book, market: market, grid: small, pricer: request.pricer)
      .profit(of: strategy)
    let stress = try ScenarioEngine(book: book, market: market, grid: wide, pricer: request.pricer)
      .profit(of: strategy)
    let rows = volatilities.indices.map { row in
      Array(result[(1 + row * spots.count)..<(1 + (row + 1) * spots.count)])
    }
    return (
      ProfitMatrix(spotShifts: spots, volatilityShifts: volatilities, profit: rows),
      ProfitAndLoss.Summary(of: stress, margin: margin.margin.map(PostedMargin.init)), wide,
      Array(stress.dropFirst())
    )
  }

  // MARK: The margin's figures beside the market

  private func spots(_ filled: FilledStrategy) -> [(underlying: String, spot: Price)] {
    filled.legsByUnderlying.compactMap { group in
      market[group.underlying].map { (group.underlying, $0.spot) }
    }
  }

  /// True where a discount factor of the strategy's account exceeds 1, in which case a mark can lie beyond the payoff's
  /// own bounds: in coin that of the coin, in quote currency what the forward implies where the chain is quoted in coin.
  func discounts(_ filled: FilledStrategy) -> DiscountOrder {
    DiscountOrder(
      filled.legs.compactMap { leg in
        guard let expiry = leg.instrument.expiry, let underlying = market[leg.instrument.underlying],
          let forward = try? underlying.forward(of: expiry)
        else { return nil }
        return (years: forward.years, rate: filled.settlement == .coin ? forward.dividendYield : forward.rate)
      })
  }

  private func distances(
    _ filled: FilledStrategy, _ margin: StrategyMargin, _ outlook: ExpiryOutlook?
  ) -> [BreakEvenDistance] {
    let all = spots(filled)
    guard all.count == 1, let spot = all.first?.spot.value else { return [] }
    return margin.breakEvens.compactMap { breakEven in
      let ends = [breakEven.low, breakEven.high].compactMap { $0?.doubleValue }
      guard let price = ends.min(by: { abs($0 - spot) < abs($1 - spot) }) else { return nil }
      return BreakEvenDistance(
        breakEven: breakEven, relative: price / spot - 1,
        deviations: price > 0 ? outlook?.distribution.deviations(from: spot, to: price) : nil)
    }
  }

  private func outlook(
    _ filled: FilledStrategy, _ payoffs: [(underlying: String, payoff: Payoff)], _ margin: StrategyMargin
  ) -> ExpiryOutlook? {
    guard filled.expiries.count == 1, payoffs.count == 1, let expiry = filled.expiries.first,
      let only = payoffs.first, let underlying = market[only.underlying],
      let distribution = ExpiryDistribution(underlying, expiry: expiry, settlement: filled.settlement)
    else { return nil }
    return ExpiryOutlook(
      payoff: only.payoff, cost: filled.entryCost + filled.fees, breakEvens: margin.breakEvens,
      distribution: distribution)
  }

  private func returnOnMargin(_ margin: StrategyMargin) -> Double? {
    guard margin.status == .ok, let profit = margin.maxProfit, let posted = margin.margin, posted.minorUnits > 0 else {
      return nil
    }
    return profit.divided(by: posted.exact)?.doubleValue
  }

  private func riskToReward(_ margin: StrategyMargin) -> Double? {
    guard margin.status == .ok, let profit = margin.maxProfit, let loss = margin.maxLoss, profit.sign > 0,
      loss.sign > 0
    else { return nil }
    return loss.divided(by: profit)?.doubleValue
  }

  func lossWithin(_ filled: FilledStrategy) -> LossWithinRange? {
    guard let within = request.within else { return nil }
    var ranges: [String: PriceRange] = [:]
    for (underlying, spot) in spots(filled) {
      ranges[underlying] = try? PriceRange(around: spot.exact, fromPercent: within.low, toPercent: within.high)
    }
    return try? LossWithinRange(of: filled, ranges: ranges)
  }

  private func expirySummaries(_ filled: FilledStrategy) -> [ExpirySummary] {
    filled.legsByUnderlying.flatMap { group -> [ExpirySummary] in
      guard let underlying = market[group.underlying] else { return [] }
      return Strategy.distinctExpiries(group.legs.compactMap { $0.instrument.expiry }).compactMap { expiry in
        guard let forward = try? underlying.forward(of: expiry), let instant = try? underlying.instant(of: expiry)
        else { return nil }
        return ExpirySummary(
          underlying: group.underlying, expiry: expiry, instant: instant, forward: forward,
          volatility: underlying.surface.volatility(logMoneyness: 0, years: forward.years)?.value)
      }
    }
  }
}

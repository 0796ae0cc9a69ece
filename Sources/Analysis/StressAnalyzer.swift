import Basics
import Instruments
public import IsolatedMargin
public import MarketData
public import Pricing
public import Scenarios

/// A strategy under a set of scenarios, beside the margin that secures it.
public struct StressResult: Sendable {
  public let filled: FilledStrategy
  public let margin: StrategyMargin
  /// Of the only underlying, unshocked, in quote currency; nil for several.
  public let spot: Double?
  public let profitAndLoss: ProfitAndLoss
  /// What losses are compared with; nil where there is no margin.
  private let posted: PostedMargin?

  init(filled: FilledStrategy, margin: StrategyMargin, spot: Double?, profitAndLoss: ProfitAndLoss) {
    self.filled = filled
    self.margin = margin
    self.spot = spot
    self.profitAndLoss = profitAndLoss
    posted = margin.margin.map(PostedMargin.init)
  }

  /// The margin as a floating number; nil where there is none.
  public var marginValue: Double? { posted?.amount }

  /// Over the nodes 1 to N.
  public var summary: ProfitAndLoss.Summary { profitAndLoss.summary(margin: posted) }

  /// max(0, -P&L) / margin of a scenario, and 1 for one beyond it by no more than rounding; nil without a margin, and where nothing
  /// is lost of a margin of 0.
  public func lossShare(_ scenario: Int) -> Double? {
    guard let posted else { return nil }
    let share = posted.lossShare(of: profitAndLoss.profit[scenario])
    return posted.amount == 0 && share == 0 ? nil : share
  }
}

/// Stresses strategies one after the other; a contract that several of them hold is valued once.
public struct StressAnalyzer: Sendable {
  private var engine: ScenarioEngine
  private let market: MarketState
  private let reserve: PerpetualReserve
  private let plan: ClosingPlan?
  public var scenarios: ScenarioSet { engine.scenarios }

  /// - Parameter plan: what to do with several expiries; nil leaves them without a margin.
  public init(
    market: MarketState, scenarios: ScenarioSet, reserve: PerpetualReserve = .none,
    pricer: OptionPricer = .blackScholes, plan: ClosingPlan? = nil
  ) {
    self.plan = plan
    self.market = market
    self.reserve = reserve
    engine = ScenarioEngine(book: ResolvedBook(market: market), market: market, scenarios: scenarios, pricer: pricer)
  }

  /// The same over a grid.
  public init(
    market: MarketState, grid: ScenarioGrid, reserve: PerpetualReserve = .none, pricer: OptionPricer = .blackScholes,
    plan: ClosingPlan? = nil
  ) {
    self.init(market: market, scenarios: .grid(grid), reserve: reserve, pricer: pricer, plan: plan)
  }

  /// - Throws: ``PricingError`` where the market cannot value a leg.
  public mutating func stress(_ filled: FilledStrategy) throws(PricingError) -> StressResult {
    let result = try engine.profitAndLoss(of: filled)
    let underlyings = filled.legsByUnderlying
    let spot = underlyings.count == 1 ? underlyings.first.flatMap { market[$0.underlying]?.spot.value } : nil
    return StressResult(
      filled: filled, margin: StrategyMargin(of: filled, reserve: reserve, plan: plan, market: market), spot: spot,
      profitAndLoss: result)
  }

  /// Revalues each leg of a strategy alone; their P&L adds up to the strategy's, less fees of the strategy as a whole.
  ///
  /// - Throws: ``PricingError``, as ``stress(_:)``.
  public mutating func stressLegs(of filled: FilledStrategy) throws(PricingError) -> [ProfitAndLoss] {
    var legs: [ProfitAndLoss] = []
    for leg in filled.legs {
      legs.append(
        try engine.profitAndLoss(
          of: try FilledStrategy(
            name: filled.name, settlement: filled.settlement, currency: filled.currency, legs: [leg])))
    }
    return legs
  }
}

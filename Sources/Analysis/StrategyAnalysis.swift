public import Basics
public import Instruments
public import IsolatedMargin
public import MarketData
public import Pricing
public import Scenarios

/// A leg with its quote and its share of the whole.
public struct LegAnalysis: Sendable {
  public let leg: FilledLeg
  /// In the chain's unit; nil for legs that no chain quotes.
  public let quote: OptionQuote?
  /// Of the surface at the leg's strike; nil for linear legs.
  public let volatility: Double?
  public let isExtrapolated: Bool
  /// Of the leg's position, in settlement currency.
  public let greeks: Greeks
  /// Of the leg's position, in quote currency; the same as `greeks` in quote settlement.
  public let quoteGreeks: Greeks
}

/// A break-even with its distance from spot.
public struct BreakEvenDistance: Sendable {
  public let breakEven: BreakEven
  /// Of its nearer end, relative to spot: 0.05 is five percent above.
  public let relative: Double
  /// In standard deviations of ln S to expiry, down negative; nil without a volatility.
  public let deviations: Double?
}

/// A small table of P&L over spot and volatility today.
public struct ProfitMatrix: Sendable {
  /// Relative.
  public let spotShifts: [Double]
  /// Absolute, as fractions.
  public let volatilityShifts: [Double]
  /// Row by volatility shift, column by spot shift; settlement currency.
  public let profit: [[Double]]
}

/// What an expiry is priced off.
public struct ExpirySummary: Sendable {
  public let underlying: String
  public let expiry: Expiry
  public let instant: Instant
  public let forward: Forward
  /// At the forward; nil without quotes.
  public let volatility: Double?
}

/// The cheapest option on the chain that would bound an unbounded strategy.
public struct BoundingWing: Sendable {
  public let contract: OptionContract
  /// Units to buy, exact, rounded up to 10^-8.
  public let quantity: Quantity
  /// Of the whole wing, in settlement currency, at the ask.
  public let cost: ExactAmount
  /// Of the strategy with the wing.
  public let margin: Money?
}

/// Everything the page of one strategy shows; produced by ``StrategyAnalyzer``.
public struct StrategyAnalysis: Sendable {
  public let filled: FilledStrategy
  /// The catalogue's name for the legs; nil for a shape it does not know.
  public let structure: String?
  public let asOf: Instant
  /// In the order of the legs' first mention.
  public let spots: [(underlying: String, spot: Price)]
  public let expiries: [ExpirySummary]
  public let legs: [LegAnalysis]
  /// Of the whole position, in settlement currency.
  public let greeks: Greeks
  /// Of the whole position, in quote currency.
  public let quoteGreeks: Greeks
  /// Value less entry cost less fees: the P&L since entry, at the model's value.
  public let profitNow: Double
  public let margin: StrategyMargin
  /// What is done with several expiries; nil where nothing was said.
  public let plan: ClosingPlan?
  public let breakEvens: [BreakEvenDistance]
  /// Of each underlying's legs, in the order of their first mention.
  public let payoffs: [(underlying: String, payoff: Payoff)]
  /// Nil for several expiries or underlyings, and without a volatility.
  public let outlook: ExpiryOutlook?
  /// Maximum profit over margin; nil where either is unbounded or the margin is 0.
  public let returnOnMargin: Double?
  /// Maximum loss over maximum profit; nil where either is unbounded or not positive.
  public let riskToReward: Double?
  public let matrix: ProfitMatrix
  public let stress: ProfitAndLoss.Summary
  /// The grid that `stress` sums up.
  public let stressGrid: ScenarioGrid
  /// The P&L at its nodes 1 to N, days slowest and spot fastest.
  public let stressProfit: [Double]
  /// Nil for several underlyings.
  public let curve: ProfitCurve?
  public let size: PositionSize?
  public let lossWithin: LossWithinRange?
  public let wing: BoundingWing?
  /// True where the loss has no bound only because the delivery fee is a share of the underlying's price.
  public let isUnboundedByFees: Bool
  /// Nil without a margin or deposit, for several underlyings, and where the rule does not speak of such a strategy.
  public let presentLiquidation: PresentLiquidation?
  public let warnings: [String]
  /// Calendar days asked for that have no line in the picture, since a leg has expired by then; ``warnings`` say it too.
  public let undrawnDays: [Double]

  public var settlement: Settlement { filled.settlement }
  public var currency: Currency { filled.currency }
}

public import Basics
public import IsolatedMargin
public import MarginRules
public import MarketData
public import Pricing

/// One strategy under several rules, beside its isolated maximum loss.
public struct StrategyComparison: Sendable {
  public let filled: FilledStrategy
  public let asOf: Instant
  public let margin: StrategyMargin
  /// What was asked for several expiries; nil where nothing was.
  public let plan: ClosingPlan?
  /// In the order in which the rules were named.
  public let verdicts: [RuleVerdict]

  public var currency: Currency { filled.currency }

  /// True where a rule could not be asked for the market's sake.
  public var isInvalid: Bool { verdicts.contains { $0.status == .invalid } }

  /// What the holder brings of their own under a rule: max(0, initial + entry cost + fees), rounded up.
  ///
  /// A requirement counts the cash that stands in the account once the premium has changed hands, so a premium paid and
  /// the fees come on top of it, and a premium received pays a part of it. Under the maximum loss this is the margin.
  /// - Returns: nil without an answer, or where the amount does not fit 64 bits.
  public func ownMoney(_ verdict: RuleVerdict) -> Money? {
    verdict.initial.flatMap { StrategyComparison.ownMoney($0, margin) }
  }

  static func ownMoney(_ initial: Requirement, _ margin: StrategyMargin) -> Money? {
    let amount = max(.zero, initial.total.exact + margin.entryCost + margin.fees)
    return try? Money(rounding: amount, to: margin.currency, .up)
  }

  /// Own money under a rule over the maximum loss: 1 where the margin is the maximum loss, less where more can be lost than
  /// was brought. Nil where the loss has no bound, or is none.
  public func ratioToMaximumLoss(_ verdict: RuleVerdict) -> Double? {
    guard let loss = margin.maxLoss, loss.sign > 0, let money = ownMoney(verdict) else { return nil }
    return money.exact.divided(by: loss)?.doubleValue
  }
}

/// Puts the requirements of several rules for a strategy side by side.
///
/// The market is asked once for a strategy, whatever the number of rules; a rule that does not answer is a verdict like the
/// others, so that nobody takes silence for a requirement of zero.
public struct RuleComparison: Sendable {
  public let market: MarketState
  public let rules: [RuleOnDay]
  /// Whether to look for the prices at which each rule would liquidate, which costs more than all requirements together.
  public let hasLiquidation: Bool
  /// What is done at the first of several expiries: the maximum loss needs it, venues have calendars of their own.
  public let plan: ClosingPlan?

  public init(
    market: MarketState, rules: [RuleOnDay], hasLiquidation: Bool = true, plan: ClosingPlan? = nil
  ) {
    self.plan = plan
    self.market = market
    self.rules = rules
    self.hasLiquidation = hasLiquidation
  }

  /// - Throws: ``MarginRulesError`` `.pricing` where the market cannot value a leg: then no rule has anything to say.
  /// - Complexity: one look at the market and one answer of each rule; with liquidation two regions of each.
  public func compare(_ filled: FilledStrategy) throws(MarginRulesError) -> StrategyComparison {
    let discounts = StrategyAnalyzer(market: market).discounts(filled)
    let margin = StrategyMargin(of: filled, discounts: discounts, plan: plan, market: market)
    let inputs = try RuleInputs(of: filled, in: market, plan: plan, knownLoss: margin.maximumLoss)
    var verdicts = rules.map { RuleVerdict($0, for: inputs) }
    if hasLiquidation {
      let question = LiquidationQuestion(inputs, margin)
      for index in verdicts.indices { verdicts[index].liquidation = question.answer(verdicts[index]) }
    }
    return StrategyComparison(filled: filled, asOf: market.asOf, margin: margin, plan: plan, verdicts: verdicts)
  }
}

public import IsolatedMargin
public import MarginRules
public import MarketData
public import Pricing

/// One rule asked on one market, for any number of strategies.
public struct RuleQuestion: Sendable {
  public let rule: any MarginRule
  public let market: MarketState
  /// What is done at the first of several expiries, for a rule about the maximum loss.
  public let plan: ClosingPlan?

  public init(_ rule: any MarginRule, in market: MarketState, plan: ClosingPlan? = nil) {
    self.rule = rule
    self.market = market
    self.plan = plan
  }

  /// What the rule says of a strategy.
  ///
  /// - Parameter knownLoss: The strategy's maximum loss under the plan, where it has been worked out before.
  /// - Throws: ``MarginRulesError`` `.pricing` where the market cannot value a leg: the strategy is then no question for any
  ///   rule.
  public func verdict(
    on filled: FilledStrategy, knownLoss: MaximumLoss? = nil
  ) throws(MarginRulesError) -> RuleVerdict {
    RuleVerdict(.inForce(rule), for: try RuleInputs(of: filled, in: market, plan: plan, knownLoss: knownLoss))
  }
}

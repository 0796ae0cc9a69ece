public import MarginRules
public import MarketData
public import Pricing

/// One rule asked on one market, for any number of strategies.
public struct RuleQuestion: Sendable {
  public let rule: any MarginRule
  public let market: MarketState

  public init(_ rule: any MarginRule, in market: MarketState) {
    self.rule = rule
    self.market = market
  }

  /// What the rule says of a strategy.
  ///
  /// - Throws: ``MarginRulesError`` `.pricing` where the market cannot value a leg: the strategy is then no question for any
  ///   rule.
  public func verdict(on filled: FilledStrategy) throws(MarginRulesError) -> RuleVerdict {
    RuleVerdict(.inForce(rule), for: try RuleInputs(of: filled, in: market))
  }
}

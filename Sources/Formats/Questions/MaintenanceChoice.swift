public import IsolatedMargin
public import MarginRules
public import MarketData
public import Pricing

/// What `--maintenance` names: a requirement of its own, or a venue's rule, which is made for each strategy.
public enum MaintenanceChoice: Sendable {
  case model(any MaintenanceModel)
  case rule(any MaintainedRule)

  /// True where the requirement is known at the market's own time and volatilities only.
  public var isOfMoment: Bool {
    if case .rule(let rule) = self { rule.isMaintenanceOfMoment } else { false }
  }

  /// - Parameter plan: For rules about the maximum loss of several expiries.
  /// - Throws: ``MarginRulesError`` where the market cannot value a leg.
  public func model(
    for strategy: FilledStrategy, in market: MarketState, plan: ClosingPlan? = nil
  ) throws(MarginRulesError) -> any MaintenanceModel {
    switch self {
    case .model(let model): return model
    case .rule(let rule): return rule.maintenanceModel(for: try RuleInputs(of: strategy, in: market, plan: plan))
    }
  }
}

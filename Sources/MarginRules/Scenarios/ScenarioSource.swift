/// A rule that works by scenarios: which they are is data of the rule, valuing them is the same for all.
public protocol ScenarioSource: MarginRule {
  /// The scenarios of an underlying in the rule's order, at least one.
  func scenarios(of underlying: String) -> [RuleScenario]
}

extension SPANRule: ScenarioSource {
  public func scenarios(of underlying: String) -> [RuleScenario] { scenarios }
}

extension ScenarioGridRule: ScenarioSource {
  public func scenarios(of underlying: String) -> [RuleScenario] { scenarios }
}

extension RiskBasedRule: ScenarioSource {
  public func scenarios(of underlying: String) -> [RuleScenario] { range(of: underlying).scenarios }
}

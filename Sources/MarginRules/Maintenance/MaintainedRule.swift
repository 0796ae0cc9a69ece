import Basics
public import IsolatedMargin

/// A rule whose maintenance requirement can be written as a function of spot and marks, so that every price at which it
/// would liquidate a position can be found.
public protocol MaintainedRule: MarginRule {
  /// The model for a strategy in its market.
  ///
  /// - Parameter inputs: Where the requirement needs more than spot and marks: forwards over spot, the time left. They
  ///   are taken as they are there.
  func maintenanceModel(for inputs: RuleInputs) -> any MaintenanceModel

  /// True where the model holds at the market's own moment and volatilities only, as a scan of scenarios does: prices move
  /// through it, days and volatilities do not.
  var isMaintenanceOfMoment: Bool { get }
}

extension MaintainedRule {
  public var isMaintenanceOfMoment: Bool { self is any ScenarioSource }
}

extension RuleCatalogue {
  /// The maintenance of a rule as a function of spot and marks; nil for rules that have none.
  public static func maintenanceModel(
    of rule: any MarginRule, for inputs: RuleInputs
  ) -> (any MaintenanceModel)? { (rule as? any MaintainedRule)?.maintenanceModel(for: inputs) }
}

/// The maintenance of a rulebook.
struct RuleMaintenance: MaintenanceModel {
  let name: String
  let text: String
  let balance: MaintenanceBalance
  private let make: @Sendable (MaintenanceInputs) throws(IsolatedMarginError) -> MaintenanceRequirement

  init(
    _ rule: any MarginRule, text: String, balance: MaintenanceBalance,
    _ make: @escaping @Sendable (MaintenanceInputs) throws(IsolatedMarginError) -> MaintenanceRequirement
  ) {
    name = rule.name
    self.text = text
    self.balance = balance
    self.make = make
  }

  func requirement(for inputs: MaintenanceInputs) throws(IsolatedMarginError) -> MaintenanceRequirement {
    try make(inputs)
  }

  /// What a model answers for a position its rule does not speak of.
  static func refusal(_ rule: any MarginRule, _ position: MaintenanceInputs.Position, _ reason: String)
    -> IsolatedMarginError
  {
    .badInput("maintenance by \(rule.name)", found: "\(position.instrument)", wanted: reason)
  }
}

import Basics
import Instruments
public import IsolatedMargin
import Pricing

// The maintenance of scenario rules as a plain function of spot.
//
// Equity carries the marks, so the requirement is what a rule adds to closing the book: the greatest loss of its scenarios
// and its minimums, at the volatilities and the time left of the market it is made for. Prices move through it; a surface
// over days or volatilities does not.

extension SPANRule: MaintainedRule {
  public func maintenanceModel(for inputs: RuleInputs) -> any MaintenanceModel {
    let sold = inputs.positions.filter { $0.contract != nil && $0.isShort }
    let units = sold.reduce(ExactAmount.zero) { $0 + $1.size }
    return scenarioMaintenance(for: inputs, ScenarioCharge(leastSlope: (units * shortOptionMinimum).doubleValue))
  }
}

extension RiskBasedRule: MaintainedRule {
  public func maintenanceModel(for inputs: RuleInputs) -> any MaintenanceModel {
    let options = inputs.positions.filter { $0.contract != nil }
    let units = options.reduce(ExactAmount.zero) { $0 + $1.size }
    return scenarioMaintenance(for: inputs, ScenarioCharge(least: (units * minimum).doubleValue))
  }
}

extension ScenarioGridRule: MaintainedRule {
  public func maintenanceModel(for inputs: RuleInputs) -> any MaintenanceModel {
    let positions = inputs.positions
    let spot = positions.first?.spot ?? .one
    // Contingencies in quote currency are shares of the underlying, each a multiple of the spot.
    let contingencies = contingencies(of: positions, .quote).reduce(ExactAmount.zero) { $0 + $1.amount }
    let share = (contingencies * maintenanceRatio).divided(by: spot) ?? .zero
    return scenarioMaintenance(
      for: inputs, ScenarioCharge(ratio: maintenanceRatio.doubleValue, slope: share.doubleValue))
  }
}

/// What a rule makes of the greatest loss: max(ratio x loss + slope x spot, least + leastSlope x spot), quote currency.
struct ScenarioCharge: Sendable {
  var ratio = 1.0
  var slope = 0.0
  var least = 0.0
  var leastSlope = 0.0

  func amount(loss: Double, spot: Double) -> Double {
    // In this order, so that a loss that is no number is not passed over.
    let charged = ratio * loss + slope * spot
    let floor = least + leastSlope * spot
    return charged < floor ? floor : charged
  }

  /// The range of the amount's slope, given that of the loss.
  func slopes(of loss: (least: Double, greatest: Double)) -> (least: Double, greatest: Double) {
    (min(ratio * loss.least + slope, leastSlope), max(ratio * loss.greatest + slope, leastSlope))
  }
}

extension ScenarioSource {
  func scenarioMaintenance(for inputs: RuleInputs, _ charge: ScenarioCharge) -> any MaintenanceModel {
    let rule = self
    return RuleMaintenance(
      self, text: "liquidation when equity, marks included, falls below the greatest loss of the rule's scenarios",
      balance: .equity
    ) { maintained throws(IsolatedMarginError) in
      func refusal(_ found: String, _ wanted: String) -> IsolatedMarginError {
        .badInput("maintenance by \(rule.name)", found: found, wanted: wanted)
      }
      guard maintained.strategy == inputs.strategy else {
        throw refusal("another strategy", "the one the model was made for")
      }
      guard inputs.settlement == .quote else { throw refusal("coin settlement", "quote settlement") }
      let positions = inputs.positions
      let underlyings = inputs.positionsByUnderlying
      guard underlyings.count <= 1 else { throw refusal("several underlyings", "one") }
      for position in positions {
        if case .digital = position.instrument { throw refusal(position.name, "a result with a bounded slope") }
      }
      guard let underlying = underlyings.first?.underlying else { return .none }
      let curve = ScenarioCurve(of: positions, rule.scenarios(of: underlying))
      return .function(
        MaintenanceFunction(
          markBounds: [Double](repeating: 0, count: inputs.legs.count), cost: curve.cost,
          slopes: { low, high in charge.slopes(of: curve.slopes(from: low, to: high)) },
          amount: { spot, _ in charge.amount(loss: curve.scanRisk(at: spot), spot: spot) }))
    }
  }
}

public import Basics
import Instruments

/// Liquidation only below zero: no further requirement.
public struct NoMaintenance: MaintenanceModel {
  public init() {}

  public var name: String { "none" }
  public var text: String { "liquidation when equity falls below zero" }
  public var balance: MaintenanceBalance { .equity }

  public func requirement(for inputs: MaintenanceInputs) -> MaintenanceRequirement { .none }
}

/// A fixed share of what was deposited, whatever the market does.
public struct MarginShareMaintenance: MaintenanceModel {
  public let share: ExactAmount

  /// - Throws: ``IsolatedMarginError`` `.badInput` for a share below 0 or above 1.
  public init(share: ExactAmount) throws(IsolatedMarginError) {
    guard share >= .zero, share <= .one else {
      throw .badInput("share of the margin", found: "\(share)", wanted: "0 to 1")
    }
    self.share = share
  }

  public var name: String { "margin=\(share.decimalText(rounding: .nearest))" }
  public var text: String {
    "liquidation when equity falls below \((share * ExactAmount(100)).decimalText(rounding: .nearest)) % of the deposit"
  }
  public var balance: MaintenanceBalance { .equity }

  public func requirement(for inputs: MaintenanceInputs) throws(IsolatedMarginError) -> MaintenanceRequirement {
    .terms([
      try MaintenanceTerm("share of the deposit", greatestOf: [MaintenanceLine(constant: share * inputs.deposit)])
    ])
  }
}

/// A share of the underlying for every short option, with its mark on top or without.
///
/// Long options give no relief. Whether the mark is counted here depends on the balance the venue compares with: beside
/// equity, which carries marks already, it is deducted twice.
public struct SpotShareMaintenance: MaintenanceModel {
  public let share: ExactAmount
  public let hasMarks: Bool
  public let balance: MaintenanceBalance

  /// - Throws: ``IsolatedMarginError`` `.badInput` for a share below 0 or above 1.
  public init(
    share: ExactAmount, hasMarks: Bool = false, balance: MaintenanceBalance = .equity
  ) throws(IsolatedMarginError) {
    guard share >= .zero, share <= .one else {
      throw .badInput("share of the spot", found: "\(share)", wanted: "0 to 1")
    }
    self.share = share
    self.hasMarks = hasMarks
    self.balance = balance
  }

  public var name: String {
    "spot=\(share.decimalText(rounding: .nearest))\(hasMarks ? "+mark" : "")\(balance == .cash ? ",cash" : "")"
  }

  public var text: String {
    let percent = (share * ExactAmount(100)).decimalText(rounding: .nearest)
    let subject =
      balance == .cash ? "cash and the gains of linear legs together fall" : "equity, marks included, falls"
    return "liquidation when \(subject) below \(percent) % of the underlying for each short option"
      + (hasMarks ? ", plus its mark" : "")
  }

  public func requirement(for inputs: MaintenanceInputs) throws(IsolatedMarginError) -> MaintenanceRequirement {
    var terms: [MaintenanceTerm] = []
    for position in inputs.positions where position.instrument.isOption && position.units < .zero {
      let marks = hasMarks ? [MaintenanceLine.Mark(leg: position.leg, share: position.units.magnitude)] : []
      terms.append(
        try MaintenanceTerm(
          "short \(position.instrument)",
          greatestOf: [
            .ofSpot(share, units: position.units, settlement: inputs.settlement, marks: marks)
          ]))
    }
    return .terms(terms)
  }
}

import Basics
import Instruments
import Pricing

/// The liquidation terms of a perpetual as a maintenance model, for boxes that hold option legs beside perpetual ones.
///
/// The tiers become the lines of which the requirement is the greatest, the exit fee a slope beside them; at entry basis the
/// requirement is a constant. Equity then carries every leg's mark, and liquidation is equity below the sum.
public struct PerpetualMaintenance: MaintenanceModel {
  public let name: String
  public let terms: PerpetualTerms

  /// - Throws: ``IsolatedMarginError`` `.badInput` for an exit fee fixed at the bankruptcy price: a box with options has no
  ///   one such price.
  public init(_ terms: PerpetualTerms, name: String = "perpetual") throws(IsolatedMarginError) {
    guard terms.exitFeeBasis == .mark || terms.exitFee.isZero else {
      throw .badInput("exit fee", found: "one fixed at the bankruptcy price", wanted: "one at the mark")
    }
    self.terms = terms
    self.name = name
  }

  public var text: String {
    "liquidation when equity falls below maintenance of perpetuals and futures at the "
      + (terms.basis == .mark ? "mark" : "entry price")
      + (terms.exitFee.isZero ? "" : " and the fee of closing them")
  }

  public var balance: MaintenanceBalance { .equity }

  public func requirement(for inputs: MaintenanceInputs) throws(IsolatedMarginError) -> MaintenanceRequirement {
    var found: [MaintenanceTerm] = []
    for position in inputs.positions {
      switch position.instrument {
      case .perpetual, .future: break
      case .option, .digital, .underlying: continue
      }
      let units = position.units.magnitude
      let lines: [MaintenanceLine]
      switch terms.basis {
      case .mark:
        lines = terms.tiers.lines(units: units, fee: terms.exitFee)
      case .entry:
        let notional = PerpetualMaintenance.entryNotional(of: position, inputs)
        lines = [MaintenanceLine(constant: terms.tiers.requirement(ofNotional: notional), slope: terms.exitFee * units)]
      }
      found.append(try MaintenanceTerm("\(position.instrument)", greatestOf: lines))
    }
    return .terms(found)
  }

  /// What is held at the average entry price of the legs on the side that is left.
  private static func entryNotional(
    of position: MaintenanceInputs.Position, _ inputs: MaintenanceInputs
  ) -> ExactAmount {
    var (units, notional) = (ExactAmount.zero, ExactAmount.zero)
    for leg in inputs.strategy.legs
    where leg.instrument == position.instrument && leg.units.sign == position.units.sign {
      units += leg.units.magnitude
      notional +=
        inputs.settlement == .quote ? leg.units.magnitude * leg.price : leg.units.magnitude.quotient(by: leg.price)
    }
    return (notional * position.units.magnitude).quotient(by: units)
  }
}

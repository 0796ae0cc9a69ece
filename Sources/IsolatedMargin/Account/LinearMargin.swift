public import Basics

/// What a perpetual or future must be covered with: initial margin to open it, maintenance margin to keep it.
///
/// Maintenance is that of the tiers at the notional, and never below 0. Initial margin is initial rate x notional, and at
/// least the maintenance. Both per position, without netting, in the box's currency, rounded up.
public struct LinearMargin: Hashable, Sendable {
  public let maintenance: MaintenanceTiers
  public let initialRate: ExactAmount

  /// - Parameter initialRate: At least the highest maintenance rate, at most 1.
  /// - Throws: ``AccountRefusal`` `.badValue` for another initial rate.
  public init(maintenance: MaintenanceTiers, initialRate: ExactAmount) throws(AccountRefusal) {
    guard initialRate >= maintenance.highestRate, initialRate <= .one else {
      throw .badValue(
        "initial rate", found: "\(initialRate)", wanted: "a rate from \(maintenance.highestRate) to 1")
    }
    self.maintenance = maintenance
    self.initialRate = initialRate
  }

  /// max(0, rate x notional - amount) for a notional of 0 or more; exact.
  public func maintenance(of notional: ExactAmount) -> ExactAmount {
    max(.zero, maintenance.requirement(ofNotional: notional))
  }

  /// What must be covered to open: at least the maintenance; exact.
  public func initial(of notional: ExactAmount) -> ExactAmount {
    max(initialRate * notional, maintenance(of: notional))
  }
}

public import Basics

/// What a perpetual or future must be covered with: initial margin to open it, maintenance margin to keep it.
///
/// Maintenance is rate x notional - amount, with rate and amount of the tier that holds the notional; the amounts make it
/// continuous: amount_k = amount_(k-1) + floor_k (rate_k - rate_(k-1)). Initial margin is initial rate x notional, and at
/// least the maintenance. Both per position, without netting, in the box's currency, rounded up.
public struct LinearMargin: Hashable, Sendable {
  /// The rate from a notional on.
  public struct Tier: Hashable, Sendable {
    /// The notional from which the tier holds; 0 for the first.
    public let floor: ExactAmount
    public let maintenanceRate: ExactAmount

    public init(floor: ExactAmount, maintenanceRate: ExactAmount) {
      self.floor = floor
      self.maintenanceRate = maintenanceRate
    }
  }

  public let tiers: [Tier]
  /// One for each tier: what is taken off.
  public let amounts: [ExactAmount]
  public let initialRate: ExactAmount

  /// - Parameters:
  ///   - tiers: Ascending floors from 0, rates from 0 to below 1 that do not fall.
  ///   - amount: What is taken off in the first tier; 0 or more.
  ///   - initialRate: At least the last tier's rate, at most 1.
  /// - Throws: ``AccountRefusal`` `.badValue` for anything else.
  public init(
    tiers: [Tier], amount: ExactAmount = .zero, initialRate: ExactAmount
  ) throws(AccountRefusal) {
    guard let first = tiers.first, first.floor.isZero else {
      throw .badValue("margin tiers", found: "\(tiers.first?.floor ?? .zero) first", wanted: "a first tier from 0")
    }
    guard amount >= .zero else {
      throw .badValue("maintenance amount", found: "\(amount)", wanted: "an amount of 0 or more")
    }
    var amounts = [amount]
    for (tier, next) in zip(tiers, tiers.dropFirst()) {
      guard tier.floor < next.floor, tier.maintenanceRate <= next.maintenanceRate else {
        throw .badValue(
          "margin tiers", found: "\(next.maintenanceRate) from \(next.floor)", wanted: "rising floors and rates")
      }
      amounts.append((amounts.last ?? .zero) + next.floor * (next.maintenanceRate - tier.maintenanceRate))
    }
    for tier in tiers where tier.maintenanceRate < .zero || tier.maintenanceRate >= .one {
      throw .badValue(
        "maintenance rate", found: "\(tier.maintenanceRate)", wanted: "a rate from 0 to below 1")
    }
    let highest = tiers.last?.maintenanceRate ?? .zero
    guard initialRate >= highest, initialRate <= .one else {
      throw .badValue("initial rate", found: "\(initialRate)", wanted: "a rate from \(highest) to 1")
    }
    self.tiers = tiers
    self.amounts = amounts
    self.initialRate = initialRate
  }

  /// One rate for every notional.
  public init(
    maintenanceRate: ExactAmount, amount: ExactAmount = .zero, initialRate: ExactAmount
  ) throws(AccountRefusal) {
    try self.init(
      tiers: [Tier(floor: .zero, maintenanceRate: maintenanceRate)], amount: amount, initialRate: initialRate)
  }

  /// max(0, rate x notional - amount) for a notional of 0 or more; exact.
  public func maintenance(of notional: ExactAmount) -> ExactAmount {
    let index = tiers.lastIndex { $0.floor <= notional } ?? 0
    return max(.zero, tiers[index].maintenanceRate * notional - amounts[index])
  }

  /// What must be covered to open: at least the maintenance; exact.
  public func initial(of notional: ExactAmount) -> ExactAmount {
    max(initialRate * notional, maintenance(of: notional))
  }
}

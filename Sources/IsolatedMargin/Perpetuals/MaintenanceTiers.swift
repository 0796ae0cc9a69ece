public import Basics

/// The maintenance requirement of a position as a function of its notional: rate x notional - amount, in margin currency.
///
/// Tier k holds the notionals in (from_k, from_k+1]. With amounts d_0 = 0, d_k = d_k-1 + from_k (m_k - m_k-1) the function
/// is continuous, and with rates that do not fall it is convex: the greatest of its lines m_k n - d_k. So one position has
/// one liquidation price, whichever tiers lie between, and a higher tier never lowers a requirement.
public struct MaintenanceTiers: Hashable, Sendable {
  public struct Tier: Hashable, Sendable {
    /// The notional above which the tier holds.
    public let from: ExactAmount
    /// m, a share of the notional: 0 or more and below 1.
    public let rate: ExactAmount
    /// d, which the requirement is less by.
    public let amount: ExactAmount

    /// m n - d.
    func requirement(_ notional: ExactAmount) -> ExactAmount { rate * notional - amount }
  }

  /// In ascending order; the first is from 0.
  public let tiers: [Tier]

  /// Makes the tiers of a table of rates; the amounts follow from continuity.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for no tier, a first one that is not from 0, bounds that do not rise,
  ///   rates that fall, and a rate below 0 or not below 1.
  public init(_ rates: [(from: ExactAmount, rate: ExactAmount)]) throws(IsolatedMarginError) {
    guard let first = rates.first else { throw .badInput("tiers", found: "none", wanted: "one or more") }
    guard first.from.isZero else { throw .badInput("tier 1", found: "from \(first.from)", wanted: "from 0") }
    var tiers: [Tier] = []
    for (index, next) in rates.enumerated() {
      try MaintenanceTiers.check(rate: next.rate, "rate of tier \(index + 1)")
      var amount = ExactAmount.zero
      if let last = tiers.last {
        guard next.from > last.from else {
          throw .badInput("tier \(index + 1)", found: "from \(next.from)", wanted: "from more than \(last.from)")
        }
        guard next.rate >= last.rate else {
          throw .badInput("rate of tier \(index + 1)", found: "\(next.rate)", wanted: "\(last.rate) or more")
        }
        amount = last.amount + next.from * (next.rate - last.rate)
      }
      tiers.append(Tier(from: next.from, rate: next.rate, amount: amount))
    }
    self.tiers = tiers
  }

  /// Makes one tier of a stated rate and amount, which hold at every notional.
  ///
  /// A venue prints them for the tier in which a position is. The amount is taken as stated: below a notional of amount /
  /// rate the requirement is then negative.
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a rate below 0 or not below 1, and an amount below 0.
  public init(rate: ExactAmount, amount: ExactAmount = .zero) throws(IsolatedMarginError) {
    try MaintenanceTiers.check(rate: rate, "maintenance rate")
    guard amount >= .zero else { throw .badInput("maintenance amount", found: "\(amount)", wanted: "0 or more") }
    tiers = [Tier(from: .zero, rate: rate, amount: amount)]
  }

  private init(unchecked tiers: [Tier]) { self.tiers = tiers }

  private static func check(rate: ExactAmount, _ name: String) throws(IsolatedMarginError) {
    guard rate >= .zero, rate < .one else {
      throw .badInput(name, found: "\(rate)", wanted: "a share of 0 or more, below 1")
    }
  }

  /// The place of the tier that holds a notional; 0 for notionals of 0 and less.
  public func index(holding notional: ExactAmount) -> Int {
    (tiers.lastIndex { $0.from < notional }) ?? 0
  }

  /// The tier that holds a notional.
  public func tier(holding notional: ExactAmount) -> Tier { tiers[index(holding: notional)] }

  /// The notionals that tier `index` holds are above its `from`, up to and with this; nil for the last.
  public func upperBound(ofTier index: Int) -> ExactAmount? {
    index + 1 < tiers.count ? tiers[index + 1].from : nil
  }

  /// The requirement at a notional of 0 or more, in margin currency.
  public func requirement(ofNotional notional: ExactAmount) -> ExactAmount {
    tier(holding: notional).requirement(notional)
  }

  /// The highest rate: that of the last tier.
  public var highestRate: ExactAmount { tiers.last?.rate ?? .zero }

  /// The same tiers with rates and amounts times a factor: a target above maintenance, such as 1.2 times it.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a factor below 0 or one that brings a rate to 1.
  public func scaled(by factor: ExactAmount) throws(IsolatedMarginError) -> MaintenanceTiers {
    guard factor >= .zero, highestRate * factor < .one else {
      throw .badInput("factor", found: "\(factor)", wanted: "0 or more, and rates below 1 with it")
    }
    return MaintenanceTiers(
      unchecked: tiers.map { Tier(from: $0.from, rate: $0.rate * factor, amount: $0.amount * factor) })
  }
}

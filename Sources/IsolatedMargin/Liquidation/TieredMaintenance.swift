public import Basics
import Instruments

/// A rate of the notional that rises with it, in tiers: rate x notional - amount.
///
/// The amount of each tier is d(k) = d(k-1) + B(k) (m(k) - m(k-1)), which makes the requirement continuous and convex, and
/// so the greatest of its lines. Notional is units x spot in quote currency, and N / spot in coin, where the
/// borders are coins too. Legs of one instrument are one position; each position is tiered by itself.
public struct TieredMaintenance: MaintenanceModel {
  /// A rate from a notional on.
  public struct Tier: Hashable, Sendable {
    /// Settlement currency; the first tier's is 0.
    public let notional: ExactAmount
    /// Share of the notional, from 0 to below 1.
    public let rate: ExactAmount

    public init(notional: ExactAmount, rate: ExactAmount) {
      self.notional = notional
      self.rate = rate
    }
  }

  public let name: String
  public let tiers: [Tier]
  /// True where a short option's underlying counts as its notional too.
  public let includesShortOptions: Bool

  /// - Throws: ``IsolatedMarginError`` `.badInput` unless the first notional is 0, notionals rise and rates, all from 0 to
  ///   below 1, never fall.
  public init(
    name: String = "tiers", tiers: [Tier], includesShortOptions: Bool = false
  ) throws(IsolatedMarginError) {
    guard let first = tiers.first, first.notional.isZero else {
      throw .badInput("tiers", found: tiers.isEmpty ? "none" : "a first notional above 0", wanted: "a first one at 0")
    }
    for tier in tiers where tier.rate < .zero || tier.rate >= .one {
      throw .badInput("tier from \(tier.notional)", found: "rate \(tier.rate)", wanted: "0 to below 1")
    }
    for (lower, upper) in zip(tiers, tiers.dropFirst()) {
      guard lower.notional < upper.notional, lower.rate <= upper.rate else {
        throw .badInput("tier from \(upper.notional)", found: "a notional or rate that falls", wanted: "rising tiers")
      }
    }
    self.name = name
    self.tiers = tiers
    self.includesShortOptions = includesShortOptions
  }

  public var text: String {
    "liquidation when equity falls below tiered rates of the notional of perpetuals and futures"
      + (includesShortOptions ? " and of short options" : "")
  }
  public var balance: MaintenanceBalance { .equity }

  /// The constant of each tier's line; 0 for the first.
  public var amounts: [ExactAmount] {
    var amounts: [ExactAmount] = []
    var last = ExactAmount.zero
    for (index, tier) in tiers.enumerated() {
      if index > 0 { last += tier.notional * (tier.rate - tiers[index - 1].rate) }
      amounts.append(last)
    }
    return amounts
  }

  public func requirement(for inputs: MaintenanceInputs) throws(IsolatedMarginError) -> MaintenanceRequirement {
    var terms: [MaintenanceTerm] = []
    for position in inputs.positions {
      let isLinear: Bool
      switch position.instrument {
      case .perpetual, .future: isLinear = true
      case .option, .digital:
        guard includesShortOptions, position.units < .zero else { continue }
        isLinear = false
      case .underlying: continue
      }
      let units = position.units.magnitude
      let lines = zip(tiers, amounts).map { tier, amount in
        // An inverse contract's notional is N/S, an option's on a coin is its units of the coin.
        isLinear || inputs.settlement == .quote
          ? MaintenanceLine(constant: .zero - amount, slope: tier.rate * units)
          : MaintenanceLine(constant: tier.rate * units - amount)
      }
      terms.append(try MaintenanceTerm("\(position.instrument)", greatestOf: lines))
    }
    return .terms(terms)
  }
}

/// What a market's discount factors leave of the argument that a funded box is never liquidated (``LiquidationSafety``).
///
/// Each factor is what a unit of the settlement currency paid at an expiry is worth now: exp(-rate t) in quote currency,
/// exp(-coin rate t) in coin, where it is as uneven as the chain's forwards.
public struct DiscountOrder: Hashable, Sendable {
  /// A unit paid at some expiry is worth more than one now.
  public let exceedsOne: Bool
  /// A unit paid at some expiry is worth more than one paid at an earlier expiry.
  public let rises: Bool

  /// Nothing is known of a market, or nothing speaks against the argument.
  public static let sound = DiscountOrder(exceedsOne: false, rises: false)

  public init(exceedsOne: Bool, rises: Bool) {
    self.exceedsOne = exceedsOne
    self.rises = rises
  }

  /// - Parameter factors: The time to each expiry, and the rate of the settlement currency to it; in any order.
  public init(_ factors: [(years: Double, rate: Double)]) {
    let exponents = factors.sorted { $0.years < $1.years }.map { (years: $0.years, exponent: $0.rate * $0.years) }
    exceedsOne = exponents.contains { $0.exponent < 0 }
    // Two quotes of one expiry may differ by a rounding.
    rises = zip(exponents, exponents.dropFirst()).contains { earlier, later in
      later.years > earlier.years && later.exponent < earlier.exponent - 1e-13
    }
  }
}

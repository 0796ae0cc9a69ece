public import Basics

/// The greatest amount of which every leg of a strategy holds a whole number: units = scale x ratio.
///
/// A condor of a tenth of a coin is a tenth of the condor of one. Sums over legs run over the whole numbers, which are
/// mostly 1 and -1 and multiply without rounding, and the scale comes in once, at the end. So strategies that differ in
/// size alone share one sum.
public struct LegScale: Hashable, Sendable {
  /// In units of the underlying; above 0. For a coin strategy's futures, of quote currency.
  public let value: Double
  /// The same as a count of 10^-16.
  private let count: Int128

  /// - Parameters:
  ///   - count: The number of legs; none at all gives 1.
  ///   - leg: Quantity and multiplier of a leg by its number, neither of them zero.
  public init(count legCount: Int, _ leg: (Int) -> (quantity: Quantity, multiplier: Quantity)) {
    guard legCount > 0 else {
      (value, count) = (1, 10_000_000_000_000_000)
      return
    }
    let multiplier = leg(0).multiplier.count
    var quantity: UInt64 = 0
    var isUniform = true
    for index in 0..<legCount {
      let own = leg(index)
      isUniform = isUniform && own.multiplier.count == multiplier
      quantity = LegScale.divisor(quantity, own.quantity.count.magnitude)
    }
    if isUniform {
      count = Int128(quantity) * Int128(multiplier)
    } else {
      var common: UInt128 = 0
      for index in 0..<legCount {
        let own = leg(index)
        common = LegScale.divisor(common, (Int128(own.quantity.count) * Int128(own.multiplier.count)).magnitude)
      }
      // A product of two 64-bit counts, and what divides it, is far inside the range.
      count = Int128(truncatingIfNeeded: common)
    }
    // Both are whole numbers that a Double holds, so that the quotient is rounded once.
    value =
      count <= 1 << 53
      ? Double(Int64(truncatingIfNeeded: count)) / 1e16 : ExactAmount(wide: count, decimals: 16).doubleValue
  }

  /// How many times the scale a leg holds, with the leg's sign: a whole number, rounded only beyond 2^53.
  public func ratio(quantity: Quantity, multiplier: Quantity) -> Double {
    let units = Int128(quantity.count) * Int128(multiplier.count)
    if units == count { return 1 }
    if units == -count { return -1 }
    return count == 0 ? 0 : Double(units / count)
  }

  /// Euclid's; 0 divides by everything.
  private static func divisor<Number: FixedWidthInteger & UnsignedInteger>(_ a: Number, _ b: Number) -> Number {
    var (a, b) = (a, b)
    if a == b { return a }
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}

public import Basics
import RealModule

/// A positive factor, known to lie between two exact numbers: a discount factor is irrational, a bound must not be.
public struct FactorRange: Hashable, Sendable {
  public let lower: ExactAmount
  public let upper: ExactAmount

  public static let one = FactorRange(unchecked: .one, .one)

  /// True where the factor is known exactly.
  public var isExact: Bool { lower == upper }

  /// - Throws: ``IsolatedMarginError`` `.badInput` unless 0 < `lower` <= `upper`.
  public init(lower: ExactAmount, upper: ExactAmount) throws(IsolatedMarginError) {
    guard lower > .zero, lower <= upper else {
      throw .badInput("factor", found: "\(lower) to \(upper)", wanted: "0 < low <= high")
    }
    self.init(unchecked: lower, upper)
  }

  private init(unchecked lower: ExactAmount, _ upper: ExactAmount) {
    self.lower = lower
    self.upper = upper
  }

  /// Encloses exp(`rate` x `years`); exactly 1 for a product of 0.
  ///
  /// The product is rounded once, `years` once before it; an exponential is taken to be right to a unit in its last place.
  /// Together they stay below (|x| + 1) 2^-51 of the value, and four times as much is allowed.
  /// - Throws: ``IsolatedMarginError`` `.badInput` where the exponent is no number or beyond 40 either way.
  public init(exponentialOf rate: Double, years: Double) throws(IsolatedMarginError) {
    let exponent = rate * years
    guard exponent.magnitude <= 40 else {
      throw .badInput("rate", found: "\(rate) over \(years) years", wanted: "a factor between e^-40 and e^40")
    }
    guard exponent != 0 else {
      self = .one
      return
    }
    let value = Double.exp(exponent)
    let margin = (exponent.magnitude + 1) * 0x1p-49 * value
    try self.init(lower: (value - margin).nextDown, upper: (value + margin).nextUp)
  }

  /// Encloses the quotient of two forwards as they are quoted, exactly where it is a decimal of 18 places.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` unless both are positive numbers.
  public init(ratioOf later: Double, to earlier: Double) throws(IsolatedMarginError) {
    guard later > 0, earlier > 0, let above = ExactAmount(exactly: later), let below = ExactAmount(exactly: earlier),
      let ratio = above.divided(by: below)
    else { throw .badInput("forwards", found: "\(earlier) and \(later)", wanted: "prices above 0") }
    try self.init(lower: FactorRange.decimal(ratio, .down), upper: FactorRange.decimal(ratio, .up))
  }

  private init(lower: Double, upper: Double) throws(IsolatedMarginError) {
    guard let low = ExactAmount(exactly: lower), let high = ExactAmount(exactly: upper) else {
      throw .badInput("factor", found: "\(lower) to \(upper)", wanted: "numbers")
    }
    try self.init(lower: FactorRange.decimal(low, .down), upper: FactorRange.decimal(high, .up))
  }

  /// To 18 decimals or, for a small number, 30: short fractions keep what is computed with them short.
  private static func decimal(_ value: ExactAmount, _ rule: ExactRounding) -> ExactAmount {
    let decimals = value < ExactAmount(count: 1, decimals: 4) ? 30 : 18
    // What was just written reads back.
    return (try? ExactAmount(parsing: value.decimalText(decimals: decimals, rounding: rule))) ?? value
  }

  public static func * (left: FactorRange, right: FactorRange) -> FactorRange {
    FactorRange(unchecked: left.lower * right.lower, left.upper * right.upper)
  }

  public static func / (left: FactorRange, right: FactorRange) -> FactorRange {
    // Both are positive, so that neither quotient is missing.
    FactorRange(
      unchecked: left.lower.divided(by: right.upper) ?? .zero, left.upper.divided(by: right.lower) ?? left.upper)
  }

  /// The range from (1 - `share`) to (1 + `share`) of every value.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` unless 0 <= `share` < 1.
  public func widened(by share: ExactAmount) throws(IsolatedMarginError) -> FactorRange {
    guard share >= .zero, share < .one else {
      throw .badInput("forward band", found: "\(share)", wanted: "0 or more and below 1")
    }
    return FactorRange(unchecked: lower * (.one - share), upper * (.one + share))
  }

  /// The least of factor x `amount` over the range.
  func least(times amount: ExactAmount) -> ExactAmount { (amount.sign < 0 ? upper : lower) * amount }

  /// `1`, or `0.9875778..0.9875779` to 12 decimals outward.
  public var text: String {
    isExact && lower.isDecimal(12)
      ? lower.decimalText(decimals: 12, rounding: .nearest)
      : "\(lower.decimalText(decimals: 12, rounding: .down))..\(upper.decimalText(decimals: 12, rounding: .up))"
  }
}

internal import BigInt

/// How an exact amount becomes a whole number of units. The holder's losses go up, the holder's assets go down.
public enum ExactRounding: Sendable {
  /// Toward plus infinity: requirements, losses and fees.
  case up
  /// Toward minus infinity: assets, profits and withdrawals.
  case down
  /// To the nearest, halves away from zero: figures for reading, such as break-evens.
  case nearest

  /// True where a magnitude cut off with something left over goes one further from zero.
  fileprivate func goesAway(isNegative: Bool, isHalfOrMore: Bool) -> Bool {
    switch self {
    case .up: return !isNegative
    case .down: return isNegative
    case .nearest: return isHalfOrMore
    }
  }
}

/// The doors out of the exact numbers.
extension ExactAmount {
  /// Gives the whole number of units of 10^-`decimals` (0 to 30, beyond which it is held there), rounded by `rule`.
  ///
  /// - Throws: ``BasicsError`` `.outOfRange` where the count does not fit 64 bits.
  public func count(decimals: Int, rounding rule: ExactRounding, type: String = "Money") throws(BasicsError) -> Int64 {
    let scaled = self * ExactAmount(small: ExactAmount.powerOfTen(min(max(decimals, 0), 30)), over: 1)
    let quotient: Int64?
    let isNegative = scaled.sign < 0
    let goesAway: Bool
    switch scaled.storage {
    case .small(let a, let b):
      let (whole, rest) = a.quotientAndRemainder(dividingBy: b)
      quotient = Int64(exactly: whole)
      goesAway = ExactAmount.roundsAway(rule, isNegative: isNegative, remainder: rest.magnitude, divisor: b.magnitude)
    case .large(let a, let b):
      let (whole, rest) = a.quotientAndRemainder(dividingBy: b)
      quotient = ExactAmount.fitting(whole).flatMap { Int64(exactly: $0) }
      goesAway = ExactAmount.roundsAway(rule, isNegative: isNegative, remainder: rest.magnitude, divisor: b.magnitude)
    }
    // Cut off toward zero, a count that does not fit cannot be brought back by rounding.
    guard let quotient, let count = goesAway ? quotient.adding(isNegative ? -1 : 1) : quotient else {
      throw .outOfRange(description, type: type)
    }
    return count
  }

  /// The nearest multiple of 10^-`decimals`, halves away from zero.
  func nearest(decimals: Int) -> ExactAmount {
    let scale = ExactAmount(small: ExactAmount.powerOfTen(min(max(decimals, 0), 30)), over: 1)
    let (a, b) = (self * scale).large
    let (whole, rest) = a.magnitude.quotientAndRemainder(dividingBy: b.magnitude)
    let away = ExactAmount.roundsAway(.nearest, isNegative: a < 0, remainder: rest, divisor: b.magnitude)
    let count = BigInt(sign: a.sign, magnitude: whole + (away ? 1 : 0))
    return ExactAmount(numerator: count, denominator: 1).divided(by: scale) ?? .zero
  }

  /// True where a magnitude cut off with `remainder` of `divisor` left over goes one further from zero.
  static func roundsAway<N: BinaryInteger>(
    _ rule: ExactRounding, isNegative: Bool, remainder: N, divisor: N
  ) -> Bool {
    // Compared without doubling, which could overflow.
    remainder != 0 && rule.goesAway(isNegative: isNegative, isHalfOrMore: remainder >= divisor - remainder)
  }

  /// The nearest `Double`, rounded once (a subnormal twice); infinity beyond the range.
  public var doubleValue: Double {
    if case .small(let a, let b) = storage {
      // Two whole numbers that a Double holds exactly need one division; this is the common case.
      if a.magnitude <= 1 << 53, b <= 1 << 53 { return Double(Int64(a)) / Double(Int64(b)) }
      if b.magnitude < 1 << 64 {
        let shift = a.magnitude.leadingZeroBitCount
        let (quotient, remainder) = (a.magnitude << UInt128(shift)).quotientAndRemainder(dividingBy: b.magnitude)
        let excess = 64 - quotient.leadingZeroBitCount
        let top = UInt64(truncatingIfNeeded: quotient >> UInt128(max(excess, 0)))
        let isInexact = remainder != 0 || quotient.trailingZeroBitCount < excess
        return ExactAmount.double(top, isInexact, exponent: max(excess, 0) - shift, isNegative: a < 0)
      }
      return ExactAmount.double(a.magnitude, over: b.magnitude, isNegative: a < 0)
    }
    let (a, b) = large
    // The shift leaves 62 or 63 bits of quotient: enough for one rounding, and for a `UInt64`.
    let shift = 62 + b.magnitude.bitWidth - a.magnitude.bitWidth
    let (quotient, remainder) = (shift > 0 ? a.magnitude << shift : a.magnitude)
      .quotientAndRemainder(dividingBy: shift < 0 ? b.magnitude << -shift : b.magnitude)
    return ExactAmount.double(UInt64(quotient), remainder != 0, exponent: -shift, isNegative: a < 0)
  }

  /// The quotient of two numbers above 0.
  private static func double(_ a: UInt128, over b: UInt128, isNegative: Bool) -> Double {
    // Both get their first bit at the top; half the dividend keeps the quotient inside 128 bits, of which it fills all but
    // one at least.
    let (up, down) = (a.leadingZeroBitCount, b.leadingZeroBitCount)
    let dividend = a << UInt128(up)
    let (quotient, remainder) = (b << UInt128(down)).dividingFullWidth((dividend >> 1, dividend << 127))
    let top = UInt64(truncatingIfNeeded: quotient >> 64)
    let isInexact = remainder != 0 || UInt64(truncatingIfNeeded: quotient) != 0
    return double(top, isInexact, exponent: down - up - 63, isNegative: isNegative)
  }

  /// `quotient` x 2^`exponent`; a quotient cut off has its last bit set, far below the place that is rounded.
  private static func double(_ quotient: UInt64, _ isInexact: Bool, exponent: Int, isNegative: Bool) -> Double {
    let magnitude = Double(sign: .plus, exponent: exponent, significand: Double(isInexact ? quotient | 1 : quotient))
    return isNegative ? -magnitude : magnitude
  }
}

extension Int64 {
  fileprivate func adding(_ step: Int64) -> Int64? {
    let (sum, overflow) = addingReportingOverflow(step)
    return overflow ? nil : sum
  }
}

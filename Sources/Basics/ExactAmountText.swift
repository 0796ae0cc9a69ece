internal import BigInt

/// Exact amounts as text.
extension ExactAmount {
  /// Reads a plain decimal or a fraction `a/b` of two whole numbers, each of at most ``DecimalText/digitLimit`` digits.
  ///
  /// What ``description`` and ``fractionText`` write within that limit reads back as the same amount.
  /// - Throws: ``BasicsError`` `.notADecimal`, `.tooManyDigits`, or `.outOfRange` for a zero denominator.
  public init(parsing text: some StringProtocol) throws(BasicsError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      self = try ExactAmount.decimal(text)
      return
    }
    let (numerator, denominator) = (try ExactAmount.whole(parts[0]), try ExactAmount.whole(parts[1]))
    guard let value = numerator.divided(by: denominator) else {
      throw .outOfRange(String(text), type: "a fraction with a denominator other than 0")
    }
    self = value
  }

  private static func whole(_ text: some StringProtocol) throws(BasicsError) -> ExactAmount {
    guard !text.utf8.contains(UInt8(ascii: ".")) else { throw .tooManyDecimals(String(text), limit: 0) }
    return try decimal(text)
  }

  private static func decimal(_ text: some StringProtocol) throws(BasicsError) -> ExactAmount {
    let (isNegative, digits, decimals) = try DecimalText.digits(text)
    // 37 digits and 10^37 fit 128 bits.
    guard max(digits.count, decimals) > 37 else {
      let count = digits.reduce(Int128(0)) { $0 * 10 + Int128($1) }
      return ExactAmount(small: isNegative ? -count : count, over: ExactAmount.powerOfTen(decimals))
    }
    let count = digits.reduce(BigInt(0)) { $0 * 10 + BigInt($1) }
    return ExactAmount(numerator: isNegative ? -count : count, denominator: BigInt(10).power(decimals))
  }

  /// Gives the value as a plain decimal: exact where it has at most `decimals` decimals, else rounded by `rule` there.
  ///
  /// `decimals` is 0 to 30, beyond which it is held there; trailing zeros are dropped, and zero has no sign.
  public func decimalText(decimals: Int = 8, rounding rule: ExactRounding) -> String {
    let decimals = min(max(decimals, 0), 30)
    if case .small(let a, let b) = storage {
      if let places = ExactAmount.exponent(ofTen: b) {
        guard places > decimals else {
          return DecimalText.text(a.magnitude, decimals: places, minimumDecimals: 0, isNegative: a < 0)
        }
        let coarse = ExactAmount(small: a, over: ExactAmount.powerOfTen(places - decimals))
        return coarse.rounded(rule, decimals: decimals)
      }
    }
    return (self * ExactAmount(small: ExactAmount.powerOfTen(decimals), over: 1)).rounded(rule, decimals: decimals)
  }

  /// A number of 10^-`decimals`, rounded to a whole one, as the decimal that it stands for.
  private func rounded(_ rule: ExactRounding, decimals: Int) -> String {
    if case .small(let a, let b) = storage {
      let (quotient, remainder) = a.magnitude.quotientAndRemainder(dividingBy: b.magnitude)
      let away = ExactAmount.roundsAway(rule, isNegative: a < 0, remainder: remainder, divisor: b.magnitude)
      // The quotient is at most 2^127, so one more fits.
      return DecimalText.text(quotient + (away ? 1 : 0), decimals: decimals, minimumDecimals: 0, isNegative: a < 0)
    }
    let (a, b) = large
    let (quotient, remainder) = a.magnitude.quotientAndRemainder(dividingBy: b.magnitude)
    let away = ExactAmount.roundsAway(rule, isNegative: a < 0, remainder: remainder, divisor: b.magnitude)
    return DecimalText.text(Array(String(quotient + (away ? 1 : 0)).utf8), decimals: decimals, isNegative: a < 0)
  }

  /// True where the value is a decimal of at most `decimals` decimals.
  public func isDecimal(_ decimals: Int = 8) -> Bool {
    let decimals = min(max(decimals, 0), 30)
    if case .small(let a, let b) = storage, let places = ExactAmount.exponent(ofTen: b) {
      return places <= decimals || a % ExactAmount.powerOfTen(places - decimals) == 0
    }
    let scaled = self * ExactAmount(small: ExactAmount.powerOfTen(decimals), over: 1)
    if case .small(let a, let b) = scaled.storage { return a % b == 0 }
    // Big integers are kept in lowest terms.
    return scaled.large.1 == 1
  }

  /// Numerator and denominator in lowest terms, as texts: what a certificate prints.
  public var fractionText: String {
    let (a, b) = lowest
    return b == 1 ? String(a) : "\(a)/\(b)"
  }
}

extension ExactAmount: CustomStringConvertible {
  /// A plain decimal where the value is one of at most 18 decimals, else the fraction.
  public var description: String { isDecimal(18) ? decimalText(decimals: 18, rounding: .down) : fractionText }
}

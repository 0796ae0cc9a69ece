internal import BigInt

/// An exact rational number: the type in which losses, payoffs and margins are computed before they are rounded once.
///
/// Numerator and denominator are 128-bit integers as long as they fit and big integers where they do not, so no
/// operation overflows and none rounds.
///
/// | expression | result |
/// | --- | --- |
/// | `ExactAmount + - * ExactAmount` | `ExactAmount` |
/// | `ExactAmount.divided(by:)` | `ExactAmount?`, nil for a zero divisor |
/// | `ExactAmount < == ExactAmount` | `Bool`, by cross-multiplication |
/// | `Money(rounding: ExactAmount, to: Currency, _)` | `Money`, the one door out |
///
/// - Complexity: O(1) inside 128 bits, else that of the big integers.
public struct ExactAmount: Sendable {
  /// The value as a fraction with a positive denominator; not always in lowest terms inside 128 bits.
  private enum Storage: Sendable {
    case small(Int128, Int128)
    case large(BigInt, BigInt)
  }

  private let storage: Storage

  private init(storage: Storage) { self.storage = storage }

  private init(small numerator: Int128, over denominator: Int128) {
    storage = .small(numerator, denominator)
  }

  /// Gives the whole number `value`.
  public init(_ value: Int64) { self.init(small: Int128(value), over: 1) }

  /// Gives `count` x 10^-`decimals`; `decimals` from 0 to 30, beyond which it is held there.
  public init(count: Int64, decimals: Int) {
    self.init(small: Int128(count), over: ExactAmount.powerOfTen(min(max(decimals, 0), 30)))
  }

  /// Gives `numerator` / `denominator`, or nil where the denominator is zero.
  public init?(numerator: Int64, denominator: Int64) {
    guard denominator != 0 else { return nil }
    let sign: Int128 = denominator < 0 ? -1 : 1
    self.init(small: sign * Int128(numerator), over: sign * Int128(denominator))
  }

  /// Reads a plain decimal of at most ``DecimalText/digitLimit`` digits, or a fraction `a/b` of two whole numbers.
  public init(parsing text: some StringProtocol) throws(BasicsError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2 {
      let numerator = try DecimalText.count(parts[0], decimals: 0, type: "ExactAmount")
      let denominator = try DecimalText.count(parts[1], decimals: 0, type: "ExactAmount")
      guard let value = ExactAmount(numerator: numerator, denominator: denominator) else {
        throw .outOfRange(String(text), type: "ExactAmount")
      }
      self = value
    } else {
      let decimals = text.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.utf8.count ?? 0
      let kept = min(decimals, 18)
      self.init(count: try DecimalText.count(text, decimals: kept, type: "ExactAmount"), decimals: kept)
    }
  }

  public static let zero = ExactAmount(0)
  public static let one = ExactAmount(1)

  /// -1, 0 or 1.
  public var sign: Int {
    switch storage {
    case .small(let numerator, _): return numerator.signum().asInt
    case .large(let numerator, _): return numerator.signum().asInt
    }
  }

  public var isZero: Bool { sign == 0 }

  public var magnitude: ExactAmount { sign < 0 ? -self : self }

  // MARK: Arithmetic

  public static prefix func - (value: ExactAmount) -> ExactAmount { .zero - value }

  public static func + (left: ExactAmount, right: ExactAmount) -> ExactAmount { combine(left, right, subtract: false) }

  public static func - (left: ExactAmount, right: ExactAmount) -> ExactAmount { combine(left, right, subtract: true) }

  public static func * (left: ExactAmount, right: ExactAmount) -> ExactAmount {
    if case .small(let a, let b) = left.storage, case .small(let c, let d) = right.storage {
      if let product = smallProduct(a, b, c, d) { return product }
      let (e, f) = reduced(a, d)
      let (g, h) = reduced(c, b)
      if let product = smallProduct(e, h, g, f) { return product }
    }
    let (a, b) = left.large
    let (c, d) = right.large
    return ExactAmount(numerator: a * c, denominator: b * d)
  }

  public static func += (left: inout ExactAmount, right: ExactAmount) { left = left + right }

  public static func -= (left: inout ExactAmount, right: ExactAmount) { left = left - right }

  /// Gives the quotient, or nil where `divisor` is zero.
  public func divided(by divisor: ExactAmount) -> ExactAmount? {
    switch divisor.storage {
    case .small(let numerator, let denominator):
      guard numerator != 0 else { return nil }
      guard numerator != .min else { break }
      return self * ExactAmount(small: numerator < 0 ? -denominator : denominator, over: abs(numerator))
    case .large(let numerator, _):
      guard numerator != 0 else { return nil }
    }
    let (a, b) = large
    let (c, d) = divisor.large
    return c < 0 ? ExactAmount(numerator: -(a * d), denominator: b * -c) : ExactAmount(numerator: a * d, denominator: b * c)
  }

  private static func combine(_ left: ExactAmount, _ right: ExactAmount, subtract: Bool) -> ExactAmount {
    if case .small(let a, let b) = left.storage, case .small(let c, let d) = right.storage {
      if let sum = smallSum(a, b, c, d, subtract: subtract) { return sum }
      let (e, f) = reduced(a, b)
      let (g, h) = reduced(c, d)
      if let sum = smallSum(e, f, g, h, subtract: subtract) { return sum }
    }
    let (a, b) = left.large
    let (c, d) = right.large
    return ExactAmount(numerator: subtract ? a * d - c * b : a * d + c * b, denominator: b * d)
  }

  private static func smallSum(_ a: Int128, _ b: Int128, _ c: Int128, _ d: Int128, subtract: Bool) -> ExactAmount? {
    // Decimal denominators divide one another; scaling the coarser side keeps the fraction short.
    var (left, right, denominator) = (a, c, b)
    var overflow = false
    if b == d {
      denominator = b
    } else if b > d, b % d == 0 {
      (right, overflow) = c.multipliedReportingOverflow(by: b / d)
    } else if d > b, d % b == 0 {
      denominator = d
      (left, overflow) = a.multipliedReportingOverflow(by: d / b)
    } else {
      let first = a.multipliedReportingOverflow(by: d)
      let second = c.multipliedReportingOverflow(by: b)
      let third = b.multipliedReportingOverflow(by: d)
      (left, right, denominator) = (first.partialValue, second.partialValue, third.partialValue)
      overflow = first.overflow || second.overflow || third.overflow
    }
    let sum = subtract ? left.subtractingReportingOverflow(right) : left.addingReportingOverflow(right)
    return overflow || sum.overflow ? nil : ExactAmount(small: sum.partialValue, over: denominator)
  }

  private static func smallProduct(_ a: Int128, _ b: Int128, _ c: Int128, _ d: Int128) -> ExactAmount? {
    let numerator = a.multipliedReportingOverflow(by: c)
    let denominator = b.multipliedReportingOverflow(by: d)
    return numerator.overflow || denominator.overflow
      ? nil : ExactAmount(small: numerator.partialValue, over: denominator.partialValue)
  }

  private static func reduced(_ numerator: Int128, _ denominator: Int128) -> (Int128, Int128) {
    var (a, b) = (numerator.magnitude, denominator.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    guard a > 1, let divisor = Int128(exactly: a) else { return (numerator, denominator) }
    return (numerator / divisor, denominator / divisor)
  }

  /// Lowest terms, and back inside 128 bits where they fit. The denominator is positive.
  private init(numerator: BigInt, denominator: BigInt) {
    let divisor = numerator.greatestCommonDivisor(with: denominator)
    let (a, b) = divisor > 1 ? (numerator / divisor, denominator / divisor) : (numerator, denominator)
    if let small = Int128(exactly: a), let over = Int128(exactly: b) {
      storage = .small(small, over)
    } else {
      storage = .large(a, b)
    }
  }

  private var large: (BigInt, BigInt) {
    switch storage {
    case .small(let a, let b): return (BigInt(a), BigInt(b))
    case .large(let a, let b): return (a, b)
    }
  }

  private static func powerOfTen(_ exponent: Int) -> Int128 {
    var power: Int128 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
  }

  // MARK: The doors out

  /// Gives the whole number of units of 10^-`decimals`, rounded by `rule`, as a big-integer text where it is too large.
  ///
  /// - Throws: ``BasicsError`` `.outOfRange` where the count does not fit 64 bits.
  public func count(decimals: Int, rounding rule: ExactRounding, type: String = "Money") throws(BasicsError) -> Int64 {
    let scale = ExactAmount(small: ExactAmount.powerOfTen(min(max(decimals, 0), 30)), over: 1)
    let scaled = self * scale
    if case .small(let a, let b) = scaled.storage {
      let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
      let step = rule.step(isNegative: a < 0, twiceRemainderToDivisor: ExactAmount.compareDouble(remainder, b))
      if remainder == 0, let count = Int64(exactly: quotient) { return count }
      if remainder != 0, let count = Int64(exactly: quotient), let rounded = count.adding(step) { return rounded }
      throw .outOfRange(String(quotient), type: type)
    }
    let (a, b) = scaled.large
    let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    let twice = remainder.magnitude * 2
    let order = twice < b.magnitude ? -1 : (twice == b.magnitude ? 0 : 1)
    let step = remainder == 0 ? 0 : rule.step(isNegative: a < 0, twiceRemainderToDivisor: order)
    guard let count = Int64(exactly: quotient), let rounded = count.adding(step) else {
      throw .outOfRange(quotient.description, type: type)
    }
    return rounded
  }

  private static func compareDouble(_ remainder: Int128, _ divisor: Int128) -> Int {
    let rest = remainder.magnitude
    let other = divisor.magnitude - rest
    return rest < other ? -1 : (rest == other ? 0 : 1)
  }

  /// The nearest `Double`, to within one unit in the last place.
  public var doubleValue: Double {
    switch storage {
    case .small(let a, let b): return Double(a) / Double(b)
    case .large(let a, let b):
      // Both sides are brought to 128 bits first: a direct conversion could overflow to infinity on both.
      let shift = max(0, max(a.magnitude.bitWidth, b.magnitude.bitWidth) - 900)
      return Double(a >> shift) / Double(b >> shift)
    }
  }

  /// Gives the value as a plain decimal: exact where it has at most `decimals` decimals, else rounded by `rule` there.
  public func decimalText(decimals: Int = 8, rounding rule: ExactRounding) -> String {
    let scaled = self * ExactAmount(small: ExactAmount.powerOfTen(min(max(decimals, 0), 30)), over: 1)
    let (wholeDigits, isNegative) = scaled.roundedDigits(rule)
    var digits = wholeDigits
    if digits.utf8.count <= decimals {
      digits = String(repeating: "0", count: decimals + 1 - digits.utf8.count) + digits
    }
    var fraction = Substring(digits.suffix(decimals))
    while fraction.last == "0" { fraction.removeLast() }
    let whole = digits.dropLast(decimals)
    return (isNegative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
  }

  /// The digits of the nearest whole number by `rule`, and whether it is below zero.
  private func roundedDigits(_ rule: ExactRounding) -> (digits: String, isNegative: Bool) {
    if case .small(let a, let b) = storage {
      let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
      let step = rule.step(isNegative: a < 0, twiceRemainderToDivisor: ExactAmount.compareDouble(remainder, b))
      let (count, overflow) = quotient.addingReportingOverflow(remainder == 0 ? 0 : Int128(step))
      if !overflow { return (String(count.magnitude), count < 0) }
    }
    let (a, b) = large
    let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    let twice = remainder.magnitude * 2
    let order = twice < b.magnitude ? -1 : (twice == b.magnitude ? 0 : 1)
    let step = remainder == 0 ? 0 : rule.step(isNegative: a < 0, twiceRemainderToDivisor: order)
    let count = quotient + BigInt(step)
    return (String(count.magnitude), count < 0)
  }

  /// True where the value is a decimal of at most `decimals` decimals.
  public func isDecimal(_ decimals: Int = 8) -> Bool {
    let scaled = self * ExactAmount(small: ExactAmount.powerOfTen(min(max(decimals, 0), 30)), over: 1)
    if case .small(let a, let b) = scaled.storage { return a % b == 0 }
    let (a, b) = scaled.large
    return a % b == 0
  }

  /// Numerator and denominator in lowest terms, as texts: what a certificate prints.
  public var fractionText: String {
    let (a, b) = large
    let divisor = a.greatestCommonDivisor(with: b)
    return b == divisor ? String(a / divisor) : "\(a / divisor)/\(b / divisor)"
  }
}

extension ExactAmount: Comparable, Hashable {
  public static func == (left: ExactAmount, right: ExactAmount) -> Bool { (left - right).isZero }

  public static func < (left: ExactAmount, right: ExactAmount) -> Bool { (left - right).sign < 0 }

  public func hash(into hasher: inout Hasher) { hasher.combine(fractionText) }
}

extension ExactAmount: CustomStringConvertible {
  /// A plain decimal where the value is one of at most 18 decimals, else the fraction.
  public var description: String { isDecimal(18) ? decimalText(decimals: 18, rounding: .down) : fractionText }
}

/// How an exact amount becomes a whole number of units. The holder's losses go up, the holder's assets go down.
public enum ExactRounding: Sendable {
  /// Toward plus infinity: requirements, losses and fees.
  case up
  /// Toward minus infinity: assets, profits and withdrawals.
  case down
  /// To the nearest, halves away from zero: figures for reading, such as break-evens.
  case nearest

  /// What a truncated quotient moves by, given that a remainder is left.
  fileprivate func step(isNegative: Bool, twiceRemainderToDivisor order: Int) -> Int64 {
    switch self {
    case .up: return isNegative ? 0 : 1
    case .down: return isNegative ? -1 : 0
    case .nearest: return order < 0 ? 0 : (isNegative ? -1 : 1)
    }
  }
}

extension BinaryInteger {
  fileprivate var asInt: Int { self < 0 ? -1 : (self == 0 ? 0 : 1) }
}

extension Int64 {
  fileprivate func adding(_ step: Int64) -> Int64? {
    let (sum, overflow) = addingReportingOverflow(step)
    return overflow ? nil : sum
  }
}

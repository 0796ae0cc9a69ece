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
/// | `Money(rounding: ExactAmount, to: Currency, _)` | `Money`, the one door out to an account |
/// | `ExactAmount(exactly: Double)` | `ExactAmount?`, nil for infinities and NaN |
/// | `ExactAmount.doubleValue` | the nearest `Double` |
///
/// - Complexity: O(1) inside 128 bits, else that of the big integers: linear in a long fraction's length where the other
///   operand is short.
public struct ExactAmount: Sendable {
  /// The value as a fraction with a positive denominator: inside 128 bits wherever it fits, not always in lowest terms
  /// there, and always in lowest terms where it does not fit.
  enum Storage {
    case small(Int128, Int128)
    case large(BigInt, BigInt)
  }

  private final class Long: Sendable {
    let numerator: BigInt
    let denominator: BigInt

    init(_ numerator: BigInt, _ denominator: BigInt) { (self.numerator, self.denominator) = (numerator, denominator) }
  }

  // Not the enumeration itself: amounts are copied far more often than anything else is done with them, and a copy of these is
  // one of plain bytes and a reference that is nearly always none.
  private let numerator: Int128
  private let denominator: Int128
  private let long: Long?

  var storage: Storage {
    guard let long else { return .small(numerator, denominator) }
    return .large(long.numerator, long.denominator)
  }

  init(small numerator: Int128, over denominator: Int128) {
    (self.numerator, self.denominator, long) = (numerator, denominator, nil)
  }

  /// In lowest terms, and too long for 128 bits.
  init(long numerator: BigInt, over denominator: BigInt) {
    (self.numerator, self.denominator, long) = (0, 1, Long(numerator, denominator))
  }

  /// Gives the whole number `value`.
  public init(_ value: Int64) { self.init(small: Int128(value), over: 1) }

  /// Gives `count` x 10^-`decimals`; `decimals` from 0 to 30, beyond which it is held there.
  public init(count: Int64, decimals: Int) {
    self.init(small: Int128(count), over: ExactAmount.powerOfTen(min(max(decimals, 0), 30)))
  }

  /// As ``init(count:decimals:)``, for sums of products that 64 bits do not hold.
  public init(wide count: Int128, decimals: Int) {
    self.init(small: count, over: ExactAmount.powerOfTen(min(max(decimals, 0), 30)))
  }

  /// Gives `numerator` / `denominator`, or nil where the denominator is zero.
  public init?(numerator: Int64, denominator: Int64) {
    guard denominator != 0 else { return nil }
    let sign: Int128 = denominator < 0 ? -1 : 1
    self.init(small: sign * Int128(numerator), over: sign * Int128(denominator))
  }

  /// Gives the very number that `value` holds, a whole number times a power of two; nil for infinities and NaN.
  public init?(exactly value: Double) {
    guard value.isFinite else { return nil }
    guard value != 0 else {
      self = .zero
      return
    }
    // `significand` is 1 to below 2 (less for subnormals); 52 places further it is a whole number.
    let digits = Int64(value.significand * 0x1p52) * (value < 0 ? -1 : 1)
    let exponent = Int(value.exponent) - 52
    switch exponent {
    case 0...60: self.init(small: Int128(digits) << Int128(exponent), over: 1)
    case -120..<0: self.init(small: Int128(digits), over: 1 << Int128(-exponent))
    case 61...: self.init(numerator: BigInt(digits) << exponent, denominator: 1)
    default: self.init(numerator: BigInt(digits), denominator: BigInt(1) << -exponent)
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
    let (a, b) = left.lowest
    let (c, d) = right.lowest
    return longProduct(a, b, c, d)
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
    let (a, b) = lowest
    let (c, d) = divisor.lowest
    return ExactAmount.longProduct(a, b, BigInt(sign: c.sign, magnitude: d), c.magnitude)
  }

  private static func combine(_ left: ExactAmount, _ right: ExactAmount, subtract: Bool) -> ExactAmount {
    if case .small(let a, let b) = left.storage, case .small(let c, let d) = right.storage {
      if let sum = smallSum(a, b, c, d, subtract: subtract) { return sum }
      let (e, f) = reduced(a, b)
      let (g, h) = reduced(c, d)
      if let sum = smallSum(e, f, g, h, subtract: subtract) { return sum }
    }
    return longSum(left, right, subtract: subtract)
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

  static func reduced(_ numerator: Int128, _ denominator: Int128) -> (Int128, Int128) {
    var (a, b) = (numerator.magnitude, denominator.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    guard a > 1, let divisor = Int128(exactly: a) else { return (numerator, denominator) }
    return (numerator / divisor, denominator / divisor)
  }

  /// Lowest terms, and back inside 128 bits where they fit. The denominator is positive.
  init(numerator: BigInt, denominator: BigInt) {
    let divisor = BigInt(numerator.magnitude.commonDivisor(with: denominator.magnitude))
    self.init(lowest: numerator / divisor, over: (denominator / divisor).magnitude)
  }

  /// The number in 128 bits, nil where its magnitude has more than 127.
  ///
  /// `Int128(exactly:)` of BigInt 6.0 is not used: just below -2^127 it gives a wrong number instead of nil.
  static func fitting(_ value: BigInt) -> Int128? {
    guard value.magnitude.bitWidth <= 127 else { return nil }
    var magnitude: Int128 = 0
    for word in value.magnitude.words.reversed() { magnitude = magnitude << 64 | Int128(word) }
    return value.sign == .minus ? -magnitude : magnitude
  }

  var large: (BigInt, BigInt) {
    switch storage {
    case .small(let a, let b): return (BigInt(a), BigInt(b))
    case .large(let a, let b): return (a, b)
    }
  }

  /// 10^`exponent`, from 0 to 37.
  static func powerOfTen(_ exponent: Int) -> Int128 { powersOfTen[exponent] }

  /// k where `number` is 10^k, for k from 0 to 37: a power of ten ends in as many zero bits as zero digits.
  static func exponent(ofTen number: Int128) -> Int? {
    let exponent = number.trailingZeroBitCount
    return exponent <= 37 && powersOfTen[exponent] == number ? exponent : nil
  }

  private static let powersOfTen: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 0..<37 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()
}

extension ExactAmount: Comparable, Hashable {
  public static func == (left: ExactAmount, right: ExactAmount) -> Bool {
    if case .small(let a, let b) = left.storage, case .small(let c, let d) = right.storage {
      return crossed(a, b, c, d).map { $0 == $1 } ?? (left - right).isZero
    }
    return left.lowest == right.lowest
  }

  public static func < (left: ExactAmount, right: ExactAmount) -> Bool {
    if case .small(let a, let b) = left.storage, case .small(let c, let d) = right.storage {
      return crossed(a, b, c, d).map { $0 < $1 } ?? ((left - right).sign < 0)
    }
    return isLess(left, right)
  }

  /// Two numbers in the order of a/b and c/d, whose denominators are positive: without a division, and no fraction is made.
  private static func crossed(_ a: Int128, _ b: Int128, _ c: Int128, _ d: Int128) -> (Int128, Int128)? {
    if b == d { return (a, c) }
    let left = a.multipliedReportingOverflow(by: d)
    let right = c.multipliedReportingOverflow(by: b)
    return left.overflow || right.overflow ? nil : (left.partialValue, right.partialValue)
  }

  /// Equal amounts have the same nearest `Double`, and it is found without the digits of a long fraction.
  public func hash(into hasher: inout Hasher) { hasher.combine(doubleValue) }
}

extension BinaryInteger {
  fileprivate var asInt: Int { self < 0 ? -1 : (self == 0 ? 0 : 1) }
}

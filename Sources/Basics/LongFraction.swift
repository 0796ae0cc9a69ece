internal import BigInt

/// Fractions of big integers, kept in lowest terms.
///
/// The sum of ten thousand fractions is one of hundreds of thousands of bits. What is done with it afterwards meets short
/// numbers only: strikes, costs, powers of ten. So common divisors are sought where one operand is short (after Knuth,
/// The Art of Computer Programming 4.5.1), which costs one pass over the long one, instead of in the long result.
extension ExactAmount {
  /// A fraction in lowest terms with a positive denominator: back inside 128 bits where it fits.
  init(lowest numerator: BigInt, over denominator: BigUInt) {
    if let small = ExactAmount.fitting(numerator), let over = ExactAmount.fitting(BigInt(denominator)) {
      self.init(small: small, over: over)
    } else {
      self.init(long: numerator, over: BigInt(denominator))
    }
  }

  /// The sum or difference of two fractions.
  /// - Complexity: linear in the longer one where the other fits a few words.
  static func longSum(_ left: ExactAmount, _ right: ExactAmount, subtract: Bool) -> ExactAmount {
    let (a, b) = left.lowest
    let (c, d) = right.lowest
    let shared = b.commonDivisor(with: d)
    let (leftScale, rightScale) = shared == 1 ? (d, b) : (d / shared, b / shared)
    let (first, second) = (a * BigInt(leftScale), c * BigInt(rightScale))
    let sum = subtract ? first - second : first + second
    guard !sum.isZero else { return .zero }
    // Only what both denominators share can still divide the sum.
    let rest = shared == 1 ? shared : sum.magnitude.commonDivisor(with: shared)
    return rest == 1
      ? ExactAmount(lowest: sum, over: rightScale * d)
      : ExactAmount(lowest: sum / BigInt(rest), over: rightScale * (d / rest))
  }

  /// The product of a/b and c/d, both in lowest terms and b and d positive.
  static func longProduct(_ a: BigInt, _ b: BigUInt, _ c: BigInt, _ d: BigUInt) -> ExactAmount {
    guard !a.isZero, !c.isZero else { return .zero }
    let (first, second) = (a.magnitude.commonDivisor(with: d), c.magnitude.commonDivisor(with: b))
    let numerator = a.divided(exactlyBy: first) * c.divided(exactlyBy: second)
    return ExactAmount(lowest: numerator, over: b.divided(exactlyBy: second) * d.divided(exactlyBy: first))
  }

  /// The order of two fractions: by sign, then by the leading bits, and only where these are too close by all of them.
  static func isLess(_ left: ExactAmount, _ right: ExactAmount) -> Bool {
    guard left.sign == right.sign else { return left.sign < right.sign }
    let (a, b) = left.large
    let (c, d) = right.large
    // a/b < c/d where ad < cb.
    let (first, second) = (LeadingBits(a, d), LeadingBits(c, b))
    if first.isBelow(second) { return left.sign > 0 }
    if second.isBelow(first) { return left.sign < 0 }
    return a * d < c * b
  }

  /// Numerator and denominator in lowest terms.
  var lowest: (BigInt, BigUInt) {
    switch storage {
    case .small(let a, let b):
      let (numerator, denominator) = ExactAmount.reduced(a, b)
      return (BigInt(numerator), BigUInt(denominator))
    case .large(let a, let b): return (a, b.magnitude)
    }
  }
}

extension BigInt {
  fileprivate func divided(exactlyBy divisor: BigUInt) -> BigInt {
    divisor == 1 ? self : BigInt(sign: sign, magnitude: magnitude / divisor)
  }
}

extension BigUInt {
  fileprivate func divided(exactlyBy divisor: BigUInt) -> BigUInt { divisor == 1 ? self : self / divisor }

  /// The greatest common divisor by Lehmer's method: the leading bits of both numbers foretell some seventy of Euclid's
  /// steps, which are then done at once.
  ///
  /// - Complexity: O(n x m) word operations for numbers of n and m words, a sixtieth of what a step at a time takes.
  func commonDivisor(with other: BigUInt) -> BigUInt {
    var (a, b) = self < other ? (other, self) : (self, other)
    while b.bitWidth > 127 {
      // As many bits from the same place of both, so that they compare as the numbers do.
      let place = a.bitWidth - BigUInt.leadingBits
      guard let step = EuclidSteps(Int128(a.bits(from: place)), Int128(b.bits(from: place))) else {
        (a, b) = (b, a % b)
        continue
      }
      (a, b) = (step.first(a, b), step.second(a, b))
    }
    guard !b.isZero else { return a }
    var (x, y) = (b.bits(from: 0), (a % b).bits(from: 0))
    while y != 0 { (x, y) = (y, x % y) }
    return BigUInt(x)
  }

  /// Two bits less than 127: what is added to them in the foretelling must not overflow.
  private static let leadingBits = 125

  /// 128 bits from a place of 0 or more on.
  fileprivate func bits(from place: Int) -> UInt128 {
    let (first, offset) = place.quotientAndRemainder(dividingBy: UInt.bitWidth)
    func word(_ index: Int) -> UInt128 { index < words.count ? UInt128(words[index]) : 0 }
    let low = word(first) | word(first + 1) << 64
    return offset == 0 ? low : low >> UInt128(offset) | word(first + 2) << UInt128(128 - offset)
  }
}

/// The product of two magnitudes by their leading bits: from `low` to less than `high`, both x 2^`exponent`.
private struct LeadingBits {
  private let low: UInt128
  private let high: UInt128
  private let exponent: Int

  init(_ a: BigInt, _ b: BigInt) {
    let (first, second) = (LeadingBits.top(a.magnitude), LeadingBits.top(b.magnitude))
    low = first.bits * second.bits
    high = (first.bits + 1) * (second.bits + 1)
    exponent = first.exponent + second.exponent
  }

  /// 62 bits, the highest of them set unless the number is 0.
  private static func top(_ number: BigUInt) -> (bits: UInt128, exponent: Int) {
    let exponent = number.bitWidth - 62
    return (exponent < 0 ? number.bits(from: 0) << UInt128(-exponent) : number.bits(from: exponent), exponent)
  }

  /// True where every product in these bounds is less than every one in the other's; false proves nothing.
  func isBelow(_ other: LeadingBits) -> Bool {
    let distance = other.exponent - exponent
    // Both lie between 2^122 and 2^124 and a little, unless they are 0, which their signs tell already.
    switch distance {
    case 3...: return true
    case 0...2: return high <= other.low << UInt128(distance)
    case -2..<0: return high << UInt128(-distance) <= other.low
    default: return false
    }
  }
}

/// Some steps of Euclid's algorithm as one linear map of the two numbers, (a, b) to (pa + qb, ra + sb).
private struct EuclidSteps {
  private var (p, q, r, s): (Int128, Int128, Int128, Int128) = (1, 0, 0, 1)

  /// - Parameters: the leading bits of both numbers, the first no less than the second.
  /// - Returns: nil where these do not decide even one quotient.
  init?(_ first: Int128, _ second: Int128) {
    var (x, y) = (first, second)
    // The quotient of the numbers lies between these two; where they agree it is known.
    while y + r > 0, y + s > 0 {
      let quotient = (x + p) / (y + r)
      guard quotient == (x + q) / (y + s) else { break }
      let (nextR, nextS) = (p - quotient * r, q - quotient * s)
      // Multipliers stay words; signs alternate, so that each pair has one of each.
      guard nextR.magnitude <= UInt128(UInt64.max), nextS.magnitude <= UInt128(UInt64.max) else { break }
      (p, q, r, s) = (r, s, nextR, nextS)
      (x, y) = (y, x - quotient * y)
    }
    if q == 0 { return nil }
  }

  func first(_ a: BigUInt, _ b: BigUInt) -> BigUInt { EuclidSteps.combined(p, a, q, b) }

  func second(_ a: BigUInt, _ b: BigUInt) -> BigUInt { EuclidSteps.combined(r, a, s, b) }

  /// pa + qb, which is 0 or more, for multipliers of opposite signs.
  private static func combined(_ p: Int128, _ a: BigUInt, _ q: Int128, _ b: BigUInt) -> BigUInt {
    var plus = p > 0 ? a : b
    var minus = p > 0 ? b : a
    plus.multiply(byWord: UInt((p > 0 ? p : q).magnitude))
    minus.multiply(byWord: UInt((p > 0 ? q : p).magnitude))
    plus.subtract(minus)
    return plus
  }
}

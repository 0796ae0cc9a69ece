internal import CVector

// The elementary functions of the kernels: one text each for a `Double` and for a vector, within about one unit in the
// last place, and with the low-order parts that the Black-Scholes formula needs to keep relative accuracy.

/// The unevaluated sum of a number and a much smaller one.
struct Pair<L: Lanes> {
  var high: L
  var low: L
}

extension Lanes {
  /// exp(x + low) for |x| up to about 2,000, `low` a correction of at most about 1e-3.
  ///
  /// The table holds 2^(j/16); the rest is a polynomial on |r| <= ln 2 / 32.
  @inline(__always)
  static func exponential(_ x: Self, correction low: Self) -> Self {
    // Adding 1.5 * 2^48 rounds to a multiple of 1/16 and leaves that multiple in the low bits of the pattern.
    let magic = Self(0x1.8p48)
    let shifted = fma(x, Self(CV_LOG2_E), magic)
    let k = shifted - magic
    let r = fma(k, Self(-CV_LN2_LOW), fma(k, Self(-CV_LN2_HIGH), x)) + low
    let r2 = r * r
    let p01 = fma(Self(CV_EXP_1), r, Self(CV_EXP_0))
    let p23 = fma(Self(CV_EXP_3), r, Self(CV_EXP_2))
    let p45 = fma(Self(CV_EXP_5), r, Self(CV_EXP_4))
    let p = fma(fma(p45, r2, p23), r2, p01)
    let entry = exp2Entry(shifted)
    return scaled(fma(entry, r * p, entry), power: k)
  }

  /// exp(-a b), with the rounding error of the product carried along; 0 and infinity beyond the range of a `Double`.
  @inline(__always)
  static func discount(_ a: Self, _ b: Self) -> Self {
    let product = a * b
    let clamped = lesser(greater(product, Self(-2000)), Self(2000))
    let low = choose(isLess(magnitude(product), Self(2000)), fma(a, b, -product), Self(0))
    return exponential(-clamped, correction: -low)
  }

  /// (exp(x) - 1) / x for 0 <= x <= 1/4.
  @inline(__always)
  static func growthPerUnit(_ x: Self) -> Self {
    let x2 = x * x
    let x4 = x2 * x2
    let p01 = fma(Self(CV_EXPM1_1), x, Self(CV_EXPM1_0))
    let p23 = fma(Self(CV_EXPM1_3), x, Self(CV_EXPM1_2))
    let p45 = fma(Self(CV_EXPM1_5), x, Self(CV_EXPM1_4))
    let p67 = fma(Self(CV_EXPM1_7), x, Self(CV_EXPM1_6))
    let p89 = fma(Self(CV_EXPM1_9), x, Self(CV_EXPM1_8))
    let p03 = fma(p23, x2, p01)
    let p47 = fma(p67, x2, p45)
    return fma(fma(p89, x4, p47), x4, p03)
  }

  /// ln(a / b) for positive finite numbers, without rounding a / b, as a sum of two numbers.
  ///
  /// With the significands brought within a factor of the square root of two, s = (a - b) / (a + b) has an exact
  /// numerator, and ln = 2 s + s^3 p(s^2) + e ln 2.
  @inline(__always)
  static func logOfRatio(_ a: Self, _ b: Self) -> Pair<Self> {
    let one = Self(1)
    let zero = Self(0)
    let root = Self(1.4142135623730951)
    var e = exponent(a) - exponent(b)
    var ma = significand(a)
    var mb = significand(b)
    let isHigh = isLess(root * mb, ma)
    let isLow = isLess(root * ma, mb)
    ma = choose(isHigh, ma * Self(0.5), ma)
    mb = choose(isLow, mb * Self(0.5), mb)
    e = e + choose(isHigh, one, zero) - choose(isLow, one, zero)
    let numerator = ma - mb
    let denominator = ma + mb
    // Exact, as the two significands are within a factor of two of each other.
    let denominatorLow = mb - (denominator - ma)
    let reciprocal = one / denominator
    let s = numerator * reciprocal
    let remainder = fma(-s, denominatorLow, fma(-s, denominator, numerator))
    let sLow = remainder * reciprocal
    let z = s * s
    let z2 = z * z
    let p01 = fma(Self(CV_LOG_1), z, Self(CV_LOG_0))
    let p23 = fma(Self(CV_LOG_3), z, Self(CV_LOG_2))
    let p45 = fma(Self(CV_LOG_5), z, Self(CV_LOG_4))
    let p = fma(fma(fma(Self(CV_LOG_6), z2, p45), z2, p23), z2, p01)
    let tail = fma(s * z, p, fma(e, Self(CV_LN2_LOW), sLow + sLow))
    // e ln 2 (its high part is exact) dominates 2 s whenever e is not zero.
    let whole = e * Self(CV_LN2_HIGH)
    let twice = s + s
    let sum = whole + twice
    let error = twice - (sum - whole)
    let low = error + tail
    let high = sum + low
    return Pair(high: high, low: low - (high - sum))
  }

  /// a + b with its rounding error, whichever is larger.
  @inline(__always)
  static func exactSum(_ a: Self, _ b: Self) -> Pair<Self> {
    let sum = a + b
    let bb = sum - a
    return Pair(high: sum, low: (a - (sum - bb)) + (b - bb))
  }

  /// a b with its rounding error.
  @inline(__always)
  static func exactProduct(_ a: Self, _ b: Self) -> Pair<Self> {
    let product = a * b
    return Pair(high: product, low: fma(a, b, -product))
  }

  /// g(u) = M(x) / u at u = 1 / (x + 4), where M is Mills' ratio Q(x) / n(x), and its divided difference.
  ///
  /// `tau` is the distance from the middle of the part, in parts. The quotients of the first Horner scheme are the
  /// coefficients of the divided difference, so that g(u) - g(u') costs no cancellation and no more than g(u') itself.
  @inline(__always)
  static func millsPolynomial(_ index: Self, _ tau: Self, _ other: Self) -> (value: Self, difference: Self) {
    var value = millsCoefficient(Int(CV_MILLS_DEGREE), index)
    var difference = value
    value = fma(value, tau, millsCoefficient(Int(CV_MILLS_DEGREE) - 1, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(8, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(7, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(6, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(5, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(4, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(3, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(2, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(1, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(0, index))
    return (value, difference)
  }

  /// g(u) alone.
  @inline(__always)
  static func millsPolynomial(_ index: Self, _ tau: Self) -> Self {
    var value = millsCoefficient(Int(CV_MILLS_DEGREE), index)
    value = fma(value, tau, millsCoefficient(9, index))
    value = fma(value, tau, millsCoefficient(8, index))
    value = fma(value, tau, millsCoefficient(7, index))
    value = fma(value, tau, millsCoefficient(6, index))
    value = fma(value, tau, millsCoefficient(5, index))
    value = fma(value, tau, millsCoefficient(4, index))
    value = fma(value, tau, millsCoefficient(3, index))
    value = fma(value, tau, millsCoefficient(2, index))
    value = fma(value, tau, millsCoefficient(1, index))
    return fma(value, tau, millsCoefficient(0, index))
  }

  /// Adding this rounds a number in 0..<8 less one half to its part, and leaves the part in the low bits.
  @inline(__always) static var millsMagic: Self { Self(0x1.8p52) }

  /// Mills' ratio Q(x) / n(x) for x >= 0: the upper tail of the normal distribution over its density.
  ///
  /// Relative error about 3e-16 over the whole half-line. Mills, *Biometrika* 18 (1926).
  @inline(__always)
  static func millsRatio(_ x: Self) -> Self {
    let u = Self(1) / (x + Self(CV_MILLS_OFFSET))
    let shifted = fma(u, Self(CV_MILLS_SCALE), Self(-0.5)) + millsMagic
    let tau = fma(u, Self(CV_MILLS_SCALE), Self(-0.5)) - (shifted - millsMagic)
    return u * millsPolynomial(shifted, tau)
  }
}

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
    var p = fma(Self(CV_EXP_5), r, Self(CV_EXP_4))
    p = fma(p, r, Self(CV_EXP_3))
    p = fma(p, r, Self(CV_EXP_2))
    p = fma(p, r, Self(CV_EXP_1))
    p = fma(p, r, Self(CV_EXP_0))
    let entry = exp2Entry(shifted)
    return scaled(fma(entry, r * p, entry), power: k)
  }

  /// The normal density n(w) = exp(-(square + low) / 2) / sqrt(2 pi), for w^2 = square + low up to about 1e13.
  ///
  /// Without the low-order parts the relative error grows by 2e-17 times `square`.
  @inline(__always)
  static func normalDensity(_ square: Self, low: Self?) -> Self {
    let magic = Self(0x1.8p48)
    let shifted = fma(square, Self(-0.5 * CV_LOG2_E), magic)
    let k = shifted - magic
    let r: Self
    if let low {
      r = fma(k, Self(2 * CV_LN2_LOW), fma(k, Self(2 * CV_LN2_HIGH), square)) + low
    } else {
      r = fma(k, Self(2 * CV_LN2), square)
    }
    var p = fma(Self(CV_GAUSS_5), r, Self(CV_GAUSS_4))
    p = fma(p, r, Self(CV_GAUSS_3))
    p = fma(p, r, Self(CV_GAUSS_2))
    p = fma(p, r, Self(CV_GAUSS_1))
    p = fma(p, r, Self(CV_GAUSS_0))
    let entry = gaussEntry(shifted)
    return scaled(fma(entry, r * p, entry), power: k)
  }

  /// exp(-a b), with the rounding error of the product carried along; 0 and infinity beyond the range of a `Double`.
  @inline(__always)
  static func discount(_ a: Self, _ b: Self) -> Self {
    let product = a * b
    // In this order of operands a not-a-number goes through.
    let clamped = lesser(Self(2000), greater(Self(-2000), product))
    let low = choose(isLess(magnitude(product), Self(2000)), fma(a, b, -product), Self(0))
    return exponential(-clamped, correction: -low)
  }

  /// (exp(x) - 1) / x for 0 <= x <= 1/16.
  @inline(__always)
  static func growthPerUnit(_ x: Self) -> Self {
    var p = fma(Self(CV_EXPM1_6), x, Self(CV_EXPM1_5))
    p = fma(p, x, Self(CV_EXPM1_4))
    p = fma(p, x, Self(CV_EXPM1_3))
    p = fma(p, x, Self(CV_EXPM1_2))
    p = fma(p, x, Self(CV_EXPM1_1))
    return fma(p, x, Self(CV_EXPM1_0))
  }

  /// ln(a / b) for positive finite numbers, without rounding a / b, as a sum of two numbers.
  ///
  /// With the significands brought within a factor of the square root of two, s = (a - b) / (a + b) has an exact
  /// numerator, and ln = 2 s + s^3 p(s^2) + e ln 2.
  @inline(__always)
  static func logOfRatio(_ a: Self, _ b: Self) -> Pair<Self> {
    var e = exponent(a) - exponent(b)
    var ma = significand(a)
    var mb = significand(b)
    balance(&e, &ma, &mb)
    let numerator = ma - mb
    let denominator = ma + mb
    // Exact, as the two significands are within a factor of two of each other.
    let denominatorLow = mb - (denominator - ma)
    let reciprocal = Self(1) / denominator
    let s = numerator * reciprocal
    let remainder = fma(-s, denominatorLow, fma(-s, denominator, numerator))
    let sLow = remainder * reciprocal
    let z = s * s
    let p = logarithmTail(z)
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

  /// ln(a / b) for positive finite numbers, without rounding a / b, to about one unit in the last place.
  @inline(__always)
  static func logarithm(_ a: Self, over b: Self) -> Self {
    var e = exponent(a) - exponent(b)
    var ma = significand(a)
    var mb = significand(b)
    balance(&e, &ma, &mb)
    let s = (ma - mb) / (ma + mb)
    let z = s * s
    let tail = fma(s * z, logarithmTail(z), e * Self(CV_LN2_LOW))
    return fma(e, Self(CV_LN2_HIGH), fma(s, Self(2), tail))
  }

  /// Brings two significands within a factor of the square root of two, exactly, at the cost of one in the exponent.
  @inline(__always)
  private static func balance(_ e: inout Self, _ ma: inout Self, _ mb: inout Self) {
    let one = Self(1)
    let zero = Self(0)
    let half = Self(0.5)
    // (m - 1) / (m + 1) at the square root of two.
    let border = (ma + mb) * Self(0.17157287525380990)
    let numerator = ma - mb
    let isHigh = isLess(border, numerator)
    let isLow = isLess(numerator, -border)
    ma = choose(isHigh, ma * half, ma)
    mb = choose(isLow, mb * half, mb)
    e = e + choose(isHigh, one, zero) - choose(isLow, one, zero)
  }

  /// The p of ln((1 + s) / (1 - s)) = 2 s + s^3 p(s^2).
  @inline(__always)
  private static func logarithmTail(_ z: Self) -> Self {
    var p = fma(Self(CV_LOG_6), z, Self(CV_LOG_5))
    p = fma(p, z, Self(CV_LOG_4))
    p = fma(p, z, Self(CV_LOG_3))
    p = fma(p, z, Self(CV_LOG_2))
    p = fma(p, z, Self(CV_LOG_1))
    return fma(p, z, Self(CV_LOG_0))
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
}

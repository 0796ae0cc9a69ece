internal import CVector

/// The parts of Black's formula from which the value and every partial derivative are made.
///
/// With A = S exp(-q T), B = K exp(-r T), x = ln(A / B) and s = v sqrt(T), both normal probabilities are written with
/// Mills' ratio M(w) = N(-w) / n(w), because A n(d1) = B n(d2): one exponential serves both, and the wings keep their
/// relative accuracy. The out-of-the-money option at distance a = |x| / s is
///
///     E (M(a - s/2) - M(a + s/2)),   E = A n(d1) = B n(d2)
///
/// and the option in the money is that plus |A - B| (Black, *Journal of Financial Economics* 3, 1976; put-call parity).
struct BlackScholesTerms<L: Lanes> {
  /// The option's value.
  var value: L
  /// c A N(c d1) and c B N(c d2), with the sign c of the option.
  var spotTerm: L
  var strikeTerm: L
  /// E = A n(d1) = B n(d2).
  var density: L
  var d1: L
  var d2: L
  /// v sqrt(T), its reciprocal, and sqrt(T).
  var deviation: L
  var reciprocal: L
  var rootTime: L
}

/// The largest s for which both of Mills' ratios may be taken from one part of the table.
let sharedPartDeviation = 0.25

extension BlackScholesTerms {
  /// The formula for positive, finite spot, strike, years and volatility.
  ///
  /// x, a and s are carried as sums of two numbers, because a relative error e in a changes n(a) by a^2 e, and because
  /// near the forward S/K alone is known to one rounding of 1, which may be all of x.
  @inline(__always)
  init(sign: L, spot: L, strike: L, years: L, volatility: L, rate: L, dividendYield: L) {
    let half = L(0.5)
    let one = L(1)
    let zero = L(0)

    let rootTime = L.squareRoot(years)
    let s = volatility * rootTime
    let reciprocal = one / s
    // sqrt(T) = rootTime + rootTimeLow, and 1 / rootTime = v / s.
    let rootTimeLow = L.fma(-rootTime, rootTime, years) * half * volatility * reciprocal
    let sLow = L.fma(volatility, rootTimeLow, L.fma(volatility, rootTime, -s))

    let logRatio = L.logOfRatio(spot, strike)
    let carry = L.exactSum(rate, -dividendYield)
    let drift = L.exactProduct(carry.high, years)
    let sum = L.exactSum(logRatio.high, drift.high)
    let xLow = sum.low + (logRatio.low + L.fma(carry.low, years, drift.low))
    let x = sum.high + xLow
    let isBelow = L.isLess(x, zero)

    let spotDiscount = L.discount(dividendYield, years)
    let strikeDiscount = L.discount(rate, years)
    let a = spot * spotDiscount
    let b = strike * strikeDiscount

    // The distance |x| / s and its low part.
    let distance = L.magnitude(x)
    let xTail = (sum.high - x) + xLow
    let distanceLow = L.choose(isBelow, -xTail, xTail)
    let h = L.lesser(distance * reciprocal, L(1e8))
    let hLow = (L.fma(-h, s, distance) + distanceLow - h * sLow) * reciprocal
    let near = L.exactSum(h, -half * s)
    let nearLow = near.low + (hLow - half * sLow)
    let far = near.high + s

    // E = A n(w) below the forward and B n(w) above it; beyond 64 the density is 0 and its square must not overflow.
    let smaller = L.choose(isBelow, a, b)
    let larger = L.choose(isBelow, b, a)
    let w = L.lesser(L.magnitude(near.high), L(64))
    let square = L.exactProduct(w, w)
    let isInRange = L.isLess(w, L(64))
    let correction = L.choose(isInRange, L.fma(near.high, nearLow, half * square.low), zero)
    let density = smaller * L(0.3989422804014327) * L.exponential(-half * square.high, correction: -correction)

    let mills = MillsPair(near: near.high, far: far, deviation: s)
    let nearTail = density * mills.near
    let farTail = density * mills.far
    // Where the near argument is negative and the table is not extended to it, N(-w) = 1 - n(w) M(|w|).
    let isReflected = L.both(L.isLess(L(sharedPartDeviation), s), L.isLess(near.high, zero))
    let nearProbability = L.choose(isReflected, smaller - nearTail, nearTail)
    let outOfTheMoney = L.choose(isReflected, nearProbability - farTail, density * mills.difference)

    // Of the out-of-the-money option: below the forward a call, which pays the spot at the near distance.
    let spotTail = L.choose(isBelow, nearProbability, farTail)
    let strikeTail = L.choose(isBelow, farTail, nearProbability)
    let side = L.choose(isBelow, one, -one)
    let isInTheMoney = L.isLess(sign * side, zero)
    self.spotTerm = L.fma(side, spotTail, L.choose(isInTheMoney, sign * a, zero))
    self.strikeTerm = L.fma(side, strikeTail, L.choose(isInTheMoney, sign * b, zero))

    let isClose = L.isLess(distance, L(0.25))
    let closeIntrinsic = smaller * (distance * L.growthPerUnit(L.lesser(distance, L(0.25))))
    let intrinsic = L.choose(isClose, closeIntrinsic, larger - smaller)
    self.value = outOfTheMoney + L.choose(isInTheMoney, intrinsic, zero)

    self.density = density
    let signedH = L.choose(isBelow, -h, h)
    self.d1 = L.fma(half, s, signedH)
    self.d2 = L.fma(-half, s, signedH)
    self.deviation = s
    self.reciprocal = reciprocal
    self.rootTime = rootTime
  }
}

/// Mills' ratio at two arguments s apart, and their difference.
struct MillsPair<L: Lanes> {
  /// M(near), or M(|near|) where s exceeds ``sharedPartDeviation``.
  var near: L
  var far: L
  /// M(near) - M(far), without cancellation where s is at most ``sharedPartDeviation``.
  var difference: L

  @inline(__always)
  init(near w1: L, far w2: L, deviation s: L) {
    let offset = L(CV_MILLS_OFFSET)
    let scale = L(CV_MILLS_SCALE)
    let half = L(0.5)
    let isShared = L.isLessOrEqual(s, L(sharedPartDeviation))
    let y1 = L.choose(isShared, w1, L.magnitude(w1)) + offset
    let y2 = w2 + offset
    let reciprocal = L(1) / (y1 * y2)
    let u1 = reciprocal * y2
    let u2 = reciprocal * y1
    let position1 = L.fma(u1, scale, -half)
    let position2 = L.fma(u2, scale, -half)
    let middle = L.fma(half, position1, half * position2)
    let index1 = L.choose(isShared, middle, position1) + L.millsMagic
    let index2 = L.choose(isShared, middle, position2) + L.millsMagic
    let tau1 = position1 - (index1 - L.millsMagic)
    let tau2 = position2 - (index2 - L.millsMagic)
    let (g1, slope) = L.millsPolynomial(index1, tau1, tau2)
    let g2 = L.millsPolynomial(index2, tau2)
    near = u1 * g1
    far = u2 * g2
    // u g - u' g' = (u - u') g + u' (g - g'), and u - u' = s u u'.
    let together = s * reciprocal * L.fma(scale * u2, slope, g1)
    difference = L.choose(isShared, together, near - far)
  }
}

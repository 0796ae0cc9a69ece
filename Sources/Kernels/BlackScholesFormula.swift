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
  /// v / (2 sqrt(T))
  var decay: L
}

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
    // v / (2 sqrt(T)), by which the error of the square root enters s.
    let decay = half * volatility * volatility * reciprocal
    let sLow = L.fma(L.fma(-rootTime, rootTime, years), decay, L.fma(volatility, rootTime, -s))

    let moneyness = Moneyness(
      spot: spot, strike: strike, years: years, rate: rate, dividendYield: dividendYield)
    let isBelow = moneyness.isBelow
    let smaller = moneyness.smaller
    let larger = moneyness.larger
    let distance = moneyness.distance
    let h = L.lesser(distance * reciprocal, L(1e8))
    let hLow = (L.fma(-h, s, distance) + moneyness.distanceLow - h * sLow) * reciprocal
    let near = L.exactSum(h, -half * s)
    let nearLow = near.low + (hLow - half * sLow)
    let far = near.high + s

    // E = A n(w) below the forward and B n(w) above it; beyond 64 the density is 0 and its square must not overflow.
    let w = L.lesser(L.magnitude(near.high), L(64))
    let square = L.exactProduct(w, w)
    let isInRange = L.isLess(w, L(64))
    let correction = L.choose(isInRange, L.fma(near.high, nearLow + nearLow, square.low), zero)
    let density = smaller * L.normalDensity(square.high, low: correction)

    let mills = MillsPair(near: near.high, far: far, deviation: s, .mixed)
    let nearTail = density * mills.near
    let farTail = density * mills.far
    // Where the near argument is negative and the table is not extended to it, N(-w) = 1 - n(w) M(|w|).
    let isReflected = L.both(L.isLess(L(sharedPartDeviation), s), L.isLess(near.high, zero))
    let outOfTheMoney = L.choose(isReflected, (smaller - nearTail) - farTail, density * mills.difference)

    // c A N(c d1) and c B N(c d2), each from the smaller of the tail and its complement, so that neither cancels.
    let isInTheMoney = L.isLess(sign * L.choose(isBelow, one, -one), zero)
    let nearTerm = L.choose(L.exactlyOne(isInTheMoney, isReflected), smaller - nearTail, nearTail)
    let farTerm = L.choose(isInTheMoney, larger - farTail, farTail)
    self.spotTerm = sign * L.choose(isBelow, nearTerm, farTerm)
    self.strikeTerm = sign * L.choose(isBelow, farTerm, nearTerm)

    self.value = outOfTheMoney + L.choose(isInTheMoney, moneyness.intrinsic, zero)
    self.density = density
    let signedH = L.choose(isBelow, -h, h)
    self.d1 = L.fma(half, s, signedH)
    self.d2 = L.fma(-half, s, signedH)
    self.deviation = s
    self.reciprocal = reciprocal
    self.rootTime = rootTime
    self.decay = decay
  }
}

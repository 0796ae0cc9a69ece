/// Where an option stands to its forward: A = S exp(-q T), B = K exp(-r T), x = ln(A / B).
///
/// Near the forward x is all that matters, and S / K rounded once would lose it, so x is a sum of two numbers.
struct Moneyness<L: Lanes> {
  /// A and B.
  let spotPresent: L
  let strikePresent: L
  /// Whether the forward lies below the strike, x < 0.
  let isBelow: L.Mask
  let smaller: L
  let larger: L
  /// |x| and its low-order part.
  let distance: L
  let distanceLow: L
  /// |A - B|, relatively accurate however close the two are.
  let intrinsic: L

  @inline(__always)
  init(spot: L, strike: L, years: L, rate: L, dividendYield: L) {
    let logRatio = L.logOfRatio(spot, strike)
    let carry = L.exactSum(rate, -dividendYield)
    let drift = L.exactProduct(carry.high, years)
    let sum = L.exactSum(logRatio.high, drift.high)
    let low = sum.low + (logRatio.low + L.fma(carry.low, years, drift.low))
    let x = sum.high + low
    let xLow = (sum.high - x) + low
    let a = spot * L.discount(dividendYield, years)
    let b = strike * L.discount(rate, years)
    isBelow = L.isLess(x, L(0))
    spotPresent = a
    strikePresent = b
    smaller = L.choose(isBelow, a, b)
    larger = L.choose(isBelow, b, a)
    distance = L.magnitude(x)
    distanceLow = L.choose(isBelow, -xLow, xLow)
    let close = L(0.0625)
    let growth = smaller * (distance * L.growthPerUnit(L.lesser(distance, close)))
    intrinsic = L.choose(L.isLess(distance, close), growth, larger - smaller)
  }
}

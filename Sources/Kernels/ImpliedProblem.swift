/// One option, or a vector of them, reduced to the out-of-the-money option in units of the smaller present value.
struct ImpliedProblem<L: Lanes> {
  let deviation: ImpliedDeviation<L>
  /// Whether the inputs are in range and the price is clear of both bounds, by more than their rounding errors.
  let isPlain: L.Mask

  @inline(__always)
  init(sign: L, price: L, spot: L, strike: L, years: L, rate: L, dividendYield: L) {
    let zero = L(0)
    let infinity = L(.infinity)
    let moneyness = Moneyness(
      spot: spot, strike: strike, years: years, rate: rate, dividendYield: dividendYield)
    let smaller = moneyness.smaller
    let larger = moneyness.larger
    let isInTheMoney = L.isLess(sign * L.choose(moneyness.isBelow, L(1), L(-1)), zero)
    let timeValue = price - L.choose(isInTheMoney, moneyness.intrinsic, zero)
    let rest = L.choose(isInTheMoney, larger, smaller) - price
    let isUpper = L.isLess(rest, timeValue)
    let lesser = L.choose(isUpper, rest, timeValue)

    // A few roundings of the larger; an option out of the money has its time value exactly.
    let doubt = L(4e-15) * L.choose(isInTheMoney, larger, smaller)
    let isClear = L.both(
      L.isLess(doubt, rest), L.isLess(L.choose(isInTheMoney, doubt, L(1e-300)), timeValue))
    let spotFits = L.both(L.isLess(zero, spot), L.isLess(spot, infinity))
    let strikeFits = L.both(L.isLess(zero, strike), L.isLess(strike, infinity))
    let yearsFit = L.both(L.isLess(zero, years), L.isLess(years, infinity))
    let isNormal = L.both(L.isLess(L(1e-290), smaller), L.isLess(larger, L(1e300)))
    isPlain = L.both(L.both(L.both(spotFits, strikeFits), yearsFit), L.both(isNormal, isClear))

    deviation = ImpliedDeviation(
      distance: moneyness.distance, halfGap: L(0.5) * (moneyness.intrinsic / smaller), price: timeValue / smaller,
      logPrice: L.logarithm(L.greater(lesser, L(1e-300)), over: smaller), isUpper: isUpper)
  }
}

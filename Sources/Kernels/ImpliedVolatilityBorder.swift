internal import CVector
internal import RealModule

extension ImpliedVolatility {
  /// The answer where a price stands within a few roundings of a bound, or the inputs sit at a limit.
  ///
  /// The bounds are carried to about thirty digits, so that a price one rounding above the true upper bound is above
  /// it, and one exactly on a bound, as with zero rates, is at it. Below the lower bound there is one exception: the
  /// Double nearest to it counts as the bound, and where discounting rounds, so does what lies within a unit in the last
  /// place of the discounted spot or strike.
  @inline(never)
  static func border(
    sign: Double, price: Double, spot: Double, strike: Double, years: Double, rate: Double, dividendYield: Double
  ) -> (volatility: Double, status: ImpliedVolatilityStatus) {
    let inputsFit =
      (sign == 1 || sign == -1) && spot >= 0 && strike >= 0 && years >= 0 && spot.isFinite && strike.isFinite
      && years.isFinite && rate.isFinite && dividendYield.isFinite && price.isFinite
    guard inputsFit else { return (.nan, .invalid) }
    guard price >= 0 else { return (.nan, .belowIntrinsic) }

    let a = Double.preciseDiscount(dividendYield, years).scaled(by: spot)
    let b = Double.preciseDiscount(rate, years).scaled(by: strike)
    guard a.high.isFinite, b.high.isFinite else { return (.nan, .invalid) }
    let forward = sign > 0 ? a - b : b - a
    let lower = forward.high > 0 ? forward : Pair(high: 0, low: 0)
    let upper = sign > 0 ? a : b
    let timeValue = Pair(high: price, low: 0) - lower
    let rest = upper - Pair(high: price, low: 0)

    if years == 0 || spot == 0 || strike == 0 {
      // Every volatility gives the lower bound.
      guard timeValue.high != 0 else { return (0, .atBound) }
      return (.nan, timeValue.high < 0 ? .belowIntrinsic : .aboveMaximum)
    }
    // A model's own price without time value is a rounded difference of two discounted amounts, and can lie just below.
    if timeValue.high < 0 {
      let isDiscounted = a.low != 0 || b.low != 0
      let isRounded = price == lower.high || (isDiscounted && -timeValue.high <= max(a.high, b.high).ulp)
      return isRounded ? (0, .atBound) : (.nan, .belowIntrinsic)
    }
    if timeValue.high == 0 { return (0, .atBound) }
    if rest.high < 0 { return (.nan, .aboveMaximum) }
    if rest.high == 0 { return (.nan, .atBound) }

    let moneyness = Moneyness(
      spot: spot, strike: strike, years: years, rate: rate, dividendYield: dividendYield)
    let isUpper = rest.high < timeValue.high
    let problem = ImpliedDeviation<Double>(
      distance: moneyness.distance, halfGap: 0.5 * (moneyness.intrinsic / moneyness.smaller),
      price: timeValue.high / moneyness.smaller,
      logPrice: Double.logarithm(isUpper ? rest.high : timeValue.high, over: moneyness.smaller), isUpper: isUpper)
    let (deviation, isConverged) = problem.solve()
    return ((isConverged ? deviation : problem.bisected()) / years.squareRoot(), .ok)
  }
}

extension Pair where L == Double {
  /// The difference, to about 2^-104 of the larger operand.
  fileprivate static func - (a: Pair, b: Pair) -> Pair {
    let sum = Double.exactSum(a.high, -b.high)
    let low = sum.low + (a.low - b.low)
    let high = sum.high + low
    return Pair(high: high, low: low - (high - sum.high))
  }

  fileprivate static func * (a: Pair, b: Pair) -> Pair {
    let product = Double.exactProduct(a.high, b.high)
    let low = product.low + (a.high * b.low + a.low * b.high)
    let high = product.high + low
    return Pair(high: high, low: low - (high - product.high))
  }

  fileprivate func scaled(by factor: Double) -> Pair { self * Pair(high: factor, low: 0) }

  fileprivate func divided(by divisor: Double) -> Pair {
    let quotient = high / divisor
    let remainder = Double.fma(-quotient, divisor, high) + low
    let small = remainder / divisor
    let sum = quotient + small
    return Pair(high: sum, low: small - (sum - quotient))
  }
}

extension Double {
  /// exp(-a b) to about thirty digits.
  fileprivate static func preciseDiscount(_ a: Double, _ b: Double) -> Pair<Double> {
    let product = exactProduct(-a, b)
    guard product.high != 0 else { return Pair(high: 1, low: 0) }
    guard product.high.magnitude < 700 else { return Pair(high: product.high < 0 ? 0 : .infinity, low: 0) }
    let k = (product.high * CV_LOG2_E).rounded()
    // k ln 2 in three parts, the first of them exact.
    let first = Pair<Double>(high: k * CV_LN2_HIGH, low: 0)
    let second = exactProduct(k, CV_LN2_LOW)
    let r = product - first - Pair(high: second.high, low: fma(k, 0x1.f97b57a079a19p-103, second.low))
    var sum = Pair<Double>(high: 1, low: 0)
    for n in stride(from: 28.0, to: 0, by: -1) {
      let term = (sum * r).divided(by: n)
      sum = Pair(high: 1, low: 0) - Pair(high: -term.high, low: -term.low)
    }
    return Pair(high: scaled(sum.high, power: k), low: scaled(sum.low, power: k))
  }
}

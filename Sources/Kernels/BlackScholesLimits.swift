internal import RealModule

extension BlackScholes {
  /// Value and derivatives where the formula divides by zero: zero spot, strike, time or volatility, and infinite
  /// volatility, each as the one-sided limit with the other inputs held.
  ///
  /// Zero volatility leaves the discounted forward's intrinsic value, zero time the spot's. At the forward itself the
  /// step of the normal distribution is one half, the derivatives that blow up are ±infinity, and those whose limit
  /// depends on the way it is approached are not-a-number. Zero spot and zero strike are taken before the others.
  static func limit(
    sign c: Double, spot: Double, strike: Double, years: Double, volatility: Double, rate: Double,
    dividendYield: Double
  ) -> BlackScholesPartials {
    let isLegal =
      spot >= 0 && strike >= 0 && years >= 0 && volatility >= 0 && spot.isFinite && strike.isFinite && years.isFinite
      && rate.isFinite && dividendYield.isFinite && (c == 1 || c == -1)
    guard isLegal else { return BlackScholesPartials(repeating: .nan) }
    let spotDiscount = Double.discount(dividendYield, years)
    let strikeDiscount = Double.discount(rate, years)
    let forward = Forward(
      sign: c, spotDiscount: spotDiscount, strikeDiscount: strikeDiscount, spot: spot, strike: strike, years: years,
      rate: rate, dividendYield: dividendYield)

    if spot == 0 || strike == 0 {
      let weight: Double = (c > 0 ? strike : spot) == 0 ? 1 : 0
      var result = forward.partials(spot: weight, strike: weight)
      if spot == 0 && strike == 0 {
        result = BlackScholesPartials(repeating: .nan)
        result.value = 0
      }
      return result
    }
    if volatility == .infinity {
      guard years > 0 else { return BlackScholesPartials(repeating: .nan) }
      return c > 0 ? forward.partials(spot: 1, strike: 0) : forward.partials(spot: 0, strike: 1)
    }
    let moneyness = Moneyness(spot: spot, strike: strike, years: years, rate: rate, dividendYield: dividendYield)
    if moneyness.distance != 0 {
      guard moneyness.isBelow == (c < 0) else { return BlackScholesPartials(repeating: 0) }
      var result = forward.partials(spot: 1, strike: 1)
      if years == 0 {
        result.value = (spot - strike).magnitude
      } else if moneyness.distance < 1 {
        result.value = moneyness.smaller * Double.expMinusOne(moneyness.distance)
      }
      return result
    }
    if years == 0 {
      return volatility == 0 ? forward.atTheForwardWithNeither() : forward.atTheForwardWithoutTime(volatility)
    }
    return forward.atTheForwardWithoutVolatility()
  }
}

/// c (w S exp(-q T) - u K exp(-r T)) and its derivatives, for weights w and u of the two terms.
private struct Forward {
  let sign: Double
  let spotDiscount: Double
  let strikeDiscount: Double
  let spot: Double
  let strike: Double
  let years: Double
  let rate: Double
  let dividendYield: Double

  private static let densityAtZero = 0.3989422804014327

  func partials(spot w: Double, strike u: Double) -> BlackScholesPartials {
    let a = w * (spot * spotDiscount)
    let b = u * (strike * strikeDiscount)
    var result = BlackScholesPartials(repeating: 0)
    // Adding zero turns a negative zero into zero.
    result.value = sign * (a - b) + 0
    result.delta = sign * w * spotDiscount + 0
    result.theta = sign * (dividendYield * a - rate * b) + 0
    result.rho = sign * years * b + 0
    result.epsilon = -sign * years * a + 0
    result.charm = sign * w * dividendYield * spotDiscount + 0
    result.dualDelta = -sign * u * strikeDiscount + 0
    return result
  }

  /// T -> 0 at a fixed volatility, spot = strike. d1 = (b / v + v / 2) sqrt(T).
  func atTheForwardWithoutTime(_ v: Double) -> BlackScholesPartials {
    var result = partials(spot: 0.5, strike: 0.5)
    let carry = rate - dividendYield
    let drift = carry / (v * v) + 0.5
    result.value = 0
    result.gamma = .infinity
    result.theta = -.infinity
    result.charm = drift == 0 ? sign * 0.5 * dividendYield : -drift.signed(.infinity)
    result.veta = -.infinity
    result.speed = drift == -1 ? 0 : -(drift + 1).signed(.infinity)
    result.zomma = -.infinity
    result.color = .infinity
    result.dualGamma = .infinity
    return result
  }

  /// v -> 0 at a fixed time, at the forward. d1 = v sqrt(T) / 2.
  func atTheForwardWithoutVolatility() -> BlackScholesPartials {
    var result = partials(spot: 0.5, strike: 0.5)
    let carry = rate - dividendYield
    let a = spot * spotDiscount
    let root = years.squareRoot()
    result.value = 0
    result.gamma = .infinity
    result.vega = a * root * Forward.densityAtZero
    result.vanna = spotDiscount * root * 0.5 * Forward.densityAtZero
    result.charm = carry == 0 ? sign * 0.5 * dividendYield * spotDiscount : -carry.signed(.infinity)
    result.veta = result.vega * (dividendYield + 0.5 * carry - 0.5 / years)
    result.speed = -.infinity
    result.zomma = -.infinity
    result.color = (dividendYield + 0.5 * carry + 0.5 / years).signed(.infinity)
    result.ultima = -result.vega * years * 0.25
    result.dualGamma = .infinity
    return result
  }

  /// Both zero at spot = strike: what depends on the order of the two limits is undefined.
  func atTheForwardWithNeither() -> BlackScholesPartials {
    var result = BlackScholesPartials(repeating: .nan)
    result.value = 0
    result.delta = sign * 0.5
    result.gamma = .infinity
    result.vega = 0
    result.rho = 0
    result.epsilon = 0
    result.dualDelta = -sign * 0.5
    result.dualGamma = .infinity
    return result
  }
}

extension Double {
  /// `magnitude` with this number's sign.
  fileprivate func signed(_ magnitude: Double) -> Double { self < 0 ? -magnitude : magnitude }
}

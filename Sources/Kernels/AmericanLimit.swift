internal import RealModule

/// An American put on a strike of 1 without time or volatility, or with infinite volatility.
///
/// Without volatility it is exercised at the best moment of a path that is known: e^(-rt) - s e^(-qt) is greatest now, at
/// expiry or where its slope is 0. With infinite volatility spot falls to 0 at once, and the strike is paid at the better
/// end.
struct AmericanLimit {
  let put: UnitPut

  /// Value and derivatives with their meaning as in ``AmericanPartials``, of the put on a strike of 1.
  struct Answer {
    var value = 0.0
    var delta = 0.0
    var rho = 0.0
    var epsilon = 0.0
    /// By time to expiry, not by calendar time.
    var byYears = 0.0
    /// True where exercise now is best.
    var isExercised = false
  }

  func answer(_ spot: Double) -> Answer {
    // Without time there is no deviation, whatever the volatility.
    let deviation = put.years > 0 ? put.volatility * put.years.squareRoot() : 0
    guard deviation < BlackScholes.deviationRange.high else { return certain() }
    guard spot > 0 else { return certain() }
    guard spot < .infinity else { return Answer() }
    let (r, q, years) = (put.rate, put.dividendYield, put.years)
    var moments = [0, years]
    // r e^(-rt) = q s e^(-qt)
    if r != q, r * q > 0 {
      let moment = Double.log(q * spot / r) / (q - r)
      if moment > 0, moment < years { moments.append(moment) }
    }
    var (best, at) = (0.0, -1.0)
    for moment in moments {
      let value = Double.exp(-r * moment) - spot * .exp(-q * moment)
      if value > best { (best, at) = (value, moment) }
    }
    guard at >= 0 else { return Answer() }
    let (strikeNow, spotNow) = (Double.exp(-r * at), Double.exp(-q * at))
    return Answer(
      value: best, delta: -spotNow, rho: -at * strikeNow, epsilon: at * spot * spotNow,
      byYears: at == years && years > 0 ? q * spot * spotNow - r * strikeNow : 0, isExercised: at == 0)
  }

  /// The strike for certain: now, or at expiry where rates are negative.
  private func certain() -> Answer {
    guard put.rate < 0 else { return Answer(value: 1, isExercised: put.volatility < .infinity && put.years >= 0) }
    let value = Double.exp(-put.rate * put.years)
    return Answer(value: value, rho: -put.years * value, byYears: -put.rate * value)
  }
}

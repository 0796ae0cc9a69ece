internal import RealModule

/// An option on an underlying with dated cash dividends and no volatility: spot goes one way that is known.
///
/// S grows with r - q between the dividends and falls by each, to 0 where it is larger. A European option is worth its
/// discounted payoff at the end; an American one what exercise pays at the best moment, which is now, the end, just before
/// or after a dividend, or where the slope of e^(-rt) (S(t) - K) is 0: r K e^(-rt) = q A e^(-qt) with the S(t) = A e^((r - q)t)
/// of that stretch.
struct DividendPath: Sendable {
  let sign: Double
  /// The strike is 1, and amounts are fractions of it.
  let years: Double
  let rate: Double
  let dividendYield: Double
  /// Ascending by time, within the life.
  let dividends: [DatedDividend]
  let isAmerican: Bool

  struct Answer {
    var value = 0.0
    var delta = 0.0
    var rho = 0.0
    var epsilon = 0.0
    /// dV/dt by the differential equation; 0 where it is exercised now.
    var theta = 0.0
  }

  func answer(_ spot: Double) -> Answer {
    let best = best(spot)
    guard best.value > 0 else { return Answer() }
    // The best moment's own move changes nothing to first order.
    func moved(_ rate: Double, _ yield: Double) -> Double {
      let path = DividendPath(
        sign: sign, years: years, rate: rate, dividendYield: yield, dividends: dividends, isAmerican: isAmerican)
      return path.best(spot).value
    }
    let (r, q, h) = (rate, dividendYield, 1e-6)
    let isNow = isAmerican && best.moment == 0
    return Answer(
      value: best.value, delta: best.delta, rho: isNow ? 0 : (moved(r + h, q) - moved(r - h, q)) / (2 * h),
      epsilon: isNow ? 0 : (moved(r, q + h) - moved(r, q - h)) / (2 * h),
      theta: isNow ? 0 : r * best.value - (r - q) * spot * best.delta)
  }

  /// The greatest discounted payoff, its derivative by spot, and when; the earliest of several.
  private func best(_ spot: Double) -> (value: Double, delta: Double, moment: Double) {
    var best = (value: 0.0, delta: 0.0, moment: years)
    // Spot now, how much of it today's spot is, and when.
    var (now, share, start) = (spot, 1.0, 0.0)
    func take(_ spot: Double, _ share: Double, at moment: Double) {
      let discount = Double.exp(-rate * moment)
      let value = discount * sign * (spot - 1)
      if value > best.value { best = (value, discount * sign * share, moment) }
    }
    if isAmerican { take(spot, 1, at: 0) }
    for dividend in dividends + [DatedDividend(years: years, amount: 0)] {
      let isEnd = dividend.years == years
      func grown(_ moment: Double) -> Double { .exp((rate - dividendYield) * (moment - start)) }
      if isAmerican, rate != dividendYield, now > 0 {
        let ratio = rate / (dividendYield * now * .exp((dividendYield - rate) * start))
        let moment = ratio > 0 ? .log(ratio) / (rate - dividendYield) : start
        if moment > start, moment < dividend.years { take(now * grown(moment), share * grown(moment), at: moment) }
      }
      let growth = grown(dividend.years)
      (now, share, start) = (now * growth, share * growth, dividend.years)
      if isAmerican || isEnd { take(now, share, at: start) }
      guard !isEnd else { break }
      now -= dividend.amount
      if now <= 0 { (now, share) = (0, 0) }
      if isAmerican { take(now, share, at: start) }
    }
    return best
  }
}

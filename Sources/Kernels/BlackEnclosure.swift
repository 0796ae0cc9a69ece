/// Bounds of Black's formula that hold whatever is rounded: F N(d1) - K N(d2) for a call, and its derivatives.
///
/// With x = ln(F / K) and deviation s, d1 = x / s + s / 2 and d2 = x / s - s / 2. Forward and strike may carry their
/// discount factors (F = e^(-b tau) S, K = e^(-r tau) times the strike), as the formula is of degree one in the two.
/// Deviation 0 is the intrinsic value. Black, *Journal of Financial Economics* 3 (1976).
public enum BlackEnclosure {
  /// The value of a call (`sign` +1) or put (-1) on positive or zero forward and strike; all finite.
  ///
  /// The option out of the money is enclosed and the intrinsic value added, so that a deep one keeps its digits.
  ///
  /// - Complexity: O(1): one logarithm and four normal probabilities.
  public static func value(sign: Double, forward: Double, strike: Double, deviation: Double) -> Interval {
    let isCallOut = forward <= strike
    let difference = Interval(known: Directed.sumDown(forward, -strike), Directed.sumUp(forward, -strike))
    let isOut = isCallOut == (sign > 0)
    let intrinsic = isOut ? Interval.zero : (sign > 0 ? difference : -difference)
    guard deviation > 0, forward > 0, strike > 0 else { return intrinsic }
    let most = Interval(known: 0, isCallOut ? forward : strike)
    guard isOrdinary(forward: forward, strike: strike) else { return intrinsic + most }
    let (d1, d2) = arguments(forward: forward, strike: strike, deviation: deviation)
    let outer: Interval
    if isCallOut {
      outer = Interval.normal(d1) * forward - Interval.normal(d2) * strike
    } else {
      outer = Interval.normal(-d2) * strike - Interval.normal(-d1) * forward
    }
    return intrinsic + outer.clamped(to: most)
  }

  /// The derivative of the value by the forward: N(d1) for a call, N(d1) - 1 for a put; within [0, 1] or [-1, 0].
  ///
  /// At deviation 0 it is a subgradient: 0 up to the strike for a call, -1 for a put.
  public static func delta(sign: Double, forward: Interval, strike: Double, deviation: Double) -> Interval {
    let call: Interval
    if !(deviation > 0) || forward.upper <= 0 || strike <= 0 {
      let isAbove = Interval(known: forward.lower > strike ? 1 : 0, forward.upper > strike ? 1 : 0)
      call = forward.upper <= 0 ? .zero : isAbove
    } else if isOrdinary(forward: forward.lower, strike: strike) && isOrdinary(forward: forward.upper, strike: strike) {
      let low = arguments(forward: forward.lower, strike: strike, deviation: deviation).d1
      let high = forward.isPoint ? low : arguments(forward: forward.upper, strike: strike, deviation: deviation).d1
      call = Interval.normal(low.union(high))
    } else {
      call = .unit
    }
    return sign > 0 ? call : (call - .one).clamped(to: Interval(known: -1, 0))
  }

  /// The derivative by the deviation, K n(d2), over a box of forwards and deviations: exactly the range, but for rounding.
  ///
  /// d2 rises with the forward. In the deviation it falls where F >= K; where F < K it rises to -sqrt(2 |x|) at
  /// s = sqrt(2 |x|) and falls from there. So the ends of its range lie at corners or on that ridge.
  ///
  /// - Parameter forwards: from 0 to infinity, both allowed.
  public static func vega(forwards: Interval, strike: Interval, deviations: Interval) -> Interval {
    guard strike.upper > 0 else { return .zero }
    let (s1, s2) = (deviations.lower, deviations.upper)
    let low = moneyness(forwards.lower, strike.upper).lower
    let high = moneyness(forwards.upper, strike.lower).upper
    let least = min(d2(low, s1).lower, d2(low, s2).lower)
    let most: Double
    if high >= 0 {
      most = d2(high, s1).upper
    } else {
      let ridge = (-2 * high).squareRoot()
      if s2 < 0.999 * ridge {
        most = d2(high, s2).upper
      } else if s1 > 1.001 * ridge {
        most = d2(high, s1).upper
      } else {
        most = -Directed.rootDown(-2 * high)
      }
    }
    return strike * Interval.density(Interval(known: min(least, most), max(least, most)))
  }

  /// The quotient of the two is in the range that the logarithm takes, and the two are normal numbers.
  private static func isOrdinary(forward: Double, strike: Double) -> Bool {
    let range = 1e-150...1e150
    return range.contains(forward) && range.contains(strike)
  }

  private static func arguments(forward: Double, strike: Double, deviation: Double) -> (d1: Interval, d2: Interval) {
    let centre = Interval.logarithm(forward, over: strike).divided(by: deviation)
    let half = Interval(0.5 * deviation)
    return (centre + half, centre - half)
  }

  /// ln(F / K), infinite at the ends.
  private static func moneyness(_ forward: Double, _ strike: Double) -> Interval {
    guard forward > 1e-150 else { return Interval(known: -.infinity, forward > 0 ? -300 : -.infinity) }
    guard strike > 1e-150, forward < 1e150 else { return Interval(known: 0, .infinity) }
    return strike < 1e150 ? Interval.logarithm(forward, over: strike) : Interval(known: -.infinity, .infinity)
  }

  private static func d2(_ x: Double, _ s: Double) -> Interval {
    guard x.isFinite, s > 0 else { return Interval(x > 0 ? .infinity : -.infinity) }
    return Interval(x).divided(by: s) - Interval(0.5 * s)
  }
}

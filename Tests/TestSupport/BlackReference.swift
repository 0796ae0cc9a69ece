internal import Foundation

/// Black's formula and quadrature of another construction than the program's: the C library's error function and
/// Simpson's rule.
public enum BlackReference {
  public static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  public static func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

  /// The discounted value of a European option on a forward; `sign` is +1 for a call and -1 for a put.
  public static func value(
    sign: Double, forward: Double, strike: Double, years: Double, volatility: Double, discount: Double = 1
  ) -> Double {
    let deviation = volatility * years.squareRoot()
    guard deviation > 0 else { return discount * max(sign * (forward - strike), 0) }
    let d1 = log(forward / strike) / deviation + deviation / 2
    return discount * sign
      * (forward * cumulative(sign * d1) - strike * cumulative(sign * (d1 - deviation)))
  }

  /// The integral of `function` from `low` to `high` by Simpson's rule over an even number of intervals.
  public static func integral(
    from low: Double, to high: Double, intervals: Int = 2000, _ function: (Double) -> Double
  ) -> Double {
    let step = (high - low) / Double(intervals)
    var sum = function(low) + function(high)
    for index in 1..<intervals { sum += (index % 2 == 1 ? 4 : 2) * function(low + Double(index) * step) }
    return sum * step / 3
  }

  /// exp, for tests that import no library of functions.
  public static func exponential(_ x: Double) -> Double { exp(x) }
  /// ln, for tests that import no library of functions.
  public static func logarithm(_ x: Double) -> Double { log(x) }
}

// Elementary functions and the normal distribution between bounds.
//
// Each function is the kernels' own text, the same on every machine, and is widened by a relative 2^-49: sixteen halves of
// a unit in the last place. That the kernels stay inside is no theorem but a measurement: against figures of 50 digits over
// the whole range their largest error is below a quarter of the widening, and the tests hold them to it. What is built from
// these with `Interval`'s operations is then a proof.

extension Interval {
  /// The part of a result by which it is widened on either side.
  public static let widening = 0x1p-49

  /// Around a result of the kernels that is 0 or more; below the normal range, where digits are lost, down to 0.
  @inline(__always)
  private static func around(_ value: Double) -> Interval {
    guard value > 1e-280 else { return Interval(known: 0, 2e-280) }
    return Interval(known: (value - value * widening).nextDown, (value + value * widening).nextUp)
  }

  /// exp over the interval.
  public var exponential: Interval {
    func at(_ x: Double) -> Interval {
      guard x != 0 else { return .one }
      guard x > -640 else { return Interval(known: 0, 2e-278) }
      guard x < 709 else { return Interval(known: 8e307, .infinity) }
      return Interval.around(Double.exponential(x, correction: 0))
    }
    return Interval(known: at(lower).lower, at(upper).upper)
  }

  /// ln(a / b) for positive numbers in the normal range, without rounding a / b; 0 where they are equal.
  public static func logarithm(_ a: Double, over b: Double) -> Interval {
    guard a != b else { return .zero }
    let value = Double.logarithm(a, over: b)
    let margin = value.magnitude * widening
    return Interval(known: (value - margin).nextDown, (value + margin).nextUp)
  }

  /// N(x), the probability of a normal draw at most x, over the interval.
  public static func normal(_ x: Interval) -> Interval {
    Interval(known: around(Normal.cumulative(x.lower)).lower, min(around(Normal.cumulative(x.upper)).upper, 1))
  }

  /// n(x) = exp(-x² / 2) / sqrt(2 pi) over the interval.
  public static func density(_ x: Interval) -> Interval {
    let far = max(x.lower.magnitude, x.upper.magnitude)
    let near = x.contains(0) ? 0 : min(x.lower.magnitude, x.upper.magnitude)
    return Interval(known: around(Normal.density(far)).lower, around(Normal.density(near)).upper)
  }
}

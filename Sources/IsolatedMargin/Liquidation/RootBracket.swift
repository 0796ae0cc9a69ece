/// A root between two points of different sign, to the last digit of a `Double`.
///
/// Brent, *Algorithms for Minimization without Derivatives* (1973), chapter 4: secant and inverse quadratic steps that
/// fall back on halving, so a wrong slope costs time and never the root.
enum RootBracket {
  /// - Parameters:
  ///   - low: A point with value `lowValue`; `high` and `highValue` on the other side of zero.
  /// - Returns: The end of the last bracket with the smaller value.
  static func root(
    low: Double, lowValue: Double, high: Double, highValue: Double, _ function: (Double) -> Double
  ) -> Double {
    var (a, fa, b, fb) = (low, lowValue, high, highValue)
    if fa == 0 { return a }
    if fb == 0 { return b }
    var (c, fc) = (a, fa)
    var d = b - a
    var e = d
    for _ in 0..<400 {
      if (fb > 0) == (fc > 0) {
        (c, fc) = (a, fa)
        d = b - a
        e = d
      }
      if fc.magnitude < fb.magnitude {
        (a, b, c) = (b, c, b)
        (fa, fb, fc) = (fb, fc, fb)
      }
      let tolerance = 2 * b.ulp
      let middle = 0.5 * (c - b)
      if middle.magnitude <= tolerance || fb == 0 { return b }
      if e.magnitude >= tolerance, fa.magnitude > fb.magnitude {
        let s = fb / fa
        var p: Double
        var q: Double
        if a == c {
          p = 2 * middle * s
          q = 1 - s
        } else {
          let (u, v) = (fa / fc, fb / fc)
          p = s * (2 * middle * u * (u - v) - (b - a) * (v - 1))
          q = (u - 1) * (v - 1) * (s - 1)
        }
        if p > 0 { q = -q } else { p = -p }
        if 2 * p < min(3 * middle * q - (tolerance * q).magnitude, (e * q).magnitude) {
          e = d
          d = p / q
        } else {
          d = middle
          e = d
        }
      } else {
        d = middle
        e = d
      }
      (a, fa) = (b, fb)
      b += d.magnitude > tolerance ? d : (middle > 0 ? tolerance : -tolerance)
      fb = function(b)
    }
    return b
  }
}

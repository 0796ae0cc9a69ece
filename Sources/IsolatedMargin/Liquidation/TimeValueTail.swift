import Kernels
import RealModule

/// Options so far out of the money that their values underflow, by their logarithms.
enum TimeValueTail {
  /// ln of the undiscounted out-of-the-money value, in units of the smaller of forward and strike.
  ///
  /// E (M(w) - M(w + s)) with w = |ln(F/K)| / s - s/2 and Mills' ratio M. Far out, M's asymptotic series
  /// 1/w - 1/w^3 + 3/w^5 - 15/w^7 + 105/w^9 is subtracted term by term, so that the difference keeps its digits.
  static func logarithm(distance: Double, deviation s: Double) -> Double {
    let w = distance / s - s / 2
    let difference: Double
    if w > 20 {
      let shrink = -Double.log(onePlus: s / w)
      func term(_ power: Double) -> Double { -Double.expMinusOne(power * shrink) }
      let square = 1 / (w * w)
      let third = term(3) - 3 * square * (term(5) - 5 * square * (term(7) - 7 * square * term(9)))
      difference = (term(1) - square * third) / w
    } else {
      difference = Normal.millsRatio(w) - Normal.millsRatio(w + s)
    }
    return .log(difference) - w * w / 2 - 0.5 * .log(2 * .pi)
  }
}

internal import CVector

extension Lanes {
  /// g(u) = M(x) / u at u = 1 / (x + 4), where M is Mills' ratio Q(x) / n(x), and its divided difference.
  ///
  /// `tau` is the distance from the middle of the part, in parts. The quotients of the first Horner scheme are the
  /// coefficients of the divided difference, so that g(u) - g(u') costs no cancellation and no more than g(u') itself.
  @inline(__always)
  static func millsPolynomial(_ index: Self, _ tau: Self, _ other: Self) -> (value: Self, difference: Self) {
    var value = millsCoefficient(Int(CV_MILLS_DEGREE), index)
    var difference = value
    value = fma(value, tau, millsCoefficient(Int(CV_MILLS_DEGREE) - 1, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(8, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(7, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(6, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(5, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(4, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(3, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(2, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(1, index))
    difference = fma(difference, other, value)
    value = fma(value, tau, millsCoefficient(0, index))
    return (value, difference)
  }

  /// g(u) alone.
  @inline(__always)
  static func millsPolynomial(_ index: Self, _ tau: Self) -> Self {
    var value = millsCoefficient(Int(CV_MILLS_DEGREE), index)
    value = fma(value, tau, millsCoefficient(9, index))
    value = fma(value, tau, millsCoefficient(8, index))
    value = fma(value, tau, millsCoefficient(7, index))
    value = fma(value, tau, millsCoefficient(6, index))
    value = fma(value, tau, millsCoefficient(5, index))
    value = fma(value, tau, millsCoefficient(4, index))
    value = fma(value, tau, millsCoefficient(3, index))
    value = fma(value, tau, millsCoefficient(2, index))
    value = fma(value, tau, millsCoefficient(1, index))
    return fma(value, tau, millsCoefficient(0, index))
  }

  /// Adding this rounds a number in 0..<8 less one half to its part, and leaves the part in the low bits.
  @inline(__always) static var millsMagic: Self { Self(0x1.8p52) }

  /// Mills' ratio Q(x) / n(x) for x >= 0: the upper tail of the normal distribution over its density.
  ///
  /// Relative error about 3e-16 over the whole half-line. Mills, *Biometrika* 18 (1926).
  @inline(__always)
  static func millsRatio(_ x: Self) -> Self {
    let u = Self(1) / (x + Self(CV_MILLS_OFFSET))
    let shifted = fma(u, Self(CV_MILLS_SCALE), Self(-0.5)) + millsMagic
    let tau = fma(u, Self(CV_MILLS_SCALE), Self(-0.5)) - (shifted - millsMagic)
    return u * millsPolynomial(shifted, tau)
  }
}

/// Whether two arguments of Mills' ratio are met by one part of its table.
enum MillsSharing {
  /// Both from one part: s is at most ``sharedPartDeviation``.
  case shared
  /// Each from its own: s is larger.
  case separate
  /// Lanes of both kinds.
  case mixed
}

/// The largest s for which both of Mills' ratios may be taken from one part of the table.
let sharedPartDeviation = 0.25

/// Mills' ratio at two arguments s apart, and their difference.
struct MillsPair<L: Lanes> {
  /// M(near), or M(|near|) where s exceeds ``sharedPartDeviation``.
  let near: L
  let far: L
  /// M(near) - M(far), without cancellation where s is at most ``sharedPartDeviation``.
  let difference: L

  @inline(__always)
  init(near w1: L, far w2: L, deviation s: L, _ sharing: MillsSharing) {
    let offset = L(CV_MILLS_OFFSET)
    let scale = L(CV_MILLS_SCALE)
    let half = L(0.5)
    let isShared = L.isLessOrEqual(s, L(sharedPartDeviation))
    let w =
      switch sharing {
      case .shared: w1
      case .separate: L.magnitude(w1)
      case .mixed: L.choose(isShared, w1, L.magnitude(w1))
      }
    let y1 = w + offset
    let y2 = w2 + offset
    let reciprocal = L(1) / (y1 * y2)
    let u1 = reciprocal * y2
    let u2 = reciprocal * y1
    let position1 = L.fma(u1, scale, -half)
    let position2 = L.fma(u2, scale, -half)
    if sharing == .separate {
      let index1 = position1 + L.millsMagic
      let index2 = position2 + L.millsMagic
      near = u1 * L.millsPolynomial(index1, position1 - (index1 - L.millsMagic))
      far = u2 * L.millsPolynomial(index2, position2 - (index2 - L.millsMagic))
      difference = near - far
      return
    }
    let middle = L.fma(half, position1, half * position2)
    let index1 = (sharing == .shared ? middle : L.choose(isShared, middle, position1)) + L.millsMagic
    let index2 = (sharing == .shared ? middle : L.choose(isShared, middle, position2)) + L.millsMagic
    let tau1 = position1 - (index1 - L.millsMagic)
    let tau2 = position2 - (index2 - L.millsMagic)
    let (g1, slope) = L.millsPolynomial(index1, tau1, tau2)
    near = u1 * g1
    far = u2 * L.millsPolynomial(index2, tau2)
    // u g - u' g' = (u - u') g + u' (g - g'), and u - u' = s u u'.
    let together = s * reciprocal * L.fma(scale * u2, slope, g1)
    difference = sharing == .shared ? together : L.choose(isShared, together, near - far)
  }
}

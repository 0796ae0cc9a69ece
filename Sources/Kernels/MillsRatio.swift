internal import CVector

// Mills' ratio M(x) = Q(x) / n(x), the upper tail of the normal distribution over its density.
//
// With U = scale / (x + 4), M = U h(U), and h is nearly straight. Eight polynomials of degree 10, centred on the whole
// numbers 0 to 7 of U, meet it to 2e-16; their coefficients lie in registers and are picked by the lowest bits of a
// number that has been rounded by adding a large one. Mills, *Biometrika* 18 (1926).

extension Lanes {
  /// Rounds half of `twice` to a whole number, which is left in the lowest bits of the pattern.
  @inline(__always)
  fileprivate static func millsIndex(_ twice: Self) -> Self { twice + Self(0x1.8p53) }

  /// Mills' ratio for x >= 0, with a relative error of about 3e-16 over the whole half-line.
  @inline(__always)
  static func millsRatio(_ x: Self) -> Self {
    let u = Self(CV_MILLS_SCALE) / (x + Self(CV_MILLS_OFFSET))
    let index = millsIndex(u + u)
    let tau = u - millsCentre(index)
    var value = millsCoefficient(Int(CV_MILLS_DEGREE), index)
    for power in stride(from: Int(CV_MILLS_DEGREE) - 1, through: 0, by: -1) {
      value = fma(value, tau, millsCoefficient(power, index))
    }
    return u * value
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

  /// The quotients of the Horner scheme for h(U) are the coefficients of its divided difference, so that two values of
  /// one part give their difference for the price of the second value; in the other lanes the same chain gives h(U').
  @inline(__always)
  init(near w1: L, far w2: L, deviation s: L, _ sharing: MillsSharing) {
    let offset = L(CV_MILLS_OFFSET)
    let isShared = L.isLessOrEqual(s, L(sharedPartDeviation))
    /// The first where both are met by one part, the second where each has its own.
    func pick(_ shared: L, _ separate: L) -> L {
      switch sharing {
      case .shared: shared
      case .separate: separate
      case .mixed: L.choose(isShared, shared, separate)
      }
    }
    let y1 = pick(w1, L.magnitude(w1)) + offset
    let y2 = w2 + offset
    let reciprocal = L(CV_MILLS_SCALE) / (y1 * y2)
    let u1 = reciprocal * y2
    let u2 = reciprocal * y1
    let twice = u1 + u2
    let index1 = L.millsIndex(pick(twice, u1 + u1))
    let index2 = L.millsIndex(pick(twice, u2 + u2))
    let tau1 = u1 - L.millsCentre(index1)
    let tau2 = u2 - L.millsCentre(index2)

    var value = L.millsCoefficient(10, index1)
    var other = pick(value, L.millsCoefficient(10, index2))
    value = L.fma(value, tau1, L.millsCoefficient(9, index1))
    other = L.fma(other, tau2, pick(value, L.millsCoefficient(9, index2)))
    value = L.fma(value, tau1, L.millsCoefficient(8, index1))
    other = L.fma(other, tau2, pick(value, L.millsCoefficient(8, index2)))
    value = L.fma(value, tau1, L.millsCoefficient(7, index1))
    other = L.fma(other, tau2, pick(value, L.millsCoefficient(7, index2)))
    value = L.fma(value, tau1, L.millsCoefficient(6, index1))
    other = L.fma(other, tau2, pick(value, L.millsCoefficient(6, index2)))
    value = L.fma(value, tau1, L.millsCoefficient(5, index1))
    other = L.fma(other, tau2, pick(value, L.millsCoefficient(5, index2)))
    value = L.fma(value, tau1, L.millsCoefficient(4, index1))
    other = L.fma(other, tau2, pick(value, L.millsCoefficient(4, index2)))
    value = L.fma(value, tau1, L.millsCoefficient(3, index1))
    other = L.fma(other, tau2, pick(value, L.millsCoefficient(3, index2)))
    value = L.fma(value, tau1, L.millsCoefficient(2, index1))
    other = L.fma(other, tau2, pick(value, L.millsCoefficient(2, index2)))
    value = L.fma(value, tau1, L.millsCoefficient(1, index1))
    other = L.fma(other, tau2, pick(value, L.millsCoefficient(1, index2)))
    value = L.fma(value, tau1, L.millsCoefficient(0, index1))

    near = u1 * value
    switch sharing {
    case .shared:
      // U h - U' h' = (U - U') h + U' (h - h'), and U - U' = s times the reciprocal.
      difference = s * reciprocal * L.fma(u2, other, value)
      far = near - difference
    case .separate:
      far = u2 * L.fma(other, tau2, L.millsCoefficient(0, index2))
      difference = near - far
    case .mixed:
      let together = s * reciprocal * L.fma(u2, other, value)
      let apart = u2 * L.fma(other, tau2, L.millsCoefficient(0, index2))
      far = L.choose(isShared, near - together, apart)
      difference = L.choose(isShared, together, near - apart)
    }
  }
}

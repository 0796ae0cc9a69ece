import RealModule

/// Whether a slice is free of butterfly arbitrage: whether its prices are those of a density.
///
/// The density of ln(S/F) is g(k) / sqrt(2 pi w) exp(-d2^2 / 2) with
///
///     g = (1 - k w' / (2 w))^2 - w'^2 / 4 (1 / w + 1 / 4) + w'' / 2
///
/// so a slice is free of it where g is nowhere below 0 and the call's price goes to 0 at high strikes, which a right wing
/// with a slope below 2 gives. Durrleman (2003); Gatheral and Jacquier, *Quantitative Finance* 14 (2014), lemma 2.2.
///
/// **What is proved.** With (k - m) / sigma = (s - 1/s) / 2, w, w' and w'' are rational in s, and g has the sign of a
/// polynomial of degree 10 on s > 0, for all k at once. Its coefficients in Bernstein's basis on (0, 1] and [1, infinity)
/// carry a bound on their rounding; the answer `free` is given where all of them are above it. No grid is involved.
public enum DurrlemanCondition {
  /// The function g at a log-moneyness; not-a-number where total variance is 0.
  public static func value(of slice: SVISlice, at k: Double) -> Double {
    let (w, slope, curvature) = slice.curve(at: k)
    guard w > 0 else { return .nan }
    let straight = 1 - k * slope / (2 * w)
    return straight * straight - slope * slope / 4 * (1 / w + 0.25) + curvature / 2
  }

  /// The least g that a search over the line finds, and where: what a report says. It is found by sampling and no proof.
  public static func least(of slice: SVISlice) -> (logMoneyness: Double, value: Double) {
    func g(_ u: Double) -> (k: Double, value: Double) {
      let k = slice.m + slice.sigma * .sinh(u)
      return (k, value(of: slice, at: k))
    }
    var (best, place) = (g(0), 0.0)
    // sinh(12) is 81,000 times sigma: beyond it g is at its limit, (4 - slope^2) / 16.
    for step in -120...120 {
      let candidate = g(Double(step) * 0.1)
      if candidate.value < best.value { (best, place) = (candidate, Double(step) * 0.1) }
    }
    var width = 0.1
    while width > 1e-7 {
      width /= 2
      for u in [place - width, place + width] {
        let candidate = g(u)
        if candidate.value < best.value { (best, place) = (candidate, u) }
      }
    }
    return (best.k, best.value)
  }

  /// Whether a slice is free of butterfly arbitrage at every strike.
  ///
  /// - Complexity: Some 500 operations and a few small arrays for a slice that is clearly free or clearly not.
  public static func verdict(on slice: SVISlice) -> ArbitrageVerdict {
    if slice.b == 0 { return slice.a > 0 ? .free : .touching(logMoneyness: 0) }
    guard slice.leastVariance > 0 else { return .touching(logMoneyness: slice.minimum) }
    let polynomial = polynomial(of: slice)
    var touching: Double?
    for (part, isBeyond) in [(polynomial.overUnitInterval, false), (polynomial.beyondUnitInterval, true)] {
      func moneyness(_ s: Double) -> Double {
        let s = max(s, 1e-12)
        return slice.m + slice.sigma * (isBeyond ? 1 / s - s : s - 1 / s) / 2
      }
      switch part.search() {
      case .positive: continue
      case .negative(let s):
        let k = moneyness(s)
        let g = value(of: slice, at: k)
        // Where g and its polynomial do not agree on the sign, it is too small to say.
        if g < 0 { return .violated(logMoneyness: k, by: g) }
        touching = touching ?? k
      case .undecided(let s): touching = touching ?? moneyness(s)
      }
    }
    // A call must be worth nothing at the highest strikes, and with a slope of 2 it is not.
    if touching == nil, slice.wingSlopes.right >= 2 { touching = .infinity }
    return touching.map { .touching(logMoneyness: $0) } ?? .free
  }

  /// 16 s^2 D^3 w^2 g as a polynomial in s, with D = s^2 + 1.
  static func polynomial(of slice: SVISlice) -> SignedPolynomial {
    let (a, b, rho, m, sigma) = (slice.a, slice.b, slice.rho, slice.m, slice.sigma)
    let (left, right) = (1 - rho, 1 + rho)
    // w s, k s and w' D.
    let w = SignedPolynomial([b * sigma / 2 * left, a, b * sigma / 2 * right])
    let k = SignedPolynomial([-sigma / 2, m, sigma / 2])
    let slope = SignedPolynomial([-b * left, 0, b * right])
    let d = SignedPolynomial([1, 0, 1])
    let straight = SignedPolynomial([2]) * w * d
    let difference = straight.adding(-1, times: k * slope)
    let square = w * w
    let shift = SignedPolynomial([0, 4]) * w
    return (SignedPolynomial([4]) * d * difference * difference)
      .adding(-1, times: d * slope * slope * square.adding(1, times: shift))
      .adding(64 * b / sigma, times: SignedPolynomial([0, 0, 0, 1]) * square)
  }
}

extension SVISlice {
  /// The log-moneyness of the least total variance; at |rho| = 1, where it is only a limit, the centre m.
  public var minimum: Double {
    let root = ((1 - rho) * (1 + rho)).squareRoot()
    return root > 0 ? m - rho * sigma / root : m
  }
}

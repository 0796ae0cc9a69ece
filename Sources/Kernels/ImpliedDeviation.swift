internal import CVector
internal import RealModule

/// The total deviation s = v sqrt(T) at which the out-of-the-money option has its price.
///
/// With k = |ln(A / B)| and prices in units of the smaller of A and B, w = k / s - s / 2 and M Mills' ratio,
///
///     b(s) = n(w) (M(w) - M(w + s)),   1 - b(s) = n(w) (M(-w) + M(w + s)),   b'(s) = n(w).
///
/// Up to one half the logarithm of b is met, above it the logarithm of 1 - b, by Householder's iteration of fourth
/// order: both are nearly straight where the price itself is flat, and keep their accuracy however small they are. The
/// start is Corrado and Miller's formula (*Journal of Banking & Finance* 20, 1996) near the money, the leading term of
/// the wing's asymptotic expansion far from it, and the inverse normal distribution for prices above one half.
struct ImpliedDeviation<L: Lanes> {
  /// k.
  var distance: L
  /// (larger - smaller) / (2 smaller) of A and B.
  var halfGap: L
  /// b, and the logarithm of b or of 1 - b, whichever is the smaller.
  var price: L
  var logPrice: L
  var isUpper: L.Mask

  /// s, and whether the last step was small enough to trust it.
  @inline(__always)
  func solve() -> (deviation: L, isConverged: L.Mask) {
    var s = start()
    var isDone = L.isLess(L(1), L(0))
    for _ in 0..<6 {
      let step = self.step(at: s)
      let next = L.greater(L.lesser(s + step, L(3) * s), L(0.3) * s)
      // A lane that has converged keeps its answer, whatever its neighbours need.
      let isClose = L.isLess(L.magnitude(step), L(1e-4) * s)
      s = L.choose(isDone, s, next)
      isDone = L.either(isDone, isClose)
      if L.bits(isDone) == (1 << UInt32(L.width)) - 1 { break }
    }
    return (s, isDone)
  }

  /// ln b(s) or ln(1 - b(s)), less its target, the reciprocal of its derivative in s, and k / s.
  @inline(__always)
  func residual(at s: L, reciprocal: L) -> (value: L, perSlope: L, h: L) {
    let zero = L(0)
    let half = L(0.5)
    let h = distance * reciprocal
    let w = L.fma(-half, s, h)
    let mills = MillsPair(near: w, far: w + s, deviation: s, .mixed)
    let isNegative = L.isLess(w, zero)
    let isSeparate = L.isLess(L(sharedPartDeviation), s)
    let halfSquare = half * w * w
    // M(-|w|) = sqrt(2 pi) exp(w^2 / 2) - M(|w|)
    let reflected = L.fma(
      L(2.5066282746310002), L.exponential(L.lesser(halfSquare, L(700)), correction: zero), -mills.near)
    let lower = L.choose(L.both(isNegative, isSeparate), reflected - mills.far, mills.difference)
    let upper = L.choose(isNegative, mills.near, reflected) + mills.far
    let ratio = L.greater(L.choose(isUpper, upper, lower), L(1e-300))
    let value = (L.logarithm(ratio, over: L(2.5066282746310002)) - halfSquare) - logPrice
    return (value, L.choose(isUpper, -ratio, ratio), h)
  }

  @inline(__always)
  private func step(at s: L) -> L {
    let one = L(1)
    let reciprocal = one / s
    let (f, d, h) = residual(at: s, reciprocal: reciprocal)
    // With d = 1 / f', g = b'' / b': d times the second derivative over the first is d g - 1, d^2 times the third over
    // the first d^2 (g' + g^2) - 3 d g + 2.
    let bend = h * reciprocal
    let a = d * L.fma(h, bend, L(-0.25) * s)
    let a1 = d * d * L.fma(L(-3) * bend, bend, L(-0.25))
    let second = f * (one - a)
    let third = f * f * (L.fma(a, a, a1) + L.fma(L(-3), a, L(2)))
    return -(f * d) * L.fma(L(0.5), second, one) / L.fma(L(1.0 / 6), third, one + second)
  }

  @inline(__always)
  private func start() -> L {
    let zero = L(0)
    let one = L(1)
    let root = L(2.5066282746310002)
    // Near the money.
    let y = price + halfGap
    let discriminant = L.fma(y, y, L(-1.2732395447351628) * halfGap * halfGap)
    let near = root * L.fma(L(0.5), y, L(0.5) * L.squareRoot(L.greater(discriminant, zero))) / (one + halfGap)
    // The wing: a = k / s, a^2 = 2 lambda + 2 ln(n(0) s (1 - a M(a))), 1 - a M(a) ~ 1 / (1 + 1.25 a + a^2).
    let twice = L.fma(L(-2), logPrice, distance)
    let a0 = L.squareRoot(L.greater(twice, L(1e-3)))
    let inner = L.logarithm(
      L.greater(distance, L(1e-300)), over: root * a0 * L.fma(a0, a0 + L(1.25), one))
    let wing = distance / L.squareRoot(L.greater(L.fma(L(2), inner, twice), L(0.25) * twice))
    // Above one half: u from Abramowitz and Stegun 26.2.23 at half of 1 - b, s = u + sqrt(u^2 + 2 k).
    let t = L.squareRoot(L.fma(L(-2), logPrice, L(1.3862943611198906)))
    let numerator = L.fma(L.fma(L(0.010328), t, L(0.802853)), t, L(2.515517))
    let denominator = L.fma(L.fma(L.fma(L(0.001308), t, L(0.189269)), t, L(1.432788)), t, one)
    let u = t - numerator / denominator
    let high = u + L.squareRoot(L.fma(u, u, L(2) * distance))
    let low = L.choose(L.isLess(zero, discriminant), near, wing)
    return L.greater(L.choose(isUpper, high, low), L(1e-290))
  }
}

extension ImpliedDeviation<Double> {
  /// s by bisection of its exponent and then of itself, for the few prices that the fast iteration does not reach.
  func bisected() -> Double {
    func isTooSmall(_ s: Double) -> Bool {
      let value = residual(at: s, reciprocal: 1 / s).value
      return isUpper ? value > 0 : value < 0
    }
    var low = -1000.0
    var high = 12.0
    while high - low > 1 {
      let middle = 0.5 * (low + high)
      if isTooSmall(Double.exp2(middle)) { low = middle } else { high = middle }
    }
    var a = Double.exp2(low)
    var b = Double.exp2(high)
    while true {
      let middle = a + 0.5 * (b - a)
      guard middle > a, middle < b else { return middle }
      if isTooSmall(middle) { a = middle } else { b = middle }
    }
  }
}

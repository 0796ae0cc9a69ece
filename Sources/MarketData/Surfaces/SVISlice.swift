import RealModule

/// Total implied variance of one expiry in the raw parametrisation of stochastic-volatility-inspired (SVI) variance:
///
///     w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)),    k = ln(K/F),    w = volatility^2 x years
///
/// A hyperbola: convex, linear in both wings as any implied variance must be at most (Lee 2004), with its least value
/// a + b sigma sqrt(1 - rho^2). The raw form is the one that is evaluated; ``SVINatural`` and ``SVIJumpWings`` say the
/// same slice in figures that speak of the market. Gatheral (2004); Gatheral and Jacquier, *Quantitative Finance* 14
/// (2014), equation 3.1.
public struct SVISlice: Hashable, Sendable {
  /// Level of total variance; may be negative.
  public let a: Double
  /// Half of the sum of the two wings' slopes, 0 or more.
  public let b: Double
  /// From -1 to 1: how the slopes are shared, the right wing's being b (1 + rho).
  public let rho: Double
  /// Log-moneyness about which the smile is centred.
  public let m: Double
  /// Above 0: how wide the smile's bend is.
  public let sigma: Double

  /// - Throws: ``SurfaceError/badParameter(name:found:wanted:)`` for a number that is not finite, b below 0, |rho| above
  ///   1, sigma of 0 or less, and where the least total variance is below 0.
  public init(a: Double, b: Double, rho: Double, m: Double, sigma: Double) throws(SurfaceError) {
    guard a.isFinite else { throw .badParameter(name: "a", found: a, wanted: "a finite number") }
    guard b >= 0, b.isFinite else { throw .badParameter(name: "b", found: b, wanted: "a finite number of 0 or more") }
    guard rho.magnitude <= 1 else { throw .badParameter(name: "rho", found: rho, wanted: "a number from -1 to 1") }
    guard m.isFinite else { throw .badParameter(name: "m", found: m, wanted: "a finite number") }
    guard sigma > 0, sigma.isFinite else {
      throw .badParameter(name: "sigma", found: sigma, wanted: "a finite number above 0")
    }
    // 1 - rho^2 as a product, which keeps its digits near the ends.
    let depth = b * sigma * ((1 - rho) * (1 + rho)).squareRoot()
    guard a + depth >= -8 * .ulpOfOne * (a.magnitude + depth) else {
      throw .badParameter(
        name: "a", found: a, wanted: "at least \(-depth), so that no total variance is below 0")
    }
    self.a = a
    self.b = b
    self.rho = rho
    self.m = m
    self.sigma = sigma
  }

  /// Total variance at a log-moneyness, 0 or more.
  public func totalVariance(at k: Double) -> Double { max(0, curve(at: k).variance) }

  /// Total variance with its first and second derivative in log-moneyness.
  ///
  /// The form avoids the difference of two large numbers in a wing that slopes down: (z - |x|) is sigma^2 / (z + |x|).
  public func curve(at k: Double) -> (variance: Double, slope: Double, curvature: Double) {
    let x = k - m
    let z = (x * x + sigma * sigma).squareRoot()
    let bend = sigma * sigma / (z + x.magnitude)
    let wing = x >= 0 ? (1 + rho) * x : (rho - 1) * x
    return (a + b * (wing + bend), b * (rho + x / z), b * (sigma / z) * (sigma / z) / z)
  }

  /// The slopes of total variance against |k| far out, at low strikes and at high ones; Lee's bound for both is 2.
  public var wingSlopes: (left: Double, right: Double) { (b * (1 - rho), b * (1 + rho)) }

  /// The least total variance of the whole line: a + b sigma sqrt(1 - rho^2), 0 or more.
  public var leastVariance: Double { max(0, a + b * sigma * ((1 - rho) * (1 + rho)).squareRoot()) }

  /// The slice with all its total variances multiplied by a factor: the same volatilities over another time.
  ///
  /// - Throws: ``SurfaceError/badParameter(name:found:wanted:)`` for a factor below 0 or not finite.
  public func scaled(by factor: Double) throws(SurfaceError) -> SVISlice {
    try SVISlice(a: factor * a, b: factor * b, rho: rho, m: m, sigma: sigma)
  }
}

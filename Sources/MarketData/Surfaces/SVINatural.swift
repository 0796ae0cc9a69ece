import RealModule

/// A slice in the natural parametrisation, in which the surface of ``SSVISurface`` is written:
///
///     w(k) = delta + omega / 2 (1 + zeta rho (k - mu) + sqrt((zeta (k - mu) + rho)^2 + 1 - rho^2))
///
/// Gatheral and Jacquier, *Quantitative Finance* 14 (2014), equation 3.2 and lemma 3.1.
public struct SVINatural: Hashable, Sendable {
  public let delta: Double
  public let mu: Double
  /// Strictly between -1 and 1.
  public let rho: Double
  /// 0 or more.
  public let omega: Double
  /// Above 0.
  public let zeta: Double

  /// - Throws: ``SurfaceError/badParameter(name:found:wanted:)``.
  public init(delta: Double, mu: Double, rho: Double, omega: Double, zeta: Double) throws(SurfaceError) {
    for (name, value) in [("delta", delta), ("mu", mu)] where !value.isFinite {
      throw .badParameter(name: name, found: value, wanted: "a finite number")
    }
    guard rho.magnitude < 1 else {
      throw .badParameter(name: "rho", found: rho, wanted: "a number strictly between -1 and 1")
    }
    guard omega >= 0, omega.isFinite else {
      throw .badParameter(name: "omega", found: omega, wanted: "a finite number of 0 or more")
    }
    guard zeta > 0, zeta.isFinite else {
      throw .badParameter(name: "zeta", found: zeta, wanted: "a finite number above 0")
    }
    self.delta = delta
    self.mu = mu
    self.rho = rho
    self.omega = omega
    self.zeta = zeta
  }

  /// The natural parameters of a raw slice.
  ///
  /// - Throws: ``SurfaceError/undetermined(parameter:reason:)`` at rho = 1 and -1, where zeta would be 0.
  public init(_ slice: SVISlice) throws(SurfaceError) {
    let root = ((1 - slice.rho) * (1 + slice.rho)).squareRoot()
    guard root > 0 else {
      throw .undetermined(parameter: "zeta", reason: "rho is \(slice.rho), and the natural form has no such slice")
    }
    try self.init(
      delta: slice.a - slice.b * slice.sigma * root, mu: slice.m + slice.rho * slice.sigma / root, rho: slice.rho,
      omega: 2 * slice.b * slice.sigma / root, zeta: root / slice.sigma)
  }

  /// The same slice in raw parameters.
  ///
  /// - Throws: ``SurfaceError/badParameter(name:found:wanted:)`` where some total variance is below 0.
  public func raw() throws(SurfaceError) -> SVISlice {
    let square = (1 - rho) * (1 + rho)
    return try SVISlice(
      a: delta + omega / 2 * square, b: omega * zeta / 2, rho: rho, m: mu - rho / zeta,
      sigma: square.squareRoot() / zeta)
  }
}

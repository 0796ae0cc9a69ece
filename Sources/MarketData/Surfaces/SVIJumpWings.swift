import RealModule

/// A slice in figures a trader reads off: variance and skew at the money, the slopes of both wings, the least variance.
///
/// All five are of one order at every expiry, so they compare across expiries where raw parameters do not. Gatheral and
/// Jacquier, *Quantitative Finance* 14 (2014), equation 3.5 and lemma 3.2.
public struct SVIJumpWings: Hashable, Sendable {
  /// Years to expiry, above 0: variances below are a year.
  public let years: Double
  /// Variance at the money: w(0) / years.
  public let variance: Double
  /// Skew at the money: the slope of volatility x sqrt(years) in log-moneyness.
  public let skew: Double
  /// Slope of the left wing of total variance over sqrt(w(0)), 0 or more.
  public let putSlope: Double
  /// Slope of the right wing over sqrt(w(0)), 0 or more.
  public let callSlope: Double
  /// The least variance of the slice, at most `variance`.
  public let leastVariance: Double

  /// - Throws: ``SurfaceError/badParameter(name:found:wanted:)``: years or variance of 0 or less, a slope below 0, a
  ///   least variance below 0 or above that at the money, a skew outside [-putSlope / 2, callSlope / 2].
  public init(
    years: Double, variance: Double, skew: Double, putSlope: Double, callSlope: Double, leastVariance: Double
  ) throws(SurfaceError) {
    for (name, value) in [("years", years), ("variance", variance)] where !(value > 0 && value.isFinite) {
      throw .badParameter(name: name, found: value, wanted: "a finite number above 0")
    }
    for (name, value) in [("put slope", putSlope), ("call slope", callSlope)] where !(value >= 0 && value.isFinite) {
      throw .badParameter(name: name, found: value, wanted: "a finite number of 0 or more")
    }
    // A hyperbola's slope lies between those of its wings; rounding may put one at a wing's own just beyond.
    let room = 16 * .ulpOfOne * (putSlope + callSlope)
    guard skew >= -putSlope / 2 - room, skew <= callSlope / 2 + room else {
      throw .badParameter(
        name: "skew", found: skew, wanted: "a number from \(-putSlope / 2) to \(callSlope / 2), half the wings' slopes")
    }
    guard leastVariance >= 0, leastVariance <= variance * (1 + 16 * .ulpOfOne) else {
      throw .badParameter(
        name: "least variance", found: leastVariance,
        wanted: "a number from 0 to the variance at the money, \(variance)")
    }
    self.years = years
    self.variance = variance
    self.skew = skew
    self.putSlope = putSlope
    self.callSlope = callSlope
    self.leastVariance = leastVariance
  }

  /// The jump-wings figures of a raw slice.
  ///
  /// - Throws: ``SurfaceError/undetermined(parameter:reason:)`` where the variance at the money is 0, by whose root the
  ///   slopes are divided; ``SurfaceError/badParameter(name:found:wanted:)`` for years of 0 or less.
  public init(_ slice: SVISlice, years: Double) throws(SurfaceError) {
    let money = slice.curve(at: 0)
    guard money.variance > 0 else {
      throw .undetermined(parameter: "skew", reason: "the variance at the money is 0")
    }
    let root = money.variance.squareRoot()
    let slopes = slice.wingSlopes
    try self.init(
      years: years, variance: money.variance / years, skew: money.slope / (2 * root), putSlope: slopes.left / root,
      callSlope: slopes.right / root, leastVariance: min(slice.leastVariance, money.variance) / years)
  }

  /// The same slice in raw parameters.
  ///
  /// With R = sqrt(m^2 + sigma^2) and beta = m / R the skew gives beta, and variance less least variance is
  /// b R (1 - rho beta - sqrt((1 - rho^2) (1 - beta^2))). The bracket is (rho - beta)^2 / (1 - rho beta + sqrt(...)),
  /// which keeps its digits where the money is near the minimum, and needs no case for m = 0.
  ///
  /// - Throws: ``SurfaceError/undetermined(parameter:reason:)`` where the wings are flat (b = 0: m and sigma are free),
  ///   where the least variance stands at the money (sigma is free), and where the skew is a wing's own, so that sigma
  ///   would be 0.
  public func raw() throws(SurfaceError) -> SVISlice {
    let total = variance * years
    let root = total.squareRoot()
    let b = root / 2 * (putSlope + callSlope)
    guard b > 0 else { throw .undetermined(parameter: "m and sigma", reason: "both wings are flat") }
    let rho = min(1, max(-1, (callSlope - putSlope) / (callSlope + putSlope)))
    let tilt = 2 * skew * root / b
    let beta = min(1, max(-1, rho - tilt))
    guard tilt != 0, rho != beta else {
      throw .undetermined(parameter: "sigma", reason: "the skew is 0, and the least variance stands at the money")
    }
    let narrow = ((1 - beta) * (1 + beta)).squareRoot()
    guard narrow > 0 else {
      throw .undetermined(parameter: "sigma", reason: "the skew is that of a wing, where sigma would be 0")
    }
    let bend = narrow * ((1 - rho) * (1 + rho)).squareRoot()
    let bracket = (rho - beta) * (rho - beta) / (1 - rho * beta + bend)
    let radius = (variance - leastVariance) * years / (b * bracket)
    guard radius > 0 else {
      throw .undetermined(
        parameter: "sigma", reason: "the least variance is that at the money, but the skew there is not 0")
    }
    let sigma = radius * narrow
    return try SVISlice(
      a: leastVariance * years - b * sigma * ((1 - rho) * (1 + rho)).squareRoot(), b: b, rho: rho, m: radius * beta,
      sigma: sigma)
  }
}

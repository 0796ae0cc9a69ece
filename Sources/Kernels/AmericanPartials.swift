/// The value of one American option and the partial derivatives that its integral gives, raw as in
/// ``BlackScholesPartials``.
public struct AmericanPartials: Sendable, Equatable {
  public var value: Double
  /// dV/dS; -1 or 1 where the option is exercised.
  public var delta: Double
  /// d²V/dS²; 0 where the option is exercised. At the boundary itself it jumps.
  public var gamma: Double
  /// dV/dv
  public var vega: Double
  /// -dV/dT; 0 where the option is exercised.
  public var theta: Double
  /// dV/dr at a fixed dividend yield
  public var rho: Double
  /// dV/dq at a fixed rate
  public var epsilon: Double
  /// dV/dK
  public var dualDelta: Double
  /// d²V/dK²
  public var dualGamma: Double

  static let undefined = AmericanPartials(
    value: .nan, delta: .nan, gamma: .nan, vega: .nan, theta: .nan, rho: .nan, epsilon: .nan, dualDelta: .nan,
    dualGamma: .nan)

  /// What homogeneity in spot and strike adds: V = S dV/dS + K dV/dK, and its consequence for the second derivatives.
  mutating func addDuals(spot: Double, strike: Double) {
    guard strike > 0 else {
      (dualDelta, dualGamma) = (.nan, .nan)
      return
    }
    dualDelta = (value - spot * delta) / strike
    dualGamma = spot / strike * (spot / strike) * gamma
  }
}

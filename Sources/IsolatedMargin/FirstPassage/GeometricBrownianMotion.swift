/// A price whose logarithm is a Brownian motion with drift: dS = mu S dt + sigma S dW.
///
/// The same law serves two different questions. With the drift that a forward implies and an implied volatility it gives
/// risk-neutral probabilities, what the market charges for; with a drift and a volatility of one's own it gives
/// real-world ones, as good as those two numbers. Whoever shows a probability says which.
public struct GeometricBrownianMotion: Hashable, Sendable {
  /// mu, a year, continuously compounded: the growth rate of the mean price.
  public let drift: Double
  /// sigma, annualised, as a fraction.
  public let volatility: Double

  /// - Throws: ``IsolatedMarginError`` `.badInput` for a drift beyond 100 a year and a volatility outside 10⁻⁶ to 100.
  public init(drift: Double, volatility: Double) throws(IsolatedMarginError) {
    guard drift.magnitude <= 100 else {
      throw .badInput("drift", found: "\(drift)", wanted: "a rate between -100 and 100 a year")
    }
    guard volatility >= 1e-6, volatility <= 100 else {
      throw .badInput("volatility", found: "\(volatility)", wanted: "a fraction between 0.000001 and 100")
    }
    self.drift = drift
    self.volatility = volatility
  }

  /// nu = mu - sigma² / 2, the drift of ln S a year.
  public var logDrift: Double { drift - volatility * volatility / 2 }
}

import Instruments

/// How a bound moves, by the implicit function theorem: dS*/dx = -(dH/dx) / (dH/dS).
///
/// First derivatives: near a double root (``LiquidationBound/isNearDouble``) they hold for the smallest steps only.
public struct LiquidationSensitivity: Hashable, Sendable {
  /// Quote currency for one unit of settlement currency deposited.
  public let perTopUp: Double
  /// For 1.00 of every volatility.
  public let perVolatility: Double
  /// For one calendar day passing.
  public let perDay: Double
}

extension LiquidationBox {
  /// How a bound of the region in `state` moves; nil at a jump, and where equity is flat.
  public func sensitivity(
    of bound: LiquidationBound, _ state: LiquidationState = .now
  ) -> LiquidationSensitivity? {
    guard let slope = bound.slope, slope != 0 else { return nil }
    let excess = excess(at: bound.price, state)
    return LiquidationSensitivity(
      perTopUp: -1 / slope, perVolatility: -excess.vega / slope, perDay: -excess.theta / 365 / slope)
  }
}

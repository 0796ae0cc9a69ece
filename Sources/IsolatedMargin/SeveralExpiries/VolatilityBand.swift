/// The implied volatilities at which legs may have to be closed.
public struct VolatilityBand: Hashable, Sendable {
  /// Whether legs share a volatility: two different answers.
  public enum Sharing: String, Hashable, Sendable, CaseIterable {
    /// Each leg has its own inside the band, the worst for it: the safe one.
    case perLeg = "per_leg"
    /// All legs have one volatility together.
    case common
  }

  /// Annualised, as fractions.
  public let lower: Double
  public let upper: Double
  public let sharing: Sharing

  /// - Throws: ``IsolatedMarginError`` `.badInput` unless 0 <= `lower` <= `upper` <= 100.
  public init(lower: Double, upper: Double, sharing: Sharing = .perLeg) throws(IsolatedMarginError) {
    guard lower >= 0, lower <= upper, upper <= 100 else {
      throw .badInput("volatility band", found: "\(lower) to \(upper)", wanted: "0 <= low <= high <= 100")
    }
    self.lower = lower
    self.upper = upper
    self.sharing = sharing
  }

  /// `30..120 % per leg`: in percent, as it is asked for.
  public var text: String {
    "\(VolatilityBand.percent(lower))..\(VolatilityBand.percent(upper)) % "
      + (sharing == .perLeg ? "per leg" : "common to all legs")
  }

  /// To the 8th decimal of a percent, beyond which a Double's own rounding would be told.
  private static func percent(_ fraction: Double) -> String {
    let value = (fraction * 1e10).rounded() / 1e8
    return value == value.rounded() ? "\(Int(value.rounded()))" : "\(value)"
  }
}

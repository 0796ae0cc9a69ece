/// What happens to volatilities in a scenario taken from a history of prices.
public enum VolatilityMove: String, Hashable, Sendable, CaseIterable {
  /// They change by the relative change of the underlying's volatility index over the same days.
  case index
  /// They change by as many points as the underlying's volatility index did over the same days.
  case indexPoints = "index-points"
  /// They change in proportion to the EWMA volatility of the price itself from the first to the last of these days: a
  /// stand-in where nobody publishes an index, and slower than implied volatility is.
  case realised
  /// They stay: only the price moves.
  case unchanged

  /// True where shifts of volatility multiply; false where they add points.
  public var isRelative: Bool { self != .indexPoints }
}

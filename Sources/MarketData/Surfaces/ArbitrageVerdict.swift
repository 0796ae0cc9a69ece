/// What a search over the whole line says of a condition that must hold everywhere.
public enum ArbitrageVerdict: Hashable, Sendable {
  /// Proved for every log-moneyness, rounding of the search included.
  case free
  /// The condition is broken: a log-moneyness at which it is, and the figure there, below 0.
  case violated(logMoneyness: Double, by: Double)
  /// The condition's least figure is 0 to within rounding, so that neither can be said; where it is that.
  case touching(logMoneyness: Double)

  public var isFree: Bool { self == .free }
}

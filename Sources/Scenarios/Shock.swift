/// What happens to one underlying in one scenario, whenever it happens.
public struct UnderlyingMove: Hashable, Sendable {
  /// Relative: 0.05 is up five percent; above -1.
  public let spot: Double
  public let volatility: VolatilityShift

  public init(spot: Double = 0, volatility: VolatilityShift = .none) {
    self.spot = spot
    self.volatility = volatility
  }

  public static let none = UnderlyingMove()
}

/// What moves, for one underlying, in one scenario: its spot, its volatilities, and how many days have passed.
///
/// Each underlying of a book can have a shock of its own; a grid gives all of them the same.
public struct Shock: Hashable, Sendable {
  /// Relative: 0.05 is up five percent.
  public let spot: Double
  public let volatility: VolatilityShift
  /// Calendar days that have passed.
  public let daysForward: Double

  public init(spot: Double, volatility: VolatilityShift = .none, daysForward: Double = 0) {
    self.spot = spot
    self.volatility = volatility
    self.daysForward = daysForward
  }

  public static let none = Shock(spot: 0)
}

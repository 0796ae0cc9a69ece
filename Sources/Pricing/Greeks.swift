public import Instruments

/// A value with its first Greeks and gamma, for a position: every one carries the quantity's sign.
///
/// Raw partial derivatives: per 1.00 of volatility and rate, per year, time with respect to calendar time. In coin all
/// of them are derivatives of the value in coin, with respect to the spot in quote currency.
public struct Greeks: Hashable, Sendable {
  public var value: Double
  public var delta: Double
  public var gamma: Double
  public var vega: Double
  public var theta: Double
  public var rho: Double

  public init(value: Double, delta: Double, gamma: Double, vega: Double, theta: Double, rho: Double) {
    self.value = value
    self.delta = delta
    self.gamma = gamma
    self.vega = vega
    self.theta = theta
    self.rho = rho
  }

  public static let zero = Greeks(value: 0, delta: 0, gamma: 0, vega: 0, theta: 0, rho: 0)

  /// Adds `units` times `other`.
  public mutating func add(_ units: Double, times other: Greeks) {
    value += units * other.value
    delta += units * other.delta
    gamma += units * other.gamma
    vega += units * other.vega
    theta += units * other.theta
    rho += units * other.rho
  }

  public func scaled(by units: Double) -> Greeks {
    var result = Greeks.zero
    result.add(units, times: self)
    return result
  }

  /// A linear leg: q (S - entry) in quote currency, N (1/entry - 1/S) in coin.
  ///
  /// - Parameter units: q units of the underlying; in coin N of quote currency.
  public static func linear(units: Double, entry: Double, spot: Double, settlement: Settlement) -> Greeks {
    let (value, delta, gamma) =
      settlement == .quote
      ? (units * (spot - entry), units, 0)
      : (units * (1 / entry - 1 / spot), units / (spot * spot), -2 * units / (spot * spot * spot))
    return Greeks(value: value, delta: delta, gamma: gamma, vega: 0, theta: 0, rho: 0)
  }

  /// The Greeks of v = V / S: v' = (V' - v) / S and v'' = (V'' - 2 v') / S; the others divide by S.
  ///
  /// At a spot of 0 every coin figure is without meaning and comes out as infinite or NaN.
  public func inCoin(spot: Double) -> Greeks {
    let coin = value / spot
    let slope = (delta - coin) / spot
    return Greeks(
      value: coin, delta: slope, gamma: (gamma - 2 * slope) / spot, vega: vega / spot, theta: theta / spot,
      rho: rho / spot)
  }
}

public import Basics
public import Pricing

/// What a position is worth and how it answers to its market: the figures that add up over legs, strategies and books.
///
/// Amounts are in settlement currency. ``greeks`` holds raw derivatives; its delta and gamma are taken by the spot of one
/// underlying and mean nothing in a sum over several, where the figures for a percent of every spot still do.
public struct PositionRisk: Sendable {
  public var greeks = Greeks.zero
  /// The derivative of the value in quote currency: units of the underlying that offset the position there. In quote
  /// settlement it is the delta; in coin v + S v', the coin value being held in the underlying itself.
  public var deltaUnits = 0.0
  /// S V_S / 100: what spot up by one percent brings, to first order.
  public var deltaPerPercent = 0.0
  /// S^2 V_SS / 10^4: by how much `deltaPerPercent` changes for a further percent of today's spot, so that x percent
  /// bring `deltaPerPercent` x + `gammaPerPercent` x^2 / 2.
  public var gammaPerPercent = 0.0
  /// Bought units of the underlying, 0 or more; of coin-settled linear legs, quote currency divided by spot.
  public var long = ExactAmount.zero
  /// Sold units, 0 or more.
  public var short = ExactAmount.zero

  public init() {}

  /// - Parameters:
  ///   - greeks: In settlement currency, of the whole position.
  ///   - units: Signed units of the underlying.
  init(greeks: Greeks, units: ExactAmount, spot: Double, isCoin: Bool) {
    self.greeks = greeks
    deltaUnits = isCoin ? greeks.value + spot * greeks.delta : greeks.delta
    deltaPerPercent = spot * greeks.delta / 100
    gammaPerPercent = spot * spot * greeks.gamma / 10_000
    if units.sign > 0 { long = units } else { short = -units }
  }

  /// Adds another position.
  public mutating func add(_ other: PositionRisk) {
    greeks.add(1, times: other.greeks)
    deltaUnits += other.deltaUnits
    deltaPerPercent += other.deltaPerPercent
    gammaPerPercent += other.gammaPerPercent
    long += other.long
    short += other.short
  }
}

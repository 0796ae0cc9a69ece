public import Basics

/// What a trade made of a position.
public struct PerpetualTrade: Hashable, Sendable {
  /// The resulting position; nil where the trade closed it.
  public let position: PerpetualPosition?
  /// The profit that the trade realised, in margin currency; fees are not taken off.
  public let realised: ExactAmount
  /// What a closed position leaves: margin, realised profit, less funding and fees. Below 0 it is a shortfall. 0 where a
  /// position remains, since its margin stays with it.
  public let released: ExactAmount
}

extension PerpetualPosition {
  /// Gives the position after a trade at a price: larger, smaller, closed or turned round.
  ///
  /// A larger position has the average entry at which its profit is the sum of both: arithmetic for a linear and harmonic
  /// for an inverse contract. What is closed realises its share of the profit into the margin, which stays in the box; what
  /// is left keeps its entry. A trade beyond the quantity closes everything and opens the rest on the other side at the
  /// trade's price: the requirement of the *resulting* position then holds, not of the order.
  ///
  /// - Parameters:
  ///   - side: Long buys, short sells.
  ///   - quantity: Coins (linear) or quote currency (inverse), above 0.
  ///   - fee: In margin currency.
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a quantity or price of 0 or less.
  public func traded(
    _ side: PositionSide, quantity traded: ExactAmount, at price: ExactAmount, fee: ExactAmount = .zero
  ) throws(IsolatedMarginError) -> PerpetualTrade {
    guard traded > .zero else { throw .badInput("quantity", found: "\(traded)", wanted: "more than 0") }
    let perUnit = try notional(at: price).quotient(by: quantity)
    if side == self.side {
      let next = resized(
        side, quantity + traded, entryNotional: entryNotional + traded * perUnit, realised: .zero, fee)
      return PerpetualTrade(position: next, realised: .zero, released: .zero)
    }
    let closed = min(traded, quantity)
    let closedEntry = (entryNotional * closed).quotient(by: quantity)
    let gain = closed * perUnit - closedEntry
    let realised = gainsWithNotional ? gain : -gain
    if traded == quantity {
      return PerpetualTrade(position: nil, realised: realised, released: available + realised - fee)
    }
    let next =
      traded < quantity
      ? resized(self.side, quantity - traded, entryNotional: entryNotional - closedEntry, realised: realised, fee)
      : resized(
        side, traded - quantity, entryNotional: (traded - quantity) * perUnit, realised: realised, fee)
    return PerpetualTrade(position: next, realised: realised, released: .zero)
  }

  private func resized(
    _ side: PositionSide, _ quantity: ExactAmount, entryNotional: ExactAmount, realised: ExactAmount, _ fee: ExactAmount
  ) -> PerpetualPosition {
    PerpetualPosition(
      kind: kind, side: side, quantity: quantity, entryNotional: entryNotional, margin: margin + realised,
      fundingPaid: fundingPaid, feesPaid: feesPaid + fee)
  }
}

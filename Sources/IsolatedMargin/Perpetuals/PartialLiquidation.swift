public import Basics

/// How much of a position must be closed so that the rest meets a target, and what is left.
///
/// Closing c of the notional n at the mark costs k c (fee and slippage) and leaves equity e - k c against the target of
/// n - c. With a target line m n - d,
///
///     c = (m n - d - e) / (m - k)
///
/// in coins x = c / P, in contracts of an inverse x = c P. The margin of safety g(c) = e - k c - target(n - c) is concave
/// in c, since targets are convex: the least c that meets the target is looked for from the tier that holds the position
/// downward, each tier once. Where a tier's rate is not above k, each unit closed frees less than it costs and no further c
/// can help: everything is closed. The quantity is rounded up to the lot and the target checked again.
public struct PartialLiquidation: Hashable, Sendable {
  public enum Decision: String, Hashable, Sendable, CaseIterable {
    /// Equity meets the target as it is.
    case notNeeded = "not_needed"
    case partial
    /// Closing costs as much as it frees, or more: k is not below the target's rate.
    case costTooHigh = "cost_too_high"
    /// No part short of the whole meets the target.
    case wholeNeeded = "whole_needed"
  }

  public let decision: Decision
  /// The least quantity that meets the target, before lots and before the whole ends it; nil where none does.
  public let exactQuantity: ExactAmount?
  /// What is closed: coins (linear) or quote currency (inverse), a whole number of lots or everything.
  public let closed: ExactAmount
  /// k times what is closed, in margin currency.
  public let cost: ExactAmount
  public let equityAfter: ExactAmount
  /// The notional that is left at the mark, in margin currency.
  public let notionalAfter: ExactAmount
  /// The position that is left, with its entry price, its part of the profit realised and the cost taken as a fee; nil where
  /// everything is closed.
  public let position: PerpetualPosition?

  /// Equity over notional; nil where everything is closed.
  public var ratioAfter: ExactAmount? { equityAfter.divided(by: notionalAfter) }
  /// What the box cannot pay after everything is closed; 0 where something is left.
  public var shortfall: ExactAmount { position == nil ? max(.zero, -equityAfter) : .zero }
  public var closesEverything: Bool { position == nil }

  /// - Parameters:
  ///   - mark: The mark in quote currency, above 0.
  ///   - target: What equity must reach; one rate for a target ratio, maintenance tiers, or these ``MaintenanceTiers/scaled(by:)``.
  ///   - costRate: k, fee and expected slippage together as a share of the notional closed: 0 or more.
  ///   - lot: The least quantity that can be traded, above 0.
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a number outside these bounds, `.number` for more lots than 64 bits.
  public init(
    of position: PerpetualPosition, mark: ExactAmount, target: MaintenanceTiers, costRate: ExactAmount,
    lot: ExactAmount
  ) throws(IsolatedMarginError) {
    guard costRate >= .zero else { throw .badInput("cost rate", found: "\(costRate)", wanted: "0 or more") }
    guard lot > .zero else { throw .badInput("lot", found: "\(lot)", wanted: "more than 0") }
    let notional = try position.notional(at: mark)
    let equity = position.available + position.profit(atNotional: notional)
    if equity >= target.requirement(ofNotional: notional) {
      (decision, exactQuantity) = (.notNeeded, .zero)
      (closed, cost, equityAfter, notionalAfter, self.position) = (.zero, .zero, equity, notional, position)
      return
    }
    let perUnit = notional.quotient(by: position.quantity)
    var (decision, quantity, part): (Decision, ExactAmount?, ExactAmount) = (.wholeNeeded, nil, position.quantity)
    switch PartialLiquidation.least(equity: equity, notional: notional, target, costRate) {
    case .unreachable: decision = .costTooHigh
    case .beyond(let amount): quantity = amount.quotient(by: perUnit)
    case .within(let amount):
      let exact = amount.quotient(by: perUnit)
      quantity = exact
      let rounded: ExactAmount
      do {
        rounded = ExactAmount(try exact.quotient(by: lot).count(decimals: 0, rounding: .up, type: "lots")) * lot
      } catch { throw .number(error) }
      let rest = notional - rounded * perUnit
      // A lot may end beyond the last notional at which closing still helps.
      if rounded < position.quantity,
        equity - costRate * rounded * perUnit >= target.requirement(ofNotional: rest)
      {
        (decision, part) = (.partial, rounded)
      }
    }
    self.decision = decision
    exactQuantity = quantity
    closed = part
    cost = costRate * part * perUnit
    equityAfter = equity - cost
    notionalAfter = notional - part * perUnit
    self.position = try position.traded(position.side.opposite, quantity: part, at: mark, fee: cost).position
  }

  private enum Least {
    /// The notional to close, below the whole.
    case within(ExactAmount)
    /// The whole does not suffice; this would on the line of the last tier.
    case beyond(ExactAmount)
    /// Closing more never helps.
    case unreachable
  }

  /// The least notional to close, tier after tier downward; equity is below the target.
  private static func least(
    equity: ExactAmount, notional: ExactAmount, _ target: MaintenanceTiers, _ costRate: ExactAmount
  ) -> Least {
    var beyond: ExactAmount?
    for index in (0...target.index(holding: notional)).reversed() {
      let tier = target.tiers[index]
      // The marginal rate only falls on the way down.
      guard tier.rate > costRate else { break }
      let amount = (tier.requirement(notional) - equity).quotient(by: tier.rate - costRate)
      if amount < notional - tier.from { return .within(amount) }
      beyond = amount
    }
    return beyond.map { .beyond($0) } ?? .unreachable
  }
}

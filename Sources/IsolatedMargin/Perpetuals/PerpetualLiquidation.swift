public import Basics

/// Where an isolated position is liquidated, and where nothing would be left of its margin: exact, in closed form.
///
/// In the notional n of ``PerpetualPosition`` both are one linear equation. With m n - d the line of a tier and f n the fee,
///
///     n = (sigma n0 - M' - d) / (sigma - m - f)               maintenance at the mark
///     n = (sigma n0 - M' + m n0 - d) / (sigma - f)            maintenance at entry
///     n = (sigma n0 - M') / (sigma - f)                       bankruptcy
///
/// and P = n / Q or N / n. Each tier is tried and the one that holds its own root is kept: excess is continuous and strictly
/// monotone in n while m + f < 1, so at most one does.
///
/// There is no liquidation price exactly where a linear long or an inverse short has excess of 0 or more with no notional
/// left: M' + d >= n0 at mark basis (d of the first tier: 0 for a table), M' >= n0 + m n0 - d at entry basis (plus a fee
/// fixed at bankruptcy). A linear short and an inverse long always have one: their loss grows without bound.
public struct PerpetualLiquidation: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable, CaseIterable {
    /// A positive price at which the position is liquidated, not passed at entry.
    case ok
    /// No positive price liquidates the position.
    case none
    /// The excess at the *entry* price is below 0 already: there is no mark to judge by.
    case alreadyBelow = "already_below"
  }

  public let status: Status
  public let side: PositionSide
  /// The price at which excess is 0, in quote currency: a long is liquidated below it, a short above it. Nil where there is
  /// no such price above 0: never liquidated where the status is `none`, at every price where it is `alreadyBelow`.
  public let price: ExactAmount?
  /// The price at which closing, exit fee included, leaves nothing; nil where no price above 0 does.
  public let bankruptcyPrice: ExactAmount?
  /// The place of the tier whose line holds at ``price``.
  public let tier: Int?
  /// Maintenance at ``price``, in margin currency. Below 0 a stated amount is too great for the notional there, and the
  /// position is bankrupt before it is liquidated.
  public let maintenance: ExactAmount?
  /// How far ``price`` moves for one more unit of margin, inside its tier: 0 or less for a long, 0 or more for a short.
  public let pricePerMargin: ExactAmount?

  public init(of position: PerpetualPosition, under terms: PerpetualTerms) {
    side = position.side
    let bankrupt = terms.bankruptcyNotional(of: position)
    bankruptcyPrice = bankrupt > .zero ? position.price(ofNotional: bankrupt) : nil
    let isBelow = terms.excess(of: position, atNotional: position.entryNotional) < .zero
    guard let root = PerpetualLiquidation.root(position, terms) else {
      (status, price, tier, maintenance, pricePerMargin) = (isBelow ? .alreadyBelow : .none, nil, nil, nil, nil)
      return
    }
    status = isBelow ? .alreadyBelow : .ok
    price = position.price(ofNotional: root.notional)
    tier = root.tier
    maintenance = terms.tiers.tiers[root.tier]
      .requirement(terms.basis == .mark ? root.notional : position.entryNotional)
    // P = n/Q or N/n, so dP/dM' = dn/dM' / Q or -N/n^2 dn/dM'.
    pricePerMargin =
      position.kind == .linear
      ? root.perMargin.quotient(by: position.quantity)
      : -(root.perMargin * position.quantity).quotient(by: root.notional * root.notional)
  }

  private typealias Root = (notional: ExactAmount, tier: Int, perMargin: ExactAmount)

  /// The notional above 0 at which excess is 0.
  private static func root(_ position: PerpetualPosition, _ terms: PerpetualTerms) -> Root? {
    let sigma: ExactAmount = position.gainsWithNotional ? .one : ExactAmount(-1)
    let fee = terms.exitFeeLine(of: position)
    // Margin also moves the bankruptcy notional, and with it a fee that is fixed there.
    let margin =
      fee.constant.isZero ? ExactAmount.one : .one + terms.exitFee.quotient(by: sigma - terms.exitFee)
    let constant = sigma * position.entryNotional - position.available + fee.constant
    switch terms.basis {
    case .entry:
      let index = terms.tiers.index(holding: position.entryNotional)
      let slope = sigma - fee.slope
      let notional = (constant + terms.tiers.requirement(ofNotional: position.entryNotional)).quotient(by: slope)
      return notional > .zero ? (notional, index, -margin.quotient(by: slope)) : nil
    case .mark:
      var found: Root?
      for (index, tier) in terms.tiers.tiers.enumerated() {
        let slope = sigma - tier.rate - fee.slope
        let notional = (constant - tier.amount).quotient(by: slope)
        guard notional > tier.from, terms.tiers.upperBound(ofTier: index).map({ notional <= $0 }) ?? true else {
          continue
        }
        assert(found == nil, "excess is monotone, so one tier holds its root")
        found = (notional, index, -margin.quotient(by: slope))
      }
      return found
    }
  }

  /// The liquidation price on a tick of `tick` (above 0), never farther from the entry than it is: a long's rounded up, a
  /// short's rounded down.
  public func price(onTick tick: ExactAmount) throws(IsolatedMarginError) -> ExactAmount? {
    guard tick > .zero else { throw .badInput("tick", found: "\(tick)", wanted: "more than 0") }
    guard let price else { return nil }
    do {
      let ticks = try price.quotient(by: tick).count(decimals: 0, rounding: safeRounding, type: "ticks")
      return ExactAmount(ticks) * tick
    } catch { throw .number(error) }
  }

  /// The liquidation price moved toward the entry by a share of its distance: a price to act at, before the venue does.
  public func price(buffered share: ExactAmount, entryPrice: ExactAmount) -> ExactAmount? {
    price.map { $0 + share * (entryPrice - $0) }
  }

  /// Which way a price is rounded so that liquidation is never shown farther away than it is.
  public var safeRounding: ExactRounding { side == .long ? .up : .down }

  /// One sentence for a report; empty where the price says everything.
  public var detail: String {
    switch status {
    case .none: return "no price above 0 liquidates it: the margin covers the whole notional"
    case .alreadyBelow:
      return price == nil
        ? "equity is below maintenance at every price"
        : "equity at the entry price, less the exit fee, is below maintenance"
    case .ok:
      return maintenance.map { $0 < .zero } == true
        ? "maintenance is below 0 there: bankruptcy comes before liquidation" : ""
    }
  }
}

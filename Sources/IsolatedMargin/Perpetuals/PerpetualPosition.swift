public import Basics

/// How a perpetual or future pays.
public enum PerpetualKind: String, Hashable, Sendable, CaseIterable {
  /// Margin and profit in quote currency, the quantity in coins: s Q (P - E).
  case linear
  /// Margin and profit in coin, the quantity in quote currency: s N (1/E - 1/P).
  case inverse
}

/// The side of a position or of a trade.
public enum PositionSide: String, Hashable, Sendable, CaseIterable {
  case long
  case short

  /// +1 for long, -1 for short: the s of the formulas.
  public var sign: Int64 { self == .long ? 1 : -1 }
  public var opposite: PositionSide { self == .long ? .short : .long }
}

/// One isolated position in a perpetual or future: what is held, and what was posted for it alone.
///
/// Every formula is written in the notional n in margin currency, Q P for a linear and N / P for an inverse contract.
/// Profit is then a line for both, sigma (n - n0), with n0 the notional at entry and sigma = s for a linear and -s for an
/// inverse contract: one closed form serves four cases. All amounts are exact; nothing is rounded here.
public struct PerpetualPosition: Hashable, Sendable {
  public let kind: PerpetualKind
  public let side: PositionSide
  /// Coins (linear) or quote currency (inverse); above 0.
  public let quantity: ExactAmount
  /// n0, the notional at the average entry price, in margin currency; above 0.
  public let entryNotional: ExactAmount
  /// What is posted, with the profit realised since; below 0 only after a loss beyond the margin.
  public let margin: ExactAmount
  /// Funding paid so far, below 0 where received.
  public let fundingPaid: ExactAmount
  /// Fees paid so far out of the margin, below 0 for rebates.
  public let feesPaid: ExactAmount

  /// - Throws: ``IsolatedMarginError`` `.badInput` for a quantity or an entry price of 0 or less, or a margin below 0.
  public init(
    kind: PerpetualKind, side: PositionSide, quantity: ExactAmount, entryPrice: ExactAmount, margin: ExactAmount,
    fundingPaid: ExactAmount = .zero, feesPaid: ExactAmount = .zero
  ) throws(IsolatedMarginError) {
    guard quantity > .zero else { throw .badInput("quantity", found: "\(quantity)", wanted: "more than 0") }
    guard entryPrice > .zero else { throw .badInput("entry price", found: "\(entryPrice)", wanted: "more than 0") }
    guard margin >= .zero else { throw .badInput("margin", found: "\(margin)", wanted: "0 or more") }
    self.init(
      kind: kind, side: side, quantity: quantity,
      entryNotional: kind == .linear ? quantity * entryPrice : quantity.quotient(by: entryPrice), margin: margin,
      fundingPaid: fundingPaid, feesPaid: feesPaid)
  }

  /// A position that follows from a legal one: quantity and notional are above 0.
  init(
    kind: PerpetualKind, side: PositionSide, quantity: ExactAmount, entryNotional: ExactAmount, margin: ExactAmount,
    fundingPaid: ExactAmount, feesPaid: ExactAmount
  ) {
    self.kind = kind
    self.side = side
    self.quantity = quantity
    self.entryNotional = entryNotional
    self.margin = margin
    self.fundingPaid = fundingPaid
    self.feesPaid = feesPaid
  }

  /// The average entry price, in quote currency for one coin.
  public var entryPrice: ExactAmount { price(ofNotional: entryNotional) }

  /// M' = margin - funding paid - fees paid: what is left of the margin, profit not counted.
  public var available: ExactAmount { margin - fundingPaid - feesPaid }

  /// sigma: true where equity rises with the notional (a linear long, an inverse short), so that an empty notional is the
  /// worst that can happen and a full margin covers it.
  public var gainsWithNotional: Bool { (side == .long) == (kind == .linear) }

  /// The notional in margin currency at a price.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a price of 0 or less.
  public func notional(at price: ExactAmount) throws(IsolatedMarginError) -> ExactAmount {
    guard price > .zero else { throw .badInput("price", found: "\(price)", wanted: "more than 0") }
    return kind == .linear ? quantity * price : quantity.quotient(by: price)
  }

  /// The price at which the notional is `notional`, which is above 0.
  func price(ofNotional notional: ExactAmount) -> ExactAmount {
    kind == .linear ? notional.quotient(by: quantity) : quantity.quotient(by: notional)
  }

  /// The profit not yet realised at a notional: sigma (n - n0).
  func profit(atNotional notional: ExactAmount) -> ExactAmount {
    gainsWithNotional ? notional - entryNotional : entryNotional - notional
  }

  /// The profit not yet realised, in margin currency.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a price of 0 or less.
  public func profit(at price: ExactAmount) throws(IsolatedMarginError) -> ExactAmount {
    profit(atNotional: try notional(at: price))
  }

  /// M' and the profit at a price, in margin currency; exit fees are not taken off.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a price of 0 or less.
  public func equity(at price: ExactAmount) throws(IsolatedMarginError) -> ExactAmount {
    available + (try profit(at: price))
  }

  /// The same position after funding: `amount` is paid where above 0, received where below.
  public func paying(funding amount: ExactAmount) -> PerpetualPosition {
    with(margin: margin, fundingPaid: fundingPaid + amount)
  }

  /// The same position after a top-up; a withdrawal is one below 0, and is not judged here.
  public func adding(margin amount: ExactAmount) -> PerpetualPosition {
    with(margin: margin + amount, fundingPaid: fundingPaid)
  }

  private func with(margin: ExactAmount, fundingPaid: ExactAmount) -> PerpetualPosition {
    PerpetualPosition(
      kind: kind, side: side, quantity: quantity, entryNotional: entryNotional, margin: margin,
      fundingPaid: fundingPaid, feesPaid: feesPaid)
  }
}

extension ExactAmount {
  /// The quotient by a divisor that was found to be no zero.
  func quotient(by divisor: ExactAmount) -> ExactAmount { divided(by: divisor) ?? .zero }
}

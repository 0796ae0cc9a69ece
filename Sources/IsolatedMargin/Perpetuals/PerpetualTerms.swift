public import Basics

/// At which price the notional of a maintenance requirement is taken.
public enum MaintenanceBasis: String, Hashable, Sendable, CaseIterable {
  /// At the mark: the requirement moves with the price.
  case mark
  /// At the entry price: the requirement is fixed when the position is opened.
  case entry
}

/// At which price the fee of closing is taken.
public enum ExitFeeBasis: String, Hashable, Sendable, CaseIterable {
  /// At the price of liquidation itself.
  case mark
  /// At the bankruptcy price: an amount fixed with the position.
  case bankruptcy
}

/// When a venue liquidates an isolated position: the choices in which venues differ, as values.
///
/// A position is liquidated where its excess is strictly below 0:
///
///     excess(P) = M' + sigma (n - n0) - exit fee - maintenance
///
/// with the notional n = n(P) of ``PerpetualPosition``. The fee is f n or f n_b, the maintenance m n - d or m n0 - d.
public struct PerpetualTerms: Hashable, Sendable {
  public let tiers: MaintenanceTiers
  public let basis: MaintenanceBasis
  /// f, a share of the notional: 0 or more.
  public let exitFee: ExactAmount
  public let exitFeeBasis: ExitFeeBasis

  /// - Throws: ``IsolatedMarginError`` `.badInput` for a fee below 0, or one that reaches 1 with the highest rate: excess
  ///   would then fall as the price of a long rises.
  public init(
    tiers: MaintenanceTiers, basis: MaintenanceBasis = .mark, exitFee: ExactAmount = .zero,
    exitFeeBasis: ExitFeeBasis = .mark
  ) throws(IsolatedMarginError) {
    guard exitFee >= .zero else { throw .badInput("exit fee", found: "\(exitFee)", wanted: "0 or more") }
    guard exitFee + tiers.highestRate < .one else {
      throw .badInput(
        "maintenance rate and exit fee", found: "\(tiers.highestRate) + \(exitFee)", wanted: "a sum below 1")
    }
    self.tiers = tiers
    self.basis = basis
    self.exitFee = exitFee
    self.exitFeeBasis = exitFeeBasis
  }

  /// The maintenance requirement at a price, in margin currency.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a price of 0 or less.
  public func maintenance(
    of position: PerpetualPosition, at price: ExactAmount
  ) throws(IsolatedMarginError) -> ExactAmount {
    let notional = try position.notional(at: price)
    return tiers.requirement(ofNotional: basis == .mark ? notional : position.entryNotional)
  }

  /// Equity after the exit fee, less maintenance, in margin currency: below 0 the position is liquidated.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a price of 0 or less.
  public func excess(
    of position: PerpetualPosition, at price: ExactAmount
  ) throws(IsolatedMarginError) -> ExactAmount {
    excess(of: position, atNotional: try position.notional(at: price))
  }

  func excess(of position: PerpetualPosition, atNotional notional: ExactAmount) -> ExactAmount {
    let fee = exitFeeLine(of: position)
    return position.available + position.profit(atNotional: notional) - fee.slope * notional - fee.constant
      - tiers.requirement(ofNotional: basis == .mark ? notional : position.entryNotional)
  }

  /// The notional n_b at which nothing is left after the exit fee: M' + sigma (n - n0) = f n. 0 or less where there is none.
  func bankruptcyNotional(of position: PerpetualPosition) -> ExactAmount {
    position.gainsWithNotional
      ? (position.entryNotional - position.available).quotient(by: .one - exitFee)
      : (position.entryNotional + position.available).quotient(by: .one + exitFee)
  }

  /// The exit fee as a line in the notional.
  func exitFeeLine(of position: PerpetualPosition) -> (constant: ExactAmount, slope: ExactAmount) {
    switch exitFeeBasis {
    case .mark: return (.zero, exitFee)
    case .bankruptcy: return (exitFee * max(.zero, bankruptcyNotional(of: position)), .zero)
    }
  }
}

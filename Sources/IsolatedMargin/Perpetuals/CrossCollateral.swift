public import Basics

/// What a cross-margined wallet leaves for one position: the M' with which that position's isolated formulas hold.
public enum CrossCollateral {
  /// wallet + the profit of the other positions - their maintenance, at their marks; in margin currency, any sign.
  ///
  /// Every other position is taken to stand still. So the price that follows is that of one coin moving alone, which is
  /// what venues print for cross margin and is no bound where the others move with it.
  public static func available(
    wallet: ExactAmount, others: [(position: PerpetualPosition, terms: PerpetualTerms, mark: MarkPrice)]
  ) -> ExactAmount {
    others.reduce(wallet) { left, other in
      let notional = other.position.notional(at: other.mark)
      let basis = other.terms.basis == .mark ? notional : other.position.entryNotional
      return left + other.position.profit(atNotional: notional) - other.terms.tiers.requirement(ofNotional: basis)
    }
  }
}

/// The initial requirement of a position.
public enum InitialMargin {
  /// notional x rate, over the leverage where a venue divides by it; in margin currency.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a notional below 0, a rate below 0 and a leverage of 0 or less.
  public static func amount(
    notional: ExactAmount, rate: ExactAmount, leverage: ExactAmount? = nil
  ) throws(IsolatedMarginError) -> ExactAmount {
    guard notional >= .zero else { throw .badInput("notional", found: "\(notional)", wanted: "0 or more") }
    guard rate >= .zero else { throw .badInput("initial rate", found: "\(rate)", wanted: "0 or more") }
    guard let leverage else { return notional * rate }
    guard leverage > .zero else { throw .badInput("leverage", found: "\(leverage)", wanted: "more than 0") }
    return (notional * rate).quotient(by: leverage)
  }
}

import Basics
import IsolatedMargin
import Pricing

/// Isolated margin at the maximum loss: the cash that keeps equity at or above zero in every state up to expiry.
///
/// Initial and maintenance are the same constant -min(m, 0), which no price, volatility or day changes; the fees of entry
/// and exit are paid or reserved beside it. Several expiries have a least payoff m under a plan only (``RuleInputs/plan``);
/// what legs held to their own have paid by any of them then stands in its place, as in ``Collateral``.
public struct MaximumLossRule: MarginRule {
  public let rulebook: Rulebook

  /// - Throws: ``MarginRulesError`` `.badParameter` for any parameter: the rule has none.
  public init(_ rulebook: Rulebook) throws(MarginRulesError) {
    try rulebook.table.allow([])
    self.rulebook = rulebook
  }

  public var needs: String { "the payoff at expiry; no mark and no scenario" }

  public func answer(for inputs: RuleInputs) throws(MarginRulesError) -> RuleAnswer {
    let strategy = inputs.strategy
    let loss: MaximumLoss
    do { loss = try inputs.maximumLoss() } catch {
      return .unsupported("\(error)")
    }
    switch loss {
    case .unbounded(let tails): return .notApplicable("unbounded: \(tails.text)")
    case .bounded(let bound):
      let least = min(bound.leastCash, .zero)
      let place = bound.proofs.compactMap { proof in
        proof.least.map { least in
          let binding = BindingPrice(
            underlying: proof.underlying, expiry: proof.heldTo, price: least.price, isAttained: least.isAttained)
          return "\(binding.name)=\(least.price == nil ? "infinity" : binding.text)"
        }
      }.joined(separator: ";")
      func requirement(_ kind: RequirementKind) throws(MarginRulesError) -> Requirement {
        try Requirement(
          kind,
          terms: [
            try RequirementTerm(
              "least_payoff", input: "-min(\(bound.leastCash.decimalText(rounding: .down)), 0)",
              rounding: .zero - least, to: strategy.currency, source: rulebook.source)
          ],
          currency: strategy.currency, binding: place)
      }
      return .requirements(initial: try requirement(.initial), maintenance: try requirement(.maintenance))
    }
  }
}

import Basics
import IsolatedMargin
import Pricing

/// Isolated margin at the maximum loss: the cash that keeps equity at or above zero in every state up to expiry.
///
/// Initial and maintenance are the same constant -min(m, 0), which no price, volatility or day changes; the fees of entry
/// and exit are paid or reserved beside it.
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
    do { loss = try MaximumLoss(of: strategy) } catch {
      return .unsupported("\(error)")
    }
    switch loss {
    case .unbounded(let tails): return .notApplicable("unbounded: \(tails.text)")
    case .bounded(let bound):
      let least = min(bound.leastPayoff, .zero)
      let place = bound.certificates.compactMap { proof in
        proof.least.map { "\(proof.underlying)=\($0.price.map { $0.decimalText(rounding: .nearest) } ?? "infinity")" }
      }.joined(separator: ";")
      func requirement(_ kind: RequirementKind) throws(MarginRulesError) -> Requirement {
        try Requirement(
          kind,
          terms: [
            try RequirementTerm(
              "least_payoff", input: "-min(\(bound.leastPayoff.decimalText(rounding: .down)), 0)",
              rounding: .zero - least, to: strategy.currency, source: rulebook.source)
          ],
          currency: strategy.currency, binding: place)
      }
      return .requirements(initial: try requirement(.initial), maintenance: try requirement(.maintenance))
    }
  }
}

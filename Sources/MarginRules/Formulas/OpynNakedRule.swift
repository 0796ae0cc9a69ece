import Basics
import Instruments
import Pricing

/// Opyn's partially collateralised vaults: one short option each, secured against a spot that moves by a fixed shock.
///
/// With ub the upper bound of an at-the-money option's value for the time left and s the shock, a put of strike K asks for
/// ub min(K, s S) + max(K - s S, 0) in quote currency, a call for ub min(1, K s/S) + max(1 - K s/S, 0) coins. A vault is
/// opened and kept by the same amount; vaults do not net, so nothing is relieved by long options, which lie outside.
///
/// Source: opynfinance/GammaProtocol, MarginCalculator (`_getNakedMarginRequired`), figures as in the rulebook.
public struct OpynNakedRule: MarginRule {
  public let rulebook: Rulebook
  let shock: ExactAmount
  /// Ascending by days; the first that is not exceeded holds.
  let bounds: [(days: ExactAmount, bound: ExactAmount)]

  /// - Throws: ``MarginRulesError`` `.badParameter`; the table must ascend in days and in bounds.
  public init(_ rulebook: Rulebook) throws(MarginRulesError) {
    let table = rulebook.table
    try table.allow(["spot_shock", "upper_bounds"])
    shock = try table.number("spot_shock", in: ParameterTable.share)
    var bounds: [(days: ExactAmount, bound: ExactAmount)] = []
    for row in try table.tables("upper_bounds") {
      try row.allow(["days", "bound"])
      let (days, bound) = (try row.number("days"), try row.number("bound", in: ParameterTable.share))
      if let last = bounds.last {
        guard days > last.days else { throw row.refusal("days", found: "\(days)", wanted: "more than \(last.days)") }
        guard bound >= last.bound else {
          throw row.refusal("bound", found: "\(bound)", wanted: "at least \(last.bound)")
        }
      }
      bounds.append((days, bound))
    }
    self.bounds = bounds
    self.rulebook = rulebook
  }

  public var needs: String { "the spot, a spot shocked by a fixed share, and the time left; no mark" }

  public func answer(for inputs: RuleInputs) throws(MarginRulesError) -> RuleAnswer {
    if let reason = reasonAgainst(inputs) { return reason }
    return .requirements(
      initial: try requirement(.initial, inputs), maintenance: try requirement(.maintenance, inputs))
  }

  /// Why the rule does not speak of the strategy; nil where it does.
  func reasonAgainst(_ inputs: RuleInputs) -> RuleAnswer? {
    for position in inputs.positions {
      guard case .option = position.instrument else {
        return .notApplicable("\(position.name): a vault holds options only")
      }
      guard position.isShort, let right = position.right else { continue }
      if right == .call, inputs.settlement == .quote {
        return .notApplicable("\(position.name): a short call is secured by its coin, in coin settlement")
      }
      if right == .put, inputs.settlement == .coin {
        return .notApplicable("\(position.name): a short put is secured by quote currency, in quote settlement")
      }
      guard bound(of: position, inputs) != nil else {
        return .notApplicable(
          "\(position.name): it expires later than the table's last \(bounds.last?.days.shown ?? "0") days")
      }
    }
    return nil
  }

  /// The bound for the time left, in whole seconds; nil beyond the table.
  func bound(of position: RulePosition, _ inputs: RuleInputs) -> ExactAmount? {
    guard let contract = position.contract else { return nil }
    let seconds = ExactAmount(contract.expiry.secondsSinceEpoch - inputs.asOf.secondsSinceEpoch)
    return bounds.first { seconds <= $0.days * ExactAmount(86_400) }?.bound
  }

  private func requirement(_ kind: RequirementKind, _ inputs: RuleInputs) throws(MarginRulesError) -> Requirement {
    var terms = TermList(currency: inputs.currency, source: rulebook.source)
    for position in inputs.positions where position.isShort {
      guard let strike = position.strike, let right = position.right, let bound = bound(of: position, inputs) else {
        continue
      }
      let (value, shocked): (ExactAmount, ExactAmount)
      switch right {
      case .put:
        let spot = shock * position.spot
        (value, shocked) = (min(strike, spot), max(strike - spot, .zero))
      case .call:
        let moneyness = (strike * shock).divided(by: position.spot) ?? .zero
        (value, shocked) = (min(.one, moneyness), max(.one - moneyness, .zero))
      }
      try terms.add(
        "time_value_bound", "\(position.name): \(position.size.shown) x \(bound.shown) x \(value.shown)",
        position.size * bound * value)
      try terms.add(
        "shocked_intrinsic",
        "\(position.name): \(position.size.shown) x \(shocked.shown) at a spot shocked by \(shock.shown)",
        position.size * shocked)
    }
    return try terms.requirement(kind)
  }
}

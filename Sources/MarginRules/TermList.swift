import Basics

/// The terms of a requirement while a rule writes them down: each rounded up once, in the rule's order.
struct TermList {
  let currency: Currency
  /// Where the rule says so; the same for every term of a rulebook.
  let source: String
  private(set) var terms: [RequirementTerm] = []

  init(currency: Currency, source: String) {
    self.currency = currency
    self.source = source
  }

  mutating func add(_ name: String, _ input: String, _ amount: ExactAmount) throws(MarginRulesError) {
    terms.append(try RequirementTerm(name, input: input, rounding: amount, to: currency, source: source))
  }

  /// A model's figure: to the nearest millionth of a minor unit, then up.
  mutating func add(_ name: String, _ input: String, modelled amount: Double) throws(MarginRulesError) {
    do {
      terms.append(
        RequirementTerm(
          name, input: input, amount: try Money(rounding: amount, to: currency, .up), source: source))
    } catch { throw .number(error) }
  }

  /// What linear positions have gained since their entry is in the account, or missing from it.
  mutating func addUnrealised(of positions: [RulePosition]) throws(MarginRulesError) {
    for position in positions where !position.unrealised.isZero {
      let entry = position.unrealised.sign < 0 ? "lost" : "gained"
      try add(
        "unrealised_result", "\(position.name): \(position.unrealised.magnitude.shown) \(entry) since entry",
        .zero - position.unrealised)
    }
  }

  /// - Throws: ``MarginRulesError`` where the terms do not fit.
  func requirement(
    _ kind: RequirementKind, binding: String = "", runnerUp: String = ""
  ) throws(MarginRulesError) -> Requirement {
    var terms = terms
    if terms.isEmpty {
      terms = [
        RequirementTerm("long_options", input: "paid in full", amount: .zero(currency), source: source)
      ]
    }
    return try Requirement(
      kind, flooredTerms: terms, currency: currency, binding: binding, runnerUp: runnerUp, source: source)
  }
}

extension ExactAmount {
  /// At most 8 decimals: what a reader checks by hand.
  var shown: String { decimalText(decimals: 8, rounding: .nearest) }
  /// As a share in percent: `15 %`.
  var percent: String { "\((self * ExactAmount(100)).decimalText(decimals: 4, rounding: .nearest)) %" }
}

public import Basics

/// For what a requirement is asked.
public enum RequirementKind: String, Hashable, Sendable, CaseIterable {
  /// To open the position.
  case initial
  /// To keep it.
  case maintenance
}

/// One reason for a part of a requirement.
public struct RequirementTerm: Hashable, Sendable {
  /// A word for the `term` column: `short_call_underlying`, `net_option_value`.
  public let name: String
  /// What it was computed from, as a reader would write it: `0.15 x 92000 - 3000`.
  public let input: String
  /// Plus adds to the requirement, minus relieves it; rounded up (toward the account that holds more).
  public let amount: Money
  /// Where the rule says so: the section of its text.
  public let source: String

  public init(_ name: String, input: String, amount: Money, source: String) {
    self.name = name
    self.input = input
    self.amount = amount
    self.source = source
  }

  /// - Throws: ``MarginRulesError`` `.number` where the amount does not fit 64 bits.
  public init(
    _ name: String, input: String, rounding amount: ExactAmount, to currency: Currency, source: String
  ) throws(MarginRulesError) {
    do {
      self.init(name, input: input, amount: try Money(rounding: amount, to: currency, .up), source: source)
    } catch { throw .number(error) }
  }
}

/// What a rule asks for, as named terms that add up exactly.
///
/// All rules answer on one basis: the cash that must stand in the account once the premium has changed hands. A credit has
/// then been received and a debit paid, so a short option's mark is a term of every rule that counts it, and a long
/// option that is paid in full asks for nothing more.
public struct Requirement: Hashable, Sendable {
  public let kind: RequirementKind
  /// In the order in which the rule reads; at least one.
  public let terms: [RequirementTerm]
  /// The sum of the terms: never below zero, which rules reach by a term that says so.
  public let total: Money
  /// The scenario, settlement price or pairing that decided; empty where nothing competed.
  public let binding: String
  /// What would have decided next, with its amount; empty where the rule knows no second one.
  public let runnerUp: String

  /// - Throws: ``MarginRulesError`` `.number`: two currencies, or a sum that does not fit.
  public init(
    _ kind: RequirementKind, terms: [RequirementTerm], currency: Currency, binding: String = "", runnerUp: String = ""
  ) throws(MarginRulesError) {
    var sum = Money.zero(currency)
    do { for term in terms { sum = try sum + term.amount } } catch { throw .number(error) }
    self.kind = kind
    self.terms = terms
    self.binding = binding
    self.runnerUp = runnerUp
    total = sum
  }

  /// The same terms, with one that brings a sum below zero up to it.
  ///
  /// - Throws: ``MarginRulesError``, as the initialiser without a floor.
  public init(
    _ kind: RequirementKind, flooredTerms terms: [RequirementTerm], currency: Currency, binding: String = "",
    runnerUp: String = "", source: String
  ) throws(MarginRulesError) {
    let plain = try Requirement(kind, terms: terms, currency: currency, binding: binding, runnerUp: runnerUp)
    guard plain.total.minorUnits < 0 else {
      self = plain
      return
    }
    let lift = Money(minorUnits: 0 - plain.total.minorUnits, currency: currency)
    try self.init(
      kind,
      terms: terms + [
        RequirementTerm("floor_at_zero", input: "max(0, \(plain.total.text))", amount: lift, source: source)
      ],
      currency: currency, binding: binding, runnerUp: runnerUp)
  }
}

/// What a rule says of a strategy.
public enum RuleAnswer: Hashable, Sendable {
  case requirements(initial: Requirement, maintenance: Requirement)
  /// The rule does not speak of such a position: coin settlement under a US rule.
  case notApplicable(String)
  /// The rule speaks of it, but this program does not answer: several expiries where only one is implemented.
  case unsupported(String)
}

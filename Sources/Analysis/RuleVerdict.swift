public import IsolatedMargin
public import MarginRules

/// A rule's name on a day: the rule that holds then, or that none of its rulebooks does.
public enum RuleOnDay: Sendable {
  case inForce(any MarginRule)
  /// The rule's name, and why it says nothing: `in force from 2026-01-01 only`.
  case notInForce(name: String, reason: String)

  public var name: String {
    switch self {
    case .inForce(let rule): return rule.name
    case .notInForce(let name, _): return name
    }
  }

  /// Nil where no rulebook of the name holds on the day.
  public var rulebook: Rulebook? {
    switch self {
    case .inForce(let rule): return rule.rulebook
    case .notInForce: return nil
    }
  }
}

/// What one rule says of one strategy: its requirements, or why there are none.
public struct RuleVerdict: Sendable {
  public let rule: RuleOnDay
  /// `ok`, `not_applicable`, `unsupported`, `overflow`, or `invalid` where the market cannot value a leg.
  public let status: MarginStatus
  /// The reason for a missing answer; empty beside `ok`.
  public let detail: String
  /// To open the position; nil without an answer. Cash that must stand in the account once the premium has changed hands.
  public let initial: Requirement?
  /// To keep it, on the same basis.
  public let maintenance: Requirement?
  /// What the rule would still liquidate; nil without an answer, and where it was not asked for.
  public internal(set) var liquidation: RuleLiquidation?

  public var name: String { rule.name }

  /// Asks the rule; what it cannot answer is a status.
  public init(_ rule: RuleOnDay, for inputs: RuleInputs) {
    self.rule = rule
    switch rule {
    case .notInForce(_, let reason):
      (status, detail, initial, maintenance) = (.notApplicable, reason, nil, nil)
    case .inForce(let method):
      let answer: RuleAnswer
      do { answer = try method.answer(for: inputs) } catch {
        (status, detail, initial, maintenance) = (RuleVerdict.status(error), error.description, nil, nil)
        return
      }
      switch answer {
      case .requirements(let initial, let maintenance):
        (status, detail, self.initial, self.maintenance) = (.ok, "", initial, maintenance)
      case .notApplicable(let reason): (status, detail, initial, maintenance) = (.notApplicable, reason, nil, nil)
      case .unsupported(let reason): (status, detail, initial, maintenance) = (.unsupported, reason, nil, nil)
      }
    }
  }

  /// The status of a strategy for which a rule, or the looking up before it, failed.
  public static func status(_ error: MarginRulesError) -> MarginStatus {
    switch error {
    case .number: return .overflow
    case .pricing, .badParameter, .unknownMethod: return .invalid
    }
  }
}

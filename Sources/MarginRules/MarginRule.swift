/// A venue's or a regulator's way to a requirement.
///
/// A rule is a value made from its ``Rulebook``; making it checks every parameter, so that asking cannot fail for a rule's
/// own reasons.
public protocol MarginRule: Sendable {
  var rulebook: Rulebook { get }

  /// What the rule looks at, in a sentence for reports: which marks, which scenarios and how many.
  var needs: String { get }

  /// The requirements for a strategy, or why there are none.
  ///
  /// - Throws: ``MarginRulesError`` where the market cannot answer or an amount does not fit.
  func answer(for inputs: RuleInputs) throws(MarginRulesError) -> RuleAnswer
}

extension MarginRule {
  public var name: String { rulebook.name }
}

/// The methods that rulebooks name, each with the code that follows it.
public enum RuleCatalogue {
  /// Words for `method` in a rulebook's file, with the type that works by it. A new rule is a file and a line here.
  static let methods: [(name: String, make: @Sendable (Rulebook) throws(MarginRulesError) -> any MarginRule)] = [
    ("maximum-loss", { book throws(MarginRulesError) in try MaximumLossRule(book) }),
    ("standard-margin", { book throws(MarginRulesError) in try StandardMarginRule(book) }),
    ("derive-standard", { book throws(MarginRulesError) in try DeriveStandardRule(book) }),
    ("opyn-naked", { book throws(MarginRulesError) in try OpynNakedRule(book) }),
    ("span", { book throws(MarginRulesError) in try SPANRule(book) }),
    ("risk-based", { book throws(MarginRulesError) in try RiskBasedRule(book) }),
    ("us-strategies", { book throws(MarginRulesError) in try UnitedStatesRule(book) }),
    ("scenario-grid", { book throws(MarginRulesError) in try ScenarioGridRule(book) }),
  ]

  /// Makes the rule that a rulebook describes.
  ///
  /// - Throws: ``MarginRulesError`` `.unknownMethod`, or `.badParameter` for numbers the method cannot work with.
  public static func rule(of rulebook: Rulebook) throws(MarginRulesError) -> any MarginRule {
    guard let method = methods.first(where: { $0.name == rulebook.method }) else {
      throw .unknownMethod(rulebook.method, known: methods.map(\.name))
    }
    return try method.make(rulebook)
  }
}

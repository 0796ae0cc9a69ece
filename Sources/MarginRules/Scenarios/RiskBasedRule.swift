import Basics
import Instruments
import Pricing

/// The risk-based margin of listed options (TIMS, customer portfolio margin): ten prices around the spot at unchanged
/// volatility, as wide as the class of the underlying says, and a minimum for every contract held.
///
/// The prices stand at fifths of the range below and above, the spot itself is none of them. The minimum counts units of
/// the underlying, so a contract of 100 has a hundred times that of one. Offsets between classes of a product group are
/// left out.
public struct RiskBasedRule: MarginRule {
  public let rulebook: Rulebook
  /// A class of underlyings and how far it may move.
  struct Range: Sendable {
    let name: String
    let down: Double
    let up: Double

    /// From the lowest price to the highest.
    var scenarios: [RuleScenario] {
      [5.0, 4, 3, 2, 1].map { RuleScenario(spot: -down * $0 / 5) }
        + [1.0, 2, 3, 4, 5].map { RuleScenario(spot: up * $0 / 5) }
    }
  }

  private let classes: [String: Range]
  private let members: [String: String]
  private let otherClass: Range
  /// Quote currency for one unit of the underlying in an option, long or short.
  let minimum: ExactAmount

  /// - Throws: ``MarginRulesError`` `.badParameter`; a member must name a class there is.
  public init(_ rulebook: Rulebook) throws(MarginRulesError) {
    let table = rulebook.table
    try table.allow(["classes", "members", "others", "minimum"])
    let rows = try table.table("classes")
    var classes: [String: Range] = [:]
    for name in rows.entries.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      let row = try rows.table(name)
      try row.allow(["down", "up"])
      let most = ExactAmount(count: 99, decimals: 2)
      classes[name] = Range(
        name: name, down: try row.number("down", in: .zero...most).doubleValue,
        up: try row.number("up", in: .zero...most).doubleValue)
    }
    func range(_ table: ParameterTable, _ parameter: String) throws(MarginRulesError) -> Range {
      let name = try table.text(parameter)
      guard let range = classes[name] else {
        throw table.refusal(
          parameter, found: "'\(name)'",
          wanted: classes.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: " or "))
      }
      return range
    }
    var members: [String: String] = [:]
    let named = try table.table("members")
    for symbol in named.entries.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      members[symbol] = try range(named, symbol).name
    }
    otherClass = try range(table, "others")
    minimum = try table.number("minimum")
    self.classes = classes
    self.members = members
    self.rulebook = rulebook
  }

  /// The class of an underlying: as named, else that of the others.
  func range(of underlying: String) -> Range { members[underlying].flatMap { classes[$0] } ?? otherClass }

  public var needs: String { "each option's mark and volatility, revalued at 10 prices around the spot" }

  public func answer(for inputs: RuleInputs) throws(MarginRulesError) -> RuleAnswer {
    guard inputs.settlement == .quote else {
      return .notApplicable("coin settlement: the clearing house's accounts are in quote currency")
    }
    let book = try ScenarioBook(inputs) { range(of: $0).scenarios }
    // One rate for both: the rule knows no second one.
    return .requirements(
      initial: try requirement(.initial, inputs, book), maintenance: try requirement(.maintenance, inputs, book))
  }

  private func requirement(
    _ kind: RequirementKind, _ inputs: RuleInputs, _ book: ScenarioBook
  ) throws(MarginRulesError) -> Requirement {
    var terms = TermList(currency: inputs.currency, source: rulebook.source)
    for group in book.groups {
      let scan = group.scanRisk
      let name = range(of: group.underlying).name
      try terms.add(
        "scan_risk",
        group.binding.isEmpty
          ? "\(group.underlying) (\(name)): no price loses"
          : "\(group.underlying) (\(name)): loss at \(group.binding)", modelled: scan)
      let units = group.positions.filter { $0.contract != nil }.reduce(ExactAmount.zero) { $0 + $1.size }
      let least = (units * minimum).doubleValue
      if least > scan {
        try terms.add(
          "contract_minimum", "\(group.underlying): \(units.shown) x \(minimum.shown), less the scan",
          modelled: least - scan)
      }
    }
    try terms.addNetOptionValue(of: inputs)
    try terms.addUnrealised(of: inputs.positions)
    return try terms.requirement(
      kind, binding: book.binding, runnerUp: book.runnerUp(in: inputs.currency))
  }
}

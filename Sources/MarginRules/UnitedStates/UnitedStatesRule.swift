import Basics
import Instruments

/// The US strategy-based rules, in a margin or a cash account: each underlying's position divided into the recognised
/// strategies that ask for least in total, initial and maintenance apart.
///
/// The requirement is cash once the premium has changed hands; shares count their result since entry beside it, as the
/// linear legs of every rule do. Source: FINRA Rule 4210, Regulation T section 220.12, Cboe Margin Manual.
public struct UnitedStatesRule: MarginRule {
  public let rulebook: Rulebook
  let rates: StrategyRates

  /// - Throws: ``MarginRulesError`` `.badParameter`.
  public init(_ rulebook: Rulebook) throws(MarginRulesError) {
    rates = try StrategyRates(rulebook)
    self.rulebook = rulebook
  }

  public var needs: String { "each option's mark and the spot; the least total over all pairings, no scenario" }

  public func answer(for inputs: RuleInputs) throws(MarginRulesError) -> RuleAnswer {
    if let reason = reasonAgainst(inputs) { return reason }
    var groups: [StrategyPosition] = []
    for (underlying, positions) in inputs.positionsByUnderlying {
      let asOf = inputs.asOf
      guard
        let group = StrategyPosition(underlying, positions, isLongTerm: { rates.isLongTerm($0, asOf: asOf) })
      else { return .unsupported("\(underlying): more than \(StrategyPosition.lotLimit) lots of a common size") }
      groups.append(group)
    }
    let opening = divisions(.initial, groups)
    // Only shares are charged otherwise to keep than to open: without any, one search answers both.
    let hasShares = inputs.positions.contains { $0.contract == nil }
    let keeping = hasShares ? divisions(.maintenance, groups) : opening
    return .requirements(
      initial: try requirement(.initial, inputs, opening), maintenance: try requirement(.maintenance, inputs, keeping))
  }

  /// The least division of each underlying's position.
  private func divisions(
    _ kind: RequirementKind, _ groups: [StrategyPosition]
  ) -> [(underlying: String, matcher: StrategyMatcher)] {
    groups.compactMap { group in
      guard let options = rates.options[group.underlying] else { return nil }
      let charges = StrategyCharges(kind: kind, rates: rates, options: options, spot: group.spot)
      return (group.underlying, StrategyMatcher(group, charges))
    }
  }

  /// Why the rule does not speak of the strategy; nil where it does.
  func reasonAgainst(_ inputs: RuleInputs) -> RuleAnswer? {
    guard inputs.settlement == .quote else {
      return .notApplicable("coin settlement: US accounts are kept in dollars")
    }
    for position in inputs.positions {
      guard rates.options[position.underlying] != nil else {
        return .notApplicable("\(position.underlying): the rulebook has numbers for \(rates.options.names) only")
      }
      switch position.instrument {
      case .option: continue
      case .digital: return .unsupported("\(position.name): digital options are no part of the strategies here")
      case .future, .perpetual:
        return .notApplicable("\(position.name): futures are margined by a clearing house, not by these rules")
      case .underlying:
        if position.isShort, rates.account == .cash {
          return .notApplicable("\(position.name): shares are not sold short in a cash account")
        }
      }
    }
    return nil
  }

  private func requirement(
    _ kind: RequirementKind, _ inputs: RuleInputs, _ divisions: [(underlying: String, matcher: StrategyMatcher)]
  ) throws(MarginRulesError) -> Requirement {
    var terms: [RequirementTerm] = []
    var words: [String] = []
    for (underlying, matcher) in divisions {
      for match in matcher.matches {
        for part in match.parts {
          terms.append(
            try RequirementTerm(
              part.name, input: "\(match.text): \(match.units.shown) x (\(part.input))",
              rounding: part.amount * match.units, to: inputs.currency,
              source: "\(rulebook.source); \(match.strategy.section)"))
        }
      }
      words.append(UnitedStatesRule.words(matcher, divisions.count > 1 ? underlying : nil))
    }
    var list = TermList(currency: inputs.currency, source: rulebook.source)
    try list.addUnrealised(of: inputs.positions)
    terms += list.terms
    if terms.isEmpty {
      terms = [
        RequirementTerm(
          "long_options", input: "paid in full", amount: .zero(inputs.currency), source: rulebook.source)
      ]
    }
    return try Requirement(
      kind, flooredTerms: terms, currency: inputs.currency, binding: words.joined(separator: "; "),
      source: rulebook.source)
  }

  /// Strategies that are named; the rest are counted.
  private static let namedLimit = 20

  /// `2 x iron condor 95/100/110/115; 1 x naked put 90`.
  private static func words(_ matcher: StrategyMatcher, _ underlying: String?) -> String {
    var words = matcher.matches.prefix(namedLimit).map(\.text)
    let more = matcher.matches.count - words.count
    if more > 0 { words.append("and \(more) more") }
    if !matcher.isLeast {
      words.append("the search stopped early: not less than \(matcher.lowerBound.shown)")
    }
    return (underlying.map { "\($0): " } ?? "") + words.joined(separator: "; ")
  }
}

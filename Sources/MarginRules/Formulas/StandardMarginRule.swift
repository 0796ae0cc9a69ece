import Basics
import Instruments

/// Standard margin, position by position: the form of Deribit, Aevo and OKX, each with its own numbers.
///
/// Every short option is charged by a ``ShortOptionSchedule``, every future and perpetual by a ``LinearSchedule`` where the
/// rulebook has one; long options are paid in full; nothing offsets anything. Coin and quote accounts alike: in coin a
/// mark counts coins and the underlying is worth 1.
public struct StandardMarginRule: MarginRule {
  public let rulebook: Rulebook
  let settlements: Settlements
  let rates: UnderlyingTable<Rates>

  /// The accounts a venue keeps.
  enum Settlements: String, CaseIterable, Sendable {
    case quote
    case coin
    case both
  }

  struct Rates: Sendable {
    let options: ShortOptionSchedule
    /// Nil: the rulebook has no numbers for futures and perpetuals.
    let linear: LinearSchedule?

    init(_ table: ParameterTable) throws(MarginRulesError) {
      try table.allow(["options", "linear"])
      let options = try table.table("options")
      try options.allow(ShortOptionSchedule.parameters)
      self.options = try ShortOptionSchedule(options)
      linear = table.has("linear") ? try LinearSchedule(table.table("linear")) : nil
    }
  }

  /// - Throws: ``MarginRulesError`` `.badParameter`.
  public init(_ rulebook: Rulebook) throws(MarginRulesError) {
    let table = rulebook.table
    try table.allow(["settlement", "underlyings"])
    settlements = try table.word("settlement")
    rates = try UnderlyingTable(table, "underlyings") { row throws(MarginRulesError) in try Rates(row) }
    self.rulebook = rulebook
  }

  public var needs: String { "each short option's mark and the spot; no scenario" }

  public func answer(for inputs: RuleInputs) throws(MarginRulesError) -> RuleAnswer {
    if let reason = reasonAgainst(inputs) { return reason }
    return .requirements(
      initial: try requirement(.initial, inputs), maintenance: try requirement(.maintenance, inputs))
  }

  /// Why the rule does not speak of the strategy; nil where it does.
  func reasonAgainst(_ inputs: RuleInputs) -> RuleAnswer? {
    if settlements != .both, settlements.rawValue != inputs.settlement.rawValue {
      return .notApplicable(
        "\(inputs.settlement.rawValue) settlement: the venue's accounts are in \(settlements.rawValue)")
    }
    for position in inputs.positions {
      guard let rates = rates[position.underlying] else {
        return .notApplicable("\(position.underlying): the rulebook has numbers for \(rates.names) only")
      }
      switch position.instrument {
      case .option: continue
      case .digital: return .notApplicable("\(position.name): the venue lists no digital options")
      case .underlying:
        return .notApplicable("\(position.name): coins and shares are no margined positions of this rule")
      case .future, .perpetual:
        if rates.linear == nil { return .unsupported("\(position.name): the rulebook has no numbers for futures") }
      }
    }
    return nil
  }

  private func requirement(
    _ kind: RequirementKind, _ inputs: RuleInputs
  ) throws(MarginRulesError) -> Requirement {
    var terms = TermList(currency: inputs.currency, source: rulebook.source)
    let positions = inputs.positions
    for position in positions {
      guard let rates = rates[position.underlying] else { continue }
      let unitValue = inputs.settlement == .coin ? .one : position.spot
      for part in rates.options.parts(kind, of: position, unitValue: unitValue) {
        try terms.add(part.name, part.input, part.amount)
      }
      if position.contract == nil, let linear = rates.linear {
        let part = linear.part(kind, of: position, settlement: inputs.settlement)
        try terms.add(part.name, part.input, part.amount)
      }
    }
    try terms.addUnrealised(of: positions)
    return try terms.requirement(kind)
  }
}

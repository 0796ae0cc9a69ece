import Basics
import Instruments

/// Derive's standard manager: of each expiry the better of two requirements, the sum of its isolated short options and the
/// worst settlement at 0 or a strike.
///
/// The worst settlement takes the payoff at {0, strikes}, never above 0, and `unpaired` x forward for every net short call,
/// since calls without a long one have no worst price. Futures and perpetuals pay a share of their notional; a coin held
/// counts only a part of its value; both initial requirements grow where an oracle is unsure, and where the dollar token
/// has lost its peg. Equity carries marks of nothing here: the manager's net is cash + requirement, as ours.
///
/// Source: derivexyz/v2-core, StandardManager (`_calcNetBasicMarginSingleExpiry`, `_getIsolatedMargin`, `_getNetPerpMargin`,
/// `_getBaseMarginAndMtM`, `_getDepegMultiplier`).
public struct DeriveStandardRule: MarginRule {
  public let rulebook: Rulebook
  let rates: UnderlyingTable<Rates>
  let depegThreshold: ExactAmount
  let depegFactor: ExactAmount
  let feeds: Feeds

  struct Rates: Sendable {
    let options: ShortOptionSchedule
    let unpairedInitial: ExactAmount
    let unpairedMaintenance: ExactAmount
    let linear: LinearSchedule
    /// The part of a coin's value that counts as cash.
    let coinShare: ExactAmount
    let linearThreshold: ExactAmount
    let optionThreshold: ExactAmount
    let coinThreshold: ExactAmount
    let oracleFactor: ExactAmount

    init(_ table: ParameterTable) throws(MarginRulesError) {
      try table.allow(["options", "unpaired", "linear", "coin_share", "oracle"])
      let options = try table.table("options")
      try options.allow(ShortOptionSchedule.parameters)
      self.options = try ShortOptionSchedule(options)
      let unpaired = try table.table("unpaired")
      try unpaired.allow(["initial", "maintenance"])
      unpairedInitial = try unpaired.number("initial", in: .one...ExactAmount(3))
      unpairedMaintenance = try unpaired.number("maintenance", in: .one...ExactAmount(3))
      linear = try LinearSchedule(table.table("linear"))
      coinShare = try table.number("coin_share", in: ParameterTable.share)
      let oracle = try table.table("oracle")
      try oracle.allow(["linear_threshold", "option_threshold", "coin_threshold", "factor"])
      linearThreshold = try oracle.number("linear_threshold", in: ParameterTable.share)
      optionThreshold = try oracle.number("option_threshold", in: ParameterTable.share)
      coinThreshold = try oracle.number("coin_threshold", in: ParameterTable.share)
      oracleFactor = try oracle.number("factor", in: ParameterTable.share)
    }
  }

  /// What the venue's feeds say of themselves; a market file does not, so the rulebook states what is taken for given.
  struct Feeds: Sendable {
    /// Of the dollar token, in dollars.
    let stablePrice: ExactAmount
    let spot: ExactAmount
    let linear: ExactAmount
    let option: ExactAmount

    init(_ table: ParameterTable) throws(MarginRulesError) {
      try table.allow(["stable_price", "spot_confidence", "linear_confidence", "option_confidence"])
      stablePrice = try table.number("stable_price", in: .zero...ExactAmount(2))
      spot = try table.number("spot_confidence", in: ParameterTable.share)
      linear = try table.number("linear_confidence", in: ParameterTable.share)
      option = try table.number("option_confidence", in: ParameterTable.share)
    }
  }

  /// - Throws: ``MarginRulesError`` `.badParameter`.
  public init(_ rulebook: Rulebook) throws(MarginRulesError) {
    let table = rulebook.table
    try table.allow(["underlyings", "depeg", "assumed_feeds"])
    rates = try UnderlyingTable(table, "underlyings") { row throws(MarginRulesError) in try Rates(row) }
    let depeg = try table.table("depeg")
    try depeg.allow(["threshold", "factor"])
    depegThreshold = try depeg.number("threshold", in: ParameterTable.share)
    depegFactor = try depeg.number("factor", in: .zero...ExactAmount(3))
    feeds = try Feeds(table.table("assumed_feeds"))
    self.rulebook = rulebook
  }

  public var needs: String {
    "each short option's mark, spot and forwards, the payoff at 0 and at every strike; the state of the feeds is assumed"
  }

  public func answer(for inputs: RuleInputs) throws(MarginRulesError) -> RuleAnswer {
    if let reason = reasonAgainst(inputs) { return reason }
    return .requirements(
      initial: try requirement(.initial, inputs), maintenance: try requirement(.maintenance, inputs))
  }

  /// Why the rule does not speak of the strategy; nil where it does.
  func reasonAgainst(_ inputs: RuleInputs) -> RuleAnswer? {
    guard inputs.settlement == .quote else {
      return .notApplicable("coin settlement: the venue's cash is a dollar token")
    }
    for position in inputs.positions {
      if case .digital = position.instrument {
        return .notApplicable("\(position.name): the venue lists no digital options")
      }
      if case .underlying = position.instrument, position.isShort {
        return .notApplicable("\(position.name): a coin cannot be sold short in the venue's standard account")
      }
      guard rates[position.underlying] != nil else {
        return .notApplicable("\(position.underlying): the rulebook has numbers for \(rates.names) only")
      }
    }
    return nil
  }

  private func requirement(_ kind: RequirementKind, _ inputs: RuleInputs) throws(MarginRulesError) -> Requirement {
    var terms = TermList(currency: inputs.currency, source: rulebook.source)
    var bindings: [String] = []
    for (underlying, positions) in inputs.positionsByUnderlying {
      guard let rates = rates[underlying] else { continue }
      let market = DeriveMarket(
        rates: rates, feeds: feeds, depeg: max(.zero, depegThreshold - feeds.stablePrice) * depegFactor,
        positions: positions)
      for choice in market.expiries(kind) {
        bindings.append(choice.binding)
        for part in choice.parts { try terms.add(part.name, part.input, part.amount) }
      }
      for part in market.linearParts(kind) + market.coinParts(kind) + market.depegParts(kind) {
        try terms.add(part.name, part.input, part.amount)
      }
    }
    try terms.addUnrealised(of: inputs.positions)
    return try terms.requirement(kind, binding: bindings.filter { !$0.isEmpty }.joined(separator: "; "))
  }
}

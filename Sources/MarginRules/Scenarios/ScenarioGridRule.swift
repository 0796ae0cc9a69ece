import Basics
import Instruments
import Pricing

/// Portfolio margin by a grid of price and volatility moves: the form of Deribit's, and of venues that follow it.
///
/// Every price move meets every volatility move; further rows count in part, for options sold far out of the money.
/// Contingencies are added for what no scenario sees: options sold at a strike beyond those held there, futures against
/// futures, and futures at all.
public struct ScenarioGridRule: MarginRule {
  public let rulebook: Rulebook
  /// The grid in the order of the file, price moves slowest, then the extended rows.
  public let scenarios: [RuleScenario]
  let settlements: StandardMarginRule.Settlements
  let scaling: VolatilityScaling
  /// Shares of the underlying's value: for one net short option at a strike, for a coin of futures offset by futures, for a
  /// coin of futures.
  let shortOptions: ExactAmount
  let offsetFutures: ExactAmount
  let futures: ExactAmount
  let initialRatio: ExactAmount
  let maintenanceRatio: ExactAmount

  private enum Direction: String, CaseIterable {
    case up
    case none
    case down
  }

  /// - Throws: ``MarginRulesError`` `.badParameter`; moves lie above -1.
  public init(_ rulebook: Rulebook) throws(MarginRulesError) {
    let table = rulebook.table
    try table.allow([
      "settlement", "price_moves", "volatility_moves", "volatility", "extended", "contingencies", "initial_ratio",
      "maintenance_ratio",
    ])
    settlements = try table.word("settlement")
    let scaling = try VolatilityScaling(table.table("volatility"))
    func volatility(_ direction: Direction) -> VolatilityMove {
      direction == .none ? .unchanged : .scaled(scaling, isUp: direction == .up)
    }
    let moves = ExactAmount(count: -99, decimals: 2)...ExactAmount(100)
    let directions = try table.words("volatility_moves", Direction.self)
    var scenarios: [RuleScenario] = []
    for move in try table.numbers("price_moves", in: moves) {
      for direction in directions {
        scenarios.append(RuleScenario(spot: move.doubleValue, volatility: volatility(direction)))
      }
    }
    if table.has("extended") {
      for row in try table.tables("extended") {
        try row.allow(["move", "volatility", "cover"])
        scenarios.append(
          RuleScenario(
            spot: try row.number("move", in: moves).doubleValue,
            volatility: volatility(try row.word("volatility")),
            cover: try row.number("cover", in: ParameterTable.share).doubleValue))
      }
    }
    let contingencies = try table.table("contingencies")
    try contingencies.allow(["short_options_per_strike", "offset_futures", "futures"])
    shortOptions = try contingencies.number("short_options_per_strike", in: ParameterTable.share)
    offsetFutures = try contingencies.number("offset_futures", in: ParameterTable.share)
    futures = try contingencies.number("futures", in: ParameterTable.share)
    initialRatio = try table.number("initial_ratio", in: .zero...ExactAmount(3))
    maintenanceRatio = try table.number("maintenance_ratio", in: .zero...initialRatio)
    self.scaling = scaling
    self.scenarios = scenarios
    self.rulebook = rulebook
  }

  public var needs: String {
    "each option's mark and volatility, revalued under \(scenarios.count) scenarios; volatility moves by days to expiry"
  }

  public func answer(for inputs: RuleInputs) throws(MarginRulesError) -> RuleAnswer {
    if settlements != .both, settlements.rawValue != inputs.settlement.rawValue {
      return .notApplicable(
        "\(inputs.settlement.rawValue) settlement: the venue's accounts are in \(settlements.rawValue)")
    }
    for position in inputs.positions {
      switch position.instrument {
      case .digital: return .notApplicable("\(position.name): the venue lists no digital options")
      case .underlying:
        return .notApplicable("\(position.name): coins and shares are no margined positions of this rule")
      case .option, .future, .perpetual: continue
      }
    }
    let book = try ScenarioBook(inputs) { _ in scenarios }
    return .requirements(
      initial: try requirement(.initial, inputs, book), maintenance: try requirement(.maintenance, inputs, book))
  }

  private func requirement(
    _ kind: RequirementKind, _ inputs: RuleInputs, _ book: ScenarioBook
  ) throws(MarginRulesError) -> Requirement {
    var terms = TermList(currency: inputs.currency, source: rulebook.source)
    let ratio = kind == .initial ? initialRatio : maintenanceRatio
    let ratioText = ratio == .one ? "" : "\(ratio.shown) x "
    for group in book.groups {
      try terms.addScan(of: group, times: ratio)
      for part in contingencies(of: group.positions, inputs.settlement) {
        try terms.add(part.name, ratioText + part.input, ratio * part.amount)
      }
    }
    try terms.addNetOptionValue(of: inputs)
    try terms.addUnrealised(of: inputs.positions)
    return try terms.requirement(
      kind, binding: book.binding, runnerUp: book.runnerUp(in: inputs.currency, times: ratio.doubleValue))
  }

  /// What is added beside the grid for the positions on one underlying.
  func contingencies(of positions: [RulePosition], _ settlement: Settlement) -> [ShortOptionSchedule.Part] {
    guard let spot = positions.first?.spot else { return [] }
    let unitValue = settlement == .coin ? .one : spot
    var parts: [ShortOptionSchedule.Part] = []
    func add(_ name: String, _ units: ExactAmount, _ share: ExactAmount) {
      guard !share.isZero, !units.isZero else { return }
      parts.append(
        ShortOptionSchedule.Part(
          name: name, input: "\(units.shown) x \(share.shown)\(settlement == .coin ? "" : " x \(spot.shown)")",
          amount: units * share * unitValue))
    }
    add("short_option_contingency", netShortOptions(of: positions), shortOptions)
    var (long, short) = (ExactAmount.zero, ExactAmount.zero)
    for position in positions where position.contract == nil {
      // In coin a future counts quote currency: N/S coins.
      let coins = settlement == .coin ? position.size.divided(by: spot) ?? .zero : position.size
      if position.isShort { short += coins } else { long += coins }
    }
    add("offset_futures_contingency", min(long, short), offsetFutures)
    add("futures_contingency", long + short, futures)
    return parts
  }

  /// Options sold at a strike beyond those held there, calls and puts together, summed over strikes of each expiry.
  private func netShortOptions(of positions: [RulePosition]) -> ExactAmount {
    // Few expiries share a strike, however many strikes there are.
    var places: [ExactAmount: [(expiry: Expiry, units: ExactAmount)]] = [:]
    for position in positions {
      guard position.contract != nil, let expiry = position.instrument.expiry, let strike = position.strike else {
        continue
      }
      if let index = places[strike]?.firstIndex(where: { $0.expiry.isSameSettlement(as: expiry) }) {
        places[strike]?[index].units += position.units
      } else {
        places[strike, default: []].append((expiry, position.units))
      }
    }
    // An exact sum has no order.
    return places.values.joined().reduce(.zero) { $0 + max(.zero, .zero - $1.units) }
  }
}

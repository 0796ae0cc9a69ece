import Basics
import Instruments
import Pricing
import Scenarios

/// A strategy's positions, revalued in full under a rule's scenarios, one underlying at a time.
///
/// Forwards scale with spot and rates stay; a contract's volatility is its own, moved as the scenario says for its days to
/// expiry; what has expired by the scenario's day counts its payoff. Linear positions move with the spot. In settlement
/// currency: a coin account counts coins, each worth its new spot.
struct ScenarioBook {
  /// The positions on one underlying with what they gain.
  struct Group {
    let underlying: String
    let positions: [RulePosition]
    /// Of the whole group, each result times its scenario's cover.
    let array: RiskArray
    let scenarios: [RuleScenario]

    /// The greatest loss; 0 where every scenario gains.
    var scanRisk: Double { array.scanRisk }
    /// The scenario that decides, in words; empty where none loses.
    var binding: String {
      guard let worst = array.worst, worst.loss > 0 else { return "" }
      return scenarios[worst.index].text
    }
  }

  let groups: [Group]

  /// - Parameter scenarios: Those of an underlying, at least one.
  /// - Throws: ``MarginRulesError`` `.pricing` where a model gives no number.
  /// - Complexity: One valuation for each contract and distinct scenario.
  init(
    _ inputs: RuleInputs, scenarios: (String) throws(MarginRulesError) -> [RuleScenario]
  ) throws(MarginRulesError) {
    var groups: [Group] = []
    for (underlying, positions) in inputs.positionsByUnderlying {
      let scenarios = try scenarios(underlying)
      var arrays: [(units: Double, array: RiskArray)] = []
      for position in positions {
        let unit = try ScenarioBook.array(of: position, scenarios, settlement: inputs.settlement)
        arrays.append((position.units.doubleValue, unit))
      }
      guard let total = RiskArray.total(arrays) else { continue }
      groups.append(
        Group(
          underlying: underlying, positions: positions,
          array: RiskArray(zip(total.results, scenarios).map { $0 * $1.cover }), scenarios: scenarios))
    }
    self.groups = groups
  }

  /// The bindings of all underlyings: alone without a name, several as `BTC: ...; ETH: ...`.
  var binding: String {
    groups.count == 1
      ? groups[0].binding
      : groups.filter { !$0.binding.isEmpty }.map { "\($0.underlying): \($0.binding)" }.joined(separator: "; ")
  }

  /// What one unit gains in each scenario, its cover not yet counted.
  static func array(
    of position: RulePosition, _ scenarios: [RuleScenario], settlement: Settlement
  ) throws(MarginRulesError) -> RiskArray {
    let spot = position.spot.doubleValue
    var results: [Double] = []
    var known: [RuleScenario: Double] = [:]
    let start = try value(of: position, RuleScenario(spot: 0), spot: spot, settlement)
    for scenario in scenarios {
      // Rows that differ in their cover alone are one valuation.
      let bare = RuleScenario(spot: scenario.spot, volatility: scenario.volatility, days: scenario.days)
      if known[bare] == nil { known[bare] = try value(of: position, bare, spot: spot, settlement) - start }
      results.append(known[bare] ?? 0)
    }
    return RiskArray(results)
  }

  private static func value(
    of position: RulePosition, _ scenario: RuleScenario, spot: Double, _ settlement: Settlement
  ) throws(MarginRulesError) -> Double {
    let value = unitValue(of: position, scenario, spot: spot, settlement)
    guard value.isFinite else { throw .pricing(.notANumber(instrument: position.name, scenario: 0)) }
    return value
  }

  /// One unit in settlement currency after a scenario that starts at `spot`.
  static func unitValue(
    of position: RulePosition, _ scenario: RuleScenario, spot: Double, _ settlement: Settlement
  ) -> Double {
    let shocked = spot * (1 + scenario.spot)
    guard let contract = position.contract else {
      // A coin future of N in quote currency is worth N (1/entry - 1/S): the entry falls out of every difference.
      return settlement == .coin ? -1 / shocked : shocked
    }
    let quote = OptionPricer.blackScholes.greeks(
      of: contract, spot: shocked, years: contract.years - scenario.days / 365,
      volatility: scenario.volatility.moved(contract.volatility, days: contract.years * 365)
    ).value
    return settlement == .coin ? quote / shocked : quote
  }
}

public import Scenarios

extension ScenarioSource {
  /// The rule's scenarios as named ones, each with its move for every underlying asked for: what a report or a book is
  /// stressed with. `span/1` is the first of the rulebook `span`.
  ///
  /// A rule scans each underlying for itself and adds what each loses; in a list all move together, so that the worst
  /// scenario of a book on several underlyings loses no more than the rule's scan. On one underlying they are the same.
  ///
  /// - Parameter name: What they are called in front of their number; nil for the rulebook's own name.
  /// - Throws: ``MarginRulesError`` `.badParameter` for a rule whose scenarios differ in number or in what counts between
  ///   underlyings, and for one whose volatilities move by days to expiry, for which a list has no shock.
  public func namedScenarios(
    of underlyings: [String], as name: String? = nil
  ) throws(MarginRulesError) -> [Scenario] {
    func refusal(_ found: String, _ wanted: String) -> MarginRulesError {
      .badParameter(rulebook: rulebook.name, parameter: "scenarios", found: found, wanted: wanted)
    }
    let lists = underlyings.map { (symbol: $0, scenarios: scenarios(of: $0)) }
    guard let first = lists.first else { throw refusal("no underlying", "at least one") }
    guard lists.allSatisfy({ $0.scenarios.count == first.scenarios.count }) else {
      throw refusal("lists of different lengths", "as many scenarios for each underlying")
    }
    var named: [Scenario] = []
    for (index, scenario) in first.scenarios.enumerated() {
      var moves: [String: UnderlyingMove] = [:]
      for (symbol, scenarios) in lists {
        let own = scenarios[index]
        guard own.cover == scenario.cover, own.days == scenario.days else {
          throw refusal("scenarios that count differently", "one cover and day for all underlyings")
        }
        var level = 0.0
        switch own.volatility {
        case .unchanged: break
        case .points(let points): level = points
        case .scaled: throw refusal("volatilities that move by days to expiry", "moves that are one for all expiries")
        }
        moves[symbol] = UnderlyingMove(spot: own.spot, volatility: VolatilityShift(level: level))
      }
      do throws(ScenarioError) {
        named.append(
          try Scenario(
            name: "\(name ?? rulebook.name)/\(index + 1)", daysForward: scenario.days, moves: moves,
            cover: scenario.cover))
      } catch { throw refusal(error.description, "scenarios that a market can reach") }
    }
    return named
  }
}

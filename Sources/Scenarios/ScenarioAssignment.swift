import Instruments
public import MarketData

/// Whose moves an underlying takes in scenarios that name others: a crash of 1987 has moved no coin.
///
/// In this order: the series that was stated for it, alone; its own symbol; the series of its class; what is common to all.
/// A chain quoted in coin is of the class ``UnderlyingClass/coin``, every other of ``UnderlyingClass/equity``.
public struct ScenarioAssignment: Hashable, Sendable {
  /// What kind of thing an underlying is, as far as scenarios tell kinds apart.
  public enum UnderlyingClass: String, Hashable, Sendable, CaseIterable {
    case coin
    case equity

    public init(of underlying: UnderlyingMarket) { self = underlying.terms.quotedIn == .coin ? .coin : .equity }
  }

  /// The series that stands for a class.
  public let classes: [UnderlyingClass: String]
  /// By underlying, the series that was stated for it.
  public let stated: [String: String]

  public init(classes: [UnderlyingClass: String] = [:], stated: [String: String] = [:]) {
    self.classes = classes
    self.stated = stated
  }

  /// What became of scenarios on a market.
  public struct Assigned: Sendable {
    /// With a move for each underlying of the market; at least one.
    public let scenarios: [Scenario]
    /// Names of scenarios that say nothing about any underlying of the market, and were left out.
    public let leftOut: [String]
    /// Scenarios that say nothing about some of the market's underlyings, which stay where they are.
    public let unmoved: [(scenario: String, underlyings: [String])]
  }

  /// Gives each underlying of a market its move.
  ///
  /// - Throws: ``ScenarioError``: a stated underlying that the market lacks, a series that no scenario names, and where no
  ///   scenario says anything about the market.
  public func assign(_ scenarios: [Scenario], on market: MarketState) throws(ScenarioError) -> Assigned {
    let series = Set(scenarios.flatMap(\.moves.keys))
    func listed(_ names: some Sequence<String>) -> String {
      names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: ", ")
    }
    for (symbol, name) in stated.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      guard market[symbol] != nil else {
        throw .badList(
          found: "moves for '\(symbol)'",
          wanted: "an underlying of the market: \(listed(market.underlyings.map(\.symbol)))")
      }
      guard series.contains(name) else {
        throw .badList(
          found: "series '\(name)'",
          wanted: series.isEmpty ? "scenarios that name underlyings" : "one that a scenario names: \(listed(series))")
      }
    }
    var assigned: [Scenario] = []
    var leftOut: [String] = []
    var unmoved: [(scenario: String, underlyings: [String])] = []
    for scenario in scenarios {
      // A scenario that names nobody is about all.
      guard !scenario.moves.isEmpty else {
        assigned.append(scenario)
        continue
      }
      var moves: [String: UnderlyingMove] = [:]
      var still: [String] = []
      for underlying in market.underlyings {
        if let move = move(of: underlying, in: scenario) {
          moves[underlying.symbol] = move
        } else if scenario.common == .none {
          still.append(underlying.symbol)
        }
      }
      guard still.count < market.underlyings.count else {
        leftOut.append(scenario.name)
        continue
      }
      if !still.isEmpty { unmoved.append((scenario.name, still)) }
      assigned.append(
        try Scenario(
          name: scenario.name, daysForward: scenario.daysForward, common: scenario.common, moves: moves,
          weight: scenario.weight, cover: scenario.cover))
    }
    guard !assigned.isEmpty else {
      throw .badList(
        found: scenarios.isEmpty ? "no scenario" : "scenarios of \(listed(series)) alone",
        wanted: "one that says something about \(listed(market.underlyings.map(\.symbol)))")
    }
    return Assigned(scenarios: assigned, leftOut: leftOut, unmoved: unmoved)
  }

  private func move(of underlying: UnderlyingMarket, in scenario: Scenario) -> UnderlyingMove? {
    if let name = stated[underlying.symbol] { return scenario.moves[name] }
    if let own = scenario.moves[underlying.symbol] { return own }
    return classes[UnderlyingClass(of: underlying)].flatMap { scenario.moves[$0] }
  }
}

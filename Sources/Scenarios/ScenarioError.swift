public import Basics
public import LinearAlgebra

/// Why scenarios, or what they are made of, were refused.
public enum ScenarioError: Error, Equatable, Sendable {
  // MARK: Scenarios as they are stated

  /// An axis that is empty, not finite, or has a node that no market can reach: its name, what was found and wanted.
  case badAxis(String, found: String, wanted: String)
  /// More nodes than ``ScenarioGrid/nodeLimit``.
  case tooManyNodes(Int)
  /// A weight of a scenario that is no probability.
  case badWeight(found: String, wanted: String)
  /// A field of a scenario of a list, by the scenario's name.
  case badScenario(String, field: String, found: String, wanted: String)
  /// A list without a scenario, or whose columns differ in length.
  case badList(found: String, wanted: String)
  /// Moves of volatility by moneyness and time that are no table.
  case badMoves(found: String, wanted: String)

  // MARK: Histories

  /// A date that does not lie behind the one before it; equal dates among them.
  case disorder(series: String, date: CalendarDate, after: CalendarDate)
  /// A price or index level that is not finite or not above 0.
  case badValue(series: String, date: CalendarDate, found: String)
  /// Fewer observations than an answer needs: what they are, and how many were found and wanted.
  case tooFew(String, found: Int, wanted: Int)
  /// Two histories of one underlying.
  case duplicate(String)
  /// No history where one is needed.
  case missing(String, known: [String])
  /// A series that does not move, so that nothing can be scaled by its volatility.
  case constant(String)

  // MARK: Estimates

  /// A parameter out of its range: its name, what was found and wanted.
  case badParameter(String, found: String, wanted: String)
  /// A table of observations that is no table, or holds too little: what was found and wanted.
  case badObservations(found: String, wanted: String)
  /// A series that does not move, so that nothing correlates with it.
  case constantSeries(String)
  /// An observation that is NaN or infinite: its series and its place, from 0.
  case notFinite(series: String, observation: Int)
  /// A matrix that is no correlation or covariance matrix: the first property that it lacks.
  case badMatrix(found: String, wanted: String)
  /// Alternating projections that did not settle.
  case notConverged(iterations: Int, change: Double)
  /// What the library of linear algebra refused, or that there is none.
  case linearAlgebra(LinearAlgebraError)
}

extension ScenarioError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badWeight(let found, let wanted), .badList(let found, let wanted), .badMoves(let found, let wanted),
      .badObservations(let found, let wanted), .badMatrix(let found, let wanted):
      return "found \(found), wanted \(wanted)"
    case .badAxis(let name, let found, let wanted), .badParameter(let name, let found, let wanted):
      return "\(name): found \(found), wanted \(wanted)"
    case .badScenario(let name, let field, let found, let wanted):
      return "scenario '\(name.prefix(60))': \(field): found \(found), wanted \(wanted)"
    case .tooManyNodes(let count):
      return "found \(count) scenarios, wanted at most \(ScenarioGrid.nodeLimit); take fewer nodes an axis"
    case .disorder(let series, let date, let after):
      return date == after
        ? "\(series): found \(date) twice, wanted each date once"
        : "\(series): found \(date) behind \(after), wanted ascending dates"
    case .badValue(let series, let date, let found):
      return "\(series): found \(found) on \(date), wanted a finite number above 0"
    case .tooFew(let what, let found, let wanted): return "found \(found) \(what), wanted at least \(wanted)"
    case .duplicate(let name): return "found two histories of \(name), wanted one"
    case .missing(let name, let known):
      let there = known.isEmpty ? "none" : known.joined(separator: ", ")
      return "found no history of \(name), wanted one; there are \(there)"
    case .constant(let series):
      return "\(series): found no move in the history, wanted a volatility above 0 to scale by"
    case .constantSeries(let name):
      return "series '\(name.prefix(60))': found the same number throughout, wanted a series that moves"
    case .notFinite(let series, let observation):
      return "series '\(series.prefix(60))': found NaN or infinity at observation \(observation), wanted finite numbers"
    case .notConverged(let iterations, let change):
      return "found a nearest correlation that still changes by \(change) after \(iterations) iterations, "
        + "wanted one that settles"
    case .linearAlgebra(let error): return error.description
    }
  }
}

/// Calls what may be refused by the library of linear algebra.
func calculating<Result>(_ body: () throws(LinearAlgebraError) -> Result) throws(ScenarioError) -> Result {
  do { return try body() } catch { throw .linearAlgebra(error) }
}

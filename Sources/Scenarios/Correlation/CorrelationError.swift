public import LinearAlgebra

/// Why observations or a matrix were refused.
public enum CorrelationError: Error, Equatable, Sendable {
  /// A table of observations that is no table, or holds too little: what was found and wanted.
  case badObservations(found: String, wanted: String)
  /// A series that does not move, so that nothing correlates with it.
  case constantSeries(String)
  /// An observation that is NaN or infinite: its series and its place, from 0.
  case notFinite(series: String, observation: Int)
  /// A parameter outside its range: its name, what was found and wanted.
  case badParameter(String, found: String, wanted: String)
  /// A matrix that is no correlation or covariance matrix: the first property that it lacks.
  case badMatrix(found: String, wanted: String)
  /// Alternating projections that did not settle.
  case notConverged(iterations: Int, change: Double)
  /// What the library of linear algebra refused, or that there is none.
  case linearAlgebra(LinearAlgebraError)
}

extension CorrelationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badObservations(let found, let wanted), .badMatrix(let found, let wanted):
      return "found \(found), wanted \(wanted)"
    case .constantSeries(let name):
      return "series '\(name.prefix(60))': found the same number throughout, wanted a series that moves"
    case .notFinite(let series, let observation):
      return "series '\(series.prefix(60))': found NaN or infinity at observation \(observation), wanted finite numbers"
    case .badParameter(let name, let found, let wanted): return "\(name): found \(found), wanted \(wanted)"
    case .notConverged(let iterations, let change):
      return "found a nearest correlation that still changes by \(change) after \(iterations) iterations, "
        + "wanted one that settles"
    case .linearAlgebra(let error): return error.description
    }
  }
}

/// Calls what may be refused by the library of linear algebra.
func calculating<Result>(_ body: () throws(LinearAlgebraError) -> Result) throws(CorrelationError) -> Result {
  do { return try body() } catch { throw .linearAlgebra(error) }
}

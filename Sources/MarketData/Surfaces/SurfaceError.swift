public import LinearAlgebra

/// Why parameters, a fit or a repair of a volatility surface were refused.
///
/// Every case carries what was found; `description` adds what was wanted.
public enum SurfaceError: Error, Equatable, Sendable {
  /// A parameter outside its domain.
  case badParameter(name: String, found: Double, wanted: String)
  /// The parameters do not settle the slice: which one stays open, and why.
  case undetermined(parameter: String, reason: String)
  /// A quote that no fit can use: its place from 0, and what is wrong with it.
  case badQuote(index: Int, found: String, wanted: String)
  /// Fewer quotes than the model has parameters.
  case tooFewQuotes(found: Int, wanted: Int)
  /// Two expiries whose times do not ascend: the places of both, from 0, and their years.
  case notAscending(index: Int, years: Double, before: Double)
  /// No parameters free of arbitrage were found; the text says of what kind.
  case notRepaired(reason: String)
  /// The least squares could not be solved.
  case linearAlgebra(LinearAlgebraError)
}

extension SurfaceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badParameter(let name, let found, let wanted): return "\(name): found \(found), wanted \(wanted)"
    case .undetermined(let parameter, let reason): return "\(parameter) is not determined: \(reason)"
    case .badQuote(let index, let found, let wanted): return "quote \(index + 1): found \(found), wanted \(wanted)"
    case .tooFewQuotes(let found, let wanted):
      return "found \(found) strikes with a volatility, wanted \(wanted) or more"
    case .notAscending(let index, let years, let before):
      return "expiry \(index + 1): found \(years) years after \(before), wanted expiries in order of time, each once"
    case .notRepaired(let reason): return "found no slice without arbitrage near the quotes: \(reason)"
    case .linearAlgebra(let error): return error.description
    }
  }
}

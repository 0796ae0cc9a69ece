public import Basics
public import Pricing

/// Why a rulebook or a requirement was refused.
public enum MarginRulesError: Error, Equatable, Sendable {
  /// A rulebook lacks a parameter its method needs, or gives it a value out of range: the rulebook, what was found and
  /// wanted.
  case badParameter(rulebook: String, parameter: String, found: String, wanted: String)
  /// No rule works by this method: the method, and those that are known.
  case unknownMethod(String, known: [String])
  /// The strategy cannot be valued in this market.
  case pricing(PricingError)
  case number(BasicsError)
}

extension MarginRulesError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badParameter(let rulebook, let parameter, let found, let wanted):
      return "rulebook \(rulebook), \(parameter): found \(found), wanted \(wanted)"
    case .unknownMethod(let method, let known):
      return "found method '\(method)', wanted one of \(known.joined(separator: ", "))"
    case .pricing(let error): return error.description
    case .number(let error): return error.description
    }
  }
}

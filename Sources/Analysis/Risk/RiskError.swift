import Basics
public import Pricing
public import Scenarios

/// Why a risk figure was refused.
public enum RiskError: Error, Equatable, Sendable {
  /// A parameter out of its range.
  case badParameter(String, found: String, wanted: String)
  /// Fewer scenarios than a level needs for its tail to hold one.
  case tooFew(String, found: Int, wanted: Int)
  /// An outcome that is no number.
  case noNumber(scenario: String)
  /// A leg on an underlying of which no move is known: to leave it where it is would hide its risk.
  case noHistory(String, known: [String])
  /// More values than the memory allowed holds at once.
  case tooLarge(contracts: Int, scenarios: Int, bytes: Int)
  /// A whole of which parts cannot be valued.
  case incomplete(Int)
  case pricing(PricingError)
  case scenario(ScenarioError)
}

extension RiskError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badParameter(let name, let found, let wanted): return "\(name): found \(found), wanted \(wanted)"
    case .tooFew(let what, let found, let wanted): return "found \(found) \(what), wanted at least \(wanted)"
    case .noHistory(let symbol, let known):
      return "found a leg on \(symbol), wanted one on an underlying with a history: \(known.joined(separator: ", "))"
    case .tooLarge(let contracts, let scenarios, let bytes):
      return "found \(contracts) contracts under \(scenarios) scenarios, wanted no more than \(bytes >> 20) MiB hold"
    case .incomplete(let count):
      let strategies = count == 1 ? "1 strategy" : "\(count) strategies"
      return "found \(strategies) that cannot be valued, wanted all: figures are of the whole or none"
    case .pricing(let error): return error.description
    case .scenario(let error): return error.description
    case .noNumber(let scenario): return "found no finite value under scenario \(scenario), wanted a number"
    }
  }
}

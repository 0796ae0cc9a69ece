/// Why a risk figure was refused.
public enum RiskError: Error, Equatable, Sendable {
  /// A parameter out of its range.
  case badParameter(String, found: String, wanted: String)
  /// Fewer scenarios than a level needs for its tail to hold one.
  case tooFew(String, found: Int, wanted: Int)
  /// An outcome that is no number.
  case noNumber(scenario: String)
}

extension RiskError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badParameter(let name, let found, let wanted): return "\(name): found \(found), wanted \(wanted)"
    case .tooFew(let what, let found, let wanted): return "found \(found) \(what), wanted at least \(wanted)"
    case .noNumber(let scenario): return "found no finite value under scenario \(scenario), wanted a number"
    }
  }
}

public import Basics

/// Why a maximum loss, a size or a range was refused.
public enum IsolatedMarginError: Error, Equatable, Sendable {
  /// The legs expire on several days; the loss depends on what is done at the first, and no policy says it.
  case severalExpiries([String])
  /// The loss has no bound, so nothing can be sized or collateralised by it.
  case unbounded(String)
  /// A number is out of its range: what it is, what was found and what was wanted.
  case badInput(String, found: String, wanted: String)
  /// An underlying of the strategy has no price range.
  case noRange(underlying: String)
  /// Prices are too old, or too few are fresh: what they are, what was found and what was wanted.
  case notFresh(String, found: String, wanted: String)
  /// A question that has an answer which cannot be given here: what it is about.
  case unsupported(String)
  case number(BasicsError)
}

extension IsolatedMarginError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .severalExpiries(let expiries):
      return "found legs expiring \(expiries.joined(separator: ", ")), wanted one expiry or a policy"
    case .unbounded(let directions): return "found a loss without bound (\(directions)), wanted a bounded one"
    case .badInput(let what, let found, let wanted): return "\(what): found \(found), wanted \(wanted)"
    case .noRange(let underlying): return "found no price range for \(underlying)"
    case .notFresh(let what, let found, let wanted): return "\(what): found \(found), wanted \(wanted)"
    case .unsupported(let text): return text
    case .number(let error): return error.description
    }
  }
}

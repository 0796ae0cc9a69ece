public import Pricing

/// Why a scan cannot be made.
public enum ScanError: Error, Equatable, Sendable {
  /// The question has no answer on this market: what was found and what was wanted.
  case refused(found: String, wanted: String)
  /// The market cannot fill or value a contract, for another reason than a missing quote.
  case pricing(PricingError)
}

extension ScanError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .refused(let found, let wanted): return "found \(found), wanted \(wanted)"
    case .pricing(let error): return error.description
    }
  }
}

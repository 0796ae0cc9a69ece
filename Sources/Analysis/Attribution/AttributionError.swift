public import Pricing

/// Why a strategy's profit between two markets has no answer, and which of the two markets says so.
public enum AttributionError: Error, Equatable, Sendable {
  case first(PricingError)
  case second(PricingError)
}

extension AttributionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .first(let error): return error.description
    case .second(let error): return "in the second market: \(error)"
    }
  }
}

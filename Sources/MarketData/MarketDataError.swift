public import Basics

/// Why a market was refused as a whole. A bad quote is not an error: the chain is used without it and says so.
public enum MarketDataError: Error, Equatable, Sendable {
  /// A number of the market block is missing or of the wrong sign: where, what was found, what was wanted.
  case badNumber(field: String, found: String, wanted: String)
  /// The same underlying stands twice.
  case duplicateUnderlying(String)
  /// No underlying at all.
  case empty
  /// An expiry's forward or moment could not be computed.
  case badExpiry(String, reason: String)
  case number(BasicsError)
}

extension MarketDataError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badNumber(let field, let found, let wanted): return "\(field): found \(found), wanted \(wanted)"
    case .duplicateUnderlying(let symbol): return "found underlying \(symbol) twice, wanted it once"
    case .empty: return "found no underlying, wanted at least one"
    case .badExpiry(let expiry, let reason): return "expiry \(expiry): \(reason)"
    case .number(let error): return error.description
    }
  }
}

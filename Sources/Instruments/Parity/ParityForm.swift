/// The options that a strategy is rewritten in.
public enum ParityForm: String, Hashable, Sendable, CaseIterable {
  /// Puts alone.
  case puts
  /// Calls alone.
  case calls
  /// Puts below the forward, calls from it up: the options that trade most.
  case outOfTheMoney = "out_of_the_money"
  /// No option is left: a box is cash, a conversion too, a synthetic long a future.
  case noOptions = "no_options"
}

/// Why a strategy has no parity twin.
public enum ParityError: Error, Equatable, Sendable {
  /// What the legs have, and what parity wants of them.
  case unsuited(found: String, wanted: String)
  case instrument(InstrumentError)
}

extension ParityError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unsuited(let found, let wanted): return "found \(found), wanted \(wanted)"
    case .instrument(let error): return error.description
    }
  }
}

/// Why what a door was asked is no question that can be answered.
public enum StatementError: Error, Equatable, Sendable {
  /// An option's value, with the option's name: what was found and what was wanted.
  case option(String)
  /// The strategy, which the market cannot fill or which contradicts an option.
  case strategy(String)
  /// The text of the strategy, with its place.
  case format(FormatError)
}

extension StatementError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .option(let text), .strategy(let text): return text
    case .format(let error): return error.description
    }
  }
}

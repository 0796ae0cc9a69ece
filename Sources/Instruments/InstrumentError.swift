public import Basics

/// Why an instrument, a leg or a strategy was refused.
public enum InstrumentError: Error, Equatable, Sendable {
  /// The text is no instrument name of any dialect the program reads.
  case unknownName(String)
  /// A part of an instrument name or leg is wrong: the name, and the reason.
  case badName(String, reason: String)
  /// A number inside an instrument, a leg or a sum of legs is out of range.
  case number(BasicsError)
  /// A roll that leads to no position: what was found and what was wanted.
  case badRoll(found: String, wanted: String)
  /// A leg has quantity zero.
  case zeroQuantity(String)
  /// More legs than ``Strategy/legLimit``.
  case tooManyLegs(Int)
  /// No structure of the catalogue has this name; the nearest that has.
  case unknownStructure(String, nearest: String)
  /// A structure was given the wrong number of strikes, widths, deltas or expiries.
  case badPlacement(structure: String, found: String, wanted: String)
  /// An instrument cannot be written in the dialect: the field tops out or the dialect has no such kind.
  case notWritable(String, dialect: String)
}

extension InstrumentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownName(let text):
      return "found '\(text.prefix(60))', wanted an instrument such as BTC-26DEC25-92000-C or SPY   260417C00500000"
    case .badName(let text, let reason): return "found '\(text.prefix(60))': \(reason)"
    case .number(let error): return error.description
    case .badRoll(let found, let wanted): return "found \(found), wanted \(wanted)"
    case .zeroQuantity(let text): return "found quantity 0 of \(text), wanted a quantity other than 0"
    case .tooManyLegs(let count): return "found \(count) legs, wanted at most \(Strategy.legLimit)"
    case .unknownStructure(let text, let nearest):
      return "found structure '\(text.prefix(60))', wanted one that `bulkhead strategies` lists; nearest: \(nearest)"
    case .badPlacement(let structure, let found, let wanted): return "\(structure): found \(found), wanted \(wanted)"
    case .notWritable(let text, let dialect): return "\(text) cannot be written as \(dialect)"
    }
  }
}

public import Basics

/// A reader over a mapping of parameters that names, in what it refuses, the path that leads to the fault.
///
/// A method takes its parameters through it once, in its initialiser: every number has a range, every word a list, and
/// what the method does not know is refused rather than passed over.
public struct ParameterTable: Sendable {
  /// The rulebook's name and date, as messages say them.
  let rulebook: String
  /// `tiers[2]`; empty for the rulebook's own parameters.
  let path: String
  let entries: [String: RuleParameter]

  /// What a number may be unless the method says otherwise.
  public static let numberRange = ExactAmount.zero...ExactAmount(1_000_000_000)
  /// A part of something: 0 to 1.
  public static let share = ExactAmount.zero...ExactAmount.one

  /// The path of one of this table's parameters.
  func path(of parameter: String) -> String { path.isEmpty ? parameter : "\(path).\(parameter)" }

  public func has(_ parameter: String) -> Bool { entries[parameter] != nil }

  /// The refusal of one parameter.
  public func refusal(_ parameter: String, found: String, wanted: String) -> MarginRulesError {
    .badParameter(rulebook: rulebook, parameter: path(of: parameter), found: found, wanted: wanted)
  }

  /// Refuses parameters that are none of `known`: a rate misspelt is no rate left out.
  public func allow(_ known: [String]) throws(MarginRulesError) {
    for name in entries.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where !known.contains(name) {
      throw refusal(
        name, found: "a parameter of this name", wanted: known.isEmpty ? "none" : known.joined(separator: ", "))
    }
  }

  /// - Throws: ``MarginRulesError`` `.badParameter` where it is missing, no number, or outside `range`.
  public func number(
    _ parameter: String, in range: ClosedRange<ExactAmount> = ParameterTable.numberRange
  ) throws(MarginRulesError) -> ExactAmount {
    try number(entries[parameter], parameter, in: range)
  }

  /// A number that may be left out.
  public func number(
    _ parameter: String, in range: ClosedRange<ExactAmount> = ParameterTable.numberRange, default value: ExactAmount
  ) throws(MarginRulesError) -> ExactAmount {
    has(parameter) ? try number(parameter, in: range) : value
  }

  /// A list of numbers.
  public func numbers(
    _ parameter: String, in range: ClosedRange<ExactAmount> = ParameterTable.numberRange
  ) throws(MarginRulesError) -> [ExactAmount] {
    var numbers: [ExactAmount] = []
    for (index, item) in try list(parameter, of: "numbers").enumerated() {
      numbers.append(try number(item, "\(parameter)[\(index + 1)]", in: range))
    }
    return numbers
  }

  private func number(
    _ value: RuleParameter?, _ parameter: String, in range: ClosedRange<ExactAmount>
  ) throws(MarginRulesError) -> ExactAmount {
    if case .number(let number)? = value, range.contains(number) { return number }
    throw refusal(
      parameter, found: ParameterTable.summary(value),
      wanted: "a number from \(range.lowerBound) to \(range.upperBound)")
  }

  /// One of an enumeration's words.
  public func word<Word: RawRepresentable & CaseIterable>(
    _ parameter: String, _ type: Word.Type = Word.self
  ) throws(MarginRulesError) -> Word where Word.RawValue == String {
    if case .text(let text)? = entries[parameter], let word = Word(rawValue: text) { return word }
    throw refusal(
      parameter, found: ParameterTable.summary(entries[parameter]),
      wanted: Word.allCases.map(\.rawValue).joined(separator: " or "))
  }

  /// A list of an enumeration's words, each at most once.
  public func words<Word: RawRepresentable & CaseIterable & Hashable>(
    _ parameter: String, _ type: Word.Type = Word.self
  ) throws(MarginRulesError) -> [Word] where Word.RawValue == String {
    var words: [Word] = []
    for (index, item) in try list(parameter, of: "words").enumerated() {
      guard case .text(let text) = item, let word = Word(rawValue: text), !words.contains(word) else {
        throw refusal(
          "\(parameter)[\(index + 1)]", found: ParameterTable.summary(item),
          wanted: "\(Word.allCases.map(\.rawValue).joined(separator: " or ")), each at most once")
      }
      words.append(word)
    }
    return words
  }

  /// Free text that is not empty.
  public func text(_ parameter: String) throws(MarginRulesError) -> String {
    if case .text(let text)? = entries[parameter], !text.isEmpty { return text }
    throw refusal(parameter, found: ParameterTable.summary(entries[parameter]), wanted: "a text")
  }

  /// A mapping below this one.
  public func table(_ parameter: String) throws(MarginRulesError) -> ParameterTable {
    try table(entries[parameter], parameter)
  }

  /// A list of mappings, at least one.
  public func tables(_ parameter: String) throws(MarginRulesError) -> [ParameterTable] {
    var tables: [ParameterTable] = []
    for (index, item) in try list(parameter, of: "tables").enumerated() {
      tables.append(try table(item, "\(parameter)[\(index + 1)]"))
    }
    return tables
  }

  private func table(_ value: RuleParameter?, _ parameter: String) throws(MarginRulesError) -> ParameterTable {
    guard case .record(let entries)? = value else {
      throw refusal(parameter, found: ParameterTable.summary(value), wanted: "a table of parameters")
    }
    return ParameterTable(rulebook: rulebook, path: path(of: parameter), entries: entries)
  }

  private func list(_ parameter: String, of kind: String) throws(MarginRulesError) -> [RuleParameter] {
    guard case .list(let items)? = entries[parameter], !items.isEmpty else {
      throw refusal(
        parameter, found: ParameterTable.summary(entries[parameter]), wanted: "a list of \(kind), at least one")
    }
    return items
  }

  private static func summary(_ value: RuleParameter?) -> String {
    switch value {
    case nil: return "nothing"
    case .number(let number): return "\(number)"
    case .text(let text): return "'\(text.prefix(60))'"
    case .list(let items): return items.isEmpty ? "an empty list" : "a list"
    case .record: return "a table"
    }
  }
}

import Basics
public import MarginRules

/// A rulebook as one file gives it, with the place of each of its parameters.
public struct RulebookFile: Sendable {
  /// As the user or the search named it.
  public let path: String
  public let rulebook: Rulebook
  /// Where each parameter stands, by its path: `tiers[2].rate`.
  private let places: [String: SourceLocation]

  /// Reads `name`, `title`, `method`, `effective`, `source`, `parameters` and, where something is left out, `leaves_out`;
  /// every number from its digits.
  ///
  /// - Throws: ``FormatError``: no such file, no YAML, a key that is unknown or missing, an empty value.
  public init(_ path: String) throws(FormatError) {
    try self.init(bytes: try WholeFile.bytes(of: path), path: path)
  }

  init(bytes: [UInt8], path: String) throws(FormatError) {
    let root = try YAMLDocument(bytes: bytes, file: path).root
    let known = ["name", "title", "method", "effective", "source", "parameters", "leaves_out"]
    for entry in try root.entries() where !known.contains(entry.key) {
      throw entry.value.error(found: "key '\(entry.key)'", wanted: known.joined(separator: ", "))
    }
    func word(_ key: String) throws(FormatError) -> String {
      let value = try root.required(key, "a name such as deribit-standard")
      let text = try value.string("a name such as deribit-standard")
      guard Rulebook.isName(text) else {
        throw value.error(wanted: "a name of small letters, digits and hyphens, at most 60")
      }
      return text
    }
    var reader = ParameterReader()
    var parameters: [String: RuleParameter] = [:]
    for entry in try root["parameters"]?.entries() ?? [] {
      parameters[entry.key] = try reader.read(entry.value, path: entry.key)
    }
    var leavesOut: [String] = []
    for item in try root["leaves_out"]?.items() ?? [] {
      leavesOut.append(try item.string("what the rulebook leaves out, in words"))
    }
    self.path = path
    rulebook = Rulebook(
      name: try word("name"),
      title: try root.required("title", "a title for people").string("a title for people"),
      method: try word("method"),
      effective: try root.required("effective", "the first day on which it holds").parsed("a date") {
        try CalendarDate(parsing: $0)
      },
      source: try root.required("source", "who publishes the rule, and where").string("a source"),
      parameters: parameters, leavesOut: leavesOut)
    places = reader.places
  }

  /// The rule that the rulebook describes.
  ///
  /// - Throws: ``FormatError`` `.refused` at the parameter, or at the file's beginning for a method that is unknown.
  public func rule() throws(FormatError) -> any MarginRule {
    do { return try RuleCatalogue.rule(of: rulebook) } catch {
      var place = SourceLocation(file: path, line: 1, column: 1)
      if case .badParameter(_, let parameter, _, _) = error { place = places[parameter] ?? place }
      throw .refused(place, "\(error)")
    }
  }
}

/// Turns the tree below `parameters` into values, keeping each one's place.
private struct ParameterReader {
  var places: [String: SourceLocation] = [:]

  mutating func read(_ value: YAMLValue, path: String) throws(FormatError) -> RuleParameter {
    places[path] = value.location
    guard !value.isNull else { throw value.error(found: "nothing", wanted: "a number, a word, a list or a table") }
    if let text = value.text {
      guard let number = try? ExactAmount(parsing: text) else { return .text(text) }
      return .number(number)
    }
    if value.isMapping {
      var record: [String: RuleParameter] = [:]
      for entry in try value.entries() { record[entry.key] = try read(entry.value, path: "\(path).\(entry.key)") }
      return .record(record)
    }
    var list: [RuleParameter] = []
    for (index, item) in try value.items().enumerated() {
      list.append(try read(item, path: "\(path)[\(index + 1)]"))
    }
    return .list(list)
  }
}

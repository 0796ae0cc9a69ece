import Basics
import Yams

/// A YAML or JSON file as a tree whose scalars keep their raw text and place, so that no number passes through a Double.
///
/// Anchors and aliases are refused: a few lines of them can stand for more nodes than any memory holds.
struct YAMLDocument {
  /// Bytes a file may have.
  static let byteLimit = 4 << 20
  /// Levels that lists and mappings may nest.
  static let depthLimit = 24

  let root: YAMLValue

  /// - Throws: ``FormatError`` `.malformed` with the place of the fault.
  init(bytes: [UInt8], file: String) throws(FormatError) {
    func malformed(_ line: Int, _ column: Int, _ found: String, _ wanted: String) -> FormatError {
      .malformed(SourceLocation(file: file, line: line, column: column), found: found, wanted: wanted)
    }
    guard bytes.count <= YAMLDocument.byteLimit else {
      throw malformed(1, 1, "\(bytes.count) bytes", "at most \(YAMLDocument.byteLimit)")
    }
    guard
      let text = String(validating: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self)
    else { throw malformed(1, 1, "bytes that are not UTF-8", "a UTF-8 text") }
    let node: Node?
    do {
      if YAMLTree.mayHoldAnchors(text) { try YAMLTree.refuseAnchors(in: text) }
      node = try Yams.compose(yaml: text)
      if let node { try YAMLTree.check(node) }
    } catch let fault as YAMLTree.Fault {
      throw malformed(fault.mark?.line ?? 1, fault.mark?.column ?? 1, fault.found, fault.wanted)
    } catch YamlError.scanner(_, let problem, let mark, _) {
      throw malformed(mark.line, mark.column, problem, "YAML or JSON")
    } catch YamlError.parser(_, let problem, let mark, _) {
      let isDeep = problem.hasPrefix("Maximum nesting level")
      throw malformed(
        mark.line, mark.column, isDeep ? "deeper nesting" : problem,
        isDeep ? "at most \(YAMLDocument.depthLimit) levels" : "YAML or JSON")
    } catch YamlError.composer(_, let problem, let mark, _) {
      throw malformed(mark.line, mark.column, problem, "YAML or JSON")
    } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
      throw malformed(
        context.mark.line, context.mark.column, "key '\(duplicates.first ?? "")' twice", "each key once")
    } catch {
      throw malformed(1, 1, "a text that is no YAML", "YAML or JSON")
    }
    guard let node else { throw malformed(1, 1, "an empty file", "a mapping of keys to values") }
    root = YAMLValue(node: TextNode(node), file: file, path: "")
  }
}

/// A node of the tree with the path that leads to it: what a message names.
struct YAMLValue {
  private let node: TextNode
  let file: String
  /// `underlyings.BTC.spot`; empty for the root.
  let path: String

  init(node: TextNode, file: String, path: String) {
    self.node = node
    self.file = file
    self.path = path
  }

  /// Where the node begins.
  var location: SourceLocation {
    SourceLocation(file: file, line: node.line, column: node.column)
  }

  /// An error at this node.
  func error(found: String? = nil, wanted: String) -> FormatError {
    .malformed(location, found: (path.isEmpty ? "" : "\(path): ") + (found ?? summary), wanted: wanted)
  }

  var line: Int { node.line }

  /// What a message says it found.
  private var summary: String {
    switch node.content {
    case .scalar(let text, _): return text.isEmpty ? "nothing" : "'\(text.prefix(60))'"
    case .list: return "a list"
    case .mapping: return "a mapping"
    }
  }

  /// A scalar's text as written; nil for lists and mappings.
  var text: String? { node.text }

  var isMapping: Bool { if case .mapping = node.content { true } else { false } }

  /// True for an empty value, `~` and `null`.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = node.content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// The entries of a mapping in their order.
  func entries(_ wanted: String = "a mapping") throws(FormatError) -> [(key: String, value: YAMLValue)] {
    guard case .mapping(let members) = node.content else { throw error(wanted: wanted) }
    var entries: [(String, YAMLValue)] = []
    for (key, value) in members {
      guard let name = key.text else { throw error(found: "a key that is no word", wanted: "a word") }
      entries.append((name, YAMLValue(node: value, file: file, path: path.isEmpty ? name : "\(path).\(name)")))
    }
    return entries
  }

  /// The value of a key; nil where it is missing, empty or null.
  subscript(key: String) -> YAMLValue? {
    guard case .mapping(let members) = node.content else { return nil }
    for (name, value) in members where name.text == key {
      let found = YAMLValue(node: value, file: file, path: path.isEmpty ? key : "\(path).\(key)")
      return found.isNull ? nil : found
    }
    return nil
  }

  func required(_ key: String, _ wanted: String) throws(FormatError) -> YAMLValue {
    guard let value = self[key] else {
      throw error(found: "no key '\(key)'", wanted: wanted)
    }
    return value
  }

  /// The items of a list; a scalar is a list of one.
  func items() throws(FormatError) -> [YAMLValue] {
    if node.text != nil { return [self] }
    guard case .list(let items) = node.content else { throw error(wanted: "a list") }
    return items.enumerated().map { YAMLValue(node: $1, file: file, path: "\(path)[\($0 + 1)]") }
  }

  func string(_ wanted: String) throws(FormatError) -> String {
    guard let text, !text.isEmpty else { throw error(wanted: wanted) }
    return text
  }

  /// Reads the scalar's text by `parse`, whose error becomes one with this place.
  func parsed<Value>(_ wanted: String, _ parse: (String) throws -> Value) throws(FormatError) -> Value {
    guard let text, !text.isEmpty else { throw error(wanted: wanted) }
    do { return try parse(text) } catch { throw self.error(wanted: "\(wanted) (\(error))") }
  }

  func price(_ wanted: String) throws(FormatError) -> Price { try parsed(wanted) { try Price(parsing: $0) } }

  /// A finite decimal as a Double, correctly rounded from its digits.
  func double(_ wanted: String) throws(FormatError) -> Double {
    guard let text, let value = NumberText.double(text), value.isFinite else { throw error(wanted: wanted) }
    return value
  }

  /// One of an enumeration's words.
  func word<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) throws(FormatError) -> Word
  where Word.RawValue == String {
    guard let text, let word = Word(rawValue: text) else {
      throw error(wanted: Word.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return word
  }

  /// A warning for each key that is none of `known`, with those that are; `others` are known too, but not named.
  func unknownKeys(_ known: [String], silently others: [String] = []) throws(FormatError) -> [String] {
    try entries().filter { !known.contains($0.key) && !others.contains($0.key) }.map { entry in
      "\(file):\(entry.value.line): warning: unknown key '\(entry.key)'; known are \(known.joined(separator: ", "))"
    }
  }
}

/// Looks through a tree for what no file of this program may hold.
///
/// Nothing here guesses at the text's structure (where a quote opens, what is a comment): the parser says it. Its own
/// limit of a thousand levels keeps hostile nesting from the stack.
private enum YAMLTree {
  struct Fault: Error {
    let mark: Mark?
    let found: String
    let wanted: String
  }

  /// Refuses nesting beyond the limit and keys that stand twice, however they are quoted.
  static func check(_ node: Node, depth: Int = 1) throws(Fault) {
    guard node.scalar == nil else { return }
    guard depth <= YAMLDocument.depthLimit else {
      throw Fault(mark: node.mark, found: "deeper nesting", wanted: "at most \(YAMLDocument.depthLimit) levels")
    }
    for item in node.sequence ?? [] { try check(item, depth: depth + 1) }
    guard let mapping = node.mapping else { return }
    var keys: [String: Node] = [:]
    for (key, value) in mapping {
      if let name = key.scalar?.string, let first = keys.updateValue(key, forKey: name) {
        // The parser, which finds most of them itself, names the first of the two as well.
        throw Fault(mark: first.mark, found: "key '\(name.prefix(60))' twice", wanted: "each key once")
      }
      try check(key, depth: depth + 1)
      try check(value, depth: depth + 1)
    }
  }

  /// False only where no anchor can stand: `&` with a name behind it is nowhere in the text.
  static func mayHoldAnchors(_ text: String) -> Bool {
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if previous == UInt8(ascii: "&"), isName(byte) { return true }
      previous = byte
    }
    return false
  }

  /// Throws at the first anchor.
  ///
  /// A tree of aliases can stand for more nodes than any memory holds, and the parser hashes keys, so no alias may reach
  /// it. In a copy whose aliases are plain words it finds the anchors; a text without anchors has no alias to resolve.
  static func refuseAnchors(in text: String) throws {
    var bytes = Array(text.utf8)
    for index in bytes.indices.dropLast() where bytes[index] == UInt8(ascii: "*") && isName(bytes[index + 1]) {
      bytes[index] = UInt8(ascii: "x")
    }
    // The parser owns the anchors; nodes only point at them.
    let parser = try Parser(yaml: String(decoding: bytes, as: UTF8.self))
    try withExtendedLifetime(parser) {
      if let root = try parser.singleRoot() { try refuseAnchors(below: root) }
    }
  }

  private static func refuseAnchors(below node: Node) throws(Fault) {
    guard node.anchor == nil else {
      throw Fault(mark: node.mark, found: "an anchor", wanted: "the value written out where it is used")
    }
    for item in node.sequence ?? [] { try refuseAnchors(below: item) }
    for (key, value) in node.mapping ?? [:] {
      try refuseAnchors(below: key)
      try refuseAnchors(below: value)
    }
  }

  /// A character of an anchor's name, as the parser reads it.
  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"): return true
    default: return false
    }
  }
}

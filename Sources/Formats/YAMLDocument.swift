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
    if let fault = YAMLGuard.fault(in: text) { throw malformed(fault.line, fault.column, fault.found, fault.wanted) }
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch YamlError.scanner(_, let problem, let mark, _) {
      throw malformed(mark.line, mark.column, problem, "YAML or JSON")
    } catch YamlError.parser(_, let problem, let mark, _) {
      throw malformed(mark.line, mark.column, problem, "YAML or JSON")
    } catch YamlError.composer(_, let problem, let mark, _) {
      throw malformed(mark.line, mark.column, problem, "YAML or JSON")
    } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
      throw malformed(
        context.mark.line, context.mark.column, "key '\(duplicates.first ?? "")' twice", "each key once")
    } catch {
      throw malformed(1, 1, "a text that is no YAML", "YAML or JSON")
    }
    guard let node else { throw malformed(1, 1, "an empty file", "a mapping of keys to values") }
    root = YAMLValue(node: node, file: file, path: "")
  }
}

/// A node of the tree with the path that leads to it: what a message names.
struct YAMLValue {
  private let node: Node
  let file: String
  /// `underlyings.BTC.spot`; empty for the root.
  let path: String

  init(node: Node, file: String, path: String) {
    self.node = node
    self.file = file
    self.path = path
  }

  /// An error at this node.
  func error(found: String? = nil, wanted: String) -> FormatError {
    let mark = node.mark
    return .malformed(
      SourceLocation(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1),
      found: (path.isEmpty ? "" : "\(path): ") + (found ?? summary), wanted: wanted)
  }

  var line: Int { node.mark?.line ?? 1 }

  /// What a message says it found.
  private var summary: String {
    if let text = node.scalar?.string { return text.isEmpty ? "nothing" : "'\(text.prefix(60))'" }
    return node.sequence != nil ? "a list" : "a mapping"
  }

  /// A scalar's text as written; nil for lists and mappings.
  var text: String? { node.scalar?.string }

  var isMapping: Bool { node.mapping != nil }

  /// True for an empty value, `~` and `null`.
  var isNull: Bool {
    guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// The entries of a mapping in their order.
  func entries(_ wanted: String = "a mapping") throws(FormatError) -> [(key: String, value: YAMLValue)] {
    guard let mapping = node.mapping else { throw error(wanted: wanted) }
    var entries: [(String, YAMLValue)] = []
    for (key, value) in mapping {
      guard let name = key.scalar?.string else { throw error(found: "a key that is no word", wanted: "a word") }
      entries.append((name, YAMLValue(node: value, file: file, path: path.isEmpty ? name : "\(path).\(name)")))
    }
    return entries
  }

  /// The value of a key; nil where it is missing, empty or null.
  subscript(key: String) -> YAMLValue? {
    guard let mapping = node.mapping else { return nil }
    for (name, value) in mapping where name.scalar?.string == key {
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
    if node.scalar != nil { return [self] }
    guard let sequence = node.sequence else { throw error(wanted: "a list") }
    return sequence.enumerated().map { YAMLValue(node: $1, file: file, path: "\(path)[\($0 + 1)]") }
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

  /// A word for each key that is none of `known`, with the nearest that is.
  func unknownKeys(_ known: [String]) throws(FormatError) -> [String] {
    try entries().filter { !known.contains($0.key) }.map { entry in
      "\(file):\(entry.value.line): warning: unknown key '\(entry.key)'; known are \(known.joined(separator: ", "))"
    }
  }
}

/// Looks for what the parser should not be given: nesting without end, anchors and aliases.
private enum YAMLGuard {
  struct Fault {
    let line: Int
    let column: Int
    let found: String
    let wanted: String
  }

  static func fault(in text: String) -> Fault? {
    var (line, column, depth, dashes) = (1, 0, 0, 0)
    var quote: UInt8?
    var isComment = false
    var isTokenStart = true
    var isLineStart = true
    for byte in text.utf8 {
      column += 1
      if byte == UInt8(ascii: "\n") {
        (line, column, dashes, isComment, isTokenStart, isLineStart) = (line + 1, 0, 0, false, true, true)
        continue
      }
      if isComment { continue }
      if let open = quote {
        if byte == open { quote = nil }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        // A quote inside a plain word (an apostrophe) opens nothing.
        if isTokenStart { quote = byte }
        (isTokenStart, isLineStart) = (false, false)
      case UInt8(ascii: "#") where isTokenStart: isComment = true
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        (isTokenStart, isLineStart) = (true, false)
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
      case UInt8(ascii: "&") where isTokenStart, UInt8(ascii: "*") where isTokenStart:
        return Fault(line: line, column: column, found: "an anchor or alias", wanted: "the value written out")
      case UInt8(ascii: "-"), UInt8(ascii: "?"):
        if isLineStart { dashes += 1 }
        isTokenStart = true
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        isTokenStart = true
        if isLineStart, column > 20 * YAMLDocument.depthLimit { dashes = YAMLDocument.depthLimit + 1 }
      case UInt8(ascii: ","), UInt8(ascii: ":"): (isTokenStart, isLineStart) = (true, false)
      default: (isTokenStart, isLineStart) = (false, false)
      }
      if depth > YAMLDocument.depthLimit || dashes > YAMLDocument.depthLimit {
        return Fault(
          line: line, column: column, found: "deeper nesting", wanted: "at most \(YAMLDocument.depthLimit) levels")
      }
    }
    return nil
  }
}

/// Reads strict JSON (RFC 8259) into the tree that files are read into.
///
/// A request comes from a program and not from a person's editor, so nothing of YAML's freedom is taken: no comment, no bare
/// word, no `NaN`, no key twice, nothing behind the value. Numbers keep their digits and never pass through a Double.
struct JSONReader {
  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  private var line = 1
  private var lineStart = 0

  /// - Throws: ``FormatError`` `.malformed` with line and column of the fault.
  /// - Complexity: O(n); recursion ends at ``YAMLDocument/depthLimit``.
  static func root(of bytes: [UInt8], file: String) throws(FormatError) -> YAMLValue {
    var reader = JSONReader(bytes: bytes, file: file)
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw reader.fault("bytes that are not UTF-8", "UTF-8")
    }
    reader.skipSpace()
    let node = try reader.value(depth: 1)
    reader.skipSpace()
    guard reader.position == bytes.count else { throw reader.fault(reader.found, "nothing behind the value") }
    return YAMLValue(node: node, file: file, path: "")
  }

  private init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  private var place: (line: Int, column: Int) { (line, position - lineStart + 1) }

  private func fault(_ found: String, _ wanted: String, at stated: (line: Int, column: Int)? = nil) -> FormatError {
    let place = stated ?? self.place
    return .malformed(SourceLocation(file: file, line: place.line, column: place.column), found: found, wanted: wanted)
  }

  /// What stands at the position, for messages.
  private var found: String {
    guard position < bytes.count else { return "the end" }
    let rest = bytes[position...].prefix(12).prefix { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ",") }
    return rest.isEmpty ? "byte \(bytes[position])" : "'\(String(decoding: rest, as: UTF8.self))'"
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\n"):
        position += 1
        line += 1
        lineStart = position
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(FormatError) -> TextNode {
    guard depth <= YAMLDocument.depthLimit else {
      throw fault("deeper nesting", "at most \(YAMLDocument.depthLimit) levels")
    }
    guard position < bytes.count else { throw fault("the end", "a value") }
    let start = place
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(depth: depth, start)
    case UInt8(ascii: "["): return try array(depth: depth, start)
    case UInt8(ascii: "\""): return TextNode(.scalar(try string(), isPlain: false), start)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return TextNode(.scalar(try number(), isPlain: true), start)
    default:
      for word in ["true", "false", "null"] where bytes[position...].starts(with: word.utf8) {
        position += word.utf8.count
        return TextNode(.scalar(word, isPlain: true), start)
      }
      throw fault(found, "a JSON value")
    }
  }

  private mutating func object(depth: Int, _ start: (line: Int, column: Int)) throws(FormatError) -> TextNode {
    position += 1
    var members: [(key: TextNode, value: TextNode)] = []
    var names: Set<String> = []
    skipSpace()
    if take("}") { return TextNode(.mapping(members), start) }
    repeat {
      skipSpace()
      let keyPlace = self.place
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw fault(found, "a key in quotes") }
      let name = try string()
      guard names.insert(name).inserted else {
        throw fault("key '\(name.prefix(60))' twice", "each key once", at: keyPlace)
      }
      skipSpace()
      guard take(":") else { throw fault(found, "':' behind a key") }
      skipSpace()
      members.append((TextNode(.scalar(name, isPlain: false), keyPlace), try value(depth: depth + 1)))
      skipSpace()
    } while take(",")
    guard take("}") else { throw fault(found, "',' or '}'") }
    return TextNode(.mapping(members), start)
  }

  private mutating func array(depth: Int, _ start: (line: Int, column: Int)) throws(FormatError) -> TextNode {
    position += 1
    var items: [TextNode] = []
    skipSpace()
    if take("]") { return TextNode(.list(items), start) }
    repeat {
      skipSpace()
      items.append(try value(depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw fault(found, "',' or ']'") }
    return TextNode(.list(items), start)
  }

  /// `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`, as it is written.
  private mutating func number() throws(FormatError) -> String {
    let start = position
    _ = take("-")
    let first = position
    try digits()
    guard bytes[first] != UInt8(ascii: "0") || position == first + 1 else {
      throw fault("a number that begins with 0", "a JSON number")
    }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() throws(FormatError) {
    let start = position
    while position < bytes.count, (48...57).contains(bytes[position]) { position += 1 }
    guard position > start else { throw fault(found, "a digit") }
  }

  // MARK: Strings

  private mutating func string() throws(FormatError) -> String {
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        text.append(contentsOf: String(try escaped()).utf8)
      case 0..<32: throw fault("a control character", "a string without them")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw fault("the end", "a closing quote")
  }

  private mutating func escaped() throws(FormatError) -> Character {
    guard position < bytes.count else { throw fault("the end", "an escape") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(byte))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return Character(try unicodeEscape())
    default:
      position -= 1
      throw fault(found, "one of \" \\ / b f n r t u behind a backslash")
    }
  }

  private mutating func unicodeEscape() throws(FormatError) -> Unicode.Scalar {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    // The higher half of a pair; the lower must follow.
    if (0xD800..<0xDC00).contains(first), take("\\"), take("u") {
      let second = try fourDigits()
      if (0xDC00..<0xE000).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      {
        return scalar
      }
    }
    throw fault("half of a surrogate pair", "both halves")
  }

  private mutating func fourDigits() throws(FormatError) -> UInt32 {
    guard position + 4 <= bytes.count,
      bytes[position..<(position + 4)].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
    else { throw fault(found, "four hexadecimal digits") }
    position += 4
    return value
  }
}

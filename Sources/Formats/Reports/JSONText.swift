/// A JSON value whose objects keep the order in which they were written.
///
/// The encoder of Foundation orders keys by their hash and throws on infinity; a report must be the same bytes twice.
enum JSONValue: Sendable {
  case object([(key: String, value: JSONValue)])
  case array([JSONValue])
  case string(String)
  /// What is no finite number becomes null: a status beside it says why.
  case number(Double)
  case integer(Int64)
  case bool(Bool)
  case null

  static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
  static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
}

/// Writes JSON (RFC 8259) indented by two spaces; arrays of plain values stand on one line.
///
/// A ``JSONValue`` is written whole; a document that is written often says its members one by one instead, which makes no tree:
///
/// ```swift
/// JSONText.object { json in
///   json.text("name", name)
///   json.objects("legs", legs) { json, leg in json.number("delta", leg.delta) }
/// }
/// ```
///
/// Bytes and not characters are put together, in memory that is there already: a document holds thousands of them, and a server
/// writes thousands of documents a second.
struct JSONText {
  /// Filled up to `count`.
  private var bytes = [UInt8](repeating: 0, count: 1 << 15)
  private var count = 0
  /// Objects and arrays that are open, of those that have lines of their own.
  private var depth = 0
  /// True until something has been written into the innermost of them.
  private var isFirst = true
  private let numbers = DoubleWriter()

  static func text(_ value: JSONValue) -> String {
    var writer = JSONText()
    writer.write(value)
    return String(decoding: writer.finished(), as: UTF8.self)
  }

  /// A document that is one object, of the members that `members` writes, in UTF-8.
  static func object(_ members: (inout JSONText) -> Void) -> ArraySlice<UInt8> {
    var writer = JSONText()
    writer.block(.object) { members(&$0) }
    return writer.finished()
  }

  private mutating func finished() -> ArraySlice<UInt8> {
    append("\n")
    return bytes[..<count]
  }

  // MARK: Members of the object that is being written

  // A key is written as it stands: it has nothing that must be escaped.

  mutating func object(_ key: StaticString, _ members: (inout JSONText) -> Void) {
    begin(key)
    block(.object, members)
  }

  /// An array of objects, one for each item.
  mutating func objects<Item>(
    _ key: StaticString, _ items: some Sequence<Item>, _ members: (inout JSONText, Item) -> Void
  ) {
    begin(key)
    block(.array) { json in
      for item in items {
        json.newLine()
        json.block(.object) { members(&$0, item) }
      }
    }
  }

  /// An array of arrays of numbers.
  mutating func rows(_ key: StaticString, _ rows: [[Double]]) {
    begin(key)
    block(.array) { json in
      for row in rows {
        json.newLine()
        json.list { $0.write(row) }
      }
    }
  }

  mutating func text(_ key: StaticString, _ value: String?) {
    begin(key)
    if let value { write(quoted: value) } else { append("null") }
  }

  mutating func texts(_ key: StaticString, _ values: some Sequence<String>) {
    begin(key)
    list { json in
      for (index, value) in values.enumerated() {
        if index > 0 { json.append(", ") }
        json.write(quoted: value)
      }
    }
  }

  /// What is no finite number becomes null: a status beside it says why.
  mutating func number(_ key: StaticString, _ value: Double?) {
    begin(key)
    write(CollectionOfOne(value ?? .nan))
  }

  mutating func numbers(_ key: StaticString, _ values: [Double]) {
    begin(key)
    list { $0.write(values) }
  }

  mutating func integer(_ key: StaticString, _ value: Int64?) {
    begin(key)
    if let value { write(plain: value.description) } else { append("null") }
  }

  mutating func flag(_ key: StaticString, _ value: Bool?) {
    begin(key)
    append(value.map { $0 ? "true" : "false" } ?? "null")
  }

  mutating func null(_ key: StaticString) {
    begin(key)
    append("null")
  }

  mutating func members(_ members: [(key: String, value: JSONValue)]) {
    for member in members {
      newLine()
      write(quoted: member.key)
      append(": ")
      write(member.value)
    }
  }

  private mutating func begin(_ key: StaticString) {
    newLine()
    append(UInt8(ascii: "\""))
    append(key)
    append("\": ")
  }

  private enum Brackets {
    case object, array

    var open: UInt8 { self == .object ? UInt8(ascii: "{") : UInt8(ascii: "[") }
    var close: UInt8 { self == .object ? UInt8(ascii: "}") : UInt8(ascii: "]") }
  }

  /// An object, or an array whose items have lines of their own; empty it has one line.
  private mutating func block(_ brackets: Brackets, _ content: (inout JSONText) -> Void) {
    append(brackets.open)
    depth &+= 1
    isFirst = true
    content(&self)
    depth &-= 1
    if isFirst {
      isFirst = false
    } else {
      isFirst = true
      newLine()
    }
    append(brackets.close)
  }

  private mutating func list(_ content: (inout JSONText) -> Void) {
    append(UInt8(ascii: "["))
    content(&self)
    append(UInt8(ascii: "]"))
  }

  // MARK: Bytes

  /// Makes room for `more` bytes.
  private mutating func reserve(_ more: Int) {
    let missing = count + more - bytes.count
    if missing > 0 { bytes.append(contentsOf: repeatElement(0, count: max(missing, bytes.count))) }
  }

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { unsafe append($0.span) }
  }

  private mutating func append(_ text: borrowing Span<UInt8>) {
    reserve(text.count)
    let start = count
    unsafe text.withUnsafeBufferPointer { text in
      unsafe bytes.withUnsafeMutableBufferPointer { room in
        _ = unsafe UnsafeMutableBufferPointer(rebasing: room[start...]).update(fromContentsOf: text)
      }
    }
    count = start &+ text.count
  }

  private mutating func append(_ byte: UInt8) {
    reserve(1)
    bytes[count] = byte
    count &+= 1
  }

  private mutating func write(_ value: JSONValue) {
    switch value {
    case .object(let members): block(.object) { $0.members(members) }
    case .array(let items):
      let isFlat = items.allSatisfy(\.isPlain)
      guard isFlat else {
        block(.array) { json in
          for item in items {
            json.newLine()
            json.write(item)
          }
        }
        return
      }
      list { json in
        for (index, item) in items.enumerated() {
          if index > 0 { json.append(", ") }
          json.write(item)
        }
      }
    case .string(let string): write(quoted: string)
    case .number(let number): write(CollectionOfOne(number))
    case .integer(let number): write(plain: number.description)
    case .bool(let flag): append(flag ? "true" : "false")
    case .null: append("null")
    }
  }

  /// Numbers with commas between; what is no finite number is null.
  private mutating func write(_ values: some RandomAccessCollection<Double>) {
    reserve(values.count * (DoubleWriter.longest + 2))
    let (numbers, start) = (numbers, count)
    count = unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      var place = start
      for (index, value) in values.enumerated() {
        if index > 0 {
          unsafe bytes[place] = UInt8(ascii: ",")
          unsafe bytes[place &+ 1] = UInt8(ascii: " ")
          place &+= 2
        }
        if value.isFinite {
          place &+= unsafe numbers.write(value, to: UnsafeMutableBufferPointer(rebasing: bytes[place...]))
        } else {
          for byte in "null".utf8 {
            unsafe bytes[place] = byte
            place &+= 1
          }
        }
      }
      return place
    }
  }

  /// Begins the line of the next member or item, or of the bracket that closes them.
  private mutating func newLine() {
    let (hasComma, spaces) = (!isFirst, 2 &* depth)
    isFirst = false
    reserve(2 + spaces)
    var place = count
    var room = bytes.mutableSpan
    if hasComma {
      room[place] = UInt8(ascii: ",")
      place &+= 1
    }
    room[place] = UInt8(ascii: "\n")
    for _ in 0..<spaces {
      place &+= 1
      room[place] = UInt8(ascii: " ")
    }
    count = place &+ 1
  }

  private mutating func write(plain string: String) {
    var string = string
    string.withUTF8 { unsafe append($0.span) }
  }

  private mutating func write(quoted string: String) {
    var string = string
    let isWritten = string.withUTF8 { text in unsafe write(quoted: text.span) }
    guard !isWritten else { return }
    append(UInt8(ascii: "\""))
    write(escaped: string)
    append(UInt8(ascii: "\""))
  }

  /// - Returns: False where a byte must be escaped, and then nothing is written.
  private mutating func write(quoted text: borrowing Span<UInt8>) -> Bool {
    reserve(text.count + 2)
    let start = count
    var room = bytes.mutableSpan
    var place = start
    room[place] = UInt8(ascii: "\"")
    place &+= 1
    for index in text.indices {
      let byte = text[index]
      guard byte >= 0x20, byte != 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return false }
      room[place] = byte
      place &+= 1
    }
    room[place] = UInt8(ascii: "\"")
    count = place &+ 1
    return true
  }

  /// Bytes beyond ASCII are parts of characters that need no escape.
  private mutating func write(escaped string: String) {
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case UInt8(ascii: "\n"): append("\\n")
      case UInt8(ascii: "\r"): append("\\r")
      case UInt8(ascii: "\t"): append("\\t")
      case ..<0x20, 0x7F:
        append("\\u00")
        for digit in [byte >> 4, byte & 15] { append(digit < 10 ? 48 + digit : 87 + digit) }
      default: append(byte)
      }
    }
  }
}

extension JSONValue {
  /// Neither array nor object.
  fileprivate var isPlain: Bool {
    switch self {
    case .object, .array: return false
    case .string, .number, .integer, .bool, .null: return true
    }
  }
}

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
/// Bytes and not characters are put together: a document holds thousands of them, and a server writes thousands of documents
/// a second.
struct JSONText {
  private var bytes: [UInt8] = []
  private let numbers = DoubleWriter()

  static func text(_ value: JSONValue) -> String {
    var writer = JSONText()
    writer.bytes.reserveCapacity(1 << 14)
    writer.write(value, depth: 0)
    writer.append("\n")
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
  }

  private mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .object(let members):
      guard !members.isEmpty else { return append("{}") }
      append("{")
      for (index, member) in members.enumerated() {
        newLine(depth + 1, isFirst: index == 0)
        write(quoted: member.key)
        append(": ")
        write(member.value, depth: depth + 1)
      }
      newLine(depth, isFirst: true)
      append("}")
    case .array(let items):
      let isFlat = items.allSatisfy(\.isPlain)
      append("[")
      for (index, item) in items.enumerated() {
        if !isFlat { newLine(depth + 1, isFirst: index == 0) } else if index > 0 { append(", ") }
        write(item, depth: depth + 1)
      }
      if !isFlat { newLine(depth, isFirst: true) }
      append("]")
    case .string(let string): write(quoted: string)
    case .number(let number): write(number)
    case .integer(let number): bytes.append(contentsOf: number.description.utf8)
    case .bool(let flag): append(flag ? "true" : "false")
    case .null: append("null")
    }
  }

  /// What is no finite number is null.
  private mutating func write(_ number: Double) {
    guard number.isFinite else { return append("null") }
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: DoubleWriter.longest) { room in
      let count = unsafe numbers.write(number, to: room)
      unsafe bytes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: room[..<count]))
    }
  }

  private mutating func newLine(_ depth: Int, isFirst: Bool) {
    if isFirst { append("\n") } else { append(",\n") }
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }

  private mutating func write(quoted string: String) {
    bytes.append(UInt8(ascii: "\""))
    let isPlain = string.utf8.allSatisfy {
      $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if isPlain { bytes.append(contentsOf: string.utf8) } else { write(escaped: string) }
    bytes.append(UInt8(ascii: "\""))
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
        for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 48 + digit : 87 + digit) }
      default: bytes.append(byte)
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

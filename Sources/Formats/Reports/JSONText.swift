/// A JSON value whose objects keep the order in which they were written.
///
/// The encoder of Foundation orders keys by their hash and throws on infinity; a report must be the same bytes twice.
enum JSONValue: Sendable {
  case object([(key: String, value: JSONValue)])
  case array([JSONValue])
  /// An array of numbers, which a report has by the hundred.
  case numbers([Double])
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
/// Bytes and not characters are put together, in memory that is there already: a document holds thousands of them, and a server
/// writes thousands of documents a second.
struct JSONText {
  /// Filled up to `count`.
  private var bytes = [UInt8](repeating: 0, count: 1 << 15)
  private var count = 0
  private let numbers = DoubleWriter()

  static func text(_ value: JSONValue) -> String {
    var writer = JSONText()
    writer.write(value, depth: 0)
    writer.append("\n")
    return String(decoding: writer.bytes[..<writer.count], as: UTF8.self)
  }

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
    var room = bytes.mutableSpan
    for index in text.indices { room[start &+ index] = text[index] }
    count = start &+ text.count
  }

  private mutating func append(_ byte: UInt8) {
    reserve(1)
    bytes[count] = byte
    count &+= 1
  }

  private mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .object(let members):
      guard !members.isEmpty else { return append("{}") }
      append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        newLine(depth + 1, isFirst: index == 0)
        write(quoted: member.key)
        append(": ")
        write(member.value, depth: depth + 1)
      }
      newLine(depth, isFirst: true)
      append(UInt8(ascii: "}"))
    case .array(let items):
      let isFlat = items.allSatisfy(\.isPlain)
      append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if !isFlat { newLine(depth + 1, isFirst: index == 0) } else if index > 0 { append(", ") }
        write(item, depth: depth + 1)
      }
      if !isFlat { newLine(depth, isFirst: true) }
      append(UInt8(ascii: "]"))
    case .numbers(let numbers):
      append(UInt8(ascii: "["))
      write(numbers)
      append(UInt8(ascii: "]"))
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

  private mutating func newLine(_ depth: Int, isFirst: Bool) {
    reserve(2 + 2 * depth)
    var place = count
    var room = bytes.mutableSpan
    if !isFirst {
      room[place] = UInt8(ascii: ",")
      place &+= 1
    }
    room[place] = UInt8(ascii: "\n")
    for _ in 0..<(2 * depth) {
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
    case .object, .array, .numbers: return false
    case .string, .number, .integer, .bool, .null: return true
    }
  }
}

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
struct JSONText {
  private var text = ""

  static func text(_ value: JSONValue) -> String {
    var writer = JSONText()
    writer.write(value, depth: 0)
    return writer.text + "\n"
  }

  private mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .object(let members):
      guard !members.isEmpty else {
        text += "{}"
        return
      }
      text += "{"
      for (index, member) in members.enumerated() {
        newLine(depth + 1, isFirst: index == 0)
        write(quoted: member.key)
        text += ": "
        write(member.value, depth: depth + 1)
      }
      newLine(depth, isFirst: true)
      text += "}"
    case .array(let items):
      let isFlat = items.allSatisfy(\.isPlain)
      text += "["
      for (index, item) in items.enumerated() {
        if isFlat { text += index == 0 ? "" : ", " } else { newLine(depth + 1, isFirst: index == 0) }
        write(item, depth: depth + 1)
      }
      if !isFlat { newLine(depth, isFirst: true) }
      text += "]"
    case .string(let string): write(quoted: string)
    case .number(let number): text += FigureText.shortest(number) ?? "null"
    case .integer(let number): text += "\(number)"
    case .bool(let flag): text += flag ? "true" : "false"
    case .null: text += "null"
    }
  }

  private mutating func newLine(_ depth: Int, isFirst: Bool) {
    text += (isFirst ? "\n" : ",\n") + String(repeating: "  ", count: depth)
  }

  private mutating func write(quoted string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
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

import Basics
import Instruments
import Pricing

/// What every JSON document about one strategy begins with: what it is, whose account, when, and where its quotes came from.
struct DocumentHead {
  /// `bulkhead.analysis`, and so on.
  let schema: String
  /// Raised when a key goes away or changes its meaning; new keys do not raise it.
  let version: Int64
  let filled: FilledStrategy
  let asOf: Instant
  let source: String
  /// The catalogue's name for the legs, null for a shape it does not know; nil leaves the key out.
  var structure: JSONValue?

  /// In this order.
  var members: [(key: String, value: JSONValue)] {
    var members: [(key: String, value: JSONValue)] = [
      ("schema", .string(schema)), ("version", .integer(version)), ("strategy", .string(filled.name)),
    ]
    if let structure { members.append(("structure", structure)) }
    return members + [
      ("settlement", .string(filled.settlement.rawValue)), ("currency", .string(filled.currency.code)),
      ("as_of", .string("\(asOf)")), ("source", .string(source)),
    ]
  }

  /// The document: the head, and behind it what it is about.
  func object(_ rest: [(key: String, value: JSONValue)]) -> JSONValue { .object(members + rest) }
}

import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing

/// A strategy beside its parity twins as JSON.
struct TwinDocument {
  let twins: TwinComparison
  let source: String

  /// Raised when a key goes away or changes its meaning; new keys do not raise it.
  static let version: Int64 = 1

  init(_ twins: TwinComparison, source: String) {
    self.twins = twins
    self.source = source
  }

  var json: JSONValue {
    let head = DocumentHead(
      schema: "bulkhead.twins", version: TwinDocument.version, filled: twins.filled, asOf: twins.asOf, source: source,
      structure: .text(twins.structure))
    return head.object([
      ("expiry", .string("\(twins.expiry)")), ("forward", .number(twins.forward.value)),
      ("legs", .array(twins.filled.legs.map(RollDocument.leg))), ("cost", .number(twins.cost)),
      ("margin", .object(RollDocument.margin(twins.margin))), ("twins", .array(twins.twins.map(twin))),
    ])
  }

  private func twin(_ twin: TwinAnalysis) -> JSONValue {
    .object([
      ("form", .string(twin.form.rawValue)), ("structure", .text(twin.structure)),
      (
        "legs",
        .array(
          twin.filled.map { $0.legs.map(RollDocument.leg) }
            ?? twin.legs.map {
              .object([("instrument", .string("\($0.instrument)")), ("quantity", .string("\($0.quantity)"))])
            })
      ), ("cash_at_expiry", .text(twin.cash.map(AmountText.down))), ("cost", .number(twin.cost)),
      ("saving", .number(twin.saving)), ("margin", twin.margin.map { .object(RollDocument.margin($0)) } ?? .null),
      ("problem", .text(twin.problem)),
    ])
  }
}

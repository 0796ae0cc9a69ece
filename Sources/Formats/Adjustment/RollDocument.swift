import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// A roll as JSON; amounts are strings as in the analysis, model figures numbers.
struct RollDocument {
  let roll: RollAnalysis
  let source: String

  /// Raised when a key goes away or changes its meaning; new keys do not raise it.
  static let version: Int64 = 1

  init(_ roll: RollAnalysis, source: String) {
    self.roll = roll
    self.source = source
  }

  var json: JSONValue {
    let head = DocumentHead(
      schema: "bulkhead.roll", version: RollDocument.version, filled: roll.before.filled,
      asOf: roll.before.analysis.asOf, source: source)
    return head.object([
      (
        "trades",
        .object([
          ("close", .array(roll.closing.map(RollDocument.leg))), ("open", .array(roll.opening.map(RollDocument.leg))),
          ("premium", .string(AmountText.up(roll.premium))), ("fees", .string(AmountText.up(roll.fees))),
          ("cost", .string(AmountText.up(roll.cost))), ("realised", .string(AmountText.down(roll.realised))),
        ])
      ), ("before", stage(roll.before)), ("after", stage(roll.after)),
      (
        "since_entry",
        .object([
          ("cost", .string(AmountText.up(roll.carriedCost))),
          ("maximum_loss", .text(roll.carriedMaxLoss.map(AmountText.up))),
          ("maximum_profit", .text(roll.carriedMaxProfit.map(AmountText.down))),
          ("break_evens", .array(roll.carriedBreakEvens.map { .string($0.text) })),
          ("top_up", .text(roll.topUp?.text)),
        ])
      ),
    ])
  }

  static func leg(_ leg: FilledLeg) -> JSONValue {
    .object([
      ("instrument", .string("\(leg.instrument)")), ("quantity", .string("\(leg.quantity)")),
      ("price", .string(AmountText.up(leg.price))), ("filled_at", .string(leg.source.rawValue)),
      ("entry_cost", .string(AmountText.up(leg.entryCost))), ("fee", .string(AmountText.up(leg.fee))),
    ])
  }

  static func margin(_ margin: StrategyMargin) -> [(key: String, value: JSONValue)] {
    [
      ("status", .string(margin.status.rawValue)), ("detail", .string(margin.detail)),
      ("entry_cost", .string(margin.entryCostText)), ("fees", .string(margin.feesText)),
      ("maximum_loss", .text(margin.maxLoss.map(AmountText.up))),
      ("maximum_profit", .text(margin.maxProfit.map(AmountText.down))), ("margin", .text(margin.margin?.text)),
      ("requirement", .text(margin.requirement?.text)),
      ("break_evens", .array(margin.breakEvens.map { .string($0.text) })),
    ]
  }

  private func stage(_ stage: RollStage) -> JSONValue {
    let greeks = stage.analysis.greeks
    return .object(
      [
        ("structure", .text(stage.analysis.structure)), ("legs", .array(stage.filled.legs.map(RollDocument.leg))),
      ] + RollDocument.margin(stage.margin) + [
        ("value", .number(greeks.value)), ("delta", .number(greeks.delta)), ("gamma", .number(greeks.gamma)),
        ("vega_per_vol_point", .number(greeks.vega / 100)), ("theta_per_day", .number(greeks.theta / 365)),
        (
          "liquidation",
          stage.liquidation.map { found in
            .object([
              ("status", .string(found.status.rawValue)), ("below", .number(found.lower)),
              ("above", .number(found.upper)), ("reason", .string(found.reason)),
            ])
          } ?? .null
        ),
      ])
  }
}

import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing
import Scenarios

/// One strategy under its scenarios as JSON: the columns of the CSV as arrays, scenario 0 first.
///
/// What is the same in every row stands once, before them. A figure without a value is null.
struct StressDocument {
  private let result: StressResult
  private let scenarios: ScenarioSet
  private let extraColumns: [ScenarioColumn]

  /// Raised when a key goes away or changes its meaning; new keys do not raise it.
  static let version: Int64 = 1

  init(_ result: StressResult, scenarios: ScenarioSet) {
    self.result = result
    self.scenarios = scenarios
    extraColumns = ScenarioColumn.columns(of: scenarios)
  }

  var json: JSONValue {
    let margin = result.margin
    return .object([
      ("schema", .string("bulkhead.stress")), ("version", .integer(StressDocument.version)),
      ("strategy", .string(result.filled.name)), ("settlement", .string(result.filled.settlement.rawValue)),
      ("currency", .string(result.filled.currency.code)), ("spot", .number(result.spot)),
      ("smile_dynamics", .string(scenarios.dynamics.rawValue)), ("status", .string(margin.status.rawValue)),
      ("detail", .string(margin.detail)), ("max_loss", .text(margin.maxLoss.map { AmountText.up($0) })),
      ("margin", .text(margin.margin?.text)), ("summary", summary), ("scenarios", .object(columns)),
    ])
  }

  /// Over the nodes 1 to N.
  private var summary: JSONValue {
    let summary = result.summary
    let shares = zip(["25", "50", "75", "100"], summary.sharesBeyond).map { threshold, share in
      (key: "share_beyond_\(threshold)", value: JSONValue.number(share))
    }
    return .object(
      [
        (key: "worst_pnl", value: .number(summary.worst)),
        (key: "worst_scenario", value: .integer(Int64(summary.worstScenario))),
        (key: "best_pnl", value: .number(summary.best)),
        (key: "best_scenario", value: .integer(Int64(summary.bestScenario))),
      ] + shares)
  }

  private var columns: [(key: String, value: JSONValue)] {
    let table = result.profitAndLoss
    let symbols = result.filled.legsByUnderlying.map(\.underlying)
    let shocks = table.profit.indices.map { ScenarioShock(scenarios, $0, of: symbols) }
    let marginValue = result.marginValue
    func column(_ name: String, _ value: (Int) -> JSONValue) -> (key: String, value: JSONValue) {
      (name, .array(table.profit.indices.map(value)))
    }
    let first = table.profit.first ?? 0
    var columns = [
      column("scenario") { .integer(Int64($0)) },
      column("days_forward") { .number(shocks[$0].daysForward) },
      column("spot_shift") { .number(shocks[$0].spotShift) },
      column("vol_shift") { .number(shocks[$0].volatilityShift) },
      column("spot") { .number(spot(at: shocks[$0].spotShift)) },
      column("value") { .number(table.value[$0]) }, column("pnl") { .number(table.profit[$0]) },
      column("delta") { .number(table.delta[$0]) }, column("gamma") { .number(table.gamma[$0]) },
      column("vega_per_vol_point") { .number(table.vega[$0] / 100) },
      column("theta_per_day") { .number(table.theta[$0] / 365) },
      column("equity") { .number(StressDocument.sum(marginValue, table.profit[$0])) },
      column("loss_share_of_margin") { .number(result.lossShare($0)) },
      column("status") { .string(StressReport.status(table.flags[$0])) },
      column("pnl_from_now") { .number(table.profit[$0] - first) },
    ]
    for extra in extraColumns { columns.append(column(extra.rawValue) { extra.json(shocks[$0]) }) }
    return columns
  }

  /// In quote currency; nil for several underlyings, and where they move differently.
  private func spot(at shift: Double?) -> Double? {
    guard let spot = result.spot, let shift else { return nil }
    return spot * (1 + shift)
  }

  private static func sum(_ margin: Double?, _ profit: Double) -> Double? {
    guard let margin else { return nil }
    return margin + profit
  }
}

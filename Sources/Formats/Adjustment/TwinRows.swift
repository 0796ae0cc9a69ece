import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// A strategy and its parity twins as CSV, the strategy first.
enum TwinRows {
  static let columns = [
    "strategy", "form", "structure", "legs", "cash_at_expiry", "entry_cost", "fees", "cost", "saving", "max_loss",
    "margin", "requirement", "currency", "status", "detail",
  ]
  /// Of a twin that the market does not quote.
  static let unquoted = "no_quote"

  static func text(_ twins: TwinComparison) -> String {
    var writer = CSVWriter()
    writer.row(columns)
    let own = twins.filled.legs.map { ($0.quantity, $0.instrument) }
    row(twins, "as_held", twins.structure, own, .zero, twins.cost, 0, twins.margin, nil, &writer)
    for twin in twins.twins {
      row(
        twins, twin.form.rawValue, twin.structure, twin.legs.map { ($0.quantity, $0.instrument) }, twin.cash, twin.cost,
        twin.saving, twin.margin, twin.problem, isUnquoted: twin.isUnquoted, &writer)
    }
    return writer.text
  }

  private static func row(
    _ twins: TwinComparison, _ form: String, _ structure: String?,
    _ legs: [(quantity: Quantity, instrument: Instrument)], _ cash: ExactAmount?, _ cost: Double?, _ saving: Double?,
    _ margin: StrategyMargin?, _ problem: String?, isUnquoted: Bool = false, _ writer: inout CSVWriter
  ) {
    func number(_ value: Double?) { if let value { writer.cell(value) } else { writer.emptyCell() } }
    writer.cell(twins.filled.name)
    writer.cell(form)
    writer.cell(structure)
    writer.cell(RollRows.legs(legs))
    writer.cell(cash, rounding: .down)
    writer.cell(margin?.entryCostText)
    writer.cell(margin?.feesText)
    number(cost)
    number(saving)
    writer.cell(margin?.maxLossText)
    writer.cell(margin?.marginText)
    writer.cell(margin?.requirementText)
    writer.cell(twins.filled.currency.code)
    let status = problem == nil ? margin?.status ?? .ok : .unsupported
    writer.cell(isUnquoted ? unquoted : status.rawValue)
    writer.cell(problem ?? margin?.detail ?? "")
    writer.endRow()
  }
}

import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// A roll as CSV: a row for each stage of the position, and one for the trades on either side.
enum RollRows {
  static let columns = [
    "strategy", "stage", "legs", "entry_cost", "fees", "max_loss", "max_profit", "margin", "requirement",
    "break_evens", "liquidation_below", "liquidation_above", "value", "delta", "gamma", "vega_per_vol_point",
    "theta_per_day", "top_up", "currency", "status", "detail",
  ]

  static func text(_ roll: RollAnalysis) -> String {
    var writer = CSVWriter()
    writer.row(columns)
    stage("before", roll.before, &writer)
    trades("close", roll.closing, roll, &writer)
    trades("open", roll.opening, roll, &writer)
    stage("after", roll.after, &writer)
    carried(roll, &writer)
    return writer.text
  }

  /// `-1 x BTC-26DEC25-92000-C; 1 x BTC-26DEC25-98000-C`
  static func legs(_ legs: [(quantity: Quantity, instrument: Instrument)]) -> String {
    legs.map { "\($0.quantity) x \($0.instrument)" }.joined(separator: "; ")
  }

  private static func held(_ legs: [FilledLeg]) -> String { self.legs(legs.map { ($0.quantity, $0.instrument) }) }

  private static func stage(_ name: String, _ stage: RollStage, _ writer: inout CSVWriter) {
    let margin = stage.margin
    let greeks = stage.analysis.greeks
    writer.cell(stage.filled.name)
    writer.cell(name)
    writer.cell(held(stage.filled.legs))
    writer.cell(margin.entryCostText)
    writer.cell(margin.feesText)
    writer.cell(margin.maxLossText)
    writer.cell(margin.maxProfitText)
    writer.cell(margin.marginText)
    writer.cell(margin.requirementText)
    writer.cell(margin.breakEvensText)
    bound(stage.liquidation?.lower, &writer)
    bound(stage.liquidation?.upper, &writer)
    for figure in [greeks.value, greeks.delta, greeks.gamma, greeks.vega / 100, greeks.theta / 365] {
      writer.cell(figure)
    }
    writer.emptyCell()
    writer.cell(stage.filled.currency.code)
    writer.cell(margin.status.rawValue)
    var detail = margin.detail.isEmpty ? [] : [margin.detail]
    if stage.liquidation?.status == .alreadyOutside { detail.append("liquidated at the present spot") }
    writer.cell(detail.joined(separator: "; "))
    writer.endRow()
  }

  private static func bound(_ price: Double?, _ writer: inout CSVWriter) {
    if let price { writer.cell(price) } else { writer.emptyCell() }
  }

  private static func trades(
    _ name: String, _ legs: [FilledLeg], _ roll: RollAnalysis, _ writer: inout CSVWriter
  ) {
    writer.cell(roll.before.filled.name)
    writer.cell(name)
    writer.cell(held(legs))
    writer.cell(legs.reduce(ExactAmount.zero) { $0 + $1.entryCost }, rounding: .up)
    writer.cell(name == "close" ? roll.closingFees : roll.openingFees, rounding: .up)
    writer.emptyCells(13)
    writer.cell(roll.before.filled.currency.code)
    writer.cell(MarginStatus.ok.rawValue)
    writer.emptyCell()
    writer.endRow()
  }

  /// Since the first entry.
  private static func carried(_ roll: RollAnalysis, _ writer: inout CSVWriter) {
    let margin = roll.after.margin
    writer.cell(roll.after.filled.name)
    writer.cell("since_entry")
    writer.cell(held(roll.after.filled.legs))
    writer.cell(roll.carriedCost, rounding: .up)
    writer.emptyCell()
    writer.cell(roll.carriedMaxLoss, rounding: .up)
    writer.cell(roll.carriedMaxProfit, rounding: .down)
    writer.emptyCell()
    writer.cell(margin.requirementText)
    writer.cell(BreakEven.text(roll.carriedBreakEvens))
    writer.emptyCells(7)
    writer.cell(roll.topUp)
    writer.cell(roll.after.filled.currency.code)
    writer.cell(margin.status.rawValue)
    let words =
      ["realised \(AmountText.down(roll.realised))", "entry cost holds all fees since the first entry"]
      + (margin.detail.isEmpty ? [] : [margin.detail])
    writer.cell(words.joined(separator: "; "))
    writer.endRow()
  }
}

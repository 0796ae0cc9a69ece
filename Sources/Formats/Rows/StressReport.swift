public import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing
public import Scenarios

/// Writes strategies under a grid or list of scenarios: a row a scenario, a matrix, or a row a strategy.
public struct StressReport: Sendable {
  public enum Form: Sendable {
    /// A row for each scenario, scenario 0 first.
    case scenarios
    /// P&L as a matrix: a row for each day and volatility shift, a column for each spot shift.
    case pivot
    /// A row for each strategy: worst, best, and the shares of the scenarios beyond parts of the margin.
    case summary
    /// A row for each scenario and leg, scenario after scenario within a leg.
    case legs
  }

  public static let columns = [
    "strategy", "scenario", "days_forward", "spot_shift", "vol_shift", "spot", "value", "pnl", "delta", "gamma",
    "vega_per_vol_point", "theta_per_day", "margin", "equity", "loss_share_of_margin", "status", "currency",
    "pnl_from_now",
  ]

  /// What stands behind them where a row is a leg.
  public static let legColumns = ["leg", "instrument"]

  public static let summaryColumns = [
    "strategy", "value", "worst_pnl", "worst_scenario", "best_pnl", "best_scenario", "max_loss", "margin",
    "share_beyond_25", "share_beyond_50", "share_beyond_75", "share_beyond_100", "expected_shortfall", "status",
    "detail", "currency",
  ]

  private let form: Form
  let scenarios: ScenarioSet
  private let extraColumns: [ScenarioColumn]
  private let limits: [LossLimit]
  private let weights: ScenarioWeights?
  private let levels: [Double]

  /// - Parameters:
  ///   - form: A matrix is of a grid; of a list it is written as scenarios.
  ///   - weights: Of the scenarios, for the summary's expected shortfall.
  ///   - levels: Its levels, such as 0.975.
  public init(
    _ form: Form, scenarios: ScenarioSet, limits: [LossLimit] = [], weights: ScenarioWeights? = nil,
    levels: [Double] = [0.975]
  ) {
    // A list has no two axes.
    if form == .pivot, case .list = scenarios { self.form = .scenarios } else { self.form = form }
    self.scenarios = scenarios
    extraColumns = ScenarioColumn.columns(of: scenarios)
    self.limits = limits
    self.weights = weights
    self.levels = levels
  }

  /// The summary's columns; those of further levels stand behind all others and name their level.
  static func summaryColumns(_ weights: ScenarioWeights?, _ levels: [Double]) -> [String] {
    StressReport.summaryColumns
      + (weights == nil ? [] : levels.dropFirst().map { "expected_shortfall_\(levelName($0))" })
  }

  /// A level as a column names it: 0.99 is `99`, 0.975 is `97.5`.
  private static func levelName(_ level: Double) -> String {
    let percent = (level * 1e10).rounded() / 1e8
    return percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
  }

  public func header(_ sink: inout OutputSink) throws(FormatError) {
    var writer = CSVWriter()
    switch form {
    case .scenarios: scenarioHeader(&writer)
    case .legs: writer.row(StressReport.columns + StressReport.legColumns + extraColumns.map(\.rawValue))
    case .summary: writer.row(StressReport.summaryColumns(weights, levels))
    case .pivot:
      for name in ["strategy", "days_forward", "vol_shift"] { writer.cell(name) }
      // A column is named by its spot shift.
      if case .grid(let grid) = scenarios { for shift in grid.spotShifts { writer.cell(shift) } }
      writer.endRow()
    }
    try sink.write(writer)
  }

  /// Writes one strategy.
  ///
  /// - Returns: In words, how it breaches the first limit that it breaches; nil where it breaches none.
  public func write(_ result: StressResult, to sink: inout OutputSink) throws(FormatError) -> String? {
    switch form {
    case .scenarios, .legs: try writeScenarios(result, to: &sink)
    case .pivot: try writePivot(result, to: &sink)
    case .summary:
      var writer = CSVWriter(capacity: 1024)
      summaryRow(result, &writer)
      try sink.write(writer)
    }
    return breach(by: result)
  }

  /// One strategy as a JSON document, with its last line break.
  public func json(_ result: StressResult) -> String {
    JSONText.text(StressDocument(result, scenarios: scenarios).json)
  }

  /// In words, how a strategy breaches the first limit that it breaches; nil where it breaches none.
  public func breach(by result: StressResult) -> String? { limits.lazy.compactMap { $0.breach(by: result) }.first }

  /// Writes the legs of a strategy, each alone; margin and what is measured against it belong to the whole and stay empty.
  public func write(
    _ legs: [ProfitAndLoss], of result: StressResult, to sink: inout OutputSink
  ) throws(FormatError) {
    for (index, (leg, table)) in zip(result.filled.legs, legs).enumerated() {
      try writeScenarios(result, table, leg: (index + 1, "\(leg.instrument)"), to: &sink)
    }
  }

  /// The heat map of a grid as SVG; nil for a list of scenarios, which has no two axes.
  public func picture(of result: StressResult, source: PictureSource) -> Picture? {
    guard case .grid(let grid) = scenarios else { return nil }
    return StressPicture(result, grid, source: source).picture()
  }

  /// Writes the row of a strategy that could not be read or valued.
  public func writeInvalid(name: String, detail: String, to sink: inout OutputSink) throws(FormatError) {
    var writer = CSVWriter(capacity: 1024)
    writer.cell(name)
    switch form {
    case .scenarios, .legs:
      writer.emptyCells(14)
      writer.cell(MarginStatus.invalid.rawValue)
      writer.emptyCells((form == .legs ? 4 : 2) + extraColumns.count)
    case .summary:
      writer.emptyCells(12)
      writer.cell(MarginStatus.invalid.rawValue)
      writer.cell(detail)
      writer.emptyCells(1 + (weights == nil ? 0 : levels.count - 1))
    case .pivot: if case .grid(let grid) = scenarios { writer.emptyCells(2 + grid.spotShifts.count) }
    }
    writer.endRow()
    try sink.write(writer)
  }

  private func writeScenarios(_ result: StressResult, to sink: inout OutputSink) throws(FormatError) {
    try writeScenarios(result, result.profitAndLoss, leg: nil, to: &sink)
  }

  private func writeScenarios(
    _ result: StressResult, _ table: ProfitAndLoss, leg: (number: Int, name: String)?, to sink: inout OutputSink
  ) throws(FormatError) {
    var writer = CSVWriter(capacity: 1 << 18)
    var first = 0
    while first < table.profit.count {
      let next = min(first + 512, table.profit.count)
      scenarioRows(result, table, first..<next, leg: leg, &writer)
      first = next
      if writer.output.count > 1 << 17 {
        try sink.write(writer)
        writer.removeAll()
      }
    }
    try sink.write(writer)
  }

  /// The header of the scenarios' columns.
  func scenarioHeader(_ writer: inout CSVWriter) { writer.row(StressReport.columns + extraColumns.map(\.rawValue)) }

  /// Rows of scenarios, of the whole strategy or of one leg.
  func scenarioRows(
    _ result: StressResult, _ table: ProfitAndLoss, _ range: Range<Int>, leg: (number: Int, name: String)?,
    _ writer: inout CSVWriter
  ) {
    let marginText = leg == nil ? result.margin.margin?.text : nil
    let marginValue = leg == nil ? result.marginValue : nil
    let currency = result.filled.currency.code
    let symbols = result.filled.legsByUnderlying.map(\.underlying)
    for scenario in range {
      let shock = ScenarioShock(scenarios, scenario, of: symbols)
      let profit = table.profit[scenario]
      writer.cell(result.filled.name)
      writer.cell(scenario)
      writer.cell(shock.daysForward)
      writer.cell(shock.spotShift)
      writer.cell(shock.volatilityShift)
      if let spot = result.spot, let shift = shock.spotShift {
        writer.cell(spot * (1 + shift))
      } else {
        writer.emptyCell()
      }
      writer.cell(table.value[scenario])
      writer.cell(profit)
      writer.cell(table.delta[scenario])
      writer.cell(table.gamma[scenario])
      writer.cell(table.vega[scenario] / 100)
      writer.cell(table.theta[scenario] / 365)
      writer.cell(marginText)
      if let marginValue { writer.cell(marginValue + profit) } else { writer.emptyCell() }
      if leg == nil, let share = result.lossShare(scenario) { writer.cell(share) } else { writer.emptyCell() }
      writer.cell(StressReport.status(table.flags[scenario]))
      writer.cell(currency)
      writer.cell(profit - table.profit[0])
      if let leg {
        writer.cell(leg.number)
        writer.cell(leg.name)
      }
      for column in extraColumns { column.write(shock, to: &writer) }
      writer.endRow()
    }
  }

  private func writePivot(_ result: StressResult, to sink: inout OutputSink) throws(FormatError) {
    guard case .grid(let grid) = scenarios else { return }
    let width = grid.spotShifts.count
    var writer = CSVWriter(capacity: 1 << 18)
    var scenario = 1
    for day in grid.days {
      for shift in grid.volatilityShifts {
        writer.cell(result.filled.name)
        writer.cell(day)
        writer.cell(shift)
        for node in scenario..<(scenario + width) { writer.cell(result.profitAndLoss.profit[node]) }
        scenario += width
        writer.endRow()
      }
    }
    try sink.write(writer)
  }

  private func summaryRow(_ result: StressResult, _ writer: inout CSVWriter) {
    let summary = result.summary
    writer.cell(result.filled.name)
    writer.cell(result.profitAndLoss.value[0])
    writer.cell(summary.worst)
    writer.cell(summary.worstScenario)
    writer.cell(summary.best)
    writer.cell(summary.bestScenario)
    writer.cell(result.margin.maxLoss, rounding: .up)
    writer.cell(result.margin.margin)
    for share in summary.sharesBeyond {
      if let share { writer.cell(share) } else { writer.emptyCell() }
    }
    // Without weights there is no distribution, and no figure.
    let shortfalls = weights.map { weights in
      levels.map { result.profitAndLoss.expectedShortfall(weights, level: $0) }
    }
    if let shortfall = shortfalls?.first { writer.cell(shortfall) } else { writer.emptyCell() }
    writer.cell(result.margin.status.rawValue)
    writer.cell(result.margin.detail)
    writer.cell(result.filled.currency.code)
    for shortfall in shortfalls?.dropFirst() ?? [] { writer.cell(shortfall) }
    writer.endRow()
  }

  /// `ok`, or the words for what is special, joined by `;`.
  static func status(_ flags: ScenarioFlags) -> String {
    var words: [String] = []
    if flags.contains(.expiredLegs) { words.append("expired_legs") }
    if flags.contains(.volatilityFloored) { words.append("vol_floored") }
    if flags.contains(.invalid) { words.append("invalid") }
    return words.isEmpty ? "ok" : words.joined(separator: ";")
  }
}

extension LossLimit {
  /// Says in words how a stressed strategy breaches this limit, over the nodes 1 to N; nil where it does not.
  func breach(by result: StressResult) -> String? {
    guard case .lossShare(let limit) = self else { return breach(by: result.margin) }
    let bound = limit.doubleValue
    if result.marginValue == nil, let loss = result.profitAndLoss.profit.dropFirst().firstIndex(where: { $0 < 0 }) {
      return "\(result.filled.name): scenario \(loss) loses and there is no margin, the limit is \(limit)"
    }
    for scenario in result.profitAndLoss.profit.indices.dropFirst() {
      if let share = result.lossShare(scenario), share > bound {
        return "\(result.filled.name): scenario \(scenario) loses \(share) of the margin, the limit is \(limit)"
      }
    }
    return nil
  }
}

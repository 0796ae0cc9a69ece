import Analysis
import Basics
import Pricing

/// Whose risk a row tells.
public enum RiskGrain: String, Hashable, Sendable, CaseIterable {
  case strategy
  /// All strategies of an account, of one settlement and currency each.
  case account
  case book
}

/// One position's answer, at all levels, or why it has none.
struct RiskAnswer {
  let scope: RiskGrain
  let name: String
  /// Empty where it is not known.
  let currency: String
  let result: Result<PositionTails, RiskError>
  /// Of a strategy beside the whole it belongs to.
  var partOf = ""
  /// By level; nil where none were asked for.
  var contributions: [RiskContribution]?
  /// The shortfalls of the whole, by level.
  var wholes: [Double] = []
  /// In place of the error's own words: where the fault stands in the file.
  var detail: String?

  var refusal: String? {
    guard case .failure(let error) = result else { return nil }
    return detail ?? error.description
  }
}

/// The rows of a report of risk, as CSV: one a position and level.
enum RiskRows {
  static let columns = [
    "scope", "name", "currency", "method", "level", "scenarios", "value", "value_at_risk", "value_at_risk_low",
    "value_at_risk_high", "expected_shortfall", "standard_error", "tail_scenarios", "effective_tail_scenarios", "worst",
    "worst_scenario", "worst_share", "status", "detail", "part_of", "shortfall_contribution", "shortfall_share",
    "value_at_risk_contribution",
  ]

  static func rows(
    _ answer: RiskAnswer, method: String, levels: [Double], names: [String], _ writer: inout CSVWriter
  ) {
    for (index, level) in levels.enumerated() {
      writer.cell(answer.scope.rawValue)
      writer.cell(answer.name)
      writer.cell(answer.currency)
      writer.cell(method)
      writer.cell(level)
      writer.cell(names.count)
      switch answer.result {
      case .success(let risk):
        let tail = risk.tails[index]
        writer.cell(risk.value)
        for figure in [
          tail.valueAtRisk, tail.low ?? .nan, tail.high ?? .nan, tail.expectedShortfall, tail.standardError,
        ] { writer.cell(figure) }
        writer.cell(tail.tailScenarios)
        writer.cell(tail.effectiveTailScenarios)
        writer.cell(tail.worst)
        writer.cell(names[tail.worstScenario])
        writer.cell(tail.worstShare ?? .nan)
        writer.cell("ok")
        writer.emptyCell()
      case .failure:
        writer.emptyCells(11)
        writer.cell("invalid")
        writer.cell(answer.refusal)
      }
      writer.cell(answer.partOf)
      if let contribution = answer.contributions?[index] {
        let whole = answer.wholes[index]
        writer.cell(contribution.expectedShortfall)
        writer.cell(whole > 0 ? contribution.expectedShortfall / whole : .nan)
        writer.cell(contribution.valueAtRisk)
      } else {
        writer.emptyCells(3)
      }
      writer.endRow()
    }
  }
}

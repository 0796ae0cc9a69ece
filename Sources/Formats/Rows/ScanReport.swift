public import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// Writes the structures that a scan found, a row each, the best first.
public enum ScanReport {
  public enum Format: String, CaseIterable, Sendable {
    case table
    case csv
  }

  public static let columns = [
    "rank", "structure", "expiry", "strikes", "legs", "credit", "entry_cost", "fees", "max_loss", "max_profit",
    "margin",
    "break_evens", "delta", "gamma", "vega_per_vol_point", "theta_per_day", "probability_of_profit", "sort_value",
    "lots",
    "used", "status", "detail", "currency",
  ]

  public static func text(_ answers: [ScanAnswer], as format: Format) -> String {
    format == .csv ? csv(answers) : table(answers)
  }

  // MARK: CSV

  private static func csv(_ answers: [ScanAnswer]) -> String {
    var writer = CSVWriter()
    writer.row(columns)
    for answer in answers { row(answer, &writer) }
    return writer.text
  }

  private static func row(_ answer: ScanAnswer, _ writer: inout CSVWriter) {
    let margin = answer.margin
    writer.cell(answer.rank)
    writer.cell(answer.filled.name)
    writer.cell(answer.expiry.description)
    writer.cell(answer.strikes.map(\.description).joined(separator: ";"))
    writer.cell(answer.legsText)
    writer.cell(ExactAmount.zero - margin.entryCost, rounding: .down)
    writer.cell(margin.entryCost, rounding: .up)
    writer.cell(margin.fees, rounding: .up)
    writer.cell(margin.maxLoss, rounding: .up)
    writer.cell(margin.maxProfit, rounding: .down)
    writer.cell(margin.margin)
    writer.cell(margin.breakEvensText)
    let greeks = answer.greeks
    for figure in [greeks?.delta, greeks?.gamma, greeks.map { $0.vega / 100 }, greeks.map { $0.theta / 365 }] {
      cell(figure, &writer)
    }
    cell(answer.probabilityOfProfit, &writer)
    cell(answer.sortValue, &writer)
    writer.cell(answer.size?.lotsText)
    writer.cell(answer.size?.usedText)
    writer.cell(margin.status.rawValue)
    writer.cell(margin.detail)
    writer.cell(answer.filled.currency.code)
    writer.endRow()
  }

  private static func cell(_ value: Double?, _ writer: inout CSVWriter) {
    if let value { writer.cell(value) } else { writer.emptyCell() }
  }

  // MARK: Table

  private static let width = 80

  private static func table(_ answers: [ScanAnswer]) -> String {
    guard let first = answers.first else { return "No structure matches.\n" }
    let hasSize = first.size != nil
    let header = ["#", "expiry", "strikes", "credit", "max loss", "profit", "sort value"] + (hasSize ? ["lots"] : [])
    let rows = answers.map { answer in
      [
        "\(answer.rank)", ScanAnswer.text(answer.expiry), answer.strikes.map(\.description).joined(separator: "/"),
        amount(ExactAmount.zero - answer.margin.entryCost, answer, .down),
        answer.margin.maxLoss.map { amount($0, answer, .up) } ?? answer.margin.status.rawValue,
        FigureText.percent(answer.probabilityOfProfit, 0), sortText(answer.sortValue),
      ] + (hasSize ? [answer.size?.lots.map { "\($0)" } ?? FigureText.missing] : [])
    }
    var lines = ["\(first.filled.name), amounts of one lot in \(first.filled.currency.code)", ""]
    let table = TextLayout.table(header, rows)
    if table.allSatisfy({ TextLayout.width($0) <= width }) {
      lines += table
    } else {
      // The strikes get lines of their own, where they always fit.
      let strikes = 2
      func narrow(_ row: [String]) -> [String] { row.indices.filter { $0 != strikes }.map { row[$0] } }
      let narrowed = TextLayout.table(narrow(header), rows.map(narrow))
      lines.append(narrowed[0])
      for (line, row) in zip(narrowed.dropFirst(), rows) { lines += [line, "   \(row[strikes])"] }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func amount(_ amount: ExactAmount, _ answer: ScanAnswer, _ rule: ExactRounding) -> String {
    FigureText.fixed(amount, min(answer.filled.currency.decimals, 6), rule)
  }

  /// Six digits after the point for a share, fewer for what is larger.
  private static func sortText(_ value: Double?) -> String {
    guard let value else { return FigureText.missing }
    return FigureText.fixed(value, value.magnitude >= 1000 ? 2 : 6)
  }
}

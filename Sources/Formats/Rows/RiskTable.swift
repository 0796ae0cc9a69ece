import Analysis
import Basics

/// Risk for reading: a few lines a position, at most 80 columns wide.
enum RiskTable {
  private static let width = 80

  static func text(_ answers: [RiskAnswer], heading: [String], levels: [Double], names: [String]) -> String {
    var lines = heading.flatMap { TextLayout.wrapped($0, width) }
    if !lines.isEmpty { lines.append("") }
    let (table, unit) = table(of: answers)
    if !unit.isEmpty { lines += ["Amounts of the columns are in \(unit).", ""] }
    lines.append("  " + table[0])
    var next = 1
    for answer in answers {
      lines += title(answer)
      if let refusal = answer.refusal {
        lines += TextLayout.wrapped("invalid: \(FigureText.plain(refusal))", width - 2).map { "  " + $0 }
        continue
      }
      guard case .success(let risk) = answer.result else { continue }
      for index in risk.tails.indices {
        lines.append("  " + table[next])
        next += 1
        if let contribution = answer.contributions?[index] {
          lines += share(contribution, of: answer, whole: answer.wholes[index], decimals: decimals(answer))
        }
      }
      if let worst = risk.tails.last {
        lines.append("  worst under \(FigureText.plain(names[worst.worstScenario])), \(tailWords(risk))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func title(_ answer: RiskAnswer) -> [String] {
    let value: String
    if case .success(let risk) = answer.result {
      value = ", value \(FigureText.fixed(risk.value, decimals(answer), sign: .always)) \(answer.currency)"
    } else {
      value = ""
    }
    let whole = answer.partOf.isEmpty ? "" : " of \(answer.partOf)"
    return TextLayout.wrapped(
      FigureText.plain("\(answer.scope.rawValue) \(answer.name)\(whole)\(value)"), width)
  }

  /// The header and a line for each answer and level: with fewer decimals, and then in larger units, where they would be too
  /// wide.
  private static func table(of answers: [RiskAnswer]) -> (lines: [String], unit: String) {
    var lines: [String] = []
    for (exponent, cut) in (0...6).map({ (0, $0) }) + stride(from: 3, through: 306, by: 3).map({ ($0, 6) }) {
      var rows: [[String]] = []
      for answer in answers {
        guard case .success(let risk) = answer.result else { continue }
        rows += risk.tails.map {
          row($0, max(0, decimals(answer) - cut), in: (0..<exponent).reduce(1.0) { unit, _ in unit * 10 })
        }
      }
      lines = TextLayout.table(
        ["level", "VaR", "95 % low", "high", "shortfall", "error", "tail", "worst"], rows)
      if lines.allSatisfy({ $0.utf8.count <= width - 2 }) {
        let unit = exponent == 0 ? "" : exponent == 3 ? "thousands" : exponent == 6 ? "millions" : "10^\(exponent)"
        return (lines, unit)
      }
    }
    return (lines, "")
  }

  private static func row(_ tail: TailRisk, _ decimals: Int, in unit: Double) -> [String] {
    func amount(_ value: Double?) -> String { FigureText.fixed(value.map { $0 / unit }, decimals) }
    return [
      level(tail.level), amount(tail.valueAtRisk), amount(tail.low), amount(tail.high),
      amount(tail.expectedShortfall), amount(tail.standardError), "\(tail.tailScenarios)", amount(tail.worst),
    ]
  }

  /// How much hangs on a single scenario: what a standard error from a few of them cannot tell.
  private static func tailWords(_ risk: PositionTails) -> String {
    let shares = risk.tails.map { FigureText.percent($0.worstShare) }.joined(separator: ", ")
    return "which makes \(shares) of the shortfall"
  }

  private static func share(
    _ contribution: RiskContribution, of answer: RiskAnswer, whole: Double, decimals: Int
  ) -> [String] {
    let shortfall = FigureText.fixed(contribution.expectedShortfall, decimals, sign: .always)
    let share = whole > 0 ? " (\(FigureText.percent(contribution.expectedShortfall / whole)))" : ""
    let quantile = FigureText.fixed(contribution.valueAtRisk, decimals, sign: .always)
    return TextLayout.wrapped("adds \(shortfall)\(share) to its shortfall, \(quantile) to its value at risk", width - 4)
      .map { "    " + $0 }
  }

  /// Those of the currency, at most six; none where the amounts are so large that nobody would read them.
  private static func decimals(_ answer: RiskAnswer) -> Int {
    guard case .success(let risk) = answer.result else { return 0 }
    let most = risk.tails.map { max($0.worst.magnitude, $0.valueAtRisk.magnitude) }.max() ?? 0
    return most >= 1e6 ? 0 : min((try? Currency(answer.currency).decimals) ?? 2, 6)
  }

  static func level(_ level: Double) -> String {
    (FigureText.shortest((level * 1e10).rounded() / 1e8) ?? "") + " %"
  }
}

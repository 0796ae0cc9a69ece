import Analysis
import Basics
import IsolatedMargin
import MarginRules
import Pricing

/// The rows of `explain --format csv`: those of ``CompareReport``, and behind them why a term is there and who says so.
public enum ExplanationRows {
  public static let columns = CompareReport.columns + ["meaning", "source"]

  static func rows(_ explained: StrategyComparison, _ writer: inout CSVWriter) {
    for verdict in explained.verdicts {
      let source = verdict.rule.rulebook?.source ?? ""
      let requirements = [verdict.initial, verdict.maintenance].compactMap { $0 }
      for requirement in requirements {
        for term in requirement.terms {
          CompareReport.cells(
            requirement, (term.name, term.input, term.amount), detail: "", explained, verdict, &writer)
          writer.cell(RequirementVocabulary.meaning(of: term.name))
          writer.cell(term.source)
          CompareReport.policyCell(explained, &writer)
          writer.endRow()
        }
        let liquidation = requirement.kind == .maintenance ? verdict.liquidation : nil
        CompareReport.cells(
          requirement, (CompareReport.total, "", requirement.total),
          detail: liquidation.map { RuleLiquidationWords(liquidation: $0).detail } ?? "", explained, verdict, &writer)
        writer.cell(leftOut(verdict))
        writer.cell(source)
        CompareReport.policyCell(explained, &writer)
        writer.endRow()
      }
      guard requirements.isEmpty else { continue }
      CompareReport.silentCells(explained, verdict, &writer)
      writer.emptyCell()
      writer.cell(source)
      CompareReport.policyCell(explained, &writer)
      writer.endRow()
    }
  }

  /// What the sum does not hold.
  private static func leftOut(_ verdict: RuleVerdict) -> String {
    let leavesOut = verdict.rule.rulebook?.leavesOut ?? []
    return leavesOut.isEmpty ? "" : "left out: \(leavesOut.joined(separator: "; "))"
  }

  /// The header, with its line break; the policy's column stands last.
  public static func header(hasPolicy: Bool) -> String {
    var writer = CSVWriter()
    writer.row(columns + (hasPolicy ? [MarginReport.policyColumn] : []))
    return writer.text
  }

  /// The row of a strategy that could not be read, or that the market cannot value.
  public static func invalidText(name: String, detail: String, hasPolicy: Bool) -> String {
    var writer = CSVWriter()
    writer.cell(name)
    writer.emptyCells(8)
    writer.cell(MarginStatus.invalid.rawValue)
    writer.cell(detail)
    writer.emptyCells(hasPolicy ? 3 : 2)
    writer.endRow()
    return writer.text
  }
}

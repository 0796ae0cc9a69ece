public import Analysis
import Basics
import MarginRules

/// The formats in which one rule's requirement is explained.
public enum ExplanationFormat: String, Sendable, CaseIterable {
  /// Plain text of at most 80 columns.
  case text
  /// A row for each term: ``ExplanationRows``.
  case csv
  case json
  /// GitHub's dialect.
  case markdown
}

/// Explains one rule's requirement for one strategy, term by term.
public enum ExplanationReport {
  /// The whole report with its last line break (of CSV the rows, whose header stands once before all strategies); the same verdict gives the same bytes.
  ///
  /// - Parameters:
  ///   - explained: Holds the one verdict that is explained.
  ///   - source: Where the quotes came from.
  ///   - colour: Colour escapes in the text; the other formats never have them.
  public static func text(
    _ explained: StrategyComparison, as format: ExplanationFormat, source: String, colour: Bool = false
  ) -> String {
    switch format {
    case .text: return TextRenderer(hasColour: colour).text(ExplanationPage.page(explained))
    case .csv:
      var writer = CSVWriter()
      ExplanationRows.rows(explained, &writer)
      return writer.text
    case .markdown: return MarkdownRenderer.text(ExplanationPage.page(explained))
    case .json:
      let document = ComparisonDocument(explained, source: source)
      return JSONText.text(
        .object(document.head("bulkhead.explanation") + (explained.verdicts.first.map(document.rule) ?? [])))
    }
  }
}

public import Analysis

/// The formats in which one strategy's analysis is written; the raw values are the words of `--format`.
public enum ReportFormat: String, Sendable, CaseIterable {
  /// Plain text of at most 80 columns.
  case table
  case json
  /// A header and one row.
  case csv
  /// GitHub's dialect.
  case markdown
  /// One file with its style and picture inside.
  case html
}

/// Writes one strategy's analysis.
public enum AnalysisReport {
  /// The whole report with its last line break; the same analysis gives the same bytes.
  ///
  /// - Parameters:
  ///   - source: Where the quotes came from, as the reader should see it; empty leaves it out.
  ///   - colour: Colour escapes in the table; the other formats never have them.
  public static func text(
    _ analysis: StrategyAnalysis, as format: ReportFormat, source: String, colour: Bool = false
  ) -> String {
    switch format {
    case .table: return TextRenderer(hasColour: colour).text(Page(of: analysis, marketSource: source))
    case .markdown: return MarkdownRenderer.text(Page(of: analysis, marketSource: source))
    case .html: return HTMLRenderer.text(Page(of: analysis, marketSource: source))
    case .json: return JSONText.text(AnalysisDocument(analysis, source: source).json)
    case .csv: return AnalysisCSV.text(analysis)
    }
  }
}

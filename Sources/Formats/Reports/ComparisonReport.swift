public import Analysis

/// The formats in which one strategy under several rules is written.
public enum ComparisonFormat: String, Sendable, CaseIterable {
  /// Plain text of at most 80 columns.
  case table
  /// A header and a row for each term: ``CompareReport``.
  case csv
  case json
  /// GitHub's dialect.
  case markdown
  /// One file with its style and picture inside.
  case html
  /// The requirements as bars.
  case svg
}

/// Writes one strategy under several rules.
public enum ComparisonReport {
  /// The whole report with its last line break; the same comparison gives the same bytes.
  ///
  /// - Parameters:
  ///   - source: Where the quotes came from, as the reader should see it.
  ///   - colour: Colour escapes in the table; the other formats never have them.
  public static func text(
    _ compared: StrategyComparison, as format: ComparisonFormat, source: String, colour: Bool = false
  ) -> String {
    switch format {
    case .table: return TextRenderer(hasColour: colour).text(ComparisonPage.page(compared))
    case .markdown: return MarkdownRenderer.text(ComparisonPage.page(compared))
    case .html:
      var page = ComparisonPage.page(compared)
      page.pictures = [ComparisonPicture(compared, source: source).picture()]
      return HTMLRenderer.text(page)
    case .svg: return ComparisonPicture(compared, source: source).picture().svg
    case .json: return JSONText.text(ComparisonDocument(compared, source: source).json)
    case .csv:
      var writer = CSVWriter()
      writer.row(CompareReport.columns(hasPolicy: compared.plan != nil))
      CompareReport.rows(compared, &writer)
      return writer.text
    }
  }

  /// The CSV of a strategy that the market cannot value.
  public static func invalidText(name: String, detail: String, hasPolicy: Bool) -> String {
    var writer = CSVWriter()
    writer.row(CompareReport.columns(hasPolicy: hasPolicy))
    CompareReport.invalidRow(name: name, detail: detail, hasPolicy: hasPolicy, &writer)
    return writer.text
  }
}

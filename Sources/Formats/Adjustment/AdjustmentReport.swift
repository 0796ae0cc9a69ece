public import Analysis

/// The formats in which a roll, or a strategy beside its twins, is written.
public enum AdjustmentFormat: String, Sendable, CaseIterable {
  /// Plain text of at most 80 columns.
  case table
  case csv
  case json
  /// GitHub's dialect.
  case markdown
}

/// Writes what else a position could be: rolled, or made of other options.
public enum AdjustmentReport {
  /// The whole report with its last line break; the same roll gives the same bytes.
  ///
  /// - Parameters:
  ///   - source: Where the quotes came from, as the reader should see it.
  ///   - colour: Colour escapes in the table; the other formats never have them.
  public static func text(
    _ roll: RollAnalysis, as format: AdjustmentFormat, source: String, colour: Bool = false
  ) -> String {
    switch format {
    case .table: return TextRenderer(hasColour: colour).text(RollPage(roll).page)
    case .markdown: return MarkdownRenderer.text(RollPage(roll).page)
    case .json: return JSONText.text(RollDocument(roll, source: source).json)
    case .csv: return RollRows.text(roll)
    }
  }

  /// The whole report with its last line break.
  public static func text(
    _ twins: TwinComparison, as format: AdjustmentFormat, source: String, colour: Bool = false
  ) -> String {
    switch format {
    case .table: return TextRenderer(hasColour: colour).text(TwinPage(twins).page)
    case .markdown: return MarkdownRenderer.text(TwinPage(twins).page)
    case .json: return JSONText.text(TwinDocument(twins, source: source).json)
    case .csv: return TwinRows.text(twins)
    }
  }
}

public import Analysis
import Scenarios

/// The forms in which `stress` writes its answers; the raw values are the words of `--format`.
public enum StressFormat: String, Sendable, CaseIterable {
  /// A row for each scenario.
  case csv
  /// The columns as arrays, of each strategy.
  case json
  /// Plain text of at most 80 columns: worst and best, and P&L as a small matrix.
  case table
  /// The same page in GitHub's dialect.
  case markdown
  /// The same page in one file with its style and the heat map inside.
  case html
  /// A heat map with the line beyond which the margin is used up.
  case svg

  /// True for what shows one strategy to a reader, and not the rows of any number of them.
  public var isPage: Bool { self != .csv && self != .json }
}

extension StressReport {
  /// One strategy in one of the forms, with its last line break.
  ///
  /// - Parameters:
  ///   - source: Where the market comes from.
  ///   - colour: Colour escapes in the table; the other forms never have them.
  /// - Returns: As SVG nothing for a list of scenarios, which has no two axes.
  public func text(
    _ result: StressResult, as format: StressFormat, source: PictureSource, colour: Bool = false
  ) -> String {
    func page() -> Page { StressPage(result, scenarios: scenarios, source: source).page }
    switch format {
    case .csv:
      var writer = CSVWriter(capacity: 1 << 18)
      scenarioHeader(&writer)
      scenarioRows(result, result.profitAndLoss, result.profitAndLoss.profit.indices, leg: nil, &writer)
      return writer.text
    case .json: return json(result)
    case .table: return TextRenderer(hasColour: colour).text(page())
    case .markdown: return MarkdownRenderer.text(page())
    case .html: return HTMLRenderer.text(page())
    case .svg: return picture(of: result, source: source)?.svg ?? ""
    }
  }
}

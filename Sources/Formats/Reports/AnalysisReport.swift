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
  /// One file with its style and pictures inside.
  case html
  /// The picture of P&L over the price.
  case svg
}

/// Writes one strategy's analysis.
public enum AnalysisReport {
  /// The whole report with its last line break; the same analysis gives the same bytes.
  ///
  /// - Parameters:
  ///   - source: Where the quotes came from, as the reader should see it; empty leaves it out.
  ///   - colour: Colour escapes in the table; the other formats never have them.
  ///   - plot: What the table's picture is drawn with; nil for a table without one.
  ///   - hasPictures: False leaves them out of HTML.
  /// - Returns: As SVG nothing where P&L is no function of one price.
  public static func text(
    _ analysis: StrategyAnalysis, as format: ReportFormat, source: String, colour: Bool = false,
    plot: CharacterPlot.Glyphs? = nil, hasPictures: Bool = true
  ) -> String {
    func page(_ hasPictures: Bool) -> Page { Page(of: analysis, marketSource: source, hasPictures: hasPictures) }
    switch format {
    case .table: return TextRenderer(hasColour: colour, plot: plot).text(page(plot != nil))
    case .markdown: return MarkdownRenderer.text(page(false))
    case .html: return HTMLRenderer.text(page(hasPictures))
    case .json: return AnalysisDocument(analysis, source: source).text
    case .csv: return AnalysisCSV.text(analysis)
    case .svg: return PayoffPicture(analysis)?.picture(source: source).svg ?? ""
    }
  }

  /// The pictures of an analysis: P&L over the price where it is a function of one price, and the stress grid.
  public static func pictures(of analysis: StrategyAnalysis, source: String) -> [Picture] {
    let payoff = PayoffPicture(analysis)?.picture(source: source)
    return (payoff.map { [$0] } ?? []) + [StressPicture(analysis, source: source).picture()]
  }

  /// Markdown with its pictures as files beside it.
  ///
  /// - Parameter stem: What their names begin with: `notes` gives `notes-payoff.svg` and `notes-stress.svg`.
  public static func markdown(
    _ analysis: StrategyAnalysis, source: String, stem: String
  ) -> (text: String, files: [(name: String, picture: Picture)]) {
    let page = Page(of: analysis, marketSource: source)
    let files = page.pictures.map { (name: "\(stem)-\($0.name).svg", picture: $0) }
    return (MarkdownRenderer.text(page, pictures: files.map { HTMLRenderer.encoded($0.name) }), files)
  }
}

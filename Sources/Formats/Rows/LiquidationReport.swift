import Basics
import Instruments
public import IsolatedMargin
import Pricing

/// The forms in which `liquidation` writes its answers; the raw values are the words of `--format`.
public enum LiquidationFormat: String, Sendable, CaseIterable {
  /// Plain text of at most 80 columns.
  case table
  /// A row a bound; of a surface a row a node.
  case csv
  case json
  /// GitHub's dialect.
  case markdown
  /// One file with its style and picture inside.
  case html
  /// Equity less requirement over the price; of a surface the safe corridor over days.
  case svg
}

/// Writes where strategies are liquidated.
public enum LiquidationReport {
  /// A row for each bound, ascending, or one without a bound; days slowest.
  ///
  /// `liquidated` is the side of the bound on which the box is liquidated, `corridor` the end of the safe corridor that it
  /// is. Distances are shares of spot and standard deviations of its logarithm to the first expiry; sensitivities are
  /// moves of the bound for one unit of currency deposited, for a volatility point and for a day.
  public static let columns = [
    "strategy", "days_forward", "status", "bound", "price", "liquidated", "corridor", "distance", "deviations",
    "per_top_up", "per_vol_point", "per_day", "near_double", "certificate", "proof", "spot", "deposit", "cash",
    "maintenance", "currency", "detail",
  ]

  /// A row for each node, days slowest; `width` is empty where the corridor has no end above.
  public static let surfaceColumns = [
    "strategy", "days_forward", "vol_shift", "lower", "upper", "width", "bands", "certificate", "status", "detail",
  ]

  // MARK: Bounds

  public static func rows(_ answer: LiquidationAnswer, _ writer: inout CSVWriter) {
    for day in answer.days {
      let bounds = day.region.bands.enumerated().flatMap { index, band in
        [(band.lower, "above"), (band.upper, "below")].compactMap { bound, side in bound.map { ($0, side) } }
      }
      guard !bounds.isEmpty else {
        row(answer, day, nil, 0, &writer)
        continue
      }
      for (index, bound) in bounds.enumerated() { row(answer, day, bound, index + 1, &writer) }
    }
  }

  private static func row(
    _ answer: LiquidationAnswer, _ day: LiquidationAnswer.Day, _ bound: (LiquidationBound, String)?, _ number: Int,
    _ writer: inout CSVWriter
  ) {
    let box = answer.box
    writer.cell(box.strategy.name)
    writer.cell(day.state.daysForward)
    writer.cell(day.region.status.rawValue)
    if let (bound, side) = bound {
      writer.cell(number)
      writer.cell(bound.price)
      writer.cell(side)
      writer.cell(bound == day.region.lower ? "lower" : (bound == day.region.upper ? "upper" : ""))
      writer.cell(bound.price / box.market.spot - 1)
      cell(day.state.deviations(to: bound.price, in: box.market), &writer)
      let sensitivity = box.sensitivity(of: bound, day.state)
      cell(sensitivity?.perTopUp, &writer)
      cell(sensitivity.map { $0.perVolatility / 100 }, &writer)
      cell(sensitivity?.perDay, &writer)
      writer.cell(bound.isNearDouble ? "true" : "false")
    } else {
      writer.emptyCells(10)
    }
    writer.cell(day.region.certificate.strength)
    writer.cell(day.region.certificate.rawValue)
    writer.cell(box.market.spot)
    writer.cell(box.deposit, rounding: .up)
    writer.cell(box.cash, rounding: .down)
    writer.cell(box.maintenance.name)
    writer.cell(box.strategy.currency.code)
    writer.cell(answer.notes(day.state).joined(separator: "; "))
    writer.endRow()
  }

  /// An infinite or missing number is an empty cell.
  private static func cell(_ value: Double?, _ writer: inout CSVWriter) {
    if let value, value.isFinite { writer.cell(value) } else { writer.emptyCell() }
  }

  /// The row of a strategy that could not be read or answered.
  public static func invalidRow(name: String, detail: String, _ writer: inout CSVWriter) {
    writer.cell(name)
    writer.emptyCell()
    writer.cell("invalid")
    writer.emptyCells(17)
    writer.cell(detail)
    writer.endRow()
  }

  // MARK: Surfaces

  public static func rows(_ surface: LiquidationSurface, of box: LiquidationBox, _ writer: inout CSVWriter) {
    for node in surface.nodes {
      let region = node.region
      let isOutside = region.status == .alreadyOutside
      writer.cell(box.strategy.name)
      writer.cell(node.state.daysForward)
      writer.cell(node.state.volatilityShift)
      cell(isOutside ? nil : region.lower?.price, &writer)
      cell(isOutside ? nil : region.upper?.price, &writer)
      cell(region.width, &writer)
      writer.cell(region.bands.count)
      writer.cell(region.certificate.strength)
      writer.cell(region.status.rawValue)
      var notes: [String] = []
      if node.state.isAveraging(in: box.market) { notes.append("averaging window, not modelled") }
      if node.state.hasExpired(in: box.market) { notes.append("a leg has expired by then") }
      if node.state.isFloored(in: box.market) { notes.append("a volatility held at 0") }
      writer.cell(notes.joined(separator: "; "))
      writer.endRow()
    }
  }

  /// The row of a strategy that could not be read or answered, in a file of surfaces.
  public static func invalidSurfaceRow(name: String, detail: String, _ writer: inout CSVWriter) {
    writer.cell(name)
    writer.emptyCells(7)
    writer.cell("invalid")
    writer.cell(detail)
    writer.endRow()
  }

  /// One answer as a page, a document or a picture.
  ///
  /// - Parameter source: Where the market comes from, which a picture names.
  public static func text(
    _ answer: LiquidationAnswer, as format: LiquidationFormat, source: PictureSource, colour: Bool = false
  ) -> String {
    switch format {
    case .html:
      var page = LiquidationPageBuilder(answer).page
      page.pictures = [LiquidationPicture(answer, source: source).picture()]
      return HTMLRenderer.text(page)
    case .svg: return LiquidationPicture(answer, source: source).picture().svg
    case .table: return TextRenderer(hasColour: colour).text(LiquidationPageBuilder(answer).page)
    case .markdown: return MarkdownRenderer.text(LiquidationPageBuilder(answer).page)
    case .json: return JSONText.text(LiquidationDocument(answer).json)
    case .csv:
      var writer = CSVWriter()
      writer.row(columns)
      rows(answer, &writer)
      return String(decoding: writer.output, as: UTF8.self)
    }
  }

  /// A surface as a page, a document or a picture.
  public static func text(
    _ surface: LiquidationSurface, of box: LiquidationBox, as format: LiquidationFormat, source: PictureSource,
    colour: Bool = false
  ) -> String {
    switch format {
    case .html:
      var page = LiquidationPageBuilder.page(surface, of: box)
      page.pictures = [CorridorPicture(surface, of: box, source: source).picture()]
      return HTMLRenderer.text(page)
    case .svg: return CorridorPicture(surface, of: box, source: source).picture().svg
    case .table: return TextRenderer(hasColour: colour).text(LiquidationPageBuilder.page(surface, of: box))
    case .markdown: return MarkdownRenderer.text(LiquidationPageBuilder.page(surface, of: box))
    case .json: return JSONText.text(LiquidationDocument.json(surface, of: box))
    case .csv:
      var writer = CSVWriter()
      writer.row(surfaceColumns)
      rows(surface, of: box, &writer)
      return String(decoding: writer.output, as: UTF8.self)
    }
  }
}

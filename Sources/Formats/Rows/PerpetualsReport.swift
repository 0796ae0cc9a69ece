import Basics
import IsolatedMargin

/// Reads a file of isolated perpetual positions and writes where each is liquidated and bankrupt, a row a position.
///
/// A price is written exactly where it is a finite decimal. Elsewhere it is rounded at the 8th decimal (at the 20th below a
/// thousandth, so that coins of many zeros keep their digits) up for a long, down for a short. So no
/// liquidation is shown farther away than it is.
public struct PerpetualsReport: ~Copyable {
  public static let columns = ["id", "liquidation_price", "bankruptcy_price", "status", "detail"]

  /// The form of the rows.
  public enum Format: String, CaseIterable, Sendable {
    case csv
    case json
  }

  private var reader: CSVReader
  private let cells: PerpetualColumns
  private let venue: PerpetualVenue?
  private var rowsRead = 0

  /// As messages name the file.
  public var file: String { reader.file }
  /// One line for each column that is not read, and one where columns stand in front of a venue's rules.
  public var warnings: [String] {
    guard let venue else { return cells.warnings }
    let own = cells.ownRules
    guard !own.isEmpty else { return cells.warnings }
    return cells.warnings + [
      "\(file): warning: \(own.joined(separator: ", ")): where a cell is filled, it stands in place of what "
        + "\(venue.name) says"
    ]
  }

  /// Opens a file, `-` for standard input, and checks it from end to end.
  ///
  /// - Parameter venue: What holds where a row does not say.
  /// - Throws: ``FormatError``.
  public static func open(
    _ path: String, venue: PerpetualVenue? = nil, pieceSize: Int = 1 << 20
  ) throws(FormatError) -> PerpetualsReport {
    let reader = try CSVReader.open(path, pieceSize: pieceSize)
    let cells = try PerpetualColumns(reader, hasVenue: venue?.tiers != nil)
    return PerpetualsReport(reader: reader, cells: cells, venue: venue)
  }

  private init(reader: consuming CSVReader, cells: PerpetualColumns, venue: PerpetualVenue?) {
    self.reader = reader
    self.cells = cells
    self.venue = venue
  }

  /// Reads to the end and writes a row for each of the input, in its order.
  ///
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  public mutating func write(
    as format: Format, to sink: inout OutputSink, progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    var rows = PerpetualRows(format, venue: venue, cells: cells)
    try sink.write(rows.head)
    var summary = ReportSummary()
    while let block = try reader.nextBlock() {
      let (first, current) = (rowsRead, rows)
      let pieces = Parallel.pieces(of: 0..<block.rowCount, count: 4 * Parallel.width, least: 64)
      let parts = Parallel.map(count: pieces.count) { current.part(block, pieces[$0], firstRow: first) }
      for part in parts {
        try sink.write(part.text)
        summary.add(part.summary)
      }
      rowsRead += block.rowCount
      rows.isFirst = rows.isFirst && block.rowCount == 0
      progress(rowsRead, reader.rowCount)
    }
    try sink.write(rows.tail)
    return summary
  }
}

/// How rows become text.
private struct PerpetualRows: Sendable {
  let format: PerpetualsReport.Format
  let venue: PerpetualVenue?
  let cells: PerpetualColumns
  /// True until a row has been written.
  var isFirst = true

  init(_ format: PerpetualsReport.Format, venue: PerpetualVenue?, cells: PerpetualColumns) {
    self.format = format
    self.venue = venue
    self.cells = cells
  }

  var head: String { format == .csv ? PerpetualsReport.columns.joined(separator: ",") + "\n" : "[" }
  var tail: String { format == .csv ? "" : isFirst ? "]\n" : "\n]\n" }

  /// What is said of one row.
  private struct Answer {
    let id: String
    var liquidationPrice: String?
    var bankruptcyPrice: String?
    let status: String
    let detail: String
  }

  func part(
    _ block: CSVBlock, _ range: Range<Int>, firstRow: Int
  ) -> (text: String, summary: ReportSummary) {
    var summary = ReportSummary()
    var writer = CSVWriter(capacity: 96 * range.count)
    var json = ""
    for row in range {
      summary.rowCount += 1
      let answer: Answer
      var id = cells.id.map { block.text(row: row, column: $0) } ?? ""
      if id.isEmpty { id = "\(firstRow + row + 1)" }
      do throws(RowError) {
        answer = self.answer(id, try PerpetualRow(RowCells(block, row), cells, venue: venue))
      } catch {
        summary.invalidCount += 1
        summary.add([error], count: 1)
        answer = Answer(id: id, status: "invalid", detail: error.detail)
      }
      switch format {
      case .csv:
        writer.row([
          answer.id, answer.liquidationPrice ?? "", answer.bankruptcyPrice ?? "", answer.status, answer.detail,
        ])
      case .json: json += (isFirst && row == 0 ? "\n" : ",\n") + PerpetualRows.json(answer)
      }
    }
    return (format == .csv ? writer.text : json, summary)
  }

  private func answer(_ id: String, _ row: PerpetualRow) -> Answer {
    let found = PerpetualLiquidation(of: row.position, under: row.terms)
    var price = found.price
    // A venue prints its prices on ticks; the step beyond is a price it never shows.
    if let tick = venue?.tick, let rounded = try? found.price(onTick: tick) { price = rounded }
    return Answer(
      id: id, liquidationPrice: price.map { PerpetualRows.text($0, found.safeRounding) },
      bankruptcyPrice: found.bankruptcyPrice.map { PerpetualRows.text($0, found.safeRounding) },
      status: found.status.rawValue, detail: found.detail)
  }

  private static let small = ExactAmount(count: 1, decimals: 3)

  static func text(_ price: ExactAmount, _ rule: ExactRounding) -> String {
    if !price.isDecimal(8), price < small, !price.isDecimal(30) {
      return price.decimalText(decimals: 20, rounding: rule)
    }
    return rule == .up ? AmountText.up(price) : AmountText.down(price)
  }

  private static func json(_ answer: Answer) -> String {
    let text = JSONText.text(
      .object([
        ("id", .string(answer.id)), ("liquidation_price", .text(answer.liquidationPrice)),
        ("bankruptcy_price", .text(answer.bankruptcyPrice)), ("status", .string(answer.status)),
        ("detail", .string(answer.detail)),
      ]))
    return text.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
  }
}

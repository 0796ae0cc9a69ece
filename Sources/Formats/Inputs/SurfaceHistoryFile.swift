import Basics
public import Scenarios

/// A history of a volatility surface, `date,years,log_moneyness,implied_vol`: on each date the volatility at the same points.
public struct SurfaceHistoryFile: Sendable {
  /// As messages name the file.
  public let file: String
  /// In the order of the first date.
  public let points: [SurfacePoint]
  /// A row for each date, a volatility for each point.
  private let volatilities: [[Double]]
  public let warnings: [String]

  public static let columns = ["date", "years", "log_moneyness", "implied_vol"]

  /// Reads a history; `-` is standard input.
  ///
  /// Dates ascend; the rows of one stand together, in any order.
  /// - Throws: ``FormatError`` for a file that cannot be read, and with its place for a cell that is no date or number, a date
  ///   out of order, a point twice on a date or not on every date, a volatility of 0 or less.
  public init(_ path: String) throws(FormatError) {
    var reader = try CSVReader.open(path)
    let columns = try CSVColumns(reader, required: SurfaceHistoryFile.columns, known: SurfaceHistoryFile.columns)
    var days = Days()
    while let block = try reader.nextBlock() {
      for row in 0..<block.rowCount { try days.read(ScenarioCells(block, row, columns, file: reader.file)) }
    }
    try days.finish()
    file = reader.file
    points = days.points
    volatilities = days.rows
    warnings = columns.warnings
  }

  /// The changes between a date and the next, in points of volatility as fractions, a column for each point.
  ///
  /// - Throws: ``CorrelationError`` for too few dates.
  public func moves() throws(CorrelationError) -> ObservationTable {
    try ObservationTable(
      series: points.map { "\($0.years) years, \($0.logMoneyness)" },
      rows: zip(volatilities, volatilities.dropFirst()).map { before, after in zip(before, after).map { $1 - $0 } })
  }

  /// The dates read so far.
  private struct Days {
    var points: [SurfacePoint] = []
    var rows: [[Double]] = []
    private var places: [SurfacePoint: Int] = [:]
    private var date: CalendarDate?
    private var row: [Double?] = []
    private var last: ScenarioCells?

    mutating func read(_ cells: ScenarioCells) throws(FormatError) {
      guard let text = cells.text("date"), let day = try? CalendarDate(parsing: text) else {
        throw cells.error("date", wanted: "a date such as 2025-12-05")
      }
      if day != date {
        if let date, day < date { throw cells.error("date", wanted: "a date after \(date): dates ascend") }
        try finish()
        date = day
        row = [Double?](repeating: nil, count: points.count)
      }
      last = cells
      guard let years = try cells.number("years"), years >= 0 else {
        throw cells.error("years", wanted: "a time of 0 or more")
      }
      guard let k = try cells.number("log_moneyness") else { throw cells.error("log_moneyness", wanted: "a number") }
      guard let volatility = try cells.number("implied_vol"), volatility > 0 else {
        throw cells.error("implied_vol", wanted: "a volatility above 0")
      }
      let point = SurfacePoint(logMoneyness: k, years: years)
      let place = places[point] ?? points.count
      if place == points.count {
        guard rows.isEmpty else { throw cells.error("log_moneyness", wanted: "a point of the first date") }
        places[point] = place
        points.append(point)
        row.append(nil)
      }
      guard row[place] == nil else { throw cells.error("log_moneyness", wanted: "each point of a date once") }
      row[place] = volatility
    }

    /// Ends a date, on which every point must have stood.
    mutating func finish() throws(FormatError) {
      guard let date, let last else { return }
      let known = row.compactMap { $0 }
      guard known.count == points.count else {
        throw last.error(
          "date", found: "\(known.count) points on \(date)", wanted: "the \(points.count) points of the first date")
      }
      rows.append(known)
    }
  }
}

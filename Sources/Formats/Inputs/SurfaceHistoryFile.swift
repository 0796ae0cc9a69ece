import Basics
public import Scenarios

/// Histories of volatility surfaces, in long form: `date,underlying,years,log_moneyness,vol`, a point of a day a row.
///
/// Each day has the same points, in any order; days ascend. Times are years to expiry, log-moneyness is ln(K/F), volatilities
/// are fractions a year. `underlying` may be left out. A column `extrapolated` (true or false), which `chain fit` writes, is
/// counted. Several files are one history, in their order: a file a day, for instance. A volatility of three times that of the
/// point's day before, or a third, is told with its row and taken as it stands.
public struct SurfaceHistoryFile: Sendable {
  /// In the order of their first mention; the symbol is empty where the files name none.
  public let histories: [(underlying: String, history: SurfaceHistory)]
  public let warnings: [String]

  static let columns = ["date", "underlying", "years", "log_moneyness", "vol", "extrapolated"]
  static let required = ["date", "years", "log_moneyness", "vol"]

  /// Reads files; `-` is standard input, a name that ends in `.gz` is decompressed.
  ///
  /// - Throws: ``FormatError`` for a file that cannot be read, a missing column, a cell that is none of the above, a day
  ///   before the last one, a point twice in a day or other than the first day's, and with its first row a day that lacks one:
  ///   a history is whole or none.
  public init(_ paths: [String]) throws(FormatError) {
    var drafts = Drafts()
    for path in paths { try drafts.read(path) }
    histories = try drafts.finished(files: paths)
    warnings = drafts.allWarnings
  }

  /// The days of one underlying while they are read.
  private struct Draft {
    let underlying: String
    /// Those of the first day, in its order.
    var points: [SurfacePoint] = []
    var places: [SurfacePoint: Int] = [:]
    var dates: [CalendarDate] = []
    var rows: [[Double]] = []
    /// Of the day that is being read, beside its points; nil for those still to come.
    var day: [Double?] = []
    /// The first row of that day.
    var start: SourceLocation

    var isFirstDay: Bool { dates.count == 1 }

    /// Ends the day that is being read.
    mutating func close() throws(FormatError) {
      let row = day.compactMap { $0 }
      if let missing = day.firstIndex(of: nil), let date = dates.last {
        throw .malformed(
          start, found: "\(row.count) points on \(date), none at \(points[missing])",
          wanted: "the \(points.count) points of \(dates[0])")
      }
      rows.append(row)
    }
  }

  private struct Drafts {
    private var drafts: [Draft] = []
    private var places: [String: Int] = [:]
    private var warnings: [String] = []
    private var count = 0
    private var extrapolated = 0
    private var least = Double.infinity
    private var moves = LargeMoves(beyond: LargeMoves.ofVolatility)

    mutating func read(_ path: String) throws(FormatError) {
      var reader = try CSVReader.open(path)
      let columns = try CSVColumns(reader, required: SurfaceHistoryFile.required, known: SurfaceHistoryFile.columns)
      warnings += columns.warnings
      while let block = try reader.nextBlock() {
        for row in 0..<block.rowCount { try read(ScenarioCells(block, row, columns, file: reader.file)) }
      }
    }

    private mutating func read(_ cells: ScenarioCells) throws(FormatError) {
      guard let text = cells.text("date"), let date = try? CalendarDate(parsing: text) else {
        throw cells.error("date", wanted: "a date such as 2025-12-05")
      }
      let years = try cells.number("years", wanted: "a time above 0 in years") { $0 > 0 }
      let k = try cells.number("log_moneyness", wanted: "a finite number, ln(K/F)") { _ in true }
      let volatility = try cells.number("vol", wanted: "a volatility above 0, as a fraction") { $0 > 0 }
      if let text = cells.text("extrapolated") {
        guard ["true", "false"].contains(text) else { throw cells.error("extrapolated", wanted: "true or false") }
        if text == "true" { extrapolated += 1 }
      }
      let symbol = cells.text("underlying") ?? ""
      if let first = drafts.first, first.underlying.isEmpty != symbol.isEmpty {
        throw cells.error(
          "underlying", found: symbol.isEmpty ? "no underlying" : "underlying '\(symbol.prefix(60))'",
          wanted: symbol.isEmpty ? "one in every row, as in the rows before" : "none, as in the rows before")
      }
      let place = places[symbol] ?? drafts.count
      if place == drafts.count {
        places[symbol] = place
        drafts.append(Draft(underlying: symbol, start: cells.location("date")))
      }
      try begin(date, of: place, cells)
      try add(SurfacePoint(logMoneyness: k + 0, years: years), volatility, to: place, cells)
      count += 1
      least = min(least, volatility)
    }

    /// Begins a day where the row is of another than the row before.
    private mutating func begin(_ date: CalendarDate, of place: Int, _ cells: ScenarioCells) throws(FormatError) {
      if let last = drafts[place].dates.last {
        guard date >= last else { throw cells.error("date", wanted: "\(last) or later: days ascend") }
        guard date > last else { return }
        try drafts[place].close()
      }
      drafts[place].dates.append(date)
      drafts[place].start = cells.location("date")
      drafts[place].day = drafts[place].points.map { _ in nil }
    }

    private mutating func add(
      _ point: SurfacePoint, _ volatility: Double, to place: Int, _ cells: ScenarioCells
    ) throws(FormatError) {
      if let index = drafts[place].places[point] {
        guard drafts[place].day[index] == nil else {
          throw cells.error("years", found: "\(point) twice on a day", wanted: "each point once a day")
        }
        drafts[place].day[index] = volatility
        if let before = drafts[place].rows.last, index < before.count {
          moves.look(at: volatility, after: before[index], on: drafts[place].dates.last, cells.location("vol"))
        }
        return
      }
      guard drafts[place].isFirstDay else {
        throw cells.error(
          "years", found: "\(point)", wanted: "a point of \(drafts[place].dates[0]): each day has the same")
      }
      drafts[place].places[point] = drafts[place].points.count
      drafts[place].points.append(point)
      drafts[place].day.append(volatility)
    }

    mutating func finished(
      files: [String]
    ) throws(FormatError) -> [(underlying: String, history: SurfaceHistory)] {
      var histories: [(underlying: String, history: SurfaceHistory)] = []
      for index in drafts.indices {
        try drafts[index].close()
        let draft = drafts[index]
        do throws(ScenarioError) {
          histories.append(
            (draft.underlying, try SurfaceHistory(points: draft.points, dates: draft.dates, volatilities: draft.rows)))
        } catch { throw .refused(draft.start, error.description) }
      }
      guard !histories.isEmpty else {
        throw .malformed(
          SourceLocation(file: files.first ?? "-", line: 1, column: 1), found: "no row", wanted: "volatilities by day")
      }
      return histories
    }

    var allWarnings: [String] {
      var all = warnings + moves.warnings
      if extrapolated > 0 {
        all.append("warning: \(extrapolated) of \(count) volatilities lie beyond the quotes of their day")
      }
      if least > 3, count > 0 {
        all.append("warning: found no volatility below 3, which is 300 percent; wanted fractions, such as 0.45")
      }
      return all
    }
  }
}

extension ScenarioCells {
  /// A finite number for which something holds.
  fileprivate func number(
    _ name: String, wanted: String, _ holds: (Double) -> Bool
  ) throws(FormatError) -> Double {
    guard let text = text(name), let number = NumberText.double(text), number.isFinite, holds(number) else {
      throw error(name, wanted: wanted)
    }
    return number
  }
}

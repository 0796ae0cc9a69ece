import Basics
public import Scenarios

/// A file of closes, `date,close`, or of candles with a column of times and one of closes: the history of one series.
///
/// The column of times is called `date`, `time`, `timestamp`, `timestamps`, `datetime`, `observation_date`, `open_time_ms` or
/// `open_time`, or is the first one where that has no name; that of closes `close`, `SYMBOL:close`, `SYMBOL` or `value`, or is
/// the only other one of two. Upper and lower case are the same. A time without a zone is UTC, one of 12 to 14 digits counts
/// milliseconds since 1970 and one of 9 or 10 seconds. An empty close is a holiday. Of several prices a day the last is the
/// day's close; which day that is, and when the close was known, ``DailyCloses`` says. Stamps are the openings of candles where
/// the file has a column of opening prices too, or calls its times `open_time`. A close that lies half above the one before it, or
/// as far below, is told with its row and taken as it stands.
public struct HistoryFile: Sendable {
  public let closes: DailyCloses
  /// Rows without a close.
  public let holidayCount: Int
  /// Moves from one close to the next, within a week, that a misplaced point may have made.
  public let warnings: [String]

  public var history: PriceHistory { closes.history }

  private static let timeNames: Set<String> = [
    "date", "time", "timestamp", "timestamps", "datetime", "observation_date", "open_time_ms", "open_time",
  ]

  /// Reads a file; `-` is standard input, a name that ends in `.gz` is decompressed.
  ///
  /// - Parameters:
  ///   - name: What the series is called: in messages, and in the name of its column.
  ///   - isVolatility: True for levels of a volatility index, which move further.
  /// - Throws: ``FormatError`` for a file that cannot be read, without such columns, with a cell that is no time or no price
  ///   above 0, with times that do not ascend, or without any close: a history is whole or none.
  public init(_ path: String, name: String, isVolatility: Bool = false) throws(FormatError) {
    var reader = try CSVReader.open(path)
    let (time, close) = try HistoryFile.columns(of: reader, name: name)
    let areOpenings = HistoryFile.areOpenings(reader.columns, time: time, name: name)
    var rows: [DailyCloses.Row] = []
    var holidays = 0
    var last: (instant: Instant, text: String)?
    var moves = LargeMoves(beyond: isVolatility ? LargeMoves.ofVolatility : LargeMoves.ofPrice)
    while let block = try reader.nextBlock() {
      for row in 0..<block.rowCount {
        func refuse(_ column: Int, _ wanted: String) -> FormatError {
          .malformed(
            block.location(file: reader.file, row: row, column: column),
            found: CellError.quoted(block.text(row: row, column: column)), wanted: wanted)
        }
        let text = block.text(row: row, column: time)
        guard let (instant, offset) = HistoryFile.stamp(text), instant.date != nil else {
          throw refuse(time, "a date or time in ISO 8601, or milliseconds since 1970")
        }
        if let last, instant <= last.instant {
          throw refuse(time, instant == last.instant ? "each time once" : "a time after \(last.text)")
        }
        last = (instant, text)
        let cell = block.text(row: row, column: close)
        guard !cell.isEmpty else {
          holidays += 1
          continue
        }
        guard let price = NumberText.double(cell), price > 0, price.isFinite else {
          throw refuse(close, "a price above 0, or an empty cell for a holiday")
        }
        if let before = rows.last, instant.secondsSinceEpoch - before.instant.secondsSinceEpoch <= 7 * 86_400 {
          moves.look(
            at: price, after: before.price, on: instant.date,
            block.location(file: reader.file, row: row, column: close))
        }
        rows.append(DailyCloses.Row(instant, offset: offset, price: price))
      }
    }
    holidayCount = holidays
    warnings = moves.warnings
    do { closes = try DailyCloses(name: name, rows: rows, areOpenings: areOpenings) } catch {
      throw .refused(reader.location(ofColumn: close), error.description)
    }
  }

  private static func columns(
    of reader: borrowing CSVReader, name: String
  ) throws(FormatError) -> (time: Int, close: Int) {
    let names = reader.columns.map { $0.lowercased() }
    let found = names.indices.filter { timeNames.contains(names[$0]) || ($0 == 0 && names[$0].isEmpty) }
    guard let time = found.first else {
      throw .malformed(
        reader.location(ofColumn: 0), found: "columns \(reader.columns.prefix(20).joined(separator: ", "))",
        wanted: "one of date, time, timestamp, datetime, observation_date, open_time_ms among them")
    }
    guard found.count == 1 else {
      throw .malformed(
        reader.location(ofColumn: found[1]), found: "columns '\(names[time])' and '\(names[found[1]])'",
        wanted: "one column of times")
    }
    for wanted in ["close", "\(name.lowercased()):close", name.lowercased(), "value"] {
      if let close = names.firstIndex(of: wanted), close != time { return (time, close) }
    }
    if names.count == 2 { return (time, 1 - time) }
    throw .malformed(
      reader.location(ofColumn: 0), found: "columns \(reader.columns.prefix(20).joined(separator: ", "))",
      wanted: "a column 'close', '\(name):close' or '\(name)' among them")
  }

  private static func areOpenings(_ columns: [String], time: Int, name: String) -> Bool {
    let names = columns.map { $0.lowercased() }
    return names[time].hasPrefix("open_time") || names.contains("open") || names.contains("\(name.lowercased()):open")
  }

  /// A moment, and the seconds east of Greenwich in which it is written.
  private static func stamp(_ text: String) -> (Instant, offset: Int64)? {
    let bytes = Array(text.utf8)
    if bytes.count >= 9, bytes.count <= 14, bytes.allSatisfy({ (48...57).contains($0) }), let number = Int64(text) {
      switch bytes.count {
      case 9, 10: return (Instant(secondsSinceEpoch: number), 0)
      case 12...14: return number % 1000 == 0 ? (Instant(secondsSinceEpoch: number / 1000), 0) : nil
      default: return nil
      }
    }
    if bytes.count <= 10 { return (try? Instant(parsing: text)).map { ($0, 0) } }
    if bytes.last == UInt8(ascii: "Z") { return (try? Instant(parsing: text)).map { ($0, 0) } }
    // A zone is a sign behind the time of day.
    guard let sign = bytes[11...].firstIndex(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }) else {
      return (try? Instant(parsing: text + "Z")).map { ($0, 0) }
    }
    guard let instant = try? Instant(parsing: text),
      let local = try? Instant(parsing: String(decoding: bytes[..<sign], as: UTF8.self) + "Z")
    else { return nil }
    return (instant, local.secondsSinceEpoch - instant.secondsSinceEpoch)
  }
}

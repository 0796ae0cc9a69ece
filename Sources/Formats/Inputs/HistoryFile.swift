import Basics
public import Scenarios

/// A file of closes, `date,close`, or of candles with a column of times and one of closes: the history of one series.
///
/// The column of times is called `date`, `time`, `timestamp`, `timestamps`, `datetime`, `observation_date`, `open_time_ms` or
/// `open_time`, or is the first one where that has no name; that of closes `close`, `SYMBOL:close`, `SYMBOL` or `value`, or is
/// the only other one of two. Upper and lower case are the same. A time without a zone is UTC, one of 12 to 14 digits counts
/// milliseconds since 1970 and one of 9 or 10 seconds. An empty close is a holiday. Of several candles a day the last is the
/// day's close, and a day whose last candle begins before that of other days is not whole and is left out.
public struct HistoryFile: Sendable {
  public let history: PriceHistory
  /// Rows without a close.
  public let holidayCount: Int
  /// Days left out because their last candle is missing.
  public let partialDayCount: Int

  private static let timeNames: Set<String> = [
    "date", "time", "timestamp", "timestamps", "datetime", "observation_date", "open_time_ms", "open_time",
  ]

  /// Reads a file; `-` is standard input, a name that ends in `.gz` is decompressed.
  ///
  /// - Parameter name: What the series is called: in messages, and in the name of its column.
  /// - Throws: ``FormatError`` for a file that cannot be read, without such columns, with a cell that is no time or no price
  ///   above 0, with times that do not ascend, or without any close: a history is whole or none.
  public init(_ path: String, name: String) throws(FormatError) {
    var reader = try CSVReader.open(path)
    let (time, close) = try HistoryFile.columns(of: reader, name: name)
    var bars: [(day: Int64, second: Int64, close: Double)] = []
    var holidays = 0
    var last: (instant: Instant, text: String)?
    while let block = try reader.nextBlock() {
      for row in 0..<block.rowCount {
        func refuse(_ column: Int, _ wanted: String) -> FormatError {
          .malformed(
            block.location(file: reader.file, row: row, column: column),
            found: CellError.quoted(block.text(row: row, column: column)), wanted: wanted)
        }
        let text = block.text(row: row, column: time)
        guard let instant = HistoryFile.instant(text), instant.date != nil else {
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
        let (day, second) = HistoryFile.dayAndSecond(instant)
        if bars.last?.day == day { bars.removeLast() }
        bars.append((day, second, price))
      }
    }
    let end = bars.map(\.second).max()
    let whole = bars.filter { $0.second == end }
    holidayCount = holidays
    partialDayCount = bars.count - whole.count
    let dates = whole.compactMap { CalendarDate(daysSinceEpoch: Int($0.day)) }
    do { history = try PriceHistory(name: name, dates: dates, closes: whole.map(\.close)) } catch {
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

  private static func instant(_ text: String) -> Instant? {
    let bytes = Array(text.utf8)
    if bytes.count >= 9, bytes.count <= 14, bytes.allSatisfy({ (48...57).contains($0) }), let number = Int64(text) {
      switch bytes.count {
      case 9, 10: return Instant(secondsSinceEpoch: number)
      case 12...14: return number % 1000 == 0 ? Instant(secondsSinceEpoch: number / 1000) : nil
      default: return nil
      }
    }
    if bytes.count <= 10 { return try? Instant(parsing: text) }
    // A zone is a last Z, or a sign behind the time of day.
    let hasZone = bytes.last == UInt8(ascii: "Z") || bytes[11...].contains { $0 == 43 || $0 == 45 }
    return try? Instant(parsing: hasZone ? text : text + "Z")
  }

  private static func dayAndSecond(_ instant: Instant) -> (day: Int64, second: Int64) {
    let (quotient, rest) = instant.secondsSinceEpoch.quotientAndRemainder(dividingBy: 86_400)
    return rest < 0 ? (quotient - 1, rest + 86_400) : (quotient, rest)
  }
}

/// Some whole rows of a CSV file: their bytes, and where each cell begins and ends.
///
/// Cells stay bytes until somebody asks for one, so that a file of millions of rows makes no string for most of them.
/// A block is a value that may go to another thread.
public struct CSVBlock: Sendable {
  /// Where a cell's text lies, its quotes left out.
  struct Cell: Sendable {
    let start: UInt32
    /// One past the last byte; the top bit says that the text holds doubled quotes.
    let endAndFlag: UInt32

    init(start: Int, end: Int, hasDoubledQuotes: Bool = false) {
      self.start = UInt32(truncatingIfNeeded: start)
      endAndFlag = UInt32(truncatingIfNeeded: end) | (hasDoubledQuotes ? 1 << 31 : 0)
    }

    var end: UInt32 { endAndFlag & ~(1 << 31) }
    var hasDoubledQuotes: Bool { endAndFlag >> 31 == 1 }
    var range: Range<Int> { Int(start)..<Int(end) }
  }

  /// The rows, and behind them at least ``CSVScanner/padding`` bytes without meaning.
  let bytes: [UInt8]
  /// Row after row, `width` each.
  let cells: [Cell]
  /// The line on which each row begins.
  let lines: [Int]
  /// Where each row begins.
  let rowStarts: [Int]
  /// The number of columns.
  public let width: Int
  /// True where a cell is in quotes.
  let hasQuotes: Bool

  public var rowCount: Int { lines.count }

  /// The line on which a row begins, from 1.
  public func line(ofRow row: Int) -> Int { lines[row] }

  /// The bytes of a cell inside ``bytes``; doubled quotes are still doubled.
  func range(row: Int, column: Int) -> Range<Int> { cells[row * width + column].range }

  func isEmpty(row: Int, column: Int) -> Bool { range(row: row, column: column).isEmpty }

  /// The text of a cell.
  public func text(row: Int, column: Int) -> String {
    let cell = cells[row * width + column]
    guard cell.hasDoubledQuotes else { return String(decoding: bytes[cell.range], as: UTF8.self) }
    var text: [UInt8] = []
    text.reserveCapacity(cell.range.count)
    var isSecond = false
    for byte in bytes[cell.range] {
      isSecond = byte == CSVScanner.quote && !isSecond
      if !isSecond { text.append(byte) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// True where two cells of one column hold the same bytes.
  func isSame(column: Int, row: Int, as other: Int) -> Bool {
    let (left, right) = (range(row: row, column: column), range(row: other, column: column))
    guard left.count == right.count else { return false }
    let span = bytes.span
    for offset in 0..<left.count where span[left.lowerBound + offset] != span[right.lowerBound + offset] {
      return false
    }
    return true
  }

  /// True where a cell holds exactly the bytes of `text`; not for cells with doubled quotes.
  func isCell(row: Int, column: Int, equalTo text: some Collection<UInt8>) -> Bool {
    let range = range(row: row, column: column)
    guard range.count == text.count else { return false }
    let span = bytes.span
    var index = range.lowerBound
    for byte in text {
      guard span[index] == byte else { return false }
      index += 1
    }
    return true
  }

  /// Where a cell begins.
  func location(file: String, row: Int, column: Int) -> SourceLocation {
    var line = lines[row]
    var lineStart = rowStarts[row]
    let start = range(row: row, column: column).lowerBound
    for index in rowStarts[row]..<max(start, rowStarts[row]) where bytes[index] == CSVScanner.newline {
      line += 1
      lineStart = index + 1
    }
    return SourceLocation(file: file, line: line, column: start - lineStart + 1)
  }

  /// Says where a cell stands and what is wrong with it.
  func error(row: Int, column: Int, name: String, _ error: CellError) -> RowError {
    let place = location(file: "", row: row, column: column)
    return RowError(line: place.line, byteColumn: place.column, column: name, message: error.message)
  }
}

/// Finds rows and cells in bytes: RFC 4180 with LF or CRLF at a row's end.
///
/// Plain rows are found by ``CSVPlainRows``, 64 bytes in a step. The others, and the beginning and end of a file, are
/// looked at here, eight bytes in a step (Mycroft's test for a byte in a word), because most of a cell is no comma.
struct CSVScanner {
  static let comma = UInt8(ascii: ",")
  static let quote = UInt8(ascii: "\"")
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  /// Bytes that must lie behind the last one, so that the last step can be read whole.
  static let padding = CSVPlainRows.padding

  /// How a scan of bytes ended.
  enum Outcome: Equatable {
    /// All whole rows are found; the bytes from here on are the beginning of a row.
    case rest(Int)
    /// The text breaks the format at this byte: found, wanted.
    case broken(Int, found: String, wanted: String)
  }

  /// Cells of the rows found.
  private(set) var cells: [CSVBlock.Cell] = []
  /// The line on which each row begins.
  private(set) var lines: [Int] = []
  /// Where each row begins.
  private(set) var rowStarts: [Int] = []
  /// The line on which the next row begins, from 1.
  private(set) var line: Int

  /// Rows that were only counted.
  private var countedRows = 0
  /// True where rows are counted and their cells forgotten: a file is checked so.
  private let isCounting: Bool
  /// True where a cell of the rows found is in quotes.
  private(set) var hasQuotes = false

  /// Where an unfinished quoted cell began, after a scan that ended inside of it.
  private(set) var openQuote: Int?

  /// Rows looked at in one step of the general way where plain ones are rare.
  private static let generalRows = 64
  /// Cells found in one step of the plain way: few enough for the nearest cache.
  private static let plainCells = 4096

  /// - Parameter line: The line on which the first row begins.
  init(isCounting: Bool = false, line: Int = 1) {
    self.isCounting = isCounting
    self.line = line
  }

  /// The number of rows found.
  var rowCount: Int { countedRows + lines.count }

  /// Gives the cells found so far away and starts again with none.
  mutating func take() -> (cells: [CSVBlock.Cell], lines: [Int], rowStarts: [Int], hasQuotes: Bool) {
    let found = (cells, lines, rowStarts, hasQuotes)
    let (cellCount, rowCount) = (cells.count, lines.count)
    cells = []
    lines = []
    rowStarts = []
    hasQuotes = false
    cells.reserveCapacity(cellCount + cellCount / 8)
    lines.reserveCapacity(rowCount + rowCount / 8)
    rowStarts.reserveCapacity(rowCount + rowCount / 8)
    return found
  }

  /// Forgets the cells found so far.
  mutating func removeAll() {
    cells.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    rowStarts.removeAll(keepingCapacity: true)
    countedRows = 0
    hasQuotes = false
  }

  /// Finds the rows between `start` and `end`, which begins at a row's start.
  ///
  /// - Parameters:
  ///   - bytes: The text, and ``padding`` bytes behind `end`.
  ///   - width: The number of cells every row must have; nil takes any.
  ///   - isLast: True where the file ends at `end`, so that the last row needs no newline.
  ///   - rowLimit: The most rows to hold.
  mutating func scan(
    _ bytes: borrowing Span<UInt8>, from start: Int, to end: Int, width: Int?, isLast: Bool, rowLimit: Int = .max
  ) -> Outcome {
    precondition(start >= 0 && end + CSVScanner.padding <= bytes.count, "the last step must be readable")
    guard let width, width > 0, rowLimit == .max else {
      return scanGeneral(bytes, from: start, to: end, width: width, isLast: isLast, rowLimit: rowLimit)
    }
    var index = start
    var step = 1
    while true {
      let plainEnd = takePlainRows(bytes, from: index, to: end, width: width)
      step = plainEnd > index ? 1 : min(2 * step, CSVScanner.generalRows)
      let outcome = scanGeneral(
        bytes, from: plainEnd, to: end, width: width, isLast: isLast, rowLimit: lines.count + step)
      if isCounting {
        countedRows += lines.count
        cells.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        rowStarts.removeAll(keepingCapacity: true)
      }
      guard case .rest(let rest) = outcome, rest > plainEnd, rest < end else { return outcome }
      index = rest
    }
  }

  /// Takes plain rows from `start` on and gives where they end.
  private mutating func takePlainRows(
    _ bytes: borrowing Span<UInt8>, from start: Int, to end: Int, width: Int
  ) -> Int {
    unsafe bytes.withUnsafeBytes { bytes in
      guard let address = bytes.baseAddress else { return start }
      if isCounting {
        let found = unsafe CSVPlainRows.count(address, from: start, to: end, width: width)
        countedRows += found.rows
        line += found.rows
        return found.rest
      }
      let cellRoom = max(CSVScanner.plainCells, width + 128)
      return unsafe withUnsafeTemporaryAllocation(of: CSVBlock.Cell.self, capacity: cellRoom) { cells in
        unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: 1024) { rowStarts in
          var index = start
          while index < end {
            let found = unsafe CSVPlainRows.find(
              address, from: index, to: end, width: width, cells: cells, rowStarts: rowStarts)
            guard found.rows > 0 else { break }
            unsafe self.cells.append(contentsOf: UnsafeMutableBufferPointer(rebasing: cells[..<(found.rows * width)]))
            unsafe self.rowStarts.append(contentsOf: UnsafeMutableBufferPointer(rebasing: rowStarts[..<found.rows]))
            lines.append(contentsOf: line..<(line + found.rows))
            line += found.rows
            index = found.rest
          }
          return index
        }
      }
    }
  }

  /// Finds rows of any form, one after the other; parameters as of ``scan(_:from:to:width:isLast:rowLimit:)``.
  private mutating func scanGeneral(
    _ bytes: borrowing Span<UInt8>, from start: Int, to end: Int, width: Int?, isLast: Bool, rowLimit: Int
  ) -> Outcome {
    let words = unsafe bytes.bytes
    var index = start
    openQuote = nil
    while index < end, lines.count < rowLimit {
      let rowStart = index
      let firstCell = cells.count
      var newlines = 0
      var isOpen = true
      while isOpen {
        var cellEnd: Int
        if bytes[index] == CSVScanner.quote, index < end {
          let first = index + 1
          let (close, hasDoubled) = CSVScanner.closingQuote(bytes, from: first, to: end, newlines: &newlines)
          guard let close, close + 1 < end || isLast else {
            return unfinished(row: rowStart, firstCell: firstCell, openQuote: close == nil ? index : nil, isLast)
          }
          cells.append(CSVBlock.Cell(start: first, end: close, hasDoubledQuotes: hasDoubled))
          hasQuotes = true
          cellEnd = close + 1
        } else {
          cellEnd = CSVScanner.nextSpecial(words, from: index, to: end)
          cells.append(CSVBlock.Cell(start: index, end: cellEnd))
        }
        if cellEnd >= end {
          guard isLast else { return unfinished(row: rowStart, firstCell: firstCell, openQuote: nil, isLast) }
          isOpen = false
          index = end
          continue
        }
        switch bytes[cellEnd] {
        case CSVScanner.comma:
          index = cellEnd + 1
          // A comma at the very end of the bytes: the cell behind it is still to come, or empty.
          if index >= end, !isLast { return unfinished(row: rowStart, firstCell: firstCell, openQuote: nil, isLast) }
        case CSVScanner.newline:
          isOpen = false
          index = cellEnd + 1
        case CSVScanner.carriageReturn:
          if cellEnd + 1 >= end, !isLast {
            return unfinished(row: rowStart, firstCell: firstCell, openQuote: nil, isLast)
          }
          guard cellEnd + 1 < end, bytes[cellEnd + 1] == CSVScanner.newline else {
            return .broken(
              cellEnd, found: "a carriage return without a line feed", wanted: "rows that end in LF or CRLF")
          }
          isOpen = false
          index = cellEnd + 2
        case CSVScanner.quote:
          return .broken(cellEnd, found: "a quote inside a cell without quotes", wanted: "the cell in quotes")
        default:
          return .broken(cellEnd, found: "text behind a closing quote", wanted: "a comma or the end of the row")
        }
      }
      let count = cells.count - firstCell
      if let width, count != width {
        let place = count > width ? Int(cells[firstCell + width].start) : max(rowStart, CSVScanner.rowEnd(bytes, index))
        return .broken(
          place, found: "a row of \(count) \(count == 1 ? "cell" : "cells")",
          wanted: "\(width), as many as the header has")
      }
      lines.append(line)
      rowStarts.append(rowStart)
      line += newlines + 1
    }
    return .rest(index)
  }

  /// The end of the text of a row whose successor begins at `next`.
  private static func rowEnd(_ bytes: borrowing Span<UInt8>, _ next: Int) -> Int {
    var end = next
    if end > 0, bytes[end - 1] == newline { end -= 1 }
    if end > 0, bytes[end - 1] == carriageReturn { end -= 1 }
    return end
  }

  /// Forgets the cells of a row that does not end within the bytes.
  private mutating func unfinished(row start: Int, firstCell: Int, openQuote: Int?, _ isLast: Bool) -> Outcome {
    cells.removeLast(cells.count - firstCell)
    self.openQuote = openQuote
    if let openQuote, isLast {
      return .broken(openQuote, found: "a quote that is never closed", wanted: "a closing quote")
    }
    return .rest(start)
  }

  /// The first comma, quote, LF or CR at or behind `start`; `end` where there is none.
  @inline(__always)
  private static func nextSpecial(_ words: borrowing RawSpan, from start: Int, to end: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    var index = start
    while index < end {
      // `unsafe` in name only: the offset is checked, and any eight bytes are an integer.
      let word = UInt64(littleEndian: unsafe words.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
      let commas = word ^ (ones &* UInt64(comma))
      let quotes = word ^ (ones &* UInt64(quote))
      let feeds = word ^ (ones &* UInt64(newline))
      let returns = word ^ (ones &* UInt64(carriageReturn))
      // The lowest flag of each test is right; higher ones may be borrows, and are not looked at.
      let found =
        (((commas &- ones) & ~commas) | ((quotes &- ones) & ~quotes) | ((feeds &- ones) & ~feeds)
          | ((returns &- ones) & ~returns)) & tops
      if found != 0 { return min(end, index + found.trailingZeroBitCount / 8) }
      index += 8
    }
    return end
  }

  /// The quote that closes a cell, and whether doubled quotes stand before it; nil where the bytes end first.
  private static func closingQuote(
    _ bytes: borrowing Span<UInt8>, from start: Int, to end: Int, newlines: inout Int
  ) -> (Int?, Bool) {
    var index = start
    var hasDoubled = false
    while index < end {
      let byte = bytes[index]
      if byte == newline {
        newlines += 1
      } else if byte == quote {
        guard index + 1 < end, bytes[index + 1] == quote else { return (index, hasDoubled) }
        hasDoubled = true
        index += 1
      }
      index += 1
    }
    return (nil, hasDoubled)
  }
}

import CBytes

/// Finds rows without quotes, 64 bytes in a step, and stops at the first row that is not so plain.
///
/// Nearly every row of a book or report is plain: commas between cells, a line feed or CRLF behind the last, as many
/// cells as the header. What else there may be, and what is wrong with it, ``CSVScanner`` tells row by row, so that
/// nothing is decided twice.
enum CSVPlainRows {
  /// Bytes that must be readable behind the last one.
  static let padding = 64

  /// Rows found, and where the first that was not looked at, or is not plain or not whole, begins.
  struct Found {
    var rest: Int
    var rows = 0
  }

  /// Where things stand in 64 bytes at `base`.
  private struct Step {
    var commas: UInt64
    var newlines: UInt64
    /// Line feeds that belong to a carriage return, among other things behind one.
    let behindReturns: UInt64
    /// True where a quote or a lone carriage return stands: what lies behind the first is masked.
    let isBroken: Bool

    /// - Parameter carriedReturn: 1 where the byte before `base` is a carriage return; becomes what the next step needs.
    @inline(__always)
    init(_ bytes: UnsafeRawPointer, at base: Int, to end: Int, _ carriedReturn: inout UInt64) {
      let marks = unsafe cb_marks_of_64(bytes + base)
      var valid: UInt64 = end - base >= 64 ? .max : (1 << UInt64(end - base)) - 1
      behindReturns = marks.returns << 1 | carriedReturn
      carriedReturn = marks.returns >> 63
      let broken = (marks.quotes | (behindReturns & ~marks.newlines)) & valid
      isBroken = broken != 0
      if isBroken { valid = (broken & (0 &- broken)) &- 1 }
      commas = marks.commas & valid
      newlines = marks.newlines & valid
    }
  }

  /// Counts plain rows of `width` cells from `start` on, which begins a row.
  static func count(_ bytes: UnsafeRawPointer, from start: Int, to end: Int, width: Int) -> Found {
    var found = Found(rest: start)
    var base = start
    var commasBefore = 0
    var carriedReturn: UInt64 = 0
    while base < end {
      var step = unsafe Step(bytes, at: base, to: end, &carriedReturn)
      while step.newlines != 0 {
        let below = step.newlines ^ (step.newlines &- 1)
        guard commasBefore &+ (step.commas & below).nonzeroBitCount &+ 1 == width else { return found }
        commasBefore = 0
        step.commas &= ~below
        found.rest = base &+ step.newlines.trailingZeroBitCount &+ 1
        found.rows &+= 1
        step.newlines &= step.newlines &- 1
      }
      if step.isBroken { return found }
      commasBefore &+= step.commas.nonzeroBitCount
      base &+= 64
    }
    return found
  }

  /// Finds the cells of plain rows of `width` cells from `start` on, which begins a row, as far as the memory goes.
  ///
  /// - Parameters:
  ///   - cells: Where the cells go; a row is found where it has its `width` and 64 more places.
  ///   - rowStarts: Where the rows' beginnings go, likewise.
  static func find(
    _ bytes: UnsafeRawPointer, from start: Int, to end: Int, width: Int,
    cells: UnsafeMutableBufferPointer<CSVBlock.Cell>, rowStarts: UnsafeMutableBufferPointer<Int>
  ) -> Found {
    var found = Found(rest: start)
    var base = start
    var cellStart = start
    var cellCount = 0
    var column = 0
    var carriedReturn: UInt64 = 0
    while base < end, cellCount &+ 64 <= cells.count, found.rows &+ 64 <= rowStarts.count {
      let step = unsafe Step(bytes, at: base, to: end, &carriedReturn)
      var separators = step.commas | step.newlines
      while separators != 0 {
        let bit = separators & (0 &- separators)
        let place = base &+ separators.trailingZeroBitCount
        separators ^= bit
        column &+= 1
        guard step.newlines & bit != 0 else {
          unsafe cells[cellCount] = CSVBlock.Cell(start: cellStart, end: place)
          cellCount &+= 1
          cellStart = place &+ 1
          continue
        }
        guard column == width else { return found }
        let end = place &- (step.behindReturns & bit != 0 ? 1 : 0)
        unsafe cells[cellCount] = CSVBlock.Cell(start: cellStart, end: end)
        cellCount &+= 1
        cellStart = place &+ 1
        column = 0
        unsafe rowStarts[found.rows] = found.rest
        found.rows &+= 1
        found.rest = cellStart
      }
      if step.isBroken { return found }
      base &+= 64
    }
    return found
  }
}

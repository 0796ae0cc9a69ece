/// Reads a CSV file in blocks of whole rows, in bounded memory.
///
/// The whole file is looked through once before the first block is given: a fault of the file as a whole must leave no
/// output, and output begins with the first block. The second reading comes from the system's cache.
public struct CSVReader: ~Copyable {
  /// The file as messages name it.
  public let file: String
  /// The names in the header, in their order.
  public private(set) var columns: [String] = []
  /// The number of rows behind the header.
  public private(set) var rowCount = 0

  private var source: InputSource
  private var scanner = CSVScanner()
  private var buffer: [UInt8] = []
  private let pieceSize: Int
  /// The part of `buffer` that holds bytes not yet given out; it begins at a row's start.
  private var pending = 0..<0
  private var isAtStart = true
  private var isAtEnd = false
  private var isChecking = true
  private var headerBlock: CSVBlock?

  /// The longest row: without a limit an open quote would fill the memory before it is found.
  static let rowLimit = 64 << 20

  /// Opens a file, `-` for standard input, and checks it from end to end.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - pieceSize: Bytes read in one step; a longer row grows the buffer.
  /// - Throws: ``FormatError``: `.noInput`, or `.malformed` for a directory, an empty file, bad UTF-8, an open quote, a
  ///   row of the wrong length, a doubled column.
  public static func open(_ path: String, pieceSize: Int = 1 << 20) throws(FormatError) -> CSVReader {
    var reader = CSVReader(source: try InputSource(path), pieceSize: pieceSize)
    try reader.check()
    return reader
  }

  private init(source: consuming InputSource, pieceSize: Int) {
    file = source.name
    // A byte more than the file has, so that one reading finds its end.
    self.pieceSize = max(16, min(pieceSize, source.byteCount + 1))
    self.source = source
  }

  /// Looks through the whole file, then goes back to its first row.
  private mutating func check() throws(FormatError) {
    guard try findRows(width: nil, rowLimit: 1), let header = takeBlock() else {
      throw .malformed(
        SourceLocation(file: file, line: 1, column: 1), found: "an empty file", wanted: "a header and rows")
    }
    let names = (0..<header.width).map { header.text(row: 0, column: $0) }
    var seen: Set<String> = []
    for (index, name) in names.enumerated() where !seen.insert(name).inserted {
      throw .malformed(
        header.location(file: file, row: 0, column: index), found: "column \(CellError.quoted(name)) twice",
        wanted: "each column once")
    }
    columns = names
    headerBlock = header
    scanner = CSVScanner(isCounting: true, line: scanner.line)
    while try findRows(width: names.count, rowLimit: .max) {
      rowCount += scanner.rowCount
      scanner.removeAll()
    }
    isChecking = false
    try goToFirstRow()
  }

  /// Starts again behind the header.
  private mutating func goToFirstRow() throws(FormatError) {
    try source.seek(to: 0)
    scanner = CSVScanner()
    (pending, isAtStart, isAtEnd, buffer) = (0..<0, true, false, [])
    if try findRows(width: nil, rowLimit: 1) { scanner.removeAll() }
  }

  /// Reads the first rows once more, and then goes on where it was.
  ///
  /// - Parameters:
  ///   - count: The number of rows, at most as many as were given out.
  ///   - visit: Is given blocks that hold the rows, and how many of a block's rows are meant.
  /// - Throws: ``FormatError`` only where the file has changed since it was checked.
  mutating func reread(rows count: Int, _ visit: (CSVBlock, Int) -> Void) throws(FormatError) {
    let place = (scanner, buffer, pending, isAtStart, isAtEnd)
    let position = source.position
    try goToFirstRow()
    var rest = count
    while rest > 0, let block = try nextBlock() {
      visit(block, min(rest, block.rowCount))
      rest -= block.rowCount
    }
    (scanner, buffer, pending, isAtStart, isAtEnd) = place
    try source.seek(to: position)
  }

  /// The next rows; nil behind the last.
  ///
  /// - Throws: ``FormatError`` only where the file has changed since it was checked.
  public mutating func nextBlock() throws(FormatError) -> CSVBlock? {
    try findRows(width: columns.count, rowLimit: .max) ? takeBlock() : nil
  }

  /// Where the name of a column stands in the header.
  func location(ofColumn index: Int) -> SourceLocation {
    headerBlock?.location(file: file, row: 0, column: index) ?? SourceLocation(file: file, line: 1, column: 1)
  }

  /// Makes a block of the rows that the scanner holds.
  private mutating func takeBlock() -> CSVBlock? {
    guard scanner.rowCount > 0 else { return nil }
    let found = scanner.take()
    return CSVBlock(
      bytes: buffer, cells: found.cells, lines: found.lines, rowStarts: found.rowStarts,
      width: found.cells.count / found.lines.count, hasQuotes: found.hasQuotes)
  }

  /// Reads on until the scanner holds a row; false where there is none left.
  private mutating func findRows(width: Int?, rowLimit: Int) throws(FormatError) -> Bool {
    while true {
      if !pending.isEmpty {
        try scanPending(width: width, rowLimit: rowLimit)
        if scanner.rowCount > 0 { return true }
      }
      guard !isAtEnd else { return false }
      try fill()
    }
  }

  private mutating func scanPending(width: Int?, rowLimit: Int) throws(FormatError) {
    let line = scanner.line
    let start = pending.lowerBound
    let bytes = buffer
    let outcome = scanner.scan(
      bytes.span, from: start, to: pending.upperBound, width: width, isLast: isAtEnd, rowLimit: rowLimit)
    switch outcome {
    case .rest(let rest):
      try checkUTF8(to: rest, line: line)
      pending = rest..<pending.upperBound
      guard rest == start, pending.count > CSVReader.rowLimit else { return }
      // Cut before the last characters: the very last may be cut in two by the buffer's end.
      try checkUTF8(to: pending.upperBound - 4, line: line)
      throw malformed(
        at: scanner.openQuote ?? start, line: line,
        found: scanner.openQuote == nil
          ? "a row of more than 64 MiB" : "a quote that is not closed within 64 MiB",
        wanted: scanner.openQuote == nil ? "a shorter row" : "a closing quote")
    case .broken(let place, let found, let wanted):
      try checkUTF8(to: place, line: line)
      throw malformed(at: place, line: line, found: found, wanted: wanted)
    }
  }

  private func checkUTF8(to end: Int, line: Int) throws(FormatError) {
    guard isChecking, let place = UTF8Check.firstFault(buffer.span, from: pending.lowerBound, to: end) else { return }
    let byte = String(buffer[place], radix: 16, uppercase: true)
    throw malformed(at: place, line: line, found: "byte 0x\(byte), which is not UTF-8 there", wanted: "text in UTF-8")
  }

  /// Says where in the file a byte of the buffer stands, given the line at which the pending bytes begin.
  private func malformed(at place: Int, line: Int, found: String, wanted: String) -> FormatError {
    var line = line
    var lineStart = pending.lowerBound
    for index in pending.lowerBound..<max(place, pending.lowerBound) where buffer[index] == CSVScanner.newline {
      line += 1
      lineStart = index + 1
    }
    return .malformed(
      SourceLocation(file: file, line: line, column: place - lineStart + 1), found: found, wanted: wanted)
  }

  /// Moves the pending bytes to the front of a buffer and reads on behind them.
  private mutating func fill() throws(FormatError) {
    let kept = pending.count
    let size = max(pieceSize, kept * 2)
    let count = size + CSVScanner.padding
    if isChecking, buffer.count == count, kept <= pending.lowerBound {
      // Nobody else holds the bytes while the file is checked.
      buffer.replaceSubrange(0..<kept, with: buffer[pending])
    } else {
      var next = [UInt8](repeating: 0, count: count)
      next.replaceSubrange(0..<kept, with: buffer[pending])
      buffer = next
    }
    let end = try source.read(into: &buffer, from: kept, to: size)
    isAtEnd = end < size
    pending = 0..<end
    if isAtStart {
      isAtStart = false
      if end >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { pending = 3..<end }
    }
  }
}

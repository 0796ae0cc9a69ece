public import Pricing

/// Reads a book in memory that does not grow with the file, as long as the strategies' names ascend.
///
/// The book is CSV in long form: contiguous rows with one `strategy` are its legs. A strategy with a wrong row becomes an
/// entry with errors, and the rest is read. ``next()`` gives one strategy after the other with all it says;
/// ``nextBatch(into:limit:)`` gives the same strategies many at a time, an order of magnitude faster.
public struct BookReader: ~Copyable {
  private var reader: CSVReader
  private let columns: BookColumns
  private var rowReader: BookRowReader
  private var plainRows: BookPlainRows
  private var block: CSVBlock?
  private var row = 0
  private var names = StrategyNames()
  /// Rows read so far.
  public private(set) var rowsRead = 0

  /// As messages name the file.
  public var file: String { reader.file }
  public var rowCount: Int { reader.rowCount }
  /// One line for each column that is not read.
  public var warnings: [String] { columns.warnings }
  /// True where the book has a column that says whose its strategies are.
  public var namesAccounts: Bool { columns.account != nil }

  /// Opens a book, `-` for standard input, and checks the file as a whole.
  ///
  /// - Throws: ``FormatError``, as ``CSVReader/open(_:pieceSize:)`` and for a missing column.
  public static func open(_ path: String, pieceSize: Int = 1 << 20) throws(FormatError) -> BookReader {
    let reader = try CSVReader.open(path, pieceSize: pieceSize)
    let columns = try BookColumns(reader)
    return BookReader(reader: reader, columns: columns)
  }

  private init(reader: consuming CSVReader, columns: BookColumns) {
    self.reader = reader
    self.columns = columns
    rowReader = BookRowReader(columns: columns)
    plainRows = BookPlainRows(columns: columns)
  }

  // MARK: One strategy

  /// The next strategy; nil behind the last.
  ///
  /// - Throws: ``FormatError`` only where the file has changed since it was opened.
  public mutating func next() throws(FormatError) -> BookEntry? {
    guard try hasRow(), let first = block else { return nil }
    let firstRow = row
    let name = first.text(row: row, column: columns.strategy)
    let key = Array(name.utf8)
    var draft = BookEntryDraft(name: name, line: first.line(ofRow: row))
    if let line = try earlierLine(of: key) {
      draft.fail(
        first.error(
          row: row, column: columns.strategy, name: "strategy",
          CellError("found \(CellError.quoted(name)) again, wanted its rows together: it began in line \(line)")))
    } else {
      names.note(key.span, line: draft.line)
    }
    var isFirstBlock = true
    repeat {
      guard let block else { break }
      let isSame =
        isFirstBlock
        ? block.isSame(column: columns.strategy, row: row, as: firstRow)
        : block.text(row: row, column: columns.strategy).utf8.elementsEqual(key)
      guard isSame else { break }
      draft.add(block, row, columns, &rowReader)
      row += 1
      rowsRead += 1
      if row == block.rowCount { isFirstBlock = false }
    } while try hasRow()
    return draft.entry()
  }

  /// The line on which a strategy of this name began before; nil for a new name.
  private mutating func earlierLine(of name: [UInt8]) throws(FormatError) -> Int? {
    if !names.areKept, !names.isNew(name.span) {
      // The first name that does not ascend: from here on any may return, and all of them must be known.
      var all = StrategyNames(keepsAll: true)
      var last: [UInt8]?
      let column = columns.strategy
      try reader.reread(rows: rowsRead) { block, count in
        for row in 0..<count {
          if row > 0, block.isSame(column: column, row: row, as: row - 1) { continue }
          let name = Array(block.text(row: row, column: column).utf8)
          if name != last { all.note(name.span, line: block.line(ofRow: row)) }
          last = name
        }
      }
      names = all
    }
    return names.line(of: name.span)
  }

  /// True where `row` is a row of `block`, which is read if need be.
  private mutating func hasRow() throws(FormatError) -> Bool {
    if let block, row < block.rowCount { return true }
    block = try reader.nextBlock()
    row = 0
    return block != nil
  }

  // MARK: Many strategies

  /// Reads strategies in the place of those that a table holds; nil behind the last strategy of the book.
  ///
  /// A strategy whose rows are plain goes from bytes to columns without an object of its own. Any other one, with a
  /// quote, an unusual number or an error, is read by ``next()``, so that both ways say the same of every book.
  ///
  /// - Parameters:
  ///   - table: Its instruments, terms and accounts stay and are added to.
  ///   - limit: The most strategies, valid or not; a batch also ends after eight times as many rows.
  /// - Returns: What the table does not say of the strategies read.
  /// - Throws: ``FormatError`` only where the file has changed since it was opened.
  /// - Complexity: O(rows); nothing is allocated for a plain strategy.
  public mutating func nextBatch(
    into table: inout StrategyTable, limit: Int
  ) throws(FormatError) -> BookBatch? {
    precondition(limit > 0, "a batch must hold something")
    table.removeStrategies()
    plainRows.beginBatch()
    var batch = BookBatch()
    let rowEnd = limit > Int.max / 16 ? Int.max : rowsRead + 8 * limit
    while batch.count < limit, rowsRead < rowEnd, try hasRow(), let block {
      let before = row
      plainRows.take(
        block, from: &row, rowLimit: rowEnd - rowsRead, limit: limit, &rowReader, &names, &table, &batch)
      rowsRead += row - before
      // What stopped it may also be the limit.
      guard batch.count < limit, rowsRead < rowEnd, row < block.rowCount, let entry = try next() else { continue }
      batch.add(entry, &table)
    }
    return batch.count == 0 ? nil : batch
  }
}

import Basics
import Instruments
import IsolatedMargin

/// One command of an account script: what its rows say, or what is wrong with them.
public struct AccountScriptEntry: Sendable {
  /// The cell as it stands, which is the command's id.
  public let seq: String
  /// What is asked; nil where a row is wrong.
  public let request: AccountRequest?
  public let time: String
  public let errors: [RowError]

  /// The `detail` of an invalid command.
  public var detail: String {
    guard let first = errors.first else { return "" }
    return errors.count > 1 ? "\(first.detail); \(errors.count - 1) more" : first.detail
  }
}

/// Reads an account script, one command after the other.
///
/// A command is a row; `open`, `mark`, `settle` and `close` may take several rows with one `seq`, one for each
/// instrument. The same `seq` further on, or again with the same instrument, is the same command given again.
public struct AccountScriptReader: ~Copyable {
  private var reader: CSVReader
  private let columns: AccountScriptColumns
  private let defaults: AccountScriptDefaults
  private var block: CSVBlock?
  private var row = 0

  public var file: String { reader.file }
  public var rowCount: Int { reader.rowCount }
  public var warnings: [String] { columns.warnings }
  public private(set) var rowsRead = 0

  /// Opens a script, `-` for standard input, and checks the file as a whole.
  ///
  /// - Throws: ``FormatError``, as ``CSVReader/open(_:pieceSize:)`` and for a missing column.
  public static func open(
    _ path: String, defaults: AccountScriptDefaults, pieceSize: Int = 1 << 20
  ) throws(FormatError) -> AccountScriptReader {
    let reader = try CSVReader.open(path, pieceSize: pieceSize)
    let columns = try AccountScriptColumns(reader)
    return AccountScriptReader(reader: reader, columns: columns, defaults: defaults)
  }

  private init(
    reader: consuming CSVReader, columns: AccountScriptColumns, defaults: AccountScriptDefaults
  ) {
    self.reader = reader
    self.columns = columns
    self.defaults = defaults
  }

  /// The next command; nil behind the last.
  ///
  /// - Throws: ``FormatError`` only where the file has changed since it was opened.
  public mutating func next() throws(FormatError) -> AccountScriptEntry? {
    guard try hasRow(), let first = block else { return nil }
    let seq = first.text(row: row, column: columns.seq)
    let time = first.text(row: row, column: columns.time)
    let word = first.text(row: row, column: columns.command)
    var draft = AccountRequestDraft(defaults: defaults)
    repeat {
      guard let block else { break }
      let cells = AccountScriptCells(block, row, columns)
      guard draft.isEmpty || cells.seq == seq && cells.time == time && cells.word == word && draft.takes(cells)
      else { break }
      draft.add(cells)
      row += 1
      rowsRead += 1
    } while try hasRow()
    let request = draft.request()
    return AccountScriptEntry(seq: seq, request: request, time: time, errors: draft.errors)
  }

  /// True where `row` is a row of `block`, which is read if need be.
  private mutating func hasRow() throws(FormatError) -> Bool {
    if let block, row < block.rowCount { return true }
    block = try reader.nextBlock()
    row = 0
    return block != nil
  }
}

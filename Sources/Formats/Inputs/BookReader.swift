public import Instruments
public import Pricing

/// One strategy of a book: what its rows say, or what is wrong with them.
public struct BookEntry: Sendable {
  public let name: String
  /// The line of its first row.
  public let line: Int
  /// What its first legal settlement cell says; nil where there is none.
  public let settlement: Settlement?
  /// What the `account` cell of its first row says; empty where there is none.
  public let account: String
  /// What a later row says in its place: a strategy belongs to one account.
  public let otherAccount: String?
  /// Nil where a row is wrong.
  public let strategy: FilledStrategy?
  /// The first errors, at most ``errorLimit``.
  public let errors: [RowError]
  public let errorCount: Int

  /// The most errors kept of one strategy.
  public static let errorLimit = 10

  /// The `detail` of an invalid strategy.
  public var detail: String {
    guard let first = errors.first else { return "" }
    return errorCount > 1 ? "\(first.detail); \(errorCount - 1) more" : first.detail
  }

  /// The error of a strategy whose rows are right and which something behind the book refuses: a market that lacks it.
  func refusal(_ message: String) -> RowError {
    RowError(line: line, byteColumn: 1, column: "strategy", message: message)
  }
}

/// Reads a book, one strategy after the other, in memory that does not grow with the file (but for the names seen).
///
/// The book is CSV in long form: contiguous rows with one `strategy` are its legs. A strategy with a wrong row becomes an
/// entry with errors, and the rest is read.
public struct BookReader: ~Copyable {
  private var reader: CSVReader
  private let columns: BookColumns
  private var rowReader: BookRowReader
  private var block: CSVBlock?
  private var row = 0
  /// The line at which each strategy was first seen.
  ///
  /// By bytes: two spellings that look alike are two names, wherever the file is cut.
  private var linesByName: [[UInt8]: Int] = [:]
  /// Rows read so far.
  public private(set) var rowsRead = 0

  /// As messages name the file.
  public var file: String { reader.file }
  public var rowCount: Int { reader.rowCount }
  /// One line for each column that is not read.
  public var warnings: [String] { columns.warnings }

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
  }

  /// The next strategy; nil behind the last.
  ///
  /// - Throws: ``FormatError`` only where the file has changed since it was opened.
  public mutating func next() throws(FormatError) -> BookEntry? {
    guard try hasRow(), let first = block else { return nil }
    let firstRow = row
    let name = first.text(row: row, column: columns.strategy)
    var draft = BookEntryDraft(name: name, line: first.line(ofRow: row))
    let key = Array(name.utf8)
    if let line = linesByName[key] {
      draft.fail(
        first.error(
          row: row, column: columns.strategy, name: "strategy",
          CellError("found \(CellError.quoted(name)) again, wanted its rows together: it began in line \(line)")))
    } else {
      linesByName[key] = draft.line
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

  /// True where `row` is a row of `block`, which is read if need be.
  private mutating func hasRow() throws(FormatError) -> Bool {
    if let block, row < block.rowCount { return true }
    block = try reader.nextBlock()
    row = 0
    return block != nil
  }
}

/// A strategy while its rows are read.
private struct BookEntryDraft {
  let name: String
  let line: Int
  private var settlement: Settlement?
  private var account: String?
  private var otherAccount: String?
  private var first: BookRow?
  private var legs: [FilledLeg] = []
  private var legCount = 0
  private var errors: [RowError] = []
  private var errorCount = 0
  private var surplus: RowError?

  init(name: String, line: Int) {
    self.name = name
    self.line = line
  }

  mutating func fail(_ error: RowError) {
    errorCount += 1
    if errors.count < BookEntry.errorLimit { errors.append(error) }
  }

  mutating func add(_ block: CSVBlock, _ row: Int, _ columns: BookColumns, _ reader: inout BookRowReader) {
    legCount += 1
    func error(_ column: Int?, _ name: String, _ message: String) -> RowError {
      block.error(row: row, column: column ?? columns.strategy, name: name, CellError(message))
    }
    guard legCount <= Strategy.legLimit else {
      surplus = surplus ?? error(columns.strategy, "strategy", "")
      return
    }
    if settlement == nil { settlement = reader.settlement(block, row) }
    note(account: reader.account(block, row))
    let leg: BookRow
    do { leg = try reader.read(block, row) } catch { return fail(error) }
    guard let first else {
      first = leg
      legs = [leg.leg]
      return
    }
    if leg.settlement != first.settlement {
      fail(
        error(
          columns.settlement, "settlement",
          "found \(leg.settlement.rawValue) beside \(first.settlement.rawValue), wanted one settlement a strategy"))
    } else if leg.currency != first.currency {
      fail(
        error(
          columns.currency, "currency", "found \(leg.currency) beside \(first.currency), wanted one currency a strategy"
        )
      )
    } else {
      legs.append(leg.leg)
    }
  }

  private mutating func note(account name: String) {
    if let account {
      if otherAccount == nil, name != account { otherAccount = name }
    } else {
      account = name
    }
  }

  consuming func entry() -> BookEntry {
    if let surplus {
      fail(
        RowError(
          line: surplus.line, byteColumn: surplus.byteColumn, column: "strategy",
          message: InstrumentError.tooManyLegs(legCount).description))
    }
    var strategy: FilledStrategy?
    if errors.isEmpty, let first {
      do {
        strategy = try FilledStrategy(
          name: name, settlement: first.settlement, currency: first.currency, legs: legs)
      } catch {
        fail(RowError(line: line, byteColumn: 1, column: "strategy", message: error.description))
      }
    }
    return BookEntry(
      name: name, line: line, settlement: settlement, account: account ?? "", otherAccount: otherAccount,
      strategy: strategy, errors: errors, errorCount: errorCount)
  }
}

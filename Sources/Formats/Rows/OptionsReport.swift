/// Reads an options file, CSV with one option a row, for one of the two questions it can be asked.
public struct OptionsReader: ~Copyable {
  private var reader: CSVReader
  let columns: OptionColumns
  /// Rows given out so far.
  public private(set) var rowsRead = 0

  /// As messages name the file.
  public var file: String { reader.file }
  public var rowCount: Int { reader.rowCount }
  /// One line for each column that is not read.
  public var warnings: [String] { columns.warnings }

  static func open(
    _ path: String, for question: OptionQuestion, pieceSize: Int = 1 << 20
  ) throws(FormatError) -> OptionsReader {
    let reader = try CSVReader.open(path, pieceSize: pieceSize)
    let columns = try OptionColumns(reader, for: question)
    return OptionsReader(reader: reader, columns: columns)
  }

  private init(reader: consuming CSVReader, columns: OptionColumns) {
    self.reader = reader
    self.columns = columns
  }

  mutating func nextBlock() throws(FormatError) -> CSVBlock? {
    guard let block = try reader.nextBlock() else { return nil }
    rowsRead += block.rowCount
    return block
  }

  /// Reads to the end and writes header and rows, one for each of the input, in its order.
  ///
  /// - Parameter answer: Writes what follows the id of the rows of a batch, in its own storage.
  mutating func write(
    _ header: [String], to sink: inout OutputSink, progress: ProgressObserver,
    _ answer: @escaping @Sendable (inout OptionRows) -> Void
  ) throws(FormatError) -> ReportSummary {
    var writer = CSVWriter()
    writer.row(header)
    try sink.write(writer)
    var summary = ReportSummary()
    var block = try nextBlock()
    var done: [Part] = []
    while let current = block {
      let firstID = rowsRead - current.rowCount + 1
      let columns = columns
      // While a block is worked on, the one before it is written and the one behind it is read.
      let (parts, next) = try Parallel.both(
        { OptionsReader.parts(of: current, columns, firstID, answer) },
        { () throws(FormatError) in
          for part in done { try sink.write(part.rows) }
          return try nextBlock()
        })
      for part in parts { summary.add(part.summary) }
      done = parts
      block = next
      progress(rowsRead, rowCount)
    }
    for part in done { try sink.write(part.rows) }
    return summary
  }

  /// Rows on their way to the output, and what is to be said about them.
  private typealias Part = (rows: CSVWriter, summary: ReportSummary)

  private static func parts(
    of block: CSVBlock, _ columns: OptionColumns, _ firstID: Int, _ answer: @Sendable (inout OptionRows) -> Void
  ) -> [Part] {
    let pieces = Parallel.pieces(of: 0..<block.rowCount, count: 4 * Parallel.width, least: OptionRows.batchSize)
    return Parallel.map(count: pieces.count) { index in
      var rows = OptionRows(block: block, columns: columns, firstID: firstID, rows: pieces[index])
      while rows.fill() { answer(&rows) }
      return (rows.writer, rows.summary)
    }
  }
}

/// Some rows of an options file on their way to the output, a batch that stays in the cache at a time.
struct OptionRows {
  let block: CSVBlock
  let columns: OptionColumns
  /// The number of the block's first row in the file, from 1.
  let firstID: Int
  private var rest: Range<Int>
  /// The rows in the batch, as rows of the block.
  private var current = 0..<0
  private var nextError = 0
  private(set) var batch = OptionBatch(capacity: OptionRows.batchSize)
  /// What the kernel gives for the batch, column after column.
  var results: [Double] = []
  private(set) var summary = ReportSummary()
  var writer: CSVWriter

  /// Rows valued in one call: their inputs and results stay in the processor's cache.
  static let batchSize = 512

  init(block: CSVBlock, columns: OptionColumns, firstID: Int, rows: Range<Int>) {
    self.block = block
    self.columns = columns
    self.firstID = firstID
    rest = rows
    writer = CSVWriter(capacity: 64 * rows.count)
  }

  /// Reads the next batch; false where no row is left.
  mutating func fill() -> Bool {
    guard !rest.isEmpty else { return false }
    let count = min(rest.count, OptionRows.batchSize)
    current = rest.lowerBound..<(rest.lowerBound + count)
    rest = current.upperBound..<rest.upperBound
    batch.removeAll()
    nextError = 0
    for row in current { batch.add(block, row, columns) }
    return true
  }

  /// Makes room for `count` results; only a last, shorter batch needs new memory.
  mutating func sizeResults(_ count: Int) {
    if results.count != count { results = [Double](repeating: 0, count: count) }
  }

  /// Begins the row at `index` of the batch with its id.
  ///
  /// - Parameters:
  ///   - width: The number of columns between the id and the status.
  ///   - trailing: The number of columns behind the detail.
  /// - Returns: False where the input row is invalid: then the output row is complete.
  mutating func beginRow(_ index: Int, width: Int, trailing: Int = 0) -> Bool {
    summary.rowCount += 1
    let row = current.lowerBound + index
    if let id = columns.id { writer.cell(block, row, id) } else { writer.cell(firstID + row) }
    guard nextError < batch.errors.count, batch.errors[nextError].row == index else { return true }
    let error = batch.errors[nextError].error
    nextError += 1
    summary.invalidCount += 1
    summary.add([error], count: 1)
    writer.emptyCells(width)
    writer.cell("invalid")
    writer.cell(error.detail)
    writer.emptyCells(trailing)
    writer.endRow()
    return false
  }

  /// Counts a row that the kernel calls invalid though its cells are legal.
  mutating func countInvalid() { summary.invalidCount += 1 }
}

/// Rows for every strategy of a book, in the book's order, worked on by every processor.
enum BookRows {
  /// Rows on their way to the output, and what is to be said about them.
  typealias Part = (rows: CSVWriter, summary: ReportSummary)

  /// Strategies taken from the book before they are worked on: enough for every processor, little memory.
  private static let batchSize = 2048
  /// Legs after which a batch ends, however few strategies they make.
  private static let batchRows = 32_768

  /// Reads the book to its end and writes header and rows.
  ///
  /// - Parameter rows: Makes the rows of neighbouring strategies; called from several threads at once.
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  static func write(
    _ book: inout BookReader, header columns: [String], to sink: inout OutputSink, progress: ProgressObserver,
    _ rows: @escaping @Sendable (ArraySlice<BookEntry>) -> Part
  ) throws(FormatError) -> ReportSummary {
    var header = CSVWriter()
    header.row(columns)
    try sink.write(header)
    var summary = ReportSummary()
    var batch = try nextBatch(&book)
    var done: [Part] = []
    while !batch.isEmpty {
      let entries = batch
      // While a batch is worked on, the one before it is written and the one behind it is read.
      let (parts, next) = try Parallel.both(
        { worked(entries, rows) },
        { () throws(FormatError) in
          for part in done { try sink.write(part.rows) }
          return try nextBatch(&book)
        })
      for part in parts { summary.add(part.summary) }
      done = parts
      batch = next
      progress(book.rowsRead, book.rowCount)
    }
    for part in done { try sink.write(part.rows) }
    return summary
  }

  /// The strategies that are taken from the book together; none behind the last.
  static func nextBatch(_ book: inout BookReader) throws(FormatError) -> [BookEntry] {
    let firstRow = book.rowsRead
    var entries: [BookEntry] = []
    while entries.count < batchSize, book.rowsRead - firstRow < batchRows, let entry = try book.next() {
      entries.append(entry)
    }
    return entries
  }

  private static func worked(
    _ entries: [BookEntry], _ rows: @Sendable (ArraySlice<BookEntry>) -> Part
  ) -> [Part] {
    // More pieces than processors: strategies differ in size, and who is done takes the next piece.
    let pieces = Parallel.pieces(of: entries.indices, count: 8 * Parallel.width, least: 16)
    return Parallel.map(count: pieces.count) { rows(entries[pieces[$0]]) }
  }
}

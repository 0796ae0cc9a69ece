/// A report that can be made of a book, and of one strategy as a book of one.
public protocol BookReport {
  /// Reads the book to its end and writes header and rows.
  ///
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  func write(
    _ book: inout BookReader, to sink: inout OutputSink, progress: ProgressObserver
  ) throws(FormatError) -> ReportSummary

  /// Writes header and rows of one strategy.
  func write(_ entry: BookEntry, to sink: inout OutputSink) throws(FormatError) -> ReportSummary
}

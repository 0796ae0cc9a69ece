/// Where the columns that a reader knows stand in a file's header.
struct CSVColumns: Sendable {
  /// The most columns that a message names.
  private static let warningLimit = 20

  private let indexes: [String: Int]
  /// One for each column that the reader does not know, in the order of the header.
  let warnings: [String]

  /// Finds columns by name, in any order.
  ///
  /// - Parameters:
  ///   - reader: The file.
  ///   - required: Columns without which the file says nothing.
  ///   - known: All columns that are read or that may stand there without being read.
  /// - Throws: ``FormatError`` `.malformed` for a missing column.
  init(_ reader: borrowing CSVReader, required: [String], known: [String]) throws(FormatError) {
    var indexes: [String: Int] = [:]
    var warnings: [String] = []
    var unknown = 0
    for (index, name) in reader.columns.enumerated() {
      indexes[name] = index
      guard !known.contains(name) else { continue }
      unknown += 1
      if unknown <= CSVColumns.warningLimit {
        warnings.append(
          "\(reader.location(ofColumn: index)): warning: found column \(CellError.quoted(name)), "
            + "wanted one of \(known.joined(separator: ", ")); it is not read")
      }
    }
    if unknown > CSVColumns.warningLimit {
      warnings.append("\(reader.file): warning: \(unknown - CSVColumns.warningLimit) more columns are not read")
    }
    for name in required where indexes[name] == nil {
      throw .malformed(
        reader.location(ofColumn: 0),
        found: "columns "
          + reader.columns.prefix(CSVColumns.warningLimit).map { CellError.quoted($0) }
          .joined(separator: ", "),
        wanted: "a column '\(name)' among them")
    }
    self.indexes = indexes
    self.warnings = warnings
  }

  subscript(name: String) -> Int? { indexes[name] }
}

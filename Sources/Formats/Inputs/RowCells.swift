import Basics

/// The cells of one row of a block.
struct RowCells {
  private let block: CSVBlock
  private let row: Int

  init(_ block: CSVBlock, _ row: Int) {
    self.block = block
    self.row = row
  }

  func isEmpty(_ column: Int) -> Bool { block.isEmpty(row: row, column: column) }

  /// The text of a cell; nil where it is empty.
  func text(_ column: Int) -> String? { isEmpty(column) ? nil : block.text(row: row, column: column) }

  func isEqual(_ column: Int, _ text: String) -> Bool { block.isCell(row: row, column: column, equalTo: text.utf8) }

  /// A plain decimal as a count of 10^-8, read without making a string; nil where it is not short and plain, so that
  /// the general reader must say what it is.
  func count(_ column: Int) -> Int64? { PlainDecimal.count(block.bytes.span, block.range(row: row, column: column)) }

  /// Says that a cell is not what was wanted.
  ///
  /// - Parameter column: nil where the file has no such column.
  func error(_ column: Int?, _ name: String, wanted: String) -> RowError {
    guard let column else { return error(nil, name, message: "found no such column, wanted \(wanted)") }
    let text = block.text(row: row, column: column)
    return block.error(row: row, column: column, name: name, CellError(found: text, wanted: wanted))
  }

  func error(_ column: Int?, _ name: String, message: String) -> RowError {
    block.error(row: row, column: column ?? 0, name: name, CellError(message))
  }
}

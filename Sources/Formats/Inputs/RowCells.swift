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
  func count(_ column: Int) -> Int64? {
    let range = block.range(row: row, column: column)
    guard (1...18).contains(range.count) else { return nil }
    let bytes = block.bytes.span
    var index = range.lowerBound
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative { index += 1 }
    var value: Int64 = 0
    var digits = 0
    var decimals = -1
    while index < range.upperBound {
      let byte = bytes[index]
      if byte == UInt8(ascii: ".") {
        guard decimals < 0 else { return nil }
        decimals = 0
      } else {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        value = value * 10 + Int64(byte &- 48)
        digits += 1
        if decimals >= 0 { decimals += 1 }
      }
      index += 1
    }
    let missing = 8 - max(decimals, 0)
    guard digits > 0, decimals != 0, missing >= 0 else { return nil }
    let (count, overflow) = value.multipliedReportingOverflow(by: RowCells.powers[missing])
    return overflow ? nil : (isNegative ? -count : count)
  }

  private static let powers: [Int64] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]

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

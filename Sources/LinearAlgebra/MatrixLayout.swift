/// How a row-major matrix lies in memory: element (i, j) stands at i x `rowStride` + j.
///
/// A stride beyond the row's length lets a block of a larger matrix, or a matrix with padded rows, be worked on where it
/// stands; what lies between the rows is neither read nor written.
public struct MatrixLayout: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  /// Elements from the beginning of one row to the beginning of the next, at least `columns`.
  public let rowStride: Int
  /// Elements from the first to the last, both included; 0 for a matrix without elements.
  public let extent: Int

  /// - Parameter rowStride: `columns` where it is left out, that is no gap between rows.
  /// - Throws: ``LinearAlgebraError/badLayout(rows:columns:rowStride:)`` for a negative count or a stride below `columns`;
  ///   ``LinearAlgebraError/uncountable(rows:columns:rowStride:)`` where the bytes exceed 64 bits.
  public init(rows: Int, columns: Int, rowStride: Int? = nil) throws(LinearAlgebraError) {
    let rowStride = rowStride ?? columns
    guard rows >= 0, columns >= 0, rowStride >= columns else {
      throw .badLayout(rows: rows, columns: columns, rowStride: rowStride)
    }
    var extent = 0
    if rows > 0, columns > 0 {
      let (body, bodyOverflows) = (rows - 1).multipliedReportingOverflow(by: rowStride)
      let (sum, sumOverflows) = body.addingReportingOverflow(columns)
      guard !bodyOverflows, !sumOverflows, sum <= Int.max / MemoryLayout<Double>.size else {
        throw .uncountable(rows: rows, columns: columns, rowStride: rowStride)
      }
      extent = sum
    }
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
    self.extent = extent
  }
  /// Rows as columns, without gaps.
  var transposed: MatrixLayout { MatrixLayout(packedRows: columns, columns: rows) }

  /// A layout without gaps of as many elements as another has already counted.
  private init(packedRows rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    rowStride = columns
    extent = rows * columns
  }
}

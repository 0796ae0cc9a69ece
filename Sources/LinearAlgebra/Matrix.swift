/// A dense matrix of Doubles, row by row without gaps.
///
/// Rows are contiguous because the rows of this project are series, one contract's values at every scenario: they are
/// computed, read and written whole. What is larger than a cache or should be worked on in blocks stays in the caller's own
/// memory, with a ``MatrixLayout``.
public struct Matrix: Hashable, Sendable {
  /// Without gaps: `layout.rowStride` is the number of columns.
  public let layout: MatrixLayout
  /// Element (i, j) stands at i x `columns` + j.
  public private(set) var elements: [Double]

  public var rows: Int { layout.rows }
  public var columns: Int { layout.columns }

  /// A matrix whose elements all are `value`.
  ///
  /// - Throws: ``LinearAlgebraError/badLayout(rows:columns:rowStride:)`` for a negative count,
  ///   ``LinearAlgebraError/uncountable(rows:columns:rowStride:)`` where the bytes exceed 64 bits.
  public init(rows: Int, columns: Int, repeating value: Double = 0) throws(LinearAlgebraError) {
    layout = try MatrixLayout(rows: rows, columns: columns)
    elements = [Double](repeating: value, count: layout.extent)
  }

  /// The matrix of these elements, row by row.
  ///
  /// - Throws: As above, and ``LinearAlgebraError/dimensionMismatch(what:found:wanted:)`` for another number of elements
  ///   than rows x columns.
  public init(rows: Int, columns: Int, elements: [Double]) throws(LinearAlgebraError) {
    layout = try MatrixLayout(rows: rows, columns: columns)
    guard elements.count == layout.extent else {
      throw .dimensionMismatch(
        what: "elements of a matrix of \(rows) x \(columns)", found: elements.count, wanted: layout.extent)
    }
    self.elements = elements
  }

  /// Ones on the diagonal, zeros elsewhere.
  public static func identity(_ order: Int) throws(LinearAlgebraError) -> Matrix {
    var result = try Matrix(rows: order, columns: order)
    for index in 0..<order { result[index, index] = 1 }
    return result
  }

  /// The element in a row and a column, both counted from 0; a place outside the matrix stops the program.
  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(row >= 0 && row < rows, "a row outside the matrix")
      precondition(column >= 0 && column < columns, "a column outside the matrix")
      return elements[row * columns + column]
    }
    set {
      precondition(row >= 0 && row < rows, "a row outside the matrix")
      precondition(column >= 0 && column < columns, "a column outside the matrix")
      elements[row * columns + column] = newValue
    }
  }

  /// Rows as columns.
  public var transposed: Matrix {
    var result = [Double](repeating: 0, count: elements.count)
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = elements[row * columns + column] }
    }
    return Matrix(layout: layout.transposed, elements: result)
  }

  private init(layout: MatrixLayout, elements: [Double]) {
    self.layout = layout
    self.elements = elements
  }

  /// The product of this matrix and another.
  ///
  /// - Throws: ``LinearAlgebraError/dimensionMismatch(what:found:wanted:)`` where the other has not as many rows as this one
  ///   has columns; ``LinearAlgebraError/tooLarge(what:found:limit:)`` beyond the counts of the Fortran interface;
  ///   ``LinearAlgebraError/libraryMissing(tried:)``.
  /// - Complexity: 2 x rows x columns x `other.columns` operations.
  public func multiplied(by other: Matrix) throws(LinearAlgebraError) -> Matrix {
    try BLAS.checkProduct(layout, other.layout)
    let product = try MatrixLayout(rows: rows, columns: other.columns)
    var result = [Double](repeating: 0, count: product.extent)
    var span = result.mutableSpan
    try BLAS.multiplyAdd(elements.span, layout, other.elements.span, other.layout, into: &span, product)
    return try Matrix(rows: rows, columns: other.columns, elements: result)
  }
}

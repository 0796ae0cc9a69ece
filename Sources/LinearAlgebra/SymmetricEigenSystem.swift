internal import CLapack

/// Eigenvalues of a symmetric matrix, **descending**, and an orthonormal eigenvector for each.
///
/// Descending, because whoever asks wants the components that explain most.
///
/// **Sign and choice of the vectors.** Of v and -v the one is given whose largest component by magnitude is positive; of
/// several within 1e-8 of the largest the first counts, so that rounding does not decide. Where eigenvalues coincide, their
/// vectors are some orthonormal basis of the common space, which may differ between processors.
@safe
public struct SymmetricEigenSystem: Hashable, Sendable {
  /// Descending.
  public let values: [Double]
  /// Row k is the eigenvector of `values[k]`, of length 1.
  public let vectors: Matrix

  /// Solves by LAPACK's dsyevd (divide and conquer).
  ///
  /// - Parameter matrix: Square and symmetric to within 1e-12 of its largest element; the mean of two elements that stand for
  ///   one another is taken.
  /// - Throws: ``LinearAlgebraError``: `dimensionMismatch`, `notFinite`, `notSymmetric`, `notConverged`, `tooLarge` (an order
  ///   above some 32,000, whose workspace the Fortran interface cannot count), `resultNotFinite`, `lapackMissing`.
  /// - Complexity: Some 9n³ operations, in practice fewer.
  public init(of matrix: Matrix) throws(LinearAlgebraError) {
    let (ascending, elements) = try Self.solve(matrix, wantsVectors: true)
    let order = matrix.rows
    var rows = [Double](repeating: 0, count: elements.count)
    for rank in 0..<order {
      // Column-major, a vector is contiguous.
      let source = (order - 1 - rank) * order
      let sign = Self.sign(of: elements[source..<(source + order)])
      for index in 0..<order { rows[rank * order + index] = sign * elements[source + index] }
    }
    values = ascending.reversed()
    vectors = try Matrix(rows: order, columns: order, elements: rows)
  }

  /// The eigenvalues alone, descending, in a fraction of the time.
  public static func values(of matrix: Matrix) throws(LinearAlgebraError) -> [Double] {
    try solve(matrix, wantsVectors: false).values.reversed()
  }

  /// The symmetric matrix with the same vectors and other values: the sum of `values[k]` v_k v_k'.
  ///
  /// With values clipped at 0 it is the nearest positive semidefinite matrix; with their roots, the square root.
  ///
  /// - Throws: ``LinearAlgebraError``: `dimensionMismatch`, `notFinite`, `libraryMissing`.
  /// - Complexity: 2n³ operations.
  public func matrix(withValues values: [Double]) throws(LinearAlgebraError) -> Matrix {
    let order = vectors.rows
    guard values.count == order else {
      throw .dimensionMismatch(what: "eigenvalues beside the vectors", found: values.count, wanted: order)
    }
    try checkFinite(values.span, "the eigenvalues")
    var scaled = vectors
    for row in 0..<order { for column in 0..<order { scaled[row, column] *= values[row] } }
    var result = try vectors.transposed.multiplied(by: scaled)
    for row in 0..<order {
      for column in 0..<row {
        let mean = result[row, column] / 2 + result[column, row] / 2
        result[row, column] = mean
        result[column, row] = mean
      }
    }
    return result
  }

  /// What a vector is multiplied with, for its first component among the largest to be positive.
  static func sign(of vector: ArraySlice<Double>) -> Double {
    var largest = 0.0
    for component in vector { largest = max(largest, component.magnitude) }
    let leading = vector.first { $0.magnitude >= (1 - 1e-8) * largest } ?? 0
    return leading < 0 ? -1 : 1
  }

  /// Ascending values, and the vectors column by column where they are wanted.
  private static func solve(
    _ matrix: Matrix, wantsVectors: Bool
  ) throws(LinearAlgebraError) -> (values: [Double], vectors: [Double]) {
    var elements = try symmetricElements(of: matrix, "the matrix")
    let order = matrix.rows
    guard order > 0 else { return ([], []) }
    let (entries, count) = (try LAPACKLibrary.shared.entries, try fortranCount(order, "rows of the matrix"))
    // The larger of what the routine's documentation asks for: 1 + 6n + 2n² and 3 + 5n.
    let (length, whole) = (
      try fortranCount(1 + 6 * order + 2 * order * order, "elements of dsyevd's workspace"),
      try fortranCount(3 + 5 * order, "elements of dsyevd's workspace")
    )
    var values = [Double](repeating: 0, count: order)
    var work = [Double](repeating: 0, count: Int(length))
    var integers = [Int32](repeating: 0, count: Int(whole))
    let info = unsafe clapack_dsyevd(
      entries, CChar(UInt8(ascii: wantsVectors ? "V" : "N")), CChar(UInt8(ascii: "U")), count, &elements, count,
      &values, &work, length, &integers, whole)
    try checkArguments(info, of: "dsyevd")
    guard info == 0 else { throw .notConverged(routine: "dsyevd", remaining: Int(info)) }
    guard firstNotFinite(values.span) == nil, firstNotFinite(elements.span) == nil else {
      throw .resultNotFinite(what: "an eigenvalue or eigenvector")
    }
    return (values, elements)
  }
}

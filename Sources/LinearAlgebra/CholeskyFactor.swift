internal import CLapack

/// The lower triangle L with a positive diagonal whose product L L' is a given symmetric positive definite matrix.
///
/// For systems with that matrix, and for drawing correlated numbers: L z has the covariance L L' where z has the identity's.
@safe
public struct CholeskyFactor: Hashable, Sendable {
  /// L; what stands above its diagonal is 0.
  public let lower: Matrix

  public var order: Int { lower.rows }

  /// Factors by LAPACK's dpotrf.
  ///
  /// - Parameter matrix: Square and symmetric to within 1e-12 of its largest element; the mean of two elements that stand for
  ///   one another is taken.
  /// - Throws: ``LinearAlgebraError``: `dimensionMismatch`, `notFinite`, `notSymmetric`, `tooLarge`, `lapackMissing`;
  ///   `notPositiveDefinite` with the order of the first leading minor that is not positive. A matrix that is semidefinite
  ///   passes or fails as rounding has it.
  /// - Complexity: n³/3 operations.
  public init(of matrix: Matrix) throws(LinearAlgebraError) {
    var elements = try symmetricElements(of: matrix, "the matrix")
    let order = matrix.rows
    if order > 0 {
      let count = try fortranCount(order, "rows of the matrix")
      // The upper triangle of the column-major transpose is this memory's lower one, row-major.
      let info = unsafe clapack_dpotrf(
        try LAPACKLibrary.shared.entries, CChar(UInt8(ascii: "U")), count, &elements, count)
      try checkArguments(info, of: "dpotrf")
      guard info == 0 else { throw .notPositiveDefinite(leadingMinor: Int(info)) }
      for row in 0..<order {
        for column in (row + 1)..<max(order, row + 1) { elements[row * order + column] = 0 }
      }
    }
    lower = try Matrix(rows: order, columns: order, elements: elements)
  }

  /// Replaces right sides, which stand one after another, by the solutions of L L' x = b (dpotrs).
  ///
  /// - Throws: ``LinearAlgebraError``: `dimensionMismatch` for a number of elements that is no multiple of the order,
  ///   `notFinite`, `tooLarge`; the right sides are then as they were. `resultNotFinite` where an answer overflows.
  /// - Complexity: 2n² operations a right side; no allocation.
  public func solve(_ rightSides: inout MutableSpan<Double>) throws(LinearAlgebraError) {
    let count = try countOfRightSides(rightSides.span, order: order)
    guard count > 0 else { return }
    let (entries, rows) = (try LAPACKLibrary.shared.entries, try fortranCount(order, "rows of the matrix"))
    let info = unsafe rightSides.withUnsafeMutableBufferPointer { right in
      unsafe lower.elements.withUnsafeBufferPointer { lower in
        unsafe clapack_dpotrs(
          entries, CChar(UInt8(ascii: "U")), rows, count, lower.baseAddress, rows, right.baseAddress, rows)
      }
    }
    try checkArguments(info, of: "dpotrs")
    guard firstNotFinite(rightSides.span) == nil else { throw .resultNotFinite(what: "a solution") }
  }

  /// The solution of L L' x = b, or several, one after another.
  public func solution(of rightSides: [Double]) throws(LinearAlgebraError) -> [Double] {
    var result = rightSides
    var span = result.mutableSpan
    try solve(&span)
    return result
  }
}

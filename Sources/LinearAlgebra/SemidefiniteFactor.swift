internal import CLapack

/// A factor F with as few columns as may be, so that F F' is a given symmetric positive semidefinite matrix.
///
/// For drawing correlated numbers where some depend on others: F z has the covariance F F'. Where the matrix is positive
/// definite, ``CholeskyFactor`` gives the customary triangle.
@safe
public struct SemidefiniteFactor: Hashable, Sendable {
  /// F, a row for each row of the matrix, ``rank`` columns. Its rows in the order of the pivots are a lower triangle.
  public let factor: Matrix
  public let rank: Int

  /// Factors by Cholesky's method with diagonal pivots (dpstrf; Higham, Accuracy and Stability of Numerical Algorithms, 2002,
  /// section 10.3), which stops at the first pivot that is no more than the tolerance.
  ///
  /// - Parameters:
  ///   - matrix: Square and symmetric to within 1e-12 of its largest element.
  ///   - tolerance: From 0 to below 1, as a share of the largest element of the diagonal.
  /// - Throws: ``LinearAlgebraError``: `dimensionMismatch`, `notFinite`, `notSymmetric`, `badTolerance`, `tooLarge`,
  ///   `lapackMissing`, `libraryMissing`; `notPositiveSemidefinite` where F F' differs from the matrix by more than n + 1
  ///   times the tolerance and rounding.
  /// - Complexity: n r² operations for the rank r, and 2 n² r for the check.
  public init(of matrix: Matrix, tolerance: Double = 1e-12) throws(LinearAlgebraError) {
    guard tolerance >= 0, tolerance < 1 else { throw .badTolerance(found: tolerance, wanted: "0 to below 1") }
    let elements = try symmetricElements(of: matrix, "the matrix")
    let order = matrix.rows
    var factored = elements
    var pivots = [Int32](repeating: 0, count: order)
    var found: Int32 = 0
    var largest = 0.0
    for index in 0..<order { largest = max(largest, elements[index * order + index]) }
    if order > 0, largest > 0 {
      let count = try fortranCount(order, "rows of the matrix")
      var work = [Double](repeating: 0, count: 2 * order)
      // The upper triangle of the column-major transpose is this memory's lower one, row-major. An INFO of 1 says no more
      // than that the rank is below the order.
      let info = unsafe clapack_dpstrf(
        try LAPACKLibrary.shared.entries, CChar(UInt8(ascii: "U")), count, &factored, count, &pivots, &found,
        tolerance * largest, &work)
      try checkArguments(info, of: "dpstrf")
    }
    rank = Int(found)
    var rows = try Matrix(rows: order, columns: rank)
    for place in 0..<(rank > 0 ? order : 0) {
      for column in 0...min(place, rank - 1) {
        rows[Int(pivots[place]) - 1, column] = factored[place * order + column]
      }
    }
    factor = rows
    try check(elements, bound: (Double(order) + 1) * (tolerance + .ulpOfOne) * largest)
  }

  private func check(_ elements: [Double], bound: Double) throws(LinearAlgebraError) {
    let product = try factor.multiplied(by: factor.transposed)
    var (worst, place) = (0.0, 0)
    for index in elements.indices {
      let difference = (product.elements[index] - elements[index]).magnitude
      if !(difference <= worst) { (worst, place) = (difference, index) }
    }
    guard worst <= bound else {
      let order = factor.rows
      throw .notPositiveSemidefinite(row: place / order, column: place % order, difference: worst)
    }
  }
}

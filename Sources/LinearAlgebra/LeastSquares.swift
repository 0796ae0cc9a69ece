/// What a fit by least squares found.
public struct LeastSquaresSolution: Hashable, Sendable {
  /// One for each column of the design.
  public let coefficients: [Double]
  /// The sum of the squares of what the fit leaves of the observations.
  public let residualSumOfSquares: Double
}

/// Coefficients x that make the sum of the squares of A x - b least.
///
/// Weights are the caller's: where observation i has the variance s², row i of A and of b is divided by s before. For
/// thousands of small fits use ``LeastSquaresWorkspace``, which does the same without allocating.
public enum LeastSquares {
  /// The unique solution of a design of full rank, by Householder's QR (dgeqrf).
  ///
  /// The factorization sees A itself and not A'A, so the error grows with the condition number of A and not with its square
  /// as long as the residual is small (Björck, Numerical Methods for Least Squares Problems, 1996, section 1.4).
  ///
  /// - Parameters:
  ///   - design: A, m x n: an observation a row, a regressor a column. Scaling a column scales its coefficient and decides
  ///     nothing else.
  ///   - observations: b, m of them.
  /// - Throws: ``LinearAlgebraError``: `dimensionMismatch`, `notFinite`; `underdetermined` where m < n; `dependentColumn`
  ///   where a column's angle to those before it has a sine of m ulps of 1 or less; `resultNotFinite`, `tooLarge`,
  ///   `lapackMissing`.
  /// - Complexity: 2mn² operations.
  public static func solve(
    _ design: Matrix, _ observations: [Double]
  ) throws(LinearAlgebraError) -> LeastSquaresSolution {
    try check(design, observations)
    var workspace = LeastSquaresWorkspace()
    var coefficients = [Double](repeating: 0, count: design.columns)
    var span = coefficients.mutableSpan
    let rest = try workspace.solve(
      regressors: design.transposed.elements.span, observations: observations.span, into: &span)
    return LeastSquaresSolution(coefficients: coefficients, residualSumOfSquares: rest)
  }

  private static func check(_ design: Matrix, _ observations: [Double]) throws(LinearAlgebraError) {
    guard observations.count == design.rows else {
      throw .dimensionMismatch(
        what: "observations beside the rows of the design", found: observations.count, wanted: design.rows)
    }
    try checkFinite(design.elements.span, "the design", columns: max(1, design.columns))
    try checkFinite(observations.span, "the observations")
  }
}

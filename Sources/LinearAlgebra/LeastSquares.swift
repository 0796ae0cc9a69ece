internal import CLapack

/// What a fit by least squares found.
public struct LeastSquaresSolution: Hashable, Sendable {
  /// One for each column of the design.
  public let coefficients: [Double]
  /// The sum of the squares of what the fit leaves of the observations.
  public let residualSumOfSquares: Double
  /// How many columns of the design are linearly independent.
  public let rank: Int
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
    return LeastSquaresSolution(coefficients: coefficients, residualSumOfSquares: rest, rank: design.columns)
  }

  /// Of all solutions the one of least norm, for a design of any shape and rank, with the rank that was found (dgelsy: QR with
  /// column pivots, then a complete orthogonal factorization).
  ///
  /// Unlike ``solve(_:_:)`` it depends on how columns are scaled, since the least norm and the rank do.
  ///
  /// - Parameter reciprocalCondition: The rank is the order of the largest leading triangle of the pivoted R whose estimated
  ///   condition number is below the inverse of this, from 0 to 1; max(m, n) ulps of 1 where it is left out, which is right
  ///   for data that are exact to rounding.
  /// - Throws: ``LinearAlgebraError``: `dimensionMismatch`, `notFinite`, `badTolerance`, `resultNotFinite`, `tooLarge`,
  ///   `lapackMissing`.
  /// - Complexity: Some 4mn² operations.
  public static func solveRankRevealing(
    _ design: Matrix, _ observations: [Double], reciprocalCondition: Double? = nil
  ) throws(LinearAlgebraError) -> LeastSquaresSolution {
    try check(design, observations)
    let (m, n) = (design.rows, design.columns)
    let tolerance = reciprocalCondition ?? Double(max(m, n)) * .ulpOfOne
    guard tolerance >= 0, tolerance <= 1 else { throw .badTolerance(found: tolerance, wanted: "0 to 1") }
    let (rows, columns) = (try fortranCount(m, "rows of the design"), try fortranCount(n, "columns of the design"))
    var coefficients = [Double](repeating: 0, count: n)
    var rank = 0
    if m > 0, n > 0 {
      let lapack = try LAPACKLibrary.shared
      var factored = design.transposed.elements
      var right = observations + [Double](repeating: 0, count: max(0, n - m))
      var pivots = [Int32](repeating: 0, count: n)
      var found: Int32 = 0
      var size = [0.0]
      let longer = max(rows, columns)
      try checkArguments(
        unsafe clapack_dgelsy(
          lapack.entries, rows, columns, 1, &factored, rows, &right, longer, &pivots, tolerance, &found, &size, -1),
        of: "dgelsy")
      guard let length = Int32(exactly: size[0]) else {
        throw .tooLarge(what: "elements of dgelsy's workspace", found: .max, limit: Int(Int32.max))
      }
      var work = [Double](repeating: 0, count: Int(length))
      try checkArguments(
        unsafe clapack_dgelsy(
          lapack.entries, rows, columns, 1, &factored, rows, &right, longer, &pivots, tolerance, &found, &work, length),
        of: "dgelsy")
      coefficients = Array(right.prefix(n))
      rank = Int(found)
    }
    let rest = residualSumOfSquares(design, observations, coefficients)
    guard firstNotFinite(coefficients.span) == nil, rest.isFinite else {
      throw .resultNotFinite(what: "a fit by least squares")
    }
    return LeastSquaresSolution(coefficients: coefficients, residualSumOfSquares: rest, rank: rank)
  }

  private static func check(_ design: Matrix, _ observations: [Double]) throws(LinearAlgebraError) {
    guard observations.count == design.rows else {
      throw .dimensionMismatch(
        what: "observations beside the rows of the design", found: observations.count, wanted: design.rows)
    }
    try checkFinite(design.elements.span, "the design", columns: max(1, design.columns))
    try checkFinite(observations.span, "the observations")
  }

  private static func residualSumOfSquares(
    _ design: Matrix, _ observations: [Double], _ coefficients: [Double]
  ) -> Double {
    var sum = 0.0
    for row in 0..<design.rows {
      var rest = observations[row]
      for column in 0..<design.columns { rest -= design[row, column] * coefficients[column] }
      sum += rest * rest
    }
    return sum
  }
}

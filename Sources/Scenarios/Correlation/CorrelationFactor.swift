public import LinearAlgebra

/// A matrix A with A A' = C for a correlation matrix C: A z has the correlations C where the elements of z are independent, of
/// mean 0 and variance 1.
public struct CorrelationFactor: Hashable, Sendable {
  /// Square. Where C is safely positive definite, Cholesky's lower triangle; else the columns from ``rank`` on are 0, so that a
  /// draw takes as many independent numbers whatever the rank.
  public let matrix: Matrix
  /// The number of columns that are not 0: how many of the series do not depend on others.
  public let rank: Int

  /// Eigenvalues above this make Cholesky's triangle; below it some series nearly depend on others, and pivots keep the error
  /// of rounding from growing.
  static let safeEigenvalue = 1e-8

  init(of correlation: CorrelationMatrix) throws(ScenarioError) {
    let order = correlation.order
    if correlation.leastEigenvalue > CorrelationFactor.safeEigenvalue {
      matrix = try calculating { () throws(LinearAlgebraError) in try CholeskyFactor(of: correlation.matrix).lower }
      rank = order
      return
    }
    let thin = try calculating { () throws(LinearAlgebraError) in
      try SemidefiniteFactor(of: correlation.matrix, tolerance: CorrelationMatrix.eigenvalueTolerance)
    }
    var full = correlation.matrix
    for row in 0..<order {
      // Rows of length 1, so that each series keeps its variance exactly whatever the pivots left out.
      var square = 0.0
      for column in 0..<thin.rank { square += thin.factor[row, column] * thin.factor[row, column] }
      let length = square.squareRoot()
      for column in 0..<order { full[row, column] = column < thin.rank ? thin.factor[row, column] / length : 0 }
    }
    matrix = full
    rank = thin.rank
  }

  /// A z.
  ///
  /// - Parameters:
  ///   - independent: z, as many as the order.
  ///   - correlated: Receives A z, as many.
  /// - Throws: ``ScenarioError`` `.badParameter` for another number.
  /// - Complexity: O(n²), without allocation.
  public func correlate(
    _ independent: Span<Double>, into correlated: inout MutableSpan<Double>
  ) throws(ScenarioError) {
    let order = matrix.rows
    guard independent.count == order, correlated.count == order else {
      throw .badParameter(
        "draw", found: "\(independent.count) numbers into \(correlated.count)", wanted: "\(order) into as many")
    }
    for row in 0..<order {
      var sum = 0.0
      for column in 0..<rank { sum += matrix[row, column] * independent[column] }
      correlated[row] = sum
    }
  }
}

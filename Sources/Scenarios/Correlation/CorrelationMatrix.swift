public import LinearAlgebra

/// A matrix that is one of correlations: square, symmetric, ones on the diagonal, positive semidefinite.
///
/// A matrix that someone typed, or that was put together from pairs seen at different times, often is not semidefinite, and then
/// some portfolio would have a negative variance. Such a matrix is refused here; ``NearestCorrelation`` gives the nearest that
/// passes.
public struct CorrelationMatrix: Hashable, Sendable {
  /// Exactly symmetric, exactly 1 on the diagonal, from -1 to 1 elsewhere.
  public let matrix: Matrix
  /// -``eigenvalueTolerance`` or more; 0 or near it where some series depend on others.
  public let leastEigenvalue: Double

  public var order: Int { matrix.rows }

  /// How far an element may lie from 1 on the diagonal, or beyond 1 elsewhere, for rounding.
  public static let elementTolerance = 1e-9
  /// How far the least eigenvalue may lie below 0, for rounding of the elements and of the eigenvalue.
  public static let eigenvalueTolerance = 1e-10

  /// - Throws: ``ScenarioError`` `.badMatrix` with the first property that is missing: an order above 0, a square, finite
  ///   numbers, ones on the diagonal and at most 1 elsewhere to within ``elementTolerance``, symmetry to within 1e-12, no
  ///   eigenvalue below -``eigenvalueTolerance``; `.linearAlgebra` without LAPACK.
  /// - Complexity: O(n³) for the eigenvalues.
  public init(_ matrix: Matrix) throws(ScenarioError) {
    let cleaned = try CorrelationMatrix.cleaned(matrix)
    let values = try calculating { () throws(LinearAlgebraError) in try SymmetricEigenSystem.values(of: cleaned) }
    let least = values.last ?? 0
    guard least >= -CorrelationMatrix.eigenvalueTolerance else {
      throw .badMatrix(
        found: "a least eigenvalue of \(least)",
        wanted: "none below 0 (a positive semidefinite matrix); the nearest correlation matrix is one")
    }
    self.matrix = cleaned
    leastEigenvalue = least
  }

  /// What is checked without eigenvalues, with rounding taken off; `most` is what an element beside the diagonal may be.
  static func cleaned(_ matrix: Matrix, most: Double = 1) throws(ScenarioError) -> Matrix {
    let order = matrix.rows
    guard order > 0, matrix.columns == order else {
      throw .badMatrix(found: "\(order) rows of \(matrix.columns) correlations", wanted: "a square matrix")
    }
    var result = matrix
    for row in 0..<order {
      for column in 0...row {
        let (value, mirrored) = (matrix[row, column], matrix[column, row])
        guard value.isFinite, mirrored.isFinite else {
          throw .badMatrix(found: "NaN or infinity at \(row), \(column)", wanted: "finite correlations")
        }
        let isPlausible =
          row == column
          ? (value - 1).magnitude <= elementTolerance
          : max(value.magnitude, mirrored.magnitude) <= most + elementTolerance
        guard isPlausible else {
          throw .badMatrix(
            found: "\(value) at \(row), \(column)", wanted: row == column ? "1 on the diagonal" : "-\(most) to \(most)")
        }
        guard (value - mirrored).magnitude <= 1e-12 * max(1, value.magnitude) else {
          throw .badMatrix(
            found: "\(value) at \(row), \(column) beside \(mirrored) at \(column), \(row)",
            wanted: "a symmetric matrix")
        }
        let element = row == column ? 1 : max(-most, min(most, value / 2 + mirrored / 2))
        result[row, column] = element
        result[column, row] = element
      }
    }
    return result
  }

  /// What turns independent numbers into numbers with these correlations.
  ///
  /// - Throws: ``ScenarioError`` `.linearAlgebra` without LAPACK.
  public func factor() throws(ScenarioError) -> CorrelationFactor { try CorrelationFactor(of: self) }
}

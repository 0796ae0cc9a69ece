public import LinearAlgebra

/// The correlation matrix at the least distance, by the sum of squared differences, from a symmetric matrix that may be none.
///
/// Alternating projections between the matrices with no eigenvalue below a bound and those with ones on the diagonal, with
/// Dykstra's correction of the first, without which they would end at some matrix of the intersection and not at the nearest:
/// N. J. Higham, "Computing the nearest correlation matrix, a problem from finance", IMA Journal of Numerical Analysis 22, 2002,
/// algorithm 3.3.
public struct NearestCorrelation: Hashable, Sendable {
  public let correlation: CorrelationMatrix
  /// The square root of the sum of the squared differences, both triangles counted.
  public let distance: Double
  /// 0 where the matrix was a correlation matrix already.
  public let iterations: Int

  /// Iterations end when no step changes an element by more than this.
  public static let tolerance = 1e-11
  public static let iterationLimit = 20_000

  /// The most by magnitude that an element may be; beyond 1 it is wrong anyway, and the answer says how far off it was.
  public static let elementLimit = 1000.0

  /// - Parameters:
  ///   - matrix: As for ``CorrelationMatrix``, but for the eigenvalues, and elements may be up to ``elementLimit``. A diagonal
  ///     other than ones is refused: such a matrix is usually a covariance.
  ///   - bound: The least eigenvalue that the answer may have, from 0 to below 1; above 0 it is well-conditioned.
  /// - Throws: ``ScenarioError`` `.badMatrix`, `.badParameter`; `.notConverged` after ``iterationLimit`` steps;
  ///   `.linearAlgebra` without LAPACK.
  /// - Complexity: O(n³) a step; the steps converge linearly, tens to hundreds of them.
  public init(to matrix: Matrix, leastEigenvalue bound: Double = 0) throws(ScenarioError) {
    guard bound >= 0, bound < 1 else {
      throw .badParameter("least eigenvalue", found: "\(bound)", wanted: "0 to below 1")
    }
    let given = try CorrelationMatrix.cleaned(matrix, most: NearestCorrelation.elementLimit)
    if let valid = try NearestCorrelation.valid(given, bound) {
      self.init(correlation: valid, distance: 0, iterations: 0)
      return
    }
    try self.init(toSymmetric: given, leastEigenvalue: bound)
  }

  private init(correlation: CorrelationMatrix, distance: Double, iterations: Int) {
    self.correlation = correlation
    self.distance = distance
    self.iterations = iterations
  }

  /// The projections themselves, for any symmetric matrix.
  init(toSymmetric given: Matrix, leastEigenvalue bound: Double) throws(ScenarioError) {
    let order = given.rows
    var current = given
    var correction = [Double](repeating: 0, count: order * order)
    var previous = given.elements
    for iteration in 1...NearestCorrelation.iterationLimit {
      var corrected = current
      for row in 0..<order {
        for column in 0..<order { corrected[row, column] -= correction[row * order + column] }
      }
      let projected = try NearestCorrelation.projected(corrected, bound)
      current = projected
      for index in 0..<order { current[index, index] = 1 }
      var change = 0.0
      for place in correction.indices {
        correction[place] = projected.elements[place] - corrected.elements[place]
        // How far the two sets' points still are apart, and how far each has moved.
        change = max(change, (current.elements[place] - projected.elements[place]).magnitude)
        change = max(change, (projected.elements[place] - previous[place]).magnitude)
      }
      previous = projected.elements
      if change <= NearestCorrelation.tolerance {
        let correlation = try NearestCorrelation.normalized(projected)
        var sum = 0.0
        for (found, wanted) in zip(correlation.matrix.elements, given.elements) {
          sum += (found - wanted) * (found - wanted)
        }
        self.init(correlation: correlation, distance: sum.squareRoot(), iterations: iteration)
        return
      }
      if iteration == NearestCorrelation.iterationLimit {
        throw .notConverged(iterations: iteration, change: change)
      }
    }
    throw .notConverged(iterations: NearestCorrelation.iterationLimit, change: .infinity)
  }

  /// The nearest matrix without an eigenvalue below the bound: those below are raised to it.
  private static func projected(_ matrix: Matrix, _ bound: Double) throws(ScenarioError) -> Matrix {
    try calculating { () throws(LinearAlgebraError) in
      let system = try SymmetricEigenSystem(of: matrix)
      return try system.matrix(withValues: system.values.map { max($0, bound) })
    }
  }

  /// Ones on the diagonal by scaling rows and columns, which leaves a semidefinite matrix semidefinite.
  private static func normalized(_ matrix: Matrix) throws(ScenarioError) -> CorrelationMatrix {
    var result = matrix
    let roots = (0..<matrix.rows).map { matrix[$0, $0].squareRoot() }
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns where row != column { result[row, column] /= roots[row] * roots[column] }
      result[row, row] = 1
    }
    return try CorrelationMatrix(result)
  }

  private static func valid(_ given: Matrix, _ bound: Double) throws(ScenarioError) -> CorrelationMatrix? {
    guard given.elements.allSatisfy({ $0.magnitude <= 1 }) else { return nil }
    let values = try calculating { () throws(LinearAlgebraError) in try SymmetricEigenSystem.values(of: given) }
    let least = values.last ?? 0
    guard least >= bound - CorrelationMatrix.eigenvalueTolerance else { return nil }
    return try CorrelationMatrix(given)
  }
}

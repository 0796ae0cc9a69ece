public import LinearAlgebra

/// Directions in which series move together, by the variance that each explains, largest first.
///
/// Moves are taken from their means. Component k is a direction of length 1, orthogonal to the others; an observation's score on
/// it is how far the observation lies along it; scores on different components are uncorrelated, and their variances (divisor:
/// observations less one) are the eigenvalues of the covariance matrix. All scores together give the observations back.
///
/// The largest loading of each component is positive, of several within 1e-8 of the largest the first, so that a component does
/// not change its sign with the machine. Components of equal variance are some basis of their common plane.
public struct PrincipalComponents: Hashable, Sendable {
  /// In what unit series are compared.
  public enum Scaling: String, Hashable, Sendable, CaseIterable {
    /// As they are: what moves more counts more.
    case covariance
    /// Each by its own standard deviation: all count alike.
    case correlation
  }

  public let series: [String]
  public let scaling: Scaling
  /// What was subtracted from each series.
  public let means: [Double]
  /// What each series was divided by: ones, or standard deviations.
  public let scales: [Double]
  /// Of the scores on each component, descending; 0 or more.
  public let variances: [Double]
  /// Row k is component k, a loading for each series, in scaled units.
  public let loadings: Matrix
  /// The trace of the covariance or correlation matrix: the sum of all variances.
  public let totalVariance: Double

  /// The number of components: as many as series, or one fewer than observations if that is less.
  public var count: Int { variances.count }

  /// Components by the eigenvalues of the series' covariance matrix (LAPACK).
  ///
  /// - Throws: ``ScenarioError`` `.badObservations` for fewer than 3 observations, since two always lie on one line;
  ///   `.constantSeries`; `.badMatrix` where a variance leaves the range of a Double; `.linearAlgebra` without LAPACK.
  /// - Complexity: O(observations x series² + series³).
  public init(of table: ObservationTable, scaling: Scaling = .covariance) throws(ScenarioError) {
    guard table.count >= 3 else {
      throw .badObservations(found: "\(table.count) observations", wanted: "at least 3")
    }
    let covariance = try CovarianceMatrix.sample(of: table)
    var matrix = covariance.matrix
    if scaling == .correlation {
      let deviations = covariance.standardDeviations
      for row in matrix.rowIndices {
        for column in matrix.rowIndices {
          matrix[row, column] = row == column ? 1 : matrix[row, column] / deviations[row] / deviations[column]
        }
      }
      scales = deviations
    } else {
      scales = [Double](repeating: 1, count: table.series.count)
    }
    let kept = min(table.series.count, table.count - 1)
    let system = try calculating { () throws(LinearAlgebraError) in try SymmetricEigenSystem(of: matrix) }
    let elements = Array(system.vectors.elements.prefix(kept * table.series.count))
    series = table.series
    self.scaling = scaling
    means = table.means
    // Rounding leaves a little below 0 where series depend on one another.
    variances = system.values.prefix(kept).map { max(0, $0) }
    loadings = try calculating { () throws(LinearAlgebraError) in
      try Matrix(rows: kept, columns: table.series.count, elements: elements)
    }
    totalVariance = matrix.rowIndices.reduce(0) { $0 + matrix[$1, $1] }
  }

  /// The part of the total variance that each component explains; they sum to 1.
  public var shares: [Double] { variances.map { $0 / totalVariance } }

  /// Scores of observations, a row each, a column for each component, in scaled units.
  ///
  /// - Throws: ``ScenarioError`` `.badObservations` for a table of other series; `.linearAlgebra`.
  public func scores(of table: ObservationTable) throws(ScenarioError) -> Matrix {
    guard table.series == series else {
      throw .badObservations(found: "a table of other series", wanted: "the series of the components, in their order")
    }
    var moves = table.values
    for row in 0..<table.count {
      for column in series.indices { moves[row, column] = (moves[row, column] - means[column]) / scales[column] }
    }
    return try calculating { () throws(LinearAlgebraError) in try moves.multiplied(by: loadings.transposed) }
  }

  /// A move of so many standard deviations along one component, in the series' own units, without the means: a shock.
  ///
  /// - Parameter component: From 0.
  /// - Throws: ``ScenarioError`` `.badParameter` for a component that there is not, or a number that is not finite or
  ///   leads to one.
  public func move(component: Int, standardDeviations: Double) throws(ScenarioError) -> [Double] {
    guard (0..<count).contains(component) else {
      throw .badParameter("component", found: "\(component)", wanted: "0 to \(count - 1)")
    }
    let length = standardDeviations * variances[component].squareRoot()
    let moves = series.indices.map { length * loadings[component, $0] * scales[$0] }
    guard moves.allSatisfy(\.isFinite) else {
      throw .badParameter(
        "standard deviations", found: "\(standardDeviations)", wanted: "a finite number of a moderate size")
    }
    return moves
  }
}

extension Matrix {
  fileprivate var rowIndices: Range<Int> { 0..<rows }
}

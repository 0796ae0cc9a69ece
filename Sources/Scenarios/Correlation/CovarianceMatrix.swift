public import LinearAlgebra

/// Variances and covariances of series, each variance above 0.
///
/// In the square of the observations' unit, per observation period: nothing is annualised.
public struct CovarianceMatrix: Hashable, Sendable {
  public let series: [String]
  /// Symmetric, a row and a column for each series.
  public let matrix: Matrix

  /// From an estimate that is symmetric and positive semidefinite by the way it is made.
  init(series: [String], estimate: Matrix) throws(ScenarioError) {
    var matrix = estimate
    let order = series.count
    for row in 0..<order {
      guard matrix[row, row].isFinite, matrix[row, row] >= .leastNormalMagnitude else {
        throw .badMatrix(
          found: "a variance of \(matrix[row, row]) of series '\(series[row].prefix(60))'",
          wanted: "finite variances above 0; measure the series in another unit")
      }
      for column in 0..<row {
        // The library's sums of one product and of its transpose may round differently.
        let mean = matrix[row, column] / 2 + matrix[column, row] / 2
        matrix[row, column] = mean
        matrix[column, row] = mean
      }
    }
    self.series = series
    self.matrix = matrix
  }

  /// The unbiased estimate: products of deviations from the means, over the number of observations less one.
  ///
  /// - Throws: ``ScenarioError`` `.constantSeries`, `.badMatrix` where a variance leaves the range of a Double,
  ///   `.linearAlgebra` without a library.
  /// - Complexity: 2 x observations x series² operations.
  public static func sample(of table: ObservationTable) throws(ScenarioError) -> CovarianceMatrix {
    try table.checkMoves()
    let estimate = try secondMoments(of: table.centred, divisor: Double(table.count - 1))
    return try CovarianceMatrix(series: table.series, estimate: estimate)
  }

  /// RiskMetrics' estimate: products of the observations themselves, the newest of the greatest weight.
  ///
  /// Means are taken as 0, because that of a short series of returns is mostly noise. The weights are
  /// ``ExponentialWeights``, which sum to 1 over the observations that there are.
  ///
  /// - Parameter share: The part of an endless series' weight that may lie before the first observation; a table that
  ///   leaves out more is refused. At 0.01 and a decay of 0.94, 75 observations are needed.
  /// - Throws: ``ScenarioError`` `.badParameter`; `.badObservations` for a table that is too short; `.constantSeries`,
  ///   `.badMatrix`, `.linearAlgebra` as above.
  public static func exponentiallyWeighted(
    _ table: ObservationTable, decay: Double, leavingOut share: Double = 0.01
  ) throws(ScenarioError) -> CovarianceMatrix {
    let needed = try ExponentialWeights.observationsNeeded(decay: decay, leavingOut: share)
    guard table.count >= needed else {
      throw .badObservations(
        found: "\(table.count) observations",
        wanted: "at least \(needed) for a decay of \(decay) that leaves out at most \(share) of the weight")
    }
    try table.checkMoves()
    let weights = try ExponentialWeights(decay: decay, count: table.count).values
    var scaled = table.values
    for row in 0..<table.count {
      let root = weights[row].squareRoot()
      for column in table.series.indices { scaled[row, column] *= root }
    }
    return try CovarianceMatrix(series: table.series, estimate: secondMoments(of: scaled, divisor: 1))
  }

  /// The square root of each variance.
  public var standardDeviations: [Double] { series.indices.map { matrix[$0, $0].squareRoot() } }

  /// Covariances over the product of the standard deviations.
  ///
  /// - Throws: ``ScenarioError`` `.badMatrix` where the deviations differ so much in size that rounding leaves no
  ///   correlation matrix; `.linearAlgebra` without LAPACK.
  public func correlation() throws(ScenarioError) -> CorrelationMatrix {
    let deviations = standardDeviations
    var result = matrix
    for row in series.indices {
      for column in series.indices {
        let quotient = matrix[row, column] / deviations[row] / deviations[column]
        result[row, column] = row == column ? 1 : max(-1, min(1, quotient))
      }
    }
    return try CorrelationMatrix(result)
  }

  /// X'X / `divisor`.
  static func secondMoments(of table: Matrix, divisor: Double) throws(ScenarioError) -> Matrix {
    var result = try calculating { () throws(LinearAlgebraError) in try table.transposed.multiplied(by: table) }
    for row in 0..<result.rows { for column in 0..<result.columns { result[row, column] /= divisor } }
    return result
  }
}

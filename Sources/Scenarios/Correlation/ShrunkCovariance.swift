internal import LinearAlgebra

/// Where a sample covariance is pulled to, because it errs most in its extremes.
public enum ShrinkageTarget: String, Hashable, Sendable, CaseIterable {
  /// The mean of the variances on the diagonal, zeros elsewhere: Ledoit and Wolf, "A well-conditioned estimator for
  /// large-dimensional covariance matrices", Journal of Multivariate Analysis 88, 2004. For series of one unit and size.
  case scaledIdentity = "scaled-identity"
  /// The sample's own variances, and one correlation, the mean of the sample's, for all pairs: Ledoit and Wolf, "Honey, I
  /// shrunk the sample covariance matrix", Journal of Portfolio Management 30, 2004. Variances stay as they are.
  case constantCorrelation = "constant-correlation"
}

/// A covariance between the sample's and a target, at the distance that is estimated to err least.
///
/// The intensity compares squared errors of all elements, so it depends on the sizes of the series: those of the largest
/// variance decide. For correlations of series of different kinds, hand over the table's ``ObservationTable/standardized()``.
///
/// The matrix is positive definite where the intensity is above 0 and so is the target's least eigenvalue, also with fewer observations
/// than series. Covariances here divide by the number of observations, as in the papers, and not by one less.
public struct ShrunkCovariance: Hashable, Sendable {
  public let target: ShrinkageTarget
  public let covariance: CovarianceMatrix
  /// From 0, the sample, to 1, the target; 0 where the two are the same.
  public let intensity: Double

  /// - Throws: ``ScenarioError`` `.constantSeries`; `.badMatrix` where moments leave the range of a Double;
  ///   `.linearAlgebra` without a library.
  /// - Complexity: Some 4 x observations x series² operations.
  public init(of table: ObservationTable, toward target: ShrinkageTarget) throws(ScenarioError) {
    try table.checkMoves()
    let moves = table.centred
    let sample = try CovarianceMatrix(
      series: table.series,
      estimate: CovarianceMatrix.secondMoments(of: moves, divisor: Double(table.count))
    ).matrix
    let goal: Matrix
    let error: Double
    switch target {
    case .scaledIdentity:
      goal = try Self.scaledIdentity(sample)
      error = Self.sampleError(moves, sample)
    case .constantCorrelation:
      let correlation = Self.meanCorrelation(sample)
      goal = Self.constantCorrelation(sample, correlation)
      error = try Self.sampleError(moves, sample) - Self.sharedError(moves, sample, correlation)
    }
    let distance = zip(sample.elements, goal.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let size = sample.elements.reduce(0) { $0 + $1 * $1 }
    guard error.isFinite, distance.isFinite, size.isFinite, size >= .leastNormalMagnitude else {
      throw .badMatrix(
        found: "fourth moments beyond the range of a Double", wanted: "series measured in a unit of their size")
    }
    // A target that differs by rounding only cannot be told from the sample.
    let isSame = distance <= size * .ulpOfOne * .ulpOfOne * Double(sample.elements.count)
    intensity = isSame ? 0 : max(0, min(1, error / distance / Double(table.count)))
    var mixed = sample
    for row in 0..<sample.rows {
      for column in 0..<sample.columns {
        mixed[row, column] = intensity * goal[row, column] + (1 - intensity) * sample[row, column]
      }
    }
    covariance = try CovarianceMatrix(series: table.series, estimate: mixed)
    self.target = target
  }

  private static func scaledIdentity(_ sample: Matrix) throws(ScenarioError) -> Matrix {
    let order = sample.rows
    let mean = (0..<order).reduce(0) { $0 + sample[$1, $1] } / Double(order)
    return try calculating { () throws(LinearAlgebraError) in
      var result = try Matrix(rows: order, columns: order)
      for index in 0..<order { result[index, index] = mean }
      return result
    }
  }

  /// The mean of the correlations off the diagonal; 0 for one series.
  private static func meanCorrelation(_ sample: Matrix) -> Double {
    let order = sample.rows
    guard order > 1 else { return 0 }
    var sum = 0.0
    for row in 0..<order {
      for column in 0..<row { sum += sample[row, column] / (sample[row, row] * sample[column, column]).squareRoot() }
    }
    return 2 * sum / Double(order * (order - 1))
  }

  private static func constantCorrelation(_ sample: Matrix, _ correlation: Double) -> Matrix {
    var result = sample
    for row in 0..<sample.rows {
      for column in 0..<sample.columns where row != column {
        result[row, column] = correlation * (sample[row, row] * sample[column, column]).squareRoot()
      }
    }
    return result
  }

  /// The sum over all elements of the variance of a single observation's product: the papers' pi, and n times their b² p.
  ///
  /// Summed over a whole matrix, the mean of (x_i x_j - s_ij)² is that of |x|^4 less the sum of s_ij².
  private static func sampleError(_ moves: Matrix, _ sample: Matrix) -> Double {
    var sum = 0.0
    for row in 0..<moves.rows {
      var square = 0.0
      for column in 0..<moves.columns { square += moves[row, column] * moves[row, column] }
      sum += square * square
    }
    return max(0, sum / Double(moves.rows) - sample.elements.reduce(0) { $0 + $1 * $1 })
  }

  /// The sum over all elements of the covariance of the target's error with the sample's: the paper's rho.
  ///
  /// On the diagonal the two are one. Beside it, the target moves with the variances: the mean of x_i³ x_j, less s_ii s_ij, is
  /// the covariance of a variance with a covariance, and both halves of the paper's sum run over the same pairs.
  private static func sharedError(
    _ moves: Matrix, _ sample: Matrix, _ correlation: Double
  ) throws(ScenarioError) -> Double {
    let count = Double(moves.rows)
    var cubes = moves
    for row in 0..<moves.rows {
      for column in 0..<moves.columns {
        let move = moves[row, column]
        cubes[row, column] = move * move * move
      }
    }
    let fourth = try calculating { () throws(LinearAlgebraError) in try cubes.transposed.multiplied(by: moves) }
    var (diagonal, beside) = (0.0, 0.0)
    for row in 0..<sample.rows {
      for column in 0..<sample.columns {
        let covariance = fourth[row, column] / count - sample[row, row] * sample[row, column]
        if row == column {
          diagonal += covariance
        } else {
          beside += (sample[column, column] / sample[row, row]).squareRoot() * covariance
        }
      }
    }
    return diagonal + correlation * beside
  }
}

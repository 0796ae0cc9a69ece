import LinearAlgebra
import Scenarios
import TestSupport

/// What the tests of correlations share.
enum CorrelationSamples {
  static let isAvailable = (try? LAPACKLibrary.shared) != nil && (try? BLASLibrary.shared) != nil

  static func names(_ count: Int) -> [String] { (0..<count).map { "s\($0)" } }

  /// Series that share a common part to different degrees, each of its own size and mean.
  static func table(_ observations: Int, _ series: Int, _ generator: inout SplitMix64) throws -> ObservationTable {
    let sizes = (0..<series).map { _ in generator.number(0.005, 0.05) }
    let shares = (0..<series).map { _ in generator.number(-0.3, 1.5) }
    let means = (0..<series).map { _ in generator.number(-0.01, 0.01) }
    let rows = (0..<observations).map { _ in
      let common = generator.number(-1, 1)
      return (0..<series).map { means[$0] + sizes[$0] * (shares[$0] * common + generator.number(-1, 1)) }
    }
    return try ObservationTable(series: names(series), rows: rows)
  }

  static func symmetric(_ rows: [[Double]]) throws -> Matrix {
    try Matrix(rows: rows.count, columns: rows.count, elements: [Double](rows.joined()))
  }

  /// The correlation that a user may state: symmetric, ones on the diagonal, and nothing else.
  static func stated(_ order: Int, _ generator: inout SplitMix64) throws -> Matrix {
    var matrix = try Matrix.identity(order)
    for row in 0..<order {
      for column in 0..<row {
        let value = generator.number(-1, 1)
        matrix[row, column] = value
        matrix[column, row] = value
      }
    }
    return matrix
  }
}

/// Whether each two numbers are no further apart than `tolerance`.
func isClose(_ found: [Double], _ wanted: [Double], _ tolerance: Double) -> Bool {
  found.count == wanted.count && zip(found, wanted).allSatisfy { ($0 - $1).magnitude <= tolerance }
}

extension PrincipalComponents {
  /// The way back from scores on the first components, as many as the scores have columns, to observations in their own units:
  /// what the tests hold scores and loadings against.
  func observations(fromScores scores: Matrix) throws -> Matrix {
    var result = try Matrix(rows: scores.rows, columns: series.count)
    for row in 0..<scores.rows {
      for column in series.indices {
        let sum = (0..<scores.columns).reduce(0.0) { $0 + scores[row, $1] * loadings[$1, column] }
        result[row, column] = sum * scales[column] + means[column]
      }
    }
    return result
  }
}

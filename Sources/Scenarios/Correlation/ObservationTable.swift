public import LinearAlgebra

/// Series observed together: an observation (a day, as a rule) a row, a series a column.
///
/// What stands in it are moves: returns, changes of volatility. Whoever makes them has decided about gaps and scaling.
public struct ObservationTable: Hashable, Sendable {
  /// Names of the columns, each once.
  public let series: [String]
  /// Oldest observation first.
  public let values: Matrix

  /// The number of observations.
  public var count: Int { values.rows }

  /// - Throws: ``ScenarioError`` `.badObservations` for no series, a name that is empty or returns, a table with another
  ///   number of columns than names, or fewer than two observations; `.notFinite`.
  public init(series: [String], values: Matrix) throws(ScenarioError) {
    guard !series.isEmpty else { throw .badObservations(found: "no series", wanted: "at least one") }
    var seen: Set<String> = []
    for name in series {
      guard !name.isEmpty, seen.insert(name).inserted else {
        throw .badObservations(
          found: name.isEmpty ? "a series without a name" : "series '\(name.prefix(60))' twice",
          wanted: "each series once, by name")
      }
    }
    guard values.columns == series.count else {
      throw .badObservations(found: "\(values.columns) columns for \(series.count) names", wanted: "as many")
    }
    guard values.rows >= 2 else {
      throw .badObservations(found: "\(values.rows) observations", wanted: "at least 2")
    }
    if let place = values.elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(series: series[place % series.count], observation: place / series.count)
    }
    self.series = series
    self.values = values
  }

  /// The table of these rows.
  ///
  /// - Throws: As above, and `.badObservations` for a row of another length than the first.
  public init(series: [String], rows: [[Double]]) throws(ScenarioError) {
    for (index, row) in rows.enumerated() where row.count != series.count {
      throw .badObservations(found: "\(row.count) numbers in row \(index)", wanted: "\(series.count)")
    }
    let values = try calculating { () throws(LinearAlgebraError) in
      try Matrix(rows: rows.count, columns: series.count, elements: [Double](rows.joined()))
    }
    try self.init(series: series, values: values)
  }

  /// The table of these columns.
  ///
  /// - Throws: As above, and `.badObservations` for columns of different lengths.
  public init(series: [String], columns: [[Double]]) throws(ScenarioError) {
    let count = columns.first?.count ?? 0
    for (index, column) in columns.enumerated() where column.count != count {
      throw .badObservations(found: "\(column.count) numbers in column \(index)", wanted: "\(count)")
    }
    let values = try calculating { () throws(LinearAlgebraError) in
      try Matrix(rows: columns.count, columns: count, elements: [Double](columns.joined())).transposed
    }
    try self.init(series: series, values: values)
  }

  /// The mean of each series.
  public var means: [Double] {
    var sums = [Double](repeating: 0, count: series.count)
    for row in 0..<count {
      // Divided first, so that the mean of large numbers stays in range.
      for column in series.indices { sums[column] += values[row, column] / Double(count) }
    }
    // The mean of what rounding left of the first one.
    var rest = [Double](repeating: 0, count: series.count)
    for row in 0..<count {
      for column in series.indices { rest[column] += (values[row, column] - sums[column]) / Double(count) }
    }
    return zip(sums, rest).map { $0 + $1 }
  }

  /// The series less their means.
  var centred: Matrix {
    let means = means
    var result = values
    for row in 0..<count { for column in series.indices { result[row, column] -= means[column] } }
    return result
  }

  /// The series less their means, each in units of its own standard deviation (divisor: observations less one).
  ///
  /// - Throws: ``ScenarioError`` as ``CovarianceMatrix/sample(of:)``.
  public func standardized() throws(ScenarioError) -> ObservationTable {
    let deviations = try CovarianceMatrix.sample(of: self).standardDeviations
    var result = centred
    for row in 0..<count { for column in series.indices { result[row, column] /= deviations[column] } }
    return try ObservationTable(series: series, values: result)
  }

  /// Refuses a series whose observations all are one number.
  func checkMoves() throws(ScenarioError) {
    for column in series.indices {
      let first = values[0, column]
      guard (1..<count).contains(where: { values[$0, column] != first }) else {
        throw .constantSeries(series[column])
      }
    }
  }
}

import LinearAlgebra
import TestSupport

/// A matrix with gaps between its rows, in memory that begins before it and ends after it.
struct Block {
  let layout: MatrixLayout
  var memory: [Double]

  /// Elements between -1 and 1; the gaps hold `gap`.
  init(rows: Int, columns: Int, padding: Int, gap: Double, _ generator: inout SplitMix64) throws {
    layout = try MatrixLayout(rows: rows, columns: columns, rowStride: columns + padding)
    memory = [Double](repeating: gap, count: rows * (columns + padding) + 3)
    for row in 0..<rows {
      for column in 0..<columns { memory[row * layout.rowStride + column] = generator.number(-1, 1) }
    }
  }

  subscript(row: Int, column: Int) -> Double { memory[row * layout.rowStride + column] }

  /// The places of `memory` that hold no element.
  var gaps: [Int] {
    memory.indices.filter { $0 / max(1, layout.rowStride) >= layout.rows || $0 % layout.rowStride >= layout.columns }
  }
}

extension Matrix {
  static func random(_ rows: Int, _ columns: Int, _ generator: inout SplitMix64) throws -> Matrix {
    try Matrix(rows: rows, columns: columns, elements: (0..<(rows * columns)).map { _ in generator.number(-1, 1) })
  }

  static func randomSymmetric(_ order: Int, _ generator: inout SplitMix64) throws -> Matrix {
    var result = try Matrix.random(order, order, &generator)
    for row in 0..<order { for column in 0..<row { result[column, row] = result[row, column] } }
    return result
  }

  /// A'A of a random A with more rows than columns, and a little on the diagonal.
  static func randomPositiveDefinite(_ order: Int, _ generator: inout SplitMix64) throws -> Matrix {
    let factor = try Matrix.random(order + 3, order, &generator)
    var result = try factor.transposed.multiplied(by: factor)
    for index in 0..<order { result[index, index] += 0.1 }
    return result
  }

  /// Hilbert's matrix, 1 / (i + j + 1): the standing example of bad condition.
  static func hilbert(_ order: Int) throws -> Matrix {
    try Matrix(
      rows: order, columns: order,
      elements: (0..<(order * order)).map { 1 / Double($0 / order + $0 % order + 1) })
  }

  /// A times x by plain sums.
  func times(_ x: [Double]) -> [Double] {
    (0..<rows).map { row in (0..<columns).reduce(0.0) { $0 + self[row, $1] * x[$1] } }
  }

  var largest: Double { elements.reduce(0) { max($0, $1.magnitude) } }
}

extension [Double] {
  var largest: Double { reduce(0) { Swift.max($0, $1.magnitude) } }

  static func random(_ count: Int, _ generator: inout SplitMix64) -> [Double] {
    (0..<count).map { _ in generator.number(-1, 1) }
  }
}

/// What the machine has.
enum Installed {
  static let library = (try? BLASLibrary.shared) != nil
  static let lapack = (try? LAPACKLibrary.shared) != nil
}

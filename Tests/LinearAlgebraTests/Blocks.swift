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

  var transposed: Matrix {
    get throws {
      var result = try Matrix(rows: columns, columns: rows)
      for row in 0..<rows { for column in 0..<columns { result[column, row] = self[row, column] } }
      return result
    }
  }
}

/// What the machine has.
enum Installed {
  static let library = (try? BLASLibrary.shared) != nil
}

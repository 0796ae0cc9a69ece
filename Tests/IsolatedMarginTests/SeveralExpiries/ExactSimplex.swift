import Basics

/// The least of a linear function over A x = b, x >= 0, in exact numbers: for programs of some dozen rows.
///
/// Two phases with an artificial variable in each row; Bland's rule (1977), by which no basis comes twice.
struct ExactSimplex {
  private var rows: [[ExactAmount]]
  private var basis: [Int]
  private let count: Int

  /// Nil where nothing is feasible or the function falls for ever.
  static func least(
    cost: [ExactAmount], _ matrix: [[ExactAmount]], _ right: [ExactAmount]
  ) -> ExactAmount? {
    var simplex = ExactSimplex(matrix, right)
    let width = cost.count + matrix.count
    let artificial = (0..<width).map { $0 < cost.count ? ExactAmount.zero : .one }
    guard let rest = simplex.minimise(artificial, columns: width), rest.isZero else { return nil }
    // What is still artificial in the basis stands at 0; the real columns alone may enter from here.
    return simplex.minimise(cost + matrix.map { _ in .zero }, columns: cost.count)
  }

  private init(_ matrix: [[ExactAmount]], _ right: [ExactAmount]) {
    count = matrix.first?.count ?? 0
    rows = []
    basis = []
    for (index, row) in matrix.enumerated() {
      let sign = right[index].sign < 0 ? -ExactAmount.one : .one
      let unit = matrix.indices.map { $0 == index ? ExactAmount.one : .zero }
      rows.append(row.map { sign * $0 } + unit + [sign * right[index]])
      basis.append(count + index)
    }
  }

  private mutating func minimise(_ cost: [ExactAmount], columns: Int) -> ExactAmount? {
    let last = cost.count
    while true {
      var entering: Int?
      for column in 0..<columns where !basis.contains(column) {
        var reduced = cost[column]
        for (row, own) in zip(rows, basis) { reduced -= cost[own] * row[column] }
        if reduced < .zero {
          entering = column
          break
        }
      }
      guard let column = entering else {
        return zip(rows, basis).reduce(ExactAmount.zero) { $0 + cost[$1.1] * $1.0[last] }
      }
      var leaving: (row: Int, ratio: ExactAmount)?
      for (index, row) in rows.enumerated() {
        // An artificial variable at 0 must not grow again, whatever the sign of its entry.
        let isStuck = basis[index] >= count && columns == count && !row[column].isZero
        guard row[column] > .zero || isStuck, let ratio = row[last].divided(by: row[column]) else { continue }
        if let best = leaving, ratio > best.ratio || (ratio == best.ratio && basis[index] > basis[best.row]) {
          continue
        }
        leaving = (index, ratio)
      }
      guard let leaving else { return nil }
      pivot(leaving.row, column)
    }
  }

  private mutating func pivot(_ row: Int, _ column: Int) {
    let divisor = rows[row][column]
    rows[row] = rows[row].map { $0.divided(by: divisor) ?? .zero }
    for index in rows.indices where index != row && !rows[index][column].isZero {
      let factor = rows[index][column]
      for place in rows[index].indices where !rows[row][place].isZero {
        rows[index][place] -= factor * rows[row][place]
      }
    }
    basis[row] = column
  }
}

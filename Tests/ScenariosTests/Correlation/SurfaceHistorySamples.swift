import Basics
import Scenarios
import TestSupport

/// Surfaces that three known factors move: level, skew and term, on the same log-moneynesses at every time.
struct ThreeFactors {
  static let times = [0.1, 0.5, 1]
  static let strikes = [-0.2, -0.1, 0, 0.1, 0.2]
  static let points = times.flatMap { years in
    strikes.map { SurfacePoint(logMoneyness: $0, years: years) }
  }

  /// Of length 1, orthogonal, the largest loading positive.
  static let shapes: [[Double]] = [
    unit(points.map { _ in 1 }), unit(points.map { -$0.logMoneyness }),
    unit(points.map { $0.years - 1.6 / 3 }),
  ]
  /// Standard deviations of the scores.
  static let deviations = [0.04, 0.02, 0.005]

  /// Uncorrelated, with a mean of 0 and the deviations above: a move a row.
  let scores: [[Double]]
  let history: SurfaceHistory

  init(moves count: Int, _ generator: inout SplitMix64) throws {
    var columns: [[Double]] = []
    for deviation in Self.deviations {
      var column = (0..<count).map { _ in generator.number(-1, 1) }
      let mean = column.reduce(0, +) / Double(count)
      column = column.map { $0 - mean }
      for _ in 0..<2 {
        for other in columns {
          let part = Self.product(column, other) / Self.product(other, other)
          column = zip(column, other).map { $0 - part * $1 }
        }
      }
      let scale = deviation * (Double(count - 1) / Self.product(column, column)).squareRoot()
      columns.append(column.map { $0 * scale })
    }
    let scores = (0..<count).map { row in columns.map { $0[row] } }
    var surface = Self.points.map { 0.6 - 0.1 * $0.logMoneyness }
    var rows = [surface]
    for score in scores {
      for index in surface.indices {
        surface[index] += (0..<3).reduce(0) { $0 + score[$1] * Self.shapes[$1][index] }
      }
      rows.append(surface)
    }
    self.scores = scores
    history = try SurfaceHistory(points: Self.points, dates: Self.dates(count + 1), volatilities: rows)
  }

  /// Days in a row from 2025-01-01.
  static func dates(_ count: Int) -> [CalendarDate] {
    (0..<count).compactMap { CalendarDate(daysSinceEpoch: 20_089 + $0) }
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  private static func unit(_ values: [Double]) -> [Double] {
    let length = product(values, values).squareRoot()
    return values.map { $0 / length }
  }
}

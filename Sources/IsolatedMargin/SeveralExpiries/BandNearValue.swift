import Basics
import Instruments
import Kernels

/// What the legs that end at the first expiry pay there: piecewise linear in the coordinate t.
struct BandNearValue: Sendable {
  /// Ascending, the first at 0.
  let positions: [Interval]
  /// The least of each vertex's value and limits: where a digital jumps, the infimum of what is paid nearby.
  let least: [Interval]
  /// Right of each vertex; as many as there are vertices.
  let lines: [BandLine]

  /// - Parameters:
  ///   - sign: -1 for the negated function.
  ///   - slope: Added to every line: what forwards add where a dated future was taken for the price itself. Per t.
  init(_ payoff: Payoff, sign: Double, adding slope: Interval, _ scale: BandScale) {
    let isQuote = payoff.settlement == .quote
    let amounts = scale.amounts
    let positionScale = isQuote ? BandScale.prices : .one
    let slopeScale = isQuote ? scale.units : amounts
    positions = payoff.vertices.map { Interval($0.position * positionScale) }
    lines = payoff.lines.map { line in
      BandLine(
        intercept: Interval(line.intercept * amounts) * sign, slope: Interval(line.slope * slopeScale) * sign + slope)
    }
    least = zip(payoff.vertices, positions).map { vertex, position in
      let sides = [vertex.left, vertex.value, vertex.right].compactMap { $0 }
      let worst = (sign < 0 ? sides.max() : sides.min()) ?? .zero
      return Interval(worst * amounts) * sign + slope * position
    }
  }

  /// The first vertex whose position may reach `t`; their number where none does.
  func firstVertex(from t: Double) -> Int { partition { $0.upper < t } }

  /// The line that holds just right of `t`, or at an uncertain vertex the one left of it.
  func line(rightOf t: Double) -> BandLine { lines[max(partition { $0.upper <= t } - 1, 0)] }

  /// The line that holds just left of `t`.
  func line(leftOf t: Double) -> BandLine { lines[max(partition { $0.lower < t } - 1, 0)] }

  /// The number of leading positions for which a condition holds. O(log n).
  private func partition(_ isBefore: (Interval) -> Bool) -> Int {
    var (low, high) = (0, positions.count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(positions[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

public import Basics
import Instruments

/// A price at which profit and loss is zero or changes sign, or an interval of prices at which it is zero.
///
/// | where | what is given |
/// | --- | --- |
/// | a line crosses or touches zero | the root, exact |
/// | zero along a stretch | the closed interval; nil at an end without limit |
/// | a digital's jump from loss to profit or back | its strike, although profit and loss may never be zero |
/// | zero is only a limit, at infinity or beside a jump without a change of sign | nothing |
///
/// In quote currency the price 0 is an end that belongs to the prices, so a stretch from it starts at `0`; in coin it does
/// not, and the stretch is open there.
public struct BreakEven: Hashable, Sendable {
  /// Nil where the interval reaches down to a price of 0 that is not itself a price (coin).
  public let low: ExactAmount?
  /// Nil where the interval reaches to infinity.
  public let high: ExactAmount?

  public init(low: ExactAmount?, high: ExactAmount?) {
    self.low = low
    self.high = high
  }

  public var isPoint: Bool { low != nil && low == high }

  /// `95.5`, or `95.5..100`, with `..` at an open end; exact to 8 decimals, else the nearest.
  public var text: String {
    let ends = [low, high].map { end in end.map { $0.decimalText(rounding: .nearest) } ?? "" }
    return isPoint ? ends[0] : ends[0] + ".." + ends[1]
  }

  /// The texts with `;` between.
  public static func text(_ breakEvens: [BreakEven]) -> String { breakEvens.map(\.text).joined(separator: ";") }
}

/// The signs of profit and loss at a vertex; nil where the payoff has no such side.
private struct PayoffSigns {
  let left: Int?
  let value: Int?
  let right: Int?
}

extension Payoff {
  /// Where the payoff less `cost` is zero or changes sign, prices ascending.
  ///
  /// - Parameter cost: Entry cost and fees together, settlement currency.
  /// - Complexity: O(n) exact operations for n vertices.
  public func breakEvens(cost: ExactAmount) -> [BreakEven] {
    // The constant goes to the other side once: what is left of every comparison has short fractions on its left.
    let target = cost - constant
    func sign(_ value: ExactAmount) -> Int { value < target ? -1 : (target < value ? 1 : 0) }
    let signs = vertices.map { vertex in
      let right = vertex.right.map(sign)
      return PayoffSigns(
        left: vertex.left == vertex.right ? right : vertex.left.map(sign),
        value: vertex.value == vertex.right ? right : vertex.value.map(sign), right: right)
    }
    var found: [(start: ExactAmount, end: ExactAmount?)] = []
    func add(_ start: ExactAmount, _ end: ExactAmount?) {
      if let last = found.last, let lastEnd = last.end, lastEnd == start {
        found[found.count - 1].end = end
      } else {
        found.append((start, end))
      }
    }
    for index in vertices.indices {
      let position = vertices[index].position
      if isZeroOrCrossing(at: index, signs[index]) { add(position, position) }
      let line = lines[index]
      let isLast = index + 1 == vertices.count
      let (from, to) = (signs[index].right ?? 0, isLast ? line.slope.sign : signs[index + 1].left ?? 0)
      if line.slope.isZero {
        if from == 0 { add(position, isLast ? nil : vertices[index + 1].position) }
      } else if from * to < 0, let root = (target - line.intercept).divided(by: line.slope) {
        add(root, root)
      }
    }
    switch settlement {
    case .quote: return found.map { BreakEven(low: $0.start, high: $0.end) }
    case .coin:
      return found.reversed().map { interval in
        BreakEven(
          low: interval.end.flatMap { ExactAmount.one.divided(by: $0) },
          high: ExactAmount.one.divided(by: interval.start))
      }
    }
  }

  /// True where profit and loss is zero at a vertex, or a loss on one side of it and a profit on the other.
  private func isZeroOrCrossing(at index: Int, _ vertex: PayoffSigns) -> Bool {
    guard let sign = vertex.value else { return false }
    if sign == 0 { return true }
    var signs = [sign]
    // A limit of zero has the sign with which the line comes to it.
    if let left = vertex.left, index > 0 { signs.append(left == 0 ? -lines[index - 1].slope.sign : left) }
    if let right = vertex.right { signs.append(right == 0 ? lines[index].slope.sign : right) }
    return signs.contains(1) && signs.contains(-1)
  }
}

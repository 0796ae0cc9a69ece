public import Basics

/// A point of a convex envelope.
public struct EnvelopePoint: Hashable, Sendable {
  /// The coordinate: S in quote currency, 1/S in coin; 0 or more.
  public let position: ExactAmount
  public let value: ExactAmount
  /// True where the function takes this value there, false where it only tends to it.
  public let isAttained: Bool

  public init(position: ExactAmount, value: ExactAmount, isAttained: Bool) {
    self.position = position
    self.value = value
    self.isAttained = isAttained
  }
}

/// The greatest convex function on [0, infinity) that is nowhere above a piecewise linear one.
///
/// Its value at a forward is the least that the function can be worth over all laws with that mean: no less by Jensen's
/// inequality, and no more because two prices, one on either side, have the mean and are worth the chord between them. A
/// chord that ends in the slope at infinity is approached by laws whose upper price grows without limit.
///
/// - Complexity: O(n) exact operations for n vertices: the lower hull of ascending points by a monotone chain (Andrew 1979).
public struct ConvexEnvelope: Hashable, Sendable {
  /// Ascending, the first at 0.
  public let points: [EnvelopePoint]
  /// Beyond the last point; that of the function, since a lower one would leave it in the end and a higher one cross it.
  public let slopeAtEnd: ExactAmount
  /// The function at 0 itself where it stands above its limit there: the one price from which no law can move. Nil
  /// otherwise, and in coin, where the coordinate 0 is no price.
  public let valueAtStart: ExactAmount?
  /// True where the function itself is its envelope beyond the last point and takes those values.
  let isTailAttained: Bool

  public init(
    points: [EnvelopePoint], slopeAtEnd: ExactAmount, valueAtStart: ExactAmount? = nil, isTailAttained: Bool = true
  ) {
    self.points = points
    self.slopeAtEnd = slopeAtEnd
    self.valueAtStart = valueAtStart
    self.isTailAttained = isTailAttained
  }

  /// Gives the envelope of a function with one vertex or more.
  init(of function: StageFunction) {
    var hull: [EnvelopePoint] = []
    var valueAtStart: ExactAmount?
    for (vertex, isAttained) in zip(function.vertices, function.isAttained) {
      let sides = [vertex.left, vertex.value, vertex.right].compactMap { $0 }
      guard let lowest = sides.min() else { continue }
      if vertex.position.isZero, let value = vertex.value, value > lowest { valueAtStart = value }
      let point = EnvelopePoint(
        position: vertex.position, value: lowest, isAttained: isAttained && vertex.value == lowest)
      while hull.count > 1, !ConvexEnvelope.turnsUp(hull[hull.count - 2], hull[hull.count - 1], point) {
        hull.removeLast()
      }
      hull.append(point)
    }
    let slope = function.slopeAtEnd
    var isCut = false
    while hull.count > 1 {
      let (before, last) = (hull[hull.count - 2], hull[hull.count - 1])
      // A segment steeper than the end is above the ray from its own start; one as steep is the ray itself.
      let (rise, ray) = (last.value - before.value, slope * (last.position - before.position))
      guard rise >= ray else { break }
      hull.removeLast()
      isCut = isCut || rise > ray || !last.isAttained
    }
    points = hull
    slopeAtEnd = slope
    self.valueAtStart = valueAtStart
    isTailAttained = !isCut && function.isTailAttained && hull.last?.isAttained == true
  }

  /// True where the slope rises at the middle one of three points.
  private static func turnsUp(_ a: EnvelopePoint, _ b: EnvelopePoint, _ c: EnvelopePoint) -> Bool {
    (b.value - a.value) * (c.position - b.position) < (c.value - b.value) * (b.position - a.position)
  }

  /// The lines of which the envelope is the greatest, slopes ascending.
  var lines: [EnvelopeLine] {
    var lines: [EnvelopeLine] = []
    for (index, point) in points.enumerated() {
      let isLast = index + 1 == points.count
      var slope = slopeAtEnd
      if !isLast {
        let next = points[index + 1]
        // Positions ascend, so that the quotient is there.
        slope = (next.value - point.value).divided(by: next.position - point.position) ?? .zero
      }
      lines.append(
        EnvelopeLine(
          intercept: point.value - slope * point.position, slope: slope, isStartAttained: point.isAttained,
          isAttained: point.isAttained && (isLast ? isTailAttained : points[index + 1].isAttained)))
    }
    return lines
  }
}

/// A line below a convex function, and whether its values are taken by prices.
struct EnvelopeLine: Hashable, Sendable {
  let intercept: ExactAmount
  let slope: ExactAmount
  let isStartAttained: Bool
  let isAttained: Bool

  func value(at position: ExactAmount) -> ExactAmount {
    slope.isZero ? intercept : intercept + slope * position
  }
}

import RealModule

/// Whether total variance nowhere falls from one expiry to a later one: whether a calendar spread never pays for nothing.
///
/// At one log-moneyness total variance must not decrease in time. Fengler, *Quantitative Finance* 9 (2009); Gatheral and
/// Jacquier, *Quantitative Finance* 14 (2014), lemma 2.1.
///
/// **What is proved.** Both slices are convex, so on an interval the later one lies above its tangents and the earlier one
/// below its chord. Where the tangents clear the chord, the interval is done; where not, it is halved. Far out, what a
/// slice has above its asymptote is known and falls, so two straight lines are compared. The answer `free` holds for every
/// log-moneyness, with room for the rounding of both sides.
public enum CalendarCondition {
  /// Later less earlier total variance at a log-moneyness.
  public static func gap(from earlier: SVISlice, to later: SVISlice, at k: Double) -> Double {
    later.curve(at: k).variance - earlier.curve(at: k).variance
  }

  /// Whether the later slice lies on or above the earlier one at every log-moneyness.
  ///
  /// Where they cross, the place nearest to the money is told at which the later one is visibly below.
  public static func verdict(from earlier: SVISlice, to later: SVISlice) -> ArbitrageVerdict {
    if let crossing = crossing(from: earlier, to: later) { return crossing }
    var touching: Double?
    let reach = 4 * max(earlier.sigma, later.sigma)
    var (low, high) = (min(earlier.m, later.m) - reach, max(earlier.m, later.m) + reach)
    for side in [-1.0, 1] {
      var tail = Tail(earlier, later, side: side)
      var end = side < 0 ? low : high
      while !tail.holds(from: end), tail.steps < 60 {
        tail.steps += 1
        end += side * (high - low)
        if side < 0 { low = end } else { high = end }
      }
      if tail.steps == 60 { touching = touching ?? end }
    }
    var open: [(Double, Double, Int)] = [(low, high, 0)]
    var visits = 0
    while let (left, right, depth) = open.popLast() {
      visits += 1
      if clears(earlier, later, left, right) { continue }
      if depth == 50 || visits > 20_000 {
        touching = touching ?? (left + right) / 2
        continue
      }
      let middle = (left + right) / 2
      open.append((middle, right, depth + 1))
      open.append((left, middle, depth + 1))
    }
    return touching.map { .touching(logMoneyness: $0) } ?? .free
  }

  /// Room for the rounding of a comparison of figures of this size.
  private static func room(_ size: Double) -> Double { 64 * .ulpOfOne * size }

  /// True where the tangents of `later` at both ends clear the chord of `earlier`.
  private static func clears(_ earlier: SVISlice, _ later: SVISlice, _ left: Double, _ right: Double) -> Bool {
    let (first, last) = (later.curve(at: left), later.curve(at: right))
    let (start, end) = (earlier.curve(at: left).variance, earlier.curve(at: right).variance)
    let size =
      earlier.a.magnitude + later.a.magnitude + start.magnitude + end.magnitude + first.variance.magnitude
      + last.variance.magnitude + (first.slope.magnitude + last.slope.magnitude) * (right - left)
    let room = room(size)
    // Above the chord at both ends, and at the point where the two tangents meet, by the straight lines between.
    guard first.variance - start > room, last.variance - end > room else { return false }
    let chord = (end - start) / (right - left)
    let bend = last.slope - first.slope
    guard bend > 0 else { return true }
    let rise = last.variance - first.variance
    let meeting = (last.slope * (right - left) - rise) / bend
    let step = min(max(meeting, 0), right - left)
    return first.variance + first.slope * step - start - chord * step > room
  }

  /// The far ends, where both slices are all but straight.
  private struct Tail {
    let earlier: SVISlice
    let later: SVISlice
    let side: Double
    var steps = 0

    init(_ earlier: SVISlice, _ later: SVISlice, side: Double) {
      self.earlier = earlier
      self.later = later
      self.side = side
    }

    /// True where the later slice's asymptote clears the earlier slice itself from `end` on.
    func holds(from end: Double) -> Bool {
      let slopes = (earlier.b * (1 + side * earlier.rho), later.b * (1 + side * later.rho))
      guard slopes.1 >= slopes.0 else { return false }
      let distance = (side * (end - earlier.m), side * (end - later.m))
      let square = earlier.sigma * earlier.sigma
      let excess =
        earlier.b * square / ((distance.0 * distance.0 + square).squareRoot() + distance.0.magnitude)
      let lines = (earlier.a + slopes.0 * distance.0 + excess, later.a + slopes.1 * distance.1)
      let size = earlier.a.magnitude + later.a.magnitude + slopes.0 * distance.0 + slopes.1 * distance.1
      return distance.0 > 0 && distance.1 > 0 && lines.1 - lines.0 > CalendarCondition.room(size)
    }
  }

  /// The place nearest to the money, on a grid that widens outward, where the later slice is below the earlier.
  private static func crossing(from earlier: SVISlice, to later: SVISlice) -> ArbitrageVerdict? {
    let scale = min(earlier.sigma, later.sigma, 0.5)
    for step in 0...220 {
      for side in step == 0 ? [1.0] : [1.0, -1] {
        let k = side * scale * .sinh(Double(step) * 0.05)
        let (near, far) = (earlier.curve(at: k).variance, later.curve(at: k).variance)
        let size = near.magnitude + far.magnitude + earlier.a.magnitude + later.a.magnitude
        if far - near < -room(size) { return .violated(logMoneyness: k, by: far - near) }
      }
    }
    return nil
  }
}

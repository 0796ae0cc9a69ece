import Basics
import Kernels

/// A number below the value at every point of a box.
struct BandBound {
  let lower: Double
  /// The coordinate at which the bound is met: a good place to look for a low value.
  let place: Double
  /// How much of the distance to the value is owed to the box's volatilities.
  let loss: Double
}

extension BandPosition {
  /// Bounds the value from below over a box.
  ///
  /// At a fixed volatility every option is convex in the coordinate. A long one is therefore above each of its tangents, a
  /// short one above the chord of the box's ends; both are lines, and with the piecewise linear value of the ending legs
  /// the least over the box is met at an end or a vertex. The error is of the second order in the box's length. Options in
  /// the money are first written as the other right plus a line (put-call parity), which ending legs may cancel to the
  /// last digit; and a long one is no less than zero, which is the better bound far from its strike.
  ///
  /// Values rise with volatility, so that each leg on its own is worst at a corner: long at the low end, short at the high
  /// one. Where all legs have one volatility, the value at either end of the volatilities, and the range of its derivative
  /// between them, give a second bound (Piyavskii 1972); the better one counts.
  ///
  /// - Complexity: O(n + v) for n options and v vertices in the box.
  func bound(of box: BandBox) -> BandBound {
    box.high < .infinity ? bound(ofFinite: box) : bound(ofTail: box)
  }

  private func bound(ofFinite box: BandBox) -> BandBound {
    let isCommon = band.sharing == .common && box.hasVolatilities
    var base = BandLine.zero
    // Tangents and chords at the low and at the high end of the volatilities.
    var (longLow, longHigh, shortLow, shortHigh) = (BandEnds(), BandEnds(), BandEnds(), BandEnds())
    var vega = Interval.zero
    for option in options {
      let kind = option.outOfTheMoney(at: box.middle)
      let (low, high) = (option.deviation(box.lowVolatility), option.deviation(box.highVolatility))
      let fee = option.closing(at: box.middle, deviation: option.isLong ? low.lower : high.upper)
      let units = option.units * fee.weight
      if let line = fee.line { base = base + line * -option.units }
      if kind != option.sign { base = base + option.parity * (units * (option.isLong ? option.sign : -option.sign)) }
      if option.isLong {
        longLow.add(option.tangent(kind, over: box, deviation: low.lower), times: units)
        if isCommon { longHigh.add(option.tangent(kind, over: box, deviation: high.lower), times: units) }
      } else {
        shortHigh.add(option.chord(kind, over: box, deviation: high.upper), times: -units)
        if isCommon { shortLow.add(option.chord(kind, over: box, deviation: low.upper), times: -units) }
      }
      if isCommon {
        let slope = option.vega(over: box) * units
        vega += option.isLong ? slope : -slope
      }
    }
    func best(_ long: BandEnds, _ short: BandEnds) -> (lower: Double, place: Double) {
      let curved = least(base, long + short, over: box)
      let straight = least(base, short, over: box)
      return curved.lower >= straight.lower ? curved : straight
    }
    let corner = best(longLow, shortHigh)
    guard isCommon else { return BandBound(lower: corner.lower, place: corner.place, loss: 0) }

    let (start, end) = (best(longLow, shortLow), best(longHigh, shortHigh))
    let width = Directed.sumUp(box.highVolatility, -box.lowVolatility)
    let between: Double
    if vega.lower >= 0 {
      between = start.lower
    } else if vega.upper <= 0 {
      between = end.lower
    } else {
      // Left of any volatility the value is above the line from the start, right of it above the line to the end; this
      // one, where the two lines meet, gives the best bound, and any other a valid one.
      let meeting = (start.lower - end.lower + vega.upper * width) / (vega.upper - vega.lower)
      let step = min(max(meeting.isFinite ? meeting : 0, 0), width)
      let rest = Directed.sumUp(width, -step)
      between = min(
        Directed.sumDown(start.lower, Directed.productDown(vega.lower, step)),
        Directed.sumDown(end.lower, -Directed.productUp(vega.upper, rest)))
    }
    let ends = min(start.lower, end.lower)
    let place = start.lower <= end.lower ? start.place : end.place
    let lower = max(corner.lower, min(between, ends))
    return BandBound(lower: lower, place: place, loss: ends - lower)
  }

  /// Beyond `box.low` calls are their lines and puts fall to nothing; the worst volatility of a short put is the highest.
  private func bound(ofTail box: BandBox) -> BandBound {
    guard tail.slope >= .zero else { return BandBound(lower: -.infinity, place: box.low, loss: 0) }
    var puts = 0.0
    for option in options where !option.isLong {
      let most = option.most(-1, at: box.low, deviation: option.deviation(box.highVolatility).upper)
      let weight = option.fee.map { Interval.one + $0.cap } ?? .one
      puts = Directed.sumDown(puts, -(option.units * weight * most).upper)
    }
    let start = Interval(box.low)
    let isLast = near.firstVertex(from: box.low) == near.positions.count
    let line = isLast ? tail.sum : near.line(rightOf: box.low) + tail.line
    var lowest = line.value(at: start).lower
    var place = box.low
    for index in near.firstVertex(from: box.low)..<near.positions.count {
      let position = near.positions[index]
      let value = (near.least[index] + tail.line.value(at: position)).lower
      if value < lowest { (lowest, place) = (value, max(position.lower, box.low)) }
    }
    return BandBound(lower: Directed.sumDown(lowest, puts), place: place, loss: 0)
  }

  /// The least over a box of the ending legs' value, a line, and the line between two ends.
  private func least(_ base: BandLine, _ ends: BandEnds, over box: BandBox) -> (lower: Double, place: Double) {
    let atLow = ((near.line(rightOf: box.low) + base).value(at: Interval(box.low)) + Interval(ends.low)).lower
    let atHigh = ((near.line(leftOf: box.high) + base).value(at: Interval(box.high)) + Interval(ends.high)).lower
    var (lowest, place) = atLow <= atHigh ? (atLow, box.low) : (atHigh, box.high)
    let length = Interval(box.high) - Interval(box.low)
    let rise = Interval(ends.high) - Interval(ends.low)
    var index = near.firstVertex(from: box.low)
    while index < near.positions.count, near.positions[index].lower <= box.high {
      let position = near.positions[index]
      let share = (position - Interval(box.low)).divided(by: length).clamped(to: .unit)
      let value = (near.least[index] + base.value(at: position) + (Interval(ends.low) + rise * share)).lower
      if value < lowest { (lowest, place) = (value, min(max(position.lower, box.low), box.high)) }
      index += 1
    }
    return (lowest, place)
  }
}

/// Numbers below a line's values at the two ends of a box, and so below the line.
struct BandEnds {
  var low = 0.0
  var high = 0.0

  mutating func add(_ ends: BandEnds, times units: Interval) {
    low = Directed.sumDown(low, (Interval(ends.low) * units).lower)
    high = Directed.sumDown(high, (Interval(ends.high) * units).lower)
  }

  static func + (left: BandEnds, right: BandEnds) -> BandEnds {
    BandEnds(low: Directed.sumDown(left.low, right.low), high: Directed.sumDown(left.high, right.high))
  }
}

extension BandOption {
  /// The tangent at the middle of a box, from below, at its ends.
  func tangent(_ kind: Double, over box: BandBox, deviation: Double) -> BandEnds {
    let middle = box.middle
    let value = Interval(least(kind, at: middle, deviation: deviation))
    let slope = slope(kind, at: middle, deviation: deviation)
    return BandEnds(
      low: (value - slope * (Interval(middle) - Interval(box.low))).lower,
      high: (value + slope * (Interval(box.high) - Interval(middle))).lower)
  }

  /// The chord over a box, from above, at its ends.
  func chord(_ kind: Double, over box: BandBox, deviation: Double) -> BandEnds {
    BandEnds(
      low: most(kind, at: box.low, deviation: deviation), high: most(kind, at: box.high, deviation: deviation))
  }

  /// The range over a box of the derivative of one unit by the volatility; the same for call and put.
  func vega(over box: BandBox) -> Interval {
    let forwards = (forward * Interval(box.low)).union(forward * Interval(box.high))
    let deviations = deviation(box.lowVolatility).union(deviation(box.highVolatility))
    return BlackEnclosure.vega(forwards: forwards, strike: strike, deviations: deviations) * deviation(1)
  }

  /// What closing leaves of one unit's value: less a line, or a share of it, whichever is the lesser fee near a coordinate.
  ///
  /// The fee is the lesser of the two everywhere, so that either one is no less than it.
  func closing(at t: Double, deviation: Double) -> (weight: Interval, line: BandLine?) {
    guard let fee else { return (.one, nil) }
    let share = fee.cap.upper * least(sign, at: t, deviation: deviation)
    guard fee.rate.value(at: Interval(t)).upper > share else { return (.one, fee.rate) }
    return (isLong ? Interval.one - fee.cap : Interval.one + fee.cap, nil)
  }
}

import RealModule

/// All roots of K by bounding it on intervals: for options with volatilities or expiries of their own, for requirements with
/// too many alternatives, and for digitals.
///
/// A vanilla option's delta rises with the spot, so the deltas at both ends of an interval bound the slope of K on it,
/// which a walk with one Lipschitz constant for all prices only knows to be below the sum of quantities. An interval
/// without a sign change is left alone where its slope cannot bring K to zero, one with a sign change holds one
/// root where K is monotone, and any other is halved until it is shorter than the resolution. All of one generation are
/// halved before the next, so that where the budget ends the search has been as fine everywhere; what is then still open
/// counts by the signs at its ends, and nothing is claimed. Tails are bounded by the options' asymptotes.
struct IntervalWalk {
  /// K at a spot with everything a bound needs.
  struct Sample {
    let spot: Double
    let value: Double
    /// What rounding can have done to the value; K within it counts as zero.
    let slack: Double
    let deltas: [Double]

    var isNegative: Bool { value < -slack }
  }

  let curve: EquityCurve
  let resolution: Double
  private(set) var evaluations = 0
  private(set) var isComplete = true

  /// The most samples of one piece.
  static let sampleLimit = 100_000
  /// The most values of single options that samples of one piece may cost together: a large book, and a requirement that is
  /// a scan of its own, are searched more coarsely.
  static let valueLimit = 2_000_000
  /// What any curve is given, however much one sample costs.
  static let leastSampleLimit = 256

  private let sampleLimit: Int

  init(_ curve: EquityCurve, resolution: Double) {
    self.curve = curve
    self.resolution = resolution
    let affordable = max(IntervalWalk.valueLimit / max(curve.cost, 1), IntervalWalk.leastSampleLimit)
    sampleLimit = min(affordable, IntervalWalk.sampleLimit)
  }

  /// The bands where K < 0 between two spots, 0 and infinity included; those that reach an end of the range end there.
  mutating func bands(from start: Double, to end: Double, near spot: Double) -> [Band] {
    var low = start
    var high = end
    if start == 0 {
      if let tail = curve.tail(atZero: true, limit: min(end, spot)) {
        low = tail
      } else {
        isComplete = false
        low = min(spot, end.isFinite ? end : spot) * 1e-3
      }
    }
    if end == .infinity {
      if let tail = curve.tail(atZero: false, limit: max(low, spot)) {
        high = tail
      } else {
        isComplete = false
        high = max(spot, low) * 1e3
      }
    }
    guard low < high else {
      let isNegative = sample(low).isNegative
      return isNegative ? [Band(lower: nil, upper: nil).clipped(from: start, to: end)] : []
    }
    let roots = self.roots(from: low, to: high)
    return Bands.between(roots.ends, startsNegative: roots.startsNegative).map { $0.clipped(from: start, to: end) }
  }

  private mutating func sample(_ spot: Double) -> Sample {
    evaluations += curve.cost
    return curve.sample(spot)
  }

  private mutating func roots(from low: Double, to high: Double) -> (ends: [BandEnd], startsNegative: Bool) {
    let first = sample(low)
    var ends: [(place: Double, end: BandEnd)] = []
    var open = [(left: first, right: sample(high))]
    var count = 2
    while !open.isEmpty {
      var halves: [(left: Sample, right: Sample)] = []
      for (left, right) in open {
        let slopes = curve.slopes(left, right)
        switch IntervalWalk.judge(left, right, slopes) {
        case .noRoot: break
        case .oneRoot: ends.append((left.spot, BandEnd(price: root(left, right))))
        case .unknown:
          let width = right.spot - left.spot
          let middle = right.spot > 1.5 * left.spot ? (left.spot * right.spot).squareRoot() : left.spot + width / 2
          let canHalve = width > resolution && middle > left.spot && middle < right.spot
          if canHalve, count < sampleLimit {
            count += 1
            let centre = sample(middle)
            halves += [(left, centre), (centre, right)]
            continue
          }
          if canHalve { isComplete = false }
          // Below the resolution, or beyond the budget, a change of sign is one root, or a jump.
          if left.isNegative != right.isNegative {
            let isJump = !(slopes.least.isFinite && slopes.greatest.isFinite)
            let price = isJump ? curve.jump(left.spot, right.spot) : root(left, right)
            ends.append((left.spot, BandEnd(price: price, isJump: isJump)))
          }
        }
      }
      open = halves
    }
    return (ends.sorted { $0.place < $1.place }.map(\.end), first.isNegative)
  }

  private enum Judgement { case noRoot, oneRoot, unknown }

  private static func judge(
    _ left: Sample, _ right: Sample, _ slopes: (least: Double, greatest: Double)
  ) -> Judgement {
    let (least, greatest) = slopes
    if least >= 0 || greatest <= 0 { return left.isNegative == right.isNegative ? .noRoot : .oneRoot }
    guard left.isNegative == right.isNegative, least.isFinite, greatest.isFinite else { return .unknown }
    let width = right.spot - left.spot
    let slack = max(left.slack, right.slack)
    if left.isNegative {
      let place = (right.value - left.value - least * width) / (greatest - least)
      return left.value + greatest * min(max(place, 0), width) < -slack ? .noRoot : .unknown
    }
    let place = (right.value - left.value - greatest * width) / (least - greatest)
    return left.value + least * min(max(place, 0), width) >= -slack ? .noRoot : .unknown
  }

  private mutating func root(_ left: Sample, _ right: Sample) -> Double {
    let curve = curve
    var count = 0
    // Zero within rounding counts as not negative.
    func shifted(_ sample: Sample) -> Double { sample.value == 0 ? sample.slack : sample.value }
    let (low, high) = (shifted(left), shifted(right))
    guard (low < 0) != (high < 0) else { return left.isNegative ? right.spot : left.spot }
    let root = RootBracket.root(low: left.spot, lowValue: low, high: right.spot, highValue: high) {
      count += curve.cost
      return curve.sample($0).value
    }
    evaluations += count
    return root
  }
}

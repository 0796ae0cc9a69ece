/// Where a band of liquidation begins or ends.
struct BandEnd: Hashable, Sendable {
  let price: Double
  /// True where equity jumps there and has no slope: a digital at expiry, a requirement that changes at a known spot.
  var isJump = false
}

/// An open interval of prices; nil for the end at 0 or at infinity.
struct Band: Hashable, Sendable {
  var lower: BandEnd?
  var upper: BandEnd?

  static let everything = Band(lower: nil, upper: nil)

  /// The part inside a piece of the requirement, whose own ends are where it changes.
  func clipped(from start: Double, to end: Double) -> Band {
    Band(
      lower: start > 0 && low < start ? BandEnd(price: start, isJump: true) : lower,
      upper: end < .infinity && high > end ? BandEnd(price: end, isJump: true) : upper)
  }

  var low: Double { lower?.price ?? 0 }
  var high: Double { upper?.price ?? .infinity }
}

/// Unions and intersections of ascending, disjoint bands.
enum Bands {
  /// - Parameter bands: In any order; bands that overlap become one, bands that only touch stay two unless the point is a
  ///   jump, where the requirement changes and equity is no better than on its sides.
  static func union(_ bands: [Band]) -> [Band] {
    var result: [Band] = []
    for band in bands.sorted(by: { ($0.low, $0.high) < ($1.low, $1.high) }) where band.low < band.high {
      guard let last = result.last, band.low < last.high || (band.low == last.high && last.upper?.isJump == true)
      else {
        result.append(band)
        continue
      }
      if band.high > last.high { result[result.count - 1].upper = band.upper }
    }
    return result
  }

  static func intersection(_ left: [Band], _ right: [Band]) -> [Band] {
    var result: [Band] = []
    for a in left {
      for b in right {
        let band = Band(lower: a.low >= b.low ? a.lower : b.lower, upper: a.high <= b.high ? a.upper : b.upper)
        if band.low < band.high { result.append(band) }
      }
    }
    return union(result)
  }

  /// The bands between crossings: the sign alternates at each.
  static func between(_ roots: [BandEnd], startsNegative: Bool) -> [Band] {
    var bands: [Band] = []
    var start: BandEnd?
    var isNegative = startsNegative
    for root in roots {
      if isNegative { bands.append(Band(lower: start, upper: root)) }
      start = root
      isNegative.toggle()
    }
    if isNegative { bands.append(Band(lower: start, upper: nil)) }
    return bands
  }
}

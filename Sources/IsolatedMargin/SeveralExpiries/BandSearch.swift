import Basics
import Kernels

/// The least value of a position over all prices and volatilities, by best-first branch and bound.
///
/// The box with the lowest bound is split until no bound is further than the tolerance below the lowest value seen; what
/// is left then is a cover by boxes, each with a bound, and the lowest of these is the answer (Land and Doig 1960; Hansen,
/// *Global Optimization Using Interval Analysis*, 1992). It is valid whenever the search ends, and only wider before.
struct BandSearch {
  /// The boxes that cover every price and volatility, with their bounds; by coordinate, then by volatility.
  private(set) var leaves: [(box: BandBox, lower: Double)] = []
  /// The lowest of the leaves' bounds; minus infinity where the value falls for ever.
  private(set) var lower = -Double.infinity
  /// The lowest value seen, from above, and where.
  private(set) var witness = BandPoint(coordinate: 0, longVolatility: 0, shortVolatility: 0, value: .infinity)
  /// How many boxes were bounded.
  private(set) var boxes = 0
  /// True where the bound is within the tolerance of the lowest value seen.
  private(set) var isToTolerance = false

  private let position: BandPosition
  private var queue = BandQueue()
  /// Where the position's pieces meet: good places to cut. Ascending.
  private let cuts: [Double]
  /// Prices in quote currency of more than 8 decimals are not asked for.
  private let isWhole: Bool

  /// - Parameters:
  ///   - tolerance: As a share of the position's size, 0 or more; what rounding takes is allowed beside it.
  ///   - limit: The most boxes to bound.
  init(_ position: BandPosition, isWhole: Bool, tolerance: Double, limit: Int) {
    self.position = position
    self.isWhole = isWhole
    let tolerance = (tolerance + 0x1p-44) * position.gross
    let places = position.near.positions.map(\.lower) + position.options.map(\.centre)
    cuts = Set(places).sorted()
    guard position.domain.high < .infinity || position.tail.slope >= .zero else { return }
    for box in roots { push(box) }
    while let top = queue.first {
      lower = top.bound.lower
      let seen = look(at: top)
      if witness.value <= Directed.sumUp(lower, tolerance) {
        isToTolerance = true
        break
      }
      guard boxes < limit, let parts = split(top, seen: seen) else { break }
      queue.removeFirst()
      push(parts.0)
      push(parts.1)
    }
    leaves = queue.items.map { ($0.box, $0.bound.lower) }
      .sorted { ($0.box.low, $0.box.lowVolatility) < ($1.box.low, $1.box.lowVolatility) }
  }

  /// Up to twice the last place where anything bends, and from there to infinity.
  private var roots: [BandBox] {
    let (low, high) = position.domain
    func box(_ low: Double, _ high: Double) -> BandBox {
      BandBox(low: low, high: high, lowVolatility: position.band.lower, highVolatility: position.band.upper)
    }
    guard high == .infinity else { return [box(low, high)] }
    let start = max(2 * (cuts.last ?? 0), 2 * low, isWhole ? 1 : .leastNormalMagnitude)
    return [box(low, start), box(start, high)]
  }

  private mutating func push(_ box: BandBox) {
    boxes += 1
    queue.insert(BandEntry(box: box, bound: position.bound(of: box), order: boxes))
  }

  /// Evaluates the value where the bound is met; the lowest value there.
  private mutating func look(at entry: BandEntry) -> Double {
    let box = entry.box
    var place = entry.bound.place
    let rounded = place.rounded()
    if isWhole, position.domain.low < rounded, rounded < position.domain.high { place = rounded }
    var pairs = [(box.lowVolatility, box.highVolatility)]
    if position.band.sharing == .common {
      let middle = box.lowVolatility + 0.5 * (box.highVolatility - box.lowVolatility)
      pairs = [box.lowVolatility, middle, box.highVolatility].map { ($0, $0) }
    }
    var lowest = Double.infinity
    for (long, short) in pairs {
      let value = position.value(at: place, long: long, short: short).upper
      lowest = min(lowest, value)
      if value < witness.value {
        witness = BandPoint(coordinate: place, longVolatility: long, shortVolatility: short, value: value)
      }
    }
    return lowest
  }

  /// Splits where the bound loses most: the volatilities, or the coordinates at a bend or in the middle.
  private func split(_ entry: BandEntry, seen: Double) -> (BandBox, BandBox)? {
    let (box, bound) = (entry.box, entry.bound)
    let curvature = seen - (bound.lower + bound.loss)
    if bound.loss > max(curvature, 0), let parts = box.splitByVolatility { return parts }
    return box.split(at: cut(box)) ?? (bound.loss > 0 ? box.splitByVolatility : nil)
  }

  private func cut(_ box: BandBox) -> Double {
    guard box.high < .infinity else { return 2 * box.low }
    var (start, end) = (0, cuts.count)
    while start < end {
      let middle = (start + end) / 2
      if cuts[middle] < box.middle { start = middle + 1 } else { end = middle }
    }
    let inside = [start - 1, start].filter { cuts.indices.contains($0) }.map { cuts[$0] }
      .filter { box.low < $0 && $0 < box.high }
    if let nearest = inside.min(by: { abs($0 - box.middle) < abs($1 - box.middle) }) { return nearest }
    guard box.low > 0, box.high > 4 * box.low else { return box.middle }
    return box.low.squareRoot() * box.high.squareRoot()
  }
}

/// A point at which a value was seen.
struct BandPoint: Hashable, Sendable {
  let coordinate: Double
  let longVolatility: Double
  let shortVolatility: Double
  /// From above.
  let value: Double
}

struct BandEntry {
  let box: BandBox
  let bound: BandBound
  let order: Int

  /// Of equal bounds the earlier one, so that a search goes the same way every time.
  static func < (left: BandEntry, right: BandEntry) -> Bool {
    (left.bound.lower, left.order) < (right.bound.lower, right.order)
  }
}

/// Boxes by their bounds, the lowest first: a binary heap.
struct BandQueue {
  private(set) var items: [BandEntry] = []

  var first: BandEntry? { items.first }

  mutating func insert(_ entry: BandEntry) {
    items.append(entry)
    var place = items.count - 1
    while place > 0, items[place] < items[(place - 1) / 2] {
      items.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func removeFirst() {
    guard let last = items.popLast(), !items.isEmpty else { return }
    items[0] = last
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < items.count && items[child] < items[least] {
        least = child
      }
      guard least != place else { return }
      items.swapAt(place, least)
      place = least
    }
  }
}

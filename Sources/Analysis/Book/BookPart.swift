import IsolatedMargin
import Kernels
import Pricing

/// A part of a book, ready for the sweep: sparse rows, and strategies with the same first legs side by side.
struct BookPart: Sendable {
  /// Of all strategies, in the order of the table.
  var legs: [BookSweep.Leg] = []
  /// By strategy: where its legs begin.
  var firstLegs: [Int32] = []
  /// By strategy; nil where the market refuses it.
  var margins: [MarginFigures?] = []
  var errors: [Int: PricingError] = [:]
  /// By strategy.
  var positions: [BookSweep.Position] = []
  var hasOffsets: [Bool] = []

  /// Strategies that can be swept, equal legs together.
  private(set) var order: [Int32] = []
  private(set) var groups: [BookSweep.Group] = []
  /// The groups' legs, one group behind the other, so that the sweep reads them in the order of memory.
  private(set) var groupLegs: [BookSweep.Leg] = []
  /// Positions in the order of `order`.
  private(set) var sorted: [BookSweep.Position] = []

  /// The number of strategies.
  var count: Int { margins.count }

  /// Where the legs of a strategy lie.
  func legRange(_ index: Int) -> Range<Int> {
    Int(firstLegs[index])..<(index + 1 < firstLegs.count ? Int(firstLegs[index + 1]) : legs.count)
  }

  /// Adds the strategies of the ranges behind.
  mutating func append(_ next: BookPart) {
    let (base, first) = (Int32(truncatingIfNeeded: legs.count), margins.count)
    legs += next.legs
    firstLegs += next.firstLegs.lazy.map { $0 + base }
    margins += next.margins
    positions += next.positions
    hasOffsets += next.hasOffsets
    for (index, error) in next.errors { errors[first + index] = error }
  }

  /// Sorts by legs and finds what neighbours share.
  mutating func group() {
    var keyed: [(key: UInt64, whole: UInt64, index: Int32)] = []
    keyed.reserveCapacity(margins.count)
    for index in margins.indices where margins[index] != nil {
      let range = legRange(index)
      keyed.append((key(range), wholeKey(range), Int32(truncatingIfNeeded: index)))
    }
    // Where legs agree the book's order decides, so that equal books are worked on in one way.
    keyed.sort { ($0.key, $0.whole, $0.index) < ($1.key, $1.whole, $1.index) }
    order = keyed.map(\.index)
    sorted = order.map { positions[Int($0)] }
    groups = []
    groupLegs = []
    groupLegs.reserveCapacity(legs.count)
    var previous = 0..<0
    for (place, index) in order.enumerated() {
      let range = legRange(Int(index))
      if place > 0, range.count == previous.count, isSame(range, previous, count: range.count) {
        groups[groups.count - 1].endOfPositions += 1
        continue
      }
      let half = range.count / 2
      var group = BookSweep.Group(
        firstLeg: Int32(truncatingIfNeeded: groupLegs.count), legCount: Int32(truncatingIfNeeded: range.count),
        shared: 0, kept: 0, firstPosition: Int32(truncatingIfNeeded: place),
        endOfPositions: Int32(truncatingIfNeeded: place + 1), hasOffsets: hasOffsets[Int(index)])
      if half > 0, half == previous.count / 2, isSame(range, previous, count: half) {
        group.shared = Int32(truncatingIfNeeded: half)
        group.kept = group.shared
        groups[groups.count - 1].kept = group.shared
      }
      groups.append(group)
      groupLegs += legs[range]
      previous = range
    }
  }

  /// The rows of the first three legs, first leg highest.
  private func key(_ range: Range<Int>) -> UInt64 {
    var key: UInt64 = 0
    for place in 0..<3 {
      let row = place < range.count ? UInt64(UInt32(bitPattern: legs[range.lowerBound + place].row)) & 0x1F_FFFF : 0
      key = key << 21 | row
    }
    return key
  }

  /// A number that is equal for equal legs and hardly ever for others, so that repeated strategies come to stand together.
  private func wholeKey(_ range: Range<Int>) -> UInt64 {
    var key: UInt64 = 0
    for leg in legs[range] {
      key = BookPart.mixed(key, UInt64(UInt32(bitPattern: leg.row)))
      key = BookPart.mixed(key, leg.ratio.bitPattern)
      key = BookPart.mixed(key, leg.offset.bitPattern)
    }
    return key
  }

  private static func mixed(_ key: UInt64, _ word: UInt64) -> UInt64 {
    let product = (key ^ word) &* 0x9E37_79B9_7F4A_7C15
    return product ^ product >> 29
  }

  private func isSame(_ a: Range<Int>, _ b: Range<Int>, count: Int) -> Bool {
    for offset in 0..<count where legs[a.lowerBound + offset] != legs[b.lowerBound + offset] { return false }
    return true
  }
}

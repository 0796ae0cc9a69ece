import Basics
import Instruments
import IsolatedMargin
import Kernels
import MarketData
import Pricing
import Scenarios

/// A part of a book, ready for the sweep: sparse rows, and strategies with the same first legs side by side.
struct BookPart: Sendable {
  /// Parallel to the table's legs.
  var legs: [BookSweep.Leg]
  /// By strategy; nil where the market refuses it.
  var margins: [MarginFigures?]
  var errors: [Int: PricingError]
  /// By strategy.
  var positions: [BookSweep.Position]
  var hasOffsets: [Bool]

  /// Strategies that can be swept, equal legs together.
  var order: [Int32]
  var groups: [BookSweep.Group]
  /// Positions in the order of `order`.
  var sorted: [BookSweep.Position]

  /// Sorts by legs and finds what neighbours share.
  mutating func group(_ table: StrategyTable) {
    var keyed: [(key: UInt64, index: Int32)] = []
    keyed.reserveCapacity(margins.count)
    for index in margins.indices where margins[index] != nil {
      keyed.append((key(table.legRange(index)), Int32(truncatingIfNeeded: index)))
    }
    // Where rows agree the book's order decides, so that equal books are worked on in one way.
    keyed.sort { ($0.key, $0.index) < ($1.key, $1.index) }
    order = keyed.map(\.index)
    sorted = order.map { positions[Int($0)] }
    groups = []
    var previous = 0..<0
    for (place, index) in order.enumerated() {
      let range = table.legRange(Int(index))
      if place > 0, range.count == previous.count, isSame(range, previous, count: range.count) {
        groups[groups.count - 1].endOfPositions += 1
        continue
      }
      let half = range.count / 2
      var group = BookSweep.Group(
        firstLeg: Int32(truncatingIfNeeded: range.lowerBound), legCount: Int32(truncatingIfNeeded: range.count),
        shared: 0, kept: 0, firstPosition: Int32(truncatingIfNeeded: place),
        endOfPositions: Int32(truncatingIfNeeded: place + 1), hasOffsets: hasOffsets[Int(index)])
      if half > 0, half == previous.count / 2, isSame(range, previous, count: half) {
        group.shared = Int32(truncatingIfNeeded: half)
        group.kept = group.shared
        groups[groups.count - 1].kept = group.shared
      }
      groups.append(group)
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

  private func isSame(_ a: Range<Int>, _ b: Range<Int>, count: Int) -> Bool {
    for offset in 0..<count where legs[a.lowerBound + offset] != legs[b.lowerBound + offset] { return false }
    return true
  }
}

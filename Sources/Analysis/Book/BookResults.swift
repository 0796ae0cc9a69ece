import Basics
import IsolatedMargin
import Kernels
public import Pricing

/// The figures of the strategies of one table, by their places in it.
///
/// They are written by several threads, each to places of its own, and read when all are done.
@safe
public final class BookResults: @unchecked Sendable {
  let part: BookPart
  /// The place of a strategy in the sorted order; -1 for what was refused.
  private let sortedPlaces: [Int32]
  let nodeCount: Int
  let levelCount: Int
  let tallies: UnsafeMutableBufferPointer<BookSweep.Tally>
  let worstScenarios: UnsafeMutableBufferPointer<Int32>
  let bestScenarios: UnsafeMutableBufferPointer<Int32>
  let values: UnsafeMutableBufferPointer<Double>
  let shortfalls: UnsafeMutableBufferPointer<Double>

  init(part: BookPart, nodeCount: Int, levelCount: Int) {
    self.part = part
    self.nodeCount = nodeCount
    self.levelCount = levelCount
    var places = [Int32](repeating: -1, count: part.count)
    for (place, index) in part.order.enumerated() { places[Int(index)] = Int32(truncatingIfNeeded: place) }
    sortedPlaces = places
    let count = part.order.count
    unsafe tallies = .allocate(capacity: count)
    unsafe worstScenarios = .allocate(capacity: count)
    unsafe bestScenarios = .allocate(capacity: count)
    unsafe values = .allocate(capacity: count)
    unsafe shortfalls = .allocate(capacity: count * levelCount)
    unsafe tallies.initialize(repeating: BookSweep.Tally())
    unsafe worstScenarios.initialize(repeating: 0)
    unsafe bestScenarios.initialize(repeating: 0)
    unsafe values.initialize(repeating: .nan)
    unsafe shortfalls.initialize(repeating: .nan)
  }

  deinit {
    unsafe tallies.deallocate()
    unsafe worstScenarios.deallocate()
    unsafe bestScenarios.deallocate()
    unsafe values.deallocate()
    unsafe shortfalls.deallocate()
  }

  /// The number of strategies.
  public var count: Int { sortedPlaces.count }

  /// The figures of a strategy.
  ///
  /// - Throws: ``PricingError`` where the market cannot value it.
  public func figures(_ index: Int) throws(PricingError) -> BookFigures {
    let place = Int(sortedPlaces[index])
    guard place >= 0, let margin = part.margins[index] else {
      throw part.errors[index] ?? .missing("value", instrument: "strategy \(index)")
    }
    let tally = unsafe tallies[place]
    let below = tally.below
    let nodes = Double(nodeCount)
    let shares: SIMD4<Double>? =
      margin.margin == nil
      ? nil
      : SIMD4(
        Double(below.0) / nodes, Double(below.1) / nodes, Double(below.2) / nodes, Double(below.3) / nodes)
    return unsafe BookFigures(
      value: values[place], worst: tally.worst, worstScenario: Int(worstScenarios[place]), best: tally.best,
      bestScenario: Int(bestScenarios[place]), margin: margin, sharesBeyond: shares,
      expectedShortfalls: levelCount == 0
        ? [] : Array(shortfalls[(place * levelCount)..<((place + 1) * levelCount)]))
  }
}

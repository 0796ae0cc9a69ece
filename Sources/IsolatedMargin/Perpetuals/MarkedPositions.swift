public import Basics
import Kernels

/// The isolated positions of one contract as columns, re-marked together at every tick.
///
/// A position's liquidation price does not depend on the mark, so it is solved once, exactly, when the position changes, and
/// kept as a whole number of 10^-8: the price rounded up for a long, down for a short. A mark is such a number too, hence
///
///     mark < P  <=>  mark < ceil(P)          mark > P  <=>  mark > floor(P)
///
/// and the comparison of two integers *is* the exact decision, for every position and every mark, with nothing to guard.
/// Funding, top-ups and trades change a position and so its number: ``replace(_:with:under:)``.
///
/// A tick computes, for each position, its equity (a Double: a figure to show, within a few units in the last place of the
/// notional), its decision, and the list of those that were not below the tick before.
public struct MarkedPositions: Sendable {
  /// Where a position stands: for as long as the columns live.
  public struct Slot: Hashable, Sendable {
    public let side: PositionSide
    public let index: Int
  }

  /// What a tick found.
  public struct Tick: Hashable, Sendable {
    /// How many positions are liquidated at the mark.
    public let liquidatedCount: Int
    /// How many of them were not at the mark before: see ``MarkedPositions/newlyLiquidated``.
    public let newlyLiquidatedCount: Int
  }

  public let kind: PerpetualKind
  private var longs = Columns()
  private var shorts = Columns()

  public init(_ kind: PerpetualKind) { self.kind = kind }

  public var count: Int { longs.count + shorts.count }

  /// Adds a position; it is judged at the next tick.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a position of the other kind.
  /// - Complexity: O(tiers) exact operations.
  @discardableResult
  public mutating func append(
    _ position: PerpetualPosition, under terms: PerpetualTerms
  ) throws(IsolatedMarginError) -> Slot {
    let row = try row(position, terms)
    switch position.side {
    case .long:
      longs.append(row)
      return Slot(side: .long, index: longs.count - 1)
    case .short:
      shorts.append(row)
      return Slot(side: .short, index: shorts.count - 1)
    }
  }

  /// Replaces a position by what it has become; nil empties its place. A position that turned round needs a new place.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a position of the other kind or side, or a place that is none.
  public mutating func replace(
    _ slot: Slot, with position: PerpetualPosition?, under terms: PerpetualTerms
  ) throws(IsolatedMarginError) {
    guard slot.index >= 0, slot.index < (slot.side == .long ? longs : shorts).count else {
      throw .badInput("slot", found: "\(slot.side.rawValue) \(slot.index)", wanted: "a place that was given")
    }
    guard position.map({ $0.side == slot.side }) ?? true else {
      throw .badInput("side", found: slot.side.opposite.rawValue, wanted: slot.side.rawValue)
    }
    let next = try position.map { (position) throws(IsolatedMarginError) in try row(position, terms) } ?? Row.empty
    switch slot.side {
    case .long: longs[slot.index] = next
    case .short: shorts[slot.index] = next
    }
  }

  /// Marks every position.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a mark of 0 or less, or at the end of the range of prices; nothing is
  ///   changed then.
  /// - Complexity: O(positions), without allocation.
  public mutating func mark(at price: Price) throws(IsolatedMarginError) -> Tick {
    guard price > .zero, price.count < .max else {
      throw .badInput("mark", found: "\(price)", wanted: "more than 0 and inside the range of prices")
    }
    let coordinate = kind == .linear ? price.value : 1 / price.value
    let below = longs.mark(price.count, coordinate)
    // m > floor(P) is -m < -floor(P).
    let above = shorts.mark(-price.count, coordinate)
    return Tick(
      liquidatedCount: below.liquidated + above.liquidated, newlyLiquidatedCount: below.crossed + above.crossed)
  }

  /// The positions that the last tick found liquidated and the tick before did not: longs first, in the order of their places.
  public var newlyLiquidated: [Slot] {
    longs.newlyLiquidated.map { Slot(side: .long, index: Int($0)) }
      + shorts.newlyLiquidated.map { Slot(side: .short, index: Int($0)) }
  }

  /// True where the last tick found the position liquidated.
  public func isLiquidated(_ slot: Slot) -> Bool {
    slot.side == .long ? longs.isLiquidated(slot.index) : shorts.isLiquidated(slot.index)
  }

  /// The position's equity at the last mark, in margin currency, exit fees not taken off; 0 before the first.
  public func equity(_ slot: Slot) -> Double {
    slot.side == .long ? longs.equity(slot.index) : shorts.equity(slot.index)
  }

  private func row(_ position: PerpetualPosition, _ terms: PerpetualTerms) throws(IsolatedMarginError) -> Row {
    guard position.kind == kind else {
      throw .badInput("kind", found: position.kind.rawValue, wanted: kind.rawValue)
    }
    let isRising = position.gainsWithNotional
    return Row(
      threshold: MarkedPositions.threshold(PerpetualLiquidation(of: position, under: terms)),
      // M' + sigma (n - n0) with n = quantity x.
      constant: (position.available + (isRising ? -position.entryNotional : position.entryNotional)).doubleValue,
      slope: (isRising ? position.quantity : -position.quantity).doubleValue)
  }

  /// The whole number below which a signed mark liquidates.
  private static func threshold(_ liquidation: PerpetualLiquidation) -> Int64 {
    guard let price = liquidation.price else { return liquidation.status == .none ? .min : .max }
    let isLong = liquidation.side == .long
    guard
      let count = try? price.count(decimals: Price.decimals, rounding: liquidation.safeRounding, type: "Price")
    else {
      // Beyond every mark: a long is liquidated at all of them, a short at none.
      return isLong ? .max : .min
    }
    return isLong ? count : -count
  }
}

private struct Row {
  let threshold: Int64
  let constant: Double
  let slope: Double

  /// Holds nothing and is never liquidated.
  static let empty = Row(threshold: .min, constant: 0, slope: 0)
}

/// The columns of one side.
private struct Columns {
  private var thresholds: [Int64] = []
  private var constants: [Double] = []
  private var slopes: [Double] = []
  private var equities: [Double] = []
  private var decisions: [UInt64] = []
  private var crossed: [Int32] = []
  private var crossedCount = 0

  var count: Int { thresholds.count }

  mutating func append(_ row: Row) {
    thresholds.append(row.threshold)
    constants.append(row.constant)
    slopes.append(row.slope)
    equities.append(0)
    crossed.append(0)
    if decisions.count < LiquidationSweep.wordCount(count) { decisions.append(0) }
  }

  subscript(index: Int) -> Row {
    get { Row(threshold: thresholds[index], constant: constants[index], slope: slopes[index]) }
    set {
      thresholds[index] = newValue.threshold
      constants[index] = newValue.constant
      slopes[index] = newValue.slope
      // What stands there now has not been judged.
      decisions[index / 64] &= ~(1 << UInt64(index % 64))
    }
  }

  mutating func mark(_ signedMark: Int64, _ coordinate: Double) -> LiquidationSweep.Count {
    let found = Columns.swept(
      signedMark, coordinate, thresholds, constants, slopes, into: &equities, &decisions, &crossed)
    crossedCount = found.crossed
    return found
  }

  private static func swept(
    _ signedMark: Int64, _ coordinate: Double, _ thresholds: [Int64], _ constants: [Double], _ slopes: [Double],
    into equities: inout [Double], _ decisions: inout [UInt64], _ crossed: inout [Int32]
  ) -> LiquidationSweep.Count {
    var equitySpan = equities.mutableSpan
    var decisionSpan = decisions.mutableSpan
    var crossedSpan = crossed.mutableSpan
    return LiquidationSweep.remark(
      mark: signedMark, coordinate: coordinate, thresholds: thresholds.span, constants: constants.span,
      slopes: slopes.span, equities: &equitySpan, decisions: &decisionSpan, crossed: &crossedSpan)
  }

  var newlyLiquidated: ArraySlice<Int32> { crossed[..<crossedCount] }

  func isLiquidated(_ index: Int) -> Bool {
    thresholds.indices.contains(index) && decisions[index / 64] >> UInt64(index % 64) & 1 == 1
  }

  func equity(_ index: Int) -> Double { equities.indices.contains(index) ? equities[index] : 0 }
}

internal import CVector

/// Sums of contracts' rows for many strategies, each reduced at once to its extremes and to counts of its losses.
///
/// A row holds one contract's value at every node of a grid. A strategy is a short sum of rows, and nobody keeps that sum:
/// it is made in registers, a tile of nodes at a time, and only its least, its greatest and four counts leave them. So the
/// cube of strategies and nodes never exists. Strategies with the same first legs, neighbours in sorted order, share the sum
/// of those legs; strategies with all legs in common, whatever their quantity and price, share the whole.
///
/// The work is one fused multiplication for each leg and node; a row is read from the caches, and that is what bounds it
/// beside the comparisons. Results do not depend on how tiles or strategies are divided among calls.
public enum BookSweep {
  /// Nodes in a tile; a row's length is padded to a multiple of it.
  public static var tileWidth: Int { 8 * Wide.width }

  /// One term of a sum: `ratio` x (row - offset).
  public struct Leg: Sendable, Hashable {
    /// The place of its row.
    public var row: Int32
    public var ratio: Double
    /// Taken off each number of the row: the entry price of a linear leg, 0 for a contract.
    public var offset: Double

    public init(row: Int32, ratio: Double, offset: Double) {
      self.row = row
      self.ratio = ratio
      self.offset = offset
    }
  }

  /// Strategies with the same legs.
  public struct Group: Sendable {
    public var firstLeg: Int32
    public var legCount: Int32
    /// How many first legs it has in common with the group before it, whose partial sum is then taken over; 0 or what that
    /// group keeps.
    public var shared: Int32
    /// How many first legs' partial sum is kept for the next group; at least `shared`.
    public var kept: Int32
    public var firstPosition: Int32
    public var endOfPositions: Int32
    public var hasOffsets: Bool

    public init(
      firstLeg: Int32, legCount: Int32, shared: Int32, kept: Int32, firstPosition: Int32, endOfPositions: Int32,
      hasOffsets: Bool
    ) {
      self.firstLeg = firstLeg
      self.legCount = legCount
      self.shared = shared
      self.kept = kept
      self.firstPosition = firstPosition
      self.endOfPositions = endOfPositions
      self.hasOffsets = hasOffsets
    }
  }

  /// A strategy of a group: profit = `scale` x sum - `cost`.
  public struct Position: Sendable {
    /// Above 0.
    public var scale: Double
    public var cost: Double
    /// Profits below which nodes are counted, descending; what is not asked for is -infinity.
    public var floors: (Double, Double, Double, Double)

    public init(scale: Double, cost: Double, floors: (Double, Double, Double, Double)) {
      self.scale = scale
      self.cost = cost
      self.floors = floors
    }
  }

  /// What the nodes looked at so far have shown of a strategy.
  public struct Tally: Sendable {
    public var worst = Double.infinity
    public var best = -Double.infinity
    /// The first tile with the worst, and with the best, profit.
    public var worstTile: Int32 = 0
    public var bestTile: Int32 = 0
    /// Nodes with a profit strictly below each floor.
    public var below: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

    public init() {}
  }

  /// Rows in memory: `stride` numbers each, of which the first `nodeCount` are nodes and the rest repeat the last one.
  public struct Rows: @unchecked Sendable {
    let start: UnsafePointer<Double>
    public let stride: Int
    public let nodeCount: Int

    /// - Parameter stride: A multiple of ``BookSweep/tileWidth`` that holds `nodeCount`.
    public init(start: UnsafePointer<Double>, stride: Int, nodeCount: Int) {
      guard nodeCount > 0, stride >= nodeCount, stride % BookSweep.tileWidth == 0 else {
        fatalError("BookSweep.Rows: \(stride) numbers a row do not hold \(nodeCount) nodes in whole tiles")
      }
      unsafe self.start = start
      self.stride = stride
      self.nodeCount = nodeCount
    }

    /// The numbers of all rows from a node of the first row on; rows lie `stride` apart, and readable memory goes on for
    /// ``BookSweep/slack`` numbers behind the last.
    public func numbers(from node: Int, count: Int) -> UnsafeBufferPointer<Double> {
      unsafe UnsafeBufferPointer(start: start + node, count: count)
    }

    /// Tiles that hold its nodes.
    public var tileCount: Int { (nodeCount + BookSweep.tileWidth - 1) / BookSweep.tileWidth }
  }

  /// Tiles worked on for all groups before the next ones: so many nodes of a few hundred contracts stay in the second cache.
  private static let tilesAtOnce = 16

  /// Numbers of scratch memory that ``sweep(_:legs:groups:positions:firstTile:tallies:scratch:)`` needs.
  public static var scratchCount: Int { tilesAtOnce * tileWidth }

  /// Brings the tallies of every group's strategies up to date with the nodes of `rows`.
  ///
  /// - Parameters:
  ///   - rows: The nodes, those of one slab of a grid.
  ///   - legs: Of all groups; each row must lie within `rows`.
  ///   - groups: In an order in which `shared` holds; the first of a call shares nothing, whatever it says.
  ///   - positions: Of all groups.
  ///   - firstTile: The number of the first tile of `rows` within the whole grid.
  ///   - tallies: One for each position.
  ///   - scratch: ``scratchCount`` numbers.
  /// - Complexity: One fused multiplication for each leg that is not shared and each node; without allocation.
  public static func sweep(
    _ rows: Rows, legs: UnsafePointer<Leg>, groups: UnsafeBufferPointer<Group>, positions: UnsafePointer<Position>,
    firstTile: Int, tallies: UnsafeMutablePointer<Tally>, scratch: UnsafeMutablePointer<Double>
  ) {
    var tile = 0
    while tile < rows.tileCount {
      let end = min(tile + tilesAtOnce, rows.tileCount)
      unsafe sweepTiles(tile..<end, rows, legs, groups, positions, firstTile, tallies, scratch)
      tile = end
    }
  }

  @inline(never)
  private static func sweepTiles(
    _ tiles: Range<Int>, _ rows: Rows, _ legs: UnsafePointer<Leg>, _ groups: UnsafeBufferPointer<Group>,
    _ positions: UnsafePointer<Position>, _ firstTile: Int, _ tallies: UnsafeMutablePointer<Tally>,
    _ scratch: UnsafeMutablePointer<Double>
  ) {
    let width = tileWidth
    for g in groups.indices {
      let group = unsafe groups[g]
      let shared = g == groups.startIndex ? 0 : Int(group.shared)
      for tile in tiles {
        let first = unsafe legs + Int(group.firstLeg)
        let nodes = unsafe rows.start + tile * width
        let partial = unsafe scratch + (tile - tiles.lowerBound) * width
        // The common case is a path of its own, without a question in its loop.
        let sum =
          group.hasOffsets
          ? unsafe Tile(
            legs: first, count: Int(group.legCount), shared: shared, kept: Int(group.kept), hasOffsets: true,
            nodes: nodes, stride: rows.stride, partial: partial)
          : unsafe Tile(
            legs: first, count: Int(group.legCount), shared: shared, kept: Int(group.kept), hasOffsets: false,
            nodes: nodes, stride: rows.stride, partial: partial)
        let used = min(width, rows.nodeCount - tile * width)
        let low = cv_least_lane(sum.lesser.lanes)
        let high = cv_greatest_lane(sum.greater.lanes)
        for p in Int(group.firstPosition)..<Int(group.endOfPositions) {
          unsafe count(
            sum, low: low, high: high, positions + p, tallies + p,
            tile: Int32(truncatingIfNeeded: firstTile + tile), used: used)
        }
      }
    }
  }

  /// Rounding keeps order, so the extremes of a tile's profits are the profits of its extremes, and a tile that lies wholly
  /// on one side of a floor is counted without a look at its nodes.
  @inline(__always)
  private static func count(
    _ sum: Tile, low: Double, high: Double, _ position: UnsafePointer<Position>, _ tally: UnsafeMutablePointer<Tally>,
    tile: Int32, used: Int
  ) {
    let (scale, cost) = unsafe (position.pointee.scale, position.pointee.cost)
    let least = scale * low - cost
    let most = scale * high - cost
    if unsafe least < tally.pointee.worst {
      unsafe tally.pointee.worst = least
      unsafe tally.pointee.worstTile = tile
    }
    if unsafe most > tally.pointee.best {
      unsafe tally.pointee.best = most
      unsafe tally.pointee.bestTile = tile
    }
    let floors = unsafe position.pointee.floors
    guard least < floors.0 else { return }
    unsafe tally.pointee.below.0 &+= sum.countBelow(floors.0, most, scale, cost, used)
    guard least < floors.1 else { return }
    unsafe tally.pointee.below.1 &+= sum.countBelow(floors.1, most, scale, cost, used)
    guard least < floors.2 else { return }
    unsafe tally.pointee.below.2 &+= sum.countBelow(floors.2, most, scale, cost, used)
    guard least < floors.3 else { return }
    unsafe tally.pointee.below.3 &+= sum.countBelow(floors.3, most, scale, cost, used)
  }

  /// Readable numbers behind the last row, for those who read in larger tiles.
  public static let slack = 512

  /// Brings a tally up to date with sums made elsewhere.
  ///
  /// - Parameters:
  ///   - sums: `count` of them.
  /// - Returns: Where among them a new worst or best profit stands first.
  public static func tally(
    sums: UnsafePointer<Double>, count: Int, _ position: Position, _ tally: inout Tally
  ) -> (worst: Int?, best: Int?) {
    var found: (worst: Int?, best: Int?) = (nil, nil)
    var below = tally.below
    for node in 0..<count {
      let profit = unsafe position.scale * sums[node] - position.cost
      if profit < tally.worst { (tally.worst, found.worst) = (profit, node) }
      if profit > tally.best { (tally.best, found.best) = (profit, node) }
      if profit < position.floors.0 { below.0 &+= 1 }
      if profit < position.floors.1 { below.1 &+= 1 }
      if profit < position.floors.2 { below.2 &+= 1 }
      if profit < position.floors.3 { below.3 &+= 1 }
    }
    tally.below = below
    return found
  }

  /// The first node of a tile at which a strategy's profit is `profit`; nil where it is not met there.
  ///
  /// - Parameter tile: The tile's number within `rows`.
  public static func firstNode(
    of profit: Double, in tile: Int, _ rows: Rows, legs: UnsafePointer<Leg>, count: Int, position: Position
  ) -> Int? {
    for node in (tile * tileWidth)..<min((tile + 1) * tileWidth, rows.nodeCount) {
      let sum = unsafe value(at: node, rows, legs: legs, count: count)
      if position.scale * sum - position.cost == profit { return node }
    }
    return nil
  }

  /// The sum of a strategy's legs at one node, as ``sweep(_:legs:groups:positions:firstTile:tallies:scratch:)`` makes it.
  public static func value(at node: Int, _ rows: Rows, legs: UnsafePointer<Leg>, count: Int) -> Double {
    var sum = 0.0
    for leg in 0..<count {
      let term = unsafe legs[leg]
      sum = unsafe Double.fma(term.ratio, rows.start[Int(term.row) * rows.stride + node] - term.offset, sum)
    }
    return sum
  }

  /// Writes a strategy's profit at every node of `rows`: `scale` x sum - `cost`.
  ///
  /// - Parameter profits: `rows.stride` numbers.
  @inline(never)
  public static func profits(
    _ rows: Rows, legs: UnsafePointer<Leg>, count: Int, hasOffsets: Bool, scale: Double, cost: Double,
    into profits: UnsafeMutablePointer<Double>
  ) {
    for tile in 0..<rows.tileCount {
      let at = unsafe profits + tile * tileWidth
      let sum = unsafe Tile(
        legs: legs, count: count, shared: 0, kept: 0, hasOffsets: hasOffsets, nodes: rows.start + tile * tileWidth,
        stride: rows.stride, partial: at)
      unsafe sum.scaled(Wide(scale), less: Wide(cost)).store(at)
    }
  }
}

import Kernels
import TestSupport
import Testing

/// Random rows, and strategies over them that share first legs and whole sums as a sorted book's do.
private struct RandomSweep {
  var nodeCount: Int
  var stride: Int
  /// Rows, each repeating its last node to its end, and the readable memory behind them.
  var numbers: [Double]
  var legs: [BookSweep.Leg] = []
  var groups: [BookSweep.Group] = []
  var positions: [BookSweep.Position] = []

  init(_ generator: inout SplitMix64) {
    let width = BookSweep.tileWidth
    let rowCount = generator.int(1...9)
    // Some end within a tile, some with one, and some hold more tiles than are worked on at once.
    nodeCount = generator.pick([
      1, generator.int(1...(width - 1)), width, generator.int(1...(5 * width)),
      generator.int((15 * width)...(18 * width)),
    ])
    stride = (nodeCount + width - 1) / width * width + (generator.chance(0.2) ? width : 0)
    numbers = [Double](repeating: .nan, count: rowCount * stride + BookSweep.slack)
    for row in 0..<rowCount {
      // Whole numbers make ties, between nodes and between tiles.
      let isWhole = generator.chance(0.5)
      for node in 0..<stride {
        let fresh = generator.number(-6, 6)
        numbers[row * stride + node] =
          node < nodeCount ? (isWhole ? fresh.rounded() : fresh) : numbers[row * stride + nodeCount - 1]
      }
    }
    for _ in 0..<generator.int(1...14) { addGroup(rowCount, &generator) }
  }

  private mutating func addGroup(_ rowCount: Int, _ generator: inout SplitMix64) {
    let first = legs.count
    var shared = 0
    if let last = groups.last, last.legCount > 0, generator.chance(0.6) {
      shared = generator.int(max(1, Int(last.shared))...Int(last.legCount))
      groups[groups.count - 1].kept = Int32(shared)
      legs += legs[Int(last.firstLeg)..<(Int(last.firstLeg) + shared)]
    }
    let hasLinear = generator.chance(0.4)
    for _ in 0..<generator.int(shared > 0 ? 0...3 : 0...6) {
      legs.append(
        BookSweep.Leg(
          row: Int32(generator.int(0...(rowCount - 1))),
          ratio: generator.chance(0.7) ? Double(generator.pick([-3, -1, 1, 2])) : generator.number(-2, 2),
          offset: hasLinear && generator.chance(0.5) ? generator.number(-4, 4) : 0))
    }
    let count = legs.count - first
    let kept = generator.chance(0.2) ? generator.int(shared...count) : shared
    let position = positions.count
    groups.append(
      BookSweep.Group(
        firstLeg: Int32(first), legCount: Int32(count), shared: Int32(shared), kept: Int32(kept),
        firstPosition: Int32(position), endOfPositions: Int32(position),
        hasOffsets: legs[first...].contains { $0.offset != 0 }))
    for _ in 0..<generator.int(1...3) { addPosition(&generator) }
  }

  private mutating func addPosition(_ generator: inout SplitMix64) {
    var position = BookSweep.Position(
      scale: generator.pick([1, 0.1, generator.number(0.01, 30)]), cost: generator.pick([0, generator.number(-9, 9)]),
      floors: (0, 0, 0, 0))
    let none = -Double.infinity
    position.floors = (none, none, none, none)
    let sums = sums(of: groups[groups.count - 1])
    // A floor that is some node's very profit: below it is strictly below.
    var floors = (0..<4).map { _ in
      position.scale * generator.pick(sums) - position.cost + (generator.chance(0.5) ? 0 : generator.number(-1, 1))
    }
    floors.sort(by: >)
    if generator.chance(0.2) { floors[3] = none }
    if !generator.chance(0.15) { position.floors = (floors[0], floors[1], floors[2], floors[3]) }
    positions.append(position)
    groups[groups.count - 1].endOfPositions += 1
  }

  /// One sum a node, a leg after the other.
  func sums(of group: BookSweep.Group) -> [Double] {
    (0..<nodeCount).map { node in
      var sum = 0.0
      for leg in legs[Int(group.firstLeg)..<Int(group.firstLeg + group.legCount)] {
        sum = sum.addingProduct(leg.ratio, numbers[Int(leg.row) * stride + node] - leg.offset)
      }
      return sum
    }
  }

  /// What a look at every node in turn tells.
  struct Plain: Equatable {
    var worst = Double.infinity
    var best = -Double.infinity
    var worstNode = 0
    var bestNode = 0
    var below = [0, 0, 0, 0]
  }

  func plain(_ group: BookSweep.Group, _ position: BookSweep.Position) -> Plain {
    var plain = Plain()
    let floors = [position.floors.0, position.floors.1, position.floors.2, position.floors.3]
    for (node, sum) in sums(of: group).enumerated() {
      let profit = position.scale * sum - position.cost
      if profit < plain.worst { (plain.worst, plain.worstNode) = (profit, node) }
      if profit > plain.best { (plain.best, plain.bestNode) = (profit, node) }
      for place in 0..<4 where profit < floors[place] { plain.below[place] += 1 }
    }
    return plain
  }

  /// The tallies after calls for each of the slabs, given by their first tiles, and each of the ranges of groups.
  func swept(slabs: [Int], cuts: [Int]) -> [BookSweep.Tally] {
    var tallies = [BookSweep.Tally](repeating: BookSweep.Tally(), count: positions.count)
    var scratch = [Double](repeating: .nan, count: BookSweep.scratchCount)
    let width = BookSweep.tileWidth
    let tiles = (nodeCount + width - 1) / width
    unsafe numbers.withUnsafeBufferPointer { numbers in
      unsafe legs.withUnsafeBufferPointer { legs in
        unsafe groups.withUnsafeBufferPointer { groups in
          unsafe positions.withUnsafeBufferPointer { positions in
            unsafe tallies.withUnsafeMutableBufferPointer { tallies in
              unsafe scratch.withUnsafeMutableBufferPointer { scratch in
                for (first, end) in zip(slabs, slabs.dropFirst() + [tiles]) {
                  let rows = unsafe BookSweep.Rows(
                    start: numbers.baseAddress! + first * width, stride: stride,
                    nodeCount: min(end * width, nodeCount) - first * width)
                  for (from, to) in zip(cuts, cuts.dropFirst() + [groups.count]) {
                    unsafe BookSweep.sweep(
                      rows, legs: legs.baseAddress!, groups: UnsafeBufferPointer(rebasing: groups[from..<to]),
                      positions: positions.baseAddress!, firstTile: first, tallies: tallies.baseAddress!,
                      scratch: scratch.baseAddress!)
                  }
                }
              }
            }
          }
        }
      }
    }
    return tallies
  }

  func withRows<Result>(
    _ body: (BookSweep.Rows, UnsafePointer<BookSweep.Leg>) -> Result
  ) -> Result {
    unsafe numbers.withUnsafeBufferPointer { numbers in
      unsafe legs.withUnsafeBufferPointer { legs in
        unsafe body(
          BookSweep.Rows(start: numbers.baseAddress!, stride: stride, nodeCount: nodeCount), legs.baseAddress!)
      }
    }
  }
}

/// 0 and some places up to `end`, ascending.
private func cuts(upTo end: Int, _ generator: inout SplitMix64) -> [Int] {
  let share = generator.number(0, 1)
  return [0] + (1..<max(1, end)).filter { _ in generator.chance(share) }
}

@Suite("Book sweep")
struct BookSweepTests {
  /// The fields of a tally, in which two calls must agree.
  private func fields(_ tally: BookSweep.Tally) -> [Double] {
    [
      tally.worst, tally.best, Double(tally.worstTile), Double(tally.bestTile), Double(tally.below.0),
      Double(tally.below.1), Double(tally.below.2), Double(tally.below.3),
    ]
  }

  @Test("Extremes, where they first stand, and counts are those of a plain loop over nodes", arguments: 1...40)
  func plainLoop(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    let sample = RandomSweep(&generator)
    let tallies = sample.swept(slabs: [0], cuts: [0])
    for group in sample.groups {
      for index in Int(group.firstPosition)..<Int(group.endOfPositions) {
        let plain = sample.plain(group, sample.positions[index])
        let tally = tallies[index]
        #expect(tally.worst == plain.worst && tally.best == plain.best, "\(generator), position \(index)")
        let width = BookSweep.tileWidth
        #expect(Int(tally.worstTile) == plain.worstNode / width, "\(generator), position \(index)")
        #expect(Int(tally.bestTile) == plain.bestNode / width, "\(generator), position \(index)")
        let below = [tally.below.0, tally.below.1, tally.below.2, tally.below.3].map(Int.init)
        #expect(below == plain.below, "\(generator), position \(index)")
        let nodes = unsafe sample.withRows { rows, legs in
          [(tally.worst, tally.worstTile), (tally.best, tally.bestTile)].map { profit, tile in
            unsafe BookSweep.firstNode(
              of: profit, in: Int(tile), rows, legs: legs + Int(group.firstLeg), count: Int(group.legCount),
              position: sample.positions[index])
          }
        }
        #expect(nodes == [plain.worstNode, plain.bestNode], "\(generator), position \(index)")
      }
    }
  }

  @Test("However groups and nodes are divided among calls, every tally is the same", arguments: 41...80)
  func divided(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    let sample = RandomSweep(&generator)
    let whole = sample.swept(slabs: [0], cuts: [0]).map(fields)
    let tiles = (sample.nodeCount + BookSweep.tileWidth - 1) / BookSweep.tileWidth
    for _ in 0..<6 {
      let slabs = cuts(upTo: tiles, &generator)
      let groups = cuts(upTo: sample.groups.count, &generator)
      let parts = sample.swept(slabs: slabs, cuts: groups).map(fields)
      #expect(parts == whole, "\(generator), slabs at tiles \(slabs), groups at \(groups)")
    }
  }

  @Test("A strategy's profits, node by node, and a tally of sums made elsewhere", arguments: 81...100)
  func profits(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    let sample = RandomSweep(&generator)
    for group in sample.groups {
      let position = sample.positions[Int(group.firstPosition)]
      var sums = sample.sums(of: group)
      let wanted = sums.map { position.scale * $0 - position.cost }
      var profits = [Double](repeating: .nan, count: sample.stride)
      let values = unsafe sample.withRows { rows, legs in
        let own = unsafe legs + Int(group.firstLeg)
        unsafe profits.withUnsafeMutableBufferPointer { profits in
          unsafe BookSweep.profits(
            rows, legs: own, count: Int(group.legCount), hasOffsets: group.hasOffsets, scale: position.scale,
            cost: position.cost, into: profits.baseAddress!)
        }
        return (0..<sample.nodeCount).map { node in
          unsafe BookSweep.value(at: node, rows, legs: own, count: Int(group.legCount))
        }
      }
      #expect(Array(profits.prefix(sample.nodeCount)) == wanted, "\(generator)")
      #expect(values == sums, "\(generator)")

      let plain = sample.plain(group, position)
      var tally = BookSweep.Tally()
      // In two parts, of which the second knows the first.
      let half = sums.count / 2
      var found = (worst: -1, best: -1)
      for range in [0..<half, half..<sums.count] {
        let part = unsafe sums.withUnsafeMutableBufferPointer { sums in
          unsafe BookSweep.tally(sums: sums.baseAddress! + range.lowerBound, count: range.count, position, &tally)
        }
        if let worst = part.worst { found.worst = range.lowerBound + worst }
        if let best = part.best { found.best = range.lowerBound + best }
      }
      #expect(tally.worst == plain.worst && tally.best == plain.best, "\(generator)")
      #expect(found.worst == plain.worstNode && found.best == plain.bestNode, "\(generator)")
      #expect(
        [tally.below.0, tally.below.1, tally.below.2, tally.below.3].map(Int.init) == plain.below, "\(generator)")
    }
  }

  @Test("A profit that a tile lacks has no node")
  func missing() {
    var generator = SplitMix64(seed: 101)
    let sample = RandomSweep(&generator)
    let node = unsafe sample.withRows { rows, legs in
      unsafe BookSweep.firstNode(
        of: 1e9, in: 0, rows, legs: legs, count: Int(sample.groups[0].legCount), position: sample.positions[0])
    }
    #expect(node == nil)
  }
}

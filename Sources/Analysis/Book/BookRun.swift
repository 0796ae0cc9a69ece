import Kernels
import Scenarios

/// The passes over a part of a book, its groups divided among threads.
struct BookRun: Sendable {
  let part: BookPart
  let results: BookResults
  let threads: Int
  /// Positions whose sums are a product of matrices; their groups are left out of the sweep.
  let dense: DensePositions?

  init(part: BookPart, results: BookResults, threads: Int, dense: DensePositions?) {
    self.part = part
    self.results = results
    self.threads = threads
    self.dense = dense
    swept = dense.map { BookRun.groups(part.groups, without: $0) } ?? part.groups
  }

  /// The groups that are left to the sweep; whose neighbour is gone, whose first legs' sum it would have taken over, sums
  /// them itself.
  private static func groups(_ groups: [BookSweep.Group], without dense: DensePositions) -> [BookSweep.Group] {
    var swept: [BookSweep.Group] = []
    var isNeighbourSwept = false
    for var group in groups {
      guard !dense.isMember(group) else {
        isNeighbourSwept = false
        continue
      }
      if !isNeighbourSwept { group.shared = 0 }
      swept.append(group)
      isNeighbourSwept = true
    }
    return swept
  }

  private let swept: [BookSweep.Group]

  /// Groups in a piece: enough that the rows a piece reads are read often, few enough for all threads.
  private static let groupsPerPiece = 16_384

  private func pieces(_ count: Int) -> [Range<Int>] {
    let number = max(1, min(count, max(count / BookRun.groupsPerPiece, 4 * threads)))
    return (0..<number).map { (count * $0 / number)..<(count * ($0 + 1) / number) }
  }

  /// Brings every tally up to date with a slab, and finds the scenarios of extremes that lie in it.
  func sweep(_ slab: ScenarioRows.Slab) {
    dense?.sweep(slab, results, threads: threads)
    guard !swept.isEmpty else { return }
    let pieces = pieces(swept.count)
    WorkPieces.run(pieces.count, threads: threads) { piece in
      unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: BookSweep.scratchCount) { scratch in
        unsafe part.groupLegs.withUnsafeBufferPointer { legs in
          unsafe swept.withUnsafeBufferPointer { groups in
            unsafe part.sorted.withUnsafeBufferPointer { positions in
              guard let legs = legs.baseAddress, let positions = positions.baseAddress,
                let scratch = scratch.baseAddress, let tallies = unsafe results.tallies.baseAddress
              else { return }
              unsafe BookSweep.sweep(
                slab.rows, legs: legs, groups: UnsafeBufferPointer(rebasing: groups[pieces[piece]]),
                positions: positions, firstTile: slab.firstTile, tallies: tallies, scratch: scratch)
              for group in pieces[piece] { unsafe place(slab, swept[group], legs) }
            }
          }
        }
      }
    }
  }

  private func place(_ slab: ScenarioRows.Slab, _ group: BookSweep.Group, _ legs: UnsafePointer<BookSweep.Leg>) {
    let own = unsafe legs + Int(group.firstLeg)
    for index in Int(group.firstPosition)..<Int(group.endOfPositions) {
      let tally = unsafe results.tallies[index]
      if Int(tally.worstTile) >= slab.firstTile {
        let node = unsafe BookSweep.firstNode(
          of: tally.worst, in: Int(tally.worstTile) - slab.firstTile, slab.rows, legs: own, count: Int(group.legCount),
          position: part.sorted[index])
        unsafe results.worstScenarios[index] = Int32(truncatingIfNeeded: slab.firstScenario + (node ?? 0))
      }
      if Int(tally.bestTile) >= slab.firstTile {
        let node = unsafe BookSweep.firstNode(
          of: tally.best, in: Int(tally.bestTile) - slab.firstTile, slab.rows, legs: own, count: Int(group.legCount),
          position: part.sorted[index])
        unsafe results.bestScenarios[index] = Int32(truncatingIfNeeded: slab.firstScenario + (node ?? 0))
      }
    }
  }

  /// The unshocked values.
  func value(_ rows: BookSweep.Rows) {
    let pieces = pieces(part.groups.count)
    WorkPieces.run(pieces.count, threads: threads) { piece in
      unsafe part.groupLegs.withUnsafeBufferPointer { legs in
        guard let legs = legs.baseAddress else { return }
        for group in part.groups[pieces[piece]] {
          let sum = unsafe BookSweep.value(
            at: 0, rows, legs: legs + Int(group.firstLeg), count: Int(group.legCount))
          for index in Int(group.firstPosition)..<Int(group.endOfPositions) {
            unsafe results.values[index] = part.sorted[index].scale * sum
          }
        }
      }
    }
  }

  /// Expected shortfall at each level over the weighted scenarios.
  func shortfalls(_ rows: BookSweep.Rows, probabilities: [Double], tails: [Double]) {
    let pieces = pieces(part.groups.count)
    WorkPieces.run(pieces.count, threads: threads) { piece in
      var profits = [Double](repeating: 0, count: rows.stride)
      var scratch = [Double](repeating: 0, count: 2 * probabilities.count + 2)
      unsafe part.groupLegs.withUnsafeBufferPointer { legs in
        guard let legs = legs.baseAddress else { return }
        for group in part.groups[pieces[piece]] {
          for index in Int(group.firstPosition)..<Int(group.endOfPositions) {
            let position = part.sorted[index]
            unsafe profits.withUnsafeMutableBufferPointer { profits in
              unsafe scratch.withUnsafeMutableBufferPointer { scratch in
                guard let profits = profits.baseAddress, let scratch = scratch.baseAddress else { return }
                unsafe BookSweep.profits(
                  rows, legs: legs + Int(group.firstLeg), count: Int(group.legCount), hasOffsets: group.hasOffsets,
                  scale: position.scale, cost: position.cost, into: profits)
                for (level, tail) in tails.enumerated() {
                  unsafe results.shortfalls[index * tails.count + level] = TailMean.expectedShortfall(
                    profits: profits, weights: probabilities, count: probabilities.count, tail: tail, scratch: scratch)
                }
              }
            }
          }
        }
      }
    }
  }
}

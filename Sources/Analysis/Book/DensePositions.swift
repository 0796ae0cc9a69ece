import Kernels
import LinearAlgebra
import Scenarios

/// Positions that hold a large share of a book's contracts, as a matrix of units: their sums are a product of matrices.
///
/// A sparse sum reads a contract's row once for each position; a product of matrices reads it once for many. Tiles have one
/// shape whatever the book and the number of threads, and are cut at the same nodes, so that no digit depends on either.
struct DensePositions: Sendable {
  /// Rows and columns of a tile of results.
  private static let tileRows = 64
  private static let tileColumns = 512

  /// Places in the sorted order.
  private let places: [Int]
  /// Where the groups they come from begin in the sorted order.
  private let firstPositions: Set<Int32>
  /// One row of units a position, padded to whole tiles.
  private let units: [Double]
  private let rowCount: Int
  /// scale x (sum - offset) - cost is scale x sum - a greater cost.
  private let positions: [BookSweep.Position]

  /// Picks the groups of one position each whose legs are at least `share` of all rows.
  ///
  /// - Returns: Nil where there are none, or where no library is there for them.
  init?(_ part: BookPart, rowCount: Int, share: Double) {
    let chosen = part.groups.indices.filter { index in
      let group = part.groups[index]
      return group.legCount >= 64 && Double(group.legCount) >= share * Double(rowCount)
    }
    guard !chosen.isEmpty, (try? BLASLibrary.shared) != nil else { return nil }
    self.rowCount = rowCount
    let members = chosen.flatMap { index in
      (Int(part.groups[index].firstPosition)..<Int(part.groups[index].endOfPositions)).map { ($0, part.groups[index]) }
    }
    let padded = (members.count + Self.tileRows - 1) / Self.tileRows * Self.tileRows
    var units = [Double](repeating: 0, count: padded * rowCount)
    var positions: [BookSweep.Position] = []
    for (row, (place, group)) in members.enumerated() {
      var offset = 0.0
      for leg in part.groupLegs[Int(group.firstLeg)..<Int(group.firstLeg + group.legCount)] {
        units[row * rowCount + Int(leg.row)] += leg.ratio
        offset += leg.ratio * leg.offset
      }
      var position = part.sorted[place]
      position.cost += position.scale * offset
      positions.append(position)
    }
    self.units = units
    self.positions = positions
    places = members.map(\.0)
    firstPositions = Set(chosen.map { part.groups[$0].firstPosition })
  }

  /// Brings the tallies and extreme scenarios of these positions up to date with a slab.
  func sweep(_ slab: ScenarioRows.Slab, _ results: BookResults, threads: Int) {
    let panels = (places.count + Self.tileRows - 1) / Self.tileRows
    let spread = spread(slab.rows)
    WorkPieces.run(panels, threads: threads) { panel in
      var tile = [Double](repeating: 0, count: Self.tileRows * Self.tileColumns)
      var node = 0
      while node < slab.rows.nodeCount {
        multiply(panel, slab.rows, spread, from: node, into: &tile)
        tally(panel, tile, slab, from: node, results)
        node += Self.tileColumns
      }
    }
  }

  /// The rows of a slab that is narrower than a tile, moved apart so that a tile's columns are there; else nothing.
  private func spread(_ rows: BookSweep.Rows) -> [Double] {
    guard rows.stride < Self.tileColumns else { return [] }
    var spread = [Double](repeating: 0, count: rowCount * Self.tileColumns)
    for row in 0..<rowCount {
      let numbers = unsafe rows.numbers(from: row * rows.stride, count: rows.nodeCount)
      for node in 0..<rows.nodeCount { spread[row * Self.tileColumns + node] = unsafe numbers[node] }
    }
    return spread
  }

  private func multiply(
    _ panel: Int, _ rows: BookSweep.Rows, _ spread: [Double], from node: Int, into tile: inout [Double]
  ) {
    do throws(LinearAlgebraError) {
      let a = try MatrixLayout(rows: Self.tileRows, columns: rowCount)
      let c = try MatrixLayout(rows: Self.tileRows, columns: Self.tileColumns)
      let first = panel * Self.tileRows * rowCount
      let units = units.span.extracting(first..<(first + Self.tileRows * rowCount))
      var sums = tile.mutableSpan
      if spread.isEmpty {
        let b = try MatrixLayout(rows: rowCount, columns: Self.tileColumns, rowStride: rows.stride)
        try unsafe BLAS.multiplyAdd(
          units, a, Span(_unsafeElements: rows.numbers(from: node, count: b.extent)), b, into: &sums, c)
      } else {
        let b = try MatrixLayout(rows: rowCount, columns: Self.tileColumns)
        try BLAS.multiplyAdd(units, a, spread.span, b, into: &sums, c)
      }
    } catch {
      // The library was there and the shapes are made to fit: what is wrong then is no answer.
      fatalError("DensePositions: \(error)")
    }
  }

  private func tally(
    _ panel: Int, _ tile: [Double], _ slab: ScenarioRows.Slab, from node: Int, _ results: BookResults
  ) {
    let count = min(Self.tileColumns, slab.rows.nodeCount - node)
    unsafe tile.withUnsafeBufferPointer { tile in
      guard let sums = tile.baseAddress else { return }
      for row in 0..<min(Self.tileRows, places.count - panel * Self.tileRows) {
        let index = panel * Self.tileRows + row
        let found = unsafe BookSweep.tally(
          sums: sums + row * Self.tileColumns, count: count, positions[index], &results.tallies[places[index]])
        let first = slab.firstScenario + node
        if let worst = found.worst {
          unsafe results.worstScenarios[places[index]] = Int32(truncatingIfNeeded: first + worst)
        }
        if let best = found.best {
          unsafe results.bestScenarios[places[index]] = Int32(truncatingIfNeeded: first + best)
        }
      }
    }
  }

  /// Whether a group is left to this type.
  func isMember(_ group: BookSweep.Group) -> Bool {
    firstPositions.contains(group.firstPosition)
  }
}

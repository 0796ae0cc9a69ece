public import Instruments
public import Kernels
public import MarketData
public import Pricing

/// The rows over which strategies are sparse sums: each distinct contract in every scenario, a slab at a time.
///
/// The nodes are cut into slabs, of a grid in whole rows, so that all contracts' numbers of a slab fit the memory budget. Where one
/// slab holds everything, which is the usual case, a row is valued once for a whole book, however it is streamed; else the
/// slabs are valued again for each part of the book. The unshocked point and chosen scenarios stand in rows of their own.
public final class ScenarioRows {
  /// What a row holds.
  public enum Content: Hashable, Sendable {
    /// One unit of a contract of the book, in quote currency or coin.
    case contract(Int, Settlement)
    /// Of an underlying: what linear legs are multiples of, the spot in quote currency, -1/S in coin.
    case linear(String, Settlement)
  }

  public let market: MarketState
  public let scenarios: ScenarioSet
  /// Scenarios whose values stand in rows of their own: those with a weight.
  public let selected: [Int]
  private let pricer: OptionPricer
  private let memoryBudget: Int
  private let threads: Int

  public private(set) var contents: [Content] = []
  private var places: [Content: Int32] = [:]
  private var slab: RowMemory?
  private var unshocked: RowMemory?
  private var chosen: RowMemory?
  /// Rows that the slab in memory holds, and how many of ``contents`` are filled in.
  private var slabRows = 0..<0
  private var filled = 0
  private var gridRowsPerSlab = 0

  /// - Parameters:
  ///   - selected: Scenarios, 0 included, that are wanted together.
  ///   - memoryBudget: Bytes for a slab; one row of a grid, for every contract, is held even where it takes more.
  public init(
    market: MarketState, scenarios: ScenarioSet, selected: [Int], pricer: OptionPricer, memoryBudget: Int, threads: Int
  ) {
    self.market = market
    self.scenarios = scenarios
    self.selected = selected
    self.pricer = pricer
    self.memoryBudget = memoryBudget
    self.threads = max(1, threads)
  }

  private var width: Int { scenarios.rowWidth }
  private var gridRowCount: Int { scenarios.count / width }

  /// The place of a row, which joins the others where it is new.
  public func place(of content: Content) -> Int32 {
    if let place = places[content] { return place }
    let place = Int32(truncatingIfNeeded: contents.count)
    places[content] = place
    contents.append(content)
    return place
  }

  /// The numbers of one slab.
  public struct Slab: Sendable {
    public let rows: BookSweep.Rows
    /// The scenario of its first node.
    public let firstScenario: Int
    /// The number of its first tile, counted from the first slab on.
    public let firstTile: Int
  }

  /// Fills in what is missing and hands over the slabs in their order.
  ///
  /// - Parameter contracts: Of the book, in which the contents' indices are places.
  public func forEachSlab(_ contracts: [ResolvedContract], _ body: (Slab) -> Void) {
    plan()
    let isWhole = gridRowsPerSlab == gridRowCount
    var tile = 0
    var first = 0
    while first < gridRowCount {
      let rows = first..<min(first + gridRowsPerSlab, gridRowCount)
      if rows != slabRows { filled = 0 }
      slabRows = rows
      fill(contracts, from: filled)
      // A part of the grid is overwritten by the next one.
      filled = isWhole ? contents.count : 0
      if let slab, let view = view(slab, nodes: rows.count * width) {
        body(Slab(rows: view, firstScenario: 1 + first * width, firstTile: tile))
        tile += view.tileCount
      }
      first = rows.upperBound
    }
  }

  /// The unshocked values, a row's first number each; after ``forEachSlab(_:_:)``.
  public var unshockedRows: BookSweep.Rows? { unshocked.flatMap { view($0, nodes: 1) } }

  /// The values under the selected scenarios; after ``forEachSlab(_:_:)``.
  public var selectedRows: BookSweep.Rows? {
    selected.isEmpty ? nil : chosen.flatMap { view($0, nodes: selected.count) }
  }

  private func view(_ memory: RowMemory, nodes: Int) -> BookSweep.Rows? {
    unsafe nodes > 0
      ? BookSweep.Rows(start: UnsafePointer(memory.start), stride: memory.stride, nodeCount: nodes) : nil
  }

  // MARK: Filling

  private func plan() {
    let whole = RowMemory.padded(gridRowCount * width)
    let rows = max(1, contents.count)
    if whole <= memoryBudget / 8 / rows {
      gridRowsPerSlab = gridRowCount
    } else {
      gridRowsPerSlab = max(1, min(gridRowCount, memoryBudget / 8 / rows / max(1, width)))
    }
    let stride = RowMemory.padded(gridRowsPerSlab * width)
    if slab == nil || slab?.stride != stride || (slab?.rowLimit ?? 0) < rows {
      // Address space for the whole budget where the rows are whole: what is not used costs nothing.
      let limit = gridRowsPerSlab == gridRowCount ? max(rows, memoryBudget / 8 / stride) : rows
      slab = RowMemory(stride: stride, rowLimit: limit)
      filled = 0
    }
    unshocked = RowMemory.grown(unshocked, numbers: 1, rows: rows)
    if !selected.isEmpty { chosen = RowMemory.grown(chosen, numbers: selected.count, rows: rows) }
  }

  private func fill(_ contracts: [ResolvedContract], from first: Int) {
    guard first < contents.count, let slab, let unshocked else { return }
    let filler = ScenarioRowFiller(
      market: market, scenarios: scenarios, selected: selected, pricer: pricer, contents: contents,
      contracts: contracts, nodes: (slabRows.lowerBound * width)..<(slabRows.upperBound * width), slab: slab,
      unshocked: unshocked, chosen: chosen)
    let count = contents.count - first
    let pieces = min(count, 8 * threads)
    WorkPieces.run(pieces, threads: threads) { piece in
      for row in (first + count * piece / pieces)..<(first + count * (piece + 1) / pieces) { filler.fill(row) }
    }
  }
}

import MarketData
import Pricing

/// The volatilities of one contract under pieces of a set of scenarios, held at 0: one for each row of a grid where strikes
/// keep theirs, else one for each node.
struct ContractVolatilities {
  private let contract: ResolvedContract
  private let scenarios: ScenarioSet
  private let smile: ContractSmile
  /// Of a list: the moves of the contract's underlying.
  private let columns: ShockColumns?

  init(_ contract: ResolvedContract, spot: Double, surface: VolatilitySurface, scenarios: ScenarioSet) {
    self.contract = contract
    self.scenarios = scenarios
    let isTilted: Bool
    switch scenarios {
    case .grid(let grid): (columns, isTilted) = (nil, grid.isTilted)
    case .list(let list):
      let own = list.columns(of: contract.underlying)
      (columns, isTilted) = (own, own.isTilted)
    }
    smile = ContractSmile(contract, spot: spot, surface: surface, dynamics: scenarios.dynamics, isTilted: isTilted)
  }

  /// Volatilities of a piece, and what they tell beside their number.
  struct Column {
    private(set) var values: [Double] = []
    /// Places in `values` that were held at 0.
    private(set) var floored: [Int] = []
    /// How many nodes lie beyond the quotes.
    fileprivate(set) var extrapolatedNodes = 0

    init() {}

    fileprivate init(capacity: Int) { values.reserveCapacity(capacity) }

    /// Of numbers that may lie below 0.
    fileprivate init(holding moved: [Double], extrapolatedNodes: Int) {
      values = moved
      self.extrapolatedNodes = extrapolatedNodes
      for index in values.indices where values[index] < 0 {
        floored.append(index)
        values[index] = 0
      }
    }

    fileprivate mutating func add(_ volatility: Double) {
      if volatility < 0 { floored.append(values.count) }
      values.append(max(volatility, 0))
    }
  }

  /// True where a volatility holds for a row and not for each of its nodes.
  var isByRow: Bool {
    guard case .vanilla = contract.payoff, case .grid(let grid) = scenarios else { return false }
    return grid.dynamics == .stickyStrike
  }

  /// The moved volatilities of a piece.
  ///
  /// - Parameter spots: The shocked spots of a grid's row, or of all scenarios of a list.
  func column(_ piece: ScenarioPiece, spots: [Double]) -> Column {
    switch scenarios {
    case .grid(let grid): return column(grid, piece.rows, spots)
    case .list(let list): return columns.map { column(list, $0, piece, spots) } ?? Column()
    }
  }

  private func column(_ grid: ScenarioGrid, _ rows: Range<Int>, _ spots: [Double]) -> Column {
    let bases = isByRow ? [smile.own] : spots.map { smile.base(atSpot: $0) }
    var column = Column(capacity: rows.count * bases.count)
    let nodesPerBase = isByRow ? spots.count : 1
    for base in bases where base.isExtrapolated { column.extrapolatedNodes += rows.count * nodesPerBase }
    for shift in grid.volatilityShifts[rows] {
      let move = grid.volatilityShift(shift)
      for base in bases { column.add(smile.moved(base, move)) }
    }
    return column
  }

  private func column(
    _ list: ScenarioList, _ moves: ShockColumns, _ piece: ScenarioPiece, _ spots: [Double]
  ) -> Column {
    let isSticky = list.dynamics == .stickyStrike
    let own = smile.own
    guard !moves.isTilted else {
      var column = Column(capacity: piece.count)
      for index in 0..<piece.count {
        let node = piece.node(index)
        let base = isSticky ? own : smile.base(atSpot: spots[node])
        if base.isExtrapolated { column.extrapolatedNodes += 1 }
        column.add(smile.moved(base, moves[node].volatility))
      }
      return column
    }
    // The common case: a factor and points, each of which may be absent, over whole columns.
    var values = [Double](repeating: own.volatility, count: piece.count)
    var extrapolatedNodes = own.isExtrapolated ? piece.count : 0
    if !isSticky {
      extrapolatedNodes = 0
      for index in values.indices {
        let base = smile.base(atSpot: spots[piece.node(index)])
        values[index] = base.volatility
        if base.isExtrapolated { extrapolatedNodes += 1 }
      }
    }
    let relatives = piece.gathered(moves.relatives)
    for (index, relative) in relatives.enumerated() { values[index] *= 1 + relative }
    let levels = piece.gathered(moves.levels)
    for (index, level) in levels.enumerated() { values[index] += level }
    return Column(holding: values, extrapolatedNodes: extrapolatedNodes)
  }
}

import Basics

/// The least cost at which a position divides into whole strategies, found by branch and bound.
///
/// The relaxation bounds every branch from below. Two-leg strategies alone form a transport problem, whose relaxation is
/// whole already, so that branching is rare: only butterflies, condors and boxes can leave halves. Amounts of lots enter
/// as numbers and not as repetitions: a hundred condors cost what one does. The budget counts arithmetic, never time.
struct StrategyPartition {
  /// How many lots of each column, in the columns' order; those above zero.
  let counts: [(column: Int, lots: Int64)]
  /// For one unit in each lot.
  let cost: ExactAmount
  /// No partition costs less.
  let lowerBound: ExactAmount
  var isLeast: Bool { cost == lowerBound }

  private struct Node {
    /// Lots already decided, by column.
    var decided: [Int: Int64]
    var quantities: [Int64]
    var bounds: [PartitionRelaxation.Bound]
    /// What its parent's relaxation proves.
    let lowerBound: ExactAmount
  }

  /// - Parameters:
  ///   - floor: A lower bound that holds whatever the columns leave out.
  ///   - isComplete: True where the columns hold every recognised strategy.
  ///   - budget: Steps of arithmetic.
  init(
    _ columns: [StrategyEnumeration.Column], _ quantities: [Int64], floor: ExactAmount, isComplete: Bool, budget: Int
  ) {
    let bySaving = StrategyPartition.bySaving(columns)
    var best = StrategyPartition.filled([:], quantities, columns, bySaving)
    var bestCost = StrategyPartition.cost(of: best, columns)
    var open = [Node(decided: [:], quantities: quantities, bounds: [], lowerBound: floor)]
    var work = quantities.count <= StrategyPartition.seriesLimit ? budget : 0
    var unresolved: ExactAmount?
    while let node = open.popLast() {
      guard node.lowerBound < bestCost else { continue }
      // A basis has the square of the series in cells: without budget none is made.
      var solved = work > 0 ? PartitionRelaxation(columns, node.quantities, bounds: node.bounds) : nil
      guard solved?.minimise(work: &work) == true, let relaxation = solved else {
        unresolved = min(unresolved ?? node.lowerBound, node.lowerBound)
        continue
      }
      let decidedCost = StrategyPartition.cost(of: node.decided, columns)
      let bound = max(node.lowerBound, decidedCost + relaxation.cost)
      let (whole, fraction) = StrategyPartition.split(relaxation.solution, series: quantities.count)
      var candidate = node.decided
      var left = node.quantities
      for (column, lots) in whole where lots > 0 {
        candidate[column, default: 0] += lots
        for member in columns[column].members { left[member.series] -= lots * member.lots }
      }
      candidate = StrategyPartition.filled(candidate, left, columns, bySaving)
      let cost = StrategyPartition.cost(of: candidate, columns)
      let isShorter = cost == bestCost && candidate.values.reduce(0, +) < best.values.reduce(0, +)
      if cost < bestCost || isShorter { (best, bestCost) = (candidate, cost) }
      guard bound < bestCost, let fraction else { continue }
      open += StrategyPartition.branches(of: node, at: fraction, columns, bound)
    }
    counts = best.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    cost = bestCost
    // A node left unresolved hides nothing below its bound; columns left out, nothing below the floor.
    lowerBound = isComplete ? min(bestCost, unresolved ?? bestCost) : min(bestCost, floor)
  }

  /// Series beyond which a basis no longer fits a budget, and the start by savings stands.
  static let seriesLimit = 160

  private static func cost(of counts: [Int: Int64], _ columns: [StrategyEnumeration.Column]) -> ExactAmount {
    counts.reduce(.zero) { $0 + columns[$1.key].cost * ExactAmount($1.value) }
  }

  /// Whole parts, and the first strategy of several legs with a part left over: where those are whole, so is the rest.
  private static func split(
    _ solution: [(column: Int, amount: ExactAmount)], series: Int
  ) -> (whole: [(column: Int, lots: Int64)], fraction: (column: Int, below: Int64)?) {
    var whole: [(column: Int, lots: Int64)] = []
    var fraction: (column: Int, below: Int64)?
    for (column, amount) in solution {
      // Never more than a quantity, which fits.
      let lots = (try? amount.count(decimals: 0, rounding: .down)) ?? 0
      whole.append((column, lots))
      if fraction == nil, column >= series, ExactAmount(lots) != amount { fraction = (column, lots) }
    }
    return (whole, fraction)
  }

  /// At most `below` lots of the column, and at least one more; the latter is looked at first.
  private static func branches(
    of node: Node, at fraction: (column: Int, below: Int64), _ columns: [StrategyEnumeration.Column],
    _ bound: ExactAmount
  ) -> [Node] {
    var fewer = node.bounds.filter { $0.column != fraction.column }
    fewer.append(PartitionRelaxation.Bound(column: fraction.column, most: fraction.below))
    var nodes = [
      Node(decided: node.decided, quantities: node.quantities, bounds: fewer, lowerBound: bound)
    ]
    let more = fraction.below + 1
    var quantities = node.quantities
    for member in columns[fraction.column].members { quantities[member.series] -= more * member.lots }
    if quantities.allSatisfy({ $0 >= 0 }) {
      var decided = node.decided
      decided[fraction.column, default: 0] += more
      let bounds = node.bounds.map {
        $0.column == fraction.column ? PartitionRelaxation.Bound(column: $0.column, most: $0.most - more) : $0
      }
      nodes.append(Node(decided: decided, quantities: quantities, bounds: bounds, lowerBound: bound))
    }
    return nodes
  }

  // MARK: The start by savings

  /// Columns by what they save for each lot they hold, greatest first; ties by column. Series alone save nothing.
  private static func bySaving(_ columns: [StrategyEnumeration.Column]) -> [Int] {
    var savings: [(column: Int, saving: ExactAmount)] = []
    for (index, column) in columns.enumerated() where column.members.count > 1 {
      let alone = column.members.reduce(ExactAmount.zero) { $0 + columns[$1.series].cost * ExactAmount($1.lots) }
      if alone > column.cost { savings.append((index, alone - column.cost)) }
    }
    return savings.sorted { $0.saving == $1.saving ? $0.column < $1.column : $0.saving > $1.saving }.map(\.column)
  }

  /// Takes columns by their savings as often as they fit; what is left stands alone.
  private static func filled(
    _ counts: [Int: Int64], _ quantities: [Int64], _ columns: [StrategyEnumeration.Column], _ bySaving: [Int]
  ) -> [Int: Int64] {
    var counts = counts
    var left = quantities
    for column in bySaving {
      let fits = columns[column].members.reduce(Int64.max) { min($0, left[$1.series] / $1.lots) }
      guard fits > 0 else { continue }
      counts[column, default: 0] += fits
      for member in columns[column].members { left[member.series] -= fits * member.lots }
    }
    for (series, lots) in left.enumerated() where lots > 0 { counts[series, default: 0] += lots }
    return counts
  }
}

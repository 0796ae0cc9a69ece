import Basics

/// The linear programme behind a partition: the least cost when strategies may be held in fractions of a lot.
///
/// Minimise c x over A x = q, x >= 0, where a column says how many lots of each series a strategy holds. The revised
/// simplex method in exact arithmetic: no tolerance, so its end is a proof; floating point only proposes which column to look at first. It begins with every series alone, which is
/// a feasible basis, and among equal costs takes the fewest strategies (a second cost, compared after the first), so
/// that an iron condor is not reported as two spreads. Dantzig's choice of column at first, Bland's smallest index after
/// that, which cannot cycle (Bland, 1977).
struct PartitionRelaxation {
  /// Requirement first, then the number of strategies.
  struct Cost: Comparable {
    var amount: ExactAmount
    var strategies: ExactAmount

    static let zero = Cost(amount: .zero, strategies: .zero)
    static func < (left: Cost, right: Cost) -> Bool {
      left.amount == right.amount ? left.strategies < right.strategies : left.amount < right.amount
    }
    mutating func add(_ other: Cost, times factor: ExactAmount) {
      amount += other.amount * factor
      strategies += other.strategies * factor
    }
    var isNegative: Bool { amount.sign < 0 || (amount.isZero && strategies.sign < 0) }
  }

  /// At most this much of a column.
  struct Bound {
    let column: Int
    let most: Int64
  }

  let columns: [StrategyEnumeration.Column]
  let bounds: [Bound]
  private let series: Int
  /// Of each column, requirement only.
  private let approximateCosts: [Double]
  /// The column of each row; from `columns.count` on, a bound's slack.
  private var basis: [Int]
  private var values: [ExactAmount]
  private var inverse: [[ExactAmount]]
  private var prices: [Cost]

  /// - Parameters:
  ///   - quantities: Lots of each series; the first columns are those series alone.
  ///   - bounds: Of columns after those.
  init(_ columns: [StrategyEnumeration.Column], _ quantities: [Int64], bounds: [Bound]) {
    self.columns = columns
    self.bounds = bounds
    series = quantities.count
    approximateCosts = columns.map { $0.cost.doubleValue }
    let basis = Array(0..<quantities.count) + bounds.indices.map { columns.count + $0 }
    self.basis = basis
    values = quantities.map { ExactAmount($0) } + bounds.map { ExactAmount($0.most) }
    inverse = basis.indices.map { row in basis.indices.map { $0 == row ? .one : .zero } }
    prices = (0..<quantities.count).map { Cost(amount: columns[$0].cost, strategies: .one) } + bounds.map { _ in .zero }
  }

  /// The amounts of the columns that are not zero, by column.
  var solution: [(column: Int, amount: ExactAmount)] {
    zip(basis, values).filter { $0.0 < columns.count && !$0.1.isZero }.map { ($0.0, $0.1) }
      .sorted { $0.0 < $1.0 }
  }

  /// The cost of one unit in each lot.
  var cost: ExactAmount { solution.reduce(.zero) { $0 + columns[$1.column].cost * $1.amount } }

  /// Runs to the optimum, or until `work` is used up.
  ///
  /// - Parameter work: Counts columns priced and cells changed.
  /// - Returns: True at the optimum.
  mutating func minimise(work: inout Int) -> Bool {
    var step = 0
    let dantzigSteps = 8 * basis.count + 64
    while true {
      work -= columns.count + basis.count * basis.count
      guard work > 0 else { return false }
      guard let (entering, reduced) = entering(isDantzig: step < dantzigSteps) else { return true }
      pivot(entering, reduced)
      step += 1
    }
  }

  private func entries(of column: Int) -> [(row: Int, amount: ExactAmount)] {
    guard column < columns.count else { return [(series + column - columns.count, .one)] }
    var entries = columns[column].members.map { (row: $0.series, amount: ExactAmount($0.lots)) }
    for (place, bound) in bounds.enumerated() where bound.column == column { entries.append((series + place, .one)) }
    return entries
  }

  private func reducedCost(of column: Int) -> Cost {
    guard column < columns.count else {
      let price = prices[series + column - columns.count]
      return Cost(amount: .zero - price.amount, strategies: .zero - price.strategies)
    }
    var cost = Cost(amount: columns[column].cost, strategies: .one)
    for member in columns[column].members { cost.add(prices[member.series], times: ExactAmount(-member.lots)) }
    for (place, bound) in bounds.enumerated() where bound.column == column {
      cost.add(prices[series + place], times: ExactAmount(-1))
    }
    return cost
  }

  /// A column that lowers the cost, or nil at the optimum, which only the exact look at every column can say.
  private func entering(isDantzig: Bool) -> (Int, Cost)? {
    if isDantzig, let column = likelyEntering() {
      let cost = reducedCost(of: column)
      if cost.isNegative { return (column, cost) }
    }
    var best: (Int, Cost)?
    for column in 0..<(columns.count + bounds.count) {
      let cost = reducedCost(of: column)
      guard cost.isNegative else { continue }
      guard isDantzig else { return (column, cost) }
      if best.map({ cost < $0.1 }) ?? true { best = (column, cost) }
    }
    return best
  }

  /// The column of the least reduced cost as floating point sees it: a proposal that costs a fraction of the exact look.
  private func likelyEntering() -> Int? {
    let amounts = prices.map { $0.amount.doubleValue }
    let counts = prices.map { $0.strategies.doubleValue }
    var bounded: [Int: (amount: Double, count: Double)] = [:]
    for (place, bound) in bounds.enumerated() {
      bounded[bound.column] = (amounts[series + place], counts[series + place])
    }
    let scale = amounts.reduce(1) { max($0, $1.magnitude) }
    let nothing = scale * 1e-9
    var best: (column: Int, amount: Double)?
    var fewest: (column: Int, count: Double)?
    for (index, column) in columns.enumerated() {
      var (amount, count) = (approximateCosts[index], 1.0)
      for member in column.members {
        amount -= amounts[member.series] * Double(member.lots)
        count -= counts[member.series] * Double(member.lots)
      }
      if !bounded.isEmpty, let bound = bounded[index] {
        amount -= bound.amount
        count -= bound.count
      }
      if amount < min(-nothing, best?.amount ?? 0) {
        best = (index, amount)
      } else if best == nil, amount <= nothing, count < min(-1e-9, fewest?.count ?? 0) {
        fewest = (index, count)
      }
    }
    return best?.column ?? fewest?.column
  }

  private mutating func pivot(_ entering: Int, _ reduced: Cost) {
    let entries = entries(of: entering)
    let direction = inverse.map { row in entries.reduce(ExactAmount.zero) { $0 + row[$1.row] * $1.amount } }
    // Every column holds a positive amount of a finite quantity, so some row always limits it.
    var leaving: (row: Int, ratio: ExactAmount)?
    for row in basis.indices where direction[row].sign > 0 {
      guard let ratio = values[row].divided(by: direction[row]) else { continue }
      if let known = leaving, ratio > known.ratio || (ratio == known.ratio && basis[row] > basis[known.row]) {
        continue
      }
      leaving = (row, ratio)
    }
    guard let leaving, let scale = ExactAmount.one.divided(by: direction[leaving.row]) else { return }
    let pivotRow = inverse[leaving.row].map { $0.isZero ? .zero : $0 * scale }
    for row in basis.indices where row != leaving.row && !direction[row].isZero {
      values[row] -= direction[row] * leaving.ratio
      for place in pivotRow.indices where !pivotRow[place].isZero {
        inverse[row][place] -= direction[row] * pivotRow[place]
      }
    }
    inverse[leaving.row] = pivotRow
    values[leaving.row] = leaving.ratio
    basis[leaving.row] = entering
    for place in pivotRow.indices where !pivotRow[place].isZero { prices[place].add(reduced, times: pivotRow[place]) }
  }
}

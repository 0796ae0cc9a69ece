import Basics
import Instruments

/// Divides what is held of one underlying into recognised strategies at the least total requirement.
///
/// | position | how | answer |
/// | --- | --- | --- |
/// | up to ``columnLimit`` possible strategies, counted from above | exact: ``StrategyPartition`` over all of them | least |
/// | more | strategies of two legs, the many-legged left out | best found, and a lower bound |
/// | more than 160 contracts besides | the greatest saving first | best found, and a lower bound |
///
/// The same answer for any order of legs. A set of strategies for each of two parts is one for the whole, so that the
/// least total of a whole never exceeds the sum of its parts' (in whole lots). A further long option paid in full can
/// stand alone at no cost, so it never raises the total.
struct StrategyMatcher {
  /// One strategy of the division.
  struct Match: Sendable {
    let strategy: RecognisedStrategy
    /// Of the strategy, in contracts; of the underlying alone, in units.
    let quantity: ExactAmount
    /// `95/100/105/110`, the strikes in ascending order; of several expiries each with its day.
    let strikes: String
    let legs: [StrategyPosition.Series]
    let parts: [StrategyCharges.Part]
    /// Of the underlying, in one leg.
    let units: ExactAmount

    var text: String { "\(quantity.shown) x \(strategy.rawValue)\(strikes.isEmpty ? "" : " \(strikes)")" }
  }

  let matches: [Match]
  let cost: ExactAmount
  let lowerBound: ExactAmount
  var isLeast: Bool { cost == lowerBound }

  static let columnLimit = 100_000
  static let budget = 20_000_000

  init(
    _ position: StrategyPosition, _ charges: StrategyCharges, columnLimit: Int = StrategyMatcher.columnLimit,
    budget: Int = StrategyMatcher.budget
  ) {
    let enumeration = StrategyEnumeration(position, charges, limit: columnLimit)
    let columns = enumeration.columns
    let quantities = position.series.map(\.lots)
    // No strategy costs less than nothing, except the loan on an option alone.
    let floor = zip(columns, quantities).reduce(ExactAmount.zero) {
      $1.0.cost.sign < 0 ? $0 + $1.0.cost * ExactAmount($1.1) : $0
    }
    let partition = StrategyPartition(
      columns, quantities, floor: floor, isComplete: enumeration.reach == .all, budget: budget)
    let hasSeveralExpiries = Set(position.series.map(\.expiryText)).subtracting([""]).count > 1
    var matches = partition.counts.map { column, lots in
      StrategyMatcher.match(columns[column], lots: lots, position, namesDays: hasSeveralExpiries)
    }
    var rest = ExactAmount.zero
    if !position.oddUnits.isZero {
      let isShort = position.oddUnits.sign < 0
      let parts = charges.underlying(position.entry, isShort: isShort, charges.kind)
      let units = position.oddUnits.magnitude
      rest = parts.reduce(.zero) { $0 + $1.amount * units }
      matches.append(
        Match(
          strategy: isShort ? .shortUnderlying : .longUnderlying, quantity: units, strikes: "",
          legs: position.series.filter { $0.right == nil }, parts: parts, units: units))
    }
    self.matches = matches
    cost = partition.cost * position.lot + rest
    lowerBound = partition.lowerBound * position.lot + rest
  }

  private static func match(
    _ column: StrategyEnumeration.Column, lots: Int64, _ position: StrategyPosition, namesDays: Bool
  ) -> Match {
    let units = ExactAmount(lots) * position.lot
    let isUnderlying = column.strategy == .longUnderlying || column.strategy == .shortUnderlying
    let options = column.members.map { position.series[$0.series] }.filter { $0.right != nil }
    let ordered = options.sorted { $0.strike < $1.strike }
    var strikes: [String] = []
    let days = Set(options.map(\.expiryText))
    for option in ordered {
      let text = option.strike.shown + (days.count > 1 ? " \(option.expiryText)" : "")
      if strikes.last != text { strikes.append(text) }
    }
    var name = strikes.joined(separator: "/")
    if namesDays, days.count == 1, let day = days.first { name += " \(day)" }
    return Match(
      strategy: column.strategy,
      quantity: isUnderlying ? units : units.divided(by: position.contract) ?? units, strikes: name,
      legs: column.members.map { position.series[$0.series] }, parts: column.parts, units: units)
  }
}

import Basics
import Instruments
import Kernels
import Pricing

/// The greatest loss of quote positions on one underlying as a function of where it stands: everything that does not depend
/// on the spot is worked out beforehand.
///
/// Vanilla options and linear positions only. All contracts add into one row of scenarios, so an evaluation is one call of
/// the kernel for each contract.
struct ScenarioCurve: Sendable {
  /// Scenarios of one day, as columns.
  private struct Day: Sendable {
    /// 1 + the relative move.
    var factors: [Double] = []
    var covers: [Double] = []
    var contracts: [GridContract] = []
    /// For each contract a volatility for each scenario.
    var volatilities: [[Double]] = []
  }

  /// The book before any move.
  private let start: Day
  private let days: [Day]
  /// Units of futures, perpetuals and the underlying itself.
  private let linear: Double

  init(of positions: [RulePosition], _ scenarios: [RuleScenario]) {
    var order: [Double] = []
    for scenario in scenarios where !order.contains(scenario.days) { order.append(scenario.days) }
    start = ScenarioCurve.day(positions, [RuleScenario(spot: 0)])
    days = order.map { day in ScenarioCurve.day(positions, scenarios.filter { $0.days == day }) }
    linear = positions.filter { $0.contract == nil }.reduce(0) { $0 + $1.units.doubleValue }
  }

  private static func day(_ positions: [RulePosition], _ scenarios: [RuleScenario]) -> Day {
    var day = Day(factors: scenarios.map { 1 + $0.spot }, covers: scenarios.map(\.cover))
    for position in positions {
      guard let contract = position.contract else { continue }
      let passed = (scenarios.first?.days ?? 0) / 365
      day.contracts.append(
        GridContract(
          sign: contract.right.sign, strike: contract.strike, years: contract.years - passed, rate: contract.rate,
          dividendYield: contract.dividendYield, weight: position.units.doubleValue))
      day.volatilities.append(
        scenarios.map { $0.volatility.moved(contract.volatility, days: contract.years * 365) })
    }
    return day
  }

  /// The greatest loss when the underlying stands at `spot`, 0 or more; not a number where a model fails.
  func scanRisk(at spot: Double) -> Double {
    let before = values(start, at: spot).first ?? .nan
    var greatest = 0.0
    for day in days {
      for (value, cover) in zip(values(day, at: spot), day.covers) {
        let loss = (before - value) * cover
        // A comparison would pass over what is no number.
        guard loss.isFinite else { return .nan }
        greatest = max(greatest, loss)
      }
    }
    return greatest
  }

  /// How many values of options one scan takes.
  var cost: Int { days.reduce(start.contracts.count) { $0 + $1.contracts.count * $1.factors.count } }

  /// A range that holds every slope of ``scanRisk(at:)`` between two spots.
  ///
  /// An option's delta rises with the spot, so those at both ends bound it; the greatest of several losses has the slope of
  /// one of them, or of nothing.
  func slopes(from low: Double, to high: Double) -> (least: Double, greatest: Double) {
    let before = deltas(start, from: low, to: high)
    var (least, greatest) = (0.0, 0.0)
    guard let base = before.first else { return (-.infinity, .infinity) }
    for day in days {
      for (index, after) in deltas(day, from: low, to: high).enumerated() {
        let (factor, cover) = (day.factors[index], day.covers[index])
        guard factor >= 0 else { return (-.infinity, .infinity) }
        least = min(least, (base.least - factor * after.greatest) * cover)
        greatest = max(greatest, (base.greatest - factor * after.least) * cover)
      }
    }
    return least.isFinite && greatest.isFinite ? (least, greatest) : (-.infinity, .infinity)
  }

  /// The range of the book's delta in each scenario of a day while the underlying goes from one spot to another.
  private func deltas(
    _ day: Day, from low: Double, to high: Double
  ) -> [(least: Double, greatest: Double)] {
    zip(deltas(day, held: low, owed: high), deltas(day, held: high, owed: low)).map {
      (linear + min($0, $1), linear + max($0, $1))
    }
  }

  /// The options' delta in each scenario of a day, of contracts held at one spot and of contracts owed at another.
  private func deltas(_ day: Day, held: Double, owed: Double) -> ArraySlice<Double> {
    let count = day.factors.count
    let spots = (held: day.factors.map { $0 * held }, owed: day.factors.map { $0 * owed })
    var scratch = [Double](repeating: 0, count: BlackScholes.gridScratchCount(spots: count))
    var block = [Double](repeating: 0, count: BlackScholes.Detail.fiveGreeks.columnCount * count)
    var scratchSpan = scratch.mutableSpan
    var blockSpan = block.mutableSpan
    for (contract, volatilities) in zip(day.contracts, day.volatilities) {
      BlackScholes.revalue(
        .fiveGreeks, contract, spots: contract.weight < 0 ? spots.owed.span : spots.held.span,
        volatilities: volatilities.span, .perNode, adding: true, scratch: &scratchSpan, into: &blockSpan)
    }
    // Values come first, deltas second.
    return block[count..<2 * count]
  }

  /// What the book is worth in each scenario of a day.
  private func values(_ day: Day, at spot: Double) -> [Double] {
    let spots = day.factors.map { spot * $0 }
    var row = spots.map { linear * $0 }
    var scratch = [Double](repeating: 0, count: BlackScholes.gridScratchCount(spots: spots.count))
    var scratchSpan = scratch.mutableSpan
    var rowSpan = row.mutableSpan
    for (contract, volatilities) in zip(day.contracts, day.volatilities) {
      BlackScholes.revalue(
        .value, contract, spots: spots.span, volatilities: volatilities.span, .perNode, adding: true,
        scratch: &scratchSpan, into: &rowSpan)
    }
    return row
  }
}

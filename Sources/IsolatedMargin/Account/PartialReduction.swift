import Basics
import Instruments

/// How much of a perpetual or future a partial liquidation closes: the quantities worth trying, least first.
///
/// ``PartialLiquidation`` solves it exactly, once for the target ratio and once for the maintenance tiers. A box counts
/// whole minor units, rounded against it at three places, so that the exact answer may leave it a few units short: the
/// next candidates are those for an equity of two and of four units less.
struct PartialReduction {
  /// Signed as the position; each less than the whole. Empty where only closing everything helps.
  let quantities: [Quantity]
  /// Why everything is closed where none of them will do.
  let reason: String

  init(
    of position: BoxPosition, equity: ExactAmount, target: PartialTarget, costs: LiquidationCosts, terms: BoxTerms
  ) throws(AccountRefusal) {
    let unit = ExactAmount(count: 1, decimals: terms.currency.decimals)
    let multiplier = position.instrument.multiplier.exact
    var counts: Set<Int64> = []
    var decision = PartialLiquidation.Decision.wholeNeeded
    do throws(IsolatedMarginError) {
      let ratio = try MaintenanceTiers(rate: target.ratio)
      for slack in [ExactAmount.zero, unit + unit, unit + unit + unit + unit] where equity > slack {
        // Entered at the mark, so that its margin is its equity.
        let marked = try PerpetualPosition(
          kind: terms.settlement == .quote ? .linear : .inverse, side: position.quantity.count < 0 ? .short : .long,
          quantity: position.units.magnitude, entryPrice: position.reference.price.exact, margin: equity - slack)
        for tiers in [ratio, terms.margin.maintenance] {
          let solved = try PartialLiquidation(
            of: marked, mark: position.reference.price.exact, target: tiers, costRate: costs.rate,
            lot: target.lot.exact * multiplier)
          if tiers == ratio { decision = solved.decision }
          guard solved.decision == .partial, let contracts = solved.closed.divided(by: multiplier) else { continue }
          do { counts.insert(try contracts.count(decimals: Quantity.decimals, rounding: .up, type: "Quantity")) } catch
          {
            throw .number(error)
          }
        }
      }
    } catch { throw .badValue("partial liquidation", found: "\(error)", wanted: "a position it can be worked out for") }
    let sign: Int64 = position.quantity.count < 0 ? -1 : 1
    quantities = counts.sorted().map { Quantity(count: sign * $0) }
    reason =
      decision == .costTooHigh
      ? "a target ratio of \(target.ratio) does not exceed slippage and fee of \(costs.rate)"
      : "no whole number of lots below the position reaches the target ratio of \(target.ratio)"
  }
}

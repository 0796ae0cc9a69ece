import Basics
import Instruments
import Kernels
import Pricing

/// The line below which a position's value at the first expiry does not fall by more than its puts, beyond every strike.
///
/// There a call is its forward less its strike and a put, which falls to nothing with the coordinate; so the sum of the
/// calls' lines decides whether the value falls for ever. It is summed exactly, the factors of each expiry at their worst
/// for the sum: with Q = 1 a calendar's slope is 0 and not nearly 0.
struct BandTail: Sendable {
  /// Of the later legs, in the units of a ``BandPosition``.
  let line: BandLine
  /// The same with the line of the ending legs beyond their last vertex.
  let sum: BandLine
  /// The exact slope of that sum: below zero the value has no lower bound.
  let slope: ExactAmount

  init(
    _ legs: [(leg: FilledLeg, contract: OptionContract, place: Int)], _ steps: [ExpiryStep], _ settlement: Settlement,
    _ scale: BandScale, near: PayoffLine, forwards: ExactAmount, isNegated: Bool
  ) {
    let isQuote = settlement == .quote
    let sign = isNegated ? -ExactAmount.one : .one
    var sums = [(alpha: ExactAmount, beta: ExactAmount)](repeating: (.zero, .zero), count: steps.count)
    var (intercept, slope) = (ExactAmount.zero, ExactAmount.zero)
    for (leg, contract, place) in legs where (contract.right == .call) == isQuote {
      var units = leg.units * sign
      let strike = contract.strike.exact
      if let fee = leg.payoffFee, !isNegated, BandTail.isCapped(fee, steps[place], settlement) {
        units -= units.magnitude * fee.cap
      } else if let fee = leg.payoffFee, !isNegated {
        if isQuote { slope -= units.magnitude * fee.rate } else { intercept -= units.magnitude * fee.rate }
      }
      sums[place].alpha += isQuote ? units : units * strike
      sums[place].beta += isQuote ? units * strike : units
    }
    for (sum, step) in zip(sums, steps) {
      let factors = step.factors(in: settlement)
      slope += factors.slope.least(times: sum.alpha)
      intercept += factors.intercept.least(times: .zero - sum.beta)
    }
    let slopeScale = isQuote ? scale.units : scale.amounts
    func line(_ intercept: ExactAmount, _ slope: ExactAmount) -> BandLine {
      BandLine(intercept: Interval(intercept * scale.amounts), slope: Interval(slope * slopeScale))
    }
    self.line = line(intercept, slope)
    let total = slope + sign * near.slope + forwards
    sum = line(intercept + sign * near.intercept, total)
    self.slope = total
  }

  /// Whether the cap is the lesser fee far out: a call grows by Q for each unit of S. In coin the rate is a constant.
  static func isCapped(_ fee: PayoffFee, _ step: ExpiryStep, _ settlement: Settlement) -> Bool {
    settlement == .quote && fee.cap * step.carry.upper <= fee.rate
  }
}

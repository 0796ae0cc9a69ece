import Basics

/// How much of a perpetual or future a partial liquidation closes: the quantities worth trying, least first.
///
/// With notional h of the whole position, equity e, target ratio rho and cost rate k of what is closed, closing the share y
/// leaves e - y h k against (1 - y) h, so y = (rho h - e) / (h (rho - k)). It needs rho > k: else what is closed costs more
/// than it frees. A tier with maintenance m h - d asks for y = (m h - d - e) / (h (m - k)) in the same way. Shares are
/// rounded up to whole lots; a share of 1 or more closes everything.
struct PartialReduction {
  /// Signed as the position; each less than the whole. Empty where only closing everything helps.
  let quantities: [Quantity]
  /// Why everything is closed where none of them will do.
  let reason: String

  init(
    of position: BoxPosition, equity: ExactAmount, target: PartialTarget, costs: LiquidationCosts, terms: BoxTerms
  ) throws(AccountRefusal) {
    let notional = position.notional(in: terms.settlement)
    guard target.ratio > costs.rate else {
      quantities = []
      reason = "a target ratio of \(target.ratio) does not exceed slippage and fee of \(costs.rate)"
      return
    }
    // Money is rounded against the box at three places, so that the exact share may be a few minor units short.
    let unit = ExactAmount(count: 1, decimals: terms.currency.decimals)
    var shares: [ExactAmount] = []
    for slack in [ExactAmount.zero, unit + unit, unit + unit + unit + unit] {
      let missing = target.ratio * notional - equity + slack
      if let share = missing.divided(by: notional * (target.ratio - costs.rate)) { shares.append(share) }
      for (tier, amount) in zip(terms.margin.tiers, terms.margin.amounts) where tier.maintenanceRate > costs.rate {
        let missing = tier.maintenanceRate * notional - amount - equity + slack
        if let share = missing.divided(by: notional * (tier.maintenanceRate - costs.rate)) { shares.append(share) }
      }
    }
    let whole = position.quantity.exact.magnitude
    let lot = target.lot.exact
    let sign: Int64 = position.quantity.count < 0 ? -1 : 1
    var counts: [Int64] = []
    for share in shares where share > .zero && share < .one {
      let lots = try refusing { () throws(BasicsError) in
        try ((share * whole).divided(by: lot) ?? .zero).count(decimals: 0, rounding: .up, type: "lots")
      }
      let (count, overflow) = lots.multipliedReportingOverflow(by: target.lot.count)
      if !overflow, count.magnitude < position.quantity.count.magnitude { counts.append(count) }
    }
    quantities = Set(counts).sorted().map { Quantity(count: sign * $0) }
    reason = "no whole number of lots below the position reaches the target ratio of \(target.ratio)"
  }
}

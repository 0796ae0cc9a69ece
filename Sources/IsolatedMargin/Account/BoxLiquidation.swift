import Basics
import Instruments

/// Closing by force, with the waterfall behind it.
extension BoxTransition {
  /// Refuses unless equity is below the requirement at recorded marks that are fresh now.
  func checkCondition(_ command: BoxCommand.Kind) throws(AccountRefusal) -> BoxFigures {
    if let fault = box.priceFault(at: time) { throw fault }
    let figures = try box.figures()
    guard figures.isBelowRequirement else { throw .state(box.state, command, .conditionNotMet) }
    return figures
  }

  mutating func liquidate(_ costs: LiquidationCosts) throws(AccountRefusal) {
    _ = try checkCondition(.liquidate)
    try closeByForce(costs)
  }

  /// Closes every position at its mark less slippage, takes the fee, and lets the waterfall cover what the cash does not.
  ///
  /// Options are taken over at their marks less slippage, but never below the least they can pay at expiry, which the
  /// cash covers: who takes them over holds cash against the worst of it. The fee is on perpetuals and futures.
  mutating func closeByForce(_ costs: LiquidationCosts) throws(AccountRefusal) {
    let terms = box.terms
    var flow = zero
    var fees = ExactAmount.zero
    for position in box.positions where position.isLinear {
      let notional = position.notional(in: terms.settlement)
      let proceeds = position.value(in: terms.settlement) - costs.slippage * notional
      flow = try flow.plus(try BoxPosition.rounded(proceeds, terms, .down).minus(position.cost))
      fees += costs.fee * notional
    }
    var options = ExactAmount.zero
    for group in CashRule.groups(of: box.positions.filter { !$0.isLinear }) {
      var value = ExactAmount.zero
      for position in group.positions {
        let mark = position.value(in: terms.settlement)
        value += mark - costs.slippage * mark.magnitude
      }
      options += max(value, try CashRule.leastPayoff(of: group.positions, terms))
    }
    flow = try flow.plus(try BoxPosition.rounded(options, terms, .down))
    try payOut(flow, fee: try BoxPosition.rounded(fees, terms, .up))
    endPositions()
    box.state = .liquidated
  }

  /// Exchanges a flow with the market and pays a fee: from the cash, and what it lacks from the waterfall.
  mutating func payOut(_ flow: Money, fee: Money) throws(AccountRefusal) {
    let total = try box.cash.plus(flow).minus(fee)
    guard total.isNegative else {
      try exchange(flow)
      return try pay(fee, to: .fees)
    }
    let waterfall = try Waterfall(covering: try zero.minus(total), with: surroundings.backstop)
    self.waterfall = waterfall
    if !flow.isNegative { try receive(flow, from: .market) }
    var sources: [(account: LedgerAccount, amount: Money)] = [(.box(box.id), box.cash.larger(zero))]
    sources += waterfall.sources
    let loss = flow.isNegative ? try zero.minus(flow) : zero
    for (account, amount) in [(LedgerAccount.market, loss), (.fees, fee)] {
      var owed = amount
      for index in sources.indices where !owed.isZero {
        let part = owed.smaller(sources[index].amount)
        sources[index].amount = try sources[index].amount.minus(part)
        owed = try owed.minus(part)
        if let transfer = Transfer(part, from: sources[index].account, to: account) { transfers.append(transfer) }
      }
    }
    box.cash = zero
  }
}

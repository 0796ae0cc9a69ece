import Basics
import Instruments

/// Closing as little as restores the target ratio.
extension BoxTransition {
  /// Closes the least number of lots after which the position is at the target ratio, the box at its requirement, and the
  /// cash rule of its options whole; everything, where no part does that.
  mutating func partiallyLiquidate(_ target: PartialTarget, _ costs: LiquidationCosts) throws(AccountRefusal) {
    let figures = try checkCondition(.partiallyLiquidate)
    let index = try reducible(target)
    let reserved = try figures.optionRequirement.plus(try maintenanceOfOthers(than: index)).exact
    let reduction = try PartialReduction(
      of: box.positions[index], equity: figures.equity.exact - reserved, target: target, costs: costs,
      terms: box.terms)
    for closed in reduction.quantities {
      var attempt = self
      guard try attempt.reduce(index, by: closed, costs) else { continue }
      let after = try attempt.box.figures()
      let notional = attempt.box.positions[index].notional(in: box.terms.settlement)
      let equity = after.equity.exact - reserved
      guard equity >= target.ratio * notional, !after.isBelowRequirement else { continue }
      self = attempt
      let name = "\(box.positions[index].instrument)"
      notes.append(.reduced(name, closed: closed, ratio: equity.divided(by: notional)))
      box.state = .partial
      return
    }
    notes.append(.closedInFull(reduction.reason))
    try closeByForce(costs)
  }

  private func reducible(_ target: PartialTarget) throws(AccountRefusal) -> Int {
    if let instrument = target.instrument {
      guard let index = box.index(of: instrument) else { throw .notHeld("\(instrument)") }
      guard box.positions[index].isLinear else {
        throw .badInstrument("\(instrument)", wanted: "a perpetual or a future")
      }
      return index
    }
    let linear = box.positions.indices.filter { box.positions[$0].isLinear }
    guard linear.count == 1, let index = linear.first else {
      throw .incomplete("found \(linear.count) perpetuals and futures, wanted the one to reduce named")
    }
    return index
  }

  private func maintenanceOfOthers(than index: Int) throws(AccountRefusal) -> Money {
    var sum = zero
    for other in box.positions.indices where other != index && box.positions[other].isLinear {
      let notional = box.positions[other].notional(in: box.terms.settlement)
      sum = try sum.plus(try BoxPosition.rounded(box.terms.margin.maintenance(of: notional), box.terms, .up))
    }
    return sum
  }

  /// Closes a part at the mark less slippage and takes the fee.
  ///
  /// - Returns: False where the cash above the cash rule cannot pay for it, though other positions' profit could.
  private mutating func reduce(
    _ index: Int, by closed: Quantity, _ costs: LiquidationCosts
  ) throws(AccountRefusal) -> Bool {
    let (terms, position) = (box.terms, box.positions[index])
    let value = BoxPosition.value(
      closed, of: position.instrument, at: position.reference.price, in: terms.settlement)
    let share = try position.costShare(of: closed)
    let flow = try BoxPosition.rounded(value - costs.slippage * value.magnitude, terms, .down).minus(share)
    let fee = try BoxPosition.rounded(costs.fee * value.magnitude, terms, .up)
    box.positions[index].quantity = Quantity(count: position.quantity.count - closed.count)
    box.positions[index].cost = try position.cost.minus(share)
    guard try box.cash.plus(flow).minus(fee).minorUnits >= box.optionRequirement.minorUnits else { return false }
    try exchange(flow)
    try pay(fee, to: .fees)
    return true
  }
}

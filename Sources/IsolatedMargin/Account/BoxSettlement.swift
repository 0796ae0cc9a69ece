import Basics
import Instruments

/// Paying out expired contracts.
extension BoxTransition {
  /// Pays out the earliest expired contracts at the delivery price of each of their underlyings, exactly.
  ///
  /// Options cannot owe more than the cash rule kept. A future can, when its delivery price jumps: what the cash lacks is
  /// carried by a perpetual that stays, else it is a shortfall and goes down the waterfall.
  mutating func settle(_ deliveries: [BoxDelivery]) throws(AccountRefusal) {
    let expired = try earliestExpired()
    let prices = try prices(deliveries, for: expired)
    var payoff = ExactAmount.zero
    for group in try CashRule.payoffs(of: expired, box.terms) {
      payoff += group.payoff.value(at: (prices[group.underlying] ?? .zero).exact) ?? .zero
    }
    var flow = try BoxPosition.rounded(payoff, box.terms, .down)
    for position in expired where position.isLinear {
      let value = BoxPosition.value(
        position.quantity, of: position.instrument, at: prices[position.instrument.underlying] ?? .zero,
        in: box.terms.settlement)
      flow = try flow.plus(try BoxPosition.rounded(value, box.terms, .down).minus(position.cost))
    }
    let paidOut = Set(expired.map(\.instrument))
    box.positions.removeAll { paidOut.contains($0.instrument) }
    box.optionRequirement = try CashRule.requirement(of: box.positions, box.terms)
    notes.append(.settled(flow))
    let total = try box.cash.plus(flow)
    if total.isNegative, let carrier = box.positions.firstIndex(where: \.isLinear) {
      box.positions[carrier].cost = try box.positions[carrier].cost.minus(total)
      notes.append(.carried(try zero.minus(total)))
      try pay(box.cash, to: .market)
    } else {
      try payOut(flow, fee: zero)
    }
    box.state = box.positions.isEmpty ? .settled : try box.stateByFigures(at: time)
  }

  /// The positions of the first expiry that has passed; it is there in state `expiring`.
  private func earliestExpired() throws(AccountRefusal) -> [BoxPosition] {
    var first: (expiry: Expiry, instant: Instant)?
    for position in box.positions {
      guard let expiry = position.instrument.expiry,
        let instant = try IsolatedAccount.expiryInstant(position.instrument), instant <= time
      else { continue }
      if first.map({ instant < $0.instant }) ?? true { first = (expiry, instant) }
    }
    guard let first else { return [] }
    return box.positions.filter { $0.instrument.expiry.map(first.expiry.isSameSettlement) ?? false }
  }

  private func prices(
    _ deliveries: [BoxDelivery], for expired: [BoxPosition]
  ) throws(AccountRefusal) -> [String: Price] {
    let wanted = Set(expired.map(\.instrument.underlying))
    var prices: [String: Price] = [:]
    for delivery in deliveries {
      guard wanted.contains(delivery.underlying) else {
        throw .notHeld("an expired contract on \(delivery.underlying)")
      }
      // In coin a price of 0 has no reciprocal; a future needs one above 0 as it did to be opened.
      let lowest = box.terms.settlement == .coin ? Price(count: 1) : .zero
      guard delivery.price >= lowest else {
        throw .badValue(
          "delivery price of \(delivery.underlying)", found: "\(delivery.price)", wanted: "\(lowest) or more")
      }
      guard prices.updateValue(delivery.price, forKey: delivery.underlying) == nil else {
        throw .incomplete("found two delivery prices of \(delivery.underlying), wanted one")
      }
    }
    for underlying in wanted.sorted() where prices[underlying] == nil {
      throw .incomplete("found no delivery price of \(underlying)")
    }
    return prices
  }
}

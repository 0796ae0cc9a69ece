import Basics
import Instruments

/// Checks one box before and after a command it has carried out, with figures of its own.
struct BoxAudit {
  let before: IsolatedAccount
  let command: BoxCommand
  let after: IsolatedAccount
  let time: Instant

  var violations: [LedgerViolation] {
    var found: [LedgerViolation] = []
    func check(_ holds: Bool, _ invariant: LedgerViolation.Invariant, _ detail: String) {
      if !holds { found.append(LedgerViolation(invariant: invariant, detail: "\(before.id): \(detail)")) }
    }
    let (was, now) = (Self.figures(before), Self.figures(after))
    let wasExpired = before.state.hasPositions && Self.isExpired(before, time)
    let entry = TransitionTable.entry(wasExpired ? .expiring : before.state, command.kind)
    check(entry == .allowed, .table, "\(command.kind) in state \(before.state)")
    check(before.state != .closed || command.kind == .collect, .table, "\(command.kind) on a closed box")
    check(after.state.hasPositions == !after.positions.isEmpty, .table, "state \(after.state)")

    let options = Self.optionNeed(after)
    check(options == Int128(after.optionRequirement.minorUnits), .cashRule, "options need \(options)")
    check(Int128(after.cash.minorUnits) >= options, .cashRule, "cash \(after.cash), options need \(options)")

    let met = Self.isConditionMet(before, was, time)
    switch command {
    case .liquidate: check(met, .liquidationCondition, "liquidated at \(was)")
    case .partiallyLiquidate(let target, _):
      check(met, .liquidationCondition, "reduced at \(was)")
      check(
        after.positions.isEmpty || isAtTarget(target, now), .partialTarget, "equity \(now.equity), need \(now.need)")
      check(after.positions.isEmpty || now.equity >= now.need, .partialTarget, "\(now)")
    case .withdraw:
      check(now.equity >= now.initial, .withdrawal, "equity \(now.equity), needed \(now.initial)")
      check(now.equity >= now.need, .withdrawal, "equity \(now.equity), needed \(now.need)")
    case .topUp(let amount):
      check(now.equity - was.equity == Int128(amount.minorUnits), .topUp, "equity \(was.equity) to \(now.equity)")
      check(now.need == was.need, .topUp, "requirement \(was.need) to \(now.need)")
      check(was.equity < was.need || now.equity >= now.need, .topUp, "below the requirement")
    case .open(let fills, _):
      let lost = unbooked(fills)
      check(lost >= 0 && lost <= 3 * Int128(fills.count), .book, "\(lost) minor units neither in cost nor in cash")
    default: break
    }
    switch command {
    case .mark, .accrueFunding, .chargeFees, .topUp, .withdraw, .autoAdd, .collect:
      let quantities = zip(before.positions, after.positions).allSatisfy { $0.quantity == $1.quantity }
      check(
        quantities && before.positions.count == after.positions.count, .liquidationCondition,
        "\(command.kind) changed a position")
    default: break
    }
    if after.state.hasPositions, !Self.isExpired(after, time) {
      let isMet = Self.isConditionMet(after, now, time)
      check((after.state == .liquidating) == isMet, .liquidationCondition, "state \(after.state) at \(now)")
    }
    if case .autoAdd = command { check(after.cash.minorUnits > before.cash.minorUnits, .autoAddCap, "nothing drawn") }
    return found
  }

  /// Equity, requirement and initial requirement in minor units.
  private typealias Figures = (equity: Int128, need: Int128, initial: Int128)

  private static func figures(_ box: IsolatedAccount) -> Figures {
    let options = optionNeed(box)
    var figures = (equity: Int128(box.cash.minorUnits), need: options, initial: options)
    for position in box.positions where !position.instrument.isOption {
      let units = position.quantity.exact * position.instrument.multiplier.exact
      let price = position.reference.price.exact
      let isInverse = box.terms.settlement == .coin
      let value = isInverse ? -(units.divided(by: price) ?? .zero) : units * price
      figures.equity += minorUnits(value, box, .down) - Int128(position.cost.minorUnits)
      let notional = value < .zero ? -value : value
      // The tier amounts again, summed from the first tier on instead of stored.
      let tiers = box.terms.margin.maintenance.tiers
      var need = -tiers[0].amount
      for (index, tier) in tiers.enumerated() where tier.from <= notional {
        let next = index + 1 < tiers.count ? tiers[index + 1].from : notional
        need += tier.rate * (min(next, notional) - tier.from)
      }
      need = max(.zero, need)
      figures.need += minorUnits(need, box, .up)
      figures.initial += minorUnits(max(need, box.terms.margin.initialRate * notional), box, .up)
    }
    return figures
  }

  private static func minorUnits(_ amount: ExactAmount, _ box: IsolatedAccount, _ rule: ExactRounding) -> Int128 {
    (try? amount.count(decimals: box.terms.currency.decimals, rounding: rule)).map { Int128($0) } ?? .max / 4
  }

  /// The cash rule by trying every kink: at S = 0 or beyond all strikes and at each strike. A call in coin tends to its
  /// units as S grows. Digitals are not tried here, so a box with one answers with its own figure.
  static func optionNeed(_ box: IsolatedAccount) -> Int128 {
    var options: [(contract: OptionContract, units: ExactAmount)] = []
    for position in box.positions {
      switch position.instrument {
      case .option(let contract):
        options.append((contract, position.quantity.exact * contract.multiplier.exact))
      case .digital: return Int128(box.optionRequirement.minorUnits)
      case .future, .perpetual, .underlying: break
      }
    }
    var total: Int128 = 0
    var done: [Expiry] = []
    for option in options where !done.contains(where: { $0.isSameSettlement(as: option.contract.expiry) }) {
      done.append(option.contract.expiry)
      let group = options.filter { $0.contract.expiry.isSameSettlement(as: option.contract.expiry) }
      var least = ExactAmount.zero
      for underlying in Set(group.map(\.contract.underlying)) {
        least += leastPayoff(group.filter { $0.contract.underlying == underlying }, in: box.terms.settlement)
      }
      total += minorUnits(max(.zero, -least), box, .up)
    }
    return total
  }

  private static func leastPayoff(
    _ options: [(contract: OptionContract, units: ExactAmount)], in settlement: Settlement
  ) -> ExactAmount {
    let strikes = options.map(\.contract.strike.exact)
    let end =
      settlement == .quote
      ? ExactAmount.zero : options.reduce(.zero) { $1.contract.right == .call ? $0 + $1.units : $0 }
    var least = settlement == .quote ? payoff(options, at: .zero, settlement) : end
    for strike in strikes where strike > .zero { least = min(least, payoff(options, at: strike, settlement)) }
    return least
  }

  private static func payoff(
    _ options: [(contract: OptionContract, units: ExactAmount)], at price: ExactAmount, _ settlement: Settlement
  ) -> ExactAmount {
    options.reduce(.zero) { sum, option in
      let strike = option.contract.strike.exact
      let inner = max(.zero, option.contract.right == .call ? price - strike : strike - price)
      let paid = settlement == .quote ? inner : inner.divided(by: price) ?? .zero
      return sum + option.units * paid
    }
  }

  /// What trades leave neither in the book cost of perpetuals and futures nor in the cash: less than a minor unit for each
  /// rounding, always against the box.
  private func unbooked(_ fills: [BoxFill]) -> Int128 {
    func cost(_ box: IsolatedAccount) -> Int128 {
      box.positions.reduce(0) { $1.instrument.isOption ? $0 : $0 + Int128($1.cost.minorUnits) }
    }
    var traded = ExactAmount.zero
    for fill in fills {
      let units = fill.quantity.exact * fill.instrument.multiplier.exact
      let isInverse = after.terms.settlement == .coin && !fill.instrument.isOption
      traded += isInverse ? -(units.divided(by: fill.price.exact) ?? .zero) : units * fill.price.exact
    }
    let posted = Int128(after.posted.minorUnits) - Int128(before.posted.minorUnits)
    let received = Int128(after.cash.minorUnits) - Int128(before.cash.minorUnits) - posted
    // Bought at v: v more in cost, or v less in cash; sold below cost: the loss in cash, the rest out of the cost.
    return cost(after) - cost(before) - received - Self.minorUnits(traded, after, .down)
  }

  private static func isExpired(_ box: IsolatedAccount, _ time: Instant) -> Bool {
    box.positions.contains { position in
      guard let expiry = try? position.instrument.expiry?.instant() else { return false }
      return expiry <= time
    }
  }

  private static func isConditionMet(_ box: IsolatedAccount, _ figures: Figures, _ time: Instant) -> Bool {
    let isFresh = box.positions.allSatisfy { position in
      let age = time.secondsSinceEpoch - position.reference.observedAt.secondsSinceEpoch
      return position.reference.isRecordedMark && age <= box.terms.markMaxAgeSeconds
    }
    return !box.positions.isEmpty && isFresh && figures.equity < figures.need
  }

  private func isAtTarget(_ target: PartialTarget, _ now: Figures) -> Bool {
    let changed = zip(before.positions, after.positions).first { $0.quantity != $1.quantity }?.1
    guard let rest = changed else { return false }
    let units = rest.quantity.exact * rest.instrument.multiplier.exact
    let price = rest.reference.price.exact
    let value = after.terms.settlement == .coin ? units.divided(by: price) ?? .zero : units * price
    let notional = value < .zero ? -value : value
    var alone = after
    alone.positions = after.positions.filter { $0.instrument != rest.instrument }
    // What the others need is not the position's: options and the other perpetuals.
    let own = now.equity - Self.figures(alone).need
    let minorUnit = ExactAmount(count: 1, decimals: after.terms.currency.decimals)
    guard let own = Int64(exactly: own) else { return false }
    return ExactAmount(own) * minorUnit >= target.ratio * notional
  }
}

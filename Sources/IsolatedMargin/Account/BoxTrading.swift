import Basics
import Instruments

/// Opening, resizing, flipping and closing at stated prices.
extension BoxTransition {
  /// Trades all fills, judges the position that results, and takes the margin it needs.
  ///
  /// The requirement is that of the resulting position at its reference prices, never that of the order: a flip needs what
  /// the new side needs. What only reduces positions needs no initial margin, as long as the excess over the requirement
  /// does not fall.
  mutating func open(_ fills: [BoxFill], _ margin: OpeningMargin) throws(AccountRefusal) {
    guard !fills.isEmpty else { throw .incomplete("found no trade") }
    if case .amount(let amount) = margin { try check(amount) }
    let before = try box.figures()
    var flow = zero
    var onlyReduces = true
    for fill in fills {
      try check(fill)
      let index = try position(for: fill)
      let held = box.positions[index].quantity
      flow = try flow.plus(try box.positions[index].trade(fill, box.terms, at: time))
      let left = box.positions[index].quantity
      let isSameSide = held.count.signum() * left.count.signum() >= 0
      onlyReduces = onlyReduces && isSameSide && left.count.magnitude < held.count.magnitude
    }
    box.positions.removeAll { $0.quantity.isZero }
    try checkExpiries()
    box.optionRequirement = try CashRule.requirement(of: box.positions, box.terms)

    var after = box
    after.cash = try box.cash.plus(flow)
    let figures = try after.figures()
    var missing = try figures.optionRequirement.minus(figures.cash)
    let isSafer =
      try figures.equity.minus(figures.requirement).minorUnits >= before.equity.minus(before.requirement).minorUnits
    if !onlyReduces || !isSafer {
      if let fault = box.priceFault(at: time, linearOnly: true, acceptsTrades: true) { throw fault }
      missing = missing.larger(try figures.initialRequirement.minus(figures.equity))
    }
    try take(margin, missing: missing, isReduction: onlyReduces)
    try exchange(flow)
    if box.positions.contains(where: \.instrument.isAmerican) { notes.append(.american) }
    box.state = try box.stateByFigures(at: time)
  }

  /// Posts the margin of a trade that needs `missing` more than the box holds.
  private mutating func take(
    _ margin: OpeningMargin, missing: Money, isReduction: Bool
  ) throws(AccountRefusal) {
    let lock: Money
    switch margin {
    case .amount(let amount): lock = amount
    // Who closes at a loss did not ask to post more: isolation ends at what is in the box.
    case .required: lock = isReduction ? zero : missing.larger(zero)
    }
    guard missing.minorUnits <= lock.minorUnits else {
      throw .belowRequirement(missing: try missing.minus(lock))
    }
    try post(lock)
    if !lock.isZero { notes.append(.locked(lock)) }
  }

  /// The position's place, made where there is none.
  private mutating func position(for fill: BoxFill) throws(AccountRefusal) -> Int {
    if let index = box.index(of: fill.instrument) { return index }
    guard box.positions.count < Strategy.legLimit else {
      throw .badInstrument("\(fill.instrument)", wanted: "at most \(Strategy.legLimit) positions in a box")
    }
    box.positions.append(
      BoxPosition(
        instrument: fill.instrument, quantity: .zero, cost: zero,
        reference: ReferencePrice(price: fill.price, observedAt: time, isRecordedMark: false)))
    return box.positions.count - 1
  }

  private func check(_ fill: BoxFill) throws(AccountRefusal) {
    let name = "\(fill.instrument)"
    guard !fill.quantity.isZero, fill.quantity.count != .min else {
      throw .badValue("quantity of \(name)", found: "\(fill.quantity)", wanted: "a quantity other than 0")
    }
    guard fill.price > .zero || fill.instrument.isOption && fill.price == .zero else {
      throw .badValue(
        "price of \(name)", found: "\(fill.price)",
        wanted: fill.instrument.isOption ? "a premium of 0 or more" : "a price above 0")
    }
    if let wanted = box.terms.misfit(of: fill.instrument) { throw .badInstrument(name, wanted: wanted) }
    if let expiry = try IsolatedAccount.expiryInstant(fill.instrument), expiry <= time { throw .expired(name) }
  }

  /// A future that is paid out may leave nothing for options that expire behind it, which no cash would then secure.
  private func checkExpiries() throws(AccountRefusal) {
    for case .future(let future) in box.positions.map(\.instrument) {
      for position in box.positions where position.instrument.isOption {
        guard let expiry = position.instrument.expiry, !expiry.isSameSettlement(as: future.expiry) else { continue }
        if future.expiry < expiry { throw .futureBeforeOptions }
      }
    }
  }

  /// Closes every position at its price, and the box.
  mutating func close(_ closings: [BoxClosing]) throws(AccountRefusal) {
    var prices: [Instrument: Price] = [:]
    for closing in closings {
      guard box.index(of: closing.instrument) != nil else { throw .notHeld("\(closing.instrument)") }
      guard prices.updateValue(closing.price, forKey: closing.instrument) == nil else {
        throw .incomplete("found two prices of \(closing.instrument), wanted one")
      }
    }
    var flow = zero
    for index in box.positions.indices {
      let position = box.positions[index]
      guard let price = prices[position.instrument] else {
        throw .incomplete("found no price for \(position.instrument), wanted one for every position")
      }
      let fill = BoxFill(position.instrument, quantity: Quantity(count: -position.quantity.count), price: price)
      try check(fill)
      flow = try flow.plus(try box.positions[index].trade(fill, box.terms, at: time))
    }
    guard try !box.cash.plus(flow).isNegative else {
      throw .insufficientCash(wanted: try zero.minus(flow), available: box.cash)
    }
    try exchange(flow)
    endPositions()
    box.state = .closed
  }

  mutating func endPositions() {
    box.positions = []
    box.optionRequirement = zero
  }
}

extension BoxTerms {
  /// What an instrument of these terms is, where `instrument` is none; nil where it fits.
  ///
  /// In quote currency a coin-settled option is carried at its linear payoff, its premium as stated in that currency.
  func misfit(of instrument: Instrument) -> String? {
    let quote: String?
    let isInCoin: Bool
    switch instrument {
    case .option(let contract):
      isInCoin = contract.settlement == .coin
      quote = isInCoin ? nil : contract.quoteCurrency
    case .digital: (isInCoin, quote) = (true, nil)
    case .perpetual(let contract): (isInCoin, quote) = (contract.quoteCurrency == nil, contract.quoteCurrency)
    case .future(let contract): (isInCoin, quote) = (contract.quoteCurrency == nil, contract.quoteCurrency)
    case .underlying: return "an option, a perpetual or a future"
    }
    switch settlement {
    case .quote: return quote == nil || quote == currency.code ? nil : "an instrument in \(currency)"
    case .coin: return isInCoin && instrument.underlying == currency.code ? nil : "a contract settled in \(currency)"
    }
  }
}

extension Instrument {
  var isAmerican: Bool {
    if case .option(let contract) = self { return contract.exercise == .american }
    return false
  }
}

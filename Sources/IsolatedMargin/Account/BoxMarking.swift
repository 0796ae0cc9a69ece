import Basics
import Instruments

/// Marks, funding, and the margin a box draws by itself.
extension BoxTransition {
  mutating func mark(_ marks: [BoxMark]) throws(AccountRefusal) {
    guard !marks.isEmpty else { throw .incomplete("found no mark") }
    for mark in marks {
      guard let index = box.index(of: mark.instrument) else { throw .notHeld("\(mark.instrument)") }
      try mark.checkPrice()
      guard mark.observedAt <= time else {
        throw .badValue("mark of \(mark.instrument)", found: "\(mark.observedAt)", wanted: "\(time) or earlier")
      }
      let known = box.positions[index].reference
      guard !known.isRecordedMark || known.observedAt <= mark.observedAt else {
        throw .olderMark("\(mark.instrument)")
      }
      box.positions[index].reference = ReferencePrice(
        price: mark.price, observedAt: mark.observedAt, isRecordedMark: true)
      let age = mark.observedAt.seconds(to: time)
      if age > box.terms.markMaxAgeSeconds {
        notes.append(.recordedStale("\(mark.instrument)", ageSeconds: age))
      }
    }
    box.markCount += 1
    if try !box.hasExpired(at: time), try autoAddFault() == nil { try draw() }
    box.state = try box.stateByFigures(at: time)
  }

  mutating func autoAdd() throws(AccountRefusal) {
    if let fault = try autoAddFault() { throw fault }
    try draw()
    box.state = try box.stateByFigures(at: time)
  }

  /// Why the box draws nothing at this mark; nil where it does.
  private func autoAddFault() throws(AccountRefusal) -> AccountRefusal? {
    let rule = box.terms.autoAdd
    guard rule.isOn else { return .autoAddOff }
    guard box.markCount > box.autoAddedAtMark else { return .alreadyAdded }
    // Options alone are never liquidated: more cash would buy nothing.
    guard box.positions.contains(where: \.isLinear) else { return .notTriggered }
    if let fault = box.priceFault(at: time, linearOnly: true) { return fault }
    let figures = try box.figures()
    guard figures.equity.exact < rule.trigger * figures.requirement.exact else { return .notTriggered }
    guard box.autoAdded.minorUnits < rule.cap.minorUnits else { return .capReached(rule.cap) }
    let need = try need(figures)
    guard need.minorUnits > 0 else { return .notTriggered }
    return free.isZero ? .insufficientFree(wanted: need, free: free) : nil
  }

  /// requirement x (1 + buffer) - equity, rounded up.
  private func need(_ figures: BoxFigures) throws(AccountRefusal) -> Money {
    let wanted = figures.requirement.exact * (.one + box.terms.autoAdd.buffer)
    return try BoxPosition.rounded(wanted - figures.equity.exact, box.terms, .up)
  }

  /// Moves min(need, cap left, free), which ``autoAddFault()`` has found to be above 0.
  private mutating func draw() throws(AccountRefusal) {
    let rule = box.terms.autoAdd
    let left = try rule.cap.minus(box.autoAdded)
    let amount = try need(try box.figures()).smaller(left).smaller(free)
    try post(amount)
    box.autoAdded = try box.autoAdded.plus(amount)
    box.autoAddedAtMark = box.markCount
    notes.append(
      .autoAdded(
        amount, posted: try box.posted.minus(box.withdrawn).minus(box.autoAdded), cap: rule.cap,
        promise: try box.promisedLoss()))
  }

  mutating func accrueFunding(_ instrument: Instrument, _ charge: FundingCharge) throws(AccountRefusal) {
    guard case .perpetual = instrument else { throw .badInstrument("\(instrument)", wanted: "a perpetual") }
    guard let index = box.index(of: instrument) else { throw .notHeld("\(instrument)") }
    let position = box.positions[index]
    let paid: Money
    switch charge {
    case .amount(let amount):
      guard amount.currency == box.terms.currency else {
        throw .wrongCurrency(amount.currency.code, wanted: box.terms.currency.code)
      }
      paid = amount
    case .rate(let rate):
      guard rate.magnitude < .one else { throw .badValue("funding rate", found: "\(rate)", wanted: "below 1") }
      let side = position.quantity.count > 0 ? ExactAmount.one : -.one
      paid = try BoxPosition.rounded(side * rate * position.notional(in: box.terms.settlement), box.terms, .up)
    }
    if paid.isNegative {
      try exchange(try zero.minus(paid))
    } else {
      // What the options need is not spent on funding: the rest is owed by the position itself.
      let fromCash = paid.smaller(try box.cash.minus(box.optionRequirement))
      let carried = try paid.minus(fromCash)
      try pay(fromCash, to: .market)
      if !carried.isZero {
        box.positions[index].cost = try position.cost.plus(carried)
        notes.append(.carried(carried))
      }
    }
    box.state = try box.stateByFigures(at: time)
  }
}

extension BoxMark {
  /// Refuses a price below 0, and of 0 for what has no reciprocal and no notional there.
  func checkPrice() throws(AccountRefusal) {
    let lowest = instrument.isOption ? Price.zero : Price(count: 1)
    guard price >= lowest else {
      throw .badValue("mark of \(instrument)", found: "\(price)", wanted: "\(lowest) or more")
    }
  }
}

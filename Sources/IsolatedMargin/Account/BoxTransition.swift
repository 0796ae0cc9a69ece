public import Basics
import Instruments

/// What a box sees beyond itself when it answers a command.
public struct BoxSurroundings: Hashable, Sendable {
  /// Its owner's free balance: the only place it draws margin from.
  public let free: Money
  /// What a bankruptcy may fall back on.
  public let backstop: Backstop

  public init(free: Money, backstop: Backstop) {
    self.free = free
    self.backstop = backstop
  }
}

/// Something a person should be told beside the figures.
public enum BoxNote: Hashable, Sendable {
  /// The margin that went from the free balance into the box with a trade.
  case locked(Money)
  /// What the box drew by itself, and the most that can then be lost: posted by the holder, cap, and their sum.
  case autoAdded(Money, posted: Money, cap: Money, promise: Money)
  /// A mark that was too old when it was recorded.
  case recordedStale(String, ageSeconds: Int64)
  /// Funding beyond the cash, carried on the book cost of the perpetual.
  case carried(Money)
  /// A part was closed: how much, and equity per notional of the rest.
  case reduced(String, closed: Quantity, ratio: ExactAmount?)
  /// A partial liquidation could not help, and why, so that everything was closed.
  case closedInFull(String)
  /// Paid out at delivery: plus is received.
  case settled(Money)
  /// Contracts that can be exercised before their expiry: what that may cost is not covered.
  case american
}

/// A box after a command: the new state of affairs, the money that moved, and what is to be said about it.
public struct BoxTransition: Hashable, Sendable {
  public internal(set) var box: IsolatedAccount
  /// In order; all in the currency of the box.
  public internal(set) var transfers: [Transfer] = []
  public internal(set) var notes: [BoxNote] = []
  /// How a shortfall was covered; nil where there was none.
  public internal(set) var waterfall: Waterfall?
  let time: Instant
  let surroundings: BoxSurroundings
  /// The owner's free balance, less what this transition has drawn from it already.
  var free: Money

  init(_ box: IsolatedAccount, at time: Instant, in surroundings: BoxSurroundings) {
    self.box = box
    self.time = time
    self.surroundings = surroundings
    free = surroundings.free
  }

  var zero: Money { .zero(box.terms.currency) }

  mutating func run(_ command: BoxCommand) throws(AccountRefusal) {
    // Time alone takes a box to its expiry.
    if box.state.hasPositions, box.state != .expiring, try box.hasExpired(at: time) { box.state = .expiring }
    if case .refused(let reason) = TransitionTable.entry(box.state, command.kind) {
      throw .state(box.state, command.kind, reason)
    }
    switch command {
    case .open(let fills, let margin): try open(fills, margin)
    case .topUp(let amount): try topUp(amount)
    case .withdraw(let amount): try withdraw(amount)
    case .autoAdd: try autoAdd()
    case .accrueFunding(let instrument, let charge): try accrueFunding(instrument, charge)
    case .chargeFees(let amount): try chargeFees(amount)
    case .mark(let marks): try mark(marks)
    case .partiallyLiquidate(let target, let costs): try partiallyLiquidate(target, costs)
    case .liquidate(let costs): try liquidate(costs)
    case .settle(let deliveries): try settle(deliveries)
    case .close(let closings): try close(closings)
    case .collect: try collect()
    }
    box.lastTime = time
  }

  // MARK: Money in and out of the box

  /// Moves an amount of 0 or more from the owner's free balance into the box.
  mutating func post(_ amount: Money) throws(AccountRefusal) {
    try check(amount)
    guard amount.minorUnits <= free.minorUnits else { throw .insufficientFree(wanted: amount, free: free) }
    free = try free.minus(amount)
    box.posted = try box.posted.plus(amount)
    try receive(amount, from: .free(owner: box.owner))
  }

  /// Moves an amount of 0 or more from the box to the owner's free balance.
  mutating func release(_ amount: Money) throws(AccountRefusal) {
    box.withdrawn = try box.withdrawn.plus(amount)
    free = try free.plus(amount)
    try pay(amount, to: .free(owner: box.owner))
  }

  mutating func receive(_ amount: Money, from account: LedgerAccount) throws(AccountRefusal) {
    box.cash = try box.cash.plus(amount)
    if let transfer = Transfer(amount, from: account, to: .box(box.id)) { transfers.append(transfer) }
  }

  /// - Precondition: The cash holds the amount; callers have refused else.
  mutating func pay(_ amount: Money, to account: LedgerAccount) throws(AccountRefusal) {
    let rest = try box.cash.minus(amount)
    guard !rest.isNegative else { throw .insufficientCash(wanted: amount, available: box.cash) }
    box.cash = rest
    if let transfer = Transfer(amount, from: .box(box.id), to: account) { transfers.append(transfer) }
  }

  /// A flow with the market: plus is received.
  mutating func exchange(_ flow: Money) throws(AccountRefusal) {
    if flow.isNegative { try pay(try zero.minus(flow), to: .market) } else { try receive(flow, from: .market) }
  }

  /// Refuses another currency, and amounts below 0.
  func check(_ amount: Money) throws(AccountRefusal) {
    guard amount.currency == box.terms.currency else {
      throw .wrongCurrency(amount.currency.code, wanted: box.terms.currency.code)
    }
    guard !amount.isNegative else { throw .badValue("amount", found: "\(amount)", wanted: "an amount of 0 or more") }
  }

  func checkPositive(_ amount: Money) throws(AccountRefusal) {
    try check(amount)
    guard !amount.isZero else { throw .badValue("amount", found: "\(amount)", wanted: "an amount above 0") }
  }
}

extension BoxTransition {
  mutating func topUp(_ amount: Money) throws(AccountRefusal) {
    try checkPositive(amount)
    try post(amount)
    box.state = try box.stateByFigures(at: time)
  }

  mutating func withdraw(_ wanted: Money?) throws(AccountRefusal) {
    if let wanted { try checkPositive(wanted) }
    if let fault = box.priceFault(at: time, linearOnly: true, acceptsTrades: true) { throw fault }
    let limit = try box.figures().withdrawable
    let amount = wanted ?? limit
    guard amount.minorUnits <= limit.minorUnits, !amount.isZero else {
      throw .notWithdrawable(wanted: amount, limit: limit)
    }
    try release(amount)
    box.state = try box.stateByFigures(at: time)
  }

  mutating func chargeFees(_ amount: Money) throws(AccountRefusal) {
    try checkPositive(amount)
    let available = try box.cash.minus(box.optionRequirement)
    guard amount.minorUnits <= available.minorUnits else {
      throw .insufficientCash(wanted: amount, available: available)
    }
    try pay(amount, to: .fees)
    box.state = try box.stateByFigures(at: time)
  }

  mutating func collect() throws(AccountRefusal) {
    guard !box.cash.isZero else { throw .nothingToCollect }
    try release(box.cash)
  }
}

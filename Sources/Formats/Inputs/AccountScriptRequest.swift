public import Basics
import Instruments
public import IsolatedMargin

/// The words of a script's `command` column.
enum AccountVerb: String, CaseIterable {
  case deposit
  case payout
  case open
  case topUp = "top_up"
  case withdraw
  case autoAdd = "auto_add"
  case accrueFunding = "accrue_funding"
  case chargeFees = "charge_fees"
  case mark
  case partiallyLiquidate = "partially_liquidate"
  case liquidate
  case settle
  case close
  case collect

  /// Reads `top_up`, `top-up` and `topUp` alike.
  init?(parsing word: String) {
    func plain(_ text: String) -> String {
      String(text.filter { $0 != "_" && $0 != "-" && $0 != " " }).lowercased()
    }
    guard let verb = AccountVerb.allCases.first(where: { plain($0.rawValue) == plain(word) }) else { return nil }
    self = verb
  }

  /// True for a command that may take a row for each instrument.
  var takesSeveralRows: Bool {
    switch self {
    case .open, .mark, .settle, .close: return true
    default: return false
    }
  }

  /// The cells that must be empty.
  var unused: [String] {
    switch self {
    case .deposit, .payout, .topUp, .withdraw, .chargeFees: return ["instrument", "quantity", "price"]
    case .open: return []
    case .accrueFunding, .mark: return ["quantity"]
    case .partiallyLiquidate: return ["amount"]
    case .settle, .close: return ["quantity", "amount"]
    case .autoAdd, .liquidate, .collect: return ["instrument", "quantity", "price", "amount"]
    }
  }
}

/// What a script leaves to the command line.
public struct AccountScriptDefaults: Sendable {
  public let currency: Currency
  public let costs: LiquidationCosts
  /// Of a partial liquidation without a quantity or price.
  public let lot: Quantity
  public let targetRatio: ExactAmount

  public init(currency: Currency, costs: LiquidationCosts, lot: Quantity, targetRatio: ExactAmount) {
    self.currency = currency
    self.costs = costs
    self.lot = lot
    self.targetRatio = targetRatio
  }
}

/// A command of a script: about the free balance, or about the box.
public struct AccountRequest: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    case deposit(Money)
    case payOut(Money)
    case box(BoxCommand)
  }

  /// The command's id.
  public let seq: String
  public let time: Instant
  public let action: Action
}

/// A command while its rows are read.
struct AccountRequestDraft {
  private let defaults: AccountScriptDefaults
  private var rows: [AccountScriptCells] = []
  private(set) var errors: [RowError] = []

  init(defaults: AccountScriptDefaults) { self.defaults = defaults }

  var isEmpty: Bool { rows.isEmpty }

  /// True where a further row belongs to the command: it may have several, and none of the same instrument yet.
  func takes(_ cells: AccountScriptCells) -> Bool {
    guard AccountVerb(parsing: cells.word)?.takesSeveralRows == true, rows.count < Strategy.legLimit else {
      return false
    }
    return !rows.contains { $0.name == cells.name }
  }

  mutating func add(_ cells: AccountScriptCells) { rows.append(cells) }

  /// The command; nil, and ``errors`` filled, where a row is wrong.
  mutating func request() -> AccountRequest? {
    guard let first = rows.first else { return nil }
    do throws(RowError) {
      let verb = try first.verb()
      for row in rows { try row.checkUnused(verb, verb.unused) }
      return AccountRequest(seq: try first.sequence(), time: try first.instant(), action: try action(verb, first))
    } catch {
      errors.append(error)
      return nil
    }
  }

  private func action(_ verb: AccountVerb, _ first: AccountScriptCells) throws(RowError) -> AccountRequest.Action {
    switch verb {
    case .deposit: return .deposit(try amount(first))
    case .payout: return .payOut(try amount(first))
    case .topUp: return .box(.topUp(try amount(first)))
    case .withdraw: return .box(.withdraw(try first.money(defaults.currency)))
    case .chargeFees: return .box(.chargeFees(try amount(first)))
    case .autoAdd: return .box(.autoAdd)
    case .collect: return .box(.collect)
    case .liquidate: return .box(.liquidate(defaults.costs))
    case .partiallyLiquidate: return .box(try partialLiquidation(first))
    case .accrueFunding: return .box(.accrueFunding(try first.instrument(), try funding(first)))
    case .open: return .box(.open(try fills(), margin: try margin()))
    case .mark: return .box(.mark(try marks()))
    case .settle: return .box(.settle(try deliveries()))
    case .close: return .box(.close(try closings()))
    }
  }

  private func amount(_ row: AccountScriptCells) throws(RowError) -> Money {
    guard let amount = try row.money(defaults.currency), amount.minorUnits > 0 else {
      throw row.missing("amount", wanted: "an amount above 0")
    }
    return amount
  }

  private func price(_ row: AccountScriptCells) throws(RowError) -> Price {
    guard let price = try row.price(), price >= .zero else {
      throw row.missing("price", wanted: "a price of 0 or more")
    }
    return price
  }

  private func fills() throws(RowError) -> [BoxFill] {
    var fills: [BoxFill] = []
    for row in rows {
      guard let quantity = try row.quantity(), !quantity.isZero else {
        throw row.missing("quantity", wanted: "a quantity other than 0")
      }
      fills.append(BoxFill(try row.instrument(), quantity: quantity, price: try price(row)))
    }
    return fills
  }

  /// The amount of the one row that has one.
  private func margin() throws(RowError) -> OpeningMargin {
    var margin = OpeningMargin.required
    for row in rows {
      guard let amount = try row.money(defaults.currency) else { continue }
      guard margin == .required, amount.minorUnits >= 0 else {
        throw row.missing("amount", wanted: "one margin of 0 or more for the whole command")
      }
      margin = .amount(amount)
    }
    return margin
  }

  private func marks() throws(RowError) -> [BoxMark] {
    var marks: [BoxMark] = []
    for row in rows {
      let (seen, age) = (try row.instant(), try row.seconds())
      let (observed, overflow) = seen.secondsSinceEpoch.subtractingReportingOverflow(age)
      guard !overflow else { throw row.missing("amount", wanted: "an age within the range of time") }
      marks.append(
        BoxMark(
          try row.instrument(), price: try price(row), observedAt: Instant(secondsSinceEpoch: observed)))
    }
    return marks
  }

  private func deliveries() throws(RowError) -> [BoxDelivery] {
    var deliveries: [BoxDelivery] = []
    for row in rows { deliveries.append(BoxDelivery(try row.underlying(), price: try price(row))) }
    return deliveries
  }

  /// A box without positions is closed by a row without an instrument.
  private func closings() throws(RowError) -> [BoxClosing] {
    if rows.count == 1, let row = rows.first, row.name == nil {
      try row.checkUnused(.close, ["price"])
      return []
    }
    var closings: [BoxClosing] = []
    for row in rows { closings.append(BoxClosing(try row.instrument(), price: try price(row))) }
    return closings
  }

  private func funding(_ row: AccountScriptCells) throws(RowError) -> FundingCharge {
    switch (try row.share(), try row.money(defaults.currency)) {
    case (let rate?, nil): return .rate(rate)
    case (nil, let amount?): return .amount(amount)
    default: throw row.missing("amount", wanted: "an amount, or a rate as the price, and not both")
    }
  }

  private func partialLiquidation(_ row: AccountScriptCells) throws(RowError) -> BoxCommand {
    let instrument = row.name == nil ? nil : try row.instrument()
    let lot = try row.quantity() ?? defaults.lot
    let ratio = try row.share() ?? defaults.targetRatio
    let target: PartialTarget
    do throws(AccountRefusal) { target = try PartialTarget(instrument: instrument, lot: lot, ratio: ratio) } catch {
      throw row.refused(error)
    }
    return .partiallyLiquidate(target, defaults.costs)
  }
}

import Basics
import Instruments
import IsolatedMargin
import TestSupport

/// Boxes, instruments and amounts as account tests write them.
enum Sample {
  static let bitcoin = Instrument.perpetual(Perpetual(underlying: "BTC"))
  static let ether = Instrument.perpetual(Perpetual(underlying: "ETH"))
  /// 08:00 UTC.
  static let firstExpiry = Expiry(CalendarDate(daysSinceEpoch: 20_469) ?? CalendarDate(daysSinceEpoch: 0)!, .deribit)
  static let secondExpiry = Expiry(CalendarDate(daysSinceEpoch: 20_497) ?? CalendarDate(daysSinceEpoch: 0)!, .deribit)
  static let start = Instant(CalendarDate(daysSinceEpoch: 20_460) ?? CalendarDate(daysSinceEpoch: 0)!)
  static let expired = Instant(firstExpiry.date, hour: 9)

  static func option(
    _ right: OptionRight, _ strike: String, _ expiry: Expiry = firstExpiry, underlying: String = "BTC"
  ) -> Instrument {
    guard let price = try? Price(parsing: strike),
      let contract = try? OptionContract(
        underlying: underlying, right: right, strike: price, expiry: expiry, settlement: .coin)
    else { preconditionFailure("a strike written in a test: \(strike)") }
    return .option(contract)
  }

  static func future(_ expiry: Expiry = firstExpiry) -> Instrument {
    .future(Future(underlying: "BTC", expiry: expiry))
  }

  /// `fill(bitcoin, "1", "60000")`
  static func fill(_ instrument: Instrument, _ quantity: String, _ price: String) throws -> BoxFill {
    BoxFill(instrument, quantity: try Quantity(parsing: quantity), price: try Price(parsing: price))
  }

  static func mark(_ instrument: Instrument, _ price: String, at time: Instant) throws -> BoxMark {
    BoxMark(instrument, price: try Price(parsing: price), observedAt: time)
  }

  static func costs(_ slippage: String = "0", _ fee: String = "0") throws -> LiquidationCosts {
    try LiquidationCosts(slippage: amount(slippage), fee: amount(fee))
  }

  static func terms(
    settlement: Settlement = .quote, currency: Currency = .usd, maintenance: String = "0.005", initial: String = "0.01",
    autoAdd: (trigger: String, buffer: String, cap: String)? = nil, maxAge: Int64 = 60, warning: String = "0"
  ) throws -> BoxTerms {
    let margin = try LinearMargin(
      maintenance: MaintenanceTiers(rate: amount(maintenance)), initialRate: amount(initial))
    var rule: AutoAdd?
    if let autoAdd {
      rule = try AutoAdd(
        trigger: amount(autoAdd.trigger), buffer: amount(autoAdd.buffer),
        cap: Money(parsing: autoAdd.cap, currency: currency))
    }
    return try BoxTerms(
      settlement: settlement, currency: currency, margin: margin, autoAdd: rule, markMaxAgeSeconds: maxAge,
      warning: amount(warning))
  }
}

/// Dollars as a test writes them.
func usd(_ text: String) -> Money {
  guard let money = try? Money(parsing: text, currency: .usd) else { preconditionFailure("dollars in a test: \(text)") }
  return money
}

/// A ledger with one owner and one box, and a clock: what most tests need.
struct Desk {
  var ledger: MarginLedger
  var time = Sample.start
  private var count = 0

  init(
    _ terms: BoxTerms, free: String = "0", insurance: String = "0", floor: String = "0",
    claims: [CounterpartyClaim] = [], order: DeleveragingOrder = .proRata
  ) throws {
    let currency = terms.currency
    ledger = try MarginLedger(floors: [try Money(parsing: floor, currency: currency)], claims: claims, order: order)
    let (free, insurance) = (
      try Money(parsing: free, currency: currency), try Money(parsing: insurance, currency: currency)
    )
    if free.minorUnits > 0 { try run(.deposit(owner: "ann", free)) }
    if insurance.minorUnits > 0 { try run(.insure(insurance)) }
    try run(.makeBox(id: "box", owner: "ann", terms))
  }

  @discardableResult
  mutating func run(_ command: LedgerCommand) throws -> Outcome {
    count += 1
    return try ledger.apply(Instruction(id: "\(count)", time: time, command))
  }

  /// Previews, applies and audits a command of the box: a preview is the answer, and nothing may be violated.
  @discardableResult
  mutating func box(_ command: BoxCommand) throws -> Outcome {
    count += 1
    let instruction = Instruction(id: "\(count)", time: time, .box("box", command))
    let audit = LedgerAudit(before: ledger)
    let preview = Result { () throws(AccountRefusal) in try ledger.preview(instruction) }
    let answer: Result<Outcome, AccountRefusal>
    do throws(AccountRefusal) { answer = .success(try ledger.apply(instruction)) } catch { answer = .failure(error) }
    let violations = audit.violations(of: instruction, answer: answer, after: ledger)
    guard preview == answer, violations.isEmpty else { throw Violated(detail: "\(violations)") }
    return try answer.get()
  }

  struct Violated: Error { let detail: String }

  mutating func wait(_ seconds: Int64) { time = Instant(secondsSinceEpoch: time.secondsSinceEpoch + seconds) }

  /// Records marks observed now.
  @discardableResult
  mutating func mark(_ prices: (Instrument, String)...) throws -> Outcome {
    var marks: [BoxMark] = []
    for (instrument, price) in prices { marks.append(try Sample.mark(instrument, price, at: time)) }
    return try box(.mark(marks))
  }

  mutating func open(_ fills: BoxFill..., margin: OpeningMargin = .required) throws -> Outcome {
    try box(.open(fills, margin: margin))
  }

  var account: IsolatedAccount {
    guard let box = ledger[box: "box"] else { preconditionFailure("made at the start") }
    return box
  }

  func balance(_ account: LedgerAccount) -> String { ledger.balance(account, self.account.terms.currency).text }

  /// What refuses a command; nil where nothing does.
  mutating func refusal(_ command: BoxCommand) throws -> AccountRefusal? {
    let before = account
    do {
      try box(command)
      return nil
    } catch let refusal as AccountRefusal {
      guard account == before else { throw Violated(detail: "a refused command changed the box") }
      return refusal
    }
  }
}

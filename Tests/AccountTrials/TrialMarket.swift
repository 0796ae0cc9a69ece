import Basics
import Instruments
import IsolatedMargin

/// The instruments and terms of random lives.
enum TrialMarket {
  static let bitcoin = Instrument.perpetual(Perpetual(underlying: "BTC"))
  static let ether = Instrument.perpetual(Perpetual(underlying: "ETH"))
  /// 16 January and 13 February 2026, 08:00 UTC.
  static let firstExpiry = expiry(20_469)
  static let secondExpiry = expiry(20_497)
  static let start = Instant(secondsSinceEpoch: 20_460 * 86_400)

  private static func expiry(_ day: Int) -> Expiry {
    guard let date = CalendarDate(daysSinceEpoch: day) else { preconditionFailure("a day of the calendar: \(day)") }
    return Expiry(date, .deribit)
  }

  static func option(_ right: OptionRight, _ strike: String, _ expiry: Expiry = firstExpiry) -> Instrument {
    guard let price = try? Price(parsing: strike),
      let contract = try? OptionContract(
        underlying: "BTC", right: right, strike: price, expiry: expiry, settlement: .coin)
    else { preconditionFailure("a strike: \(strike)") }
    return .option(contract)
  }

  static func future(_ expiry: Expiry = firstExpiry) -> Instrument {
    .future(Future(underlying: "BTC", expiry: expiry))
  }

  static func terms(
    settlement: Settlement = .quote, currency: Currency = .usd, maintenance: String = "0.005", initial: String = "0.01",
    autoAdd: (trigger: String, buffer: String, cap: String)? = nil, warning: String = "0"
  ) throws -> BoxTerms {
    let margin = try LinearMargin(
      maintenance: MaintenanceTiers(rate: ExactAmount(parsing: maintenance)),
      initialRate: ExactAmount(parsing: initial))
    let rule = try autoAdd.map {
      try AutoAdd(
        trigger: ExactAmount(parsing: $0.trigger), buffer: ExactAmount(parsing: $0.buffer),
        cap: Money(parsing: $0.cap, currency: currency))
    }
    return try BoxTerms(
      settlement: settlement, currency: currency, margin: margin, autoAdd: rule, markMaxAgeSeconds: 60,
      warning: ExactAmount(parsing: warning))
  }
}

/// Dollars as they are written.
func usd(_ text: String) -> Money {
  guard let money = try? Money(parsing: text, currency: .usd) else { preconditionFailure("dollars: \(text)") }
  return money
}

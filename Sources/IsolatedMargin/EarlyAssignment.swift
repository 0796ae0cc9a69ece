public import Basics
public import Instruments
public import MarketData
public import Pricing
import RealModule

/// What early assignment can add to the loss that a strategy's payoff at expiry bounds, as named terms.
///
/// The holder of an American option chooses when to exercise; the account that is short is assigned. The payoff at expiry
/// says nothing of what this costs on the way, so that no European guarantee is claimed: the terms stand beside the
/// maximum loss and are no part of the margin. A strategy without a short American option has none.
public struct EarlyAssignment: Hashable, Sendable {
  /// One way in which assignment adds to the loss.
  public enum Term: Hashable, Sendable {
    /// A short call assigned before an ex-date leaves shares short, which owe the dividend: the sum of those dated before
    /// the expiry, for the units that no held share covers, rounded up. nil where the market dates none; no term where it
    /// is known that none is paid.
    case dividendReserve(instrument: Instrument, units: ExactAmount, amount: Money?)
    /// A short call assigned before an ex-date takes the shares that cover it, and with them the dividends dated before its
    /// expiry, rounded up: no loss, as the payoff at expiry counts no dividends, but what the holder may be counting on.
    case dividendForgone(instrument: Instrument, units: ExactAmount, amount: Money)
    /// A short put assigned early pays its strike now: the interest on it until expiry, rounded up. nil without a market;
    /// none at rates of 0 or less.
    case strikeInterest(instrument: Instrument, units: ExactAmount, amount: Money?)
    /// A short option settled by delivery may be assigned or not where spot ends at its strike: what is then delivered or
    /// received, strike times units.
    case pinRisk(instrument: Instrument, units: ExactAmount, delivery: ExactAmount)
    /// A short option settled in cash may be closed against its holder at any day's intrinsic value while the legs
    /// against it stay open.
    case cashAssignment(instrument: Instrument, units: ExactAmount)
  }

  /// By contract: underlying, expiry, strike, puts before calls.
  public let terms: [Term]

  /// - Parameter market: Where dividends, rate and expiry are taken from; without one the terms have no amounts.
  public init(of strategy: FilledStrategy, in market: MarketState? = nil) {
    // Shares held deliver against calls once; a contract held long and short is held net.
    var cover: [String: ExactAmount] = [:]
    var net: [OptionContract: ExactAmount] = [:]
    for leg in strategy.legs {
      switch leg.instrument {
      case .underlying: cover[leg.instrument.underlying, default: .zero] += leg.units
      case .option(let contract) where contract.exercise == .american: net[contract, default: .zero] += leg.units
      case .option, .digital, .future, .perpetual: break
      }
    }
    var terms: [Term] = []
    for (contract, position) in net.sorted(by: { EarlyAssignment.isBefore($0.key, $1.key) }) where position < .zero {
      let units = .zero - position
      let instrument = Instrument.option(contract)
      guard contract.delivery == .physical else {
        terms.append(.cashAssignment(instrument: instrument, units: units))
        continue
      }
      let underlying = market?[contract.underlying]
      switch contract.right {
      case .call:
        let held = max(cover[contract.underlying] ?? .zero, .zero)
        let bare = units > held ? units - held : .zero
        let due = underlying.flatMap { EarlyAssignment.dividends($0, until: contract.expiry, asOf: market?.asOf) }
        let covered = units - bare
        if covered > .zero, let due, due > .zero,
          let amount = try? Money(rounding: due * covered, to: strategy.currency, .up)
        {
          terms.append(.dividendForgone(instrument: instrument, units: covered, amount: amount))
        }
        cover[contract.underlying] = held > units ? held - units : .zero
        if bare > .zero, due.map({ $0 > .zero }) ?? true {
          terms.append(
            .dividendReserve(
              instrument: instrument, units: bare,
              amount: due.flatMap { try? Money(rounding: $0 * bare, to: strategy.currency, .up) }))
        }
      case .put:
        let owed = contract.strike.exact * units
        let interest = underlying.flatMap { EarlyAssignment.interest($0, until: contract.expiry) }
        if interest.map({ $0 > .zero }) ?? true {
          terms.append(
            .strikeInterest(
              instrument: instrument, units: units,
              amount: interest.flatMap { try? Money(rounding: owed * $0, to: strategy.currency, .up) }))
        }
      }
      terms.append(.pinRisk(instrument: instrument, units: units, delivery: contract.strike.exact * units))
    }
    self.terms = terms
  }

  private static func isBefore(_ left: OptionContract, _ right: OptionContract) -> Bool {
    if left.underlying != right.underlying { return left.underlying < right.underlying }
    if left.expiry != right.expiry { return left.expiry < right.expiry }
    if left.strike != right.strike { return left.strike < right.strike }
    if left.right != right.right { return left.right == .put }
    // Contracts that differ in their other terms only.
    return "\(left)" < "\(right)"
  }

  /// Cash dividends that go ex after the market's moment and by the expiry, and nothing where the market states a yield of 0;
  /// nil where it has another yield, or says nothing.
  private static func dividends(_ underlying: UnderlyingMarket, until expiry: Expiry, asOf: Instant?) -> ExactAmount? {
    if underlying.terms.areDividendsStated, underlying.terms.dividends == .yield(0) { return .zero }
    guard case .cash(let payments) = underlying.terms.dividends, let asOf,
      let instant = try? underlying.instant(of: expiry)
    else { return nil }
    return payments.reduce(ExactAmount.zero) { sum, payment in
      let moment = Instant(payment.date)
      return moment > asOf && moment <= instant ? sum + payment.amount.exact : sum
    }
  }

  /// Of one unit of currency from now to the expiry, rounded up at the 8th decimal; at most 0 where rates are.
  private static func interest(_ underlying: UnderlyingMarket, until expiry: Expiry) -> ExactAmount? {
    guard let forward = try? underlying.forward(of: expiry) else { return nil }
    let growth = Double.exp(forward.rate * forward.years) - 1
    guard growth > 0 else { return .zero }
    return Price(rounding: growth, .up)?.exact
  }
}

extension EarlyAssignment {
  /// The most terms that a detail names: thousands of legs have thousands.
  private static let named = 12

  /// As a detail: `american: early assignment adds dividend_reserve 60.00, pin_risk 100 at 95`, of many terms the first and a
  /// count; empty without terms.
  public var detail: String {
    guard !terms.isEmpty else { return "" }
    let rest = terms.count - EarlyAssignment.named
    let more = rest > 0 ? ", and \(rest) \(rest == 1 ? "term" : "terms") more" : ""
    let words = terms.prefix(EarlyAssignment.named).map(\.text).joined(separator: ", ")
    return "american: early assignment adds " + words + more
  }
}

extension EarlyAssignment.Term {
  /// The term's name as a detail has it.
  public var name: String {
    switch self {
    case .dividendReserve: "dividend_reserve"
    case .dividendForgone: "dividend_forgone"
    case .strikeInterest: "strike_interest"
    case .pinRisk: "pin_risk"
    case .cashAssignment: "cash_assignment"
    }
  }

  /// Name, amount where there is one, units and strike.
  public var text: String {
    switch self {
    case .dividendReserve(let instrument, let units, let amount),
      .strikeInterest(let instrument, let units, let amount):
      "\(name) \(amount?.text ?? "unknown") for \(units) at \(instrument.strikeText)"
    case .dividendForgone(let instrument, let units, let amount):
      "\(name) \(amount.text) for \(units) at \(instrument.strikeText)"
    case .pinRisk(let instrument, let units, let delivery):
      "\(name) \(units) at \(instrument.strikeText) (\(delivery))"
    case .cashAssignment(let instrument, let units): "\(name) \(units) at \(instrument.strikeText)"
    }
  }

  /// As a sentence for a page.
  public var sentence: String {
    switch self {
    case .dividendReserve(let instrument, let units, let amount):
      amount.map {
        "\(instrument): assigned before an ex-date, \(units) short shares owe dividends of \($0.text)"
      }
        ?? "\(instrument): assigned before an ex-date, \(units) short shares owe its dividend, which the market does not date "
        + "(`dividends`, or `dividend_yield: 0` where none is paid)"
    case .dividendForgone(let instrument, let units, let amount):
      "\(instrument): assigned before an ex-date, the \(units) shares that cover it earn no dividends of \(amount.text)"
    case .strikeInterest(let instrument, let units, let amount):
      "\(instrument): assigned early, the strike of \(units) is paid before expiry"
        + (amount.map { ", interest up to \($0.text)" } ?? "")
    case .pinRisk(let instrument, let units, let delivery):
      "\(instrument): with spot at the strike at expiry \(units) may be assigned or not, a delivery of \(delivery)"
    case .cashAssignment(let instrument, let units):
      "\(instrument): \(units) may be closed at any day's intrinsic value while the other legs stay open"
    }
  }
}

extension Instrument {
  /// The strike as a plain decimal.
  fileprivate var strikeText: String { strike.map { "\($0)" } ?? "" }
}

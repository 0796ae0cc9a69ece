public import Basics
public import Kernels
import RealModule

/// Dividends or yield of an underlying.
public enum Dividends: Hashable, Sendable {
  /// A continuous yield a year, as a fraction.
  case yield(Double)
  /// Dated amounts in quote currency a unit, ascending by date.
  case cash([CashDividend])

  /// The cash dividends that go ex after a moment and before another, in years from the first; none for a yield.
  ///
  /// A dividend goes ex at midnight of its date, as in the forward.
  public func dated(from start: Instant, to end: Instant) -> [DatedDividend] {
    guard case .cash(let payments) = self else { return [] }
    return payments.compactMap { payment in
      let moment = Instant(payment.date)
      guard payment.amount > .zero, moment > start, moment < end else { return nil }
      return DatedDividend(years: start.years(to: moment), amount: payment.amount.value)
    }
  }
}

/// One dated dividend.
public struct CashDividend: Hashable, Sendable {
  public let date: CalendarDate
  public let amount: Price

  public init(date: CalendarDate, amount: Price) {
    self.date = date
    self.amount = amount
  }
}

/// Where an expiry's forward came from.
public enum ForwardSource: Hashable, Sendable {
  /// Stated in the market file.
  case file
  /// Put-call parity of the quotes: the median over this many near strikes.
  case parity(strikes: Int)
  /// Spot, rate and dividends.
  case carry

  /// `file`, `parity` or `carry`.
  public var name: String {
    switch self {
    case .file: return "file"
    case .parity: return "parity"
    case .carry: return "carry"
    }
  }
}

/// The forward of one expiry with the two rates that reproduce it from spot.
///
/// With these, F = S exp((rate - dividendYield) years) and an option's discount factor is exp(-rate years), for chains
/// quoted in coin too: there `dividendYield` is the coin's rate and `rate` is what the forward then implies.
public struct Forward: Hashable, Sendable {
  /// In quote currency.
  public let value: Double
  public let source: ForwardSource
  /// Years to the expiry, actual/365.
  public let years: Double
  /// Continuously compounded, a year.
  public let rate: Double
  /// Continuously compounded, a year.
  public let dividendYield: Double

  /// exp(-rate years): a quote-currency unit at expiry, today.
  public var discount: Double { .exp(-rate * years) }
  /// exp(-dividendYield years): an underlying unit at expiry, today, in underlying units.
  public var coinDiscount: Double { .exp(-dividendYield * years) }

  /// The strike of a log-moneyness ln(K/F).
  public func strike(logMoneyness k: Double) -> Double { value * .exp(k) }

  init(value: Double, source: ForwardSource, years: Double, rate: Double, dividendYield: Double) {
    self.value = value
    self.source = source
    self.years = years
    self.rate = rate
    self.dividendYield = dividendYield
  }
}

/// Put-call parity at one strike, as an estimate of the forward.
struct ParityPair {
  let strike: Double
  /// Call less put, in the chain's unit.
  let difference: Double

  /// K + (C - P) / D in quote currency, K / (1 - (C - P) / D) in coin (D then the coin's discount factor).
  func forward(discount: Double, inCoin: Bool) -> Double? {
    let undiscounted = difference / discount
    let value = inCoin ? strike / (1 - undiscounted) : strike + undiscounted
    return value.isFinite && value > 0 ? value : nil
  }

  /// The median forward of the strikes nearest to it, at most nine: far ones say more about spreads than forwards.
  static func medianForward(_ pairs: [ParityPair], discount: Double, inCoin: Bool) -> (value: Double, strikes: Int)? {
    // |C - P| is D |F - K| in quote currency and D |F - K| / F in coin: in both it orders strikes by their distance.
    let near = pairs.sorted {
      let (left, right) = (abs($0.difference), abs($1.difference))
      return left != right ? left < right : $0.strike < $1.strike
    }.prefix(9)
    let forwards = near.compactMap { $0.forward(discount: discount, inCoin: inCoin) }.sorted()
    return median(ascending: forwards).map { ($0, forwards.count) }
  }

  /// The middle one, or the mean of the two in the middle; nil for none.
  static func median(ascending values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let middle = values.count / 2
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }
}

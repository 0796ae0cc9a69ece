import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import TestSupport
import Testing

@Suite("Factors between expiries")
struct CarryRatesTests {
  private func market(
    quotedIn: Settlement = .quote, rate: Double = 0, dividends: Dividends = .yield(0), coinRate: Double = 0,
    forwards: [(Expiry, String)] = []
  ) throws -> MarketState {
    try MarketState(
      asOf: Instant(CalendarDate(parsing: "2026-01-02")),
      [
        MarketState.Input(
          terms: try UnderlyingTerms(
            symbol: "ABC", spot: Price(parsing: "100"), quotedIn: quotedIn, rate: rate, dividends: dividends,
            coinRate: coinRate,
            forwards: Dictionary(
              uniqueKeysWithValues: try forwards.map { ($0.0.date, try Price(parsing: $0.1)) })),
          quotes: [])
      ])
  }

  private func step(
    _ market: MarketState, band: String = "0", settlement: Settlement = .quote
  ) throws -> ExpiryStep {
    let terms = try CarryRates.market(market, forwardBand: amount(band)).terms(
      underlying: "ABC", expiries: [january, march], settlement: settlement)
    #expect(terms.first == january && terms.expiries == [january, march])
    return try #require(terms.steps.first)
  }

  private func holds(_ range: FactorRange, _ value: Double, width: Double = 1e-13) -> Bool {
    let (low, high) = (range.lower.doubleValue, range.upper.doubleValue)
    return low <= value && value <= high && high - low <= width
  }

  @Test("Without a market, and without rates, every factor is 1 exactly")
  func zero() throws {
    let plain = try CarryRates.zero.terms(underlying: "ABC", expiries: [january, march], settlement: .quote)
    #expect(plain.isExact && plain.steps[0].discount == .one && plain.steps[0].carry == .one)
    // 63 days, and an hour less by the clocks of New York.
    #expect(abs(plain.steps[0].years * 365 - (63 - 1 / 24.0)) < 1e-9)
    for quotedIn in [Settlement.quote, .coin] {
      #expect(try step(market(quotedIn: quotedIn)).discount == .one)
      #expect(try step(market(quotedIn: quotedIn)).carry == .one)
    }
  }

  @Test("Rates and yields enclose their exponentials; what costs nothing to hold stays exact")
  func carried() throws {
    let years = try step(market()).years
    let rate = try step(market(rate: 0.05))
    #expect(holds(rate.discount, BlackReference.exponential(-0.05 * years)) && rate.carry == .one)
    let yield = try step(market(rate: 0.05, dividends: .yield(0.03)))
    #expect(holds(yield.carry, BlackReference.exponential(-0.03 * years)))
    // Quoted in coin the coin's own rate is the carry, and what the forward says the discount.
    let coin = try step(market(quotedIn: .coin, rate: 0.05, coinRate: 0.01))
    #expect(holds(coin.carry, BlackReference.exponential(-0.01 * coin.years)))
    #expect(holds(coin.discount, BlackReference.exponential(-0.06 * coin.years)))
  }

  @Test("Quoted forwards give the ratio, and a band widens it")
  func forwards() throws {
    let quoted = [(january, "100.5"), (march, "101.2")]
    let quote = try step(market(forwards: quoted))
    #expect(quote.discount == .one && holds(quote.carry, 101.2 / 100.5))
    let coin = try step(market(quotedIn: .coin, forwards: quoted))
    #expect(coin.carry == .one && holds(coin.discount, 100.5 / 101.2))
    let same = try step(market(forwards: [(january, "100.1"), (march, "100.1")]))
    #expect(same.carry == .one)
    let wide = try step(market(forwards: [(january, "100"), (march, "100")]), band: "0.01")
    let (low, high) = (try amount("0.99"), try amount("1.01"))
    #expect(wide.carry.lower == low && wide.carry.upper == high && wide.discount == .one)
    let inCoin = try step(
      market(quotedIn: .coin, forwards: [(january, "100"), (march, "100")]), band: "0.01", settlement: .coin)
    #expect(inCoin.carry == .one && inCoin.discount.lower == low && inCoin.discount.upper == high)
  }

  @Test("A cash dividend between the expiries is carry")
  func cash() throws {
    let dividend = CashDividend(date: try CalendarDate(parsing: "2026-02-01"), amount: try Price(parsing: "2"))
    let step = try step(market(dividends: .cash([dividend])))
    #expect(holds(step.carry, 0.98) && step.discount == .one)
  }

  @Test("Refusals: an unknown underlying, an expiry that is past, a band that is none, factors no market has")
  func refusals() throws {
    let rates = CarryRates.market(try market(), forwardBand: .zero)
    #expect(throws: IsolatedMarginError.self) {
      try rates.terms(underlying: "XYZ", expiries: [january, march], settlement: .quote)
    }
    let past = Expiry(try CalendarDate(parsing: "2025-12-01"))
    #expect(throws: IsolatedMarginError.self) {
      try rates.terms(underlying: "ABC", expiries: [past, march], settlement: .quote)
    }
    #expect(throws: IsolatedMarginError.self) { try rates.terms(underlying: "ABC", expiries: [], settlement: .quote) }
    #expect(throws: IsolatedMarginError.self) {
      try rates.terms(underlying: "ABC", expiries: [march, january], settlement: .quote)
    }
    for band in ["1", "-0.1"] {
      #expect(throws: IsolatedMarginError.self, "\(band)") { try step(market(), band: band) }
    }
    #expect(throws: IsolatedMarginError.self) { try FactorRange(lower: .zero, upper: .one) }
    #expect(throws: IsolatedMarginError.self) { try FactorRange(lower: ExactAmount(2), upper: .one) }
    #expect(throws: IsolatedMarginError.self) { try FactorRange(exponentialOf: .nan, years: 1) }
    #expect(throws: IsolatedMarginError.self) { try FactorRange(exponentialOf: 10, years: 5) }
    #expect(throws: IsolatedMarginError.self) { try FactorRange(ratioOf: 0, to: 1) }
    for (low, high) in [(-0.1, 0.5), (0.6, 0.5), (0.5, 101), (Double.nan, 0.5), (0.1, .nan)] {
      #expect(throws: IsolatedMarginError.self) { try VolatilityBand(lower: low, upper: high) }
    }
    let strategy = try filled([
      try leg("-1 C 100", underlying: "XYZ"), try leg("1 C 100", underlying: "XYZ", expiry: march),
    ])
    let answer = StrategyMargin(of: strategy, plan: ClosingPlan(.closedAtFirstExpiry, rates: rates))
    #expect(answer.status == .invalid && answer.detail.contains("no underlying XYZ"))
  }

  @Test("An exponential is inside its range at random exponents, against one of more digits")
  func enclosures() throws {
    var generator = SplitMix64(seed: 61)
    for index in 0..<40 {
      let (rate, years) = (
        Double.random(in: -0.4...0.4, using: &generator), Double.random(in: 0.001...5, using: &generator)
      )
      let range = try FactorRange(exponentialOf: rate, years: years)
      // The series in exact numbers, to a remainder far below the range's width.
      let x = try #require(ExactAmount(exactly: rate)) * #require(ExactAmount(exactly: years))
      let short = ExactAmount(count: try x.count(decimals: 17, rounding: .nearest), decimals: 17)
      var (sum, term) = (ExactAmount.one, ExactAmount.one)
      for n in 1...28 {
        term = try #require((term * short).divided(by: ExactAmount(Int64(n))))
        sum += term
      }
      #expect(range.lower <= sum && sum <= range.upper, "seed 61, case \(index): \(rate) \(years)")
      #expect(range.upper - range.lower < sum * ExactAmount(count: 1, decimals: 13), "seed 61, case \(index)")
    }
  }
}

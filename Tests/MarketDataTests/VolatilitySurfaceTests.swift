import Basics
import Instruments
import MarketData
import TestSupport
import Testing

@Suite("Volatility surface")
struct VolatilitySurfaceTests {
  static func smile(_ years: Double, _ points: [(Double, Double)]) throws -> Smile {
    try #require(Smile(years: years, points: points.map { (logMoneyness: $0.0, volatility: $0.1) }))
  }

  static let points = [(-0.2, 0.6), (0.0, 0.5), (0.3, 0.55)]

  struct Reading: Sendable, CustomStringConvertible {
    let k: Double
    let variance: Double
    let isExtrapolated: Bool
    var description: String { "k = \(k)" }

    /// Variances a year: 0.36, 0.25 and 0.3025 at the three strikes, by hand between them.
    static let table = [
      Reading(k: -0.2, variance: 0.36, isExtrapolated: false),
      Reading(k: -0.1, variance: 0.305, isExtrapolated: false),
      Reading(k: -0.05, variance: 0.2775, isExtrapolated: false),
      Reading(k: 0, variance: 0.25, isExtrapolated: false),
      Reading(k: 0.1, variance: 0.2675, isExtrapolated: false),
      Reading(k: 0.3, variance: 0.3025, isExtrapolated: false),
      Reading(k: 0.30001, variance: 0.3025, isExtrapolated: true),
      Reading(k: 4, variance: 0.3025, isExtrapolated: true),
      Reading(k: -0.20001, variance: 0.36, isExtrapolated: true),
      Reading(k: -30, variance: 0.36, isExtrapolated: true),
    ]
  }

  @Test("Variance is linear in log-moneyness between strikes and flat beyond, which is said", arguments: Reading.table)
  func strikes(_ row: Reading) throws {
    let surface = VolatilitySurface.quoted(QuotedSurface(smiles: [try Self.smile(0.25, Self.points)]))
    let point = try #require(surface.volatility(logMoneyness: row.k, years: 0.25))
    #expect(abs(point.value * point.value - row.variance) < 1e-14)
    #expect(point.isExtrapolated == row.isExtrapolated)
  }

  @Test("Between expiries total variance is linear in time at one log-moneyness")
  func betweenExpiries() throws {
    let near = try Self.smile(0.1, Self.points)
    let far = try Self.smile(0.5, [(-0.4, 0.5), (0, 0.45), (0.4, 0.48)])
    // Given out of order, to see them sorted.
    let surface = QuotedSurface(smiles: [far, near])
    for years in [0.15, 0.2, 0.4] {
      let point = try #require(surface.volatility(logMoneyness: 0, years: years))
      let expected = 0.025 + (years - 0.1) / 0.4 * (0.10125 - 0.025)
      #expect(abs(point.value * point.value * years - expected) < 1e-15)
      #expect(!point.isExtrapolated)
      let wing = try #require(surface.volatility(logMoneyness: 0.35, years: years))
      #expect(wing.isExtrapolated, "beyond the near expiry's strikes, inside the far one's")
    }
  }

  @Test("Before the first and after the last expiry the volatility of that expiry holds, which is said")
  func beyondExpiries() throws {
    let surface = QuotedSurface(smiles: [
      try Self.smile(0.1, Self.points), try Self.smile(0.5, [(-0.4, 0.5), (0, 0.45)]),
    ])
    let before = try #require(surface.volatility(logMoneyness: 0, years: 0.01))
    #expect(abs(before.value - 0.5) < 1e-15)
    #expect(before.isExtrapolated)
    let after = try #require(surface.volatility(logMoneyness: 0, years: 7))
    #expect(abs(after.value - 0.45) < 1e-15)
    #expect(after.isExtrapolated)
    for years in [0.1, 0.5] {
      #expect(
        surface.volatility(logMoneyness: 0, years: years)?.isExtrapolated == false, "an expiry is not beyond itself")
    }
  }

  @Test("A surface without quotes and a question without numbers have no answer")
  func nothing() throws {
    #expect(QuotedSurface(smiles: []).volatility(logMoneyness: 0, years: 1) == nil)
    let surface = QuotedSurface(smiles: [try Self.smile(0.1, Self.points)])
    for (k, years) in [(Double.nan, 0.1), (.infinity, 0.1), (0, .nan), (0, .infinity)] {
      #expect(surface.volatility(logMoneyness: k, years: years) == nil)
    }
  }

  struct Refusal: Sendable, CustomStringConvertible {
    let description: String
    let years: Double
    let points: [(Double, Double)]

    static let table = [
      Refusal(description: "no point", years: 1, points: []),
      Refusal(description: "no time", years: 0, points: VolatilitySurfaceTests.points),
      Refusal(description: "negative time", years: -1, points: VolatilitySurfaceTests.points),
      Refusal(description: "time is no number", years: .nan, points: VolatilitySurfaceTests.points),
      Refusal(description: "strikes descend", years: 1, points: [(0.1, 0.5), (0, 0.5)]),
      Refusal(description: "a strike twice", years: 1, points: [(0, 0.5), (0, 0.5)]),
      Refusal(description: "no volatility", years: 1, points: [(0, 0)]),
      Refusal(description: "negative volatility", years: 1, points: [(0, -0.5)]),
      Refusal(description: "volatility is no number", years: 1, points: [(0, .nan)]),
      Refusal(description: "infinite moneyness", years: 1, points: [(-.infinity, 0.5), (0, 0.5)]),
    ]
  }

  @Test("A smile that cannot be one is refused", arguments: Refusal.table)
  func refusals(_ row: Refusal) {
    #expect(Smile(years: row.years, points: row.points.map { (logMoneyness: $0.0, volatility: $0.1) }) == nil)
  }

  // MARK: From a chain

  @Test("A quoted strike gives its published volatility back")
  func published() throws {
    let volatilities = ["80": 0.7, "90": 0.61, "100": 0.55, "110": 0.57, "135": 0.66]
    let quotes = try volatilities.map { strike, volatility in
      Sample.quote(try Sample.contract(.call, strike), mark: 1, volatility: volatility)
    }
    let market = try Sample.market(try Sample.terms(rate: 0.05), quotes)
    let forward = try market.forward(of: try Expiry(parsing: Sample.expiry))
    for (strike, volatility) in volatilities {
      let point = try #require(market.volatility(strike: try Price(parsing: strike).value, forward: forward))
      #expect(abs(point.value - volatility) < 1e-15)
      #expect(!point.isExtrapolated)
    }
    #expect(market.volatility(strike: 0, forward: forward)?.value == 0.7, "a strike of 0 reads the lowest quote")
    #expect(market.volatility(strike: 0, forward: forward)?.isExtrapolated == true)
  }

  @Test("The out-of-the-money side speaks for a strike")
  func side() throws {
    var quotes: [OptionQuote] = []
    for (strike, callVolatility, putVolatility) in [("90", 0.9, 0.5), ("110", 0.6, 0.1)] {
      quotes.append(Sample.quote(try Sample.contract(.call, strike), volatility: callVolatility))
      quotes.append(Sample.quote(try Sample.contract(.put, strike), volatility: putVolatility))
    }
    let market = try Sample.market(try Sample.terms(), quotes)
    let forward = try market.forward(of: try Expiry(parsing: Sample.expiry))
    #expect(abs(try #require(market.volatility(strike: 90, forward: forward)).value - 0.5) < 1e-15)
    #expect(abs(try #require(market.volatility(strike: 110, forward: forward)).value - 0.6) < 1e-15)
  }

  @Test("Without a published volatility the price is solved for it", arguments: Settlement.allCases)
  func solved(settlement: Settlement) throws {
    let (rate, coinRate, forward, volatility) = (0.05, 0.03, 101.5, 0.42)
    let carried = [try Sample.date("2026-01-16"): try Price(parsing: "101.5")]
    let terms = try Sample.terms(quotedIn: settlement, rate: rate, coinRate: coinRate, forwards: carried)
    let growth = settlement == .quote ? rate : coinRate
    let discount = BlackReference.exponential(-growth * Sample.years)
    var quotes: [OptionQuote] = []
    for strike in ["85", "95", "100", "101.5", "105", "120"] {
      for right in OptionRight.allCases {
        let contract = try Sample.contract(right, strike, settlement: settlement)
        let unit = settlement == .quote ? 1 : forward
        let price =
          BlackReference.value(
            sign: right.sign, forward: forward, strike: contract.strike.value, years: Sample.years,
            volatility: volatility, discount: discount) / unit
        quotes.append(Sample.quote(contract, bid: price * 0.99, ask: price * 1.01))
      }
    }
    let market = try Sample.market(terms, quotes)
    let chain = try #require(market.chains.first)
    let smile = try #require(chain.smile)
    #expect(smile.logMoneyness.count == 6)
    for variance in smile.totalVariance {
      #expect(abs((variance / Sample.years).squareRoot() - volatility) < 2e-5, "prices are rounded to 8 decimals")
    }
    #expect(try #require(chain.health.worstParityError) < 1e-7)
  }

  @Test("A price below intrinsic value leaves the strike to its other side, or out")
  func belowIntrinsic() throws {
    let quotes = [
      Sample.quote(try Sample.contract(.call, "80"), bid: 15, ask: 15.2),
      Sample.quote(try Sample.contract(.put, "100"), bid: 2.9, ask: 3.1),
      Sample.quote(try Sample.contract(.put, "120"), bid: 1, ask: 1.2),
      Sample.quote(try Sample.contract(.call, "120"), bid: 0.9, ask: 1.1),
    ]
    let chain = try #require(try Sample.market(try Sample.terms(), quotes).chains.first)
    #expect(chain.strikes.count == 3)
    #expect(chain.smile?.logMoneyness.count == 2, "the call at 80 is worth 20, and was bid 15")
  }
}

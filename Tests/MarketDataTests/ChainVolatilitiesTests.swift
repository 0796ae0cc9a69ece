import Basics
import Instruments
import MarketData
import TestSupport
import Testing

/// Quotes of a chain as volatilities, and what each counts for in a fit.
@Suite("Volatilities and weights of a chain")
struct ChainVolatilitiesTests {
  static let strikes = [75, 80, 85, 90, 95, 100, 105, 110, 120, 130]

  /// Half of what bid and ask of a strike are apart, in volatility.
  static func half(_ strike: Int) -> Double {
    switch strike {
    case ..<90: return 0.015
    case ..<106: return 0.001
    default: return 0.01
    }
  }

  /// A chain at a forward of 100, each price discounted by `discount`, in quote currency or coin.
  static func chain(_ settlement: Settlement, discount: Double) throws -> [OptionQuote] {
    let slice = try FittedSurfaceTests.slice()
    var quotes: [OptionQuote] = []
    for strike in strikes {
      for right in OptionRight.allCases {
        func price(_ shift: Double) -> Double {
          let k = BlackReference.logarithm(Double(strike) / 100)
          let volatility = (slice.totalVariance(at: k) / Sample.years).squareRoot() + shift
          return discount
            * BlackReference.value(
              sign: right.sign, forward: 100, strike: Double(strike), years: Sample.years, volatility: volatility)
            / (settlement == .coin ? 100 : 1)
        }
        quotes.append(
          Sample.quote(
            try Sample.contract(right, "\(strike)", settlement: settlement), bid: price(-half(strike)),
            ask: price(half(strike))))
      }
    }
    return quotes
  }

  /// The fitted quotes where the rate of the chain's own currency is 0.4, and the forward stated.
  static func fitted(_ settlement: Settlement) throws -> [FittedQuote] {
    let rate = 0.4
    let terms = try Sample.terms(
      spot: "98", quotedIn: settlement, rate: settlement == .coin ? 0 : rate, coinRate: settlement == .coin ? rate : 0,
      forwards: [try Sample.date("2026-01-16"): try Price(parsing: "100")])
    let discount = BlackReference.exponential(-rate * Sample.years)
    let market = try Sample.market(terms, try chain(settlement, discount: discount))
    return try #require(try ChainFit(market, model: .svi).slices.first).quotes
  }

  @Test("Discounted quotes say the volatilities they were made of, off the forward", arguments: Settlement.allCases)
  func discounted(settlement: Settlement) throws {
    let quotes = try Self.fitted(settlement)
    let slice = try FittedSurfaceTests.slice()
    #expect(quotes.count == 2 * Self.strikes.count)
    for fitted in quotes {
      let quote = fitted.quote
      let strike = quote.contract.strike.value
      let k = BlackReference.logarithm(strike / 100)
      #expect(abs(quote.logMoneyness - k) < 1e-14, "\(quote.contract)")
      // Steps of the eighth digit of a price in coin are seen in what lies deep in the money.
      let volatility = (slice.totalVariance(at: k) / Sample.years).squareRoot()
      let half = Self.half(Int(strike))
      for (found, wanted) in [(quote.bid, volatility - half), (quote.ask, volatility + half)] {
        #expect(abs((found ?? 0) - wanted) < 2e-5, "\(quote.contract): \(String(describing: found)), not \(wanted)")
      }
    }
  }

  @Test("A strike counts for its vega over its half spread squared, and no half spread is believed below half a point")
  func weights() throws {
    let counted = try Self.fitted(.quote).filter { $0.weight > 0 }
    #expect(counted.count == Self.strikes.count)
    for fitted in counted {
      let strike = fitted.quote.contract.strike.value
      let deviation = (try #require(fitted.quote.mid)) * Sample.years.squareRoot()
      let d1 = BlackReference.logarithm(100 / strike) / deviation + deviation / 2
      let half = max(0.005, Self.half(Int(strike)))
      let wanted = BlackReference.density(d1) / BlackReference.density(0) / (half * half)
      #expect(abs(fitted.weight / wanted - 1) < 1e-4, "\(strike): \(fitted.weight), not \(wanted)")
    }
  }
}

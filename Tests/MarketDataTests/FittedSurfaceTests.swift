import Basics
import Instruments
import Kernels
import MarketData
import RealModule
import TestSupport
import Testing

@Suite("Fitted surfaces of a market")
struct FittedSurfaceTests {
  static func surfaces() throws -> [VolatilitySurface] {
    let near = try SVISlice(a: 0.004, b: 0.05, rho: -0.3, m: 0.02, sigma: 0.1)
    let far = try SVISlice(a: 0.02, b: 0.12, rho: -0.2, m: 0, sigma: 0.3)
    return [
      .svi(
        try SVISurface(nodes: [
          .init(years: 0.1, slice: near, range: -0.3...0.4), .init(years: 0.5, slice: far, range: -0.5...0.5),
        ])),
      .ssvi(
        try SSVISurface(
          rho: -0.3, eta: 1.1, gamma: 0.4,
          nodes: [
            .init(years: 0.1, theta: 0.02, range: -0.3...0.4), .init(years: 0.5, theta: 0.09, range: -0.5...0.5),
          ])),
    ]
  }

  @Test("Total variance at the money is linear in time between expiries, in proportion to it beyond")
  func time() throws {
    for surface in try Self.surfaces() {
      func variance(_ years: Double) throws -> Double {
        let point = try #require(surface.volatility(logMoneyness: 0, years: years))
        return point.value * point.value * years
      }
      let (near, far) = (try variance(0.1), try variance(0.5))
      for years in [0.2, 0.3, 0.45] {
        #expect(abs(try variance(years) - (near + (years - 0.1) / 0.4 * (far - near))) < 1e-15, "\(surface.name)")
      }
      let (before, after) = (try variance(0.03), try variance(2))
      #expect(abs(before - near * 0.3) < 1e-15 && abs(after - far * 4) < 1e-15)
      for (k, years, isBeyond) in [
        (0.0, 0.1, false), (0.4, 0.1, false), (0.41, 0.1, true), (0.45, 0.5, false), (0.45, 0.3, true),
        (0, 0.05, true), (0, 0.7, true), (-0.3, 0.3, false),
      ] {
        let point = try #require(surface.volatility(logMoneyness: k, years: years))
        #expect(point.isExtrapolated == isBeyond, "\(surface.name) at \(k), \(years)")
      }
    }
  }

  @Test("Between two expiries a strike is beyond the quotes where it is beyond those of either")
  func ranges() throws {
    let slice = try SVISlice(a: 0.02, b: 0.12, rho: -0.2, m: 0, sigma: 0.3)
    // The later expiry is the one with fewer strikes.
    let (wide, narrow) = (-0.5...0.5, -0.3...0.4)
    for surface in [
      VolatilitySurface.svi(
        try SVISurface(nodes: [
          .init(years: 0.1, slice: slice, range: wide), .init(years: 0.5, slice: slice, range: narrow),
        ])),
      .ssvi(
        try SSVISurface(
          rho: -0.3, eta: 1.1, gamma: 0.4,
          nodes: [.init(years: 0.1, theta: 0.02, range: wide), .init(years: 0.5, theta: 0.09, range: narrow)])),
    ] {
      for (k, years, isBeyond) in [
        (0.45, 0.1, false), (0.45, 0.3, true), (-0.35, 0.3, true), (0.4, 0.3, false), (-0.3, 0.3, false),
        (0.45, 0.5, true),
      ] {
        let point = try #require(surface.volatility(logMoneyness: k, years: years))
        #expect(point.isExtrapolated == isBeyond, "\(surface.name) at \(k), \(years)")
      }
    }
  }

  @Test("At every log-moneyness variance rises in time where slices do", arguments: 0..<50)
  func calendarOrder(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for surface in try Self.surfaces() {
      let k = random.number(-1.5, 1.5)
      let (early, late) = (random.number(0.01, 1), random.number(0.01, 1))
      let first = try #require(surface.volatility(logMoneyness: k, years: min(early, late)))
      let last = try #require(surface.volatility(logMoneyness: k, years: max(early, late)))
      #expect(
        first.value * first.value * min(early, late) <= last.value * last.value * max(early, late) * (1 + 1e-12),
        "\(surface.name), \(random)")
    }
  }

  @Test("The slope is the derivative of volatility in log-moneyness", arguments: 0..<50)
  func slope(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for surface in try Self.surfaces() {
      let (k, years) = (random.number(-1, 1), random.number(0.02, 0.8))
      let step = 1e-5
      let left = try #require(surface.volatility(logMoneyness: k - step, years: years)).value
      let right = try #require(surface.volatility(logMoneyness: k + step, years: years)).value
      let slope = try #require(surface.slope(logMoneyness: k, years: years))
      #expect(abs(slope - (right - left) / (2 * step)) < 1e-7, "\(surface.name), \(random)")
    }
    let quoted = VolatilitySurface.quoted(
      QuotedSurface(smiles: [try VolatilitySurfaceTests.smile(0.25, VolatilitySurfaceTests.points)]))
    // Variances a year of 0.36 and 0.25 at -0.2 and 0: the volatility's slope in between is that of variance over 2 vol.
    let slope = try #require(quoted.slope(logMoneyness: -0.1, years: 0.25))
    #expect(abs(slope - (0.25 - 0.36) / 0.2 / (2 * 0.305.squareRoot())) < 1e-6)
    #expect(quoted.slope(logMoneyness: 3, years: 0.25) == 0)
  }

  @Test("A question without numbers has no answer; a strike of 0 has a finite one")
  func border() throws {
    for surface in try Self.surfaces() {
      for (k, years) in [(Double.nan, 0.1), (.infinity, 0.1), (0, .nan), (0, .infinity), (0, 0), (0, -1)] {
        #expect(surface.volatility(logMoneyness: k, years: years) == nil)
        #expect(surface.slope(logMoneyness: k, years: years) == nil)
      }
      let far = try #require(surface.volatility(logMoneyness: -.greatestFiniteMagnitude, years: 0.1))
      #expect(far.value > 0 && far.value < 100 && far.isExtrapolated)
    }
    #expect(throws: SurfaceError.notAscending(index: 1, years: 0.5, before: 0.5)) {
      let slice = try SVISlice(a: 0.02, b: 0.1, rho: 0, m: 0, sigma: 0.2)
      let node = SVISurface.Node(years: 0.5, slice: slice, range: 0...1)
      return try SVISurface(nodes: [node, node])
    }
  }

  // MARK: From a chain

  /// Calls and puts of a slice, bid and ask `spread` volatility points around it, at a forward of 100.
  static func quotes(
    _ slice: SVISlice, strikes: [Int], spread: Double = 0.01, settlement: Settlement = .quote
  ) throws -> [OptionQuote] {
    var quotes: [OptionQuote] = []
    for strike in strikes {
      for right in OptionRight.allCases {
        func price(_ shift: Double) -> Double {
          let k = BlackReference.logarithm(Double(strike) / 100)
          let volatility = (slice.totalVariance(at: k) / Sample.years).squareRoot() + shift
          return BlackReference.value(
            sign: right.sign, forward: 100, strike: Double(strike), years: Sample.years, volatility: volatility)
            / (settlement == .coin ? 100 : 1)
        }
        quotes.append(
          Sample.quote(
            try Sample.contract(right, "\(strike)", settlement: settlement), bid: price(-spread / 2),
            ask: price(spread / 2)))
      }
    }
    return quotes
  }

  static func terms(_ settlement: Settlement = .quote, tick: String? = nil) throws -> UnderlyingTerms {
    try UnderlyingTerms(
      symbol: "ABC", spot: try Price(parsing: "99"), quotedIn: settlement,
      tickSize: try tick.map { try Price(parsing: $0) },
      forwards: [try Sample.date("2026-01-16"): try Price(parsing: "100")])
  }

  static func slice() throws -> SVISlice { try SVISlice(a: 0.008, b: 0.06, rho: -0.3, m: 0.02, sigma: 0.1) }

  @Test("A chain drawn from a slice is fitted by it, inside bid and ask", arguments: Settlement.allCases)
  func chain(settlement: Settlement) throws {
    let slice = try Self.slice()
    let quotes = try Self.quotes(slice, strikes: [75, 80, 85, 90, 95, 100, 105, 110, 120, 130], settlement: settlement)
    let market = try Sample.market(try Self.terms(settlement, tick: "0.01"), quotes)
    let fit = try ChainFit(market, model: .svi)
    let fitted = try #require(fit.slices.first)
    #expect(fit.slices.count == 1 && fit.omissions.isEmpty && fitted.quotes.count == 20 && !fitted.usesMarks)
    #expect(fitted.quotes.count { $0.weight > 0 } == 10, "a strike speaks once")
    let errors = try #require(fitted.errors)
    #expect(errors.count == 10 && errors.worst < 2e-4 && errors.median <= errors.worst && fitted.error < 2e-4)
    #expect(fitted.quotes.allSatisfy { $0.isInside != false })
    #expect((try #require(FitErrors.inTicks(fitted.quotes))).worst < 0.5)
    for quote in fitted.quotes where quote.weight > 0 {
      #expect((quote.quote.contract.right == .call) == (quote.quote.logMoneyness >= 0), "out of the money")
    }
    let state = try MarketState(asOf: try Sample.moment(), [.init(terms: try Self.terms(settlement), quotes: [])])
    #expect(state.with(fit.surface, of: "ABC")["ABC"]?.surface == fit.surface)
    #expect(state.with(fit.surface, of: "XYZ") == state)
    let point = try #require(market.with(fit.surface).volatility(strike: 92, forward: fitted.forward))
    let k = BlackReference.logarithm(0.92)
    #expect(abs(point.value - (slice.totalVariance(at: k) / Sample.years).squareRoot()) < 2e-4)
  }

  @Test("Crossed and one-sided quotes do not count; a strike then speaks by its other side")
  func sides() throws {
    let slice = try Self.slice()
    var quotes = try Self.quotes(slice, strikes: [80, 90, 95, 100, 105, 110, 120])
    let swap = quotes[2]
    quotes[2] = OptionQuote(
      contract: swap.contract, bid: swap.ask, ask: swap.bid, mark: nil, impliedVolatility: nil)
    let lonely = quotes[13]
    quotes[13] = OptionQuote(contract: lonely.contract, bid: nil, ask: lonely.ask, mark: nil, impliedVolatility: nil)
    let market = try Sample.market(try Self.terms(), quotes)
    let fitted = try #require(try ChainFit(market, model: .svi).slices.first)
    for contract in [swap.contract, lonely.contract] {
      let quote = try #require(fitted.quotes.first { $0.quote.contract == contract })
      #expect(quote.weight == 0 && quote.isInside == nil && quote.ticks == nil)
    }
    #expect(fitted.quotes.count { $0.weight > 0 } == 7)
  }

  @Test("With fewer than five strikes of two sides marks join; with fewer than five in all the expiry is left out")
  func few() throws {
    let slice = try Self.slice()
    let all = [80, 90, 95, 100, 105, 110]
    let marked = try Self.quotes(slice, strikes: all).enumerated().map { index, quote in
      index < 6
        ? quote
        : Sample.quote(quote.contract, volatility: 0.4)
    }
    let market = try Sample.market(try Self.terms(), marked)
    let fitted = try #require(try ChainFit(market, model: .svi).slices.first)
    #expect(fitted.usesMarks && fitted.quotes.count { $0.weight > 0 } == 6)
    let four = try Sample.market(try Self.terms(), try Self.quotes(slice, strikes: [90, 95, 100, 105]))
    #expect(throws: SurfaceError.tooFewQuotes(found: 4, wanted: 5)) { try ChainFit(four, model: .svi) }
    #expect(try ChainFit(four, model: .ssvi).slices.count == 1)
    let none = try Sample.market(try Self.terms(), [])
    #expect(throws: SurfaceError.self) { try ChainFit(none, model: .ssvi) }
  }

  @Test("Quotes of American options say American volatilities, on both sides of every strike")
  func american() throws {
    let (rate, yield, volatility) = (0.06, 0.02, 0.3)
    let expiry = "2026-06-17T08:00:00Z"
    let years = 182.0 / 365
    let forward = 100 * Double.exp((rate - yield) * years)
    let option = { (right: OptionRight, strike: Double) throws in
      try OptionContract(
        underlying: "ABC", right: right, strike: try #require(Price(rounding: strike, .up)),
        expiry: try Expiry(parsing: expiry), exercise: .american)
    }
    var quotes: [OptionQuote] = []
    for strike in stride(from: 70.0, through: 140, by: 5) {
      for right in OptionRight.allCases {
        let value = AmericanBoundary(
          sign: right.sign, years: years, volatility: volatility, rate: rate, dividendYield: yield, tolerance: 1e-10
        ).value(spot: 100, strike: strike)
        quotes.append(Sample.quote(try option(right, strike), bid: value - 0.05, ask: value + 0.05))
      }
    }
    let market = try Sample.market(
      try Sample.terms(
        rate: rate, dividends: .yield(yield),
        forwards: [try Sample.date("2026-06-17"): try #require(Price(rounding: forward, .up))]), quotes)
    let fit = try ChainFit(market, model: .svi)
    #expect(fit.quotes.count == quotes.count && fit.quotes.allSatisfy(\.quote.isAmerican))
    let read = fit.quotes.filter { $0.quote.mid != nil }
    // A put exercised at once is worth its payoff at many volatilities, and says none.
    #expect(read.count >= 26)
    for quote in read {
      #expect(abs((quote.quote.mid ?? 0) - volatility) < 2e-6, "\(quote.quote.contract)")
      #expect(quote.isInside == true, "\(quote.quote.contract)")
    }
    #expect(fit.slices[0].error < 1e-6)
    // Read as European the put in the money would stand a point and more too high.
    let deep = try #require(read.first { $0.quote.contract.right == .put && $0.quote.contract.strike.value == 115 })
    let european = ImpliedVolatility.solve(
      sign: -1, price: deep.price, spot: 100, strike: 115, years: years, rate: rate, dividendYield: yield)
    #expect(european.volatility > volatility + 0.01)
  }
}

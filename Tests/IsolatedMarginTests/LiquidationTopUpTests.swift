import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Top-ups, surfaces and refusals of liquidation")
struct LiquidationTopUpTests {
  @Test("What is missing to the maximum loss is the top-up after which nothing liquidates")
  func topUpForNone() throws {
    let condor = try filled(legs("+1P90 -1P95 -1C105 +1C110"))
    for (days, volatility) in [(0.0, 0.6), (7, 0.6), (30, 0.9)] {
      let held = try box(condor, deposit: "2.6", days: days, volatility: volatility)
      #expect(held.topUpForNone()?.text == "2.40", "\(days) days")
    }
    #expect(try box(condor, deposit: "5", days: 7, volatility: 0.6).topUpForNone()?.minorUnits == 0)
    // Equity falls without end: no amount helps.
    let strangle = try box(filled(legs("-1P85 -1C115")), deposit: "14", days: 30, volatility: 0.5)
    #expect(strangle.topUpForNone() == nil)
    // In coin a sold put spread has no maximum loss either.
    let coin = try box(
      filled(legs("+1P90 -1P95"), settlement: .coin), deposit: "0.02", spot: 100, days: 7, volatility: 0.6)
    #expect(coin.region().status == .ok && coin.topUpForNone() == nil)
  }

  @Test("A pushed bound is where it was asked for, and a cent less leaves it short")
  func push() throws {
    let model = try SpotShareMaintenance(share: amount("0.075"))
    let held = try box(
      filled(legs("-1P85 -1C115")), deposit: "25", maintenance: model, days: 30, volatility: 0.5)
    let region = held.region()
    let (lower, upper) = (try #require(region.lower?.price), try #require(region.upper?.price))
    #expect(held.topUp(toPush: (lower + 100) / 2)?.minorUnits == 0)
    for price in [lower - 5, upper + 5, upper + 50] {
      let topUp = try #require(held.topUp(toPush: price))
      let enough = held.adding(topUp.exact).region()
      let short = held.adding(topUp.exact - ExactAmount(count: 1, decimals: 2)).region()
      let isBelow = price < 100
      let (reached, missed) =
        isBelow ? (enough.lower?.price, short.lower?.price) : (enough.upper?.price, short.upper?.price)
      #expect(isBelow ? try #require(reached) <= price : try #require(reached) >= price)
      #expect(isBelow ? try #require(missed) > price : try #require(missed) < price)
    }
    // No liquidation at all, in a region of several bands: a cent less leaves one.
    let flies = try box(
      filled(legs("-1C85 +2C90 -1C95 -2C105 +4C110 -2C115")), deposit: "1", days: 2, volatility: 0.2)
    #expect(flies.region().bands.count == 2)
    let all = try #require(flies.topUpForNone())
    #expect(flies.adding(all.exact).region().status == .none)
    #expect(flies.adding(all.exact - ExactAmount(count: 1, decimals: 2)).region().bands.count == 1)
    // Already outside: the top-up brings the spot back too.
    let outside = try box(filled(legs("-1P85 -1C115")), deposit: "15", maintenance: model, days: 30, volatility: 0.9)
    #expect(outside.region().status == .alreadyOutside)
    let topUp = try #require(outside.topUp(toPush: 100))
    #expect(!outside.adding(topUp.exact).region().contains(100))
  }

  @Test("A surface is the regions of its nodes, days slowest, and knows its narrowest")
  func surface() throws {
    let held = try box(
      filled(legs("-1P85 -1C115")), deposit: "14", maintenance: SpotOnce(share: amount("0.075")), days: 30,
      volatility: 0.5)
    let surface = held.surface(days: [0, 10, 30], volatilityShifts: [-0.2, 0, 0.2])
    #expect(surface.nodes.count == 9)
    for node in surface.nodes { #expect(node.region.prices == held.region(node.state).prices) }
    #expect(surface.nodes.map(\.state.daysForward) == [0, 0, 0, 10, 10, 10, 30, 30, 30])
    let narrowest = try #require(surface.narrowest)
    #expect(narrowest.state == LiquidationState(daysForward: 0, volatilityShift: 0.2))
    #expect(surface.nodes.allSatisfy { $0.region.width >= narrowest.region.width })
    // At expiry the volatility does not matter.
    #expect(surface.nodes[6].region.prices == surface.nodes[8].region.prices)
    // A condor that is funded is safe everywhere, and has no narrowest node.
    let funded = try box(filled(legs("+1P90 -1P95 -1C105 +1C110")), deposit: "5", days: 30, volatility: 0.5)
    let safe = funded.surface(days: [0, 30], volatilityShifts: [0, 1])
    #expect(safe.nodes.allSatisfy { $0.region.certificate == .cashRule })
    #expect(safe.narrowest == nil && safe.evaluations == 0)
  }

  @Test("The averaging window before delivery is known, standard deviations are those to the first expiry")
  func states() throws {
    let strategy = try filled(legs("-1C100"))
    let terms = ValuationTerms(years: 2.0 / 365, volatility: 0.5)
    let market = try LiquidationMarket(spot: 100, terms: [terms], averagingSeconds: 1800)
    #expect(!LiquidationState.now.isAveraging(in: market))
    #expect(!LiquidationState(daysForward: 1.97).isAveraging(in: market))
    #expect(LiquidationState(daysForward: 1.98).isAveraging(in: market))
    #expect(!LiquidationState(daysForward: 2).isAveraging(in: market))
    #expect(LiquidationState(daysForward: 2).hasExpired(in: market))
    let deviation = 0.5 * (2.0 / 365).squareRoot()
    let found = try #require(LiquidationState.now.deviations(to: 110, in: market))
    #expect(abs(found - BlackReference.logarithm(1.1) / deviation) < 1e-12)
    #expect(LiquidationState(daysForward: 2).deviations(to: 110, in: market) == nil)
    #expect(strategy.legs.count == 1)
  }

  @Test("At expiry the payoff's lines are solved exactly, whatever smile the options had")
  func smileAtExpiry() throws {
    let strategy = try filled(legs("+1P90 -1P95 -1C105 +1C110"))
    let terms = [0.7, 0.6, 0.5, 0.45].map { ValuationTerms(years: 7.0 / 365, volatility: $0, rate: 0.03) }
    let held = try LiquidationBox(
      of: strategy, deposit: amount("2.6"), market: LiquidationMarket(spot: 100, terms: terms))
    #expect(held.region().certificate == .walked)
    for days in [7.0, 8] {
      let expired = held.region(LiquidationState(daysForward: days))
      #expect(expired.certificate == .expiry)
      #expect(expired.prices == [92.4, 107.6])
    }
  }

  @Test("What cannot be asked is refused, one fault at a time")
  func refusals() throws {
    let strategy = try filled(legs("-1C100"))
    let terms = ValuationTerms(years: 0.1, volatility: 0.5)
    let market = try LiquidationMarket(for: strategy, spot: 100, terms: terms)
    #expect(throws: IsolatedMarginError.self) {
      try LiquidationBox(of: strategy, deposit: amount("-1"), market: market)
    }
    #expect(throws: IsolatedMarginError.self) {
      try LiquidationBox(of: strategy, deposit: .one, market: LiquidationMarket(spot: 100, terms: [terms, terms]))
    }
    #expect(throws: IsolatedMarginError.self) {
      try LiquidationBox(of: strategy, deposit: .one, market: LiquidationMarket(spot: 100, terms: [nil]))
    }
    #expect(throws: IsolatedMarginError.self) {
      try LiquidationBox(of: filled([]), deposit: .one, market: LiquidationMarket(spot: 100, terms: []))
    }
    let two = try filled([leg("-1 C 100"), leg("1 C 100", underlying: "XYZ")])
    #expect(throws: IsolatedMarginError.self) {
      try LiquidationBox(of: two, deposit: .one, market: LiquidationMarket(for: two, spot: 100, terms: terms))
    }
    for spot in [0, -1, .nan, .infinity] as [Double] {
      #expect(throws: IsolatedMarginError.self) { try LiquidationMarket(spot: spot, terms: []) }
    }
    let bad = [
      ValuationTerms(years: -1, volatility: 0.5), ValuationTerms(years: .nan, volatility: 0.5),
      ValuationTerms(years: 1, volatility: -0.5), ValuationTerms(years: 1, volatility: .infinity),
      ValuationTerms(years: 1, volatility: 0.5, rate: .nan),
      ValuationTerms(years: 1, volatility: 0.5, dividendYield: 1000),
    ]
    for terms in bad { #expect(throws: IsolatedMarginError.self) { try LiquidationMarket(spot: 100, terms: [terms]) } }
  }
}

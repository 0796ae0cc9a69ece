import Basics
import Instruments
import Kernels
import TestSupport
import Testing

@testable import MarketData
@testable import Pricing

@Suite("American valuation")
struct AmericanValuationTests {
  private func market(_ dividends: Dividends, rate: Double = 0.05) throws -> MarketState {
    try Sample.market(
      [
        Sample.Row(name: "XYZ   160617C00100000", volatility: 0.3),
        Sample.Row(name: "XYZ   160617P00100000", volatility: 0.3),
      ],
      try UnderlyingTerms(
        symbol: "XYZ", spot: try Price(parsing: "100"), quotedIn: .quote, rate: rate, dividends: dividends),
      asOf: "2015-12-18T21:00:00Z")
  }

  private func contract(_ right: String, in market: MarketState) throws -> ResolvedContract {
    try ResolvedContract(try InstrumentName.parse("XYZ   160617\(right)00100000"), in: market)
  }

  private func greeks(_ contract: ResolvedContract, spot: Double = 100) -> Greeks {
    OptionPricer.blackScholes.greeks(
      of: contract, spot: spot, years: contract.years, volatility: contract.volatility)
  }

  @Test("With a yield a listed put takes the collocation's value, and a call without one is European")
  func yields() throws {
    let put = try contract("P", in: try market(.yield(0.02)))
    let exact = AmericanBoundary(
      sign: -1, years: put.years, volatility: put.volatility, rate: put.rate, dividendYield: put.dividendYield,
      tolerance: 1e-11
    ).value(spot: 100, strike: 100)
    #expect(put.isAmerican && put.dividends.isEmpty)
    #expect((greeks(put).value - exact).magnitude <= 100 * AmericanValuation.tolerance)
    let call = try contract("C", in: try market(.yield(0)))
    let european = BlackScholes.value(
      sign: 1, spot: 100, strike: 100, years: call.years, volatility: call.volatility, rate: call.rate,
      dividendYield: call.dividendYield)
    // The forward gives the yield back within a rounding.
    #expect((greeks(call).value - european).magnitude < 1e-9)
  }

  @Test("With dated dividends a listed option is valued by differences, and time passes them")
  func dividends() throws {
    let date = try CalendarDate(parsing: "2016-03-10")
    let paying = try market(.cash([CashDividend(date: date, amount: try Price(parsing: "3"))]))
    let call = try contract("C", in: paying)
    #expect(call.dividends.count == 1 && call.residualYield == 0)
    let model = DividendOption(
      sign: 1, strike: 100, years: call.years, volatility: call.volatility, rate: 0.05, dividendYield: 0,
      dividends: call.dividends, isAmerican: true, withSlopes: false)
    #expect((greeks(call).value - model.value(spot: 100)).magnitude < 1e-9)
    // The forward is met: an option struck far below is worth spot less its dividend and strike, or exercised before it.
    let european = DividendOption(
      sign: 1, strike: 100, years: call.years, volatility: call.volatility, rate: 0.05, dividendYield: 0,
      dividends: call.dividends, isAmerican: false, withSlopes: false)
    let forward = BlackScholes.value(
      sign: 1, spot: 300, strike: 100, years: call.years, volatility: 0.01, rate: 0.05, dividendYield: 0)
    let due = 3 * BlackReference.exponential(-0.05 * call.dividends[0].years)
    #expect((european.value(spot: 300) - forward + due).magnitude < 0.02)
    #expect(greeks(call).value > european.value(spot: 100))
    // After the ex-date the rest of its life has no dividend.
    let left = call.years - call.dividends[0].years - 0.01
    let rest = AmericanValuation(call, years: left, volatility: 0.3).value(spot: 100)
    let plain = BlackScholes.value(
      sign: 1, spot: 100, strike: 100, years: left, volatility: 0.3, rate: 0.05, dividendYield: 0)
    #expect((rest - plain).magnitude < 1e-9)
  }

  @Test("What the market's forward says beside the dividends is a yield")
  func residual() throws {
    let date = try CalendarDate(parsing: "2016-03-10")
    let expiry = try CalendarDate(parsing: "2016-06-17")
    let market = try Sample.market(
      [Sample.Row(name: "XYZ   160617P00100000", volatility: 0.3)],
      try UnderlyingTerms(
        symbol: "XYZ", spot: try Price(parsing: "100"), quotedIn: .quote, rate: 0.05,
        dividends: .cash([CashDividend(date: date, amount: try Price(parsing: "3"))]),
        forwards: [expiry: try Price(parsing: "98")]),
      asOf: "2015-12-18T21:00:00Z")
    let put = try contract("P", in: market)
    let growth = put.rate - put.residualYield
    let forward =
      100 * BlackReference.exponential(growth * put.years)
      - 3 * BlackReference.exponential(growth * (put.years - put.dividends[0].years))
    #expect((forward - 98).magnitude < 1e-9 && put.residualYield > 0)
  }
}

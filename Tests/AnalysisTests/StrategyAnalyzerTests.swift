import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@Suite("Strategy analyzer")
struct StrategyAnalyzerTests {
  static func condor(_ market: SampleMarket) throws -> [(Int64, Instrument)] {
    [
      (1, try market.option(.put, 80)), (-1, try market.option(.put, 90)), (-1, try market.option(.call, 110)),
      (1, try market.option(.call, 120)),
    ]
  }

  static func straddle(_ market: SampleMarket, _ quantity: Int64 = -1) throws -> [(Int64, Instrument)] {
    [(quantity, try market.option(.call, 100)), (quantity, try market.option(.put, 100))]
  }

  static let far = "2026-03-20T08:00:00Z"

  // MARK: Values

  @Test("Entered at the model's own prices, the P&L now is the fees", arguments: Settlement.allCases)
  func profitNow(settlement: Settlement) throws {
    let market = SampleMarket(settlement: settlement)
    let filled = try market.filled(try Self.condor(market), fees: "0.02")
    let page = try market.analyze(filled)
    #expect(abs(page.profitNow - -0.02) < 1e-6)
    #expect(abs(page.matrix.profit[1][3] - page.profitNow) < 1e-12, "the middle of the matrix is now")
    #expect(page.matrix.spotShifts[3] == 0)
    #expect(page.matrix.volatilityShifts[1] == 0)
    #expect(page.stressGrid.count == 793)
    let (value, vega) = page.legs.reduce((0.0, 0.0)) { ($0.0 + $1.greeks.value, $0.1 + $1.greeks.vega) }
    #expect(abs(page.greeks.value - value) < 1e-12)
    #expect(abs(page.greeks.vega - vega) < 1e-12)
    if settlement == .coin {
      #expect(abs(page.greeks.value * market.spot - page.quoteGreeks.value) < 1e-12)
      let delta = page.quoteGreeks.delta / market.spot - page.quoteGreeks.value / (market.spot * market.spot)
      #expect(abs(page.greeks.delta - delta) < 1e-12)
    } else {
      #expect(page.greeks == page.quoteGreeks)
    }
  }

  @Test("A linear leg of a coin strategy has both its deltas")
  func linear() throws {
    let market = SampleMarket(settlement: .coin)
    let leg = try FilledLeg(
      instrument: .perpetual(Perpetual(underlying: "ABC")), quantity: try Quantity(parsing: "-500"),
      price: ExactAmount(80))
    let filled = try FilledStrategy(
      name: "", settlement: .coin, currency: try Currency("ABC"), legs: [leg])
    let page = try market.analyze(filled)
    let value = -500 * (1 / 80.0 - 1 / 100.0)
    #expect(abs(page.greeks.value - value) < 1e-15)
    #expect(abs(page.quoteGreeks.value - value * 100) < 1e-12)
    #expect(abs(page.greeks.delta - -0.05) < 1e-15)
    #expect(abs(page.quoteGreeks.delta - -6.25) < 1e-15)
    #expect(abs(page.greeks.gamma - 0.001) < 1e-15)
    #expect(page.legs.first?.quote == nil)
    #expect(page.legs.first?.volatility == nil)
  }

  @Test("A calendar has no maximum loss without a policy, and still its value and Greeks")
  func calendar() throws {
    let market = SampleMarket(expiries: [SampleMarket.expiry, Self.far])
    let filled = try market.filled(
      [(-1, try market.option(.put, 100)), (1, try market.option(.put, 100, expiry: Self.far))], fees: "0.3")
    let page = try market.analyze(filled)
    #expect(page.margin.status == .severalExpiries)
    #expect(page.margin.margin == nil)
    #expect(abs(page.profitNow - -0.3) < 1e-6)
    #expect(page.greeks.vega > 0)
    #expect(page.expiries.map(\.expiry) == [try Expiry(parsing: SampleMarket.expiry), try Expiry(parsing: Self.far)])
    #expect(page.breakEvens.isEmpty)
    #expect(page.returnOnMargin == nil)
    #expect(page.wing == nil)
    #expect(page.stress.sharesBeyond.allSatisfy { $0 == nil })
    let curve = try #require(page.curve)
    #expect(!curve.isExact)
    // At the first expiry, at the strike, the short put is worth nothing and the long one is at its dearest to it.
    let best = try #require(zip(curve.spots, curve.profitsAtExpiry).max { $0.1 < $1.1 })
    #expect(abs(best.0 - 100) < 4)
  }

  // MARK: Figures beside the margin

  @Test("Break-evens stand as far from spot as they are, in shares and deviations")
  func breakEvens() throws {
    let market = SampleMarket()
    let filled = try market.filled(try Self.straddle(market))
    let page = try market.analyze(filled)
    let credit = -filled.entryCost.doubleValue
    #expect(page.breakEvens.count == 2)
    let deviation = market.volatility * SampleMarket.years.squareRoot()
    for (found, price) in zip(page.breakEvens, [100 - credit, 100 + credit]) {
      #expect(abs(found.relative - (price / 100 - 1)) < 1e-12)
      let expected = BlackReference.logarithm(price / 100) / deviation
      #expect(abs(try #require(found.deviations) - expected) < 1e-12)
    }
  }

  @Test("An interval of break-evens is as far as its nearer end")
  func interval() throws {
    // A call spread entered for nothing: no profit and no loss from 0 to 70, thirty percent below spot.
    let market = SampleMarket()
    let legs = try [(70, "1"), (80, "-1")].map { strike, quantity in
      try FilledLeg(
        instrument: try market.option(.call, strike), quantity: try Quantity(parsing: quantity), price: .zero)
    }
    let page = try market.analyze(
      try FilledStrategy(name: "", settlement: .quote, currency: .usd, legs: legs))
    #expect(page.breakEvens.map(\.breakEven.text) == ["0..70"])
    #expect(abs(try #require(page.breakEvens.first).relative - -0.3) < 1e-12)
    // Nothing won is no profit: the chance is that of more than 70.
    let deviation = market.volatility * SampleMarket.years.squareRoot()
    let d2 = BlackReference.logarithm(market.forward / 70) / deviation - deviation / 2
    #expect(abs(try #require(page.outlook).probabilityOfProfit - BlackReference.cumulative(d2)) < 1e-12)
  }

  @Test("Return on margin and risk to reward are ratios of the margin's own figures")
  func ratios() throws {
    let market = SampleMarket()
    let filled = try market.filled(try Self.condor(market), fees: "0.05")
    let page = try market.analyze(filled)
    let credit = -filled.entryCost.doubleValue
    let (profit, loss) = (credit - 0.05, 10 - credit + 0.05)
    #expect(abs(try #require(page.riskToReward) - loss / profit) < 1e-9)
    #expect(abs(try #require(page.returnOnMargin) - profit / ((loss * 100).rounded(.up) / 100)) < 1e-9)
    for legs in [try Self.straddle(market), try Self.straddle(market, 1)] {
      #expect(try market.analyze(try market.filled(legs)).riskToReward == nil, "one of the two has no bound")
    }
  }

  @Test("A loss without bound has one within a range of prices")
  func lossWithin() throws {
    let market = SampleMarket()
    let filled = try market.filled(try Self.straddle(market), fees: "0.5")
    var request = AnalysisRequest()
    request.within = (ExactAmount(-40), ExactAmount(60))
    let page = try market.analyze(filled, request)
    #expect(page.margin.status == .unbounded)
    let within = try #require(page.lossWithin)
    // At 160 the call is 60 in the money.
    #expect(within.lossWithin == ExactAmount(60) + filled.entryCost + filled.fees)
    #expect(within.bindingPrices.map(\.text) == ["160"])
    #expect(try market.analyze(filled).lossWithin == nil)
  }

  @Test("A budget is turned into whole lots")
  func size() throws {
    let market = SampleMarket()
    let filled = try market.filled(try Self.condor(market))
    var request = AnalysisRequest()
    request.budget = try Money(parsing: "100", currency: .usd)
    let loss = 10 + filled.entryCost.doubleValue
    #expect(try market.analyze(filled, request).size?.lots == Int64(100 / loss))
  }

  // MARK: The bounding wing

  @Test("The wing bounds the strategy, and none on the chain is cheaper", arguments: Settlement.allCases)
  func wing(settlement: Settlement) throws {
    let market = SampleMarket(settlement: settlement, spread: 0.02)
    // In coin a put spread sold with equal quantities loses without bound as the coin falls.
    var legs = try Self.straddle(market)
    if settlement == .coin { legs = [(-1, try market.option(.put, 90)), (1, try market.option(.put, 80))] }
    let filled = try market.filled(legs)
    let page = try market.analyze(filled)
    #expect(page.margin.status == .unbounded)
    let wing = try #require(page.wing)
    #expect(wing.contract.right == (settlement == .quote ? .call : .put))
    func bounded(_ strike: Int, _ quantity: ExactAmount, _ price: ExactAmount) throws -> StrategyMargin {
      let count = try quantity.count(decimals: 8, rounding: .up)
      let leg = try FilledLeg(
        instrument: try market.option(wing.contract.right, strike), quantity: Quantity(count: count), price: price)
      return StrategyMargin(
        of: try FilledStrategy(
          name: "", settlement: settlement, currency: filled.currency, legs: filled.legs + [leg]))
    }
    var cheapest: ExactAmount?
    for strike in market.strikes {
      guard case .option(let contract) = try market.option(wing.contract.right, strike),
        let ask = try market.state()["ABC"]?.quote(of: contract)?.ask
      else { continue }
      // As many as it takes: one call, or puts worth the 10 more of sold strike.
      let puts = try #require(ExactAmount(10).divided(by: ExactAmount(Int64(strike))))
      let quantity = settlement == .quote ? ExactAmount.one : puts
      let margin = try bounded(strike, quantity, ask.exact)
      #expect(margin.status == .ok, "\(strike)")
      let less = quantity - ExactAmount(count: 2, decimals: 8)
      #expect(try bounded(strike, less, ask.exact).status == .unbounded, "\(strike)")
      let cost = ExactAmount(count: try quantity.count(decimals: 8, rounding: .up), decimals: 8) * ask.exact
      if cheapest.map({ cost < $0 }) ?? true { cheapest = cost }
      if contract.strike == wing.contract.strike {
        #expect(wing.cost == cost)
        #expect(wing.margin == margin.margin)
      }
    }
    #expect(wing.cost == cheapest)
    #expect(
      try market.analyze(try market.filled(try Self.condor(SampleMarket()))).wing == nil, "a bounded one needs none")
  }

  @Test("A delivery fee that grows with the price leaves even a condor unbounded, which is said apart")
  func unboundedByFees() throws {
    let market = SampleMarket(spread: 0.02)
    let schedule = FeeSchedule(
      name: "own", effective: try CalendarDate(parsing: "2025-01-01"), source: "",
      optionTrade: .underlyingShare(rate: try ExactAmount(parsing: "0.0003"), cap: try ExactAmount(parsing: "0.125")),
      optionDelivery: PayoffFee(rate: try ExactAmount(parsing: "0.00015"), cap: try ExactAmount(parsing: "0.125")),
      futureTrade: nil)
    for (legs, isByFees) in [(try Self.condor(market), true), (try Self.straddle(market), false)] {
      let strategy = try Strategy(try legs.map { try Leg(Quantity(count: $0.0 * 100_000_000), $0.1) })
      let state = try market.state()
      let page = try market.analyze(try strategy.filled(from: state, AccountTerms(fees: .schedule(schedule))))
      #expect(page.margin.status == .unbounded)
      #expect(page.isUnboundedByFees == isByFees)
      // The wing pays the fees too, and still bounds.
      let wing = try #require(page.wing)
      #expect(wing.margin != nil)
      #expect(try market.analyze(try strategy.filled(from: state)).isUnboundedByFees == false)
    }
  }

  // MARK: Liquidation safety

  struct Safety: Sendable, CustomStringConvertible {
    let description: String
    var chain = Settlement.quote
    var account: Settlement?
    var rate = 0.05
    var forward = 101.0
    let isSafe: Bool

    static let table = [
      Safety(description: "a positive rate", isSafe: true),
      Safety(description: "no rate", rate: 0, isSafe: true),
      Safety(description: "a negative rate", rate: -0.01, isSafe: false),
      Safety(description: "a forward below spot is a yield, not a rate", forward: 99, isSafe: true),
      Safety(description: "coin chain, coin account", chain: .coin, forward: 99, isSafe: true),
      Safety(description: "coin chain above spot, dollar account", chain: .coin, account: .quote, isSafe: true),
      Safety(
        description: "coin chain below spot, dollar account", chain: .coin, account: .quote, forward: 99, isSafe: false),
    ]
  }

  @Test("A rate below nought, also one that a forward implies, takes the promise back", arguments: Safety.table)
  func safety(_ row: Safety) throws {
    let market = SampleMarket(settlement: row.chain, forward: row.forward, rate: row.rate)
    // A long call spread: bounded in either currency.
    let filled = try market.filled(
      [(1, try market.option(.call, 100)), (-1, try market.option(.call, 110))], settlement: row.account)
    let safety = try market.analyze(filled).margin.liquidationSafety
    #expect(safety.reasons == (row.isSafe ? [] : [.negativeRate]))
  }

  // MARK: Determinism

  @Test("The page of a strategy is the same whenever it is made")
  func determinism() throws {
    let market = SampleMarket(spread: 0.01, expiries: [SampleMarket.expiry, Self.far])
    var request = AnalysisRequest()
    request.within = (ExactAmount(-40), ExactAmount(60))
    request.budget = try Money(parsing: "1000", currency: .usd)
    for legs in [try Self.straddle(market), try Self.condor(market)] {
      let pages = try (0..<3).map { _ in
        String(reflecting: try market.analyze(try market.filled(legs), request))
      }
      #expect(Set(pages).count == 1)
    }
  }
}

import Basics
import Instruments
import TestSupport
import Testing

@testable import MarketData
@testable import Pricing

@Suite("Option pricer")
struct OptionPricerTests {
  static func contract(
    _ right: OptionRight, strike: Double, years: Double, spot: Double = 100, rate: Double = 0, yield: Double = 0,
    volatility: Double = 0.5, payout: Double? = nil
  ) throws -> ResolvedContract {
    let forward = Forward(
      value: spot * BlackReference.exponential((rate - yield) * years), source: .carry, years: years, rate: rate,
      dividendYield: yield)
    return ResolvedContract(
      instrument: .underlying(Underlying(symbol: "ABC")), payoff: payout.map { .digital(payout: $0) } ?? .vanilla,
      right: right, strike: strike, expiry: try Instant(parsing: "2026-01-16T08:00:00Z"), years: years,
      volatility: volatility, isExtrapolated: false, forward: forward)
  }

  /// Value and five Greeks in the order of a table's columns.
  static func figures(_ greeks: Greeks) -> [Double] {
    [greeks.value, greeks.delta, greeks.gamma, greeks.vega, greeks.theta, greeks.rho]
  }

  struct Market {
    let spot, strike, years, rate, yield, volatility: Double

    init(_ generator: inout SplitMix64) {
      spot = generator.number(50, 200)
      strike = spot * generator.number(0.6, 1.6)
      years = generator.number(0.01, 2)
      rate = generator.number(-0.05, 0.1)
      yield = generator.number(-0.05, 0.1)
      volatility = generator.number(0.1, 1.5)
    }

    func contract(_ right: OptionRight, payout: Double? = nil) throws -> ResolvedContract {
      try OptionPricerTests.contract(
        right, strike: strike, years: years, spot: spot, rate: rate, yield: yield, volatility: volatility,
        payout: payout)
    }

    func greeks(_ right: OptionRight, payout: Double? = nil) throws -> Greeks {
      OptionPricer.blackScholes.greeks(
        of: try contract(right, payout: payout), spot: spot, years: years, volatility: volatility)
    }
  }

  @Test("Call less put is the discounted forward less the discounted strike, in every Greek", arguments: [11, 12])
  func parity(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let market = Market(&generator)
      let (call, put) = (try market.greeks(.call), try market.greeks(.put))
      let share = BlackReference.exponential(-market.yield * market.years)
      let cash = market.strike * BlackReference.exponential(-market.rate * market.years)
      let expected = [
        market.spot * share - cash, share, 0, 0, market.yield * market.spot * share - market.rate * cash,
        market.years * cash,
      ]
      for (index, wanted) in expected.enumerated() {
        let difference = Self.figures(call)[index] - Self.figures(put)[index]
        #expect(abs(difference - wanted) < 1e-11 * market.spot, "\(generator)")
      }
    }
  }

  @Test("The value is Black's, as another formula gives it", arguments: [13])
  func reference(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let market = Market(&generator)
      for right in OptionRight.allCases {
        let contract = try market.contract(right)
        let expected = BlackReference.value(
          sign: right.sign, forward: contract.forward.value, strike: market.strike, years: market.years,
          volatility: market.volatility, discount: contract.forward.discount)
        let value = try market.greeks(right).value
        #expect(abs(value - expected) < 1e-11 * market.spot, "\(generator)")
      }
    }
  }

  @Test("Coin Greeks are the differences of V / S", arguments: [14])
  func coinGreeks(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let market = Market(&generator)
      let contract = try market.contract(generator.chance(0.5) ? .call : .put)
      func coin(_ spot: Double, _ volatility: Double = market.volatility, _ years: Double = market.years) -> Double {
        OptionPricer.blackScholes.greeks(of: contract, spot: spot, years: years, volatility: volatility).value / spot
      }
      let greeks = OptionPricer.blackScholes.greeks(
        of: contract, spot: market.spot, years: market.years, volatility: market.volatility
      ).inCoin(spot: market.spot)
      let h = 1e-4 * market.spot
      let (up, here, down) = (coin(market.spot + h), coin(market.spot), coin(market.spot - h))
      #expect(greeks.value == here)
      let slope = (up - down) / 2e-4
      #expect(abs(greeks.delta * market.spot - slope) < 1e-5, "\(generator)")
      let curvature = (up - 2 * here + down) / 1e-8
      let gamma = greeks.gamma * market.spot * market.spot
      #expect(abs(gamma - curvature) < 1e-3, "\(generator)")
      let vega = (coin(market.spot, market.volatility + 1e-4) - coin(market.spot, market.volatility - 1e-4)) / 2e-4
      #expect(abs(greeks.vega - vega) < 1e-6, "\(generator)")
      let step = 1e-5
      let theta =
        (coin(market.spot, market.volatility, market.years - step)
          - coin(market.spot, market.volatility, market.years + step)) / (2 * step)
      let thetaBound = 1e-3 * max(1, abs(theta))
      #expect(abs(greeks.theta - theta) < thetaBound, "\(generator)")
    }
  }

  @Test("A digital is the limit of tight call spreads, in value and every Greek", arguments: [15, 16])
  func digital(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let market = Market(&generator)
      let payout = generator.number(0.5, 20)
      let half = 2e-4 * market.strike
      for right in OptionRight.allCases {
        func vanilla(_ strike: Double) throws -> [Double] {
          let contract = try Self.contract(
            right, strike: strike, years: market.years, spot: market.spot, rate: market.rate, yield: market.yield)
          return Self.figures(
            OptionPricer.blackScholes.greeks(
              of: contract, spot: market.spot, years: market.years, volatility: market.volatility))
        }
        let spread = zip(try vanilla(market.strike - half), try vanilla(market.strike + half))
          .map { right.sign * ($0 - $1) / (2 * half) * payout }
        let exact = Self.figures(try market.greeks(right, payout: payout))
        // Each figure in its own scale: a spot, a year, one of volatility and rate. What is left is of third order.
        let deviation = market.volatility * market.years.squareRoot()
        let scale = [1, market.spot, market.spot * market.spot, 1, market.years, 1]
        let bound = 2e-6 * payout / min(1, deviation * deviation * deviation * deviation)
        for index in exact.indices {
          let error = abs(exact[index] - spread[index]) * scale[index]
          #expect(error < bound, "\(generator) \(index)")
        }
      }
    }
  }

  @Test("A digital call and put together pay for certain", arguments: [17])
  func digitalParity(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let market = Market(&generator)
      let (call, put) = (try market.greeks(.call, payout: 7), try market.greeks(.put, payout: 7))
      let bond = 7 * BlackReference.exponential(-market.rate * market.years)
      let expected = [bond, 0, 0, 0, market.rate * bond, -market.years * bond]
      for (index, wanted) in expected.enumerated() {
        let sum = Self.figures(call)[index] + Self.figures(put)[index]
        let bound = 1e-11 * max(1, abs(call.theta))
        #expect(abs(sum - wanted) < bound, "\(generator)")
      }
    }
  }

  struct Limit: Sendable, CustomStringConvertible {
    let description: String
    var right = OptionRight.call
    var strike = 100.0
    var spot = 110.0
    var years = 0.0
    var volatility = 0.5
    var payout: Double?
    let value: Double
    let delta: Double

    /// Rate 10 percent, yield 0; exp(-0.1) = 0.904837418035959573.
    static let table = [
      Limit(description: "an expired call in the money", value: 10, delta: 1),
      Limit(description: "an expired call out of the money", spot: 90, value: 0, delta: 0),
      Limit(description: "an expired call at the money", spot: 100, value: 0, delta: 0.5),
      Limit(description: "an expired put", right: .put, spot: 90, value: 10, delta: -1),
      Limit(description: "an expired put at the money", right: .put, spot: 100, value: 0, delta: -0.5),
      Limit(description: "long expired", years: -3, value: 10, delta: 1),
      Limit(description: "no volatility", years: 1, volatility: 0, value: 110 - 90.4837418035959573, delta: 1),
      Limit(
        description: "no volatility, below the forward", right: .put, strike: 120, spot: 100, years: 1,
        volatility: 0, value: 120 * 0.904837418035959573 - 100, delta: -1),
      Limit(description: "a strike of 0", strike: 0, spot: 80, years: 1, value: 80, delta: 1),
      Limit(description: "an expired digital", payout: 5, value: 5, delta: 0),
      Limit(description: "an expired digital at its strike", spot: 100, payout: 5, value: 0, delta: 0),
      Limit(description: "an expired digital put at its strike", right: .put, spot: 100, payout: 5, value: 0, delta: 0),
      Limit(description: "an expired digital put", right: .put, spot: 99, payout: 5, value: 5, delta: 0),
      Limit(
        description: "a digital without volatility", years: 1, volatility: 0, payout: 5,
        value: 5 * 0.904837418035959573, delta: 0),
      Limit(
        description: "a digital call that only its forward brings over", spot: 95, years: 1, volatility: 0, payout: 5,
        value: 5 * 0.904837418035959573, delta: 0),
      Limit(
        description: "a digital call at a strike of 0", strike: 0, years: 1, payout: 5, value: 5 * 0.904837418035959573,
        delta: 0),
      Limit(
        description: "a digital put at a strike of 0", right: .put, strike: 0, years: 1, payout: 5, value: 0, delta: 0),
    ]
  }

  @Test("At the limits of time, volatility and strike the value is the payoff's", arguments: Limit.table)
  func limits(_ row: Limit) throws {
    let contract = try Self.contract(
      row.right, strike: row.strike, years: max(row.years, 0), spot: row.spot, rate: 0.1, payout: row.payout)
    let greeks = OptionPricer.blackScholes.greeks(
      of: contract, spot: row.spot, years: row.years, volatility: row.volatility)
    #expect(abs(greeks.value - row.value) < 1e-12)
    #expect(abs(greeks.delta - row.delta) < 1e-12)
    #expect(greeks.gamma == 0)
    #expect(greeks.vega == 0)
  }

  @Test("A position's Greeks carry its sign, all of them")
  func signs() throws {
    var generator = SplitMix64(seed: 18)
    let unit = try Market(&generator).greeks(.call)
    let doubled = Self.figures(unit).map { -2 * $0 }
    #expect(Self.figures(unit.scaled(by: -2)) == doubled)
    var sum = Greeks.zero
    sum.add(3, times: unit)
    sum.add(-3, times: unit)
    #expect(sum == .zero)
  }
}

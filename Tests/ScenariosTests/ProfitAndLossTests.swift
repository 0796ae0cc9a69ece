import Basics
import Instruments
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Scenarios

@Suite("Profit and loss")
struct ProfitAndLossTests {
  static func spread() throws -> FilledStrategy {
    try Sample.filled(
      [
        ("-2", try Sample.option(.put, "90"), "3"), ("1.5", try Sample.option(.put, "80"), "1"),
        ("1", try Sample.option(.call, "105"), "4"),
        ("-1", .underlying(Underlying(symbol: "ABC")), "99"),
      ], fees: "0.75")
  }

  static func run(
    _ filled: FilledStrategy, _ market: MarketState, _ grid: ScenarioGrid, memoryBudget: Int = 1 << 20
  ) throws -> ProfitAndLoss {
    let book = try filled.resolved(in: market)
    var engine = ScenarioEngine(book: book, market: market, grid: grid, memoryBudget: memoryBudget)
    return try engine.profitAndLoss(of: try #require(book.strategies.first))
  }

  static func figures(_ result: ProfitAndLoss, _ scenario: Int) -> [Double] {
    [result.value, result.delta, result.gamma, result.vega, result.theta].map { $0[scenario] }
  }

  @Test("P&L is value less cost less fees, and scenario 0 the unshocked point")
  func profit() throws {
    let market = try Sample.market([try Sample.input(rate: 0.04)])
    let grid = try ScenarioGrid(spotShifts: [-0.2, 0, 0.2], volatilityShifts: [0, 0.1], days: [0, 3])
    let result = try Self.run(try Self.spread(), market, grid)
    // Cost: -2 x 3 + 1.5 x 1 + 1 x 4 = -0.5, fees 0.75; the linear leg costs nothing at entry.
    for scenario in 0...grid.count { #expect(result.profit[scenario] == result.value[scenario] - 0.25) }
    #expect(Self.figures(result, 0) == Self.figures(result, 2), "a node without a shift")
    #expect(result.flags.allSatisfy { $0.isEmpty })
  }

  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let grid: @Sendable () throws -> ScenarioGrid

    static let table = [
      Case(description: "sticky strike") {
        try ScenarioGrid(
          spotShifts: ScenarioGrid.nodes(from: -0.5, to: 0.7, count: 13), volatilityShifts: [-0.2, 0, 0.3],
          days: [0, 1.5, 29])
      },
      Case(description: "sticky delta") {
        try ScenarioGrid(
          spotShifts: ScenarioGrid.nodes(from: -0.5, to: 0.7, count: 13), volatilityShifts: [-0.2, 0, 0.3],
          days: [0, 29], dynamics: .stickyDelta)
      },
      Case(description: "relative volatility") {
        try ScenarioGrid(
          spotShifts: [-0.1, 0.1], volatilityShifts: [-1, -0.5, 1], days: [0, 10], isVolatilityRelative: true)
      },
      Case(description: "volatility below nought") {
        try ScenarioGrid(spotShifts: [-0.3, 0, 0.15], volatilityShifts: [-0.51, -2], days: [0, 5])
      },
      Case(description: "all expired") { try ScenarioGrid(spotShifts: [-0.3, 0, 0.15], days: [30, 45]) },
    ]
  }

  @Test("A grid gives what the pricer gives point by point", arguments: Case.table)
  func pointByPoint(_ row: Case) throws {
    let market = try Sample.market([try Sample.input(rate: 0.04, dividendYield: 0.01)])
    let underlying = try #require(market["ABC"])
    let filled = try Self.spread()
    let book = try filled.resolved(in: market)
    let grid = try row.grid()
    let result = try Self.run(filled, market, grid)
    for scenario in 0...grid.count {
      let shock = grid.shock(scenario)
      let spot = 100 * (1 + shock.spot)
      var sum = Greeks.zero
      for leg in try #require(book.strategies.first).legs {
        guard case .contract(let index) = leg.exposure else {
          sum.add(leg.units, times: Greeks(value: spot - 99, delta: 1, gamma: 0, vega: 0, theta: 0, rho: 0))
          continue
        }
        let contract = book.contracts[index]
        var volatility = contract.volatility
        if grid.dynamics == .stickyDelta {
          let forward = contract.forward.value * (1 + shock.spot)
          volatility = try #require(
            underlying.surface.volatility(
              logMoneyness: BlackReference.logarithm(contract.strike / forward), years: contract.years)
          ).value
        }
        volatility = volatility * (1 + shock.volatility.relative) + shock.volatility.level
        let greeks = OptionPricer.blackScholes.greeks(
          of: contract, spot: spot, years: (30 - shock.daysForward) / 365, volatility: max(0, volatility))
        sum.add(leg.units, times: greeks)
      }
      let expected = [sum.value, sum.delta, sum.gamma, sum.vega, sum.theta]
      for (found, wanted) in zip(Self.figures(result, scenario), expected) {
        let bound = 1e-11 * max(1, abs(wanted))
        #expect(abs(found - wanted) < bound, "scenario \(scenario)")
      }
    }
  }

  // MARK: Smile dynamics

  @Test("Under sticky delta an option keeps its volatility where its moneyness is unchanged")
  func stickyDelta() throws {
    // The 110 call at a spot of 110 is to its forward what the 100 call is at 100, and so for every step of the smile.
    let market = try Sample.market([try Sample.input(rate: 0.04)])
    for (strike, shifted, shift) in [
      ("100", "110", 0.1), ("100", "120", 0.2), ("100", "90", -0.1), ("110", "88", -0.2),
    ] {
      let grid = try ScenarioGrid(spotShifts: [shift], dynamics: .stickyDelta)
      let base = try Self.run(try Sample.filled([("1", try Sample.option(.call, strike), "0")]), market, .unshocked)
      let moved = try Self.run(try Sample.filled([("1", try Sample.option(.call, shifted), "0")]), market, grid)
      #expect(abs(moved.value[1] - base.value[0] * (1 + shift)) < 1e-12 * 100)
    }
  }

  @Test("Under sticky strike an option keeps its own volatility, and the two differ on a smile")
  func stickyStrike() throws {
    let market = try Sample.market([try Sample.input()])
    let filled = try Sample.filled([("1", try Sample.option(.call, "90"), "0")])
    let strike = try Self.run(filled, market, try ScenarioGrid(spotShifts: [0.1]))
    let expected = BlackReference.value(sign: 1, forward: 110, strike: 90, years: 30.0 / 365, volatility: 0.55)
    #expect(abs(strike.value[1] - expected) < 1e-11)
    let delta = try Self.run(filled, market, try ScenarioGrid(spotShifts: [0.1], dynamics: .stickyDelta))
    #expect(abs(delta.value[1] - expected) > 1e-3)
    #expect(delta.value[0] == strike.value[0])
  }

  @Test("Volatilities from beyond the quotes are counted, a leg and node at a time")
  func extrapolation() throws {
    // Quoted from 80 to 120. The 130 call lies beyond at every node; under sticky delta the 110 call is to a spot of 150
    // as the 73 call to 100, and to 75 as the 147 call.
    let market = try Sample.market([try Sample.input()])
    let far = try Sample.filled([
      ("1", try Sample.option(.call, "130"), "0"), ("1", try Sample.option(.call, "110"), "0"),
    ])
    let strike = try ScenarioGrid(spotShifts: [-0.25, 0, 0.5], volatilityShifts: [0, 0.1])
    #expect(try Self.run(far, market, strike).extrapolatedNodes == 6)
    let near = try Sample.filled([("1", try Sample.option(.call, "110"), "0")])
    let delta = try ScenarioGrid(
      spotShifts: [-0.25, 0, 0.5], volatilityShifts: [0, 0.1], dynamics: .stickyDelta)
    #expect(try Self.run(near, market, delta).extrapolatedNodes == 4)
    #expect(try Self.run(near, market, strike).extrapolatedNodes == 0)
  }

  // MARK: Flags

  @Test("A volatility that would be negative is held at nought and flagged, at its own nodes only")
  func floor() throws {
    let market = try Sample.market([try Sample.input()])
    let filled = try Sample.filled([
      ("1", try Sample.option(.call, "80"), "0"), ("1", try Sample.option(.put, "110"), "0"),
    ])
    // The two have 62 and 48 percent.
    let grid = try ScenarioGrid(spotShifts: [0, 0.5], volatilityShifts: [-0.48, -0.5, -0.7])
    let result = try Self.run(filled, market, grid)
    #expect(
      result.flags == [[], [], [], .volatilityFloored, .volatilityFloored, .volatilityFloored, .volatilityFloored])
    #expect(abs(result.value[5] - 30) < 1e-12, "both at their payoff")
    #expect(abs(result.value[6] - 70) < 1e-12)
    let sticky = try ScenarioGrid(spotShifts: [0, -0.2], volatilityShifts: [-0.5], dynamics: .stickyDelta)
    let one = try Self.run(try Sample.filled([("1", try Sample.option(.call, "80"), "0")]), market, sticky)
    #expect(one.flags == [[], [], []], "62 and, at the money, 50 percent")
    let lower = try ScenarioGrid(spotShifts: [0, -0.2], volatilityShifts: [-0.51], dynamics: .stickyDelta)
    let two = try Self.run(try Sample.filled([("1", try Sample.option(.call, "80"), "0")]), market, lower)
    #expect(two.flags == [[], [], .volatilityFloored])
  }

  @Test("A leg that has expired by the second counts its payoff on the scenario's spot")
  func expired() throws {
    let market = try Sample.market([try Sample.input(expiries: [Sample.expiry, "2026-03-20T08:00:00Z"])])
    let filled = try Sample.filled([
      ("-1", try Sample.option(.call, "95"), "0"),
      ("2", try Sample.option(.put, "95", expiry: "2026-03-20T08:00:00Z"), "0"),
    ])
    let second = 1.0 / 86_400
    let grid = try ScenarioGrid(spotShifts: [-0.1, 0.1], days: [30 - second, 30, 30 + second])
    let result = try Self.run(filled, market, grid)
    #expect(result.flags == [[], [], [], .expiredLegs, .expiredLegs, .expiredLegs, .expiredLegs])
    let put = try Self.run(
      try Sample.filled([("2", try Sample.option(.put, "95", expiry: "2026-03-20T08:00:00Z"), "0")]), market, grid)
    #expect(result.value[3] == put.value[3], "the call at 90 pays nothing")
    #expect(abs(result.value[4] - (put.value[4] - 15)) < 1e-12, "and at 110 pays 15")
    #expect(put.flags.allSatisfy { $0.isEmpty })
  }

  @Test("A day that is no whole number still meets an expiry to the second")
  func fractionalDay() throws {
    // Seconds to expiry whose share of a day, times a day, falls short of them in floating point.
    let seconds = try #require((1_000_000...1_200_000).first { Double($0) / 86_400 * 86_400 < Double($0) })
    let expiry = try Instant(parsing: Sample.expiry)
    let asOf = Instant(secondsSinceEpoch: expiry.secondsSinceEpoch - Int64(seconds))
    let market = try Sample.market([try Sample.input()], asOf: "\(asOf)")
    let grid = try ScenarioGrid(spotShifts: [0], days: [Double(seconds) / 86_400])
    let result = try Self.run(try Sample.filled([("1", try Sample.option(.call, "95"), "0")]), market, grid)
    #expect(result.flags == [[], .expiredLegs])
    #expect(result.value[1] == 5)
    #expect(result.theta[1] == 0)
    let future = Instrument.future(Future(underlying: "ABC", expiry: try Expiry(parsing: Sample.expiry)))
    let linear = try Self.run(try Sample.filled([("1", future, "98")]), market, grid)
    #expect(linear.flags == [[], .expiredLegs], "an option and a future of one moment expire together")
    #expect(linear.value == [2, 2])
  }

  @Test("Spot may rise ten thousandfold without a figure being lost")
  func farNode() throws {
    let market = try Sample.market([try Sample.input()])
    let grid = try ScenarioGrid(spotShifts: [0, 1e6])
    let huge = try Sample.filled([("1", .perpetual(Perpetual(underlying: "ABC")), "1")])
    #expect(try Self.run(huge, market, grid).flags.allSatisfy { $0.isEmpty })
    #expect(try Self.run(huge, market, grid).value == [99, 99, 100_000_099])
  }

  // MARK: Coin

  @Test("A coin strategy's value is its quote value over the scenario's spot")
  func coin() throws {
    let market = try Sample.market([try Sample.input(quotedIn: .coin)])
    let legs = [
      ("-2", try Sample.option(.put, "90", settlement: .coin), "0.03"),
      ("1", try Sample.option(.call, "105", settlement: .coin), "0.04"),
      ("3", try Sample.digital(.call, "100", payout: "7"), "0.01"),
    ]
    let grid = try ScenarioGrid(
      spotShifts: [-0.4, -0.1, 0, 0.3], volatilityShifts: [-0.1, 0.2], days: [0, 12, 30])
    let coin = try Self.run(try Sample.filled(legs, settlement: .coin, fees: "0.001"), market, grid)
    let quote = try Self.run(try Sample.filled(legs), market, grid)
    for scenario in 0...grid.count {
      let spot = 100 * (1 + grid.shock(scenario).spot)
      // Each contract is turned into coin before the legs are summed, so the sums agree but for their roundings.
      #expect(abs(coin.value[scenario] - quote.value[scenario] / spot) < 1e-14)
      #expect(abs(coin.profit[scenario] - (coin.value[scenario] - 0.011)) < 1e-15)
      let delta = (quote.delta[scenario] - coin.value[scenario]) / spot
      #expect(abs(coin.delta[scenario] - delta) < 1e-14)
      #expect(abs(coin.vega[scenario] - quote.vega[scenario] / spot) < 1e-14)
      #expect(abs(coin.theta[scenario] - quote.theta[scenario] / spot) < 1e-14)
    }
  }

  @Test("A coin-settled perpetual is worth N (1/entry - 1/S) coin")
  func coinPerpetual() throws {
    let market = try Sample.market([try Sample.input(quotedIn: .coin)])
    let grid = try ScenarioGrid(spotShifts: [-0.4, 0, 0.3], volatilityShifts: [0, 0.1])
    let filled = try Sample.filled(
      [("-6000", .perpetual(Perpetual(underlying: "ABC")), "80")], settlement: .coin, fees: "0.5")
    let result = try Self.run(filled, market, grid)
    for scenario in 0...grid.count {
      let spot = 100 * (1 + grid.shock(scenario).spot)
      let (value, delta) = (-6000 * (1 / 80.0 - 1 / spot), -6000 / (spot * spot))
      #expect(abs(result.value[scenario] - value) < 1e-12)
      #expect(abs(result.delta[scenario] - delta) < 1e-15)
      #expect(abs(result.gamma[scenario] - -2 * delta / spot) < 1e-15)
      #expect(result.profit[scenario] == result.value[scenario] - 0.5)
      #expect(result.vega[scenario] == 0)
    }
  }

  // MARK: Several underlyings

  @Test("Each underlying moves by its own spot")
  func twoUnderlyings() throws {
    let market = try Sample.market([try Sample.input(), try Sample.input("XYZ", spot: "40", smile: ["40": 0.3])])
    let legs = [
      ("1", try Sample.option(.call, "100"), "0"), ("-3", try Sample.option(.put, "40", underlying: "XYZ"), "0"),
      ("2", Instrument.underlying(Underlying(symbol: "XYZ")), "41"),
    ]
    let grid = try ScenarioGrid(spotShifts: [-0.1, 0.25])
    let all = try Self.run(try Sample.filled(legs), market, grid)
    let parts = try legs.map { try Self.run(try Sample.filled([$0]), market, grid) }
    for scenario in 0...2 {
      let sum = parts.reduce(0.0) { $0 + $1.value[scenario] }
      #expect(abs(all.value[scenario] - sum) < 1e-12)
    }
    #expect(parts[2].value == [-2, -10, 18])
  }
}

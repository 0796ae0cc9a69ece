import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import TestSupport
import Testing

@Suite("Outlook at expiry")
struct ExpiryOutlookTests {
  /// The payoff of the legs in settlement currency, as floating numbers say it.
  static func payoff(_ filled: FilledStrategy, _ spot: Double) -> Double {
    filled.legs.reduce(0) { sum, leg in
      let units = leg.units.doubleValue
      switch leg.instrument {
      case .option(let contract):
        let value = max(0, contract.right.sign * (spot - contract.strike.value))
        return sum + units * (filled.settlement == .coin ? value / spot : value)
      case .digital(let contract):
        let value = contract.right.sign * (spot - contract.strike.value) > 0 ? contract.payout.value : 0
        return sum + units * (filled.settlement == .coin ? value / spot : value)
      case .future, .perpetual, .underlying:
        let entry = leg.price.doubleValue
        return sum + (filled.settlement == .coin ? units * (1 / entry - 1 / spot) : units * (spot - entry))
      }
    }
  }

  @Test("Mean and probability are those of a quadrature over the lognormal price", arguments: [31, 32, 33])
  func quadrature(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for settlement in Settlement.allCases {
      let market = SampleMarket(
        settlement: settlement, forward: generator.number(90, 110), volatility: generator.number(0.2, 0.9))
      for _ in 0..<6 {
        var legs: [(Int64, Instrument)] = []
        for _ in 0..<generator.int(1...5) {
          let right = generator.pick(OptionRight.allCases)
          let strike = generator.pick([80, 85, 90, 95, 100, 105, 110, 115, 120])
          legs.append((generator.pick([-2, -1, 1, 3]), try market.option(right, strike)))
        }
        if generator.chance(0.5) {
          legs.append((settlement == .coin ? 60 : -1, .perpetual(Perpetual(underlying: "ABC"))))
        }
        let filled = try market.filled(legs, fees: "0.25")
        let outlook = try #require(try market.analyze(filled).outlook, "\(generator)")
        // In coin the coin is the unit of value: ln S has its mean above the forward's logarithm.
        let deviation = market.volatility * SampleMarket.years.squareRoot()
        let drift = (settlement == .quote ? -0.5 : 0.5) * deviation * deviation
        let cost = (filled.entryCost + filled.fees).doubleValue
        func profit(_ z: Double) -> Double {
          Self.payoff(filled, market.forward * BlackReference.exponential(drift + deviation * z)) - cost
        }
        let mean = BlackReference.integral(from: -9, to: 9, intervals: 20_000) {
          profit($0) * BlackReference.density($0)
        }
        let chance = BlackReference.integral(from: -9, to: 9, intervals: 20_000) {
          profit($0) > 0 ? BlackReference.density($0) : 0
        }
        let scale = settlement == .quote ? 1e-4 : 1e-5
        #expect(abs(outlook.expectedProfit - mean) < scale, "\(generator), \(settlement)")
        #expect(abs(outlook.probabilityOfProfit - chance) < 2e-3, "\(generator), \(settlement)")
      }
    }
  }

  @Test("A digital's mean is its payout times the chance of it")
  func digital() throws {
    let market = SampleMarket()
    let contract = try DigitalContract(
      underlying: "ABC", right: .call, strike: try Price(parsing: "105"),
      expiry: try Expiry(parsing: SampleMarket.expiry), payout: try Price(parsing: "10"))
    let leg = try FilledLeg(instrument: .digital(contract), quantity: .one, price: ExactAmount(3))
    let filled = try FilledStrategy(name: "", settlement: .quote, currency: .usd, legs: [leg])
    let outlook = try #require(try market.analyze(filled).outlook)
    let deviation = market.volatility * SampleMarket.years.squareRoot()
    let d2 = BlackReference.logarithm(market.forward / 105) / deviation - deviation / 2
    let chance = BlackReference.cumulative(d2)
    #expect(abs(outlook.probabilityOfProfit - chance) < 1e-12)
    #expect(abs(outlook.expectedProfit - (10 * chance - 3)) < 1e-11)
  }

  @Test("What is bought and sold at fair value expects its financing less its fees", arguments: [34, 35])
  func fair(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for settlement in Settlement.allCases {
      let market = SampleMarket(settlement: settlement)
      for _ in 0..<10 {
        let legs = try (0..<4).map { _ in
          (
            generator.pick([-2, -1, 1, 2]) as Int64,
            try market.option(generator.pick(OptionRight.allCases), generator.pick(market.strikes))
          )
        }
        let filled = try market.filled(legs, fees: "0.125")
        let outlook = try #require(try market.analyze(filled).outlook)
        // The payoff is worth E / D at expiry: the premium, and what it would have earned. The coin earns nothing here.
        let growth = settlement == .quote ? 1 / market.discount : 1
        let expected = filled.entryCost.doubleValue * (growth - 1) - 0.125
        #expect(abs(outlook.expectedProfit - expected) < 1e-6, "\(generator), \(settlement)")
      }
    }
  }

  @Test("A long call's chance of profit is N(d2) at its break-even", arguments: [80, 100, 120])
  func longCall(strike: Int) throws {
    let market = SampleMarket()
    let filled = try market.filled([(1, try market.option(.call, strike))], fees: "0.5")
    let analysis = try market.analyze(filled)
    let breakEven = Double(strike) + filled.entryCost.doubleValue + 0.5
    #expect(abs(try #require(analysis.breakEvens.first?.breakEven.low).doubleValue - breakEven) < 1e-12)
    let deviation = market.volatility * SampleMarket.years.squareRoot()
    let d2 = BlackReference.logarithm(market.forward / breakEven) / deviation - deviation / 2
    #expect(abs(try #require(analysis.outlook).probabilityOfProfit - BlackReference.cumulative(d2)) < 1e-12)
  }

  @Test("Profit for certain and loss for certain have chances of 1 and 0")
  func certain() throws {
    let market = SampleMarket()
    let leg = try market.option(.call, 100)
    for (price, quantity, chance) in [("500", "-1", 1.0), ("0", "1", 0.0)] {
      let box = try FilledStrategy(
        name: "", settlement: .quote, currency: .usd,
        legs: [
          try FilledLeg(
            instrument: leg, quantity: try Quantity(parsing: quantity), price: try ExactAmount(parsing: price)),
          try FilledLeg(
            instrument: try market.option(.call, 105), quantity: try Quantity(parsing: quantity == "1" ? "-1" : "1"),
            price: .zero),
        ], strategyFees: quantity == "1" ? ExactAmount(6) : .zero)
      #expect(try #require(try market.analyze(box).outlook).probabilityOfProfit == chance)
    }
  }

  @Test("Several expiries and several underlyings have no distribution of one price")
  func none() throws {
    let far = "2026-03-20T08:00:00Z"
    let market = SampleMarket(expiries: [SampleMarket.expiry, far])
    let calendar = try market.filled([
      (-1, try market.option(.call, 100)), (1, try market.option(.call, 100, expiry: far)),
    ])
    #expect(try market.analyze(calendar).outlook == nil)
  }
}

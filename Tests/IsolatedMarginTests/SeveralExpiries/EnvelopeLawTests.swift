import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Laws of the least value at the first of several expiries")
struct EnvelopeLawTests {
  private static func least(
    _ legs: [FilledLeg], _ terms: ExpiryTerms, _ settlement: Settlement = .quote
  ) throws -> ExactAmount? {
    try EnvelopeCertificate(of: legs, settlement: settlement, terms: terms).first.least?.payoff
  }

  @Test("A long call calendar with yield 0 or less and a rate of 0 or more loses at most its debit")
  func callCalendar() throws {
    var generator = SplitMix64(seed: 31)
    for index in 0..<200 {
      let strike = generator.int64(1...200)
      let legs = [try leg("-3 C \(strike)", expiry: january), try leg("3 C \(strike)", expiry: march)]
      let terms = try PolicySamples.terms(
        rate: Double.random(in: 0...0.2, using: &generator), yield: -Double.random(in: 0...0.1, using: &generator))
      #expect(try Self.least(legs, terms) == .zero, "seed 31, case \(index)")
    }
  }

  @Test("n times the legs are worth n times as little; the order of legs does not matter")
  func homogeneity() throws {
    var generator = SplitMix64(seed: 32)
    for index in 0..<120 {
      let settlement: Settlement = index % 2 == 0 ? .quote : .coin
      let legs = try PolicySamples.randomLegs(&generator, expiries: 3)
      let terms = try PolicySamples.randomTerms(&generator, steps: 2, isExact: index % 4 < 2)
      let least = try Self.least(legs, terms, settlement)
      let sevenfold = try legs.map { leg in
        try FilledLeg(
          instrument: leg.instrument, quantity: leg.quantity, multiplier: Quantity(parsing: "7"), price: leg.price,
          payoffFee: leg.payoffFee)
      }
      #expect(
        try Self.least(sevenfold, terms, settlement) == least.map { $0 * ExactAmount(7) }, "seed 32, case \(index)")
      #expect(try Self.least(legs.shuffled(using: &generator), terms, settlement) == least, "seed 32, case \(index)")
    }
  }

  @Test("Less certain factors never raise the least value, and no factors inside their ranges go below it")
  func ranges() throws {
    var generator = SplitMix64(seed: 33)
    for index in 0..<100 {
      let settlement: Settlement = index % 2 == 0 ? .quote : .coin
      let legs = try PolicySamples.randomLegs(&generator, expiries: 3, hasFees: false)
      let wide = try PolicySamples.randomTerms(&generator, steps: 2, isExact: false)
      let certificate = try EnvelopeCertificate(of: legs, settlement: settlement, terms: wide)
      for _ in 0..<6 {
        func within(_ range: FactorRange) throws -> FactorRange {
          let share = ExactAmount(count: generator.int64(0...8), decimals: 0).divided(by: ExactAmount(8)) ?? .zero
          let value = range.lower + (range.upper - range.lower) * share
          return try FactorRange(lower: value, upper: value)
        }
        let terms = try ExpiryTerms(
          underlying: "ABC", first: january,
          steps: wide.steps.map { step in
            try ExpiryStep(
              expiry: step.expiry, years: step.years, discount: within(step.discount), carry: within(step.carry))
          })
        let exact = try EnvelopeCertificate(of: legs, settlement: settlement, terms: terms)
        for vertex in exact.first.vertices {
          guard let value = exact.value(at: vertex.position), let bound = certificate.value(at: vertex.position) else {
            continue
          }
          #expect(value >= bound, "seed 33, case \(index), position \(vertex.position)")
        }
        #expect(exact.first.slopeAtEnd >= certificate.first.slopeAtEnd, "seed 33, case \(index)")
      }
    }
  }

  @Test("In coin the value is that in quote currency over the price")
  func duality() throws {
    var generator = SplitMix64(seed: 34)
    for index in 0..<150 {
      let legs = try PolicySamples.randomLegs(&generator, expiries: 3, kinds: ["C", "P"], hasFees: false)
      let terms = try PolicySamples.randomTerms(&generator, steps: 2, isExact: index % 2 == 0)
      let quote = try EnvelopeCertificate(of: legs, settlement: .quote, terms: terms)
      let coin = try EnvelopeCertificate(of: legs, settlement: .coin, terms: terms)
      let positions = coin.first.vertices.map(\.position) + quote.first.vertices.compactMap { $0.price }
      for position in positions {
        guard let price = ExactAmount.one.divided(by: position), let value = coin.value(at: position) else { continue }
        #expect(quote.value(at: price)?.divided(by: price) == value, "seed 34, case \(index), price \(price)")
      }
      // What coins gain or lose for ever as the price goes to 0 is what a price of 0 costs.
      #expect(coin.first.slopeAtEnd == quote.value(at: .zero), "seed 34, case \(index)")
    }
  }

  @Test("No law of prices loses more: two points, lognormal, mixtures of variances and of jumps")
  func laws() throws {
    var generator = SplitMix64(seed: 35)
    for index in 0..<150 {
      let legs = try PolicySamples.randomLegs(&generator, expiries: 2, kinds: ["C", "P"], hasFees: false)
      let (rate, yield) = (
        Double.random(in: -0.05...0.1, using: &generator), Double.random(in: -0.05...0.1, using: &generator)
      )
      let years = 0.25
      let certificate = try EnvelopeCertificate(
        of: legs, settlement: .quote, terms: PolicySamples.terms(rate: rate, yield: yield))
      let discount = BlackReference.exponential(-rate * years)
      let ratio = BlackReference.exponential((rate - yield) * years)
      let near = Payoff(of: legs.filter { $0.instrument.expiry == january }, settlement: .quote)
      let far = legs.filter { $0.instrument.expiry == march }
      for _ in 0..<10 {
        let spot = ExactAmount(generator.int64(0...300))
        let forward = spot.doubleValue * ratio
        // Two regimes of jump and variance with the forward's mean.
        let weight = Double.random(in: 0.1...0.9, using: &generator)
        let up = Double.random(in: 0...1, using: &generator)
        let jumps = [1 + up * (1 - weight), 1 - up * weight]
        let volatilities = [0, 1].map { _ in
          generator.chance(0.3) ? 0 : Double.random(in: 0.01...3, using: &generator)
        }
        var value = near.value(at: spot)?.doubleValue ?? 0
        for leg in far {
          guard case .option(let contract) = leg.instrument else { continue }
          for (regime, share) in [weight, 1 - weight].enumerated() where forward > 0 || contract.right == .put {
            value +=
              share * leg.units.doubleValue
              * (forward > 0
                ? BlackReference.value(
                  sign: contract.right == .call ? 1 : -1, forward: forward * jumps[regime],
                  strike: contract.strike.value, years: years, volatility: volatilities[regime], discount: discount)
                : discount * contract.strike.value)
          }
        }
        let bound = try #require(certificate.value(at: spot)).doubleValue
        #expect(value >= bound - 1e-9, "seed 35, case \(index), price \(spot): \(value) below \(bound)")
      }
    }
  }

  @Test("Envelopes added bound no better than envelopes iterated, and legs held no better than legs closed")
  func comparisons() throws {
    var generator = SplitMix64(seed: 36)
    var strictly = 0
    for index in 0..<100 {
      let legs = try PolicySamples.randomLegs(&generator, expiries: 3, kinds: ["C", "P"], hasFees: false)
      let terms = try PolicySamples.terms(steps: 2)
      let whole = try EnvelopeCertificate(of: legs, settlement: .quote, terms: terms)
      let parts = try [january, march, june].map { expiry in
        try EnvelopeCertificate(
          of: legs.filter { $0.instrument.expiry == expiry }, settlement: .quote, terms: terms)
      }
      for vertex in whole.first.vertices {
        let value = try #require(whole.value(at: vertex.position))
        let sum = try parts.reduce(ExactAmount.zero) { try $0 + #require($1.value(at: vertex.position)) }
        #expect(value >= sum, "seed 36, case \(index), price \(vertex.position)")
        if value > sum { strictly += 1 }
      }
      let strategy = try filled(legs)
      let closed = StrategyMargin(of: strategy, plan: ClosingPlan(.closedAtFirstExpiry))
      let held = StrategyMargin(of: strategy, plan: ClosingPlan(.eachHeldToItsExpiry))
      if let loss = held.maxLoss { #expect(try #require(closed.maxLoss) <= loss, "seed 36, case \(index)") }
      if let profit = held.maxProfit { #expect(try #require(closed.maxProfit) <= profit, "seed 36, case \(index)") }
    }
    #expect(strictly > 50, "\(strictly)")
  }

  @Test("The greatest value is the least of the opposite position")
  func greatest() throws {
    var generator = SplitMix64(seed: 37)
    for index in 0..<100 {
      let settlement: Settlement = index % 2 == 0 ? .quote : .coin
      let legs = try PolicySamples.randomLegs(&generator, expiries: 3, hasFees: false)
      let opposite = try legs.map { leg in
        try FilledLeg(
          instrument: leg.instrument, quantity: Quantity(parsing: "\(-leg.quantity.exact)"), price: leg.price)
      }
      let terms = try PolicySamples.randomTerms(&generator, steps: 2, isExact: index % 4 < 2)
      let certificate = try EnvelopeCertificate(of: legs, settlement: settlement, terms: terms)
      let wanted = try Self.least(opposite, terms, settlement).map { -$0 }
      #expect(certificate.greatest == wanted, "seed 37, case \(index)")
    }
  }
}

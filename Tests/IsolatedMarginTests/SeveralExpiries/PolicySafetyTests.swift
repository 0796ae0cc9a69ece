import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import TestSupport
import Testing

@Suite("A box funded under a policy before its first expiry")
struct PolicySafetyTests {
  /// Marks of options at one volatility, some time before the first expiry; rate and yield as between the expiries.
  private static func mark(
    _ legs: [FilledLeg], spot: Double, ahead: Double, volatility: Double, rate: Double, yield: Double
  ) -> Double {
    legs.reduce(0) { sum, leg in
      guard case .option(let contract) = leg.instrument,
        let place = PolicySamples.expiries.firstIndex(of: contract.expiry)
      else { return sum }
      let years = ahead + 0.25 * Double(place)
      return sum + leg.units.doubleValue
        * BlackReference.value(
          sign: contract.right == .call ? 1 : -1, forward: spot * BlackReference.exponential((rate - yield) * years),
          strike: contract.strike.value, years: years, volatility: volatility,
          discount: BlackReference.exponential(-rate * years))
    }
  }

  /// How often equity falls below zero although the requirement is held in cash.
  private static func violations(_ policy: LossPolicy, rates: ClosedRange<Double>, seed: UInt64) throws -> (Int, Int) {
    var generator = SplitMix64(seed: seed)
    var (bounded, violations) = (0, 0)
    for _ in 0..<400 {
      let legs = try PolicySamples.randomLegs(&generator, expiries: 3, kinds: ["C", "P"], hasFees: false)
      let rate = Double.random(in: rates, using: &generator)
      let yield = Double.random(in: -0.1...0.1, using: &generator)
      let least: ExactAmount
      if policy == .closedAtFirstExpiry {
        let terms = try PolicySamples.terms(rate: rate, yield: yield, steps: 2)
        let certificate = try EnvelopeCertificate(of: legs, settlement: .quote, terms: terms)
        guard let found = certificate.first.least?.payoff else { continue }
        least = found
      } else {
        guard let bound = try MaximumLoss(of: filled(legs), under: ClosingPlan(policy)).bound else { continue }
        least = bound.leastCash
      }
      bounded += 1
      let cash = -min(least, .zero).doubleValue
      for _ in 0..<20 {
        let value = mark(
          legs, spot: Double.random(in: 1...400, using: &generator),
          ahead: Double.random(in: 0.01...1, using: &generator),
          volatility: Double.random(in: 0.05...2, using: &generator), rate: rate, yield: yield)
        if cash + value < -1e-9 { violations += 1 }
      }
    }
    return (bounded, violations)
  }

  @Test(
    "Closed at the first expiry or held each to its own: never below zero while rates are zero or more, and below it else",
    arguments: [LossPolicy.closedAtFirstExpiry, .eachHeldToItsExpiry])
  func neverBelowZero(_ policy: LossPolicy) throws {
    let (bounded, none) = try Self.violations(policy, rates: 0...0.2, seed: 71)
    #expect(bounded > 40 && none == 0, "seed 71: \(bounded), \(none)")
    #expect(try Self.violations(policy, rates: -0.5 ... -0.2, seed: 72).1 > 0)
  }

  @Test("Held each to its own, a discount factor that rises breaks the proof")
  func risingDiscounts() throws {
    // Ten for certain at the first expiry against ten for certain at the second: nothing need be held in cash.
    let boxes = try filled([
      leg("1 C 100 @0"), leg("-1 C 110 @0"), leg("-1 P 100 @0"), leg("1 P 110 @0"),
      leg("-1 C 100 @0", expiry: march), leg("1 C 110 @0", expiry: march), leg("1 P 100 @0", expiry: march),
      leg("-1 P 110 @0", expiry: march),
    ])
    let plan = ClosingPlan(.eachHeldToItsExpiry)
    let bound = try #require(try MaximumLoss(of: boxes, under: plan).bound)
    #expect(bound.leastCash.isZero)
    for (near, far, isSafe) in [(0.04, 0.04, true), (0.1, 0.01, false)] {
      let terms = boxes.legs.enumerated().map { index, _ in
        ValuationTerms(years: index < 4 ? 0.25 : 0.5, volatility: 0.3, rate: index < 4 ? near : far)
      }
      let box = try LiquidationBox(
        of: boxes, deposit: .zero, market: try LiquidationMarket(spot: 100, terms: terms), plan: plan)
      let equity =
        10 * (BlackReference.exponential(-0.25 * near) - BlackReference.exponential(-0.5 * far))
      // Both rates are positive; the longer one is so low that the later ten is worth more.
      #expect((equity >= 0) == isSafe && box.isSafeByCash == isSafe, "rates \(near), \(far): equity \(equity)")
      #expect(box.safety.reasons == (isSafe ? [] : [.risingDiscount]))
      #expect(box.safety.conditions.contains { $0.contains("discount factors that do not rise") })
      // Closed at the first expiry no second factor is looked at.
      #expect(
        LiquidationSafety(
          of: boxes, isBounded: true, discounts: DiscountOrder(exceedsOne: false, rises: true),
          policy: .closedAtFirstExpiry
        ).isNeverLiquidated)
    }
    #expect(DiscountOrder([(0.5, 0.01), (0.25, 0.1)]).rises && !DiscountOrder([(0.5, 0.05), (0.25, 0.1)]).rises)
    #expect(DiscountOrder([(0.25, 0.02), (0.25, 0.02), (0.5, -0.01)]) == DiscountOrder(exceedsOne: true, rises: true))
  }

  @Test("A refusal of the policy is what it is: bad input is invalid, a question without an answer unsupported")
  func refusals() throws {
    let calendar = try filled([leg("-1 C 100 @4"), leg("1 C 100 @6", expiry: march)])
    let terms = try UnderlyingTerms(symbol: "XYZ", spot: try Price(parsing: "100"), quotedIn: .quote, rate: 0)
    let other = try MarketState(
      asOf: try Instant(parsing: "2025-12-01T21:00:00Z"), [MarketState.Input(terms: terms, quotes: [])])
    let answer = StrategyMargin(
      of: calendar, plan: ClosingPlan(.closedAtFirstExpiry, rates: .market(other, forwardBand: .zero)))
    #expect(answer.status == .invalid && answer.detail.contains("underlying"), "\(answer.detail)")
    #expect(answer.maximumLoss == nil && answer.margin == nil)
  }

  @Test("What stands against the proof: no policy, a band, a leg that is marked at the price")
  func reasons() throws {
    let calendar = try filled([leg("-1 C 100 @4"), leg("1 C 100 @6", expiry: march)])
    let safe = StrategyMargin(of: calendar, plan: ClosingPlan(.closedAtFirstExpiry)).liquidationSafety
    #expect(safe.isNeverLiquidated && safe.text.contains("everything closed at the first expiry"))
    #expect(StrategyMargin(of: calendar).liquidationSafety.reasons == [.severalExpiries])
    let held = StrategyMargin(of: calendar, plan: ClosingPlan(.eachHeldToItsExpiry)).liquidationSafety
    #expect(held.reasons == [.unbounded])
    let band = try VolatilityBand(lower: 0.3, upper: 1.2)
    let inBand = LiquidationSafety(of: calendar, isBounded: true, policy: .closedAtFirstExpiryInBand(band))
    #expect(inBand.reasons == [.severalExpiries])
    let covered = try filled([leg("1 X 0 =100"), leg("-1 C 110 @3"), leg("1 P 90 @2", expiry: march)])
    #expect(
      StrategyMargin(of: covered, plan: ClosingPlan(.closedAtFirstExpiry)).liquidationSafety.reasons == [.perpetual])
  }
}

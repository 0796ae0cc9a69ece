import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Holding each leg to its own expiry")
struct HeldToItsExpiryTests {
  private let plan = ClosingPlan(.eachHeldToItsExpiry)

  @Test("The least payoffs of the expiries add up; one without bound leaves none")
  func sums() throws {
    let puts = try PolicySamples.strategy([["-1 P 100"], ["1 P 95"]], debit: "2")
    let answer = StrategyMargin(of: puts, plan: plan)
    // The far put may be worth nothing at its own expiry after the near one cost all of 100.
    #expect(answer.maxLoss == ExactAmount(102) && answer.margin?.text == "102.00")
    #expect(answer.bindingPriceText == "ABC@2026-01-16=0;ABC@2026-03-20=95")
    #expect(answer.detail == "each_held_to_expiry")
    #expect(answer.riskClass == .wholeUnderlying)
    try CertificateChecker.check(try #require(answer.maximumLoss), of: puts)

    let calls = try PolicySamples.strategy([["-1 C 100"], ["1 C 100"]], debit: "4")
    let unbounded = StrategyMargin(of: calls, plan: plan)
    #expect(unbounded.status == .unbounded && unbounded.detail == "up; each_held_to_expiry")
    #expect(unbounded.riskClass == .unbounded)
    try CertificateChecker.check(try #require(unbounded.maximumLoss), of: calls)
    let reverse = StrategyMargin(of: try PolicySamples.strategy([["1 C 100"], ["-1 C 100"]], debit: "-4"), plan: plan)
    #expect(reverse.status == .unbounded)
  }

  @Test("A gain that is certain and comes late pays for no earlier loss: the margin exceeds the maximum loss by it")
  func lateGain() throws {
    // A spread sold in January may cost 10; a box bought for March pays 20.
    let late = try PolicySamples.strategy(
      [["-1 C 100", "1 C 110"], ["1 C 100", "-1 C 120", "1 P 120", "-1 P 100"]], debit: "15")
    let answer = StrategyMargin(of: late, plan: plan)
    #expect(answer.maxLoss == ExactAmount(5))
    #expect(answer.margin?.text == "25.00" && answer.requirement?.text == "10.00")
    #expect(answer.collateral?.kind == .lockedIn && answer.detail == "locked_in; each_held_to_expiry")
    let size = PositionSize(of: late, budget: try Money(parsing: "100", currency: .usd), plan: plan)
    #expect(size.lots == 20 && size.margin?.text == "500.00" && size.lockedCash?.text == "200.00")

    // The other way round the gain is there in time.
    let early = try PolicySamples.strategy(
      [["1 C 100", "-1 C 120", "1 P 120", "-1 P 100"], ["-1 C 100", "1 C 110"]], debit: "15")
    let inTime = StrategyMargin(of: early, plan: plan)
    #expect(inTime.maxLoss == ExactAmount(5) && inTime.margin?.text == "15.00")
    #expect(inTime.requirement?.text == "0.00")
    for strategy in [late, early] {
      let loss = try MaximumLoss(of: strategy, under: plan)
      try CertificateChecker.check(loss, of: strategy)
      let bound = try #require(loss.bound)
      for change in [ExactAmount.one, -ExactAmount.one] where bound.leastCash + change <= bound.leastPayoff {
        let other = MaximumLoss.bounded(
          MaximumLoss.Bound(
            policy: bound.policy, proofs: bound.proofs, entryCost: bound.entryCost, fees: bound.fees,
            leastPayoff: bound.leastPayoff, leastCash: bound.leastCash + change))
        #expect(throws: CertificateError.self, "\(change)") { try CertificateChecker.check(other, of: strategy) }
      }
    }
  }

  @Test("Perpetual legs are closed at the first expiry, a dated future at its own")
  func linearLegs() throws {
    let covered = try filled([
      try leg("1 X 0 =100"), try leg("-1 C 110 @3", expiry: january), try leg("1 P 90 @2", expiry: march),
    ])
    // 100 of the perpetual at 0, no help from the put; a credit of 1.
    #expect(StrategyMargin(of: covered, plan: plan).maxLoss == ExactAmount(99))
    let future = try filled([
      try leg("1 F 0 =100", expiry: march), try leg("-1 C 110 @3", expiry: january),
      try leg("1 P 90 @2", expiry: march),
    ])
    #expect(StrategyMargin(of: future, plan: plan).status == .unbounded)
  }

  @Test("The sum of each expiry's own answer, on random strategies in both settlements, their proofs checked")
  func random() throws {
    var generator = SplitMix64(seed: 51)
    var bounded = 0
    for index in 0..<300 {
      let settlement: Settlement = index % 2 == 0 ? .quote : .coin
      let legs = try PolicySamples.randomLegs(
        &generator, expiries: 3, kinds: ["C", "P", "DC", "DP", "F"])
      let strategy = try filled(legs, settlement: settlement)
      let loss = try MaximumLoss(of: strategy, under: plan)
      do { try CertificateChecker.check(loss, of: strategy) } catch {
        Issue.record("seed 51, strategy \(index): \(error)")
        return
      }
      var sum: ExactAmount? = .zero
      for expiry in [january, march, june] {
        let own = try MaximumLoss(
          of: filled(legs.filter { $0.instrument.expiry == expiry }, settlement: settlement))
        sum = sum.flatMap { sum in own.bound.map { sum + $0.leastPayoff } }
      }
      #expect(loss.bound?.leastPayoff == sum, "seed 51, strategy \(index)")
      if sum != nil { bounded += 1 }
    }
    #expect(bounded > 10, "\(bounded)")
  }
}

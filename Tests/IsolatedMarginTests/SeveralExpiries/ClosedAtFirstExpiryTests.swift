import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import TestSupport
import Testing

@Suite("Closing everything at the first of several expiries")
struct ClosedAtFirstExpiryTests {
  struct Worked: Sendable {
    let name: String
    let legs: [[String]]
    let debit: String
    var rate = 0.0
    var yield = 0.0
    /// Nil where the loss has no bound.
    let loss: Double?
    var isExact = true
  }

  /// A quarter of a year between expiries; each loss follows from payoffs and factors on a sheet of paper. A put calendar at
  /// 5 percent: 4 + 100 (1 - exp(-0.0125)).
  static let worked = [
    Worked(name: "call calendar", legs: [["-1 C 100"], ["1 C 100"]], debit: "4", loss: 4),
    Worked(
      name: "call calendar, dividend yield 5 percent", legs: [["-1 C 100"], ["1 C 100"]], debit: "4", yield: 0.05,
      loss: nil),
    Worked(
      name: "call calendar, yield -2 percent", legs: [["-1 C 100"], ["1 C 100"]], debit: "4", yield: -0.02, loss: 4),
    Worked(name: "call calendar, rate 5 percent", legs: [["-1 C 100"], ["1 C 100"]], debit: "4", rate: 0.05, loss: 4),
    Worked(
      name: "call calendar, rate -5 percent", legs: [["-1 C 100"], ["1 C 100"]], debit: "4", rate: -0.05,
      loss: 4 + 100 * 0.01257845154063303, isExact: false),
    Worked(
      name: "put calendar, rate 5 percent", legs: [["-1 P 100"], ["1 P 100"]], debit: "4", rate: 0.05,
      loss: 5.2422199506118545, isExact: false),
    Worked(name: "diagonal 95 far, 105 near", legs: [["-1 C 105"], ["1 C 95"]], debit: "7", loss: 7),
    Worked(name: "diagonal 105 far, 95 near", legs: [["-1 C 95"], ["1 C 105"]], debit: "-1", loss: 9),
    Worked(name: "reverse calendar", legs: [["1 C 100"], ["-1 C 100"]], debit: "-4", loss: 96),
    Worked(
      name: "double calendar", legs: [["-1 P 90", "-1 C 110"], ["1 P 90", "1 C 110"]], debit: "5", loss: 5),
    Worked(
      name: "far butterfly, near butterfly sold",
      legs: [["-1 C 90", "2 C 100", "-1 C 110"], ["1 C 90", "-2 C 100", "1 C 110"]], debit: "-0.5", loss: 9.5),
    Worked(
      name: "three expiries, calls sold in the middle", legs: [["1 P 90"], ["-2 C 100"], ["2 C 105"]], debit: "1",
      loss: 11),
    Worked(
      name: "three expiries, calls bought in the middle", legs: [["-1 C 100"], ["2 C 100"], ["-1 C 100"]],
      debit: "0.5", loss: 100.5),
    Worked(
      name: "three expiries, butterflies on two",
      legs: [[], ["-1 C 90", "2 C 100", "-1 C 110"], ["1 C 90", "-2 C 100", "1 C 110"]], debit: "-1", loss: 9),
    Worked(
      name: "covered call with a later put", legs: [["1 U 0 =100", "-1 C 110"], ["1 P 90"]], debit: "1", loss: 11),
    Worked(name: "digital sold before a digital", legs: [["-1 DC 100 x10"], ["1 DC 100 x10"]], debit: "0", loss: 10),
  ]

  @Test("Worked strategies, their proofs checked", arguments: worked)
  func numbers(_ sample: Worked) throws {
    var legs = sample.legs
    // An expiry without a leg of its own is one because something worthless ends there.
    if legs[0].isEmpty { legs[0] = ["1 P 0"] }
    let strategy = try PolicySamples.strategy(legs, debit: sample.debit, name: sample.name)
    let terms = try PolicySamples.terms(rate: sample.rate, yield: sample.yield, steps: legs.count - 1)
    let certificate = try EnvelopeCertificate(of: strategy.legs, settlement: .quote, terms: terms)
    guard let wanted = sample.loss else {
      #expect(certificate.first.least == nil, "\(sample.name)")
      return
    }
    let least = try #require(certificate.first.least, "\(sample.name)")
    let loss = strategy.entryCost - least.payoff
    if sample.isExact {
      #expect(loss == ExactAmount(exactly: wanted), "\(sample.name): \(loss)")
    } else {
      // Rounded outward, and by no more than the enclosure of one factor at a strike of 100.
      let excess = loss.doubleValue - wanted
      #expect(excess > -1e-13 && excess < 1e-11, "\(sample.name): \(loss.doubleValue)")
    }
    if sample.rate == 0, sample.yield == 0 {
      let plan = ClosingPlan(.closedAtFirstExpiry)
      let answer = StrategyMargin(of: strategy, plan: plan)
      #expect(answer.status == .ok && answer.maxLoss == loss, "\(sample.name): \(answer.detail)")
      #expect(answer.detail == "closed_at_first_expiry at zero rates", "\(sample.name)")
      try CertificateChecker.check(try #require(answer.maximumLoss), of: strategy)
    }
  }

  @Test("After the first expiry: the envelope of the rest, iterated; adding envelopes would say twenty times as much")
  func iterated() throws {
    let strategy = try PolicySamples.strategy([["1 P 0"], ["-2 C 100"], ["2 C 105"]])
    let certificate = try EnvelopeCertificate(
      of: strategy.legs, settlement: .quote, terms: PolicySamples.terms(steps: 2))
    for (price, wanted) in [("80", "-160/21"), ("100", "-200/21"), ("105", "-10"), ("120", "-10")] {
      #expect(certificate.value(at: try amount(price)) == (try amount(wanted)), "at \(price)")
    }
    let short = try EnvelopeCertificate(
      of: PolicySamples.strategy([["1 P 0"], ["-2 C 100"]]).legs, settlement: .quote, terms: PolicySamples.terms())
    #expect(short.value(at: ExactAmount(100)) == ExactAmount(-200))
  }

  @Test("Without a plan the status is several expiries; one expiry has one answer under every policy")
  func policies() throws {
    let calendar = try PolicySamples.strategy([["-1 C 100"], ["1 C 100"]], debit: "4")
    #expect(StrategyMargin(of: calendar).status == .severalExpiries)
    #expect(throws: IsolatedMarginError.severalExpiries(["2026-01-16", "2026-03-20"])) {
      try MaximumLoss(of: calendar, under: nil)
    }
    #expect(throws: IsolatedMarginError.severalExpiries(["2026-01-16", "2026-03-20"])) {
      try MaximumLoss(of: calendar, under: ClosingPlan(.heldToExpiry))
    }
    let condor = try filled("1 P 90 @1", "-1 P 95 @2", "-1 C 105 @2", "1 C 110 @1.4", fees: "0.2")
    for policy in [LossPolicy.closedAtFirstExpiry, .eachHeldToItsExpiry, .heldToExpiry] {
      #expect(try MaximumLoss(of: condor, under: ClosingPlan(policy)) == MaximumLoss(of: condor), "\(policy)")
    }
  }

  @Test("American options sold beyond the first expiry have no bound by European marks; bought ones and first ones do")
  func american() throws {
    for (legs, isAnswered) in [
      ([try leg("1 P 90", exercise: .american), try leg("-1 P 100", expiry: march, exercise: .american)], false),
      ([try leg("1 P 90"), try leg("-1 C 100", expiry: march, exercise: .american)], false),
      ([try leg("-1 P 90", exercise: .american), try leg("1 P 100", expiry: march, exercise: .american)], true),
      ([try leg("1 P 90"), try leg("-1 P 100", expiry: march)], true),
    ] {
      let strategy = try filled(legs)
      for policy in [
        LossPolicy.closedAtFirstExpiry, .closedAtFirstExpiryInBand(try VolatilityBand(lower: 0.1, upper: 1)),
      ] {
        let answer = StrategyMargin(of: strategy, plan: ClosingPlan(policy))
        #expect((answer.status == .unsupported) == !isAnswered, "\(answer.detail)")
        #expect(isAnswered || answer.detail.contains("American and sold"), "\(answer.detail)")
      }
      let held = StrategyMargin(of: strategy, plan: ClosingPlan(.eachHeldToItsExpiry))
      #expect(held.status == .ok || held.status == .unbounded, "\(held.detail)")
    }
  }

  /// Legs with the far ones American or not, closed at the first expiry under rates that cost a European holder.
  private func loss(
    _ near: String, _ far: String, _ exercise: ExerciseStyle, rate: Double = 0, yield: Double = 0
  ) throws -> (loss: MaximumLoss, strategy: FilledStrategy, envelope: EnvelopeCertificate) {
    let legs = [try leg(near, expiry: january), try leg(far, expiry: march, exercise: exercise)]
    let terms = try PolicySamples.terms(rate: rate, yield: yield)
    let envelope = try EnvelopeCertificate(of: legs, settlement: .quote, terms: terms)
    let strategy = try filled(legs)
    guard let least = envelope.first.least else {
      return (
        .unbounded(MaximumLoss.Tails(policy: .closedAtFirstExpiry, proofs: [.envelope(envelope)])), strategy, envelope
      )
    }
    return (
      .bounded(
        MaximumLoss.Bound(
          policy: .closedAtFirstExpiry, proofs: [.envelope(envelope)], entryCost: strategy.entryCost,
          fees: strategy.fees, leastPayoff: least.payoff)), strategy, envelope
    )
  }

  @Test(
    "What is held and American is worth its exercise at the first expiry, whatever forwards and dividends do after it")
  func heldAmerican() throws {
    // A yield, or the noise of parity forwards: deep in the money a European call is worth less than its intrinsic value.
    let european = try loss("-1 C 95", "1 C 97", .european, yield: 0.02)
    #expect(european.envelope.first.least == nil)
    let american = try loss("-1 C 95", "1 C 97", .american, yield: 0.02)
    #expect(american.envelope.isExercisedAtFirst)
    #expect(american.envelope.first.least?.payoff == ExactAmount(-2), "the distance of the strikes")
    // Interest on the strike is no loss for who can have the strike at once.
    let put = try loss("-1 P 100", "1 P 100", .european, rate: 0.05)
    #expect(put.envelope.first.least.map { $0.payoff < ExactAmount(-1) } == true)
    let early = try loss("-1 P 100", "1 P 100", .american, rate: 0.05)
    #expect(early.envelope.first.least?.payoff == .zero && early.envelope.isExercisedAtFirst)
    // Where holding is worth more, it is taken: a call on what pays nothing, while money earns.
    let call = try loss("-1 C 100", "1 C 95", .american, rate: 0.05)
    #expect(!call.envelope.isExercisedAtFirst)
    for found in [european, american, put, early, call] {
      try CertificateChecker.check(found.loss, of: found.strategy)
    }
    // The same functions under the other word are no proof.
    let first = american.envelope
    let turned = EnvelopeCertificate(
      settlement: first.settlement, terms: first.terms, first: first.first, stages: first.stages,
      greatest: first.greatest, isExercisedAtFirst: false)
    let strategy = american.strategy
    #expect(throws: CertificateError.self) {
      try CertificateChecker.check(
        .bounded(
          MaximumLoss.Bound(
            policy: .closedAtFirstExpiry, proofs: [.envelope(turned)], entryCost: strategy.entryCost,
            fees: strategy.fees, leastPayoff: ExactAmount(-2))), of: strategy)
    }
  }

  @Test("Exercise at the first expiry bounds the loss within a band too, and its proof is checked")
  func heldAmericanInBand() throws {
    let legs = [
      try leg("1 P 100", expiry: march, exercise: .american), try leg("-1 P 100", expiry: january),
    ]
    let strategy = try filled(legs)
    let market = try MarketState(
      asOf: Instant(CalendarDate(year: 2025, month: 12, day: 1) ?? january.date),
      [
        MarketState.Input(
          terms: UnderlyingTerms(
            symbol: "ABC", spot: Price(parsing: "100"), quotedIn: .quote, rate: 0.2), quotes: [])
      ])
    let band = try VolatilityBand(lower: 0.01, upper: 0.02)
    let plan = ClosingPlan(
      .closedAtFirstExpiryInBand(band), rates: .market(market, forwardBand: .zero))
    let loss = try MaximumLoss(of: strategy, under: plan)
    guard case .bounded(let bound) = loss, case .envelope(let envelope) = bound.proofs[0] else {
      Issue.record("found \(loss), wanted a bound by exercise")
      return
    }
    #expect(envelope.isExercisedAtFirst && bound.leastPayoff == .zero)
    try CertificateChecker.check(loss, of: strategy)
  }

  @Test("A dated future is closed at its forward at its worst, a perpetual at the price")
  func linearLegs() throws {
    let terms = try ExpiryTerms(
      underlying: "ABC", first: january,
      steps: [
        try ExpiryStep(
          expiry: march, years: 0.25, discount: .one,
          carry: FactorRange(lower: amount("1.01"), upper: amount("1.02")))
      ])
    let put = try leg("1 P 100", expiry: january)
    for (text, at) in [("1 F 0 =100", "-100"), ("-1 F 0 =100", "100"), ("1 X 0 =100", "-100")] {
      let legs = [put, try leg(text, expiry: march), try leg("1 P 0", expiry: march)]
      let certificate = try EnvelopeCertificate(of: legs, settlement: .quote, terms: terms)
      #expect(certificate.value(at: .zero) == (try amount(at)) + ExactAmount(100), "\(text)")
      // Long sells at the lower forward, short buys at the upper one.
      let wanted = text == "1 F 0 =100" ? "1.01" : (text == "-1 F 0 =100" ? "-1.02" : "1")
      #expect(certificate.first.slopeAtEnd == (try amount(wanted)), "\(text)")
      try EnvelopeCheckerTests.check(certificate, legs)
    }
  }

  @Test("Several underlyings: the sum of the worst cases, each at its own first expiry")
  func underlyings() throws {
    let legs = [
      try leg("-1 C 100", expiry: january), try leg("1 C 100 @4", expiry: march),
      try leg("-1 P 50 @1", underlying: "XYZ", expiry: june), try leg("1 P 40 @0.5", underlying: "XYZ", expiry: june),
      try leg("1 X 0 =10", underlying: "UVW"),
    ]
    let strategy = try filled(legs)
    let answer = StrategyMargin(of: strategy, plan: ClosingPlan(.closedAtFirstExpiry))
    // 4 for the calendar, 10 less a credit of 0.5 for the spread, 10 for the perpetual.
    #expect(answer.maxLoss == (try amount("23.5")))
    #expect(answer.bindingPriceText == "ABC=0;XYZ=0;UVW=0")
    try CertificateChecker.check(try #require(answer.maximumLoss), of: strategy)
  }
}

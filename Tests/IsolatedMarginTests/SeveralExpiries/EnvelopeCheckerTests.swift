import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("The checker of envelopes accepts every certificate and refuses each tampered one")
struct EnvelopeCheckerTests {
  /// Checks a certificate as that of a strategy closed at its first expiry.
  static func check(_ certificate: EnvelopeCertificate, _ legs: [FilledLeg]) throws {
    let strategy = try filled(legs, settlement: certificate.settlement)
    let loss: MaximumLoss
    if let least = certificate.first.least {
      loss = .bounded(
        MaximumLoss.Bound(
          policy: .closedAtFirstExpiry, proofs: [.envelope(certificate)], entryCost: strategy.entryCost,
          fees: strategy.fees, leastPayoff: least.payoff))
    } else {
      loss = .unbounded(MaximumLoss.Tails(policy: .closedAtFirstExpiry, proofs: [.envelope(certificate)]))
    }
    try CertificateChecker.check(loss, of: strategy)
  }

  @Test("Six hundred random strategies with jumps, futures and fees, in both settlements, on two to four expiries")
  func accepts() throws {
    var generator = SplitMix64(seed: 41)
    var bounded = 0
    for index in 0..<600 {
      let steps = 1 + index % 3
      let settlement: Settlement = index % 2 == 0 ? .quote : .coin
      let legs = try PolicySamples.randomLegs(&generator, expiries: steps + 1)
      let terms = try PolicySamples.randomTerms(&generator, steps: steps, isExact: generator.chance(0.4))
      let certificate = try EnvelopeCertificate(of: legs, settlement: settlement, terms: terms)
      if certificate.first.least != nil { bounded += 1 }
      do { try Self.check(certificate, legs) } catch {
        Issue.record("seed 41, strategy \(index): \(error)")
        return
      }
    }
    #expect((50...550).contains(bounded), "\(bounded)")
  }

  let legs: [FilledLeg]
  let certificate: EnvelopeCertificate

  init() throws {
    legs = try PolicySamples.strategy([["1 P 90"], ["-2 C 100"], ["2 C 105"]]).legs
    certificate = try EnvelopeCertificate(of: legs, settlement: .quote, terms: PolicySamples.terms(steps: 2))
  }

  private func changed(
    terms: ExpiryTerms? = nil, first: LossCertificate? = nil, stages: [EnvelopeCertificate.Stage]? = nil
  ) -> EnvelopeCertificate {
    EnvelopeCertificate(
      settlement: .quote, terms: terms ?? certificate.terms, first: first ?? certificate.first,
      stages: stages ?? certificate.stages, greatest: certificate.greatest)
  }

  private func stage(
    _ index: Int, points: [EnvelopePoint]? = nil, slope: ExactAmount? = nil, vertices: [PayoffVertex]? = nil
  ) -> [EnvelopeCertificate.Stage] {
    var stages = certificate.stages
    let old = stages[index]
    stages[index] = EnvelopeCertificate.Stage(
      expiry: old.expiry,
      function: StageFunction(
        vertices: vertices ?? old.function.vertices, slopeAtEnd: old.function.slopeAtEnd),
      envelope: ConvexEnvelope(
        points: points ?? old.envelope.points, slopeAtEnd: slope ?? old.envelope.slopeAtEnd))
    return stages
  }

  private func first(least: PayoffExtreme?, vertices: [PayoffVertex]? = nil) -> LossCertificate {
    LossCertificate(
      underlying: "ABC", settlement: .quote, vertices: vertices ?? certificate.first.vertices,
      slopeAtStart: certificate.first.slopeAtStart, slopeAtEnd: certificate.first.slopeAtEnd, least: least)
  }

  @Test("Each part changed by itself is refused")
  func refuses() throws {
    try Self.check(certificate, legs)
    let least = try #require(certificate.first.least)
    func point(_ point: EnvelopePoint, up: Int64) -> EnvelopePoint {
      EnvelopePoint(position: point.position, value: point.value + ExactAmount(up), isAttained: true)
    }
    let points = certificate.stages.map(\.envelope.points)
    #expect(points.map(\.count) == [2, 2], "\(points)")
    var tampered: [(String, EnvelopeCertificate)] = []
    for index in 0..<2 {
      let (start, end) = (points[index][0], points[index][1])
      tampered += [
        ("an envelope raised", changed(stages: stage(index, points: [start, point(end, up: 1)]))),
        ("an envelope lowered", changed(stages: stage(index, points: [start, point(end, up: -1)]))),
        ("a start raised", changed(stages: stage(index, points: [point(start, up: 1), end]))),
        ("a corner left out", changed(stages: stage(index, points: [start]))),
        ("points out of order", changed(stages: stage(index, points: [start, end, start]))),
        ("no points", changed(stages: stage(index, points: []))),
        ("an end too steep", changed(stages: stage(index, slope: ExactAmount(1)))),
        (
          "a vertex left out",
          changed(stages: stage(index, vertices: certificate.stages[index].function.vertices.dropLast()))
        ),
        ("no vertices", changed(stages: stage(index, vertices: []))),
      ]
    }
    let vertex = try #require(certificate.first.vertices.last)
    let raised = PayoffVertex(
      position: vertex.position, price: vertex.price, left: vertex.left.map { $0 + .one },
      value: vertex.value.map { $0 + .one }, right: vertex.right.map { $0 + .one })
    func stated(_ payoff: ExactAmount, at price: ExactAmount?) -> EnvelopeCertificate {
      changed(first: first(least: PayoffExtreme(payoff: payoff, price: price, isAttained: true)))
    }
    tampered += [
      ("stages in the wrong order", changed(stages: certificate.stages.reversed())),
      ("a stage left out", changed(stages: [certificate.stages[0]])),
      ("other factors", changed(terms: try PolicySamples.terms(rate: 0.05, steps: 2))),
      ("a least value too high", stated(least.payoff + .one, at: least.price)),
      ("a least value too low", stated(least.payoff - .one, at: least.price)),
      ("another place", stated(least.payoff, at: .zero)),
      ("no least value", changed(first: first(least: nil))),
      (
        "a first vertex raised",
        changed(first: first(least: least, vertices: certificate.first.vertices.dropLast() + [raised]))
      ),
    ]
    for (name, certificate) in tampered {
      #expect(throws: CertificateError.self, "\(name)") { try Self.check(certificate, legs) }
    }
  }

  @Test("A narrowed factor, and a kink that is not stated, are refused")
  func factors() throws {
    let wide = try ExpiryStep(
      expiry: march, years: 0.25, discount: FactorRange(lower: amount("0.95"), upper: amount("0.97")),
      carry: FactorRange(lower: amount("0.98"), upper: amount("1.01")))
    let narrow = try ExpiryStep(
      expiry: march, years: 0.25, discount: FactorRange(lower: amount("0.96"), upper: amount("0.97")),
      carry: wide.carry)
    let legs = try PolicySamples.strategy([["-1 P 100"], ["1 P 100", "1 P 80"]]).legs
    func certificate(_ step: ExpiryStep) throws -> EnvelopeCertificate {
      try EnvelopeCertificate(
        of: legs, settlement: .quote, terms: ExpiryTerms(underlying: "ABC", first: january, steps: [step]))
    }
    let (honest, other) = (try certificate(wide), try certificate(narrow))
    try Self.check(honest, legs)
    #expect(throws: CertificateError.self) {
      try Self.check(
        EnvelopeCertificate(
          settlement: .quote, terms: honest.terms, first: other.first, stages: honest.stages, greatest: nil), legs)
    }
    for (index, vertex) in honest.first.vertices.enumerated() where !vertex.position.isZero {
      var vertices = honest.first.vertices
      vertices.remove(at: index)
      let first = LossCertificate(
        underlying: "ABC", settlement: .quote, vertices: vertices, slopeAtStart: honest.first.slopeAtStart,
        slopeAtEnd: honest.first.slopeAtEnd, least: honest.first.least)
      #expect(throws: CertificateError.self, "without \(vertex.position)") {
        try Self.check(
          EnvelopeCertificate(
            settlement: .quote, terms: honest.terms, first: first, stages: honest.stages, greatest: nil), legs)
      }
    }
  }

  @Test("A proof of another policy, and of a part of the legs, are refused")
  func policies() throws {
    let strategy = try filled(legs)
    let held = try MaximumLoss(of: strategy, under: ClosingPlan(.eachHeldToItsExpiry))
    let closed = try MaximumLoss(of: strategy, under: ClosingPlan(.closedAtFirstExpiry))
    try CertificateChecker.check(held, of: strategy)
    try CertificateChecker.check(closed, of: strategy)
    let least = try #require(closed.bound?.leastPayoff)
    func bound(_ policy: LossPolicy, _ proofs: [LossProof]) -> MaximumLoss {
      .bounded(
        MaximumLoss.Bound(
          policy: policy, proofs: proofs, entryCost: strategy.entryCost, fees: strategy.fees, leastPayoff: least))
    }
    for loss in [
      bound(.eachHeldToItsExpiry, closed.proofs), bound(.closedAtFirstExpiry, held.proofs),
      bound(.heldToExpiry, closed.proofs), bound(.closedAtFirstExpiry, []),
      bound(.closedAtFirstExpiry, closed.proofs + closed.proofs),
      bound(.eachHeldToItsExpiry, Array(held.proofs.dropLast())),
    ] {
      #expect(throws: CertificateError.self) { try CertificateChecker.check(loss, of: strategy) }
    }
  }
}

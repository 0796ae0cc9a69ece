import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("The checker accepts every certificate and refuses each tampered one")
struct CertificateCheckerTests {
  /// A strategy with everything a payoff can have: kinks, jumps, a future, fees that depend on the outcome.
  static func random(_ generator: inout SplitMix64, settlement: Settlement) throws -> FilledStrategy {
    var legs: [FilledLeg] = []
    for _ in 0..<generator.int(1...7) {
      let kind = ["C", "P", "DC", "DP", "X", "F"][Int(generator.int(0...5))]
      var fee: PayoffFee?
      if generator.next() % 2 == 1 {
        let rate = ExactAmount(count: generator.int(0...4), decimals: Int(generator.int(1...4)))
        fee = PayoffFee(rate: rate, cap: ExactAmount(count: generator.int(1...8) * 125, decimals: 3))
      }
      let (quantity, strike) = (generator.nonzero(6), generator.int(0...12) * 10)
      legs.append(
        try leg("\(quantity) \(kind) \(strike) @\(max(1, strike)).5 x\(generator.int(1...20))", payoffFee: fee))
    }
    return try filled(legs, settlement: settlement, fees: "0.25")
  }

  @Test("Two thousand random strategies with jumps and capped fees, in both settlements")
  func accepts() throws {
    var generator = SplitMix64(seed: 2)
    var bounded = 0
    for index in 0..<2000 {
      let settlement: Settlement = index % 2 == 0 ? .quote : .coin
      let strategy = try Self.random(&generator, settlement: settlement)
      let loss = try MaximumLoss(of: strategy)
      if loss.bound != nil { bounded += 1 }
      do { try CertificateChecker.check(loss, of: strategy) } catch {
        Issue.record("seed 2, strategy \(index): \(error)")
        return
      }
    }
    #expect((300...1700).contains(bounded), "\(bounded)")
  }

  let condor: FilledStrategy
  let certificate: LossCertificate

  init() throws {
    condor = try filled("1 P 90 @1", "-1 P 95 @2", "-1 C 105 @2", "1 C 110 @1.4", fees: "0.2")
    certificate = try #require(MaximumLoss(of: condor).certificates.first)
  }

  private func changed(
    vertices: [PayoffVertex]? = nil, slopeAtStart: ExactAmount? = nil, slopeAtEnd: ExactAmount? = nil,
    least: PayoffExtreme?? = nil
  ) -> LossCertificate {
    LossCertificate(
      underlying: certificate.underlying, settlement: certificate.settlement,
      vertices: vertices ?? certificate.vertices,
      slopeAtStart: slopeAtStart ?? certificate.slopeAtStart, slopeAtEnd: slopeAtEnd ?? certificate.slopeAtEnd,
      least: least ?? certificate.least)
  }

  private func refusal(_ certificate: LossCertificate) -> CertificateError? {
    do {
      try CertificateChecker.check(certificate, of: condor.legs)
      return nil
    } catch { return error }
  }

  @Test("The untouched certificate is five vertices, two flat ends and a loss of 5 at 0")
  func untouched() {
    #expect(refusal(certificate) == nil)
    #expect(certificate.vertices.map(\.price) == [0, 90, 95, 105, 110].map { ExactAmount($0) })
    #expect(certificate.least == PayoffExtreme(payoff: ExactAmount(-5), price: .zero, isAttained: true))
  }

  @Test("A vertex missing, out of order, or without its limit")
  func vertices() {
    var vertices = certificate.vertices
    vertices.remove(at: 2)
    #expect(refusal(changed(vertices: vertices)) == .missingVertex(position: ExactAmount(95)))
    #expect(
      refusal(changed(vertices: certificate.vertices.reversed())) == .malformed("the first vertex is not the end at 0"))
    vertices = certificate.vertices
    vertices.swapAt(2, 3)
    #expect(refusal(changed(vertices: vertices)) == .malformed("not ascending"))
    #expect(refusal(changed(vertices: [])) == .malformed("the first vertex is not the end at 0"))
    vertices = certificate.vertices
    let old = vertices[1]
    vertices[1] = PayoffVertex(position: old.position, price: old.price, left: nil, value: old.value, right: old.right)
    #expect(refusal(changed(vertices: vertices)) == .malformed("a limit is missing at 90"))
    vertices[1] = PayoffVertex(position: old.position, price: .one, left: old.left, value: old.value, right: old.right)
    #expect(refusal(changed(vertices: vertices)) == .malformed("price and position differ at 90"))
  }

  @Test("A wrong payoff at a vertex, from either side or at it", arguments: 0..<3)
  func value(side: Int) {
    var vertices = certificate.vertices
    let old = vertices[3]
    let wrong = ExactAmount(7)
    vertices[3] = PayoffVertex(
      position: old.position, price: old.price, left: side == 0 ? wrong : old.left,
      value: side == 1 ? wrong : old.value,
      right: side == 2 ? wrong : old.right)
    #expect(
      refusal(changed(vertices: vertices)) == .wrongValue(position: ExactAmount(105), found: wrong, wanted: .zero))
  }

  @Test("Either end slope wrong")
  func slopes() {
    #expect(refusal(changed(slopeAtEnd: .one)) == .wrongSlope(found: .one, wanted: .zero))
    #expect(refusal(changed(slopeAtStart: .one)) == .wrongSlope(found: .one, wanted: .zero))
  }

  @Test("A least payoff too high, too low, missing, or at another place")
  func least() {
    let at = { (payoff: Int64, price: Int64?, isAttained: Bool) in
      self.refusal(
        self.changed(
          least: .some(
            PayoffExtreme(payoff: ExactAmount(payoff), price: price.map { ExactAmount($0) }, isAttained: isAttained))))
    }
    #expect(at(-4, 0, true) == .wrongLeast("found -4, but -5 at position 0"))
    #expect(at(-6, 0, true) == .wrongArgmin("found another payoff there"))
    #expect(at(-5, 95, true) == .wrongArgmin("found another payoff there"))
    #expect(at(-5, 91, true) == .wrongArgmin("found a price that is no vertex"))
    #expect(at(-5, nil, true) == .wrongArgmin("found a price that is no vertex"))
    #expect(at(-5, 0, false) == .wrongArgmin("found attained false, wanted true"))
    // Another true minimiser proves the same loss.
    #expect(at(-5, 110, true) == nil)
    #expect(
      refusal(changed(least: .some(nil))) == .wrongLeast("found none, wanted one: the end does not fall"))
  }

  @Test("A limit passed off as attained, and a limit stated where a price attains it")
  func attained() throws {
    let digital = try filled("-1 DC 100 @4.5 x10")
    let certificate = try #require(MaximumLoss(of: digital).certificates.first)
    #expect(certificate.least == PayoffExtreme(payoff: ExactAmount(-10), price: ExactAmount(100), isAttained: false))
    let lie = LossCertificate(
      underlying: "ABC", settlement: .quote, vertices: certificate.vertices, slopeAtStart: .zero, slopeAtEnd: .zero,
      least: PayoffExtreme(payoff: ExactAmount(-10), price: ExactAmount(100), isAttained: true))
    #expect(throws: CertificateError.wrongArgmin("found attained true, wanted false")) {
      try CertificateChecker.check(lie, of: digital.legs)
    }
    // With a flat stretch that ends at a strike, the strike attains what is a limit at 100.
    let spread = try filled("-1 DC 100 @4.5 x10", "-1 DC 120 @1 x1", "1 DC 110 @1 x1")
    let honest = try #require(MaximumLoss(of: spread).certificates.first)
    #expect(honest.least == PayoffExtreme(payoff: ExactAmount(-10), price: ExactAmount(110), isAttained: true))
    let limit = LossCertificate(
      underlying: "ABC", settlement: .quote, vertices: honest.vertices, slopeAtStart: .zero, slopeAtEnd: .zero,
      least: PayoffExtreme(payoff: ExactAmount(-10), price: ExactAmount(100), isAttained: false))
    #expect(throws: CertificateError.wrongArgmin("found a limit, wanted a price at which the least payoff is attained"))
    {
      try CertificateChecker.check(limit, of: spread.legs)
    }
  }

  @Test("A bound stated for a payoff that falls for ever, and the other way round")
  func unbounded() throws {
    let strangle = try filled("-1 P 90 @1", "-1 C 110 @1")
    let truth = try MaximumLoss(of: strangle)
    let certificate = try #require(truth.certificates.first)
    let lie = LossCertificate(
      underlying: "ABC", settlement: .quote, vertices: certificate.vertices, slopeAtStart: certificate.slopeAtStart,
      slopeAtEnd: certificate.slopeAtEnd,
      least: PayoffExtreme(payoff: ExactAmount(-90), price: .zero, isAttained: true))
    #expect(throws: CertificateError.wrongLeast("found -90, wanted none: the end falls")) {
      try CertificateChecker.check(lie, of: strangle.legs)
    }
    let bound = MaximumLoss.Bound(
      policy: .heldToExpiry, certificates: truth.certificates, entryCost: ExactAmount(-2), fees: .zero,
      leastPayoff: ExactAmount(-90))
    #expect(throws: CertificateError.wrongTotal("found a bound, wanted unbounded: a slope is below 0")) {
      try CertificateChecker.check(.bounded(bound), of: strangle)
    }
    let tails = MaximumLoss.Tails(policy: .heldToExpiry, certificates: [self.certificate])
    #expect(throws: CertificateError.wrongTotal("found unbounded, wanted a bound: no slope is below 0")) {
      try CertificateChecker.check(.unbounded(tails), of: condor)
    }
  }

  @Test("Totals that do not follow from the legs: cost, fees, least payoff, underlyings")
  func totals() throws {
    func bound(
      cost: String = "-1.6", fees: String = "0.2", least: Int64 = -5, certificates: [LossCertificate]? = nil
    ) throws -> MaximumLoss {
      .bounded(
        MaximumLoss.Bound(
          policy: .heldToExpiry, certificates: certificates ?? [certificate], entryCost: try amount(cost),
          fees: try amount(fees), leastPayoff: ExactAmount(least)))
    }
    try CertificateChecker.check(bound(), of: condor)
    let wrong = [
      try bound(cost: "-1.7"), try bound(fees: "0"), try bound(least: -4), try bound(certificates: []),
      try bound(certificates: [certificate, certificate]),
    ]
    for loss in wrong {
      #expect(throws: CertificateError.self) { try CertificateChecker.check(loss, of: condor) }
    }
  }

  @Test("A certificate of other legs is refused")
  func otherLegs() throws {
    let other = try filled("1 P 90 @1", "-1 P 95 @2", "-2 C 105 @2", "2 C 110 @1.4", fees: "0.2")
    #expect(throws: CertificateError.self) { try CertificateChecker.check(MaximumLoss(of: condor), of: other) }
  }
}

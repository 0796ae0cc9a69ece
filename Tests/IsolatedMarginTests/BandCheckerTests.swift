import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite struct BandCheckerTests {
  private static let far = ["1 C 90", "-2 C 100", "1 C 110"]
  private static let near = ["-1 C 90", "2 C 100", "-1 C 110"]

  private func sample() throws -> BandSample { try BandSample(near: BandCheckerTests.near, far: BandCheckerTests.far) }

  /// The certificate with parts of it replaced.
  private func changed(
    _ certificate: BandCertificate, least: PayoffExtreme?? = nil, witness: BandCertificate.Witness?? = nil,
    leaves: [BandCertificate.Leaf]? = nil, terms: ExpiryTerms? = nil, band: VolatilityBand? = nil
  ) -> BandCertificate {
    BandCertificate(
      underlying: certificate.underlying, settlement: certificate.settlement, terms: terms ?? certificate.terms,
      band: band ?? certificate.band, range: certificate.range, least: least ?? certificate.least,
      greatest: certificate.greatest, witness: witness ?? certificate.witness,
      isToTolerance: certificate.isToTolerance, boxes: certificate.boxes, leaves: leaves ?? certificate.leaves)
  }

  private func fault(_ certificate: BandCertificate, _ legs: [FilledLeg]) -> BandFault? {
    do { try BandChecker.check(certificate, of: legs) } catch { return error }
    return nil
  }

  @Test("Any leaf taken away or made smaller leaves a hole", arguments: VolatilityBand.Sharing.allCases)
  func holes(sharing: VolatilityBand.Sharing) throws {
    let sample = try sample()
    let certificate = try sample.certificate(0.3, 1.2, sharing, limits: BandSearchLimits(tolerance: 1e-5))
    #expect(certificate.leaves.count > 10)
    for index in certificate.leaves.indices {
      var leaves = certificate.leaves
      let leaf = leaves.remove(at: index)
      func isUncovered(_ other: BandCertificate.Leaf?) -> Bool {
        let changed = changed(certificate, leaves: other.map { leaves + [$0] } ?? leaves)
        if case .uncovered? = fault(changed, sample.legs) { return true }
        return false
      }
      typealias Leaf = BandCertificate.Leaf
      let (low, high) = (leaf.lowVolatility, leaf.highVolatility)
      #expect(isUncovered(nil), "without leaf \(index)")
      #expect(isUncovered(Leaf(low: leaf.low.nextUp, high: leaf.high, lowVolatility: low, highVolatility: high)))
      #expect(
        isUncovered(
          Leaf(
            low: leaf.low, high: leaf.high < .infinity ? leaf.high.nextDown : 1e300, lowVolatility: low,
            highVolatility: high)))
      #expect(isUncovered(Leaf(low: leaf.low, high: leaf.high, lowVolatility: low.nextUp, highVolatility: high)))
      #expect(isUncovered(Leaf(low: leaf.low, high: leaf.high, lowVolatility: low, highVolatility: high.nextDown)))
    }
  }

  @Test(
    "A bound above what the boxes prove is refused, one below it is not", arguments: VolatilityBand.Sharing.allCases)
  func raised(sharing: VolatilityBand.Sharing) throws {
    let sample = try sample()
    let certificate = try sample.certificate(0.3, 1.2, sharing)
    let least = try #require(certificate.least)
    func moved(_ text: String) throws -> BandCertificate {
      changed(
        certificate,
        least: PayoffExtreme(payoff: least.payoff + (try amount(text)), price: least.price, isAttained: false))
    }
    // The bound is rounded down to 10^-8, so that one unit more is more than was proved.
    for text in ["0.00000001", "0.001", "1"] {
      guard case .notProved? = fault(try moved(text), sample.legs) else {
        Issue.record("raised by \(text)")
        continue
      }
    }
    #expect(fault(try moved("-1"), sample.legs) == nil)
  }

  @Test("One box for everything, other legs, other factors or a wider band prove less")
  func otherStatements() throws {
    let sample = try sample()
    let certificate = try sample.certificate(0.3, 1.2)
    let (first, last) = (try #require(certificate.leaves.first), try #require(certificate.leaves.last))
    func isRefused(_ certificate: BandCertificate, _ legs: [FilledLeg]) -> Bool {
      switch fault(certificate, legs) {
      case .notProved?, .wrongTail?, .uncovered?: return true
      default: return false
      }
    }
    let coarse = [
      BandCertificate.Leaf(low: first.low, high: last.low, lowVolatility: 0.3, highVolatility: 1.2), last,
    ]
    #expect(isRefused(changed(certificate, leaves: coarse), sample.legs))
    for index in sample.legs.indices {
      var legs = sample.legs
      let leg = legs[index]
      // A tenth more of a leg that was sold, or less of one that was bought.
      legs[index] = try FilledLeg(
        instrument: leg.instrument, quantity: Quantity(count: leg.quantity.count - 10_000_000), price: leg.price)
      #expect(isRefused(changed(certificate), legs), "\(leg.instrument)")
    }
    let long = try ExpiryTerms(
      underlying: "ABC", first: january,
      steps: [ExpiryStep(expiry: march, years: 0.5, discount: .one, carry: .one)])
    #expect(isRefused(changed(certificate, terms: long), sample.legs))
    #expect(isRefused(changed(certificate, band: try VolatilityBand(lower: 0.29, upper: 1.2)), sample.legs))
  }

  @Test("A bound where the value falls for ever, none where it does not, and a witness that lies are refused")
  func tailsAndWitnesses() throws {
    let sample = try sample()
    let certificate = try sample.certificate(0.3, 1.2)
    let falling = try BandSample(near: BandCheckerTests.near, far: BandCheckerTests.far + ["-1 C 150"])
    let calendar = try BandSample(near: ["-1 C 100"], far: ["1 C 100"], yield: 0.05)
    for (statement, legs) in [
      (changed(certificate, least: .some(nil)), sample.legs), (certificate, falling.legs),
      (changed(try calendar.certificate(0.3, 1.2), least: certificate.least), calendar.legs),
    ] {
      guard case .wrongTail? = fault(statement, legs) else {
        Issue.record("a wrong tail passes")
        continue
      }
    }
    let witness = try #require(certificate.witness)
    for (price, text) in [(witness.price, "-0.0001"), (try amount("150"), "0")] {
      let liar = BandCertificate.Witness(
        price: price, longVolatility: witness.longVolatility, shortVolatility: witness.shortVolatility,
        value: witness.value + (try amount(text)))
      guard case .wrongWitness? = fault(changed(certificate, witness: liar), sample.legs) else {
        Issue.record("a witness at \(String(describing: price)) passes")
        continue
      }
    }
    guard case .wrongWitness? = fault(changed(certificate, witness: .some(nil)), sample.legs) else {
      Issue.record("no witness passes")
      return
    }
  }
}

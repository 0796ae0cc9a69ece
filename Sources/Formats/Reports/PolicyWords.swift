import Basics
import Instruments
import IsolatedMargin

/// What reports say of several expiries and of the policy that answers for them.
enum PolicyWords {
  /// What a strategy of several expiries lacks.
  static let wanted = "wanted --policy close-first, hold-each or close-first-in-band"

  /// The course of action in a sentence; nil for legs of one expiry.
  static func sentence(_ policy: LossPolicy) -> String? {
    switch policy {
    case .heldToExpiry: return nil
    case .closedAtFirstExpiry:
      return "everything is closed at the first expiry, at any marks free of arbitrage; no model is trusted"
    case .closedAtFirstExpiryInBand(let band):
      return "everything is closed at the first expiry, at volatilities within \(band.text)"
    case .eachHeldToItsExpiry:
      return "every leg is held to its own expiry, whatever prices do between; what never expires ends with the first"
    }
  }

  /// A bound within a band in one line; its boxes are in the JSON form.
  static func proof(_ band: BandCertificate) -> String {
    guard let least = band.least, let witness = band.witness else { return "the value falls without end" }
    let place = witness.price.map { "at \(PageBuilder.short($0))" } ?? "as the price goes to infinity"
    let reach = band.isToTolerance ? "" : " (the search ended before its tolerance: the bound holds and may be wide)"
    return "value at the first expiry at least \(PageBuilder.short(least.payoff)) over \(band.leaves.count) boxes that "
      + "cover all prices and volatilities; \(PageBuilder.short(witness.value)) is reached \(place)\(reach)"
  }

  /// What one expiry adds to a proof: its place among several, and how the later ones came into it.
  static func heading(_ proof: LossProof, ofSeveral: Bool) -> String {
    var words = ["Proof"]
    if ofSeveral { words.append(proof.underlying) }
    if let expiry = proof.heldTo { words.append("\(expiry)") }
    return words.joined(separator: " ")
  }

  /// The later expiries of an envelope proof, the last first: each envelope's corners, and the factors that bring it back.
  static func stages(_ certificate: EnvelopeCertificate) -> [String] {
    zip(certificate.stages, certificate.terms.steps).reversed().map { stage, step in
      let corners = stage.envelope.points.map {
        "\(PageBuilder.short($0.position)) \(PageBuilder.short($0.value))"
      }
      return "convex envelope through \(corners.joined(separator: ", ")), then slope "
        + "\(PageBuilder.short(stage.envelope.slopeAtEnd)); brought to the expiry before it by discount "
        + "\(step.discount.text) and carry \(step.carry.text)"
    }
  }
}

import Basics
import Instruments
import IsolatedMargin

/// What reports say of several expiries and of the policy that answers for them.
enum PolicyWords {
  /// What a strategy of several expiries lacks.
  static let wanted = "wanted --policy close-first, hold-each or close-first-in-band"

  /// Why there is no maximum loss.
  static func missing(_ margin: StrategyMargin) -> Fact {
    margin.status == .severalExpiries
      ? Fact(
        "Maximum loss", "not defined", .caution,
        note: "several expiries: it depends on what is done at the first; \(wanted)")
      : Fact("Maximum loss", "not known", .caution, note: FigureText.plain(margin.detail))
  }

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

  /// The rates and forwards that an answer for several expiries rests on; nil where it rests on none.
  static func betweenExpiries(_ loss: MaximumLoss?, _ plan: ClosingPlan?) -> String? {
    switch loss?.policy {
    case nil, .heldToExpiry?, .eachHeldToItsExpiry?: return nil
    case .closedAtFirstExpiry?, .closedAtFirstExpiryInBand?: return plan?.rates.text
    }
  }

  /// The policy and what it rests on; none for legs of one expiry.
  static func facts(_ policy: LossPolicy, _ plan: ClosingPlan?) -> [Fact] {
    guard let sentence = sentence(policy) else { return [] }
    var facts = [Fact("Policy", policy.name, note: sentence)]
    if let plan, policy != .eachHeldToItsExpiry { facts.append(Fact("Between expiries", plan.rates.text)) }
    return facts
  }

  /// Each proof in a line, with the stages of those that have some.
  static func facts(_ proofs: [LossProof]) -> [Fact] {
    let isOfSeveral = Set(proofs.map(\.underlying)).count > 1
    var facts: [Fact] = []
    for proof in proofs {
      let heading = PolicyWords.heading(proof, ofSeveral: isOfSeveral)
      if case .band(let band) = proof { facts.append(Fact(heading, PolicyWords.proof(band))) }
      guard let certificate = proof.certificate else { continue }
      facts.append(Fact(heading, PageBuilder.proof(certificate)))
      guard case .envelope(let envelope) = proof else { continue }
      if envelope.isExercisedAtFirst {
        facts.append(
          Fact(
            "Early exercise", "American options held beyond the first expiry count at what their exercise pays there"))
      }
      for (stage, words) in zip(envelope.stages.reversed(), PolicyWords.stages(envelope)) {
        // Where all that is later is exercised at the first, nothing is left to bring back.
        if envelope.isExercisedAtFirst, stage.envelope.points.allSatisfy({ $0.value.isZero }),
          stage.envelope.slopeAtEnd.isZero
        {
          continue
        }
        facts.append(Fact("At \(stage.expiry)", words))
      }
    }
    return facts
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

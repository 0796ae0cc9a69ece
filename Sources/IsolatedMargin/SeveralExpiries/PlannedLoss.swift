import Basics
import Instruments
public import Pricing

/// The maximum loss of legs that may expire on several days.
extension MaximumLoss {
  /// Gives the maximum loss under a plan for the first of several expiries.
  ///
  /// The first expiry is each underlying's own, and the worst cases of underlyings add up, as their prices can be anything
  /// together. An underlying whose legs share one expiry is answered by its payoff, and a strategy with one expiry altogether
  /// is held to it, whatever the plan. Perpetual and underlying legs are closed at the first expiry of their underlying under
  /// every policy; a dated future ends with its own where legs are held, and is closed at its forward otherwise.
  ///
  /// - Parameter plan: nil for none, which several expiries then lack.
  /// - Throws: ``IsolatedMarginError`` `.severalExpiries` without a plan, `.badInput` where the plan's market lacks an underlying
  ///   or an expiry, `.unsupported` for what the policy cannot answer.
  /// - Complexity: O(n log n) exact operations for n legs.
  public init(of strategy: FilledStrategy, under plan: ClosingPlan?) throws(IsolatedMarginError) {
    guard let plan, plan.policy != .heldToExpiry, strategy.expiries.count > 1 else {
      try self.init(of: strategy)
      return
    }
    var parts: [EndingProof] = []
    for (underlying, legs) in strategy.legsByUnderlying {
      let expiries = Strategy.distinctExpiries(legs.compactMap { $0.instrument.expiry })
      guard expiries.count > 1 else {
        let payoff = Payoff(of: legs, settlement: strategy.settlement)
        parts.append(
          EndingProof(
            end: expiries.first, proof: .payoff(LossCertificate(underlying: underlying, payoff: payoff))))
        continue
      }
      if plan.policy != .eachHeldToItsExpiry {
        try MaximumLoss.checkExercise(of: legs, after: expiries.first, plan.policy)
      }
      switch plan.policy {
      case .eachHeldToItsExpiry:
        for (expiry, group) in try HeldLegs.byExpiry(legs, expiries) {
          let payoff = Payoff(of: group, settlement: strategy.settlement)
          parts.append(
            EndingProof(
              end: expiry, proof: .expiry(expiry, LossCertificate(underlying: underlying, payoff: payoff))))
        }
      case .closedAtFirstExpiry, .heldToExpiry:
        let terms = try plan.rates.terms(
          underlying: underlying, expiries: expiries, settlement: strategy.settlement)
        parts.append(
          EndingProof(
            end: terms.first,
            proof: .envelope(try EnvelopeCertificate(of: legs, settlement: strategy.settlement, terms: terms))))
      case .closedAtFirstExpiryInBand(let band):
        let terms = try plan.rates.terms(
          underlying: underlying, expiries: expiries, settlement: strategy.settlement)
        let within = try BandCertificate(of: legs, settlement: strategy.settlement, terms: terms, band: band)
        let exercised = try EnvelopeCertificate.exercised(legs, settlement: strategy.settlement, terms: terms)
        var proof = LossProof.band(within)
        if let exercised, exercised.isAbove(within.least) { proof = .envelope(exercised) }
        parts.append(EndingProof(end: terms.first, proof: proof))
      }
    }
    self.init(policy: plan.policy, parts: parts, entryCost: strategy.entryCost, fees: strategy.fees)
  }

  /// Refuses American options sold that end after the first expiry.
  ///
  /// The envelope bounds the mark of a European option. An American one may be marked at what exercise pays at once, the whole
  /// strike where that is discounted, so the bound would be too low for who has sold it.
  private static func checkExercise(
    of legs: [FilledLeg], after first: Expiry?, _ policy: LossPolicy
  ) throws(IsolatedMarginError) {
    for leg in legs where leg.units < .zero {
      guard case .option(let contract) = leg.instrument, contract.exercise == .american, let first,
        !contract.expiry.isSameSettlement(as: first)
      else { continue }
      throw .unsupported(
        "\(policy.name): found \(leg.instrument), American and sold, which its holder may exercise before it ends, "
          + "wanted --policy hold-each")
    }
  }

  /// A proof and the day its payoff is there.
  private struct EndingProof {
    /// Nil for legs that never expire: taken as the first of all.
    let end: Expiry?
    let proof: LossProof
  }

  private init(policy: LossPolicy, parts: [EndingProof], entryCost: ExactAmount, fees: ExactAmount) {
    let proofs = parts.map(\.proof)
    var leastPayoff = ExactAmount.zero
    for proof in proofs {
      guard let least = proof.least else {
        self = .unbounded(Tails(policy: policy, proofs: proofs))
        return
      }
      leastPayoff += least.payoff
    }
    // What is paid by an expiry, one after the other: a gain at the last pays for nothing before it.
    let inTime = parts.indices.sorted { left, right in
      let (first, second) = (parts[left].end, parts[right].end)
      guard let second else { return first == nil && left < right }
      guard let first else { return true }
      return first.isSameSettlement(as: second) ? left < right : first < second
    }
    var (paid, leastCash) = (ExactAmount.zero, leastPayoff)
    for (place, index) in inTime.enumerated() {
      paid += parts[index].proof.least?.payoff ?? .zero
      // Legs of one day are paid together, and what never expires with the first of all.
      let next = place + 1 < inTime.count ? parts[inTime[place + 1]].end : nil
      if place + 1 < inTime.count, let next {
        guard let own = parts[index].end, !own.isSameSettlement(as: next) else { continue }
      } else if place + 1 < inTime.count {
        continue
      }
      leastCash = min(leastCash, paid)
    }
    if !proofs.allSatisfy(\.isExact) {
      leastPayoff = leastPayoff.roundedDown
      leastCash = leastCash.roundedDown
    }
    self = .bounded(
      Bound(
        policy: policy, proofs: proofs, entryCost: entryCost, fees: fees, leastPayoff: leastPayoff,
        leastCash: leastCash))
  }
}

extension ExactAmount {
  /// To 10^-8, below which an enclosure's digits say nothing; the amount itself where 64 bits do not hold it.
  var roundedDown: ExactAmount {
    (try? count(decimals: 8, rounding: .down)).map { ExactAmount(count: $0, decimals: 8) } ?? self
  }
}

/// The legs on one underlying by the expiry to which each is held.
enum HeldLegs {
  /// Those that never expire stand with the first.
  static func byExpiry(
    _ legs: [FilledLeg], _ expiries: [Expiry]
  ) throws(IsolatedMarginError) -> [(expiry: Expiry, legs: [FilledLeg])] {
    var groups = expiries.map { (expiry: $0, legs: [FilledLeg]()) }
    for leg in legs {
      let own = leg.instrument.expiry
      guard let place = own.map({ own in expiries.firstIndex { $0.isSameSettlement(as: own) } }) ?? 0 else {
        throw .badInput("expiries", found: "a leg of \(leg.instrument)", wanted: "one of the strategy's")
      }
      groups[place].legs.append(leg)
    }
    return groups
  }
}

public import Basics
import Instruments
public import Pricing

/// The direction of a price in which a loss has no bound.
public enum TailDirection: String, Hashable, Sendable, CaseIterable {
  /// As S goes to infinity.
  case up
  /// As S goes to 0 (coin settlement).
  case down
}

/// The most a strategy can lose, or that there is no such amount.
public enum MaximumLoss: Hashable, Sendable {
  case bounded(Bound)
  case unbounded(Tails)

  /// A finite maximum loss with its proof.
  public struct Bound: Hashable, Sendable {
    public let policy: LossPolicy
    /// One for each underlying, in the order of their first mention; for legs held to several expiries one for each of them.
    public let proofs: [LossProof]
    /// E: what the options cost at entry; a credit is negative. Settlement currency.
    public let entryCost: ExactAmount
    /// Phi: entry and reserved exit fees that do not depend on the outcome; 0 or more.
    public let fees: ExactAmount
    /// m: the sum of each proof's least payoff; rounded down to 10^-8 where a factor is known between bounds only.
    public let leastPayoff: ExactAmount
    /// The least that the least payoffs up to any one expiry come to: m itself, unless a certain gain comes after a loss,
    /// which it then cannot pay for. Never above m.
    public let leastCash: ExactAmount

    /// - Parameter leastCash: nil for the least payoff itself.
    public init(
      policy: LossPolicy, proofs: [LossProof], entryCost: ExactAmount, fees: ExactAmount, leastPayoff: ExactAmount,
      leastCash: ExactAmount? = nil
    ) {
      self.policy = policy
      self.proofs = proofs
      self.entryCost = entryCost
      self.fees = fees
      self.leastPayoff = leastPayoff
      self.leastCash = min(leastCash ?? leastPayoff, leastPayoff)
    }

    /// States the bound of legs that share one expiry.
    public init(
      policy: LossPolicy, certificates: [LossCertificate], entryCost: ExactAmount, fees: ExactAmount,
      leastPayoff: ExactAmount
    ) {
      self.init(
        policy: policy, proofs: certificates.map { .payoff($0) }, entryCost: entryCost, fees: fees,
        leastPayoff: leastPayoff)
    }

    /// E + Phi - m: the capital at risk. Negative is a profit that cannot be lost.
    public var loss: ExactAmount { entryCost + fees - leastPayoff }
    /// The functions whose least values are stated.
    public var certificates: [LossCertificate] { proofs.compactMap(\.certificate) }
  }

  /// A loss without bound: where it grows, and how fast.
  public struct Tails: Hashable, Sendable {
    public let policy: LossPolicy
    /// As in ``Bound/proofs``, bounded ones included.
    public let proofs: [LossProof]

    public init(policy: LossPolicy, proofs: [LossProof]) {
      self.policy = policy
      self.proofs = proofs
    }

    public init(policy: LossPolicy, certificates: [LossCertificate]) {
      self.init(policy: policy, proofs: certificates.map { .payoff($0) })
    }

    public var certificates: [LossCertificate] { proofs.compactMap(\.certificate) }

    /// Where the loss grows for ever, `up` before `down`.
    public var directions: [TailDirection] {
      let falling = proofs.filter { $0.least == nil }
      let found = falling.map { $0.settlement == .quote ? TailDirection.up : .down }
      return TailDirection.allCases.filter(found.contains)
    }

    /// The directions as a cell: `up`, `down` or `up,down`.
    public var text: String { directions.map(\.rawValue).joined(separator: ",") }
  }

  /// The proofs, as in ``Bound/proofs``.
  public var proofs: [LossProof] {
    switch self {
    case .bounded(let bound): return bound.proofs
    case .unbounded(let tails): return tails.proofs
    }
  }

  /// The functions whose least values are stated, or which fall for ever.
  public var certificates: [LossCertificate] { proofs.compactMap(\.certificate) }

  /// What the holder does until the end.
  public var policy: LossPolicy {
    switch self {
    case .bounded(let bound): return bound.policy
    case .unbounded(let tails): return tails.policy
    }
  }

  /// Gives the maximum loss at expiry of a strategy whose legs share one expiry.
  ///
  /// The prices of several underlyings can be anything together, so the worst case is the sum of each one's worst case.
  /// American contracts are taken as held to expiry; what early assignment adds is in ``EarlyAssignment``.
  ///
  /// - Throws: ``IsolatedMarginError`` `.severalExpiries`: the loss then depends on what is done at the first; see
  ///   ``init(of:under:)``.
  /// - Complexity: O(n log n) exact operations for n legs.
  public init(of strategy: FilledStrategy) throws(IsolatedMarginError) {
    let expiries = strategy.expiries
    guard expiries.count <= 1 else { throw .severalExpiries(expiries.map(\.description)) }
    self.init(atOneExpiryOf: strategy, payoffs: MaximumLoss.payoffs(of: strategy))
  }

  /// The payoff of each underlying's legs, in the order of their first mention.
  public static func payoffs(of strategy: FilledStrategy) -> [(underlying: String, payoff: Payoff)] {
    strategy.legsByUnderlying.map { ($0.underlying, Payoff(of: $0.legs, settlement: strategy.settlement)) }
  }

  init(atOneExpiryOf strategy: FilledStrategy, payoffs: [(underlying: String, payoff: Payoff)]) {
    let certificates = payoffs.map { LossCertificate(underlying: $0.underlying, payoff: $0.payoff) }
    var leastPayoff = ExactAmount.zero
    for certificate in certificates {
      guard let least = certificate.least else {
        self = .unbounded(Tails(policy: .heldToExpiry, certificates: certificates))
        return
      }
      leastPayoff += least.payoff
    }
    self = .bounded(
      Bound(
        policy: .heldToExpiry, certificates: certificates, entryCost: strategy.entryCost, fees: strategy.fees,
        leastPayoff: leastPayoff))
  }
}

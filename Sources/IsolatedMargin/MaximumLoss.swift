public import Basics
import Instruments
public import Pricing

/// What the holder does until the end: a maximum loss holds for one course of action, and names it.
public enum LossPolicy: String, Hashable, Sendable {
  /// Every leg is held to the one expiry they share; perpetual and underlying legs are closed at its delivery price.
  case heldToExpiry = "held_to_expiry"
}

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
    /// One for each underlying, in the order of their first mention.
    public let certificates: [LossCertificate]
    /// E: what the options cost at entry; a credit is negative. Settlement currency.
    public let entryCost: ExactAmount
    /// Phi: entry and reserved exit fees that do not depend on the outcome; 0 or more.
    public let fees: ExactAmount
    /// m: the sum of each underlying's least payoff.
    public let leastPayoff: ExactAmount

    public init(
      policy: LossPolicy, certificates: [LossCertificate], entryCost: ExactAmount, fees: ExactAmount,
      leastPayoff: ExactAmount
    ) {
      self.policy = policy
      self.certificates = certificates
      self.entryCost = entryCost
      self.fees = fees
      self.leastPayoff = leastPayoff
    }

    /// E + Phi - m: the capital at risk. Negative is a profit that cannot be lost.
    public var loss: ExactAmount { entryCost + fees - leastPayoff }
  }

  /// A loss without bound: where it grows, and how fast.
  public struct Tails: Hashable, Sendable {
    public let policy: LossPolicy
    /// One for each underlying, bounded ones included.
    public let certificates: [LossCertificate]

    public init(policy: LossPolicy, certificates: [LossCertificate]) {
      self.policy = policy
      self.certificates = certificates
    }

    /// Where the loss grows for ever, `up` before `down`.
    public var directions: [TailDirection] {
      let falling = certificates.filter { $0.slopeAtEnd < .zero }
      let found = falling.map { $0.settlement == .quote ? TailDirection.up : .down }
      return TailDirection.allCases.filter(found.contains)
    }

    /// The directions as a cell: `up`, `down` or `up,down`.
    public var text: String { directions.map(\.rawValue).joined(separator: ",") }
  }

  /// The proofs, one for each underlying.
  public var certificates: [LossCertificate] {
    switch self {
    case .bounded(let bound): return bound.certificates
    case .unbounded(let tails): return tails.certificates
    }
  }

  /// Gives the maximum loss at expiry of a strategy whose legs share one expiry.
  ///
  /// The prices of several underlyings can be anything together, so the worst case is the sum of each one's worst case.
  /// American contracts are taken as held to expiry; early assignment is not covered.
  ///
  /// - Throws: ``IsolatedMarginError`` `.severalExpiries`: the loss then depends on a policy this type does not have.
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

import Basics
public import Instruments
public import Pricing

/// How far a strategy's loss can go, from quantities and strikes alone.
public enum RiskClass: String, Hashable, Sendable, CaseIterable {
  /// Bounded, and less than the whole underlying.
  case defined
  /// Bounded, but growing all the way to the end: to S = 0 in quote currency, to S = infinity in coin, where a whole
  /// coin is lost.
  case wholeUnderlying = "whole_underlying"
  case unbounded
  /// Several expiries without a policy: what the far leg is worth at the near expiry decides.
  case timeDependent = "time_dependent"

  /// Gives the class of filled legs; the worst one of several underlyings.
  public init(of strategy: FilledStrategy) {
    guard strategy.expiries.count <= 1 else {
      self = .timeDependent
      return
    }
    self.init(of: MaximumLoss.payoffs(of: strategy).map(\.payoff))
  }

  /// Gives the class of legs without prices, as a catalogue lists them.
  ///
  /// Premiums shift the profit, and entry prices of futures the payoff, by a constant: neither changes the class. In coin,
  /// quantities of futures count quote currency; a leg of the coin itself is the collateral and weighs nothing.
  ///
  /// - Returns: nil where a leg cannot be accounted in the settlement, such as two coins in one strategy.
  public init?(of strategy: Strategy, settlement: Settlement) {
    guard strategy.expiries.count <= 1 else {
      self = .timeDependent
      return
    }
    guard settlement == .quote || strategy.underlyings.count <= 1 else { return nil }
    var groups: [String: [FilledLeg]] = [:]
    for leg in strategy.legs {
      guard
        let filled = try? FilledLeg(
          instrument: leg.instrument, quantity: leg.quantity, price: leg.instrument.isOption ? .zero : .one)
      else { return nil }
      groups[leg.instrument.underlying, default: []].append(filled)
    }
    self.init(of: strategy.underlyings.map { Payoff(of: groups[$0] ?? [], settlement: settlement) })
  }

  init(of payoffs: [Payoff]) { self.init(worstOf: payoffs.map(\.riskClass)) }

  /// The class of what a policy's proofs show; the worst one of several.
  init(of proofs: [LossProof]) {
    self.init(
      worstOf: proofs.map { proof in
        guard let least = proof.least else { return .unbounded }
        guard let function = proof.certificate else { return .defined }
        let start = function.vertices.first?.right.map { function.constant + $0 }
        return RiskClass.isFromStart(least, start: start, slope: function.slopeAtStart) ? .wholeUnderlying : .defined
      })
  }

  /// Rising from coordinate 0 with the minimum there: every step toward the end costs more. A minimum of 0 there is what
  /// a long spread in coin shows: it falls back to nothing and owes nothing.
  static func isFromStart(_ least: PayoffExtreme, start: ExactAmount?, slope: ExactAmount) -> Bool {
    slope > .zero && start == least.payoff && least.payoff < .zero
  }

  private init(worstOf classes: [RiskClass]) {
    if classes.contains(.unbounded) {
      self = .unbounded
    } else {
      self = classes.contains(.wholeUnderlying) ? .wholeUnderlying : .defined
    }
  }
}

extension Payoff {
  /// The class of one underlying's legs.
  var riskClass: RiskClass {
    guard let least else { return .unbounded }
    let start = vertices.first?.right.map { constant + $0 }
    return RiskClass.isFromStart(least, start: start, slope: slopeAtStart) ? .wholeUnderlying : .defined
  }
}

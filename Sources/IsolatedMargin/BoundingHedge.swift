public import Basics
public import Instruments
public import Pricing

/// The smallest long wing that makes a loss without bound a bounded one.
///
/// In coin the payoff's slope as S goes to 0 is the sum of strike x quantity over the puts, less the futures' quantities:
/// a sold put spread or iron condor with equal quantities falls for ever, and K_short/K_long as many long puts as short
/// ones stop it. In quote currency the slope as S goes to infinity counts calls and linear legs, whatever their strikes.
public struct BoundingHedge: Hashable, Sendable {
  public let underlying: String
  /// A put in coin, a call in quote currency.
  public let right: OptionRight
  public let strike: ExactAmount
  /// Units of the underlying held long at that strike already.
  public let held: ExactAmount
  /// Units to be bought in addition; exact.
  public let extra: ExactAmount

  /// Units long at the strike with which the loss is bounded.
  public var total: ExactAmount { held + extra }

  /// `1.25 long puts at 40000 (now 1) bound the loss`, quantities exact, as a fraction where they are no decimals.
  public var text: String {
    "\(total) long \(right.rawValue)s of \(underlying) at \(strike) (now \(held)) would bound the loss"
  }

  /// Gives the wing for each underlying whose loss has no bound.
  ///
  /// - Parameter wings: The strike to use for an underlying, above 0. Without one the wing is what is held long already:
  ///   the lowest put in coin, the highest call in quote currency; an underlying without any is left out.
  public static func hedges(
    for tails: MaximumLoss.Tails, of strategy: FilledStrategy, wings: [String: Price] = [:]
  ) -> [BoundingHedge] {
    tails.certificates.compactMap { certificate in
      guard certificate.slopeAtEnd < .zero else { return nil }
      let right: OptionRight = certificate.settlement == .coin ? .put : .call
      var long: [(strike: Price, leg: FilledLeg)] = []
      for leg in strategy.legs where leg.instrument.underlying == certificate.underlying && leg.quantity > .zero {
        guard case .option(let contract) = leg.instrument, contract.right == right else { continue }
        long.append((contract.strike, leg))
      }
      let strikes = long.map(\.strike).filter { right == .call || $0 > .zero }
      guard let strike = wings[certificate.underlying] ?? (right == .put ? strikes.min() : strikes.max()) else {
        return nil
      }
      let same = long.filter { $0.strike == strike }.map(\.leg)
      // More of the same wing pays the same fee at the end, which makes each unit bound a little less.
      let fee = same.first?.payoffFee ?? (same.isEmpty ? strategy.legs.lazy.compactMap(\.payoffFee).first : nil)
      let slopePerUnit = right == .put ? strike.exact : .one - min(fee?.rate ?? .zero, fee?.cap ?? .zero)
      guard let extra = (-certificate.slopeAtEnd).divided(by: slopePerUnit), extra > .zero else { return nil }
      return BoundingHedge(
        underlying: certificate.underlying, right: right, strike: strike.exact,
        held: same.reduce(.zero) { $0 + $1.units }, extra: extra)
    }
  }
}

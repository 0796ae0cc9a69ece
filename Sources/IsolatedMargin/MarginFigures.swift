public import Basics
import Pricing

/// What a summary says about a strategy's collateral.
public struct MarginFigures: Sendable {
  public let status: MarginStatus
  public let detail: String
  /// E + Phi - m; nil unless bounded.
  public let maxLoss: ExactAmount?
  public let margin: Money?
  /// E and Phi as the nearest `Double`s, for the profit of a scenario.
  public let entryCost: Double
  public let fees: Double
  /// The course of action for which ``maxLoss`` holds; nil without one.
  public let policy: LossPolicy?

  public init(_ margin: StrategyMargin) {
    policy = margin.maximumLoss?.policy
    status = margin.status
    detail = margin.detail
    maxLoss = margin.maxLoss
    self.margin = margin.margin
    entryCost = margin.entryCost.doubleValue
    fees = margin.fees.doubleValue
  }

  /// The figures of a position whose costs stand beside it: `margin` is that of its legs at no cost.
  public init(_ margin: StrategyMargin, entryCost: ExactAmount, fees: ExactAmount) {
    policy = margin.maximumLoss?.policy
    self.entryCost = entryCost.doubleValue
    self.fees = fees.doubleValue
    guard case .bounded(let free)? = margin.maximumLoss, margin.status == .ok else {
      (status, detail, maxLoss, self.margin) = (margin.status, margin.detail, nil, nil)
      return
    }
    let bound = MaximumLoss.Bound(
      policy: free.policy, proofs: free.proofs, entryCost: entryCost, fees: fees, leastPayoff: free.leastPayoff,
      leastCash: free.leastCash)
    maxLoss = bound.loss
    do {
      let collateral = try Collateral(
        of: bound, currency: margin.currency, reserve: margin.collateral?.exactReserve ?? .zero)
      self.margin = collateral.margin
      let notes = margin.detail.split(separator: ";").map { $0.drop { $0 == " " } }
        .filter { $0 != Collateral.Kind.lockedIn.rawValue }
      status = .ok
      detail = ((collateral.kind == .lockedIn ? [Collateral.Kind.lockedIn.rawValue[...]] : []) + notes)
        .joined(separator: "; ")
    } catch {
      (status, detail, self.margin) = (.overflow, error.description, nil)
    }
  }

  init(status: MarginStatus, detail: String, maxLoss: ExactAmount?, margin: Money?, entryCost: Double, fees: Double) {
    policy = maxLoss == nil ? nil : .heldToExpiry
    self.status = status
    self.detail = detail
    self.maxLoss = maxLoss
    self.margin = margin
    self.entryCost = entryCost
    self.fees = fees
  }
}

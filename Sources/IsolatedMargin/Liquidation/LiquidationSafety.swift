import Basics
public import Instruments
public import Pricing

/// Whether an account funded with the margin, and holding nothing else, can be liquidated before expiry.
///
/// For European claims on one expiry, D inf g <= V <= D sup g for every mark V free of arbitrage with discount factor D.
/// The cash left after entry is -min(m, 0), so equity is at least -min(m, 0)(1 - D) >= 0 while D <= 1: an account that is
/// liquidated only when its equity is below zero never is. Each way out of that argument is a reason.
///
/// With several expiries the argument holds under two policies. Closed at the first of them, the legs are worth m or more
/// there, and D m or more before. Held each to its own, they are worth the sum of D(k) m(k) or more; discount factors that
/// do not rise with time make that a mean of what has been paid up to each expiry (Abel's summation), whose least is the cash that
/// the margin holds (``MaximumLoss/Bound/leastCash``). Inside a band of volatilities a mark before the first expiry can have
/// any other, and nothing is proved.
public struct LiquidationSafety: Hashable, Sendable {
  /// What breaks the argument for this strategy.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    case unbounded
    case severalExpiries = "several_expiries"
    case american
    case perpetual
    case future
    case underlying
    case negativeRate = "negative_rate"
    case risingDiscount = "rising_discount"

    public var text: String {
      switch self {
      case .unbounded: return "the loss has no bound"
      case .severalExpiries: return "the legs have several expiries"
      case .american: return "short American options may be assigned early"
      case .perpetual: return "a perpetual is marked at its own price and pays funding"
      case .future: return "a future is marked undiscounted, which the discounted options do not match"
      case .underlying: return "the underlying is marked at spot, which the discounted options do not match"
      case .negativeRate: return "a negative rate makes the discount factor exceed 1"
      case .risingDiscount:
        return
          "a unit paid at a later expiry is worth more than one paid before it: a later loss can outweigh an earlier gain"
      }
    }
  }

  /// In the order of the enumeration; empty where the strategy can never be liquidated under ``conditions``.
  public let reasons: [Reason]
  public let settlement: Settlement
  /// Under which the maximum loss stands; nil where several expiries have none.
  public let policy: LossPolicy?

  /// - Parameters:
  ///   - discounts: What is known of the settlement currency's discount factors.
  ///   - policy: That of the margin which is posted; nil for none.
  public init(
    of strategy: FilledStrategy, isBounded: Bool, discounts: DiscountOrder = .sound, policy: LossPolicy? = nil
  ) {
    self.policy = policy
    var found: Set<Reason> = []
    if !isBounded { found.insert(.unbounded) }
    let isCovered = policy == .closedAtFirstExpiry || policy == .eachHeldToItsExpiry
    if strategy.expiries.count > 1, !isCovered { found.insert(.severalExpiries) }
    // A long American leg is worth at least its European twin, which the argument needs; a short one may be assigned.
    if strategy.hasShortAmericanLegs { found.insert(.american) }
    if discounts.exceedsOne { found.insert(.negativeRate) }
    // Abel's summation wants factors that do not rise; a strategy closed at its first expiry has that one alone.
    if discounts.rises, policy == .eachHeldToItsExpiry { found.insert(.risingDiscount) }
    for leg in strategy.legs {
      switch leg.instrument {
      case .perpetual: found.insert(.perpetual)
      case .future: found.insert(.future)
      case .underlying: found.insert(.underlying)
      case .option, .digital: break
      }
    }
    // A several-expiry strategy without a policy has no bound: saying that it is unbounded would be a second, wrong reason.
    if policy == nil, found.contains(.severalExpiries) { found.remove(.unbounded) }
    reasons = Reason.allCases.filter(found.contains)
    settlement = strategy.settlement
  }

  /// True where the margin, once posted, is enough at every time, price and volatility, under ``conditions``.
  public var isNeverLiquidated: Bool { reasons.isEmpty }

  /// What must hold beside the strategy itself, as sentences without a full stop.
  public var conditions: [String] {
    [
      "liquidation only when equity falls below zero, with no further maintenance requirement on short legs",
      settlement == .quote
        ? "interest rates of zero or more until expiry" : "a discount factor in coin of at most 1 until expiry",
      "marks free of arbitrage, not forced sales at bid and ask",
      "fees reserved, collateral in the settlement currency, and no withdrawal below the requirement",
    ]
      + (policy == .closedAtFirstExpiry
        ? ["everything closed at the first expiry, and rates and carry between expiries as stated"] : [])
      + (policy == .eachHeldToItsExpiry
        ? ["discount factors that do not rise from one expiry to the next, now and later"] : [])
  }

  /// One sentence for a report.
  public var text: String {
    isNeverLiquidated
      ? "never liquidated before expiry, given \(conditions.joined(separator: "; "))"
      : "can be liquidated before expiry: \(reasons.map(\.text).joined(separator: "; "))"
  }
}

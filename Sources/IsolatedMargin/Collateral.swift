public import Basics

/// The collateral of a strategy whose loss is bounded, in one currency: three numbers with three names.
///
/// With entry cost E (a credit is negative), fixed fees Phi and least payoff m,
///
/// | number | amount | meaning |
/// | --- | --- | --- |
/// | ``maxLoss`` | E + Phi - m | the capital at risk |
/// | ``margin`` | max(0, E + Phi - min(m, 0)) | what the holder brings and posts; a credit counts toward it |
/// | ``requirement`` | -min(m, 0) | what stays locked to the end |
///
/// and three classes: m <= 0 with a loss of 0 or more, where margin *is* the maximum loss (``Kind/lossIsMargin``); m > 0,
/// where margin exceeds it by m, since a gain that is certain at expiry is no cash before (``Kind/lockedIn``); and a credit
/// above the worst payoff, where margin is 0 and the maximum loss negative (``Kind/lockedInProfit``).
///
/// Legs held to several expiries can have a gain that is certain and comes after a loss: what is paid by then stands in m's
/// place (``MaximumLoss/Bound/leastCash``), and margin exceeds the maximum loss, which is ``Kind/lockedIn`` too.
///
/// Cash of `requirement` and the marks of the legs together are never below zero before expiry as long as discount
/// factors are at most 1 and marks free of arbitrage (``LiquidationSafety``): a mark is at least the discounted least
/// payoff.
public struct Collateral: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    /// Margin equals the maximum loss, to below one minor unit.
    case lossIsMargin = "loss_is_margin"
    /// The least payoff is positive: margin exceeds the maximum loss by it.
    case lockedIn = "locked_in"
    /// A profit in every outcome for which nothing need be posted: margin 0, maximum loss below 0.
    case lockedInProfit = "locked_in_profit"
  }

  public let kind: Kind
  /// E + Phi - m, exact.
  public let maxLoss: ExactAmount
  /// max(0, E + Phi - min(m, 0)), exact, before the reserve is added.
  public let exactMargin: ExactAmount
  /// -min(m, 0), exact.
  public let exactRequirement: ExactAmount
  /// For funding and basis of perpetuals, which are no functions of the price at expiry; exact.
  public let exactReserve: ExactAmount
  /// The margin with the reserve, rounded up to the minor unit.
  public let margin: Money
  /// Rounded up to the minor unit; without the reserve.
  public let requirement: Money
  /// Rounded up to the minor unit. `margin` holds it already; both are rounded once, so they need not differ by it.
  public let reserve: Money

  /// - Throws: ``BasicsError`` `.outOfRange` where an amount does not fit the 64 bits of ``Money``.
  public init(
    of bound: MaximumLoss.Bound, currency: Currency, reserve: ExactAmount = .zero
  ) throws(BasicsError) {
    let leastOrZero = min(bound.leastCash, .zero)
    let needed = bound.entryCost + bound.fees - leastOrZero
    maxLoss = bound.loss
    exactMargin = max(.zero, needed)
    exactRequirement = -leastOrZero
    exactReserve = max(.zero, reserve)
    // The order decides the overlap: a box entered for a credit needs nothing, and its margin is 0 and not loss + m.
    kind = needed < .zero ? .lockedInProfit : (bound.leastPayoff > leastOrZero ? .lockedIn : .lossIsMargin)
    margin = try Money(rounding: exactMargin + exactReserve, to: currency, .up)
    requirement = try Money(rounding: exactRequirement, to: currency, .up)
    self.reserve = try Money(rounding: exactReserve, to: currency, .up)
  }
}

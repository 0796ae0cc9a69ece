public import Basics
public import IsolatedMargin
public import MarketData

/// What is done at the first of several expiries: the words of `--policy`.
public enum ClosingWord: String, CaseIterable, Sendable {
  case closeFirst = "close-first"
  case holdEach = "hold-each"
  case closeFirstInBand = "close-first-in-band"

  /// The plan that the word means on a market.
  ///
  /// - Parameters:
  ///   - market: Where rates and forwards come from; nil for rates of zero.
  ///   - forwardBand: The share by which the ratio of two expiries' forwards may differ either way.
  ///   - band: The volatilities of ``closeFirstInBand``, which has no plan without them.
  public func plan(
    on market: MarketState?, forwardBand: ExactAmount = .zero, band: VolatilityBand? = nil
  ) -> ClosingPlan? {
    let rates = market.map { CarryRates.market($0, forwardBand: forwardBand) } ?? .zero
    switch self {
    case .closeFirst: return ClosingPlan(.closedAtFirstExpiry, rates: rates)
    case .holdEach: return ClosingPlan(.eachHeldToItsExpiry, rates: rates)
    case .closeFirstInBand: return band.map { ClosingPlan(.closedAtFirstExpiryInBand($0), rates: rates) }
    }
  }
}

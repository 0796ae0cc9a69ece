import Basics
import CBulkhead
import IsolatedMargin
import MarketData

extension MemoryClaims {
  /// What is done with several expiries; nil where the caller names nothing.
  mutating func plan(
    _ pointer: UnsafePointer<bulkhead_policy>?, on market: MarketState?
  ) throws(CallFailure) -> ClosingPlan? {
    guard unsafe pointer != nil else { return nil }
    let policy = unsafe try value(pointer, "policy")
    let band = Price(count: policy.forward_band).exact
    guard band >= .zero, band < .one else {
      throw .badArgument("forward band: found \(band), wanted a share of 0 or more and below 1")
    }
    guard band.isZero || market != nil else {
      throw .badArgument("forward band: found \(band) without a market, wanted the market whose forwards it widens")
    }
    let rates = market.map { CarryRates.market($0, forwardBand: band) } ?? .zero
    switch policy.kind {
    case 1: return ClosingPlan(.eachHeldToItsExpiry, rates: rates)
    case 2: return ClosingPlan(.closedAtFirstExpiry, rates: rates)
    case 3:
      guard policy.sharing == 0 || policy.sharing == 1 else {
        throw .badArgument("sharing: found \(policy.sharing), wanted 0 or 1")
      }
      do {
        let volatilities = try VolatilityBand(
          lower: policy.low, upper: policy.high, sharing: policy.sharing == 0 ? .perLeg : .common)
        return ClosingPlan(.closedAtFirstExpiryInBand(volatilities), rates: rates)
      } catch { throw .badArgument("policy: \(error)") }
    default: throw .badArgument("policy: found \(policy.kind), wanted 1, 2 or 3")
    }
  }
}

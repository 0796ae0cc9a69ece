import Instruments
import MarketData
import Pricing

/// A request that has been read: what is asked of which strategy in which market, and about how long the answer takes.
public struct InterfaceQuestion: Sendable {
  /// How long an answer takes, as the request alone tells it.
  public enum Weight: Sendable {
    /// Below a millisecond for a few legs.
    case light
    /// Milliseconds, and seconds for many legs.
    case heavy
    /// Seconds: simulations and surfaces of liquidation prices.
    case vast
  }

  let operation: InterfaceOperation
  let request: InterfaceRequest
  let market: JSONInterface.Market
  let statement: StrategyStatement

  public var weight: Weight {
    switch operation {
    case .analyze, .margin:
      // A policy is proved in many steps, a venue's maintenance is searched price by price.
      return request.has("policy") || request.has("maintenance") ? .heavy : .light
    case .stress, .compare, .twins, .roll: return .heavy
    case .liquidation: return request.has("probability") || request.has("surface") ? .vast : .heavy
    }
  }
}

public import Analysis
public import Basics
public import IsolatedMargin
import Pricing

/// What `liquidation` answers for one strategy: its box, the region of each day asked for, and what a top-up would do.
public struct LiquidationAnswer: Sendable {
  public struct Day: Sendable {
    public let state: LiquidationState
    public let region: LiquidationRegion
  }

  /// The top-up that makes every price from one to the present spot safe.
  public struct Push: Sendable {
    public let price: Double
    /// Nil where no amount does.
    public let topUp: Money?
  }

  public let box: LiquidationBox
  /// In the order asked for; at least one.
  public let days: [Day]
  public let pushes: [Push]
  /// The top-up after which no price liquidates on the first day; nil where no amount does.
  public let topUpForNone: Money?
  /// One volatility for all options, where it was given.
  public let volatility: Double?
  /// The probability of liquidation, where it was asked for.
  public let outlook: LiquidationOutlook?

  /// - Parameters:
  ///   - days: Calendar days forward; at least one.
  ///   - pushes: Prices in quote currency.
  public init(
    of box: LiquidationBox, days: [Double], pushes: [Double] = [], volatility: Double? = nil,
    outlook: LiquidationOutlook? = nil
  ) {
    self.box = box
    self.outlook = outlook
    self.volatility = volatility
    self.days = (days.isEmpty ? [0] : days).map { day in
      let state = LiquidationState(daysForward: day)
      return Day(state: state, region: box.region(state))
    }
    let first = self.days[0]
    self.pushes = pushes.map { Push(price: $0, topUp: box.topUp(toPush: $0, first.state)) }
    topUpForNone = first.region.status == .none ? nil : box.topUpForNone(first.state)
  }

  /// What a reader must know of the answer, as sentences without a full stop.
  func notes(_ state: LiquidationState) -> [String] {
    var notes: [String] = []
    if state.isAveraging(in: box.market) {
      notes.append("inside the averaging window: the delivery price is partly fixed already, which is not modelled")
    }
    if state.hasExpired(in: box.market) {
      notes.append("a leg has expired by then: it counts with its payoff on the spot asked about")
    }
    if box.strategy.hasAmericanLegs { notes.append("American legs are valued as European") }
    return notes
  }
}

public import Basics
import Pricing

extension LiquidationBox {
  /// The least deposit on top that leaves no price from `low` to `high` liquidated, to the minor unit; zero where none is
  /// needed, nil where no amount of 64 bits does.
  ///
  /// A top-up only ever shrinks the set of liquidated prices, so halving finds the least; every step is a region with its
  /// certificate, and one unit less leaves a liquidated price in the range.
  ///
  /// - Parameters:
  ///   - low, high: Quote currency; 0 and infinity ask for no liquidation at all.
  /// - Complexity: at most some 120 regions.
  public func topUp(toClear low: Double, _ high: Double, _ state: LiquidationState = .now) -> Money? {
    let currency = strategy.currency
    func isClear(_ units: Int64) -> Bool {
      let money = Money(minorUnits: units, currency: currency)
      return !adding(money.exact).region(state).bands.contains { band in
        (band.lower?.price ?? 0) < high && low < (band.upper?.price ?? .infinity)
      }
    }
    guard !isClear(0) else { return Money.zero(currency) }
    // What the ends of the range lack is a first guess.
    var enough: Int64 = 1
    for place in [low, high] where place > 0 && place.isFinite {
      let lack = -excess(at: place, state).value / Money(minorUnits: 1, currency: currency).exact.doubleValue
      if lack > 1, lack < 0x1p61 { enough = max(enough, Int64(lack.rounded(.up))) }
    }
    var short: Int64 = 0
    while !isClear(enough) {
      short = enough
      let (next, overflow) = enough.multipliedReportingOverflow(by: 4)
      guard !overflow else { return nil }
      enough = next
    }
    while enough - short > 1 {
      let middle = short + (enough - short) / 2
      if isClear(middle) { enough = middle } else { short = middle }
    }
    return Money(minorUnits: enough, currency: currency)
  }

  /// The top-up that pushes the corridor's bound out to `price`, so that every price from there to the present spot is
  /// safe; nil where no amount does.
  public func topUp(toPush price: Double, _ state: LiquidationState = .now) -> Money? {
    topUp(toClear: min(price, market.spot), max(price, market.spot), state)
  }

  /// The top-up after which no price liquidates at all; nil where equity falls without end in some direction.
  public func topUpForNone(_ state: LiquidationState = .now) -> Money? { topUp(toClear: 0, .infinity, state) }
}

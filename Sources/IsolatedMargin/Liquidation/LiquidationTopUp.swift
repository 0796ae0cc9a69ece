public import Basics
import Pricing
import RealModule

extension LiquidationBox {
  /// The least deposit on top that leaves no price from `low` to `high` liquidated, to the minor unit; zero where none is
  /// needed, nil where no amount of 64 bits does.
  ///
  /// A top-up only ever shrinks the set of liquidated prices, so halving finds the least; every step is a region with its
  /// certificate, and one unit less leaves a liquidated price in the range.
  ///
  /// - Parameters:
  ///   - low, high: Quote currency; 0 and infinity ask for no liquidation at all.
  /// - Complexity: about five regions where the worst price is found at once, some hundred at most.
  public func topUp(toClear low: Double, _ high: Double, _ state: LiquidationState = .now) -> Money? {
    let currency = strategy.currency
    func liquidated(_ units: Int64) -> [LiquidationBand] {
      adding(Money(minorUnits: units, currency: currency).exact).region(state).bands.filter { band in
        (band.lower?.price ?? 0) < high && low < (band.upper?.price ?? .infinity)
      }
    }
    let bands = liquidated(0)
    guard !bands.isEmpty else { return Money.zero(currency) }
    // The deepest lack is the answer but for rounding; from there steps grow in the direction that is wrong.
    let unit = Money(minorUnits: 1, currency: currency).exact.doubleValue
    let lack = deepestLack(in: bands, from: low, to: high, state) / unit
    var (short, enough): (Int64, Int64) = (0, lack > 1 && lack < 0x1p61 ? Int64(lack.rounded(.up)) : 1)
    var step: Int64 = 1
    if liquidated(enough).isEmpty {
      while enough - short > 1 {
        let probe = max(short + 1, enough - step)
        guard liquidated(probe).isEmpty else {
          short = probe
          break
        }
        enough = probe
        step = step > .max / 4 ? .max : step * 4
      }
    } else {
      repeat {
        short = enough
        let (next, overflow) = enough.addingReportingOverflow(step)
        guard !overflow, step <= .max / 4 else { return nil }
        (enough, step) = (next, step * 4)
      } while !liquidated(enough).isEmpty
    }
    while enough - short > 1 {
      let middle = short + (enough - short) / 2
      if liquidated(middle).isEmpty { enough = middle } else { short = middle }
    }
    return Money(minorUnits: enough, currency: currency)
  }

  /// About how far equity falls below the requirement at the worst price of some bands: a first guess, that a search corrects.
  private func deepestLack(
    in bands: [LiquidationBand], from low: Double, to high: Double, _ state: LiquidationState
  ) -> Double {
    let terms = terms(state)
    let strikes = options.map(\.strike).filter { $0 > 0 } + [market.spot]
    let ends = (least: (strikes.min() ?? 1) * 1e-3, greatest: (strikes.max() ?? 1) * 1e3)
    let steps = 64
    var deepest = 0.0
    for band in bands {
      let from = Double.log(max(low, band.lower?.price ?? 0, ends.least))
      let to = Double.log(max(min(high, band.upper?.price ?? .infinity, ends.greatest), .exp(from)))
      func lack(_ logarithm: Double) -> Double { -excess(at: .exp(logarithm), terms).value }
      let places = (0...steps).map { from + (to - from) * Double($0) / Double(steps) }
      let lacks = places.map(lack)
      guard let worst = lacks.indices.max(by: { lacks[$0] < lacks[$1] }) else { continue }
      deepest = max(deepest, lacks[worst])
      // Halves towards the greater lack: between its neighbours the worst place has no other beside it, as a rule.
      var (left, right) = (places[max(0, worst - 1)], places[min(steps, worst + 1)])
      for _ in 0..<60 where right > left {
        let (a, b) = (left + (right - left) * 0.382, left + (right - left) * 0.618)
        let (atA, atB) = (lack(a), lack(b))
        deepest = max(deepest, atA, atB)
        if atA < atB { left = a } else { right = b }
      }
    }
    return deepest
  }

  /// The top-up that pushes the corridor's bound out to `price`, so that every price from there to the present spot is
  /// safe; nil where no amount does.
  public func topUp(toPush price: Double, _ state: LiquidationState = .now) -> Money? {
    topUp(toClear: min(price, market.spot), max(price, market.spot), state)
  }

  /// The top-up after which no price liquidates at all; nil where equity falls without end in some direction.
  public func topUpForNone(_ state: LiquidationState = .now) -> Money? { topUp(toClear: 0, .infinity, state) }
}

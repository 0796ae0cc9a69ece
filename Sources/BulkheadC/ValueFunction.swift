import Analysis
import Basics
public import CBulkhead
import Pricing

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_value(
  _ book: UnsafePointer<bulkhead_book>?, _ out: UnsafeMutablePointer<Double>?,
  _ legs: UnsafeMutablePointer<Double>?, _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let strategies = unsafe try StrategyRows(book, &claims)
    // Counts of strategies and legs are held far below what 12 numbers each could overflow.
    let out = unsafe try claims.output(out, 12 * Int64(strategies.count), "out")
    let legs = unsafe try claims.optionalOutput(legs, 12 * Int64(strategies.legCount), "legs")
    try claims.check()
    guard let market = strategies.market else { throw .badArgument("found no market, wanted one that values the legs") }
    let analyzer = StrategyAnalyzer(market: market)
    var refusals = RowRefusals()
    for index in 0..<strategies.count {
      let range = strategies.legRange(index)
      do throws(RowFailure) {
        let strategy = try strategies.strategy(index)
        let value: StrategyValue
        do { value = try analyzer.value(of: strategy) } catch { throw RowFailure("\(error)") }
        // Every place of the caller's is written, or the strategy is refused.
        guard value.legs.count == range.count else {
          throw RowFailure("found \(value.legs.count) legs with a value, wanted all \(range.count)")
        }
        unsafe write(value.greeks, value.quoteGreeks, to: out, at: index)
        guard let legs = unsafe legs else { continue }
        for (place, leg) in zip(range, value.legs) { unsafe write(leg.greeks, leg.quoteGreeks, to: legs, at: place) }
      } catch {
        refusals.add(row: index, error.reason)
        for cell in (12 * index)..<(12 * (index + 1)) { unsafe out[cell] = .nan }
        guard let legs = unsafe legs else { continue }
        for cell in (12 * range.lowerBound)..<(12 * range.upperBound) { unsafe legs[cell] = .nan }
      }
    }
    return refusals
  }
}

/// Settlement currency before quote currency.
private func write(_ own: Greeks, _ quote: Greeks, to out: UnsafeMutableBufferPointer<Double>, at row: Int) {
  for (block, greeks) in [own, quote].enumerated() {
    let cells = [greeks.value, greeks.delta, greeks.gamma, greeks.vega, greeks.theta, greeks.rho]
    for (place, cell) in cells.enumerated() { unsafe out[12 * row + 6 * block + place] = cell }
  }
}

import Basics
public import CBulkhead
import Instruments
import MarketData

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_chain(
  _ market: UnsafePointer<bulkhead_market>?, _ expiries: UnsafeMutablePointer<bulkhead_expiry>?, _ capacity: Int64,
  _ count: UnsafeMutablePointer<Int64>?, _ rows: UnsafeMutablePointer<bulkhead_text>?,
  _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let state = unsafe try claims.market(market)
    let expiries = unsafe try claims.output(expiries, capacity, "expiries")
    let count = unsafe try claims.output(count, 1, "count")
    let target = unsafe try claims.text(rows, "rows")
    try claims.check()
    guard let underlying = state.underlyings.first else { throw .refused("found no underlying, wanted one") }
    unsafe count[0] = Int64(underlying.chains.count)
    guard underlying.chains.count <= Int(capacity) else {
      throw .tooSmall("expiries: found room for \(capacity), wanted \(underlying.chains.count)")
    }
    for (place, chain) in underlying.chains.enumerated() {
      let (day, time) = ContractCode.code(chain.expiry)
      let forward = chain.forward
      unsafe expiries[place] = bulkhead_expiry(
        day: day, time: time, years: forward.years, forward: forward.value, rate: forward.rate,
        dividend_yield: forward.dividendYield)
    }
    var rows = RowText(["quote", "instrument", "reason"])
    for rejected in underlying.rejected { rows.row(["\(rejected.line)", rejected.instrument, rejected.reason]) }
    unsafe try TextOutput.deliver(rows, to: target)
    return RowRefusals()
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_smile(
  _ market: UnsafePointer<bulkhead_market>?, _ expiryDay: Int32, _ expiryTime: Int32,
  _ strikes: UnsafePointer<Double>?, _ count: Int64, _ out: UnsafeMutablePointer<Double>?,
  _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let state = unsafe try claims.market(market)
    let strikes = unsafe try claims.input(strikes, count, "strikes")
    let out = unsafe try claims.output(out, count, "out")
    try claims.check()
    guard let underlying = state.underlyings.first else { throw .refused("found no underlying, wanted one") }
    var refusals = RowRefusals()
    do {
      let expiry = try ContractCode.expiry(day: expiryDay, time: expiryTime)
      let forward = try underlying.forward(of: expiry)
      for place in strikes.indices {
        let strike = unsafe strikes[place]
        unsafe out[place] = .nan
        guard strike >= 0, strike.isFinite else {
          refusals.add(row: place, "strike: found \(strike), wanted a finite number of 0 or more")
          continue
        }
        if let found = underlying.volatility(strike: strike, forward: forward) { unsafe out[place] = found.value }
      }
    } catch let failure as RowFailure { throw .refused(failure.reason) } catch { throw .refused("\(error)") }
    return refusals
  }
}

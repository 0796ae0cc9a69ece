import Basics
public import CBulkhead
import Instruments
import MarketData
import Pricing

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_parse_legs(
  _ market: UnsafePointer<bulkhead_market>?, _ terms: UnsafePointer<bulkhead_terms>?, _ text: bulkhead_bytes,
  _ legs: UnsafeMutablePointer<bulkhead_leg>?, _ capacity: Int64, _ count: UnsafeMutablePointer<Int64>?,
  _ symbols: UnsafeMutablePointer<bulkhead_text>?, _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let place = unsafe try ContractPlace(market, terms, &claims)
    let words = unsafe try claims.text(text, "text")
    let target = unsafe try LegTarget(legs, capacity, count, symbols, &claims)
    try claims.check()
    let found: [Leg]
    // U is the share or coin itself; in coin settlement it is refused, since the coin held is the collateral.
    do { found = try LegsText.parse(words, terms: place.terms.covered(by: .underlying)) } catch {
      throw .refused("\(error)")
    }
    try place.checkListing(of: found)
    try target.write(found)
    return RowRefusals()
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_parse_instruments(
  _ names: bulkhead_bytes, _ legs: UnsafeMutablePointer<bulkhead_leg>?, _ capacity: Int64,
  _ count: UnsafeMutablePointer<Int64>?, _ status: UnsafeMutablePointer<UInt8>?,
  _ symbols: UnsafeMutablePointer<bulkhead_text>?, _ rows: UnsafeMutablePointer<bulkhead_text>?,
  _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let text = unsafe try claims.text(names, "names")
    let status = unsafe try claims.output(status, capacity, "status")
    let reasons = unsafe try claims.text(rows, "rows")
    let target = unsafe try LegTarget(legs, capacity, count, symbols, &claims)
    try claims.check()
    let names = text.lines
    guard names.count <= Int(capacity) else {
      unsafe count?.pointee = Int64(names.count)
      throw .tooSmall("legs: found room for \(capacity), wanted \(names.count)")
    }
    var refusals = RowRefusals()
    var rows = RowText(["place", "reason"])
    var found: [Leg?] = []
    for (index, name) in names.enumerated() {
      do {
        found.append(try Leg(.one, InstrumentName.parse(name)))
        unsafe status[index] = 0
      } catch {
        found.append(nil)
        unsafe status[index] = 1
        refusals.add(row: index, "\(error)")
        rows.row(["\(index)", "\(error)"])
      }
    }
    try target.write(found)
    unsafe try TextOutput.deliver(rows, to: reasons)
    return refusals
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_names(
  _ book: UnsafePointer<bulkhead_book>?, _ rows: UnsafeMutablePointer<bulkhead_text>?,
  _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let strategies = unsafe try StrategyRows(book, &claims)
    let target = unsafe try claims.text(rows, "rows")
    try claims.check()
    var refusals = RowRefusals()
    var rows = RowText(["strategy", "leg", "name"])
    for index in 0..<strategies.count {
      do throws(RowFailure) {
        let legs = try strategies.stated(index)
        let strategy: Strategy
        do { strategy = try Strategy(legs) } catch { throw RowFailure("\(error)") }
        let spot = strategies.market?.underlyings.first?.spot
        rows.row(["\(index)", "", StrategyCatalogue.name(of: strategy, coverPrice: spot)?.displayName ?? ""])
        for (place, leg) in legs.enumerated() { rows.row(["\(index)", "\(place)", "\(leg.instrument)"]) }
      } catch { refusals.add(row: index, error.reason) }
    }
    unsafe try TextOutput.deliver(rows, to: target)
    return refusals
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_catalogue(
  _ rows: UnsafeMutablePointer<bulkhead_text>?, _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let target = unsafe try claims.text(rows, "rows")
    try claims.check()
    var rows = RowText(["id", "name", "family", "legs", "summary", "strikes", "expiries"])
    for entry in StrategyCatalogue.all {
      rows.row([
        entry.id, entry.displayName, entry.family.rawValue, entry.legsText, entry.summary, "\(entry.strikeCount)",
        "\(entry.expiryCount)",
      ])
    }
    unsafe try TextOutput.deliver(rows, to: target)
    return RowRefusals()
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_parse_expiries(
  _ text: bulkhead_bytes, _ days: UnsafeMutablePointer<Int32>?, _ times: UnsafeMutablePointer<Int32>?,
  _ capacity: Int64, _ count: UnsafeMutablePointer<Int64>?, _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let text = unsafe try claims.text(text, "text")
    let days = unsafe try claims.output(days, capacity, "days")
    let times = unsafe try claims.output(times, capacity, "times")
    let count = unsafe try claims.output(count, 1, "count")
    try claims.check()
    let words = text.lines
    unsafe count[0] = Int64(words.count)
    guard words.count <= Int(capacity) else {
      throw .tooSmall("expiries: found room for \(capacity), wanted \(words.count)")
    }
    for (place, word) in words.enumerated() {
      do { unsafe (days[place], times[place]) = ContractCode.code(try Expiry(parsing: word)) } catch {
        throw .refused("\(error)")
      }
    }
    return RowRefusals()
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_parse_instant(
  _ text: bulkhead_bytes, _ seconds: UnsafeMutablePointer<Int64>?, _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let text = unsafe try claims.text(text, "text")
    let seconds = unsafe try claims.output(seconds, 1, "seconds")
    try claims.check()
    do { unsafe seconds[0] = try Instant(parsing: text).secondsSinceEpoch } catch { throw .refused("\(error)") }
    return RowRefusals()
  }
}

/// Whose contracts a short text or a structure is made of: a market's, else those of stated terms.
struct ContractPlace {
  let terms: ContractTerms
  let market: UnderlyingMarket?

  init(
    _ market: UnsafePointer<bulkhead_market>?, _ terms: UnsafePointer<bulkhead_terms>?, _ claims: inout MemoryClaims
  ) throws(CallFailure) {
    if let state = unsafe try claims.optionalMarket(market), let only = state.underlyings.first {
      self.market = only
      self.terms = only.contractTerms
      return
    }
    self.market = nil
    let stated = unsafe try claims.value(terms, "terms")
    let symbol = unsafe try claims.text(stated.symbol, "symbol")
    let currency = unsafe try claims.text(stated.quote_currency, "quote currency")
    guard unsafe ContractCode.isKnown(stated.flags) else {
      throw .badArgument("flags: found \(unsafe stated.flags), wanted those of the header")
    }
    guard !symbol.isEmpty, !symbol.utf8.contains(where: { $0 < 0x20 }) else {
      throw .refused("symbol: found '\(symbol)', wanted a name such as BTC")
    }
    do {
      let code = try Currency(currency).code
      // The day does not count: only the moment of it is asked for.
      let time = unsafe try ContractCode.expiry(day: 0, time: stated.expiry_time).time
      self.terms = unsafe try ContractTerms(
        underlying: symbol, settlement: ContractCode.settlement(stated.flags),
        exercise: ContractCode.exercise(stated.flags), delivery: ContractCode.delivery(stated.flags),
        multiplier: Quantity(count: stated.multiplier), quoteCurrency: code, expiryTime: time)
    } catch let error as RowFailure { throw .refused(error.reason) } catch { throw .refused("\(error)") }
  }
}

extension ContractPlace {
  /// Refuses the first leg that the chain, where there is one, does not list and that has no price of its own.
  func checkListing(of legs: [Leg]) throws(CallFailure) {
    guard let market else { return }
    for (place, leg) in legs.enumerated() {
      do { try market.checkListing(of: leg) } catch { throw .refused("leg \(place): \(error.reason)") }
    }
  }
}

/// Where legs that were read go.
@safe
struct LegTarget {
  private let legs: UnsafeMutableBufferPointer<bulkhead_leg>
  private let count: UnsafeMutableBufferPointer<Int64>
  private let symbols: UnsafeMutablePointer<bulkhead_text>?

  init(
    _ legs: UnsafeMutablePointer<bulkhead_leg>?, _ capacity: Int64, _ count: UnsafeMutablePointer<Int64>?,
    _ symbols: UnsafeMutablePointer<bulkhead_text>?, _ claims: inout MemoryClaims
  ) throws(CallFailure) {
    unsafe self.legs = try claims.output(legs, capacity, "legs")
    unsafe self.count = try claims.output(count, 1, "count")
    unsafe self.symbols = try claims.text(symbols, "symbols")
  }

  /// - Parameter found: nil for a place without a leg, which is left as it is.
  func write(_ found: [Leg?]) throws(CallFailure) {
    unsafe count[0] = Int64(found.count)
    guard unsafe found.count <= legs.count else {
      throw .tooSmall("legs: found room for \(unsafe legs.count), wanted \(found.count)")
    }
    var list = SymbolList()
    for (place, leg) in found.enumerated() {
      if let leg { unsafe legs[place] = bulkhead_leg(leg, &list) }
    }
    unsafe try TextOutput.deliver(list.bytes, to: symbols, "symbols")
  }
}

import Basics
import CBulkhead
import Instruments
import MarketData
import Pricing

/// The names that places in legs and accounts count.
struct SymbolTable {
  private let names: [String]

  init(_ text: String) {
    names = text.lines.map(String.init)
  }

  /// Nil for a place outside.
  subscript(place: Int32) -> String? { names.indices.contains(Int(place)) ? names[Int(place)] : nil }
}

extension String {
  /// What stands between line feeds, none of an empty text. By bytes: a carriage return and a line feed are one Character.
  var lines: [Substring] {
    utf8.isEmpty ? [] : utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Substring.init)
  }
}

/// Why a leg or a strategy is none: one row's matter.
struct RowFailure: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// The codes in which a contract's parts cross the interface.
enum ContractCode {
  static func expiry(day: Int32, time: Int32) throws(RowFailure) -> Expiry {
    guard let date = CalendarDate(daysSinceEpoch: Int(day)) else {
      throw RowFailure("expiry: found day \(day), wanted one of the years 1900 to 9999")
    }
    switch time {
    case Int32(BULKHEAD_AT_DERIBIT): return Expiry(date, .deribit)
    case Int32(BULKHEAD_AT_NEW_YORK_CLOSE): return Expiry(date, .newYorkClose)
    case Int32(BULKHEAD_AT_NEW_YORK_OPEN): return Expiry(date, .newYorkOpen)
    case Int32(BULKHEAD_AT_VENUE): return Expiry(date, .venue)
    case 0..<86_400: return Expiry(date, .utc(secondOfDay: Int(time)))
    default: throw RowFailure("expiry: found time \(time), wanted a second of the day or a code from -4 to -1")
    }
  }

  static func code(_ expiry: Expiry) -> (day: Int32, time: Int32) {
    (Int32(clamping: expiry.date.daysSinceEpoch), code(expiry.time))
  }

  static func code(_ time: ExpiryTime) -> Int32 {
    switch time {
    case .deribit: return Int32(BULKHEAD_AT_DERIBIT)
    case .newYorkClose: return Int32(BULKHEAD_AT_NEW_YORK_CLOSE)
    case .newYorkOpen: return Int32(BULKHEAD_AT_NEW_YORK_OPEN)
    case .venue: return Int32(BULKHEAD_AT_VENUE)
    case .utc(let second): return Int32(clamping: second)
    }
  }

  static func settlement(_ flags: Int32) -> Settlement { flags & Int32(BULKHEAD_COIN) != 0 ? .coin : .quote }
  static func exercise(_ flags: Int32) -> ExerciseStyle {
    flags & Int32(BULKHEAD_AMERICAN) != 0 ? .american : .european
  }
  static func delivery(_ flags: Int32) -> Delivery { flags & Int32(BULKHEAD_PHYSICAL) != 0 ? .physical : .cash }

  static func flags(_ settlement: Settlement, _ exercise: ExerciseStyle, _ delivery: Delivery) -> Int32 {
    (settlement == .coin ? Int32(BULKHEAD_COIN) : 0) | (exercise == .american ? Int32(BULKHEAD_AMERICAN) : 0)
      | (delivery == .physical ? Int32(BULKHEAD_PHYSICAL) : 0)
  }

  static func isKnown(_ flags: Int32) -> Bool {
    flags & ~Int32(BULKHEAD_COIN | BULKHEAD_AMERICAN | BULKHEAD_PHYSICAL) == 0
  }

  /// Nil for ``BULKHEAD_NONE``, which the macro's own type cannot be written with here.
  static func price(_ count: Int64) -> Price? { count == none ? nil : Price(count: count) }

  static let none = Int64.min
}

extension bulkhead_leg {
  /// The instrument that the leg holds.
  func instrument(_ symbols: SymbolTable) throws(RowFailure) -> Instrument {
    guard let underlying = symbols[self.underlying], !underlying.isEmpty else {
      throw RowFailure("underlying: found place \(self.underlying), wanted one of the symbols")
    }
    let quote = symbols[quote_currency]
    guard quote != nil || quote_currency == -1 else {
      throw RowFailure("quote currency: found place \(quote_currency), wanted one of the symbols, or -1")
    }
    guard ContractCode.isKnown(flags) else { throw RowFailure("flags: found \(flags), wanted those of the header") }
    guard multiplier > 0 else {
      throw RowFailure("multiplier: found \(Quantity(count: multiplier)), wanted one above 0")
    }
    let units = Quantity(count: multiplier)
    do throws(InstrumentError) {
      switch kind {
      case Int32(BULKHEAD_CALL), Int32(BULKHEAD_PUT):
        return .option(
          try OptionContract(
            underlying: underlying, right: kind == Int32(BULKHEAD_CALL) ? .call : .put, strike: Price(count: strike),
            expiry: try expiry(), settlement: ContractCode.settlement(flags), exercise: ContractCode.exercise(flags),
            delivery: ContractCode.delivery(flags), multiplier: units, quoteCurrency: quote ?? "USD"))
      case Int32(BULKHEAD_DIGITAL_CALL), Int32(BULKHEAD_DIGITAL_PUT):
        return .digital(
          try DigitalContract(
            underlying: underlying, right: kind == Int32(BULKHEAD_DIGITAL_CALL) ? .call : .put,
            strike: Price(count: strike), expiry: try expiry(), payout: Price(count: payout), multiplier: units))
      case Int32(BULKHEAD_UNDERLYING):
        guard units == .one else {
          throw .badName(underlying, reason: "wanted a multiplier of 1: the underlying itself has none")
        }
        return .underlying(Underlying(symbol: underlying))
      case Int32(BULKHEAD_FUTURE):
        return .future(
          Future(underlying: underlying, expiry: try expiry(), multiplier: units, quoteCurrency: quote))
      case Int32(BULKHEAD_PERPETUAL):
        return .perpetual(Perpetual(underlying: underlying, multiplier: units, quoteCurrency: quote))
      default: break
      }
    } catch { throw RowFailure("\(error)") }
    throw RowFailure("kind: found \(kind), wanted 0 to 6")
  }

  private func expiry() throws(InstrumentError) -> Expiry {
    do { return try ContractCode.expiry(day: expiry_day, time: expiry_time) } catch {
      throw .badName("expiry", reason: error.reason)
    }
  }
}

/// Names as they are first used, and their places.
struct SymbolList {
  private(set) var names: [String] = []
  private var places: [String: Int32] = [:]

  mutating func place(of name: String) -> Int32 {
    if let place = places[name] { return place }
    let place = Int32(clamping: names.count)
    places[name] = place
    names.append(name)
    return place
  }

  var bytes: [UInt8] { Array(names.joined(separator: "\n").utf8) }
}

extension bulkhead_leg {
  /// The leg as it crosses the interface.
  init(_ leg: Leg, _ symbols: inout SymbolList) {
    self.init()
    let instrument = leg.instrument
    underlying = symbols.place(of: instrument.underlying)
    quote_currency = -1
    multiplier = instrument.multiplier.count
    strike = instrument.strike?.count ?? 0
    if let expiry = instrument.expiry { (expiry_day, expiry_time) = ContractCode.code(expiry) }
    quantity = leg.quantity.count
    price = leg.price?.count ?? ContractCode.none
    switch instrument {
    case .option(let contract):
      kind = Int32(contract.right == .call ? BULKHEAD_CALL : BULKHEAD_PUT)
      flags = ContractCode.flags(contract.settlement, contract.exercise, contract.delivery)
      quote_currency = symbols.place(of: contract.quoteCurrency)
    case .digital(let contract):
      kind = Int32(contract.right == .call ? BULKHEAD_DIGITAL_CALL : BULKHEAD_DIGITAL_PUT)
      payout = contract.payout.count
    case .future(let future):
      kind = Int32(BULKHEAD_FUTURE)
      if let quote = future.quoteCurrency { quote_currency = symbols.place(of: quote) }
    case .perpetual(let perpetual):
      kind = Int32(BULKHEAD_PERPETUAL)
      if let quote = perpetual.quoteCurrency { quote_currency = symbols.place(of: quote) }
    case .underlying: kind = Int32(BULKHEAD_UNDERLYING)
    }
  }
}

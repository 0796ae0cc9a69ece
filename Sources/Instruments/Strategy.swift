public import Basics

/// A signed quantity of one instrument, and the price at which it was entered where that is known.
public struct Leg: Hashable, Sendable {
  public let instrument: Instrument
  /// Plus is long. Never zero.
  public let quantity: Quantity
  /// Options: premium for one unit of the underlying in the strategy's settlement currency. Others: entry price in quote
  /// currency. Nil: to be filled from the market.
  public let price: Price?

  /// - Throws: ``InstrumentError`` `.zeroQuantity`.
  public init(_ quantity: Quantity, _ instrument: Instrument, price: Price? = nil) throws(InstrumentError) {
    guard !quantity.isZero else { throw .zeroQuantity(instrument.description) }
    self.instrument = instrument
    self.quantity = quantity
    self.price = price
  }
}

/// A set of legs under addition: `+`, `-` and whole multiples.
///
/// Legs of one instrument at one price merge and vanish when they cancel, so that
///
/// | law | |
/// | --- | --- |
/// | `a + b == b + a`, `(a + b) + c == a + (b + c)` | order does not count |
/// | `a + .empty == a`, `a - a == .empty` | identity and inverse |
/// | `(a + b) * n == a * n + b * n`, `a * (m + n) == a * m + a * n`, `(a * m) * n == a * (m * n)` | multiples |
///
/// hold wherever no quantity overflows; where one does, the operator throws. Equality is of the merged legs as a set:
/// names do not count, and the name of a shape is computed (``StrategyCatalogue/name(of:coverPrice:)``), never stored.
public struct Strategy: Sendable {
  /// What the file called it; empty for a sum.
  public let name: String
  /// The legs in the order of their first mention, merged.
  public let legs: [Leg]

  /// The most legs a strategy may have.
  public static let legLimit = 10_000
  public static let empty = Strategy(unchecked: [], name: "")

  /// Gives the strategy of these legs.
  ///
  /// - Parameter merging: false keeps several legs of one instrument and price apart, as a book lists them.
  /// - Throws: ``InstrumentError`` `.tooManyLegs`, or `.number` where a merged quantity overflows.
  public init(_ legs: [Leg], name: String = "", merging: Bool = true) throws(InstrumentError) {
    guard legs.count <= Strategy.legLimit else { throw .tooManyLegs(legs.count) }
    self.init(unchecked: merging ? try Strategy.merged(legs) : legs, name: name)
  }

  private init(unchecked legs: [Leg], name: String) {
    self.legs = legs
    self.name = name
  }

  public func named(_ name: String) -> Strategy { Strategy(unchecked: legs, name: name) }

  /// The limit holds for the merged legs: what cancels does not count.
  public static func + (left: Strategy, right: Strategy) throws(InstrumentError) -> Strategy {
    let legs = try merged(left.legs + right.legs)
    guard legs.count <= legLimit else { throw .tooManyLegs(legs.count) }
    return Strategy(unchecked: legs, name: "")
  }

  public static func - (left: Strategy, right: Strategy) throws(InstrumentError) -> Strategy {
    try left + right * -1
  }

  public static prefix func - (strategy: Strategy) throws(InstrumentError) -> Strategy { try strategy * -1 }

  public static func * (strategy: Strategy, count: Int64) throws(InstrumentError) -> Strategy {
    guard count != 0 else { return .empty }
    var legs: [Leg] = []
    for leg in strategy.legs {
      let quantity: Quantity
      do { quantity = try leg.quantity * count } catch { throw .number(error) }
      legs.append(try Leg(quantity, leg.instrument, price: leg.price))
    }
    return Strategy(unchecked: legs, name: "")
  }

  private static func merged(_ legs: [Leg]) throws(InstrumentError) -> [Leg] {
    guard !areDistinct(legs) else { return legs }
    let totals = totals(of: legs)
    var seen: Set<Key> = []
    var result: [Leg] = []
    for leg in legs where seen.insert(Key(leg)).inserted {
      guard let total = totals[Key(leg)] else { continue }
      guard let count = Int64(exactly: total) else {
        throw .number(.outOfRange("the sum of legs of \(leg.instrument)", type: "Quantity"))
      }
      result.append(try Leg(Quantity(count: count), leg.instrument, price: leg.price))
    }
    return result
  }

  /// True for a few legs of which no two are of one instrument and price, as nearly all strategies are: nothing to merge.
  private static func areDistinct(_ legs: [Leg]) -> Bool {
    guard legs.count <= 8 else { return false }
    for (index, leg) in legs.enumerated() {
      if leg.quantity.count == 0 { return false }
      for other in legs[..<index] where other.instrument == leg.instrument && other.price == leg.price { return false }
    }
    return true
  }

  /// Sums per instrument and price, in 128 bits so that the order of the legs does not decide whether one overflows.
  private static func totals(of legs: [Leg]) -> [Key: Int128] {
    var totals: [Key: Int128] = [:]
    for leg in legs { totals[Key(leg), default: 0] += Int128(leg.quantity.count) }
    return totals.filter { $0.value != 0 }
  }

  private struct Key: Hashable {
    let instrument: Instrument
    let price: Price?

    init(_ leg: Leg) {
      instrument = leg.instrument
      price = leg.price
    }
  }

  /// The distinct expiries, ascending; a time that one leg leaves open is taken from another leg of the same day.
  public var expiries: [Expiry] { Strategy.distinctExpiries(legs.compactMap { $0.instrument.expiry }) }

  /// The distinct settlements among `expiries`, ascending.
  public static func distinctExpiries(_ expiries: [Expiry]) -> [Expiry] {
    guard let first = expiries.first else { return [] }
    if expiries.allSatisfy({ $0 == first }) { return [first] }
    var distinct: [Expiry] = []
    // In order, what settles together stands together.
    for expiry in Set(expiries.filter { $0.time != .venue }).sorted()
    where distinct.last.map({ !$0.isSameSettlement(as: expiry) }) ?? true {
      distinct.append(expiry)
    }
    // What leaves its time open joins a settlement of its day, and else is one.
    let dates = Set(distinct.map(\.date))
    return (distinct + Set(expiries.filter { $0.time == .venue && !dates.contains($0.date) })).sorted()
  }

  /// The distinct underlyings, in the order of their first mention.
  public var underlyings: [String] {
    var seen: Set<String> = []
    return legs.map(\.instrument.underlying).filter { seen.insert($0).inserted }
  }
}

extension Strategy: Equatable {
  /// Compares the merged legs as sets, also where a strategy keeps several legs of one instrument apart.
  public static func == (left: Strategy, right: Strategy) -> Bool { totals(of: left.legs) == totals(of: right.legs) }
}

public import Basics
public import Instruments

/// A price against which a position stands.
public struct ReferencePrice: Hashable, Sendable {
  public let price: Price
  public let observedAt: Instant
  /// False for the price of a trade: it values the position until a mark is recorded, and liquidates nobody.
  public let isRecordedMark: Bool
}

/// A position of a box: so many contracts, and what they stand in the books for, in whole minor units.
///
/// The book cost replaces an average entry price, which is seldom a finite decimal: what is bought adds its value at the
/// price, rounded up; what is closed takes its share with it, rounded up. Every rounding is against the holder and less
/// than a minor unit, and nothing is ever lost: over a position's life the shares add up to what was paid.
public struct BoxPosition: Hashable, Sendable {
  public let instrument: Instrument
  /// Signed, never zero in a box.
  public internal(set) var quantity: Quantity
  /// Linear: units x entry price. In coin: -units / entry price. Options: the premium paid. A sale's is negative.
  public internal(set) var cost: Money
  public internal(set) var reference: ReferencePrice

  /// True for perpetuals and futures, whose profit is unrealised until they are closed.
  public var isLinear: Bool { !instrument.isOption }
  public var units: ExactAmount { BoxPosition.units(quantity, of: instrument) }

  static func units(_ quantity: Quantity, of instrument: Instrument) -> ExactAmount {
    instrument.multiplier == .one ? quantity.exact : quantity.exact * instrument.multiplier.exact
  }

  /// What `quantity` is worth at a price, in the sense that a profit is value less cost: units x price, and for a
  /// future or perpetual in coin -units / price.
  static func value(
    _ quantity: Quantity, of instrument: Instrument, at price: Price, in settlement: Settlement
  ) -> ExactAmount {
    let units = units(quantity, of: instrument)
    if settlement == .quote || instrument.isOption { return units * price.exact }
    return -(units.divided(by: price.exact) ?? .zero)
  }

  /// The value at the reference price; exact.
  func value(in settlement: Settlement) -> ExactAmount {
    BoxPosition.value(quantity, of: instrument, at: reference.price, in: settlement)
  }

  /// |value|: what rates are taken of.
  func notional(in settlement: Settlement) -> ExactAmount { value(in: settlement).magnitude }

  /// Value less cost, rounded down; the profit a perpetual or future would realise at its reference price.
  func unrealized(_ terms: BoxTerms) throws(AccountRefusal) -> Money {
    try BoxPosition.rounded(value(in: terms.settlement), terms, .down).minus(cost)
  }

  /// The part of the book cost that belongs to `part` of the quantity, rounded up; all of it for the whole.
  func costShare(of part: Quantity) throws(AccountRefusal) -> Money {
    if part == quantity { return cost }
    let share = (cost.exact * part.exact).divided(by: quantity.exact) ?? .zero
    return try refusing { () throws(BasicsError) in try Money(rounding: share, to: cost.currency, .up) }
  }

  static func rounded(
    _ amount: ExactAmount, _ terms: BoxTerms, _ rule: ExactRounding
  ) throws(AccountRefusal) -> Money {
    try refusing { () throws(BasicsError) in try Money(rounding: amount, to: terms.currency, rule) }
  }

  /// Trades `fill` against the position: adds to it, reduces it, or closes it and opens the rest on the other side.
  ///
  /// - Returns: The cash it moves, plus is received: an option's premium, a perpetual's realised profit. The position's
  ///   quantity may be 0 afterwards.
  mutating func trade(_ fill: BoxFill, _ terms: BoxTerms, at time: Instant) throws(AccountRefusal) -> Money {
    var cash = Money.zero(terms.currency)
    if !isLinear {
      cash = try BoxPosition.rounded(
        -BoxPosition.value(fill.quantity, of: instrument, at: fill.price, in: terms.settlement), terms, .down)
    }
    var rest = fill.quantity
    let isOpposite = (quantity.count > 0) != (fill.quantity.count > 0)
    if !quantity.isZero, isOpposite {
      let closes = fill.quantity.count.magnitude < quantity.count.magnitude ? fill.quantity.count : -quantity.count
      let closed = Quantity(count: -closes)
      let share = try costShare(of: closed)
      if isLinear {
        let value = BoxPosition.value(closed, of: instrument, at: fill.price, in: terms.settlement)
        cash = try BoxPosition.rounded(value, terms, .down).minus(share)
      }
      cost = try cost.minus(share)
      quantity = Quantity(count: quantity.count + closes)
      rest = Quantity(count: fill.quantity.count - closes)
    }
    if !rest.isZero {
      let value = BoxPosition.value(rest, of: instrument, at: fill.price, in: terms.settlement)
      cost = try cost.plus(try BoxPosition.rounded(value, terms, .up))
      let held = quantity
      quantity = try refusing { () throws(BasicsError) in try held + rest }
    }
    // The one quantity that has no opposite could never be closed.
    guard quantity.count != .min else { throw .number(.outOfRange("\(quantity)", type: "Quantity")) }
    // A mark stays in force while it is fresh; behind it, the trade is the better news.
    if !reference.isRecordedMark || reference.observedAt.seconds(to: time) > terms.markMaxAgeSeconds {
      reference = ReferencePrice(price: fill.price, observedAt: time, isRecordedMark: false)
    }
    return cash
  }
}

public import Basics

/// Where the strikes of a structure stand.
public enum StructurePlacement: Hashable, Sendable {
  /// Each strike, rising.
  case strikes([Price])
  /// A centre, and the steps from strike to strike outward from it, the body first.
  ///
  /// | strikes | widths | strikes at |
  /// | --- | --- | --- |
  /// | 1 | none | the centre |
  /// | 2 | `w` | centre - w, centre + w |
  /// | 3 | `w` | centre - w, centre, centre + w |
  /// | 4 | `a, b` | centre - a - b, centre - a, centre + a, centre + a + b |
  ///
  /// So n strikes take n/2 widths, rounded down: an odd n has its middle strike at the centre. Twice as many give the
  /// lower side's steps outward and then the upper side's, for unequal wings.
  case center(Price, widths: [Price])
  /// A target delta for each strike, lowest strike first, of the option that ``StructureDefinition/strikeUses`` names.
  ///
  /// A market turns them into strikes (``StructureRequest/placed(at:)``). Each is between -1 and 1 and not 0; only its
  /// magnitude counts, because the option's right gives the sign.
  case deltas([Double])
}

/// A structure with everything but the contracts: which, where, until when and how many.
///
/// What exists can be built: counts, order and range of strikes and expiries are checked here, once.
public struct StructureRequest: Hashable, Sendable {
  public let definition: StructureDefinition
  /// Near to far.
  public let expiries: [Expiry]
  public let placement: StructurePlacement
  /// The strikes, rising; nil while the placement is by deltas.
  public let strikes: [Price]?
  /// How many of the structure; negative for the other side of it, never zero.
  public let quantity: Quantity
  /// Signed units of the underlying for each option of ratio 1: 0.25 buys a quarter of a coin for a contract of one coin.
  public let hedge: Quantity?
  /// For a strategy accounted in coin, whose perpetual or future counts quote currency: the price that turns units into
  /// that number. Nil: counted in units.
  public let coverPrice: Price?

  /// - Throws: ``InstrumentError`` `.badPlacement` for a wrong number of strikes, widths, deltas or expiries, values that
  ///   do not rise or leave the range, a hedge missing or not asked for; `.zeroQuantity`.
  public init(
    _ definition: StructureDefinition, expiries: [Expiry], placement: StructurePlacement, quantity: Quantity = .one,
    hedge: Quantity? = nil, coverPrice: Price? = nil
  ) throws(InstrumentError) {
    func refuse(_ found: String, _ wanted: String) -> InstrumentError {
      .badPlacement(structure: definition.id, found: found, wanted: wanted)
    }
    guard !quantity.isZero else { throw .zeroQuantity(definition.id) }
    // The underlying alone may say the expiry of the future that it is held in.
    let isEnough =
      expiries.count == definition.expiryCount || (definition.expiryCount == 0 && expiries.count == 1)
    guard isEnough else { throw refuse("\(expiries.count) expiries", "\(definition.expiryCount)") }
    guard zip(expiries, expiries.dropFirst()).allSatisfy({ StructureRequest.isEarlier($0, $1) }) else {
      throw refuse("expiries \(StructureRequest.list(expiries))", "the near expiry before the far one")
    }
    guard (hedge != nil) == definition.needsHedge, hedge?.isZero != true else {
      throw refuse(
        hedge.map { "hedge \($0)" } ?? "no hedge", definition.needsHedge ? "a hedge other than 0" : "no hedge")
    }
    guard coverPrice.map({ $0 > .zero }) ?? true else {
      throw refuse("cover price \(coverPrice ?? .zero)", "a cover price above 0")
    }
    self.definition = definition
    self.expiries = expiries
    self.placement = placement
    self.quantity = quantity
    self.hedge = hedge
    self.coverPrice = coverPrice
    strikes = try StructureRequest.strikes(placement, of: definition)
  }

  /// The same request with strikes in place of its deltas (or of whatever placed it).
  public func placed(at strikes: [Price]) throws(InstrumentError) -> StructureRequest {
    try StructureRequest(
      definition, expiries: expiries, placement: .strikes(strikes), quantity: quantity, hedge: hedge,
      coverPrice: coverPrice)
  }

  /// Gives the legs, in the order of the definition, without prices.
  ///
  /// A leg of the underlying holds as many units as the options stand for: 100 shares for one listed option.
  /// - Throws: ``InstrumentError`` `.badPlacement` where deltas have not become strikes, where the entry needs another
  ///   settlement, or where a future as cover has no expiry; `.number` where a quantity leaves its range.
  public func strategy(terms: ContractTerms) throws(InstrumentError) -> Strategy {
    guard let strikes else {
      throw .badPlacement(
        structure: definition.id, found: "target deltas", wanted: "strikes: deltas need a market to become strikes")
    }
    if definition.condition == .coinCollateral, terms.settlement != .coin {
      throw .badPlacement(
        structure: definition.id, found: "options settled in \(terms.quoteCurrency)",
        wanted: "options settled in coin; covered-call holds the coin as a leg")
    }
    var legs: [Leg] = []
    for leg in definition.legs {
      switch leg.kind {
      case .option(let right, let strike, let expiry):
        // The initialiser has counted strikes and expiries against the definition.
        let contract = try terms.option(right: right, strike: strikes[strike - 1], expiry: expiries[expiry - 1])
        let count: Quantity
        do { count = try quantity * Int64(leg.ratio) } catch { throw .number(error) }
        legs.append(try Leg(count, .option(contract)))
      case .underlying, .hedge:
        let cover: ContractTerms.Cover? = definition.condition == .perpetual ? .perpetual : nil
        guard let instrument = terms.coverInstrument(cover, expiry: expiries.first) else {
          throw .badPlacement(structure: definition.id, found: "no expiry", wanted: "the expiry of the future")
        }
        legs.append(try Leg(try coverQuantity(leg, of: instrument, terms: terms), instrument))
      }
    }
    return try Strategy(legs, name: definition.id)
  }

  private func coverQuantity(
    _ leg: PatternLeg, of instrument: Instrument, terms: ContractTerms
  ) throws(InstrumentError) -> Quantity {
    var units = quantity.exact * terms.multiplier.exact * ExactAmount(Int64(leg.ratio))
    if leg.kind == .hedge, let hedge { units = units * hedge.exact }
    // Shares and coins have no contracts quoted in another currency.
    if case .underlying = instrument {} else if let coverPrice { units = units * coverPrice.exact }
    guard let contracts = units.divided(by: instrument.multiplier.exact) else { return .zero }
    do {
      return Quantity(count: try contracts.count(decimals: Quantity.decimals, rounding: .nearest, type: "Quantity"))
    } catch { throw .number(error) }
  }

  /// On one day only times written out can differ: all else becomes the market's own time.
  private static func isEarlier(_ near: Expiry, _ far: Expiry) -> Bool {
    if case .utc(let first) = near.time, case .utc(let second) = far.time, near.date == far.date {
      return first < second
    }
    return near.date < far.date
  }

  // MARK: Placing

  private static func strikes(
    _ placement: StructurePlacement, of definition: StructureDefinition
  ) throws(InstrumentError) -> [Price]? {
    let count = definition.strikeCount
    func refuse(_ found: String, _ wanted: String) -> InstrumentError {
      .badPlacement(structure: definition.id, found: found, wanted: wanted)
    }
    let strikes: [Price]
    switch placement {
    case .deltas(let deltas):
      guard deltas.count == count else { throw refuse("\(deltas.count) deltas", "\(count)") }
      if let wrong = deltas.first(where: { !($0 > -1 && $0 < 1) || $0 == 0 }) {
        throw refuse("delta \(wrong)", "deltas between -1 and 1 other than 0")
      }
      return nil
    case .strikes(let list): strikes = list
    case .center(let center, let widths):
      let half = count / 2
      guard widths.count == half || widths.count == 2 * half else {
        throw refuse(
          "\(widths.count) widths", half == 0 ? "no widths" : "\(half) widths, or \(2 * half) for unequal wings")
      }
      if let wrong = widths.first(where: { $0 <= .zero }) { throw refuse("width \(wrong)", "widths above 0") }
      guard let placed = outward(from: center, widths: widths, count: count) else {
        throw refuse("center \(center) with widths \(list(widths))", "strikes inside the exact range")
      }
      strikes = placed
    }
    guard strikes.count == count else { throw refuse("\(strikes.count) strikes", "\(count)") }
    if let wrong = strikes.first(where: { $0 <= .zero }) { throw refuse("strike \(wrong)", "strikes above 0") }
    guard zip(strikes, strikes.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw refuse("strikes \(list(strikes))", "strikes that rise")
    }
    return strikes
  }

  /// Nil where a strike leaves 64 bits.
  private static func outward(from center: Price, widths: [Price], count: Int) -> [Price]? {
    guard count > 0 else { return [] }
    let half = count / 2
    var (lower, upper) = ([center.count], [center.count])
    for (down, up) in zip(widths.prefix(half), widths.suffix(half)) {
      guard let low = lower.last?.subtractingReportingOverflow(down.count), !low.overflow,
        let high = upper.last?.addingReportingOverflow(up.count), !high.overflow
      else { return nil }
      lower.append(low.partialValue)
      upper.append(high.partialValue)
    }
    let middle = count % 2 == 1 ? [center.count] : []
    return (lower.dropFirst().reversed() + middle + upper.dropFirst()).map { Price(count: $0) }
  }

  private static func list(_ values: [some CustomStringConvertible]) -> String {
    values.prefix(12).map(\.description).joined(separator: ", ") + (values.count > 12 ? ", ..." : "")
  }
}

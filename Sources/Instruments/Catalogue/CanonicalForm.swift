import Basics

/// The shape of a strategy: its legs by place, in one order and at the smallest size.
///
/// Two strategies are of one shape where their forms are equal. Strikes and expiries count from 1, rising; quantities
/// are divided by their greatest common divisor; the underlying counts in units of what one option holds, so that 100
/// shares stand against one listed option.
struct CanonicalForm: Hashable {
  struct Place: Hashable, Comparable {
    /// 0 is the underlying, 1 a call, 2 a put.
    let kind: Int
    let strike: Int
    let expiry: Int
    let ratio: Int128

    static func < (left: Place, right: Place) -> Bool {
      (left.expiry, left.strike, left.kind) < (right.expiry, right.strike, right.kind)
    }
  }

  let legs: [Place]
  /// The strikes, rising; empty for a form that comes from a definition.
  let strikes: [Price]
  /// What stands for the underlying, where something does.
  let underlying: Instrument?

  static func == (left: CanonicalForm, right: CanonicalForm) -> Bool { left.legs == right.legs }

  func hash(into hasher: inout Hasher) { hasher.combine(legs) }

  private init(_ legs: [Place], strikes: [Price], underlying: Instrument?) {
    var divisor: UInt128 = 0
    for leg in legs {
      var (a, b) = (divisor, leg.ratio.magnitude)
      while b != 0 { (a, b) = (b, a % b) }
      divisor = a
    }
    // Only one leg of -2^127 units has a divisor beyond Int128, and then its ratio is what it is.
    let unit = Int128(exactly: divisor) ?? 1
    self.legs = legs.map { leg in
      Place(kind: leg.kind, strike: leg.strike, expiry: leg.expiry, ratio: unit > 0 ? leg.ratio / unit : leg.ratio)
    }.sorted()
    self.strikes = strikes
    self.underlying = underlying
  }

  init(_ definition: StructureDefinition) {
    self.init(
      definition.legs.compactMap { leg in
        switch leg.kind {
        case .option(let right, let strike, let expiry):
          return Place(kind: right == .call ? 1 : 2, strike: strike, expiry: expiry, ratio: Int128(leg.ratio))
        case .underlying: return Place(kind: 0, strike: 0, expiry: 0, ratio: Int128(leg.ratio))
        case .hedge: return nil
        }
      }, strikes: [], underlying: nil)
  }

  /// - Returns: nil for what no structure is made of: digitals, several underlyings or settlements, two different
  ///   things that stand for the underlying, more than 12 different options or 8 expiries, sums beyond 128 bits.
  init?(_ strategy: Strategy, coverPrice: Price?) {
    guard strategy.underlyings.count == 1 else { return nil }
    // No structure has more than two expiries; the bound keeps a hostile book from costing legs times expiries.
    let settlements = strategy.expiries
    guard settlements.count <= 8 else { return nil }
    // In the order of their first mention; those that cancel on the way have a place until the end.
    var options: [(slot: Slot, units: Int128)] = []
    var places: [Slot: Int] = [:]
    var settlement: Settlement?
    var cover: Instrument?
    var coverUnits: Int128 = 0
    for leg in strategy.legs {
      let units = Int128(leg.quantity.count) * Int128(leg.instrument.multiplier.count)
      switch leg.instrument {
      case .digital: return nil
      case .option(let contract):
        guard settlement == nil || settlement == contract.settlement,
          let expiry = settlements.first(where: { $0.isSameSettlement(as: contract.expiry) })
        else { return nil }
        settlement = contract.settlement
        let slot = Slot(right: contract.right, strike: contract.strike, expiry: expiry)
        // Twelve are found as fast by looking; a hostile book of thousands has its table.
        let place = options.count > 12 ? places[slot] : options.firstIndex { $0.slot == slot }
        guard let place else {
          if options.count >= 12 {
            if places.isEmpty { for (place, option) in options.enumerated() { places[option.slot] = place } }
            places[slot] = options.count
          }
          options.append((slot, units))
          continue
        }
        guard let sum = CanonicalForm.sum(options[place].units, units) else { return nil }
        options[place].units = sum
      case .future, .perpetual, .underlying:
        guard cover == nil || cover == leg.instrument,
          let units = CanonicalForm.coverUnits(leg, units, at: coverPrice),
          let sum = CanonicalForm.sum(coverUnits, units)
        else { return nil }
        cover = leg.instrument
        coverUnits = sum
      }
    }
    options = options.filter { $0.units != 0 }
    guard options.count <= 12 else { return nil }
    // What cancelled has no place, so strikes and expiries count only now.
    let strikes = CanonicalForm.distinct(options.map(\.slot.strike))
    let expiries = CanonicalForm.distinct(options.map(\.slot.expiry))
    var legs: [Place] = []
    for (slot, units) in options {
      guard let strike = strikes.firstIndex(of: slot.strike), let expiry = expiries.firstIndex(of: slot.expiry) else {
        return nil
      }
      legs.append(Place(kind: slot.right == .call ? 1 : 2, strike: strike + 1, expiry: expiry + 1, ratio: units))
    }
    if coverUnits != 0 { legs.append(Place(kind: 0, strike: 0, expiry: 0, ratio: coverUnits)) }
    guard !legs.isEmpty else { return nil }
    self.init(legs, strikes: strikes, underlying: coverUnits != 0 ? cover : nil)
  }

  /// Each once, ascending.
  private static func distinct<Element: Comparable>(_ elements: [Element]) -> [Element] {
    var distinct: [Element] = []
    for element in elements.sorted() where element != distinct.last { distinct.append(element) }
    return distinct
  }

  private struct Slot: Hashable {
    let right: OptionRight
    let strike: Price
    let expiry: Expiry
  }

  /// Units of 10^-16 of the underlying; with a `coverPrice`, those that a number of quote currency buys at it.
  ///
  /// To 10^-8 of a unit, to which such a number was rounded when it was built.
  private static func coverUnits(_ leg: Leg, _ units: Int128, at coverPrice: Price?) -> Int128? {
    guard let coverPrice, coverPrice > .zero else { return units }
    if case .underlying = leg.instrument { return units }
    guard let bought = (leg.quantity.exact * leg.instrument.multiplier.exact).divided(by: coverPrice.exact),
      let count = try? bought.count(decimals: Quantity.decimals, rounding: .nearest)
    else { return nil }
    return Int128(count) * 100_000_000
  }

  private static func sum(_ left: Int128, _ right: Int128) -> Int128? {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : sum
  }

  /// The form without its leg of the underlying.
  var withoutUnderlying: CanonicalForm {
    CanonicalForm(legs.filter { $0.kind != 0 }, strikes: strikes, underlying: nil)
  }

  var hasUnderlying: Bool { legs.contains { $0.kind == 0 } }

  /// The form of who is on the other side.
  var negated: CanonicalForm {
    CanonicalForm(
      legs.map { Place(kind: $0.kind, strike: $0.strike, expiry: $0.expiry, ratio: 0 - $0.ratio) }, strikes: strikes,
      underlying: underlying)
  }

  /// The net puts at each strike and expiry, and the net underlying, every call written as a put and the underlying.
  var asPuts: [[Int]: Int128] {
    var net: [[Int]: Int128] = [:]
    for leg in legs {
      if leg.kind != 2 { net[[0], default: 0] += leg.ratio }
      if leg.kind != 0 { net[[leg.strike, leg.expiry], default: 0] += leg.ratio }
    }
    return net.filter { $0.value != 0 }
  }
}

import Basics
import Instruments
import IsolatedMargin
import MarketData
public import Pricing

/// The strategies of a book, added up by account: one position for each account, settlement and currency.
///
/// Units, entry costs and fees are added exactly, as counts. Linear legs of different entry prices stay apart: each is a
/// position of its own price.
public struct BookNet: Sendable {
  private struct Key: Hashable {
    let name: String
    let terms: StrategyTable.Terms?
  }

  private var places: [Key: Int] = [:]
  /// All positions of a name.
  private var placesByName: [String: [Int]] = [:]
  /// In the order of their first mention.
  public private(set) var positions: [NetPosition] = []
  private var excluded: [String: Int] = [:]

  public init() {}

  /// Adds a strategy of a table to an account's position.
  public mutating func add(_ table: StrategyTable, _ index: Int, to name: String) {
    let terms = table.terms(index)
    positions[place(Key(name: name, terms: terms), terms)].add(table, index)
  }

  /// Notes that an account has a strategy that cannot be added: what is left of it is no answer for it.
  public mutating func exclude(from name: String) {
    excluded[name, default: 0] += 1
    if let known = placesByName[name] {
      for index in known { positions[index].excludedCount += 1 }
      return
    }
    let terms = StrategyTable.Terms(settlement: .quote, currency: .usd)
    positions[place(Key(name: name, terms: nil), terms)].excludedCount = excluded[name] ?? 1
  }

  private mutating func place(_ key: Key, _ terms: StrategyTable.Terms) -> Int {
    if let place = places[key] { return place }
    // An account that so far had nothing but what was refused.
    if key.terms != nil, let empty = places.removeValue(forKey: Key(name: key.name, terms: nil)) {
      places[key] = empty
      positions[empty].terms = terms
      return empty
    }
    places[key] = positions.count
    placesByName[key.name, default: []].append(positions.count)
    positions.append(NetPosition(name: key.name, terms: terms, excludedCount: excluded[key.name] ?? 0))
    return positions.count - 1
  }
}

/// An account's strategies as one position.
public struct NetPosition: Sendable {
  public let name: String
  public internal(set) var terms: StrategyTable.Terms
  /// Strategies of the account that could not be added.
  public internal(set) var excludedCount: Int
  /// In the order of their first mention.
  private(set) var legs: [NetLeg] = []
  private var places: [NetLeg.Key: Int] = [:]
  /// E of all option legs, as a count of 10^-24.
  private(set) var entryCost: Int128 = 0
  /// Phi, as a count of 10^-8.
  private(set) var fees: Int128 = 0
  /// True where a sum left the range of 128 bits.
  private(set) var isOverflown = false

  init(name: String, terms: StrategyTable.Terms, excludedCount: Int) {
    self.name = name
    self.terms = terms
    self.excludedCount = excludedCount
  }

  mutating func add(_ table: StrategyTable, _ index: Int) {
    for leg in table.legs[table.legRange(index)] {
      let instrument = table.instruments[Int(leg.instrument)]
      let isOption = instrument.isOption
      let key = NetLeg.Key(
        instrument: leg.instrument, multiplier: leg.multiplier, entry: isOption ? nil : leg.price)
      let place: Int
      if let known = places[key] {
        place = known
      } else {
        place = legs.count
        places[key] = place
        legs.append(NetLeg(key: key, instrument: instrument))
      }
      legs[place].quantity &+= Int128(leg.quantity.count)
      let (fees, overflow) = self.fees.addingReportingOverflow(Int128(leg.fee.count))
      self.fees = fees
      isOverflown = isOverflown || overflow
      if isOption { addCost(leg) }
    }
  }

  private mutating func addCost(_ leg: StrategyTable.Leg) {
    let units = Int128(leg.quantity.count) * Int128(leg.multiplier.count)
    let (cost, first) = units.multipliedReportingOverflow(by: Int128(leg.price.count))
    let (sum, second) = entryCost.addingReportingOverflow(cost)
    entryCost = sum
    isOverflown = isOverflown || first || second
  }
}

/// The units of one instrument in a position.
struct NetLeg: Sendable {
  struct Key: Hashable, Sendable {
    let instrument: Int32
    let multiplier: Quantity
    /// Of a linear leg.
    let entry: Price?
  }

  let key: Key
  let instrument: Instrument
  /// A count of 10^-8; 0 where all was closed. 2^63 legs would be needed to leave its range.
  var quantity: Int128 = 0

  init(key: Key, instrument: Instrument) {
    self.key = key
    self.instrument = instrument
  }
}

extension NetPosition {
  /// Quantity and multiplier of what is still open.
  var openLegs: [(quantity: Quantity, multiplier: Quantity)] {
    legs.compactMap { leg in
      leg.quantity == 0 ? nil : (Quantity(count: Int64(clamping: leg.quantity)), leg.key.multiplier)
    }
  }

  /// The collateral of the position: the payoff of what is open, against what all of it cost.
  ///
  /// - Throws: ``PricingError`` `.number` where an amount left its range.
  func figures(
    reserve: PerpetualReserve, plan: ClosingPlan?, market: MarketState
  ) throws(PricingError) -> MarginFigures {
    guard !isOverflown else { throw .number(.outOfRange(name, type: "a sum of amounts")) }
    var open: [FilledLeg] = []
    for leg in legs where leg.quantity != 0 {
      guard let count = Int64(exactly: leg.quantity) else {
        throw .number(.outOfRange("\(leg.instrument)", type: "Quantity"))
      }
      open.append(
        try FilledLeg(
          instrument: leg.instrument, quantity: Quantity(count: count), multiplier: leg.key.multiplier,
          price: (leg.key.entry ?? .zero).exact))
    }
    let strategy = try FilledStrategy(
      name: name, settlement: terms.settlement, currency: terms.currency, legs: open)
    return MarginFigures(
      StrategyMargin(of: strategy, reserve: reserve, plan: plan, market: market),
      entryCost: ExactAmount(wide: entryCost, decimals: 24), fees: ExactAmount(wide: fees, decimals: 8))
  }
}

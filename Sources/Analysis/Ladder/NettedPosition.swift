import Basics
import Instruments
import Pricing

/// Strategies of one settlement and currency as one position: what was bought of an instrument is one leg, what was sold
/// another, however many strategies hold it.
///
/// Units, entry costs and fees are added exactly, so that the position's payoff, cost and maximum loss are those of all
/// the legs side by side, and only memory is saved: two legs an instrument. Bought and sold units stay apart because what
/// is left of both may have cost less than nothing, and no premium says that. In coin a linear leg counts by its entry
/// price too: the mean that stands for several is a fraction that grows with each of them.
struct NettedPosition: Sendable {
  let settlement: Settlement
  let currency: Currency
  /// In the order of their first mention.
  private(set) var legs: [NettedLeg] = []
  private var places: [NettedLeg.Key: Int] = [:]
  private var fees = ExactAmount.zero
  private var hasConvertedPremiums = false

  init(settlement: Settlement, currency: Currency) {
    self.settlement = settlement
    self.currency = currency
  }

  /// Adds those legs of a strategy in the same settlement and currency that `isMember` picks, with their fees.
  ///
  /// - Parameter includingStrategyFees: Whether the fees of the strategy as a whole come along.
  mutating func add(
    _ filled: FilledStrategy, includingStrategyFees: Bool = true, where isMember: (FilledLeg) -> Bool = { _ in true }
  ) {
    for leg in filled.legs where isMember(leg) {
      fees += leg.fee
      let key = NettedLeg.Key(leg, settlement)
      let place: Int
      if let known = places[key] {
        place = known
      } else {
        place = legs.count
        places[key] = place
        legs.append(NettedLeg(key: key))
      }
      legs[place].quantity += leg.quantity.exact
      legs[place].cost += leg.quantity.exact * leg.price
    }
    if includingStrategyFees { fees += filled.strategyFees }
    hasConvertedPremiums = hasConvertedPremiums || filled.hasConvertedPremiums
  }

  /// The position as a strategy.
  ///
  /// - Throws: ``PricingError`` `.number` where a sum of quantities is outside its range.
  func filled(name: String) throws(PricingError) -> FilledStrategy {
    var filled: [FilledLeg] = []
    for leg in legs {
      let quantity: Quantity
      do {
        quantity = Quantity(
          count: try leg.quantity.count(decimals: Quantity.decimals, rounding: .down, type: "Quantity"))
      } catch { throw .number(error) }
      filled.append(
        try FilledLeg(
          instrument: leg.key.instrument, quantity: quantity, multiplier: leg.key.multiplier, price: leg.price,
          payoffFee: leg.key.payoffFee))
    }
    return try FilledStrategy(
      name: name, settlement: settlement, currency: currency, legs: filled, strategyFees: fees,
      hasConvertedPremiums: hasConvertedPremiums)
  }
}

/// What was bought, or what was sold, of one instrument.
struct NettedLeg: Sendable {
  /// What legs must have in common to be one.
  struct Key: Hashable, Sendable {
    let instrument: Instrument
    let multiplier: Quantity
    let isLong: Bool
    let payoffFee: PayoffFee?
    /// Of a linear leg in coin; nil for all others.
    let entry: ExactAmount?

    init(_ leg: FilledLeg, _ settlement: Settlement) {
      instrument = leg.instrument
      multiplier = leg.multiplier
      isLong = leg.quantity > .zero
      payoffFee = leg.payoffFee
      entry = settlement == .coin && !leg.instrument.isOption ? leg.price : nil
    }
  }

  let key: Key
  /// Signed; never zero once a leg has been added.
  var quantity = ExactAmount.zero
  /// Quantity times price, added up.
  var cost = ExactAmount.zero

  /// The mean entry price, weighted by quantity.
  var price: ExactAmount { key.entry ?? cost.divided(by: quantity) ?? .zero }

  /// Signed units of the underlying; of quote currency for a linear leg in coin.
  var units: ExactAmount { quantity * key.multiplier.exact }

  init(key: Key) { self.key = key }
}

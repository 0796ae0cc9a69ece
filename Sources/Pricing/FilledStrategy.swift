public import Basics
public import Instruments

/// Where a leg's entry price came from.
public enum FillSource: String, Hashable, Sendable {
  /// Written in the file.
  case given
  case bid
  case ask
  case mid
  case mark
  /// The underlying's spot, for legs of the underlying itself.
  case spot
}

/// A fee taken at expiry that depends on the outcome: the lesser of `rate` of the underlying and `cap` of the value.
///
/// For one unit of an option it is min(`rate` x S, `cap` x payoff) in quote currency, min(`rate`, `cap` x payoff) in coin;
/// for one unit of a future or perpetual it is `rate` x S (in coin: `rate` of the notional N x 1/S) and `cap` is not used.
public struct PayoffFee: Hashable, Sendable {
  /// Share of the underlying's delivery price; 0 or more.
  public let rate: ExactAmount
  /// Share of the option's payoff; above 0, and at most 1.
  public let cap: ExactAmount

  /// - Returns: nil unless 0 <= `rate` < 1 and 0 < `cap` <= 1.
  public init?(rate: ExactAmount, cap: ExactAmount) {
    guard rate >= .zero, rate < .one, cap > .zero, cap <= .one else { return nil }
    self.rate = rate
    self.cap = cap
  }
}

/// A leg with its exact entry price and fees.
public struct FilledLeg: Hashable, Sendable {
  public let instrument: Instrument
  /// Signed number of contracts, plus is long; never zero. In coin, a future's or perpetual's number of quote currency.
  public let quantity: Quantity
  /// Units of the underlying for one contract; positive.
  public let multiplier: Quantity
  /// Options: premium for one unit in settlement currency. Others: entry price in quote currency, positive.
  public let price: ExactAmount
  /// The total of this leg's entry and reserved exit fees in settlement currency; 0 or more.
  public let fee: ExactAmount
  /// A fee at expiry that depends on the outcome, and so belongs to the payoff.
  public let payoffFee: PayoffFee?
  public let source: FillSource

  /// - Throws: ``PricingError`` `.badLeg` for a zero quantity, a multiplier or linear entry price of 0 or less, a
  ///   negative premium or fee.
  public init(
    instrument: Instrument, quantity: Quantity, multiplier: Quantity? = nil, price: ExactAmount,
    fee: ExactAmount = .zero, payoffFee: PayoffFee? = nil, source: FillSource = .given
  ) throws(PricingError) {
    let multiplier = multiplier ?? instrument.multiplier
    guard !quantity.isZero else {
      throw .badLeg(leg: "\(instrument)", found: "quantity 0", wanted: "a quantity other than 0")
    }
    guard multiplier > .zero else {
      throw .badLeg(leg: "\(instrument)", found: "multiplier \(multiplier)", wanted: "a multiplier above 0")
    }
    guard fee >= .zero else {
      throw .badLeg(leg: "\(instrument)", found: "fee \(fee)", wanted: "a fee of 0 or more")
    }
    guard price > .zero || (instrument.isOption && price.isZero) else {
      throw .badLeg(
        leg: "\(instrument)", found: "price \(price)",
        wanted: instrument.isOption ? "a premium of 0 or more" : "an entry price above 0")
    }
    self.instrument = instrument
    self.quantity = quantity
    self.multiplier = multiplier
    self.price = price
    self.fee = fee
    self.payoffFee = payoffFee
    self.source = source
  }

  /// Quantity times multiplier: signed units of the underlying (of quote currency for a coin-settled future).
  public var units: ExactAmount { quantity.exact * multiplier.exact }

  /// What the leg cost at entry: units x premium for options, nothing for others. A credit is negative.
  public var entryCost: ExactAmount { instrument.isOption ? units * price : .zero }
}

/// A strategy with exact entry prices and fees, in one settlement and one currency: where both branches start.
public struct FilledStrategy: Hashable, Sendable {
  public let name: String
  public let settlement: Settlement
  public let currency: Currency
  public let legs: [FilledLeg]
  /// Entry and reserved exit fees of the strategy as a whole, beside those of its legs; 0 or more.
  public let strategyFees: ExactAmount
  /// True where premiums quoted in coin were converted at the market's spot.
  public let hasConvertedPremiums: Bool
  /// The schedule the legs' fees were taken from: what a further leg would pay; nil for stated fees.
  public let feeSchedule: FeeSchedule?
  /// E: what the options cost at entry, a credit negative.
  public let entryCost: ExactAmount
  /// Phi: all entry and reserved exit fees that do not depend on the outcome.
  public let fees: ExactAmount

  /// - Throws: ``PricingError`` `.underlyingInCoin`, `.mixedCurrencies` where a coin strategy holds two coins, `.badLeg`
  ///   for negative fees.
  public init(
    name: String, settlement: Settlement, currency: Currency, legs: [FilledLeg], strategyFees: ExactAmount = .zero,
    hasConvertedPremiums: Bool = false, feeSchedule: FeeSchedule? = nil
  ) throws(PricingError) {
    guard strategyFees >= .zero else {
      throw .badLeg(leg: name, found: "fees \(strategyFees)", wanted: "fees of 0 or more")
    }
    if settlement == .coin {
      for leg in legs {
        if case .underlying(let asset) = leg.instrument { throw .underlyingInCoin(asset.symbol) }
        if let first = legs.first?.instrument.underlying, leg.instrument.underlying != first {
          throw .mixedCurrencies(first, leg.instrument.underlying)
        }
      }
    }
    self.name = name
    self.settlement = settlement
    self.currency = currency
    self.legs = legs
    self.strategyFees = strategyFees
    self.hasConvertedPremiums = hasConvertedPremiums
    self.feeSchedule = feeSchedule
    var (entryCost, fees) = (ExactAmount.zero, strategyFees)
    for leg in legs {
      entryCost += leg.entryCost
      fees += leg.fee
    }
    (self.entryCost, self.fees) = (entryCost, fees)
  }

  /// The distinct expiries, ascending.
  public var expiries: [Expiry] { Strategy.distinctExpiries(legs.compactMap { $0.instrument.expiry }) }

  /// True where a leg may be exercised before its expiry.
  public var hasAmericanLegs: Bool {
    legs.contains { leg in
      if case .option(let contract) = leg.instrument { return contract.exercise == .american }
      return false
    }
  }

  /// True where the account may be assigned before expiry.
  public var hasShortAmericanLegs: Bool {
    legs.contains { leg in
      if case .option(let contract) = leg.instrument { return contract.exercise == .american && leg.quantity < .zero }
      return false
    }
  }

  /// The legs of each underlying, underlyings in the order of their first mention.
  public var legsByUnderlying: [(underlying: String, legs: [FilledLeg])] {
    guard let first = legs.first?.instrument.underlying else { return [] }
    if legs.allSatisfy({ $0.instrument.underlying == first }) { return [(first, legs)] }
    var order: [String] = []
    var groups: [String: [FilledLeg]] = [:]
    for leg in legs {
      if groups[leg.instrument.underlying] == nil { order.append(leg.instrument.underlying) }
      groups[leg.instrument.underlying, default: []].append(leg)
    }
    return order.map { ($0, groups[$0] ?? []) }
  }
}

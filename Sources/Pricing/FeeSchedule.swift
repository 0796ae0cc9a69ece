public import Basics
public import Instruments

/// What a venue or broker takes for a trade in one option.
public enum OptionTradeFee: Hashable, Sendable {
  /// The lesser of `rate` of the underlying and `cap` of the premium, for each unit of the underlying.
  case underlyingShare(rate: ExactAmount, cap: ExactAmount)
  /// An amount for each contract, in the schedule's currency.
  case perContract(Money)
}

/// A dated list of fees, read from `Data/Rulebooks/fees`.
public struct FeeSchedule: Hashable, Sendable {
  public let name: String
  public let effective: CalendarDate
  public let source: String
  /// The underlyings whose contracts are charged so; empty for any.
  public let underlyings: [String]
  public let optionTrade: OptionTradeFee?
  /// Taken at expiry and so dependent on the payoff.
  public let optionDelivery: PayoffFee?
  /// Share of the notional of a future or perpetual, taken at entry and reserved for the exit.
  public let futureTrade: ExactAmount?

  public init(
    name: String, effective: CalendarDate, source: String, underlyings: [String] = [], optionTrade: OptionTradeFee?,
    optionDelivery: PayoffFee?, futureTrade: ExactAmount?
  ) {
    self.name = name
    self.effective = effective
    self.source = source
    self.underlyings = underlyings
    self.optionTrade = optionTrade
    self.optionDelivery = optionDelivery
    self.futureTrade = futureTrade
  }

  /// The entry fee of a leg, in settlement currency.
  ///
  /// - Parameters:
  ///   - units: quantity x multiplier, signed.
  ///   - price: the leg's entry price as ``FilledLeg/price`` has it.
  ///   - spot: quote currency a unit; turns a share of the underlying into quote currency.
  /// - Throws: ``PricingError`` `.feesOfOther` for an underlying that the schedule is not for, `.mixedCurrencies` for a
  ///   commission in another currency.
  public func entryFee(
    instrument: Instrument, quantity: Quantity, units: ExactAmount, price: ExactAmount, settlement: Settlement,
    currency: Currency, spot: Price
  ) throws(PricingError) -> ExactAmount {
    guard underlyings.isEmpty || underlyings.contains(instrument.underlying) else {
      throw .feesOfOther(schedule: name, found: instrument.underlying, wanted: underlyings)
    }
    switch instrument {
    case .option, .digital:
      switch optionTrade {
      case .underlyingShare(let rate, let cap):
        let share = settlement == .coin ? rate : rate * spot.exact
        return units.magnitude * min(share, cap * price)
      case .perContract(let amount):
        guard amount.currency == currency else { throw .mixedCurrencies(amount.currency.code, currency.code) }
        return quantity.exact.magnitude * amount.exact
      case nil: return .zero
      }
    case .future, .perpetual:
      guard let rate = futureTrade else { return .zero }
      // N quote currency bought at `price` are N / price coins.
      let notional = settlement == .coin ? units.divided(by: price) ?? .zero : units * price
      return notional.magnitude * rate
    case .underlying: return .zero
    }
  }

  /// The fee at expiry of a leg, which belongs to its payoff.
  public func exitFee(_ instrument: Instrument) -> PayoffFee? {
    switch instrument {
    case .option: return optionDelivery
    case .digital: return nil
    case .future, .perpetual: return futureTrade.flatMap { PayoffFee(rate: $0, cap: .one) }
    case .underlying: return nil
    }
  }
}

/// The fees a strategy states.
public enum FeeTerms: Hashable, Sendable {
  case none
  /// Totals of the whole strategy in settlement currency, each 0 or more.
  case totals(entry: ExactAmount, exit: ExactAmount)
  case schedule(FeeSchedule)
}

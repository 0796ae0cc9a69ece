public import Basics

/// Call or put.
public enum OptionRight: String, Hashable, Sendable, CaseIterable {
  case call
  case put

  /// +1 for a call, -1 for a put, as the formulas write it.
  public var sign: Double { self == .call ? 1 : -1 }
  /// `C` or `P`.
  public var letter: String { self == .call ? "C" : "P" }
  public var other: OptionRight { self == .call ? .put : .call }
}

/// The unit in which a strategy is accounted and collateralised, or in which a contract pays.
public enum Settlement: String, Hashable, Sendable, CaseIterable {
  /// The quote currency, such as USD.
  case quote
  /// The underlying coin itself (an inverse contract).
  case coin
}

public enum ExerciseStyle: String, Hashable, Sendable, CaseIterable {
  case european
  case american
}

/// What changes hands at expiry.
public enum Delivery: String, Hashable, Sendable {
  case cash
  case physical
}

/// The terms of a vanilla option. A contract holds no quote and no rate.
public struct OptionContract: Hashable, Sendable {
  public let underlying: String
  public let right: OptionRight
  /// In quote currency.
  public let strike: Price
  public let expiry: Expiry
  /// How the contract itself is quoted and paid, whatever the strategy's account.
  public let settlement: Settlement
  public let exercise: ExerciseStyle
  public let delivery: Delivery
  /// Units of the underlying for one contract: 100 for a listed share option.
  public let multiplier: Quantity
  /// The code of the currency of the strike.
  public let quoteCurrency: String

  public init(
    underlying: String, right: OptionRight, strike: Price, expiry: Expiry, settlement: Settlement = .quote,
    exercise: ExerciseStyle = .european, delivery: Delivery = .cash, multiplier: Quantity = .one,
    quoteCurrency: String = "USD"
  ) throws(InstrumentError) {
    guard strike >= .zero else { throw .number(.outOfRange("strike \(strike)", type: "a strike of 0 or more")) }
    guard multiplier > .zero else {
      throw .number(.outOfRange("multiplier \(multiplier)", type: "a multiplier above 0"))
    }
    self.underlying = underlying
    self.right = right
    self.strike = strike
    self.expiry = expiry
    self.settlement = settlement
    self.exercise = exercise
    self.delivery = delivery
    self.multiplier = multiplier
    self.quoteCurrency = quoteCurrency
  }
}

/// A cash-or-nothing option: pays `payout` quote currency a unit strictly beyond its strike, nothing at it.
public struct DigitalContract: Hashable, Sendable {
  public let underlying: String
  public let right: OptionRight
  public let strike: Price
  public let expiry: Expiry
  /// Quote currency for one unit; positive.
  public let payout: Price
  public let multiplier: Quantity

  public init(
    underlying: String, right: OptionRight, strike: Price, expiry: Expiry, payout: Price, multiplier: Quantity = .one
  ) throws(InstrumentError) {
    guard strike >= .zero else { throw .number(.outOfRange("strike \(strike)", type: "a strike of 0 or more")) }
    guard payout > .zero else { throw .number(.outOfRange("payout \(payout)", type: "a payout above 0")) }
    guard multiplier > .zero else {
      throw .number(.outOfRange("multiplier \(multiplier)", type: "a multiplier above 0"))
    }
    self.underlying = underlying
    self.right = right
    self.strike = strike
    self.expiry = expiry
    self.payout = payout
    self.multiplier = multiplier
  }
}

/// A dated forward or future on the underlying.
public struct Future: Hashable, Sendable {
  public let underlying: String
  public let expiry: Expiry
  public let multiplier: Quantity
  /// The currency in which a linear contract is paid, where its name says one (`BTC_USDC-26DEC25`); else nil.
  public let quoteCurrency: String?

  public init(underlying: String, expiry: Expiry, multiplier: Quantity = .one, quoteCurrency: String? = nil) {
    self.underlying = underlying
    self.expiry = expiry
    self.multiplier = multiplier
    self.quoteCurrency = quoteCurrency
  }
}

/// A future without expiry, held to its index by funding.
public struct Perpetual: Hashable, Sendable {
  public let underlying: String
  public let multiplier: Quantity
  /// The currency in which a linear contract is paid, where its name says one (`BTC_USDC-PERPETUAL`); else nil.
  public let quoteCurrency: String?

  public init(underlying: String, multiplier: Quantity = .one, quoteCurrency: String? = nil) {
    self.underlying = underlying
    self.multiplier = multiplier
    self.quoteCurrency = quoteCurrency
  }
}

/// The share or coin itself.
public struct Underlying: Hashable, Sendable {
  public let symbol: String

  public init(symbol: String) { self.symbol = symbol }
}

/// Anything a leg can hold.
public enum Instrument: Hashable, Sendable {
  case option(OptionContract)
  case digital(DigitalContract)
  case future(Future)
  case perpetual(Perpetual)
  case underlying(Underlying)

  /// The symbol of what it is written on.
  public var underlying: String {
    switch self {
    case .option(let contract): return contract.underlying
    case .digital(let contract): return contract.underlying
    case .future(let contract): return contract.underlying
    case .perpetual(let contract): return contract.underlying
    case .underlying(let asset): return asset.symbol
    }
  }

  /// Nil for what never expires.
  public var expiry: Expiry? {
    switch self {
    case .option(let contract): return contract.expiry
    case .digital(let contract): return contract.expiry
    case .future(let contract): return contract.expiry
    case .perpetual, .underlying: return nil
    }
  }

  /// Units of the underlying for one contract.
  public var multiplier: Quantity {
    switch self {
    case .option(let contract): return contract.multiplier
    case .digital(let contract): return contract.multiplier
    case .future(let contract): return contract.multiplier
    case .perpetual(let contract): return contract.multiplier
    case .underlying: return .one
    }
  }

  /// True where a premium is paid for it: options and digitals.
  public var isOption: Bool {
    switch self {
    case .option, .digital: return true
    case .future, .perpetual, .underlying: return false
    }
  }

  public var strike: Price? {
    switch self {
    case .option(let contract): return contract.strike
    case .digital(let contract): return contract.strike
    case .future, .perpetual, .underlying: return nil
    }
  }
}

public import Basics
public import Instruments
public import Kernels
public import MarketData
import RealModule

/// A contract with everything a model asks for, as floating numbers; nothing in it is optional.
public struct ResolvedContract: Hashable, Sendable {
  public enum Payoff: Hashable, Sendable {
    case vanilla
    /// Cash-or-nothing; quote currency for one unit.
    case digital(payout: Double)
  }

  public let instrument: Instrument
  public let payoff: Payoff
  public let right: OptionRight
  /// In quote currency.
  public let strike: Double
  public let expiry: Instant
  /// Years from the market's moment, actual/365; positive.
  public let years: Double
  /// Of the quoted surface at this strike, or the one that was asked for; annualised, as a fraction.
  public let volatility: Double
  /// True where that volatility lies beyond the quotes.
  public let isExtrapolated: Bool
  public let forward: Forward
  /// The dated dividends of an American contract's life, in years from the market's moment; none for a European one,
  /// whose forward says all.
  public internal(set) var dividends: [DatedDividend] = []

  public var rate: Double { forward.rate }
  public var dividendYield: Double { forward.dividendYield }
  public var underlying: String { instrument.underlying }
}

/// A leg as a sparse row: so many units of a contract, or a linear position with its entry price.
public struct ResolvedLeg: Hashable, Sendable {
  public enum Exposure: Hashable, Sendable {
    /// The index of the contract in ``ResolvedBook/contracts``.
    case contract(Int)
    /// Spot, future or perpetual: q (S - entry) in quote currency, N (1/entry - 1/S) in coin.
    case linear(entry: Double)
  }

  /// Signed units of the underlying; for a linear leg of a coin strategy, of quote currency.
  public let units: Double
  /// The same as a multiple of the strategy's scale.
  public let ratio: Double
  public let exposure: Exposure
  /// Of a linear leg that has one; a contract knows its own.
  public let expiry: Instant?

  init(units: Double, ratio: Double, exposure: Exposure, expiry: Instant? = nil) {
    self.units = units
    self.ratio = ratio
    self.exposure = exposure
    self.expiry = expiry
  }
}

/// A strategy as rows over the contracts of its book.
public struct ResolvedStrategy: Hashable, Sendable {
  public let filled: FilledStrategy
  public let legs: [ResolvedLeg]
  /// What every leg's ratio is multiplied by.
  public let scale: Double
  /// The underlying's symbol where there is just one, and its spot: scenarios of several shift each by its own spot.
  public let spots: [String: Double]
  public let entryCost: Double
  public let fees: Double

  public var settlement: Settlement { filled.settlement }
  public var name: String { filled.name }
}

/// Distinct contracts and strategies over them: the door from exact numbers to floating ones.
///
/// One strategy is a book of one. Contracts that several strategies share are resolved, and later valued, once.
public struct ResolvedBook: Sendable {
  public let asOf: Instant
  public private(set) var contracts: [ResolvedContract] = []
  public private(set) var strategies: [ResolvedStrategy] = []
  private var indices: [Instrument: Int] = [:]
  private let market: MarketState
  private let volatility: Double?

  /// - Parameter volatility: One for all options, annualised, as a fraction, in place of the surface's: the market needs no
  ///   quote of them then. Nil for each one's own.
  public init(market: MarketState, volatility: Double? = nil) {
    self.market = market
    self.volatility = volatility
    asOf = market.asOf
  }

  /// Looks up every forward, rate and volatility the strategy needs and adds it as a row.
  ///
  /// - Throws: ``PricingError``: an underlying the market lacks, an expired contract, no volatility. The book is then
  ///   as it was.
  public mutating func add(_ strategy: FilledStrategy) throws(PricingError) {
    strategies.append(try resolve(strategy))
  }

  /// Gives a strategy's row over this book's contracts, which grow by those it lacked; the row is not kept.
  ///
  /// A book of any length can so be worked through one strategy at a time.
  /// - Throws: ``PricingError``, as ``add(_:)``; the book is then as it was.
  public mutating func resolve(_ strategy: FilledStrategy) throws(PricingError) -> ResolvedStrategy {
    var legs: [ResolvedLeg] = []
    var spots: [String: Double] = [:]
    var added: [(Instrument, ResolvedContract)] = []
    var places: [Instrument: Int] = [:]
    try strategy.check(in: market)
    let scale = LegScale(count: strategy.legs.count) {
      (strategy.legs[$0].quantity, strategy.legs[$0].multiplier)
    }
    for leg in strategy.legs {
      let underlying = try market.underlying(of: leg.instrument)
      spots[underlying.symbol] = underlying.spot.value
      let units = leg.units.doubleValue
      let ratio = scale.ratio(quantity: leg.quantity, multiplier: leg.multiplier)
      guard leg.instrument.isOption else {
        legs.append(
          ResolvedLeg(
            units: units, ratio: ratio, exposure: .linear(entry: leg.price.doubleValue),
            expiry: leg.instrument.expiry.flatMap { try? underlying.instant(of: $0) }))
        continue
      }
      var index: Int?
      if !indices.isEmpty { index = indices[leg.instrument] }
      if index == nil { index = places[leg.instrument] }
      if index == nil {
        index = contracts.count + added.count
        places[leg.instrument] = index
        added.append((leg.instrument, try ResolvedBook.resolve(leg.instrument, underlying, asOf, volatility)))
      }
      if let index { legs.append(ResolvedLeg(units: units, ratio: ratio, exposure: .contract(index))) }
    }
    for (instrument, contract) in added {
      indices[instrument] = contracts.count
      contracts.append(contract)
    }
    return ResolvedStrategy(
      filled: strategy, legs: legs, scale: scale.value, spots: spots, entryCost: strategy.entryCost.doubleValue,
      fees: strategy.fees.doubleValue)
  }

  /// The index of an instrument in ``contracts``, which it joins where it is new.
  ///
  /// - Throws: ``PricingError``: an underlying the market lacks, no volatility or forward, no option.
  public mutating func place(of instrument: Instrument) throws(PricingError) -> Int {
    if let index = indices[instrument] { return index }
    contracts.append(try ResolvedBook.resolve(instrument, try market.underlying(of: instrument), asOf, volatility))
    indices[instrument] = contracts.count - 1
    return contracts.count - 1
  }

  fileprivate static func resolve(
    _ instrument: Instrument, _ underlying: UnderlyingMarket, _ asOf: Instant, _ stated: Double? = nil
  ) throws(PricingError) -> ResolvedContract {
    let (right, strike, expiry, payoff) = try terms(instrument)
    let instant: Instant
    do { instant = try underlying.instant(of: expiry) } catch { throw .number(error) }
    guard let forward = try? underlying.forward(of: expiry) else {
      throw .missing("forward", instrument: "\(instrument)")
    }
    let quoted = stated == nil ? underlying.volatility(strike: strike, forward: forward) : nil
    guard let volatility = stated ?? quoted?.value else {
      throw .missing("volatility", instrument: "\(instrument)")
    }
    var contract = ResolvedContract(
      instrument: instrument, payoff: payoff, right: right, strike: strike, expiry: instant, years: forward.years,
      volatility: volatility, isExtrapolated: quoted?.isExtrapolated ?? false, forward: forward)
    if contract.isAmerican { contract.dividends = underlying.terms.dividends.dated(from: asOf, to: instant) }
    return contract
  }

  private static func terms(
    _ instrument: Instrument
  ) throws(PricingError) -> (OptionRight, Double, Expiry, ResolvedContract.Payoff) {
    switch instrument {
    case .option(let contract): return (contract.right, contract.strike.value, contract.expiry, .vanilla)
    case .digital(let contract):
      return (contract.right, contract.strike.value, contract.expiry, .digital(payout: contract.payout.value))
    case .future, .perpetual, .underlying: throw .missing("option model", instrument: "\(instrument)")
    }
  }
}

extension ResolvedContract {
  /// Looks up everything that a model asks of one contract in a market.
  ///
  /// - Throws: ``PricingError``: an underlying the market lacks, no forward (an expired contract has none), no volatility,
  ///   an instrument that is no option.
  public init(_ instrument: Instrument, in market: MarketState) throws(PricingError) {
    self = try ResolvedBook.resolve(instrument, try market.underlying(of: instrument), market.asOf)
  }

  /// The contract at another volatility.
  public func with(volatility: Double) -> ResolvedContract {
    ResolvedContract(
      instrument: instrument, payoff: payoff, right: right, strike: strike, expiry: expiry, years: years,
      volatility: volatility, isExtrapolated: isExtrapolated, forward: forward, dividends: dividends)
  }
}

extension FilledStrategy {
  /// Checks that a market can answer for the strategy at all.
  ///
  /// - Throws: ``PricingError``: an underlying the market lacks, a leg that expired before the market's moment, an
  ///   account in another currency than the market's.
  public func check(in market: MarketState) throws(PricingError) {
    for leg in legs { try FilledStrategy.check(leg.instrument, settlement, currency, in: market) }
  }

  /// Checks that a market can answer for one instrument in such an account.
  ///
  /// - Throws: As ``check(in:)``.
  public static func check(
    _ instrument: Instrument, _ settlement: Settlement, _ currency: Currency, in market: MarketState
  ) throws(PricingError) {
    let underlying = try market.underlying(of: instrument)
    let own = settlement == .coin ? underlying.symbol : underlying.terms.quoteCurrency
    guard currency.code == own.uppercased() else { throw .mixedCurrencies(currency.code, own) }
    guard let expiry = instrument.expiry else { return }
    let instant: Instant
    do { instant = try underlying.instant(of: expiry) } catch { throw .number(error) }
    guard instant > market.asOf else { throw .expired(instrument: "\(instrument)", asOf: "\(market.asOf)") }
  }

  /// This strategy as a book of one.
  ///
  /// - Throws: ``PricingError``, as ``ResolvedBook/add(_:)``.
  public func resolved(in market: MarketState) throws(PricingError) -> ResolvedBook {
    var book = ResolvedBook(market: market)
    try book.add(self)
    return book
  }
}

import Basics
import Instruments
public import MarketData
public import Pricing
import RealModule

/// What one option is valued with.
public struct ValuationTerms: Hashable, Sendable {
  /// To expiry; 0 is expired.
  public let years: Double
  /// Annualised, as a fraction, 0 or more.
  public let volatility: Double
  /// Continuously compounded, a year; as the dividend yield.
  public let rate: Double
  public let dividendYield: Double

  public init(years: Double, volatility: Double, rate: Double = 0, dividendYield: Double = 0) {
    self.years = years
    self.volatility = volatility
    self.rate = rate
    self.dividendYield = dividendYield
  }
}

/// The market a box is valued in: the spot, and terms for each of its options.
public struct LiquidationMarket: Sendable {
  /// Quote currency; positive.
  public let spot: Double
  /// The distance of two prices that a search tells apart; positive.
  public let resolution: Double
  /// For each leg of the strategy; nil for linear ones.
  public let terms: [ValuationTerms?]
  /// What distances are measured with: the time to the first expiry and the volatility at its forward; nil without options.
  public let reference: ValuationTerms?
  /// The seconds before delivery whose average is the settlement price: 1,800 on Deribit, 0 elsewhere.
  public let averagingSeconds: Double

  /// One time, volatility and carry for all options.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a spot of 0 or less, a negative time or volatility, a rate that is no
  ///   number.
  public init(
    for strategy: FilledStrategy, spot: Double, terms: ValuationTerms, resolution: Double? = nil
  ) throws(IsolatedMarginError) {
    try self.init(
      spot: spot, terms: strategy.legs.map { $0.instrument.isOption ? terms : nil }, resolution: resolution)
  }

  /// Terms for each leg of a strategy, nil for linear ones.
  ///
  /// - Throws: as the initialiser with one time and volatility.
  public init(
    spot: Double, terms: [ValuationTerms?], resolution: Double? = nil, averagingSeconds: Double = 0
  ) throws(IsolatedMarginError) {
    guard spot > 0, spot.isFinite else { throw .badInput("spot", found: "\(spot)", wanted: "a price above 0") }
    for case let leg? in terms {
      guard leg.years >= 0, leg.years.isFinite else {
        throw .badInput("years", found: "\(leg.years)", wanted: "0 or more")
      }
      guard leg.volatility >= 0, leg.volatility.isFinite else {
        throw .badInput("volatility", found: "\(leg.volatility)", wanted: "0 or more")
      }
      guard (leg.rate * leg.years).magnitude <= 100, (leg.dividendYield * leg.years).magnitude <= 100 else {
        throw .badInput("rates", found: "\(leg.rate), \(leg.dividendYield)", wanted: "rates a market can have")
      }
    }
    self.spot = spot
    self.terms = terms
    self.resolution = resolution ?? 1e-8 * spot
    reference = terms.compactMap { $0 }.min { $0.years < $1.years }
    self.averagingSeconds = averagingSeconds
  }

  /// The quoted market: each option at its own volatility of the surface, or all at one.
  ///
  /// - Parameter volatility: Annualised, as a fraction, and no quote is asked for; nil for the surface's.
  /// - Throws: ``PricingError``: several underlyings are `.missing`, and as ``ResolvedBook/add(_:)``.
  public init(
    of strategy: FilledStrategy, in market: MarketState, volatility: Double? = nil
  ) throws(PricingError) {
    var book = ResolvedBook(market: market, volatility: volatility)
    try book.add(strategy)
    try self.init(of: strategy, as: book, in: market, isQuoted: volatility == nil)
  }

  /// As ``init(of:in:volatility:)``, of a strategy that is resolved already.
  ///
  /// - Parameters:
  ///   - book: Its first strategy is this one.
  ///   - isQuoted: False for a book of one volatility for all options.
  public init(
    of strategy: FilledStrategy, as book: ResolvedBook, in market: MarketState, isQuoted: Bool = true
  ) throws(PricingError) {
    guard let resolved = book.strategies.first, let symbol = strategy.legs.first?.instrument.underlying,
      let underlying = market[symbol]
    else { throw .missing("leg", instrument: strategy.name) }
    assert(resolved.filled == strategy, "the book is of another strategy")
    var terms: [ValuationTerms?] = []
    for leg in resolved.legs {
      guard case .contract(let index) = leg.exposure else {
        terms.append(nil)
        continue
      }
      let contract = book.contracts[index]
      terms.append(
        ValuationTerms(
          years: contract.years, volatility: contract.volatility, rate: contract.rate,
          dividendYield: contract.dividendYield))
    }
    self.terms = terms
    spot = underlying.spot.value
    // In a chain quoted in coin the tick is one of coins, and says nothing of the spot.
    let tick = underlying.terms.quotedIn == .quote ? underlying.terms.tickSize?.value : nil
    resolution = tick ?? 1e-8 * spot
    var reference = terms.compactMap { $0 }.min { $0.years < $1.years }
    if isQuoted, let first = reference, let expiry = strategy.expiries.first,
      let forward = try? underlying.forward(of: expiry),
      let level = underlying.volatility(strike: forward.value, forward: forward)
    {
      reference = ValuationTerms(
        years: first.years, volatility: level.value, rate: first.rate, dividendYield: first.dividendYield)
    }
    self.reference = reference
    averagingSeconds = underlying.terms.quotedIn == .coin ? 1800 : 0
  }
}

/// A moment and a volatility beside the market's own.
public struct LiquidationState: Hashable, Sendable {
  /// Calendar days from the market's moment; 0 or more.
  public let daysForward: Double
  /// Added to every volatility; what falls below 0 is held there.
  public let volatilityShift: Double

  public static let now = LiquidationState()

  public init(daysForward: Double = 0, volatilityShift: Double = 0) {
    self.daysForward = daysForward
    self.volatilityShift = volatilityShift
  }

  /// How many standard deviations of the logarithm of spot lie between the market's spot and `price` to the first expiry; nil
  /// where none is left.
  public func deviations(to price: Double, in market: LiquidationMarket) -> Double? {
    guard let reference = market.reference.map(terms), price > 0 else { return nil }
    let deviation = reference.volatility * .sqrt(reference.years)
    return deviation > 0 ? .log(price / market.spot) / deviation : nil
  }

  /// True where an option's settlement price is already being averaged.
  public func isAveraging(in market: LiquidationMarket) -> Bool {
    market.terms.contains { leg in
      guard let years = leg.map({ terms($0).years }), years > 0 else { return false }
      return years * Instant.secondsPerYear <= market.averagingSeconds
    }
  }

  /// True where a volatility would fall below 0 and is held there.
  public func isFloored(in market: LiquidationMarket) -> Bool {
    market.terms.contains { leg in leg.map { terms($0).years > 0 && $0.volatility + volatilityShift < 0 } ?? false }
  }

  /// True where an option has expired by then.
  public func hasExpired(in market: LiquidationMarket) -> Bool {
    market.terms.contains { leg in leg.map { $0.years > 0 && terms($0).years == 0 } ?? false }
  }

  /// The terms of an option in this state; time is counted in whole seconds, so that an option which expires exactly on a
  /// day has expired on it.
  func terms(_ terms: ValuationTerms) -> ValuationTerms {
    let seconds = (terms.years * Instant.secondsPerYear).rounded() - (daysForward * 86_400).rounded()
    let years = daysForward == 0 ? terms.years : max(0, seconds / Instant.secondsPerYear)
    // What has expired is its payoff: two expired options differ in nothing else, and are solved exactly together.
    guard years > 0 else { return ValuationTerms(years: 0, volatility: 0) }
    return ValuationTerms(
      years: years, volatility: max(0, terms.volatility + volatilityShift), rate: terms.rate,
      dividendYield: terms.dividendYield)
  }
}

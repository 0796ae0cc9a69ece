public import Basics
public import Instruments
public import MarketData

/// Where the factors between expiries come from.
public enum CarryRates: Sendable {
  /// Money and underlying cost nothing to hold: every factor is 1.
  case zero
  /// The market's rates, dividends and forwards; `forwardBand` widens the ratio of two forwards by that share either way.
  case market(MarketState, forwardBand: ExactAmount)

  /// `zero rates`, or where the market's come from.
  public var text: String {
    switch self {
    case .zero: return "zero rates"
    case .market(_, let band):
      let words = "the market's rates and forwards"
      return band.isZero ? words : "\(words), their ratio within \(band * ExactAmount(100)) percent"
    }
  }

  /// The factors between the expiries of the legs on one underlying.
  ///
  /// | chain quoted in | forwards | discount D | carry Q |
  /// | --- | --- | --- | --- |
  /// | quote | carried by a yield b | exp(-r t) | exp(-b t) |
  /// | quote | quoted, or cash dividends | exp(-r t) | D F2/F1 |
  /// | coin | any | Q F1/F2 | exp(-coin rate t) |
  ///
  /// - Parameters:
  ///   - expiries: Distinct and ascending, one or more.
  ///   - settlement: The strategy's, whose own rate is the one that a forward band leaves alone.
  /// - Throws: ``IsolatedMarginError`` `.badInput`: an underlying the market lacks, an expiry before its moment, rates that no
  ///   market has; `.number` for expiries in New York before 2007.
  public func terms(
    underlying: String, expiries: [Expiry], settlement: Settlement
  ) throws(IsolatedMarginError) -> ExpiryTerms {
    guard let first = expiries.first else {
      throw .badInput("expiries of \(underlying)", found: "none", wanted: "one or more")
    }
    var steps: [ExpiryStep] = []
    for (earlier, later) in zip(expiries, expiries.dropFirst()) {
      steps.append(try step(underlying, from: earlier, to: later, settlement))
    }
    return try ExpiryTerms(underlying: underlying, first: first, steps: steps)
  }

  private func step(
    _ symbol: String, from earlier: Expiry, to later: Expiry, _ settlement: Settlement
  ) throws(IsolatedMarginError) -> ExpiryStep {
    switch self {
    case .zero:
      let venue: ExpiryTime = settlement == .coin ? .deribit : .newYorkClose
      let years: Double
      do { years = try earlier.instant(venue: venue).years(to: later.instant(venue: venue)) } catch {
        throw .number(error)
      }
      return try ExpiryStep(expiry: later, years: years, discount: .one, carry: .one)
    case .market(let market, let band):
      guard let underlying = market[symbol] else {
        throw .badInput(
          "market", found: "no underlying \(symbol)", wanted: market.underlyings.map(\.symbol).joined(separator: ", "))
      }
      return try CarryRates.step(underlying, from: earlier, to: later, settlement, band)
    }
  }

  private static func step(
    _ underlying: UnderlyingMarket, from earlier: Expiry, to later: Expiry, _ settlement: Settlement,
    _ band: ExactAmount
  ) throws(IsolatedMarginError) -> ExpiryStep {
    let (near, far): (Forward, Forward)
    let years: Double
    do throws(MarketDataError) {
      (near, far) = (try underlying.forward(of: earlier), try underlying.forward(of: later))
    } catch { throw .badInput("forward of \(underlying.symbol)", found: "\(error)", wanted: "an expiry of the market") }
    do { years = try underlying.instant(of: earlier).years(to: underlying.instant(of: later)) } catch {
      throw .number(error)
    }
    let terms = underlying.terms
    let isCarried = near.source == .carry && far.source == .carry
    var (discount, carry) = (FactorRange.one, FactorRange.one)
    switch (terms.quotedIn, terms.dividends) {
    case (.quote, .yield(let yield)) where isCarried:
      discount = try FactorRange(exponentialOf: -terms.rate, years: years)
      carry = try FactorRange(exponentialOf: -yield, years: years)
    case (.quote, _):
      discount = try FactorRange(exponentialOf: -terms.rate, years: years)
      carry = try discount * FactorRange(ratioOf: far.value, to: near.value)
    case (.coin, .yield(let yield)) where isCarried:
      carry = try FactorRange(exponentialOf: -terms.coinRate, years: years)
      discount = try FactorRange(exponentialOf: -(terms.coinRate + (terms.rate - yield)), years: years)
    case (.coin, _):
      carry = try FactorRange(exponentialOf: -terms.coinRate, years: years)
      discount = try carry / FactorRange(ratioOf: far.value, to: near.value)
    }
    if !band.isZero {
      switch settlement {
      case .quote: carry = try carry.widened(by: band)
      case .coin: discount = try discount.widened(by: band)
      }
    }
    return try ExpiryStep(expiry: later, years: years, discount: discount, carry: carry)
  }
}

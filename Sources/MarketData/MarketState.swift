public import Basics
public import Instruments
import RealModule

/// What a market file says of one underlying before its quotes are put in order.
public struct UnderlyingTerms: Hashable, Sendable {
  public let symbol: String
  /// In quote currency; positive.
  public let spot: Price
  /// The unit of the chain's prices.
  public let quotedIn: Settlement
  /// Quote currency, continuously compounded, a year.
  public let rate: Double
  /// A yield of 0 where none are stated.
  public let dividends: Dividends
  /// True where dividends or a yield are stated: a stated yield of 0 says that none is paid, one left out does not.
  public let areDividendsStated: Bool
  /// The coin's own rate, continuously compounded, a year; used where the chain is quoted in coin.
  public let coinRate: Double
  public let tickSize: Price?
  /// The code of the currency of spot and strikes.
  public let quoteCurrency: String
  /// Forwards stated in the file, by day of expiry.
  public let forwards: [CalendarDate: Price]
  /// Units of the underlying in one option, where legs are given without an instrument's name; 100 for US shares.
  public let optionMultiplier: Quantity

  /// - Parameter dividends: nil where nothing is said of them.
  /// - Throws: ``MarketDataError`` `.badNumber` for a spot, forward, tick size or multiplier of 0 or less, a negative
  ///   dividend, and rates beyond 10 a year or not finite.
  public init(
    symbol: String, spot: Price, quotedIn: Settlement, rate: Double = 0, dividends: Dividends? = nil,
    coinRate: Double = 0, tickSize: Price? = nil, quoteCurrency: String = "USD",
    forwards: [CalendarDate: Price] = [:], optionMultiplier: Quantity = .one
  ) throws(MarketDataError) {
    guard spot > .zero else { throw .badNumber(field: "\(symbol) spot", found: "\(spot)", wanted: "a price above 0") }
    for (field, value) in [("rate", rate), ("coin_rate", coinRate)] where !(value.magnitude <= 10) {
      throw .badNumber(field: "\(symbol) \(field)", found: "\(value)", wanted: "a rate between -10 and 10 a year")
    }
    if case .yield(let yield) = dividends, !(yield.magnitude <= 10) {
      throw .badNumber(
        field: "\(symbol) dividend_yield", found: "\(yield)", wanted: "a yield between -10 and 10 a year")
    }
    for (date, forward) in forwards where forward <= .zero {
      throw .badNumber(field: "\(symbol) forward of \(date)", found: "\(forward)", wanted: "a price above 0")
    }
    if case .cash(let payments) = dividends, let payment = payments.first(where: { $0.amount < .zero }) {
      throw .badNumber(
        field: "\(symbol) dividend of \(payment.date)", found: "\(payment.amount)", wanted: "an amount of 0 or more")
    }
    guard optionMultiplier > .zero else {
      throw .badNumber(field: "\(symbol) multiplier", found: "\(optionMultiplier)", wanted: "a quantity above 0")
    }
    if let tickSize, tickSize <= .zero {
      throw .badNumber(field: "\(symbol) tick_size", found: "\(tickSize)", wanted: "a price above 0")
    }
    self.symbol = symbol
    self.spot = spot
    self.quotedIn = quotedIn
    self.rate = rate
    self.dividends = dividends ?? .yield(0)
    areDividendsStated = dividends != nil
    self.coinRate = coinRate
    self.tickSize = tickSize
    self.quoteCurrency = quoteCurrency
    self.forwards = forwards
    self.optionMultiplier = optionMultiplier
  }

  /// The time of day at which this underlying's options expire where a name leaves it open.
  public var expiryTime: ExpiryTime { quotedIn == .coin ? .deribit : .newYorkClose }

  /// The forward of an expiry: as stated, else the parity of `pairs`, else spot carried by rate and dividends.
  func forward(
    expiry: Expiry, instant: Instant, asOf: Instant, stated: Price?, pairs: [ParityPair]
  ) throws(MarketDataError) -> Forward {
    let years = asOf.years(to: instant)
    guard years > 0 else { throw .badExpiry("\(expiry)", reason: "not after \(asOf)") }
    let inCoin = quotedIn == .coin
    let discount = Double.exp(-(inCoin ? coinRate : rate) * years)
    let value: Double
    let source: ForwardSource
    if let stated {
      (value, source) = (stated.value, .file)
    } else if let parity = ParityPair.medianForward(pairs, discount: discount, inCoin: inCoin) {
      (value, source) = (parity.value, .parity(strikes: parity.strikes))
    } else {
      (value, source) = (try carried(to: instant, asOf: asOf, years: years), .carry)
    }
    let growth = Double.log(value / spot.value) / years
    guard growth.isFinite else { throw .badExpiry("\(expiry)", reason: "found forward \(value)") }
    return inCoin
      ? Forward(value: value, source: source, years: years, rate: growth + coinRate, dividendYield: coinRate)
      : Forward(value: value, source: source, years: years, rate: rate, dividendYield: rate - growth)
  }

  private func carried(to instant: Instant, asOf: Instant, years: Double) throws(MarketDataError) -> Double {
    switch dividends {
    case .yield(let yield): return spot.value * .exp((rate - yield) * years)
    case .cash(let payments):
      // A dividend goes ex at midnight of its date: what is paid after the market's moment and by the expiry counts.
      var present = 0.0
      for payment in payments {
        let moment = Instant(payment.date)
        guard moment > asOf, moment <= instant else { continue }
        present += payment.amount.value * .exp(-rate * asOf.years(to: moment))
      }
      guard present < spot.value else {
        throw .badNumber(field: "\(symbol) dividends", found: "\(present) today", wanted: "less than spot")
      }
      return (spot.value - present) * .exp(rate * years)
    }
  }
}

/// The market of one underlying: its terms, its chains and the surface through them.
///
/// A copy is a reference: every stage of an analysis looks its underlying up.
public struct UnderlyingMarket: Hashable, Sendable {
  private struct Contents: Hashable, Sendable {
    let terms: UnderlyingTerms
    let chains: [ExpiryChain]
    var surface: VolatilitySurface
    let rejected: [RejectedQuote]
    let asOf: Instant
  }

  private final class Box: Sendable {
    let contents: Contents

    init(_ contents: Contents) { self.contents = contents }
  }

  private let box: Box

  public var terms: UnderlyingTerms { box.contents.terms }
  /// Ascending by expiry.
  public var chains: [ExpiryChain] { box.contents.chains }
  /// The quoted one, until a fitted one takes its place.
  public var surface: VolatilitySurface { box.contents.surface }
  /// Rows of the quotes file that were left out.
  public var rejected: [RejectedQuote] { box.contents.rejected }
  private var asOf: Instant { box.contents.asOf }

  public var symbol: String { box.contents.terms.symbol }
  public var spot: Price { box.contents.terms.spot }

  public static func == (left: UnderlyingMarket, right: UnderlyingMarket) -> Bool {
    left.box === right.box || left.box.contents == right.box.contents
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(box.contents) }

  init(
    terms: UnderlyingTerms, quotes: [(line: Int, quote: OptionQuote)], rejected: [RejectedQuote], asOf: Instant
  ) throws(MarketDataError) {
    var rejected = rejected
    // A chain has one place for a strike and right, whatever else its contracts differ in (BTC_USDC and BTC_USDT).
    var seen: [Place: OptionContract] = [:]
    var groups: [Expiry: (instant: Instant, quotes: [OptionQuote])] = [:]
    for (line, quote) in quotes {
      let contract = quote.contract
      func reject(_ reason: String) {
        rejected.append(RejectedQuote(line: line, instrument: "\(Instrument.option(contract))", reason: reason))
      }
      guard contract.settlement == terms.quotedIn else {
        reject("settled in \(contract.settlement.rawValue), but the chain is quoted in \(terms.quotedIn.rawValue)")
        continue
      }
      guard let instant = try? contract.expiry.instant(venue: terms.expiryTime) else {
        reject("an expiry before 2007")
        continue
      }
      guard instant > asOf else {
        reject("expired at \(instant)")
        continue
      }
      let place = Place(expiry: contract.expiry, strike: contract.strike, right: contract.right)
      if let first = seen[place] {
        reject(
          first == contract
            ? "quoted twice; the first row is used"
            : "a contract of other terms stands at this expiry and strike; the first row is used")
        continue
      }
      seen[place] = contract
      groups[contract.expiry, default: (instant, [])].quotes.append(quote)
    }
    var chains: [ExpiryChain] = []
    for (expiry, group) in groups.sorted(by: { $0.key < $1.key }) {
      chains.append(
        try ExpiryChain(
          expiry: expiry, instant: group.instant, quotes: group.quotes, underlying: terms, asOf: asOf,
          stated: terms.forwards[expiry.date]))
    }
    box = Box(
      Contents(
        terms: terms, chains: chains, surface: .quoted(QuotedSurface(smiles: chains.compactMap(\.smile))),
        rejected: rejected.sorted { $0.line < $1.line }, asOf: asOf))
  }

  private init(_ contents: Contents) { box = Box(contents) }

  /// The same market read off another surface.
  public func with(_ surface: VolatilitySurface) -> UnderlyingMarket {
    var contents = box.contents
    contents.surface = surface
    return UnderlyingMarket(contents)
  }

  private struct Place: Hashable {
    let expiry: Expiry
    let strike: Price
    let right: OptionRight
  }

  /// The chain of an expiry; an expiry whose time is left open takes the chain of its day.
  public func chain(of expiry: Expiry) -> ExpiryChain? { place(of: expiry).map { box.contents.chains[$0] } }

  private func place(of expiry: Expiry) -> Int? {
    box.contents.chains.firstIndex { $0.expiry.isSameSettlement(as: expiry) }
  }

  /// The quote of a contract, matched by day, strike and right.
  public func quote(of contract: OptionContract) -> OptionQuote? {
    guard let place = place(of: contract.expiry) else { return nil }
    return box.contents.chains[place].quotes(at: contract.strike)?[contract.right]
  }

  /// The moment of an expiry, its time taken from the chain of its day or the underlying's venue where left open.
  public func instant(of expiry: Expiry) throws(BasicsError) -> Instant {
    if let place = place(of: expiry) { return box.contents.chains[place].instant }
    return try expiry.instant(venue: terms.expiryTime)
  }

  /// The forward of any expiry: the chain's, else the one stated for the day, else by carry.
  public func forward(of expiry: Expiry) throws(MarketDataError) -> Forward {
    if let place = place(of: expiry) { return box.contents.chains[place].forward }
    let instant: Instant
    do { instant = try self.instant(of: expiry) } catch { throw .number(error) }
    return try terms.forward(
      expiry: expiry, instant: instant, asOf: asOf, stated: terms.forwards[expiry.date], pairs: [])
  }

  /// The volatility of a strike for a forward; nil where nothing is quoted.
  public func volatility(strike: Double, forward: Forward) -> VolatilityPoint? {
    // A strike of 0 lies left of every smile; the surface holds the volatility that it has farthest out.
    guard strike > 0 else {
      return surface.volatility(logMoneyness: -.greatestFiniteMagnitude, years: forward.years)
    }
    return surface.volatility(logMoneyness: .log(strike / forward.value), years: forward.years)
  }
}

/// Everything a valuation asks of the market at one moment.
public struct MarketState: Hashable, Sendable {
  public let asOf: Instant
  /// In the order of the file.
  public private(set) var underlyings: [UnderlyingMarket]
  private let places: [String: Int]

  /// One underlying as a file gives it.
  public struct Input: Sendable {
    public let terms: UnderlyingTerms
    public let quotes: [(line: Int, quote: OptionQuote)]
    public let rejected: [RejectedQuote]

    public init(terms: UnderlyingTerms, quotes: [(line: Int, quote: OptionQuote)], rejected: [RejectedQuote] = []) {
      self.terms = terms
      self.quotes = quotes
      self.rejected = rejected
    }
  }

  /// Puts the quotes in order: by expiry and strike, with forwards and smiles; what cannot be used is set aside.
  ///
  /// - Throws: ``MarketDataError``, for a market that cannot be used at all.
  public init(asOf: Instant, _ inputs: [Input]) throws(MarketDataError) {
    guard !inputs.isEmpty else { throw .empty }
    self.asOf = asOf
    var underlyings: [UnderlyingMarket] = []
    var places: [String: Int] = [:]
    for input in inputs {
      guard places.updateValue(underlyings.count, forKey: input.terms.symbol) == nil else {
        throw .duplicateUnderlying(input.terms.symbol)
      }
      underlyings.append(
        try UnderlyingMarket(terms: input.terms, quotes: input.quotes, rejected: input.rejected, asOf: asOf))
    }
    self.underlyings = underlyings
    self.places = places
  }

  /// The same market with volatilities of one underlying read off another surface; itself where it has no such underlying.
  public func with(_ surface: VolatilitySurface, of symbol: String) -> MarketState {
    guard let place = places[symbol] else { return self }
    var result = self
    result.underlyings[place] = underlyings[place].with(surface)
    return result
  }

  public subscript(symbol: String) -> UnderlyingMarket? {
    // Of few the right one is seen sooner than its hash is made.
    guard underlyings.count > 4 else { return underlyings.first { $0.symbol == symbol } }
    return places[symbol].map { underlyings[$0] }
  }
}

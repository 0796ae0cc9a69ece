public import Basics

/// What the contracts of one underlying have in common: all that a structure or a short leg text leaves out.
///
/// `C92000` is a coin-settled European option of one coin on Deribit, `C150` an American option on 100 shares in New
/// York; the terms know which.
public struct ContractTerms: Hashable, Sendable {
  /// What a leg of the underlying is held in.
  public enum Cover: String, Hashable, Sendable, CaseIterable {
    case underlying
    case perpetual
    case future
  }

  public let underlying: String
  public let settlement: Settlement
  public let exercise: ExerciseStyle
  public let delivery: Delivery
  /// Units of the underlying for one option.
  public let multiplier: Quantity
  public let quoteCurrency: String
  /// The moment of the day at which this market's options expire.
  public let expiryTime: ExpiryTime
  /// The expiries that the market lists, by their names' days; empty where no market was asked.
  public let listed: [Expiry]
  public let cover: Cover

  /// - Throws: ``InstrumentError`` `.number` for a multiplier of 0 or less.
  public init(
    underlying: String, settlement: Settlement = .quote, exercise: ExerciseStyle = .european,
    delivery: Delivery = .cash, multiplier: Quantity = .one, quoteCurrency: String = "USD",
    expiryTime: ExpiryTime = .venue, listed: [Expiry] = [], cover: Cover = .underlying
  ) throws(InstrumentError) {
    guard multiplier > .zero else {
      throw .number(.outOfRange("multiplier \(multiplier)", type: "a multiplier above 0"))
    }
    self.init(
      known: underlying, settlement, exercise, delivery, multiplier, quoteCurrency, expiryTime, listed, cover: cover)
  }

  private init(
    known underlying: String, _ settlement: Settlement, _ exercise: ExerciseStyle, _ delivery: Delivery,
    _ multiplier: Quantity, _ quoteCurrency: String, _ expiryTime: ExpiryTime, _ listed: [Expiry] = [], cover: Cover
  ) {
    self.underlying = underlying
    self.settlement = settlement
    self.exercise = exercise
    self.delivery = delivery
    self.multiplier = multiplier
    self.quoteCurrency = quoteCurrency
    self.expiryTime = expiryTime
    self.listed = listed
    self.cover = cover
  }

  /// Deribit's contracts: settled in coin, or in `quote` where one is given (`USDC`); its perpetual is the cover.
  public static func deribit(_ underlying: String, quote: String? = nil) -> ContractTerms {
    ContractTerms(
      known: underlying, quote == nil ? .coin : .quote, .european, .cash,
      InstrumentName.multiplier(base: underlying, quote: quote), quote ?? "USD", .deribit, cover: .perpetual)
  }

  /// Listed options in New York: American on 100 shares, or an index root's terms (`SPX` in the morning, `SPXW` not).
  public static func listed(_ root: String) -> ContractTerms {
    let index = InstrumentName.indexRoots[root]
    return ContractTerms(
      known: index?.underlying ?? root, .quote, index?.exercise ?? .american, index == nil ? .physical : .cash,
      Quantity(count: 10_000_000_000), "USD", index?.isMorning == true ? .newYorkOpen : .newYorkClose,
      cover: .underlying)
  }

  /// The same contracts with another cover.
  public func covered(by cover: Cover) -> ContractTerms {
    ContractTerms(
      known: underlying, settlement, exercise, delivery, multiplier, quoteCurrency, expiryTime, listed, cover: cover)
  }

  /// The expiry in this market: its own time of day, unless the expiry names a second of it.
  ///
  /// The way a date is written does not decide: `16JAN26` on a New York share is that day's close. Nor does it for a contract
  /// whose name has a Saturday or a holiday and which trades to the day before, as reports write it: where the market lists
  /// none of the day that is asked for and just one that ends on it, it is that one.
  public func expiry(_ expiry: Expiry) -> Expiry {
    var own = expiry
    if case .utc = expiry.time {} else if expiryTime != .venue { own = Expiry(expiry.date, expiryTime) }
    guard !listed.contains(where: { $0.isSameSettlement(as: own) }) else { return own }
    let ending = listed.filter { endsElsewhere($0, on: own) }
    return ending.count == 1 ? ending[0] : own
  }

  /// True where `listed` has another day in its name than `asked` and ends on that day, at that second where one is asked.
  private func endsElsewhere(_ listed: Expiry, on asked: Expiry) -> Bool {
    guard listed.date != asked.date, let end = try? listed.instant(venue: expiryTime), end.date == asked.date else {
      return false
    }
    guard case .utc = asked.time else { return true }
    return (try? asked.instant()) == end
  }

  public func option(right: OptionRight, strike: Price, expiry: Expiry) throws(InstrumentError) -> OptionContract {
    try OptionContract(
      underlying: underlying, right: right, strike: strike, expiry: self.expiry(expiry), settlement: settlement,
      exercise: exercise, delivery: delivery, multiplier: multiplier, quoteCurrency: quoteCurrency)
  }

  /// The future to `expiry`.
  public func future(expiry: Expiry) -> Future {
    Future(underlying: underlying, expiry: self.expiry(expiry), quoteCurrency: linearQuote)
  }

  /// What stands for the underlying: nil for a future without an expiry.
  public func coverInstrument(_ cover: Cover? = nil, expiry: Expiry? = nil) -> Instrument? {
    switch cover ?? self.cover {
    case .underlying: return .underlying(Underlying(symbol: underlying))
    case .perpetual: return .perpetual(Perpetual(underlying: underlying, quoteCurrency: linearQuote))
    case .future: return expiry.map { .future(future(expiry: $0)) }
    }
  }

  /// Only Deribit's names of linear contracts say a currency.
  private var linearQuote: String? { settlement == .quote && expiryTime == .deribit ? quoteCurrency : nil }
}

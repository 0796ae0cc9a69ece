public import Basics
public import Instruments

/// Many strategies as rows over distinct instruments, the exact numbers of their legs in columns.
///
/// A ``FilledStrategy`` for each of millions of strategies would cost more memory and time than the work that is done on
/// them. A book's amounts all count 10^-8, so a leg is five numbers here and an instrument is kept once, however many
/// legs hold it. What is asked of few strategies is asked of ``filled(_:)``, which gives the very strategy.
public struct StrategyTable: Sendable {
  /// How a strategy is accounted.
  public struct Terms: Hashable, Sendable {
    public let settlement: Settlement
    public let currency: Currency

    public init(settlement: Settlement, currency: Currency) {
      self.settlement = settlement
      self.currency = currency
    }
  }

  /// A leg: numbers, and the place of its instrument in ``StrategyTable/instruments``.
  public struct Leg: Hashable, Sendable {
    public let instrument: Int32
    /// Signed, plus is long; never zero.
    public let quantity: Quantity
    /// Units of the underlying for one contract; positive.
    public let multiplier: Quantity
    /// Options: premium for one unit in settlement currency, 0 or more. Others: entry price, positive.
    public let price: Price
    /// The leg's total, settlement currency; 0 or more.
    public let fee: Price

    @inlinable
    public init(instrument: Int32, quantity: Quantity, multiplier: Quantity, price: Price, fee: Price) {
      self.instrument = instrument
      self.quantity = quantity
      self.multiplier = multiplier
      self.price = price
      self.fee = fee
    }
  }

  /// A strategy: where its legs and its name lie, and the places of its terms and account.
  struct Row: Sendable {
    let firstLeg: Int
    let endOfName: Int
    let terms: Int32
    let account: Int32
  }

  /// Distinct, in the order of their first mention in the book; a later table of the same book begins with the same.
  public private(set) var instruments: [Instrument]
  public private(set) var terms: [Terms]
  /// Distinct names of accounts, likewise; the empty name stands for none.
  public private(set) var accounts: [String]
  public private(set) var legs: [Leg] = []
  private var rows: [Row] = []
  private var names: [UInt8] = []
  private var instrumentPlaces: [Instrument: Int32] = [:]
  private var accountPlaces: [String: Int32] = [:]

  public init() {
    (instruments, terms, accounts) = ([], [], [])
  }

  /// The number of strategies.
  public var count: Int { rows.count }

  // MARK: Reading

  /// Where the legs of a strategy lie in ``legs``, in the order of the book.
  public func legRange(_ index: Int) -> Range<Int> {
    rows[index].firstLeg..<(index + 1 < rows.count ? rows[index + 1].firstLeg : legs.count)
  }

  public func terms(_ index: Int) -> Terms { terms[Int(rows[index].terms)] }

  /// The place of a strategy's terms in ``terms``.
  public func termsPlace(_ index: Int) -> Int32 { rows[index].terms }

  /// The place of a strategy's account in ``accounts``.
  public func account(_ index: Int) -> Int { Int(rows[index].account) }

  /// The UTF-8 of a strategy's name.
  public func nameBytes(_ index: Int) -> ArraySlice<UInt8> {
    names[(index == 0 ? 0 : rows[index - 1].endOfName)..<rows[index].endOfName]
  }

  public func name(_ index: Int) -> String { String(decoding: nameBytes(index), as: UTF8.self) }

  /// The strategy itself.
  ///
  /// - Throws: ``PricingError``, as the initialisers of ``FilledLeg`` and ``FilledStrategy``.
  public func filled(_ index: Int) throws(PricingError) -> FilledStrategy {
    var filled: [FilledLeg] = []
    for leg in legs[legRange(index)] {
      filled.append(
        try FilledLeg(
          instrument: instruments[Int(leg.instrument)], quantity: leg.quantity, multiplier: leg.multiplier,
          price: leg.price.exact, fee: leg.fee.exact))
    }
    let terms = terms(index)
    return try FilledStrategy(
      name: name(index), settlement: terms.settlement, currency: terms.currency, legs: filled)
  }

  // MARK: Filling

  /// The place of an instrument, which joins the others where it is new.
  public mutating func place(of instrument: Instrument) -> Int32 {
    if let place = instrumentPlaces[instrument] { return place }
    let place = Int32(truncatingIfNeeded: instruments.count)
    instrumentPlaces[instrument] = place
    instruments.append(instrument)
    return place
  }

  /// The place of an account by its name, likewise.
  public mutating func place(ofAccount name: String) -> Int32 {
    if let place = accountPlaces[name] { return place }
    let place = Int32(truncatingIfNeeded: accounts.count)
    accountPlaces[name] = place
    accounts.append(name)
    return place
  }

  /// The place of a strategy's terms, likewise; a book has few.
  public mutating func place(of wanted: Terms) -> Int32 {
    if let place = terms.lastIndex(of: wanted) { return Int32(truncatingIfNeeded: place) }
    terms.append(wanted)
    return Int32(truncatingIfNeeded: terms.count - 1)
  }

  /// Adds a strategy.
  ///
  /// - Parameters:
  ///   - name: Its UTF-8.
  ///   - strategyLegs: At least one.
  ///   - terms: The place of its terms.
  ///   - account: The place of its account.
  public mutating func append(name: borrowing Span<UInt8>, legs strategyLegs: [Leg], terms: Int32, account: Int32) {
    unsafe name.withUnsafeBufferPointer { unsafe names.append(contentsOf: $0) }
    rows.append(Row(firstLeg: legs.count, endOfName: names.count, terms: terms, account: account))
    legs.append(contentsOf: strategyLegs)
  }

  /// Forgets the strategies and keeps instruments, terms and accounts with their places.
  public mutating func removeStrategies() {
    legs.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    names.removeAll(keepingCapacity: true)
  }
}

import Basics

/// Reads and writes instrument names in the dialects of the field.
///
/// | dialect | option | other |
/// | --- | --- | --- |
/// | Deribit | `BTC-26DEC25-92000-C`, `XRP_USDC-30JUN23-0d625-C` | `BTC-PERPETUAL`, `BTC-25MAR23` |
/// | OSI | `SPY   260417C00500000`, spaces optional | |
///
/// A Deribit option without a quote currency is settled in coin, one with it (`_USDC`) in that currency; a listed
/// option is American, physically delivered, and holds 100 shares unless its root ends in a digit (an adjusted
/// contract, which this program refuses rather than guess its deliverable). The morning-settled index roots are
/// European and cash-settled.
public enum InstrumentName {
  /// Gives the instrument that `text` names in any of the dialects.
  ///
  /// - Throws: ``InstrumentError`` `.unknownName`, or `.badName` where the form is known and a part of it is wrong.
  public static func parse(_ text: some StringProtocol) throws(InstrumentError) -> Instrument {
    let name = String(text)
    if let instrument = try deribit(name) { return instrument }
    if let instrument = try osi(name) { return instrument }
    throw .unknownName(name)
  }

  // MARK: Deribit

  /// Nil where the text does not have Deribit's form at all.
  private static func deribit(_ name: String) throws(InstrumentError) -> Instrument? {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 4, let first = parts.first, isSymbol(first) else { return nil }
    let symbol = first.split(separator: "_", omittingEmptySubsequences: false)
    guard symbol.count <= 2, let base = symbol.first, !base.isEmpty, symbol.last?.isEmpty == false else {
      throw .badName(name, reason: "wanted an underlying such as BTC or XRP_USDC")
    }
    let quote = symbol.count == 2 ? String(symbol[1]) : nil
    let multiplier = quote == nil ? .one : linearMultipliers[String(base)] ?? .one
    if parts.count == 2, parts[1] == "PERPETUAL" {
      return .perpetual(Perpetual(underlying: String(base), multiplier: multiplier))
    }
    guard let date = try? CalendarDate(parsing: parts[1]), parts[1].utf8.count < 8 else {
      throw .badName(name, reason: "wanted an expiry such as 26DEC25")
    }
    let expiry = Expiry(date, .deribit)
    if parts.count == 2 {
      return .future(Future(underlying: String(base), expiry: expiry, multiplier: multiplier))
    }
    guard parts[3] == "C" || parts[3] == "P" else { throw .badName(name, reason: "wanted C or P at the end") }
    let strikeText = parts[2].split(separator: "d", omittingEmptySubsequences: false).joined(separator: ".")
    guard !parts[2].contains("."), strikeText.utf8.first.map({ (48...57).contains($0) }) == true,
      let strike = try? Price(parsing: strikeText)
    else { throw .badName(name, reason: "wanted a strike such as 92000 or 0d625") }
    return .option(
      try OptionContract(
        underlying: String(base), right: parts[3] == "C" ? .call : .put, strike: strike, expiry: expiry,
        settlement: quote == nil ? .coin : .quote, multiplier: multiplier, quoteCurrency: quote ?? "USD"))
  }

  private static func isSymbol(_ text: some StringProtocol) -> Bool {
    (1...24).contains(text.utf8.count)
      && text.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
  }

  /// Units of the coin in one linear contract, from Deribit's contract specifications.
  static let linearMultipliers: [String: Quantity] = [
    "SOL": Quantity(count: 1_000_000_000), "XRP": Quantity(count: 100_000_000_000),
    "TRX": Quantity(count: 1_000_000_000_000), "AVAX": Quantity(count: 10_000_000_000),
  ]

  // MARK: OSI

  /// Nil where the text does not end in OSI's fifteen characters.
  private static func osi(_ name: String) throws(InstrumentError) -> Instrument? {
    let bytes = Array(name.utf8)
    guard bytes.count >= 16, bytes.count <= 21 else { return nil }
    let tail = bytes.suffix(15)
    let at = tail.startIndex
    let letter = tail[at + 6]
    guard letter == UInt8(ascii: "C") || letter == UInt8(ascii: "P"),
      tail[at..<(at + 6)].allSatisfy({ (48...57).contains($0) }),
      tail[(at + 7)...].allSatisfy({ (48...57).contains($0) })
    else { return nil }
    let root = String(decoding: bytes.dropLast(15), as: UTF8.self)
    let symbol = String(root.prefix { $0 != " " })
    let isPadded = root.dropFirst(symbol.count).allSatisfy { $0 == " " }
    guard isPadded, !symbol.isEmpty, isSymbol(symbol) else {
      throw .badName(name, reason: "wanted a root of letters, padded to the right")
    }
    guard symbol.utf8.last.map({ (48...57).contains($0) }) != true else {
      throw .badName(name, reason: "root \(symbol) names an adjusted contract, whose deliverable is not 100 shares")
    }
    let digits = tail.map { Int($0) - 48 }
    guard
      let date = CalendarDate(
        year: 2000 + digits[0] * 10 + digits[1], month: digits[2] * 10 + digits[3], day: digits[4] * 10 + digits[5])
    else { throw .badName(name, reason: "wanted a date as yymmdd") }
    let thousandths = digits[7...].reduce(Int64(0)) { $0 * 10 + Int64($1) }
    let index = indexRoots[symbol]
    return .option(
      try OptionContract(
        underlying: index?.underlying ?? symbol, right: letter == UInt8(ascii: "C") ? .call : .put,
        strike: Price(count: thousandths * 100_000),
        expiry: Expiry(date, index?.isMorning == true ? .newYorkOpen : .newYorkClose), settlement: .quote,
        exercise: index == nil ? .american : .european, delivery: index == nil ? .physical : .cash,
        multiplier: Quantity(count: 10_000_000_000)))
  }

  /// Index option roots: what they are written on, and whether they settle in the morning (Cboe's specifications).
  static let indexRoots: [String: (underlying: String, isMorning: Bool)] = [
    "SPX": ("SPX", true), "SPXW": ("SPX", false), "XSP": ("XSP", false), "NDX": ("NDX", true),
    "NDXP": ("NDX", false), "RUT": ("RUT", true), "RUTW": ("RUT", false), "VIX": ("VIX", true),
  ]

  // MARK: Writing

  /// The name in the dialect that fits: OSI for what expires in New York, Deribit's for all else.
  public static func text(_ instrument: Instrument) -> String {
    if case .option(let contract) = instrument, let name = try? osiText(contract) { return name }
    return (try? deribitText(instrument)) ?? plainText(instrument)
  }

  /// Deribit's name.
  ///
  /// - Throws: ``InstrumentError`` `.notWritable` for digitals and spot, and for options that do not expire at 08:00 UTC.
  public static func deribitText(_ instrument: Instrument) throws(InstrumentError) -> String {
    switch instrument {
    case .option(let contract):
      guard contract.expiry.time == .deribit else { break }
      let base = contract.settlement == .coin ? contract.underlying : "\(contract.underlying)_\(contract.quoteCurrency)"
      let strike = contract.strike.description.split(separator: ".").joined(separator: "d")
      return "\(base)-\(contract.expiry.date.deribitText)-\(strike)-\(contract.right.letter)"
    case .perpetual(let contract): return "\(contract.underlying)-PERPETUAL"
    case .future(let contract): return "\(contract.underlying)-\(contract.expiry.date.deribitText)"
    case .digital, .underlying: break
    }
    throw .notWritable(plainText(instrument), dialect: "a Deribit name")
  }

  /// The 21 characters of the Options Symbology Initiative.
  ///
  /// - Throws: ``InstrumentError`` `.notWritable` for roots over 6 characters, dates before 2000 or after 2099, strikes
  ///   above 99,999.999 or finer than a thousandth, and options that expire elsewhere than New York.
  public static func osiText(_ contract: OptionContract) throws(InstrumentError) -> String {
    let isMorning = contract.expiry.time == .newYorkOpen
    guard isMorning || contract.expiry.time == .newYorkClose, contract.underlying.utf8.count <= 6,
      contract.strike.count % 100_000 == 0, contract.strike.count / 100_000 <= 99_999_999,
      (2000...2099).contains(contract.expiry.date.year)
    else { throw .notWritable(plainText(.option(contract)), dialect: "an OSI name") }
    var root = contract.underlying
    if let index = indexRoots[root], index.isMorning != isMorning {
      let names = indexRoots.filter { $0.value.underlying == contract.underlying && $0.value.isMorning == isMorning }
      root = names.keys.min() ?? root
    }
    let strike = String(contract.strike.count / 100_000)
    return root + String(repeating: " ", count: max(0, 6 - root.utf8.count)) + contract.expiry.date.sixDigits
      + contract.right.letter + String(repeating: "0", count: 8 - strike.utf8.count) + strike
  }

  /// Words for what has no name in a dialect: `BTC 2025-12-26 92000 call`.
  static func plainText(_ instrument: Instrument) -> String {
    switch instrument {
    case .option(let contract):
      return "\(contract.underlying) \(contract.expiry) \(contract.strike) \(contract.right.rawValue)"
    case .digital(let contract):
      return "\(contract.underlying) \(contract.expiry) \(contract.strike) digital \(contract.right.rawValue)"
    case .future(let contract): return "\(contract.underlying) \(contract.expiry) future"
    case .perpetual(let contract): return "\(contract.underlying) perpetual"
    case .underlying(let asset): return asset.symbol
    }
  }
}

extension Instrument: CustomStringConvertible {
  public var description: String { InstrumentName.text(self) }
}

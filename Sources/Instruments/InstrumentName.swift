import Basics

/// Reads and writes instrument names in the dialects of the field.
///
/// | dialect | option | other |
/// | --- | --- | --- |
/// | Deribit | `BTC-26DEC25-92000-C`, `XRP_USDC-30JUN23-0d625-C` | `BTC-PERPETUAL`, `BTC-25MAR23` |
/// | OSI | `SPY   260417C00500000`, spaces optional | |
///
/// A Deribit option without a quote currency is settled in coin, one with it (`_USDC`) in that currency; a listed
/// option is American, physically delivered, and holds 100 shares. A root with a digit names an adjusted or FLEX
/// contract, which this program refuses rather than guess its terms. Index roots have the terms of ``indexRoots``.
///
/// A name is written only where reading it gives the same contract back; all else is described in words.
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
    guard parts.count == 2 || parts.count == 4, let first = parts.first, isSymbol(first, alsoUnderscore: true) else {
      return nil
    }
    let symbol = first.split(separator: "_", omittingEmptySubsequences: false)
    guard symbol.count <= 2, let base = symbol.first.map({ String($0) }), !base.isEmpty, symbol.last?.isEmpty == false
    else { throw .badName(name, reason: "wanted an underlying such as BTC or XRP_USDC") }
    let quote = symbol.count == 2 ? String(symbol[1]) : nil
    if parts.count == 2, parts[1] == "PERPETUAL" {
      return .perpetual(Perpetual(underlying: base, quoteCurrency: quote))
    }
    guard let date = try? CalendarDate(parsing: parts[1]), parts[1].utf8.count < 8 else {
      throw .badName(name, reason: "wanted an expiry such as 26DEC25")
    }
    let expiry = Expiry(date, .deribit)
    if parts.count == 2 { return .future(Future(underlying: base, expiry: expiry, quoteCurrency: quote)) }
    guard parts[3] == "C" || parts[3] == "P" else { throw .badName(name, reason: "wanted C or P at the end") }
    let strikeText = parts[2].split(separator: "d", omittingEmptySubsequences: false).joined(separator: ".")
    guard !parts[2].utf8.contains(UInt8(ascii: ".")), strikeText.utf8.first.map({ (48...57).contains($0) }) == true,
      let strike = try? Price(parsing: strikeText)
    else { throw .badName(name, reason: "wanted a strike such as 92000 or 0d625") }
    return .option(
      try OptionContract(
        underlying: base, right: parts[3] == "C" ? .call : .put, strike: strike, expiry: expiry,
        settlement: quote == nil ? .coin : .quote, multiplier: multiplier(base: base, quote: quote),
        quoteCurrency: quote ?? "USD"))
  }

  /// ASCII capitals and digits, 1 to 24 of them.
  static func isSymbol(_ text: some StringProtocol, alsoUnderscore: Bool = false) -> Bool {
    (1...24).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (65...90).contains($0) || (48...57).contains($0) || alsoUnderscore && $0 == UInt8(ascii: "_")
      }
  }

  /// Units of the coin in one option; futures and perpetuals are counted in coins, whatever their contract size.
  static func multiplier(base: String, quote: String?) -> Quantity {
    quote == nil ? .one : linearMultipliers[base] ?? .one
  }

  /// Units of the coin in one linear option, from Deribit's support page "Linear USDC Options" and its contract
  /// specifications.
  static let linearMultipliers: [String: Quantity] = [
    "SOL": Quantity(count: 1_000_000_000), "XRP": Quantity(count: 100_000_000_000),
    "MATIC": Quantity(count: 100_000_000_000), "TRX": Quantity(count: 1_000_000_000_000),
    "AVAX": Quantity(count: 10_000_000_000),
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
    let padded = bytes.dropLast(15)
    let root = String(decoding: padded.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
    guard isSymbol(root), padded.dropFirst(root.utf8.count).allSatisfy({ $0 == UInt8(ascii: " ") }) else {
      throw .badName(name, reason: "wanted a root of capital letters, padded to the right")
    }
    guard root.utf8.allSatisfy({ $0 >= UInt8(ascii: "A") }) else {
      throw .badName(
        name, reason: "root \(root) names an adjusted or FLEX contract, whose terms the name does not tell")
    }
    let digits = tail.map { Int($0) - 48 }
    guard
      let date = CalendarDate(
        year: 2000 + digits[0] * 10 + digits[1], month: digits[2] * 10 + digits[3], day: digits[4] * 10 + digits[5])
    else { throw .badName(name, reason: "wanted a date as yymmdd") }
    let thousandths = digits[7...].reduce(Int64(0)) { $0 * 10 + Int64($1) }
    return .option(
      try listed(
        root: root, right: letter == UInt8(ascii: "C") ? .call : .put, strike: Price(count: thousandths * 100_000),
        date: date))
  }

  /// The listed contract of a root.
  static func listed(
    root: String, right: OptionRight, strike: Price, date: CalendarDate
  ) throws(InstrumentError) -> OptionContract {
    let index = indexRoots[root]
    return try OptionContract(
      underlying: index?.underlying ?? root, right: right, strike: strike,
      expiry: Expiry(date, index?.isMorning == true ? .newYorkOpen : .newYorkClose), settlement: .quote,
      exercise: index?.exercise ?? .american, delivery: index == nil ? .physical : .cash,
      multiplier: listedMultiplier)
  }

  /// 100 shares, or 100 a point.
  static let listedMultiplier = Quantity(count: 10_000_000_000)

  /// What an index option root is written on, and its terms; cash-settled, 100 a point.
  struct IndexRoot {
    let underlying: String
    /// Settled by the day's opening prices.
    let isMorning: Bool
    var exercise = ExerciseStyle.european
  }

  /// Cboe's and Nasdaq's index option roots, from their contract specifications.
  static let indexRoots: [String: IndexRoot] = [
    "SPX": IndexRoot(underlying: "SPX", isMorning: true), "SPXW": IndexRoot(underlying: "SPX", isMorning: false),
    "XSP": IndexRoot(underlying: "XSP", isMorning: false), "DJX": IndexRoot(underlying: "DJX", isMorning: true),
    "NDX": IndexRoot(underlying: "NDX", isMorning: true), "NDXP": IndexRoot(underlying: "NDX", isMorning: false),
    "RUT": IndexRoot(underlying: "RUT", isMorning: true), "RUTW": IndexRoot(underlying: "RUT", isMorning: false),
    "VIX": IndexRoot(underlying: "VIX", isMorning: true), "VIXW": IndexRoot(underlying: "VIX", isMorning: true),
    "XEO": IndexRoot(underlying: "OEX", isMorning: false),
    "OEX": IndexRoot(underlying: "OEX", isMorning: false, exercise: .american),
  ]
}

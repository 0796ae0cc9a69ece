import Basics

/// Writing names.
extension InstrumentName {
  /// The name in the dialect that fits: OSI for what expires in New York, Deribit's for what expires at 08:00 UTC, and
  /// words for what neither can say.
  public static func text(_ instrument: Instrument) -> String {
    if case .option(let contract) = instrument, let name = osiName(contract) { return name }
    return (try? deribitText(instrument)) ?? plainText(instrument)
  }

  /// Deribit's name.
  ///
  /// - Throws: ``InstrumentError`` `.notWritable` for what has no such name: digitals, spot, expiries at another time
  ///   than 08:00 UTC or outside 2000 to 2099, and terms that the name does not imply.
  public static func deribitText(_ instrument: Instrument) throws(InstrumentError) -> String {
    let quote: String?
    let tail: String?
    switch instrument {
    case .option(let contract):
      quote = contract.settlement == .coin ? nil : contract.quoteCurrency
      tail = deribitTail(contract, quote: quote)
    case .future(let contract):
      quote = contract.quoteCurrency
      tail = contract.multiplier == .one ? deribitDate(contract.expiry) : nil
    case .perpetual(let contract):
      quote = contract.quoteCurrency
      tail = contract.multiplier == .one ? "PERPETUAL" : nil
    case .digital, .underlying:
      quote = nil
      tail = nil
    }
    let base = instrument.underlying
    let head = quote.map { "\(base)_\($0)" } ?? base
    guard let tail, isSymbol(base), isSymbol(quote ?? base), isSymbol(head, alsoUnderscore: true) else {
      throw .notWritable(plainText(instrument), dialect: "a Deribit name")
    }
    return "\(head)-\(tail)"
  }

  /// `26DEC25-92000-C`, or nil where the contract is not the one that the name would mean.
  private static func deribitTail(_ contract: OptionContract, quote: String?) -> String? {
    guard contract.exercise == .european, contract.delivery == .cash, quote != nil || contract.quoteCurrency == "USD",
      contract.multiplier == multiplier(base: contract.underlying, quote: quote),
      let date = deribitDate(contract.expiry)
    else { return nil }
    var strike = contract.strike.description
    if let point = strike.utf8.firstIndex(of: UInt8(ascii: ".")) { strike.replaceSubrange(point...point, with: "d") }
    return "\(date)-\(strike)-\(contract.right.letter)"
  }

  /// Nil where the name, which writes two digits of the year and no time, would mean another moment.
  private static func deribitDate(_ expiry: Expiry) -> String? {
    expiry.time == .deribit && (2000...2099).contains(expiry.date.year) ? expiry.date.deribitText : nil
  }

  /// The 21 characters of the Options Symbology Initiative.
  ///
  /// - Throws: ``InstrumentError`` `.notWritable` for roots over 6 characters, dates before 2000 or after 2099, strikes
  ///   above 99,999.999 or finer than a thousandth, options that expire elsewhere than New York, and terms that the
  ///   root does not imply.
  public static func osiText(_ contract: OptionContract) throws(InstrumentError) -> String {
    guard let name = osiName(contract) else {
      throw .notWritable(plainText(.option(contract)), dialect: "an OSI name")
    }
    return name
  }

  private static func osiName(_ contract: OptionContract) -> String? {
    // What every root has, before any root is tried.
    guard contract.settlement == .quote, contract.multiplier == listedMultiplier, let root = osiRoot(contract),
      contract.strike.count % 100_000 == 0, contract.strike.count / 100_000 <= 99_999_999,
      (2000...2099).contains(contract.expiry.date.year)
    else { return nil }
    let strike = String(contract.strike.count / 100_000)
    return root + String(repeating: " ", count: max(0, 6 - root.utf8.count)) + contract.expiry.date.sixDigits
      + contract.right.letter + String(repeating: "0", count: max(0, 8 - strike.utf8.count)) + strike
  }

  /// The root whose terms are the contract's: the underlying itself, else the first index root by name.
  private static func osiRoot(_ contract: OptionContract) -> String? {
    let symbol = contract.underlying
    if indexRoots[symbol] == nil, hasTerms(contract, of: symbol) { return symbol }
    if indexRoots[symbol]?.underlying == symbol, hasTerms(contract, of: symbol) { return symbol }
    return indexRoots.filter { $0.value.underlying == symbol && hasTerms(contract, of: $0.key) }.keys.min()
  }

  /// True where a root of letters and its listed contract agree with `contract` in everything but date and strike.
  private static func hasTerms(_ contract: OptionContract, of root: String) -> Bool {
    guard (1...6).contains(root.utf8.count), root.utf8.allSatisfy({ (65...90).contains($0) }) else { return false }
    return (try? listed(root: root, right: contract.right, strike: contract.strike, date: contract.expiry.date))
      == contract
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

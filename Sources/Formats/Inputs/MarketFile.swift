import Basics
import Instruments
public import MarketData

/// A market file read whole: the state, what its file said of itself, and what was passed over.
public struct MarketFile: Sendable {
  public let state: MarketState
  /// The file as the user named it.
  public let path: String
  /// Where the quotes came from, as reports say it: the `source` the file states, and which volatilities are those of a surface
  /// fitted to them; empty where it states none and none is.
  public let source: String
  public let warnings: [String]

  /// Reads a market (YAML or JSON) and the quotes beside it.
  ///
  /// `underlyings` maps each symbol to its block; a block may also stand at the top level under its symbol. A row of the
  /// quotes that cannot be used is set aside with its reason and the chain is used without it.
  /// - Parameter choice: Which volatilities it is read with, for all its underlyings; nil for what each block's `surface`
  ///   says, quoted ones where it says nothing.
  /// - Throws: ``FormatError`` for a file that cannot be read at all, with file, line and column, and for a surface that
  ///   cannot be had.
  public init(_ path: String, surface choice: SurfaceChoice? = nil) throws(FormatError) {
    let document = try YAMLDocument(bytes: try WholeFile.bytes(of: path), file: path)
    let root = document.root
    guard root.isMapping else { throw root.error(wanted: "a mapping with as_of and underlyings") }
    self.path = path
    let asOf = try root.required("as_of", "the moment of the quotes, such as 2025-12-05T01:10:00Z")
      .parsed("an instant such as 2025-12-05T01:10:00Z") { try Instant(parsing: $0) }
    var warnings: [String] = []
    let blocks = try MarketFile.blocks(root, &warnings)
    var inputs: [MarketState.Input] = []
    for block in blocks {
      warnings += try block.value.unknownKeys(MarketFile.keys, silently: block.otherKeys)
      let terms = try MarketFile.terms(block.symbol, block.value)
      var quotes = QuotesFile()
      if let file = block.value["quotes"] ?? root["quotes"] {
        let name = try file.string("the name of a CSV file")
        quotes = try QuotesFile(
          name.hasPrefix("/") ? name : WholeFile.folder(of: path) + name, terms, isShared: block.value["quotes"] == nil)
      }
      warnings += quotes.warnings
      inputs.append(MarketState.Input(terms: terms, quotes: quotes.quotes, rejected: quotes.rejected))
    }
    var state: MarketState
    do { state = try MarketState(asOf: asOf, inputs) } catch {
      throw root.error(found: "a market that cannot be used", wanted: error.description)
    }
    for block in blocks {
      if let choice {
        let place = SourceLocation(file: path, line: 1, column: 1)
        state = try choice.applied(to: state, block.symbol, at: place, &warnings)
      } else if let key = block.value["surface"] {
        let stated = try MarketFile.surface(key, beside: path)
        state = try stated.applied(to: state, block.symbol, at: key.location, &warnings)
      }
    }
    self.state = state
    self.warnings = warnings
    let fitted = state.underlyings.filter { if case .quoted = $0.surface { false } else { true } }
    let models = fitted.map { "\($0.symbol) \($0.surface.name.uppercased())" }
    let surfaces = models.isEmpty ? "" : "volatilities of a fitted surface: \(models.joined(separator: ", "))"
    source = [root["source"]?.text ?? "", surfaces].filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private static let keys = [
    "spot", "rate", "dividend_yield", "dividends", "coin_rate", "forwards", "quoted_in", "quotes", "tick_size",
    "currency", "multiplier", "surface",
  ]

  /// A word, or the name of a file beside the market's.
  private static func surface(_ key: YAMLValue, beside path: String) throws(FormatError) -> SurfaceChoice {
    let choice = SurfaceChoice(try key.string("quoted, svi, ssvi or the name of a file of parameters"))
    guard case .file(let name) = choice, !name.hasPrefix("/") else { return choice }
    return .file(WholeFile.folder(of: path) + name)
  }

  private static let rootKeys = ["as_of", "source", "licence", "license", "date", "underlyings", "quotes"]

  /// An underlying's keys and values, under whichever of the forms they stand.
  private struct Block {
    let symbol: String
    let value: YAMLValue
    /// Keys that stand beside the block's own in its form.
    var otherKeys: [String] = []
  }

  /// The blocks of the underlyings: those under `underlyings`, a list or a mapping, and mappings with a `spot`.
  private static func blocks(_ root: YAMLValue, _ warnings: inout [String]) throws(FormatError) -> [Block] {
    var blocks: [Block] = []
    if let underlyings = root["underlyings"] {
      if underlyings.isMapping {
        blocks += try underlyings.entries().map { Block(symbol: $0.key, value: $0.value) }
      } else {
        for item in try underlyings.items() {
          let name = symbolKeys.lazy.compactMap { item[$0] }.first
          guard let name else { throw item.error(found: "no symbol", wanted: "a key 'symbol'") }
          blocks.append(Block(symbol: try name.string("a symbol"), value: item, otherKeys: symbolKeys))
        }
      }
    }
    for entry in try root.entries() where entry.value.isMapping && entry.key != "underlyings" {
      if entry.value["spot"] != nil { blocks.append(Block(symbol: entry.key, value: entry.value)) }
    }
    if blocks.isEmpty, root["spot"] != nil, let symbol = root["underlying"] ?? root["symbol"] {
      blocks.append(
        Block(symbol: try symbol.string("a symbol"), value: root, otherKeys: rootKeys + ["underlying", "symbol"]))
    } else {
      warnings += try root.unknownKeys(rootKeys, silently: blocks.map(\.symbol))
    }
    guard !blocks.isEmpty else { throw root.error(found: "no underlying", wanted: "a key 'underlyings'") }
    return blocks
  }

  /// The keys under which an item of a list says its symbol.
  private static let symbolKeys = ["symbol", "name", "underlying"]

  private static func terms(_ symbol: String, _ block: YAMLValue) throws(FormatError) -> UnderlyingTerms {
    let spot = try block.required("spot", "a key 'spot'")
    let wantedRate = "a rate a year as a fraction, such as 0.05"
    let yield = try block["dividend_yield"]?.double(wantedRate)
    var dividends = yield.map(Dividends.yield)
    if let list = block["dividends"] {
      guard block["dividend_yield"] == nil else {
        throw list.error(found: "dividends beside dividend_yield", wanted: "one of them")
      }
      dividends = .cash(try cashDividends(list))
    }
    var forwards: [CalendarDate: Price] = [:]
    if let entries = try block["forwards"]?.entries("expiries with their forwards") {
      for entry in entries {
        guard let expiry = try? Expiry(parsing: entry.key) else {
          throw entry.value.error(found: "'\(entry.key)'", wanted: "an expiry such as 26DEC25 or 2025-12-26")
        }
        guard forwards[expiry.date] == nil else {
          throw entry.value.error(found: "the forward of \(expiry.date) twice", wanted: "each expiry once")
        }
        forwards[expiry.date] = try entry.value.price("a price")
      }
    }
    let spotPrice = try spot.price("a price above 0 with at most 8 decimals")
    let quotedIn = try block["quoted_in"]?.word(Settlement.self) ?? .quote
    let rate = try block["rate"]?.double(wantedRate) ?? 0
    let coinRate = try block["coin_rate"]?.double(wantedRate) ?? 0
    let tickSize = try block["tick_size"]?.price("a price above 0")
    let currency = try block["currency"]?.parsed("a currency such as USD") { try Currency($0).code } ?? "USD"
    let multiplier = try block["multiplier"]?.parsed("a quantity above 0") { try Quantity(parsing: $0) } ?? .one
    do {
      return try UnderlyingTerms(
        symbol: symbol, spot: spotPrice, quotedIn: quotedIn, rate: rate, dividends: dividends, coinRate: coinRate,
        tickSize: tickSize, quoteCurrency: currency, forwards: forwards, optionMultiplier: multiplier)
    } catch { throw block.error(found: "a block that cannot be used", wanted: error.description) }
  }

  /// A list of `{date: 2016-02-04, amount: 0.52}`.
  private static func cashDividends(_ list: YAMLValue) throws(FormatError) -> [CashDividend] {
    var payments: [CashDividend] = []
    for item in try list.items() {
      let date = try item.required("date", "a key 'date'").parsed("a date such as 2016-02-04") {
        try CalendarDate(parsing: $0)
      }
      let amount = try item.required("amount", "a key 'amount'").price("an amount of 0 or more")
      guard amount >= .zero else { throw item.error(found: "amount \(amount)", wanted: "an amount of 0 or more") }
      payments.append(CashDividend(date: date, amount: amount))
    }
    return payments.sorted { $0.date < $1.date }
  }
}

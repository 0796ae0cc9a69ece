import Basics
import Instruments
import MarketData
import Testing

@testable import Formats

@Suite("Market files")
struct MarketFileTests {
  static let quotes = """
    instrument,bid,ask,mark,implied_vol
    BTC-26DEC25-92000-C,0.0485,0.0490,0.0487,0.5
    BTC-26DEC25-92000-P,0.0400,0.0405,0.0402,0.5
    """

  /// Reads a market file beside the quotes above.
  static func read(_ text: String, quotes: String = MarketFileTests.quotes) throws -> MarketFile {
    let folder = try TemporaryFolder()
    _ = folder.file(quotes, named: "quotes.csv")
    return try MarketFile(folder.file(text, named: "market.yaml"))
  }

  static let block = """
    spot: 92529.80714286
    quoted_in: coin
    rate: 0.01
    coin_rate: -0.02
    tick_size: 0.0001
    currency: usd
    multiplier: 1
    forwards: {26DEC25: 92726.41, 2026-01-30: "93126.49"}
    quotes: quotes.csv
    """

  static func indented(_ text: String, _ first: String, _ rest: String) -> String {
    text.split(separator: "\n").enumerated().map { ($0 == 0 ? first : rest) + $1 }.joined(separator: "\n")
  }

  static let writings: [String] = [
    "as_of: 2025-12-05T01:10:52Z\nunderlyings:\n  BTC:\n" + indented(block, "    ", "    "),
    "as_of: 2025-12-05T01:10:52Z\nunderlyings:\n  - symbol: BTC\n" + indented(block, "    ", "    "),
    "as_of: 2025-12-05T01:10:52Z\nunderlyings:\n  - name: BTC\n" + indented(block, "    ", "    "),
    "as_of: 2025-12-05T01:10:52Z\nBTC:\n" + indented(block, "  ", "  "),
    "as_of: 2025-12-05T01:10:52Z\nunderlying: BTC\n" + block,
    "as_of: \"2025-12-05 01:10:52Z\"\nsymbol: 'BTC'\n" + block,
    """
    {"as_of": "2025-12-05T01:10:52Z", "underlyings": {"BTC": {"spot": 92529.80714286, "quoted_in": "coin",
    "rate": "0.01", "coin_rate": -0.02, "tick_size": 1e-4, "currency": "USD", "multiplier": "1.0",
    "forwards": {"2025-12-26": 92726.41, "30JAN26": 93126.49}, "quotes": "quotes.csv"}}}
    """.replacing("1e-4", with: "0.0001"),
    "as_of: 2025-12-05T02:10:52+01:00\nquotes: quotes.csv\nunderlyings:\n  BTC:\n"
      + indented(block.replacing("\nquotes: quotes.csv", with: ""), "    ", "    "),
  ]

  @Test(
    "A block reads alike in a map, in a list, at the top and as JSON, its dates in either form", arguments: writings)
  func forms(_ text: String) throws {
    let file = try Self.read(text)
    #expect(file.warnings.isEmpty)
    #expect(file.state.asOf == (try Instant(parsing: "2025-12-05T01:10:52Z")))
    let market = try #require(file.state["BTC"])
    #expect(market.terms.spot.description == "92529.80714286")
    #expect(market.terms.quotedIn == .coin)
    #expect(market.terms.rate == 0.01)
    #expect(market.terms.coinRate == -0.02)
    #expect(market.terms.tickSize?.description == "0.0001")
    #expect(market.terms.quoteCurrency == "USD")
    #expect(market.terms.optionMultiplier == .one)
    #expect(market.terms.dividends == .yield(0))
    let forwards = try ["26DEC25": "92726.41", "30JAN26": "93126.49"].map {
      (try CalendarDate(parsing: $0), try Price(parsing: $1))
    }
    #expect(market.terms.forwards == Dictionary(uniqueKeysWithValues: forwards))
    #expect(market.chains.count == 1)
    #expect(market.chains.first?.strikes.count == 1)
    #expect(market.chains.first?.forward.value == 92_726.41)
    #expect(market.rejected.isEmpty)
  }

  @Test("Cash dividends are read with their dates, sorted")
  func dividends() throws {
    let file = try Self.read(
      """
      as_of: 2025-12-05
      source: by hand
      underlyings:
        BTC:
          spot: 100
          dividends:
            - {date: 2026-03-01, amount: "0.60"}
            - {date: 2026-01-15, amount: 0.52}
      """)
    #expect(file.source == "by hand")
    #expect(file.state.asOf.description == "2025-12-05T00:00:00Z")
    let terms = try #require(file.state["BTC"]).terms
    #expect(
      terms.dividends
        == .cash([
          CashDividend(date: try CalendarDate(parsing: "2026-01-15"), amount: try Price(parsing: "0.52")),
          CashDividend(date: try CalendarDate(parsing: "2026-03-01"), amount: try Price(parsing: "0.60")),
        ]))
    #expect(terms.quotedIn == .quote)
    #expect(terms.rate == 0)
    #expect(
      try Self.read("as_of: 2025-12-05\nunderlyings: {BTC: {spot: 1, dividend_yield: 1e-2}}").state["BTC"]?
        .terms.dividends == .yield(0.01))
  }

  struct Refusal: Sendable, CustomStringConvertible {
    let description: String
    let text: String
    let line: Int
    let found: String

    static func block(_ description: String, _ key: String, _ found: String) -> Refusal {
      Refusal(
        description: description, text: "as_of: 2025-12-05\nunderlyings:\n  BTC:\n    spot: 100\n    \(key)\n", line: 5,
        found: "underlyings.BTC.\(found)")
    }

    static let table = [
      Refusal(description: "no moment", text: "underlyings: {BTC: {spot: 1}}", line: 1, found: "no key 'as_of'"),
      Refusal(description: "an empty moment", text: "as_of:\nBTC: {spot: 1}", line: 1, found: "no key 'as_of'"),
      Refusal(
        description: "a moment without a zone", text: "as_of: 2025-12-05T01:10\nBTC: {spot: 1}", line: 1,
        found: "as_of: '2025-12-05T01:10'"),
      Refusal(description: "no underlying", text: "as_of: 2025-12-05\n", line: 1, found: "no underlying"),
      Refusal(
        description: "underlyings in a word", text: "as_of: 2025-12-05\nunderlyings: BTC", line: 2,
        found: "underlyings: no symbol"),
      Refusal(
        description: "an item without a symbol", text: "as_of: 2025-12-05\nunderlyings:\n  - spot: 1", line: 3,
        found: "underlyings[1]: no symbol"),
      Refusal(
        description: "a block in a word", text: "as_of: 2025-12-05\nunderlyings:\n  BTC: 5", line: 3,
        found: "underlyings.BTC: '5'"),
      Refusal(
        description: "no spot", text: "as_of: 2025-12-05\nunderlyings:\n  BTC:\n    rate: 0\n", line: 4,
        found: "underlyings.BTC: no key 'spot'"),
      Refusal(
        description: "an underlying twice", text: "as_of: 2025-12-05\nBTC: {spot: 1}\nunderlyings: {BTC: {spot: 1}}",
        line: 1, found: "a market that cannot be used"),
      Refusal(description: "a list", text: "- as_of: 2025-12-05\n", line: 1, found: "a list"),
      block("a word for a rate", "rate: five", "rate: 'five'"), block("a percentage", "rate: 5%", "rate: '5%'"),
      block("nan for a rate", "rate: .nan", "rate: '.nan'"), block("nan", "rate: NaN", "rate: 'NaN'"),
      block("a rate without end", "rate: 1e999", "rate: '1e999'"), block("hexadecimal", "rate: 0x10", "rate: '0x10'"),
      block("a coin rate in a list", "coin_rate: [1]", "coin_rate: a list"),
      block("a yield that is no number", "dividend_yield: 1_000", "dividend_yield: '1_000'"),
      block("a word for the unit", "quoted_in: dollars", "quoted_in: 'dollars'"),
      block("a tick size in words", "tick_size: small", "tick_size: 'small'"),
      block("a currency of one letter", "currency: X", "currency: 'X'"),
      block("a multiplier in words", "multiplier: many", "multiplier: 'many'"),
      block("forwards in a list", "forwards: [1, 2]", "forwards: a list"),
      block("a forward of no day", "forwards: {tomorrow: 5}", "forwards.tomorrow: 'tomorrow'"),
      block("a forward of 30 February", "forwards: {2026-02-30: 5}", "forwards.2026-02-30: '2026-02-30'"),
      block("a forward in words", "forwards: {26DEC25: high}", "forwards.26DEC25: 'high'"),
      block(
        "a forward twice", "forwards: {26DEC25: 1, 2025-12-26: 2}",
        "forwards.2025-12-26: the forward of 2025-12-26 twice"),
      block("dividends in a word", "dividends: none", "dividends: no key 'date'"),
      block("a dividend without a date", "dividends: [{amount: 1}]", "dividends[1]: no key 'date'"),
      block("a dividend without an amount", "dividends: [{date: 2026-01-02}]", "dividends[1]: no key 'amount'"),
      block("a negative dividend", "dividends: [{date: 2026-01-02, amount: -1}]", "dividends[1]: amount -1"),
      block("quotes in a list", "quotes: [quotes.csv]", "quotes: a list"),
    ]
  }

  @Test("One field wrong at a time is refused at its line", arguments: Refusal.table)
  func refusals(_ row: Refusal) throws {
    #expect {
      try Self.read(row.text)
    } throws: { error in
      guard case .malformed(let place, let found, _) = error as? FormatError else { return false }
      if place.line != row.line || found != row.found { Issue.record("\(error)") }
      return place.file.hasSuffix("market.yaml")
    }
  }

  @Test(
    "Dividends beside a yield, and numbers a market cannot have, are refused by name",
    arguments: [
      ("spot: 0", "BTC spot"), ("spot: -5", "BTC spot"), ("spot: 1\n    rate: 11", "BTC rate"),
      ("spot: 1\n    tick_size: 0", "BTC tick_size"), ("spot: 1\n    multiplier: 0", "BTC multiplier"),
      ("spot: 1\n    forwards: {26DEC25: 0}", "BTC forward of 2025-12-26"),
      ("spot: 1\n    dividends: [{date: 2026-01-02, amount: 1}]\n    dividend_yield: 0", "one of them"),
    ])
  func values(block: String, word: String) throws {
    #expect {
      try Self.read("as_of: 2025-12-05\nunderlyings:\n  BTC:\n    \(block)\n")
    } throws: { error in
      (error as? FormatError)?.description.contains(word) == true
    }
  }

  @Test(
    "Spot keeps its digits, and nothing but plain digits is a price",
    arguments: [
      ("100", true), ("0.00000001", true), ("92233720368.54775807", true), ("1e5", false), ("0x10", false),
      ("1_000", false), ("NaN", false), (".inf", false), ("1,000", false), ("0.000000001", false), ("12.", false),
      ("92233720368.54775808", false), ("١٠٠", false), ("", false), ("~", false), ("[1]", false), ("{a: 1}", false),
    ])
  func exact(text: String, isRead: Bool) throws {
    let file = "as_of: 2025-12-05\nunderlyings: {BTC: {spot: \"\(text)\"}}"
    let plain = "as_of: 2025-12-05\nunderlyings:\n  BTC:\n    spot: \(text)"
    for written in [file, plain] {
      if isRead {
        #expect(try Self.read(written).state["BTC"]?.spot.description == text)
      } else {
        #expect(throws: FormatError.self) { try Self.read(written) }
      }
    }
  }

  @Test(
    "A key nobody reads is a warning with its line",
    arguments: [
      ("as_of: 2025-12-05\nsauce: x\nunderlyings:\n  BTC: {spot: 1}\n", 2, "sauce"),
      ("as_of: 2025-12-05\nunderlyings:\n  BTC:\n    spot: 1\n    sport: 2\n", 5, "sport"),
      ("as_of: 2025-12-05\nunderlyings:\n  - symbol: BTC\n    spot: 1\n    divident_yield: 2\n", 5, "divident_yield"),
      ("as_of: 2025-12-05\nunderlying: BTC\nspot: 1\nratte: 2\n", 4, "ratte"),
      ("as_of: 2025-12-05\nunderlyings:\n  BTC: {spot: 1}\nETH:\n  sport: 3000\n", 5, "ETH"),
    ])
  func unknownKeys(text: String, line: Int, key: String) throws {
    let warnings = try Self.read(text).warnings
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("market.yaml:\(line): warning: unknown key '\(key)'; known are ") == true)
  }

  @Test("Quotes that are not there, or no CSV of quotes, are refused")
  func quotesFile() throws {
    let text = "as_of: 2025-12-05\nunderlyings: {BTC: {spot: 1, quoted_in: coin, quotes: quotes.csv}}"
    #expect(throws: FormatError.self) { try Self.read(text.replacing("quotes.csv", with: "none.csv")) }
    #expect(throws: FormatError.self) { try Self.read(text, quotes: "name,bid,ask\nx,1,2\n") }
    #expect(throws: FormatError.self) { try Self.read(text, quotes: "instrument,bid,bid\nx,1,2\n") }
    #expect(throws: FormatError.self) { try Self.read(text, quotes: "instrument,bid,ask,mark\nx,1,2,1\n") }
    let file = try Self.read(
      text, quotes: "ask,volume,instrument,bid,implied_vol,mark\n0.05,9,BTC-26DEC25-92000-C,,,\n")
    #expect(file.warnings.count == 1)
    #expect(file.warnings.first?.contains("quotes.csv:1:5: warning: found column 'volume'") == true)
    #expect(file.state["BTC"]?.chains.first?.strikes.first?.call?.ask?.description == "0.05")
  }

  @Test("A file that several underlyings share gives each its own rows")
  func shared() throws {
    let quotes = Self.quotes + "\nETH-26DEC25-3000-C,0.05,0.06,,\nDOGE-26DEC25-3000-C,0.05,0.06,,\nnonsense,1,2,,\n"
    let file = try Self.read(
      """
      as_of: 2025-12-05T01:10:52Z
      quotes: quotes.csv
      underlyings: {BTC: {spot: 92529, quoted_in: coin}, ETH: {spot: 3100, quoted_in: coin}}
      """, quotes: quotes)
    #expect(file.state["BTC"]?.chains.first?.health.quotes == 2)
    #expect(file.state["ETH"]?.chains.first?.health.quotes == 1)
    #expect(file.state["ETH"]?.rejected.map(\.line) == [6], "only what is no name at all")
  }
}

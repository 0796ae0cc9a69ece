import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Formats

@Suite("Strategy files")
struct StrategyFileTests {
  static func read(_ text: String, named name: String = "strategy.yaml") throws -> StrategyFile {
    let folder = try TemporaryFolder()
    return try StrategyFile(folder.file(text, named: name), dataFolders: ["\(Fixture.root)/Data"])
  }

  static func bitcoin() throws -> MarketState {
    try MarketFile("\(Fixture.root)/Data/Markets/deribit-btc-2025-12-05.yaml").state
  }

  static let whole = """
    name: condor
    settlement: quote
    currency: USD
    fees: {entry: 111.04, exit: 31.50}
    fill: mid
    legs:
      - {quantity: 1, instrument: BTC-26DEC25-80000-P, price: 0.0090, multiplier: 1}
      - quantity: "-1"
        instrument: BTC-26DEC25-85000-P
    """

  @Test("Every key of a strategy of legs is read")
  func legs() throws {
    let file = try Self.read(Self.whole)
    #expect(file.name == "condor")
    #expect(file.warnings.isEmpty)
    #expect(file.terms.settlement == .quote)
    #expect(file.terms.currency == .usd)
    #expect(file.terms.fill == .mid)
    guard case .totals(let entry, let exit) = file.terms.fees, case .legs(let legs) = file.body else {
      Issue.record("no totals, or no legs")
      return
    }
    #expect(entry == (try ExactAmount(parsing: "111.04")))
    #expect(exit == (try ExactAmount(parsing: "31.5")))
    #expect(legs.map(\.quantity) == [.one, Quantity(count: -100_000_000)])
    #expect(legs.map(\.instrument) == ["BTC-26DEC25-80000-P", "BTC-26DEC25-85000-P"])
    #expect(legs.map(\.price) == [try Price(parsing: "0.009"), nil])
    #expect(legs.map(\.multiplier) == [.one, nil])
    #expect(legs.map(\.place.line) == [7, 8])
  }

  @Test("A file that says little means the defaults")
  func defaults() throws {
    let file = try Self.read("legs: [{quantity: 1, instrument: BTC}]\nsettlement:\nfees: ~\n", named: "my.own.yaml")
    #expect(file.name == "my.own")
    #expect(file.terms.settlement == nil)
    #expect(file.terms.currency == nil)
    #expect(file.terms.fill == .worst)
    guard case .none = file.terms.fees else {
      Issue.record("fees")
      return
    }
  }

  struct Shape: Sendable, CustomStringConvertible {
    let text: String
    let placement: StructurePlacement
    var description: String { text }

    static let table = [
      Shape(
        text: "strikes: [80000, 85000.5]",
        placement: .strikes([Price(count: 8_000_000_000_000), Price(count: 8_500_050_000_000)])),
      Shape(text: "strikes: 80000", placement: .strikes([Price(count: 8_000_000_000_000)])),
      Shape(
        text: "center: 100\nwidths: [5, 7]",
        placement: .center(
          Price(count: 10_000_000_000), widths: [Price(count: 500_000_000), Price(count: 700_000_000)])),
      Shape(text: "centre: \"100\"", placement: .center(Price(count: 10_000_000_000), widths: [])),
      Shape(text: "deltas: [-0.25, 2.5e-1]", placement: .deltas([-0.25, 0.25])),
      Shape(text: "quantity: 2", placement: .strikes([])),
    ]
  }

  @Test("A structure is placed by strikes, by a center or by deltas", arguments: Shape.table)
  func structure(_ row: Shape) throws {
    let file = try Self.read("structure: iron-condor\nunderlying: BTC\nexpiry: 26DEC25\nhedge: -0.5\n\(row.text)\n")
    guard case .structure(let stated) = file.body else {
      Issue.record("no structure")
      return
    }
    #expect(file.warnings.isEmpty)
    #expect(stated.name == "iron-condor")
    #expect(stated.underlying == "BTC")
    #expect(stated.expiries == [try Expiry(parsing: "26DEC25")])
    #expect(stated.hedge == Quantity(count: -50_000_000))
    #expect(stated.quantity == (row.text.hasPrefix("quantity") ? Quantity(2) : .one))
    #expect("\(stated.placement)" == "\(row.placement)")
    #expect(stated.place.line == 1)
  }

  @Test(
    "Expiries are read in either form, one or several",
    arguments: [
      "expiry: 26DEC25\nfar_expiry: 30JAN26", "expiries: [26DEC25, 30JAN26]",
      "expiries:\n  - \"26DEC25\"\n  - 30JAN26\n",
    ])
  func expiries(_ text: String) throws {
    guard case .structure(let stated) = try Self.read("structure: calendar\n\(text)\n").body else {
      Issue.record("no structure")
      return
    }
    #expect(stated.expiries == [try Expiry(parsing: "26DEC25"), try Expiry(parsing: "30JAN26")])
    guard
      case .structure(let iso) = try Self.read("structure: x\nexpiries: [2025-12-26, 2025-12-26T08:00:00Z]\n").body
    else { return }
    #expect(iso.expiries == [try Expiry(parsing: "2025-12-26"), try Expiry(parsing: "2025-12-26T08:00:00Z")])
  }

  struct Refusal: Sendable, CustomStringConvertible {
    let old: String
    let new: String
    let line: Int
    let found: String
    var description: String { "\(old) -> \(new)" }

    static let table = [
      Refusal(old: "settlement: quote", new: "settlement: cash", line: 2, found: "settlement: 'cash'"),
      Refusal(old: "currency: USD", new: "currency: dollars of 2025", line: 3, found: "currency: 'dollars of 2025'"),
      Refusal(old: "currency: USD", new: "currency: [USD]", line: 3, found: "currency: a list"),
      Refusal(old: "name: condor", new: "name: {a: 1}", line: 1, found: "name: a mapping"),
      Refusal(old: "entry: 111.04", new: "entry: -1", line: 4, found: "fees.entry: '-1'"),
      Refusal(old: "entry: 111.04", new: "entry: 1e2", line: 4, found: "fees.entry: '1e2'"),
      Refusal(old: "entry: 111.04", new: "entry: ", line: 4, found: "fees.entry: nothing"),
      Refusal(old: "entry: 111.04", new: "enter: 1", line: 4, found: "fees.enter: key 'enter'"),
      Refusal(old: "fill: mid", new: "fill: best", line: 5, found: "fill: 'best'"),
      Refusal(old: "quantity: 1", new: "quantity: 0", line: 7, found: "legs[1].quantity: '0'"),
      Refusal(old: "quantity: 1", new: "quantity: 1e5", line: 7, found: "legs[1].quantity: '1e5'"),
      Refusal(old: "quantity: 1", new: "quantity: 0x10", line: 7, found: "legs[1].quantity: '0x10'"),
      Refusal(old: "quantity: 1", new: "quantity: 1_000", line: 7, found: "legs[1].quantity: '1_000'"),
      Refusal(old: "quantity: 1", new: "quantity: NaN", line: 7, found: "legs[1].quantity: 'NaN'"),
      Refusal(old: "quantity: 1", new: "quantity: 0.000000001", line: 7, found: "legs[1].quantity: '0.000000001'"),
      Refusal(
        old: "quantity: 1", new: "quantity: 99999999999999", line: 7, found: "legs[1].quantity: '99999999999999'"),
      Refusal(old: "quantity: 1", new: "quantity: one", line: 7, found: "legs[1].quantity: 'one'"),
      Refusal(old: "quantity: 1,", new: "", line: 7, found: "legs[1]: no key 'quantity'"),
      Refusal(old: "instrument: BTC-26DEC25-80000-P", new: "name: x", line: 7, found: "legs[1]: no key 'instrument'"),
      Refusal(
        old: "instrument: BTC-26DEC25-80000-P", new: "instrument: [x]", line: 7, found: "legs[1].instrument: a list"),
      Refusal(old: "price: 0.0090", new: "price: free", line: 7, found: "legs[1].price: 'free'"),
      Refusal(old: "price: 0.0090", new: "price: .inf", line: 7, found: "legs[1].price: '.inf'"),
      Refusal(old: "price: 0.0090", new: "prize: 0.0090", line: 7, found: "legs[1].prize: key 'prize'"),
      Refusal(old: "multiplier: 1", new: "multiplier: 0", line: 7, found: "legs[1].multiplier: '0'"),
      Refusal(old: "multiplier: 1", new: "multiplier: -1", line: 7, found: "legs[1].multiplier: '-1'"),
      Refusal(
        old: "{quantity: 1, instrument: BTC-26DEC25-80000-P, price: 0.0090, multiplier: 1}", new: "BTC", line: 7,
        found: "legs[1]: 'BTC'"),
      Refusal(old: "fill: mid", new: "structure: x", line: 1, found: "legs and a structure"),
    ]
  }

  @Test("One field wrong at a time is refused at its line, by its path", arguments: Refusal.table)
  func refusals(_ row: Refusal) throws {
    let text = Self.whole.replacing(row.old, with: row.new, maxReplacements: 1)
    #expect(text != Self.whole)
    #expect {
      try Self.read(text)
    } throws: { error in
      guard case .malformed(let place, let found, let wanted) = error as? FormatError else { return false }
      if place.line != row.line || found != row.found || wanted.isEmpty { Issue.record("\(error)") }
      return true
    }
  }

  @Test(
    "A structure with one thing wrong is refused at its line",
    arguments: [
      ("expiry: tomorrow", "expiry: 'tomorrow'"), ("expiry: 2025-02-30", "expiry: '2025-02-30'"),
      ("strikes: [1, x]", "strikes[2]: 'x'"), ("strikes: {a: 1}", "strikes: a mapping"),
      ("strikes: [1]\ncenter: 5", "several of strikes, center and deltas"),
      ("strikes: [1]\ndeltas: [0.5]", "several of strikes, center and deltas"),
      ("strikes: [1]\nwidths: [5]", "widths: widths without a center"),
      ("widths: [5]", "widths: widths without a center"),
      ("deltas: [1]", "deltas[1]: '1'"), ("deltas: [0]", "deltas[1]: '0'"), ("deltas: [.nan]", "deltas[1]: '.nan'"),
      ("deltas: [-1.5]", "deltas[1]: '-1.5'"), ("quantity: 0", "quantity: '0'"), ("hedge: 0", "hedge: '0'"),
      ("underlying: [BTC]", "underlying: a list"), ("center: x", "center: 'x'"),
    ])
  func badStructures(keys: String, found: String) throws {
    #expect {
      try Self.read("structure: iron-condor\n\(keys)\n")
    } throws: { error in
      guard case .malformed(let place, let said, _) = error as? FormatError else { return false }
      if said != found || place.line > 3 { Issue.record("\(error)") }
      return true
    }
  }

  @Test(
    "Neither legs nor a structure, no leg, and too many are refused",
    arguments: [
      "name: x\n", "- 1\n", "legs: []\n", "legs: 5\n", "legs: {a: 1}\n", "structure: [a]\n", "just a word\n",
    ])
  func empty(_ text: String) {
    #expect(throws: FormatError.self) { try Self.read(text) }
  }

  @Test("Ten thousand legs are read, one more is refused")
  func legLimit() throws {
    func legs(_ count: Int) -> String {
      "legs:\n" + String(repeating: "  - {quantity: 1, instrument: BTC}\n", count: count)
    }
    guard case .legs(let read) = try Self.read(legs(10_000)).body else { return }
    #expect(read.count == 10_000)
    #expect(throws: FormatError.self) { try Self.read(legs(10_001)) }
  }

  @Test(
    "A key nobody reads is a warning with its line",
    arguments: [
      ("legs: [{quantity: 1, instrument: BTC}]\nsettelment: coin\n", "unknown key 'settelment'"),
      ("legs: [{quantity: 1, instrument: BTC}]\nexpiry: 26DEC25\n", "key 'expiry' is not read beside legs"),
      ("legs: [{quantity: 1, instrument: BTC}]\nquantity: 5\n", "key 'quantity' is not read beside legs"),
    ])
  func warnings(text: String, warning: String) throws {
    let warnings = try Self.read(text).warnings
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("strategy.yaml:2: warning: \(warning)") == true)
  }

  // MARK: The same strategy in other words

  static let equals = [
    """
    {"name": "condor", "settlement": "quote", "fees": {"entry": 111.04, "exit": "31.5"}, "legs": [
      {"quantity": 1, "instrument": "BTC-26DEC25-80000-P"}, {"quantity": -1, "instrument": "BTC-26DEC25-85000-P"},
      {"quantity": -1.0, "instrument": "BTC-26DEC25-100000-C"}, {"quantity": "1", "instrument": "BTC-26DEC25-105000-C"}]}
    """,
    """
    {"name":"condor","settlement":"quote","structure":"iron-condor","expiry":"2025-12-26",
    "strikes":[80000,85000,100000,105000],"fees":{"exit":31.5,"entry":111.04}}
    """,
    """
    name: condor
    settlement: quote
    structure: iron-condor
    underlying: BTC
    expiries: [26DEC25]
    strikes: ["80000", 85000.0, +100000, 105000]
    fees:
      entry: 111.04
      exit: 31.50
    """,
  ]

  @Test("YAML, JSON, legs and structure of one strategy are one filled strategy", arguments: equals)
  func sameInOtherWords(_ text: String) throws {
    let market = try Self.bitcoin()
    let original = try StrategyFile("\(Fixture.root)/Data/Strategies/btc-iron-condor.yaml")
    let expected = try original.strategy(in: market).filled(from: market, original.terms)
    let file = try Self.read(text)
    let filled = try file.strategy(in: market).filled(from: market, file.terms)
    #expect(Set(filled.legs) == Set(expected.legs))
    #expect(filled.fees == expected.fees)
    #expect(filled.entryCost == expected.entryCost)
    let analyzer = StrategyAnalyzer(market: market)
    #expect(try analyzer.analyze(filled).margin.marginText == analyzer.analyze(expected).margin.marginText)
  }
}

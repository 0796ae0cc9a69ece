import Basics
import Instruments
import TestSupport
import Testing

@Suite("Names from legs")
struct StructureNamingTests {
  /// Entries that a reader cannot tell from the legs, and the one that is named for them.
  static let sameLegs: [String: String] = [
    "cash-secured-put": "short-put", "zero-cost-collar": "collar", "albatross": "iron-condor",
    "poor-mans-covered-call": "long-call-diagonal", "poor-mans-covered-put": "long-put-diagonal",
    "calendar-strangle": "double-calendar", "inverse-covered-call": "short-call",
  ]

  @Test("Every entry that is built is named again, in any order and size", arguments: StrategyCatalogue.all)
  func named(definition: StructureDefinition) throws {
    var random = SplitMix64(seed: 7)
    for terms in Sample.terms(definition) {
      for quantity in ["1", "2.5", "0.00000001", "1234"] {
        let request = try Sample.request(definition, quantity: Quantity(parsing: quantity))
        if definition.needsHedge, quantity == "0.00000001", terms.multiplier == .one {
          // 0.37 of the smallest unit is none, and no leg holds nothing.
          #expect(throws: InstrumentError.self) { try request.strategy(terms: terms) }
          continue
        }
        let strategy = try request.strategy(terms: terms)
        let shuffled = try Strategy(strategy.legs.shuffled(using: &random))
        let found = StrategyCatalogue.name(of: shuffled)
        var expected = Self.sameLegs[definition.id] ?? definition.id
        // A perpetual stands for the underlying in these markets, and the entry that says so goes first.
        if terms.cover == .perpetual, expected == "protective-put" { expected = "perpetual-protective-put" }
        if terms.cover == .perpetual, expected == "collar" { expected = "perpetual-collar" }
        #expect(found?.id == expected, "\(definition.id) as \(shuffled.legs.map(\.instrument))")
      }
    }
  }

  @Test("A coin strategy whose perpetual counts dollars is named at the price that built it")
  func coverPrice() throws {
    let price = try Price(parsing: "91234.5")
    for id in ["protective-call", "covered-put", "conversion", "long-underlying"] {
      let definition = try StrategyCatalogue.named(id)
      let strategy = try Sample.request(definition, quantity: Quantity(parsing: "0.3"), coverPrice: price)
        .strategy(terms: Sample.coin)
      #expect(StrategyCatalogue.name(of: strategy, coverPrice: price) == definition)
      if definition.strikeCount > 0 { #expect(StrategyCatalogue.name(of: strategy) == nil) }
    }
  }

  static let legs: [(legs: String, id: String?)] = [
    ("+1C100 -2C110 +1C120", "long-call-butterfly"), ("+1C100 -2C110 +1C125", "broken-wing-call-butterfly"),
    ("+1P90 -1P100 -1C110 +1C130", "broken-wing-iron-condor"), ("+1C100 -3C120 +2C130", "call-christmas-tree"),
    ("+1C100 -3C110 +2C120", "unbalanced-call-butterfly"), ("-1P100 -1C100", "short-straddle"),
    ("-3P100 -6C100", nil), ("+2P100 +4C100", "strap"), ("+1C120 +1C110 -2C110 +1C100 -1C110", "long-call-butterfly"),
    ("+1C100=1 -1C100=2", nil), ("+1C100=1 +1C100=2", "long-call"), ("-1C100 -1P100 +0.3U", "hedged-short-straddle"),
    ("-1C100 -1P100 +1U", "covered-short-straddle"), ("-1C100 -1P100 +1U -1U", "short-straddle"),
    ("+1C100@19DEC25 -1C100@26DEC25", "short-call-calendar"), ("-1C100@19DEC25 +1C110@26DEC25", "bear-call-diagonal"),
    ("+1C100@26DEC25 +1P100@2025-12-26", "long-straddle"), ("+1U -1F", nil), ("+1F -1C100", "covered-call"),
    ("+1C100 +1C110 +1C120 +1C130 +1C140", nil), ("-1U", "short-underlying"),
  ]

  @Test("Free legs are named by their shape, or not at all", arguments: legs)
  func freeLegs(legs: String, id: String?) throws {
    let terms = try ContractTerms(underlying: "X")
    let strategy = try Strategy(LegsText.parse(legs + " @26DEC25", terms: terms))
    #expect(StrategyCatalogue.name(of: strategy)?.id == id)
  }

  @Test("A hundred shares cover one listed option, and one share does not")
  func shares() throws {
    for (legs, id) in [("+100U -1C150", "covered-call"), ("+500U +5P140 -5C150", "collar"), ("+1U -1C150", nil)] {
      let strategy = try Strategy(LegsText.parse(legs + " @16JAN26", terms: Sample.shares))
      #expect(StrategyCatalogue.name(of: strategy)?.id == id, "\(legs)")
    }
  }

  @Test("Two underlyings, two settlements, digitals and nothing have no name")
  func nameless() throws {
    let other = ContractTerms.deribit("ETH")
    let linear = ContractTerms.deribit("BTC", quote: "USDC")
    let call = try LegsText.parse("+1C100 @26DEC25", terms: Sample.coin)
    #expect(StrategyCatalogue.name(of: .empty) == nil)
    #expect(StrategyCatalogue.name(of: try Strategy(call + LegsText.parse("+1P100 @26DEC25", terms: other))) == nil)
    #expect(StrategyCatalogue.name(of: try Strategy(call + LegsText.parse("+1P100 @26DEC25", terms: linear))) == nil)
    let strike = try Price(parsing: "100")
    let digital = try DigitalContract(
      underlying: "BTC", right: .call, strike: strike, expiry: Sample.near, payout: strike)
    #expect(StrategyCatalogue.name(of: try Strategy([Leg(.one, .digital(digital))])) == nil)
  }

  @Test("Quantities at the end of their range are named or not, and stop nothing")
  func extremes() throws {
    let expiry = Expiry(try CalendarDate(parsing: "2025-12-26"))
    for multiplier in [1, Int64.max] {
      let contract = try OptionContract(
        underlying: "X", right: .call, strike: .zero, expiry: expiry, multiplier: Quantity(count: multiplier))
      for count in [Int64.min, .max, 1] {
        let legs = [try Leg(Quantity(count: count), .option(contract))]
        #expect(StrategyCatalogue.name(of: try Strategy(legs))?.id == (count < 0 ? "short-call" : "long-call"))
        let many = (0..<9_000).flatMap { _ in legs }
        _ = StrategyCatalogue.name(of: try Strategy(many, merging: false), coverPrice: Price(count: .min))
      }
    }
  }
}

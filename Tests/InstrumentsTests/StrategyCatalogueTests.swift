import Basics
import Instruments
import TestSupport
import Testing

/// Requests for every entry, so that a test can build it.
enum Sample {
  static var near: Expiry { get throws { Expiry(try CalendarDate(parsing: "2025-12-26")) } }
  static var far: Expiry { get throws { Expiry(try CalendarDate(parsing: "2026-03-27")) } }

  /// Strikes 100, 110, 120 ... or, where the entry is told by its steps, steps that tell it.
  static func strikes(_ definition: StructureDefinition) -> [Price] {
    let steps: [Int64] =
      switch definition.condition {
      case .unequalWings: [10, 30, 20]
      case .doubleLowerStep: [20, 10]
      case .doubleUpperStep: [10, 20]
      default: [10, 10, 10]
      }
    return (0..<definition.strikeCount).map { index in
      Price(count: (100 + steps.prefix(index).reduce(0, +)) * 100_000_000)
    }
  }

  static func request(
    _ definition: StructureDefinition, quantity: Quantity = .one, coverPrice: Price? = nil
  ) throws -> StructureRequest {
    try StructureRequest(
      definition, expiries: Array([try near, try far].prefix(definition.expiryCount)),
      placement: .strikes(strikes(definition)),
      quantity: quantity, hedge: definition.needsHedge ? Quantity(count: 37_000_000) : nil, coverPrice: coverPrice)
  }

  static let coin = ContractTerms.deribit("BTC")
  static let linear = ContractTerms.deribit("SOL", quote: "USDC")
  static let shares = ContractTerms.listed("GOOG")

  /// Terms in which the entry can be traded.
  static func terms(_ definition: StructureDefinition) -> [ContractTerms] {
    definition.condition == .coinCollateral ? [coin] : [coin, linear, shares]
  }
}

@Suite("The strategy catalogue")
struct StrategyCatalogueTests {
  static let all = StrategyCatalogue.all

  @Test("The catalogue holds every structure of the plan")
  func size() {
    #expect(Self.all.count >= 90)
    #expect(Set(Self.all.map(\.family)) == Set(StructureFamily.allCases))
  }

  @Test("An entry's legs parse, and its strikes and expiries count from 1 without a gap", arguments: all)
  func legs(definition: StructureDefinition) {
    #expect(!definition.legs.isEmpty, "\(definition.id): '\(definition.legsText)'")
    var strikes: Set<Int> = []
    var expiries: Set<Int> = []
    for case .option(_, let strike, let expiry) in definition.legs.map(\.kind) {
      strikes.insert(strike)
      expiries.insert(expiry)
    }
    #expect(strikes == Set(1...max(1, definition.strikeCount)) || definition.strikeCount == 0)
    #expect(expiries == Set(1...max(1, definition.expiryCount)) || definition.expiryCount == 0)
    #expect(definition.legs.allSatisfy { $0.ratio != 0 })
    #expect(Set(definition.legs.map(\.kind)).count == definition.legs.count)
    #expect(definition.strikeUses.count == definition.strikeCount)
  }

  @Test("Ids and aliases are kebab-case and belong to one entry each")
  func names() {
    var owner: [String: String] = [:]
    for definition in Self.all {
      for name in [definition.id] + definition.aliases {
        #expect(owner.updateValue(definition.id, forKey: name) == nil, "\(name)")
        #expect(name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }, "\(name)")
        #expect(!name.hasPrefix("-") && !name.hasSuffix("-"))
      }
    }
    #expect(Set(Self.all.map(\.displayName)).count == Self.all.count)
  }

  @Test("Each sentence is one sentence of its own")
  func summaries() {
    #expect(Set(Self.all.map(\.summary)).count == Self.all.count)
    for definition in Self.all {
      let sentence = definition.summary
      #expect(sentence.hasSuffix(".") && !sentence.dropLast().contains(". "), "\(sentence)")
      #expect((40...160).contains(sentence.count), "\(definition.id): \(sentence.count)")
      #expect(sentence.first?.isUppercase == true)
    }
  }

  static let lookups: [(name: String, id: String)] = [
    ("straddle", "long-straddle"), ("strangle", "long-strangle"), ("butterfly", "long-call-butterfly"),
    ("call-butterfly", "long-call-butterfly"), ("iron-fly", "iron-butterfly"), ("Iron Condor", "iron-condor"),
    ("IRON_CONDOR", "iron-condor"), ("put-calendar", "long-put-calendar"), ("box", "long-box"),
    ("PMCC", "poor-mans-covered-call"),
    ("covered-call", "covered-call"), ("Put 1-1-2", "put-1-1-2"), ("condor", "long-call-condor"), ("guts", "long-guts"),
  ]

  @Test("A name is found by id, alias or display name, whatever its capitals", arguments: lookups)
  func lookup(name: String, id: String) throws {
    #expect(try StrategyCatalogue.named(name).id == id)
  }

  @Test("Every entry is found under its own names")
  func lookupAll() {
    for definition in Self.all {
      for name in [definition.id, definition.id.uppercased()] + definition.aliases {
        #expect(StrategyCatalogue.lookup(name) == definition, "\(name)")
      }
    }
  }

  static let slips: [(name: String, nearest: String)] = [
    ("iron-kondor", "iron-condor"), ("ironcondor", "iron-condor"), ("stradle", "straddle"), ("colalr", "collar"),
    ("bull-call-spred", "bull-call-spread"), ("jade lizzard", "jade-lizard"),
  ]

  @Test("An unknown name is answered with the nearest one", arguments: slips)
  func nearest(name: String, nearest: String) {
    #expect(throws: InstrumentError.unknownStructure(name, nearest: nearest)) { try StrategyCatalogue.named(name) }
  }

  @Test("A hostile name costs little and stops nothing")
  func hostileNames() {
    for name in ["", "\u{0}", String(repeating: "é", count: 1_000_000), String(repeating: "-", count: 200)] {
      #expect(throws: InstrumentError.self) { try StrategyCatalogue.named(name) }
    }
  }

  @Test("Every named long structure has the short one as its opposite")
  func opposites() throws {
    for definition in Self.all where definition.id.hasPrefix("long-") {
      let short = try #require(
        StrategyCatalogue.lookup("short-" + definition.id.dropFirst(5)) ?? StrategyCatalogue.opposite(of: definition))
      #expect(StrategyCatalogue.opposite(of: definition) == short, "\(definition.id)")
    }
    for (left, right) in [
      ("iron-condor", "reverse-iron-condor"), ("conversion", "reversal"), ("bull-call-spread", "bear-call-spread"),
    ] {
      #expect(StrategyCatalogue.opposite(of: try StrategyCatalogue.named(left))?.id == right)
    }
    #expect(StrategyCatalogue.opposite(of: try StrategyCatalogue.named("jade-lizard")) == nil)
  }

  static let twins: [(id: String, twin: String)] = [
    ("iron-butterfly", "long-put-butterfly"), ("iron-butterfly", "long-call-butterfly"),
    ("iron-condor", "long-call-condor"),
    ("covered-call", "short-put"), ("protective-put", "long-call"), ("collar", "bull-put-spread"),
    ("bull-call-spread", "bull-put-spread"), ("synthetic-long", "long-underlying"), ("long-guts", "long-strangle"),
    ("synthetic-straddle-calls", "long-straddle"), ("long-put-calendar", "long-call-calendar"),
  ]

  @Test("Put-call parity finds the twins that differ by cash", arguments: twins)
  func parity(id: String, twin: String) throws {
    let found = StrategyCatalogue.parityTwins(of: try StrategyCatalogue.named(id)).map(\.id)
    #expect(found.contains(twin), "\(found)")
    #expect(!found.contains(id))
  }

  @Test("A box and a conversion are cash alone and have no twins")
  func cashHasNoTwins() throws {
    for id in ["long-box", "conversion", "hedged-short-straddle"] {
      #expect(StrategyCatalogue.parityTwins(of: try StrategyCatalogue.named(id)).isEmpty)
    }
  }
}

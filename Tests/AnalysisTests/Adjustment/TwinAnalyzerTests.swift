import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Analysis

@Suite("Parity twins")
struct TwinAnalyzerTests {
  /// Legs as a test writes them: signed contracts and `P90`, `C110`, `U`, `F`.
  static func strategy(_ text: String, _ market: SampleMarket) throws -> Strategy {
    let legs = try text.split(separator: " ").map { word -> Leg in
      let at = try #require(word.firstIndex { $0.isLetter })
      let strike = Int(word[word.index(after: at)...]) ?? 0
      let instrument: Instrument
      switch word[at] {
      case "C": instrument = try market.option(.call, strike)
      case "P": instrument = try market.option(.put, strike)
      case "U": instrument = .underlying(Underlying(symbol: market.symbol))
      default: instrument = .future(Future(underlying: market.symbol, expiry: try Expiry(parsing: SampleMarket.expiry)))
      }
      return try Leg(try Quantity(parsing: String(word[..<at])), instrument)
    }
    return try Strategy(legs, name: "sample")
  }

  static func text(_ legs: [Leg]) -> String {
    legs.map { leg in
      let letter =
        switch leg.instrument {
        case .option(let contract): "\(contract.right.letter)\(contract.strike)"
        case .underlying: "U"
        default: "F"
        }
      return "\(leg.quantity)\(letter)"
    }.joined(separator: " ")
  }

  static func twins(_ text: String, _ market: SampleMarket = SampleMarket()) throws -> TwinComparison {
    try TwinAnalyzer(market: try market.state()).twins(of: try strategy(text, market))
  }

  @Test(
    "A structure is what traders call its twin",
    arguments: [
      // An iron butterfly is a put butterfly and cash: the wing's width is owed at expiry.
      ("1P90 -1P100 -1C100 1C110", ["puts: 1P90 -2P100 1P110 -10", "calls: 1C90 -2C100 1C110 -10"]),
      // The forward is 101: an iron condor around it is already out of the money.
      ("1P80 -1P90 -1C110 1C120", ["puts: 1P80 -1P90 -1P110 1P120 -10", "calls: 1C80 -1C90 -1C110 1C120 -10"]),
      // The body nearest the forward is split so that nothing is left over.
      ("1P90 -2P100 1P110", ["calls: 1C90 -2C100 1C110 0", "out_of_the_money: 1P90 -1P100 -1C100 1C110 10"]),
      ("1C90 -1C110", ["puts: 1P90 -1P110 20", "out_of_the_money: 1P90 -1C110 1F -"]),
      // A covered call is a short put and its strike in cash.
      ("1U -1C110", ["puts: -1P110 110", "calls: 1U -1C110 -", "out_of_the_money: -"]),
      // A box is cash.
      ("1C90 -1P90 -1C110 1P110", ["no_options:  20"]),
      ("-1C90 1P90 1U", ["no_options:  90"]),
    ])
  func known(text: String, wanted: [String]) throws {
    let found = try Self.twins(text)
    for twin in found.twins {
      let line =
        "\(twin.form.rawValue): \(Self.text(twin.legs)) \(twin.cash.map { $0.decimalText(rounding: .nearest) } ?? "-")"
      #expect(twin.problem == nil, "\(twin.problem ?? "")")
      let prefix = "\(twin.form.rawValue): "
      let sure = wanted.filter { $0.hasPrefix(prefix) && !$0.hasSuffix("-") }
      if let sure = sure.first { #expect(line == sure) }
    }
    for line in wanted where !line.hasSuffix("-") {
      #expect(found.twins.contains { line.hasPrefix("\($0.form.rawValue): ") }, "\(line)")
    }
  }

  @Test("At the model's own values every twin costs the same")
  func equalCosts() throws {
    for text in ["1P90 -1P100 -1C100 1C110", "1P90 -2P100 1P110", "2C95 -3P105 1C120", "1C90 -1C110"] {
      let found = try Self.twins(text)
      #expect(!found.twins.isEmpty)
      for twin in found.twins {
        let saving = try #require(twin.saving)
        // Premiums are rounded to 10^-8, futures are entered at the forward.
        #expect(abs(saving) < 2e-6, "\(text) as \(twin.form): \(saving)")
      }
    }
  }

  @Test("In coin what is left over is an inverse future, and twins are twins still")
  func coin() throws {
    let market = SampleMarket(settlement: .coin, rate: 0)
    let found = try Self.twins("1P90 -1P100 -1C100 1C110", market)
    let puts = try #require(found.twins.first { $0.form == .puts })
    // -1 call of 100 and 1 of 110 leave 10 of quote currency over.
    #expect(Self.text(puts.legs) == "1P90 -2P100 1P110 10F")
    let saving = try #require(puts.saving)
    #expect(abs(saving) < 1e-6)
    #expect(puts.cash != nil)
  }

  @Test("The twins of random strategies differ from them by cash alone", arguments: 0..<150 as Range<UInt64>)
  func random(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let market = SampleMarket(settlement: random.chance(0.5) ? .quote : .coin, rate: 0)
    var words: [String] = []
    for _ in 0..<random.int(1...7) {
      let count = random.pick([-3, -2, -1, 1, 2, 4])
      words.append("\(count)\(random.pick(["C", "P"]))\(random.pick([80, 90, 95, 100, 105, 110, 120]))")
    }
    if random.chance(0.3) { words.append("\(random.pick([-2, 1]))F") }
    let strategy = try Self.strategy(words.joined(separator: " "), market)
    guard strategy.legs.contains(where: { $0.instrument.isOption }) else { return }
    let found = try TwinAnalyzer(market: try market.state()).twins(of: strategy)
    for twin in found.twins {
      #expect(twin.problem == nil, "seed \(seed), \(words) as \(twin.form): \(twin.problem ?? "")")
      let saving = try #require(twin.saving)
      #expect(abs(saving) < 1e-5, "seed \(seed), \(words) as \(twin.form): \(saving)")
      guard let filled = twin.filled, let cash = twin.cash else { continue }
      // The maximum loss moves by the difference of the costs and the cash.
      if let own = found.margin.maxLoss, let other = twin.margin?.maxLoss {
        #expect(own - found.filled.entryCost == other - filled.entryCost - cash, "seed \(seed), \(words)")
      } else {
        #expect(found.margin.status == twin.margin?.status, "seed \(seed), \(words)")
      }
    }
  }

  @Test("Payoffs that differ by more than cash are no twins")
  func difference() throws {
    let market = SampleMarket()
    let state = try market.state()
    func filled(_ text: String) throws -> FilledStrategy { try Self.strategy(text, market).filled(from: state) }
    #expect(TwinAnalyzer.difference(try filled("1C90 -1C110"), try filled("1P90 -1P110")) == ExactAmount(20))
    #expect(TwinAnalyzer.difference(try filled("1C90 -1C110"), try filled("1P90 -1P105")) == nil)
    #expect(TwinAnalyzer.difference(try filled("1C90"), try filled("1P90")) == nil)
    #expect(TwinAnalyzer.difference(try filled("1C90 -1C110"), nil) == nil)
  }

  @Test("What parity does not hold for is refused")
  func refusals() throws {
    func refusal(_ text: String, _ market: SampleMarket) -> String {
      do {
        _ = try Self.twins(text, market)
        return ""
      } catch { return "\(error)" }
    }
    #expect(refusal("1C90 -1C110", SampleMarket(exercise: .american)).contains("American"))
    #expect(refusal("1U", SampleMarket()).contains("expiries") || refusal("1U", SampleMarket()).contains("options"))
    #expect(refusal("1F", SampleMarket()).contains("no options"))
    #expect(refusal("1C90 1U -1F", SampleMarket()).contains("another leg for the underlying"))
  }
}

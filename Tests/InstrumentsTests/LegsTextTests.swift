import Basics
import Instruments
import TestSupport
import Testing

@Suite("Legs in one line")
struct LegsTextTests {
  static let coin = Sample.coin

  static let accepted: [(text: String, legs: [String])] = [
    ("-1C92000 -1P92000 @26DEC25", ["-1 BTC-26DEC25-92000-C", "-1 BTC-26DEC25-92000-P"]),
    ("@26DEC25 -1C92000 -1P92000", ["-1 BTC-26DEC25-92000-C", "-1 BTC-26DEC25-92000-P"]),
    ("  -1c92000\t+0.5p80000.5@5AUG26  @26DEC25\n", ["-1 BTC-26DEC25-92000-C", "0.5 BTC-5AUG26-80000d5-P"]),
    ("+1U", ["1 BTC-PERPETUAL"]),
    ("-U", ["-1 BTC-PERPETUAL"]),
    ("-0.5U=92000", ["-0.5 BTC-PERPETUAL =92000"]),
    ("2F@26DEC25=93000", ["2 BTC-26DEC25 =93000"]),
    ("2F=93000@2025-12-26", ["2 BTC-26DEC25 =93000"]),
    ("3F @26DEC25", ["3 BTC-26DEC25"]),
    ("1C92000=0.0365 @26DEC25", ["1 BTC-26DEC25-92000-C =0.0365"]),
    ("1C92000=0 @26DEC25", ["1 BTC-26DEC25-92000-C =0"]),
    (
      "1C92000@2025-12-26T09:00:00Z", ["1 BTC 2025-12-26T09:00:00Z 92000 call"]
    ),
  ]

  @Test("Quantity, kind, strike, expiry and price are read", arguments: accepted)
  func reads(text: String, legs: [String]) throws {
    let found = try LegsText.parse(text, terms: Self.coin).map { leg in
      "\(leg.quantity) \(leg.instrument)" + (leg.price.map { " =\($0)" } ?? "")
    }
    #expect(found == legs)
  }

  @Test("The market's terms decide the contract, not the form of the date")
  func terms() throws {
    let legs = try LegsText.parse("-1C150 +100U @16JAN26", terms: Sample.shares)
    #expect(legs.map(\.instrument.description) == ["GOOG  260116C00150000", "GOOG"])
    #expect(legs[1].quantity == Quantity(100))
  }

  @Test(
    "An expiry as reports write it, the last day of trading, is the one listed contract that ends on it",
    arguments: [
      ("15AUG14", "140816"), ("2014-08-15", "140816"), ("16AUG14", "140816"), ("2014-08-15T20:00:00Z", "140816"),
      // Listed itself, ended by none, and ended by two.
      ("18JUL14", "140718"), ("14AUG14", "140814"), ("19SEP14", "140919"), ("2014-08-15T13:00:00Z", nil),
    ] as [(String, String?)])
  func listed(text: String, name: String?) throws {
    let days = ["2014-07-18", "2014-07-19", "2014-08-16", "2014-09-20", "2014-09-21"]
    let terms = try ContractTerms(
      underlying: "AAPL", exercise: .american, delivery: .physical, multiplier: Quantity(100) ?? .one,
      expiryTime: .newYorkClose, listed: days.map { Expiry(try CalendarDate(parsing: $0), .newYorkClose) })
    let leg = try #require(try LegsText.parse("-1C95@\(text)", terms: terms).first)
    let wanted = name.map { "AAPL  \($0)C00095000" }
    #expect(wanted == nil ? leg.instrument.expiry?.date == (try CalendarDate(parsing: "2014-08-15")) : true)
    if let wanted { #expect(leg.instrument.description == wanted) }
  }

  static let refused: [(text: String, reason: String)] = [
    ("", "wanted legs"), ("@26DEC25", "wanted legs"), ("   ", "wanted legs"),
    ("1C92000", "wanted an expiry"), ("1F", "wanted an expiry"),
    ("1C92000 @26DEC25 @27MAR26", "second"), ("1C92000 @26DEC2X", "expiry:"), ("1C92000@", "expiry:"),
    ("1C92000 @", "expiry:"), ("C92000 @26DEC25", "quantity first"), ("1 @26DEC25", "C, P, U or F"),
    ("1X92000 @26DEC25", "C, P, U or F"), ("1C @26DEC25", "strike after C"), ("1P@26DEC25", "strike after P"),
    ("1C-5 @26DEC25", "strike of 0 or more"), ("1C9e4 @26DEC25", "strike:"), ("1C9_000 @26DEC25", "strike:"),
    ("1.000000001C9 @26DEC25", "quantity:"), ("1e2C9 @26DEC25", "C, P, U or F"), ("--1C9 @26DEC25", "quantity:"),
    ("1C9=1=2 @26DEC25", "at most"), ("1C9@26DEC25@26DEC25", "at most"), ("1C9=-1 @26DEC25", "price of 0 or more"),
    ("1C9=nan @26DEC25", "price:"), ("1C9= @26DEC25", "price:"), ("1U5", "no strike after U"),
    ("1F5@26DEC25", "no strike after F"), ("1U@26DEC25", "no expiry after U"), ("１C9 @26DEC25", "C, P, U or F"),
  ]

  @Test("A leg that cannot be read is refused with its reason", arguments: refused)
  func refuses(text: String, reason: String) {
    let error = #expect(throws: InstrumentError.self) { try LegsText.parse(text, terms: Self.coin) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test("Nothing is refused as quantity 0, and ten thousand legs are the limit")
  func limits() throws {
    #expect(throws: InstrumentError.zeroQuantity("BTC-PERPETUAL")) { try LegsText.parse("0U", terms: Self.coin) }
    let most = String(repeating: "+U ", count: Strategy.legLimit)
    #expect(try LegsText.parse(most, terms: Self.coin).count == Strategy.legLimit)
    #expect(throws: InstrumentError.tooManyLegs(10_001)) { try LegsText.parse(most + "+U", terms: Self.coin) }
    #expect(throws: InstrumentError.self) {
      try LegsText.parse("1U", terms: Self.coin.covered(by: .future))
    }
  }

  @Test("Legs that are written in the form read back", arguments: [1, 2, 3] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let legs = try (0...random.int(0...5)).map { _ in try random.leg() }
      let text = legs.map { leg in
        var word = "\(leg.quantity)"
        if case .option(let contract) = leg.instrument {
          word += "\(contract.right.letter)\(contract.strike)@\(contract.expiry.date.deribitText)"
        } else {
          word += "U"
        }
        return word + (leg.price.map { "=\($0)" } ?? "")
      }.joined(separator: " ")
      #expect(try LegsText.parse(text, terms: Self.coin) == legs, "\(text)")
    }
  }

  @Test("No text stops the program", arguments: [1, 2, 3, 4] as [UInt64])
  func neverTraps(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<3_000 {
      let text = random.text(limit: 50, alphabet: "+-10.5CPUFcpuf92000@26DEC25=  ")
      for terms in [Self.coin, Sample.shares] {
        guard let legs = try? LegsText.parse(text, terms: terms) else { continue }
        _ = (try? Strategy(legs)).flatMap { StrategyCatalogue.name(of: $0) }
      }
    }
  }
}

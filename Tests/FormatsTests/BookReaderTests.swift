import Basics
import Instruments
import Pricing
import TestSupport
import Testing

@testable import Formats

/// The strategies of a book in a file.
func readBook(_ path: String, pieceSize: Int = 1 << 20) throws(FormatError) -> [BookEntry] {
  var reader = try BookReader.open(path, pieceSize: pieceSize)
  var entries: [BookEntry] = []
  while let entry = try reader.next() { entries.append(entry) }
  return entries
}

@Suite("Book reader")
struct BookReaderTests {
  static let header = "strategy,kind,underlying,expiry,strike,quantity,price,multiplier,settlement,fee"
  static let wide = header + ",account,currency,payout,exercise,instrument"

  static func entries(_ rows: [String], header: String = wide) throws -> [BookEntry] {
    let folder = try TemporaryFolder()
    return try readBook(folder.file(([header] + rows).joined(separator: "\n") + "\n"))
  }

  // MARK: One field wrong at a time

  struct Refusal: Sendable, CustomTestStringConvertible {
    let row: String
    let detail: String
    var testDescription: String { detail }

    init(_ row: String, _ detail: String) {
      self.row = row
      self.detail = detail
    }
  }

  /// Each row is a legal one but for one cell. Columns of ``wide``.
  static let refusals = [
    Refusal(
      "s,straddle,BTC,26DEC25,90000,1,10,,,,,,,,",
      "found 'straddle', wanted call, put, digital_call, digital_put, underlying, future, perpetual (line 2, column kind)"
    ),
    Refusal(
      "s,Call,BTC,26DEC25,90000,1,10,,,,,,,,",
      "found 'Call', wanted call, put, digital_call, digital_put, underlying, future, perpetual (line 2, column kind)"),
    Refusal(
      "s,,BTC,26DEC25,90000,1,10,,,,,,,,",
      "found an empty cell, wanted call, put, digital_call, digital_put, underlying, future, perpetual (line 2, column kind)"
    ),
    Refusal(
      "s,call,,26DEC25,90000,1,10,,,,,,,,",
      "found an empty cell, wanted the name of an underlying (line 2, column underlying)"),
    Refusal(
      "s,call,BTC,,90000,1,10,,,,,,,,",
      "found an empty cell, wanted the date on which the call expires (line 2, column expiry)"),
    Refusal(
      "s,future,BTC,,,1,10,,,,,,,,",
      "found an empty cell, wanted the date on which the future expires (line 2, column expiry)"),
    Refusal(
      "s,call,BTC,31FEB25,90000,1,10,,,,,,,,",
      "found '31FEB25', wanted a date such as 2025-12-26 or 26DEC25 (line 2, column expiry)"),
    Refusal(
      "s,call,BTC,2025-02-29,90000,1,10,,,,,,,,",
      "found '2025-02-29', wanted a date such as 2025-12-26 or 26DEC25 (line 2, column expiry)"),
    Refusal(
      "s,call,BTC,26DEC25,,1,10,,,,,,,,", "found an empty cell, wanted a strike of 0 or more (line 2, column strike)"),
    Refusal("s,call,BTC,26DEC25,-1,1,10,,,,,,,,", "found '-1', wanted a strike of 0 or more (line 2, column strike)"),
    Refusal(
      "s,call,BTC,26DEC25,ninety,1,10,,,,,,,,",
      "found 'ninety', wanted a plain decimal number such as -12.5 (line 2, column strike)"),
    Refusal(
      "s,call,BTC,26DEC25,nan,1,10,,,,,,,,",
      "found 'nan', wanted a plain decimal number such as -12.5 (line 2, column strike)"),
    Refusal(
      "s,call,BTC,26DEC25,inf,1,10,,,,,,,,",
      "found 'inf', wanted a plain decimal number such as -12.5 (line 2, column strike)"),
    Refusal(
      "s,call,BTC,26DEC25,9e4,1,10,,,,,,,,",
      "found '9e4', wanted a plain decimal number such as -12.5 (line 2, column strike)"),
    Refusal(
      "s,call,BTC,26DEC25, 90000,1,10,,,,,,,,",
      "found ' 90000', wanted a plain decimal number such as -12.5 (line 2, column strike)"),
    Refusal(
      "s,call,BTC,26DEC25,1.000000001,1,10,,,,,,,,",
      "found '1.000000001', wanted at most 8 decimals (line 2, column strike)"),
    Refusal(
      "s,call,BTC,26DEC25,92233720369,1,10,,,,,,,,",
      "found 92233720369, wanted a value inside the exact range of Price (line 2, column strike)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,0,10,,,,,,,,", "found '0', wanted a quantity other than 0 (line 2, column quantity)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,-0.0,10,,,,,,,,",
      "found '-0.0', wanted a quantity other than 0 (line 2, column quantity)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,,10,,,,,,,,",
      "found an empty cell, wanted a quantity other than 0 (line 2, column quantity)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,one,10,,,,,,,,",
      "found 'one', wanted a plain decimal number such as -12.5 (line 2, column quantity)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,-92233720369,10,,,,,,,,",
      "found -92233720369, wanted a value inside the exact range of Quantity (line 2, column quantity)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,1,-10,,,,,,,,",
      "found '-10', wanted a premium of 0 or more, or an empty cell for 0 (line 2, column price)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,1,free,,,,,,,,",
      "found 'free', wanted a plain decimal number such as -12.5 (line 2, column price)"),
    Refusal("s,perpetual,BTC,,,1,0,,,,,,,,", "found '0', wanted an entry price above 0 (line 2, column price)"),
    Refusal(
      "s,perpetual,BTC,,,1,,,,,,,,,",
      "found an empty cell, wanted the entry price of the perpetual, above 0 (line 2, column price)"),
    Refusal(
      "s,underlying,BTC,,,1,,,,,,,,,",
      "found an empty cell, wanted the entry price of the underlying, above 0 (line 2, column price)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,1,10,0,,,,,,,", "found '0', wanted a multiplier above 0 (line 2, column multiplier)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,1,10,-1,,,,,,,", "found '-1', wanted a multiplier above 0 (line 2, column multiplier)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,1,10,x,,,,,,,",
      "found 'x', wanted a plain decimal number such as -12.5 (line 2, column multiplier)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,1,10,,cash,,,,,,", "found 'cash', wanted quote or coin (line 2, column settlement)"),
    Refusal(
      "s,underlying,BTC,,,1,10,,coin,,,,,,",
      "found an underlying leg in coin settlement, wanted it left out: the coin held is the collateral (line 2, column kind)"
    ),
    Refusal("s,call,BTC,26DEC25,90000,1,10,,,-1,,,,,", "found '-1', wanted a fee of 0 or more (line 2, column fee)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,1,10,,,much,,,,,",
      "found 'much', wanted a plain decimal number such as -12.5 (line 2, column fee)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,1,10,,,,,U$,,,",
      "found 'U$', wanted a currency code of 2 to 12 ASCII letters and digits (line 2, column currency)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,1,10,,coin,,,USD,,,",
      "found 'USD', wanted a coin, since the settlement is in coin (line 2, column currency)"),
    Refusal(
      "s,call,X,26DEC25,90000,1,10,,coin,,,,,,",
      "found 'X', wanted a currency code of 2 to 12 ASCII letters and digits (line 2, column underlying)"),
    Refusal(
      "s,digital_call,BTC,26DEC25,90000,1,10,,,,,,,,",
      "found an empty cell, wanted a payout above 0 (line 2, column payout)"),
    Refusal(
      "s,digital_call,BTC,26DEC25,90000,1,10,,,,,,0,,", "found '0', wanted a payout above 0 (line 2, column payout)"),
    Refusal(
      "s,digital_put,BTC,26DEC25,90000,1,10,,,,,,-5,,", "found '-5', wanted a payout above 0 (line 2, column payout)"),
    Refusal(
      "s,call,BTC,26DEC25,90000,1,10,,,,,,,bermudan,",
      "found 'bermudan', wanted european or american (line 2, column exercise)"),
    Refusal(
      "s,,,,,1,10,,,,,,,,BTC_26DEC25_C",
      "found 'BTC_26DEC25_C', wanted an instrument such as BTC-26DEC25-92000-C or SPY   260417C00500000 (line 2, column instrument)"
    ),
    Refusal(
      "s,put,,,,1,10,,,,,,,,BTC-26DEC25-90000-C",
      "found 'put', wanted what the instrument BTC-26DEC25-90000-C says, or an empty cell (line 2, column kind)"),
    Refusal(
      "s,,ETH,,,1,10,,,,,,,,BTC-26DEC25-90000-C",
      "found 'ETH', wanted what the instrument BTC-26DEC25-90000-C says, or an empty cell (line 2, column underlying)"),
    Refusal(
      "s,,,2025-12-27,,1,10,,,,,,,,BTC-26DEC25-90000-C",
      "found '2025-12-27', wanted what the instrument BTC-26DEC25-90000-C says, or an empty cell (line 2, column expiry)"
    ),
    Refusal(
      "s,,,,90001,1,10,,,,,,,,BTC-26DEC25-90000-C",
      "found '90001', wanted what the instrument BTC-26DEC25-90000-C says, or an empty cell (line 2, column strike)"),
    Refusal("s,perpetual,BTC,,-5,1,10,,,,,,,,", "found '-5', wanted a strike of 0 or more (line 2, column strike)"),
    Refusal(
      "s,perpetual,BTC,never,,1,10,,,,,,,,",
      "found 'never', wanted a date such as 2025-12-26 or 26DEC25 (line 2, column expiry)"),
  ]

  @Test("One wrong cell makes its strategy invalid and no other", arguments: refusals)
  func refuses(_ refusal: Refusal) throws {
    let good = "good,call,BTC,26DEC25,90000,1,10,,,,,,,,"
    let entries = try Self.entries([refusal.row, good])
    #expect(entries.map(\.name) == ["s", "good"])
    #expect(entries[0].strategy == nil)
    #expect(entries[0].detail == refusal.detail)
    #expect(entries[0].errorCount == 1)
    #expect(entries[1].errors.isEmpty)
    #expect(entries[1].strategy?.legs.count == 1)
  }

  // MARK: Rows that do not go together

  struct Mixture: Sendable, CustomTestStringConvertible {
    let rows: [String]
    let details: [String]
    var testDescription: String { details.joined(separator: " / ") }
  }

  static let mixtures = [
    Mixture(
      rows: ["s,call,BTC,26DEC25,90000,1,10,,quote,,,,,,", "s,put,BTC,26DEC25,90000,1,10,,coin,,,,,,"],
      details: ["found coin beside quote, wanted one settlement a strategy (line 3, column settlement)"]),
    Mixture(
      rows: ["s,call,BTC,26DEC25,90000,1,10,,,,,EUR,,,", "s,put,BTC,26DEC25,90000,1,10,,,,,,,,"],
      details: ["found USD beside EUR, wanted one currency a strategy (line 3, column currency)"]),
    Mixture(
      rows: ["s,call,BTC,26DEC25,90000,1,10,,coin,,,BTC,,,", "s,put,ETH,26DEC25,90000,1,10,,coin,,,BTC,,,"],
      details: ["found 'BTC', wanted ETH, the coin of the settlement (line 3, column currency)"]),
    Mixture(
      rows: ["s,call,BTC,26DEC25,90000,1,10,,coin,,,,,,", "s,put,ETH,26DEC25,90000,1,10,,coin,,,,,,"],
      details: ["found ETH beside BTC, wanted one currency a strategy (line 3, column currency)"]),
    Mixture(
      rows: [
        "a,call,BTC,26DEC25,90000,1,10,,,,,,,,", "b,call,BTC,26DEC25,90000,1,10,,,,,,,,",
        "a,call,BTC,26DEC25,95000,1,10,,,,,,,,",
      ],
      details: ["", "", "found 'a' again, wanted its rows together: it began in line 2 (line 4, column strategy)"]),
    Mixture(
      rows: ["s,call,BTC,26DEC25,-1,1,10,,,,,,,,", "s,call,BTC,26DEC25,90000,0,10,,,,,,,,", "s,x,,,,,,,,,,,,,"],
      details: ["found '-1', wanted a strike of 0 or more (line 2, column strike); 2 more"]),
  ]

  @Test("Rows that do not go together", arguments: mixtures)
  func mixed(_ mixture: Mixture) throws {
    #expect(try Self.entries(mixture.rows).map(\.detail) == mixture.details)
  }

  @Test("Ten thousand legs are read, one more is too many")
  func manyLegs() throws {
    let row = "s,call,BTC,26DEC25,90000,1,10,,,,,,,,"
    let most = try Self.entries(Array(repeating: row, count: 10_000))
    #expect(most.count == 1)
    #expect(most[0].strategy?.legs.count == 10_000)
    let more = try Self.entries(Array(repeating: row, count: 10_002) + ["t" + row.dropFirst()])
    #expect(more.map(\.detail) == ["found 10002 legs, wanted at most 10000 (line 10002, column strategy)", ""])
  }

  @Test("The settlement of an invalid strategy is told where it can be read")
  func settlementOfInvalid() throws {
    let entries = try Self.entries([
      "a,call,BTC,26DEC25,-1,1,10,,coin,,,,,,", "b,call,BTC,26DEC25,-1,1,10,,,,,,,,",
      "c,call,BTC,26DEC25,1,1,10,,x,,,,,,",
    ])
    #expect(entries.map(\.settlement) == [.coin, .quote, nil])
  }

  // MARK: What is read

  @Test("Cells become a leg: digits stay digits, defaults are filled in")
  func reads() throws {
    let entries = try Self.entries([
      "a,call,BTC,26DEC25,90000.5,-1.25,1203.00000001,100,quote,2.5,acc,EUR,,american,",
      "b,put,ETH,2025-12-26,0,+3,,,coin,,,,,,",
      "c,digital_put,BTC,2025-12-26T08:00:00Z,90000,1,.5,,,,,,1000,,",
      "d,perpetual,BTC,,,-60000,60000,,coin,0.0005,,,,,",
      "e,future,BTC,26DEC25,,1,90000,,,,,,,,", "f,underlying,BTC,26DEC25,5,1,90000,,,,,,,,",
    ])
    let strategies = entries.compactMap(\.strategy)
    try #require(strategies.count == 6)
    let price = try Price(parsing: "90000.5")
    let first = strategies[0]
    #expect(first.currency == .eur)
    #expect(first.legs[0].price == (try ExactAmount(parsing: "1203.00000001")))
    #expect(first.legs[0].fee == (try ExactAmount(parsing: "2.5")))
    #expect(first.legs[0].quantity == (try Quantity(parsing: "-1.25")))
    #expect(first.legs[0].multiplier == Quantity(100))
    guard case .option(let call) = first.legs[0].instrument else { throw InstrumentError.unknownName("a") }
    #expect(call.right == .call && call.strike == price && call.exercise == .american)
    #expect(call.expiry == (try Expiry(parsing: "26DEC25")))

    let second = strategies[1]
    #expect(second.settlement == .coin && second.currency.code == "ETH")
    #expect(second.legs[0].price == .zero && second.legs[0].fee == .zero && second.legs[0].multiplier == .one)
    #expect(second.legs[0].instrument.strike == .zero)

    guard case .digital(let digital) = strategies[2].legs[0].instrument else { throw InstrumentError.unknownName("c") }
    #expect(digital.payout == (try Price(parsing: "1000")) && digital.right == .put)
    #expect(strategies[3].legs[0].instrument == .perpetual(Perpetual(underlying: "BTC")))
    #expect(
      strategies[4].legs[0].instrument == .future(Future(underlying: "BTC", expiry: try Expiry(parsing: "26DEC25"))))
    #expect(strategies[5].legs[0].instrument == .underlying(Underlying(symbol: "BTC")))
  }

  @Test("An instrument stands for kind, underlying, expiry and strike, whose columns may then be missing")
  func instrument() throws {
    let entries = try Self.entries(
      ["a,BTC-26DEC25-90000-C,1,10", "b,SPY   260417P00500000,-1,2.5", "c,BTC-PERPETUAL,1,90000"],
      header: "strategy,instrument,quantity,price")
    let legs = entries.compactMap { $0.strategy?.legs.first }
    try #require(legs.count == 3)
    // The name says coin, and the strategy is accounted in quote currency unless the book says otherwise.
    #expect(entries[0].strategy?.settlement == .quote)
    #expect("\(legs[0].instrument)" != "")
    #expect(legs[0].instrument.strike == (try Price(parsing: "90000")))
    #expect(legs[1].multiplier == Quantity(100))
    guard case .option(let put) = legs[1].instrument else { throw InstrumentError.unknownName("b") }
    #expect(put.exercise == .american && put.right == .put && put.underlying == "SPY")
    #expect(legs[2].instrument == .perpetual(Perpetual(underlying: "BTC")))
  }

  @Test("Columns are found by name, in any order; an unknown one is a warning")
  func columns() throws {
    let folder = try TemporaryFolder()
    let path = folder.file(
      "price,note,quantity,strike,expiry,underlying,kind,strategy\n10,hello,1,90000,26DEC25,BTC,call,s\n")
    let reader = try BookReader.open(path)
    #expect(reader.warnings.count == 1)
    #expect(reader.warnings.first?.hasPrefix("\(path):1:7: warning: found column 'note', wanted one of") == true)
    #expect(try readBook(path).first?.strategy?.legs.first?.price == ExactAmount(10))
  }

  @Test(
    "A book without one of these columns is refused as a whole",
    arguments: ["strategy", "kind", "underlying", "expiry", "strike", "quantity", "price"])
  func missingColumn(_ name: String) throws {
    let columns = Self.header.split(separator: ",").map(String.init)
    let folder = try TemporaryFolder()
    let path = folder.file(columns.filter { $0 != name }.joined(separator: ",") + "\n")
    let error = #expect(throws: FormatError.self) { try readBook(path) }
    #expect(error?.description.hasPrefix("\(path):1:1: error: found columns '") == true)
    #expect(error?.description.hasSuffix(", wanted a column '\(name)' among them") == true)
  }

  @Test("A book without these columns has their defaults", arguments: ["multiplier", "settlement", "fee"])
  func optionalColumn(_ name: String) throws {
    let columns = Self.header.split(separator: ",").map(String.init)
    let cells = ["s", "call", "BTC", "26DEC25", "90000", "1", "10", "1", "quote", "0"]
    let kept = zip(columns, cells).filter { $0.0 != name }
    let entries = try Self.entries([kept.map(\.1).joined(separator: ",")], header: kept.map(\.0).joined(separator: ","))
    let all = try Self.entries([cells.joined(separator: ",")], header: Self.header)
    #expect(entries.first?.strategy == all.first?.strategy)
    #expect(entries.first?.strategy != nil)
  }

  @Test("What is read does not depend on where the file is cut")
  func pieces() throws {
    let folder = try TemporaryFolder()
    var text = Self.header + "\n"
    for strategy in 0..<40 {
      for leg in 0..<(strategy % 5 + 1) {
        text += "\"s \(strategy)\"\"\",call,BTC,26DEC25,\(90_000 + leg),\(leg - 9),1\(leg).5,1,quote,\n"
      }
    }
    let path = folder.file(text)
    let whole = try readBook(path)
    #expect(whole.count == 40)
    #expect(whole.allSatisfy { $0.strategy != nil })
    for size in [16, 50, 100, 333] {
      let entries = try readBook(path, pieceSize: size)
      #expect(entries.map(\.strategy) == whole.map(\.strategy), "pieces of \(size)")
      #expect(entries.map(\.line) == whole.map(\.line))
    }
  }

  @Test("Names are told apart by their bytes, wherever the file is cut")
  func namesByBytes() throws {
    // One accented letter in one code point and in two: alike to the eye, two names.
    let names = ["\u{E9}", "e\u{301}"]
    let rows = names.map { "\($0),call,BTC,26DEC25,90000,1,10,1,quote," }
    let folder = try TemporaryFolder()
    let path = folder.file(([Self.header] + rows).joined(separator: "\n") + "\n")
    for size in [16, 90, 128, 1 << 20] {
      let entries = try readBook(path, pieceSize: size)
      #expect(entries.map { Array($0.name.utf8) } == names.map { Array($0.utf8) }, "pieces of \(size)")
      #expect(entries.allSatisfy { $0.strategy != nil })
    }
  }
}

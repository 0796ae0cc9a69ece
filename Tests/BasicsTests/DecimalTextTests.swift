import Basics
import TestSupport
import Testing

@Suite("Plain decimal numbers")
struct DecimalTextTests {
  static let accepted: [(text: String, count: Int64)] = [
    ("0", 0), ("-0", 0), ("+0.00", 0), ("1", 100_000_000), ("-12.5", -1_250_000_000), ("+3.25", 325_000_000),
    (".5", 50_000_000), ("0.00000001", 1), ("-.00000001", -1), ("007", 700_000_000),
    ("1.0000000000000000000000000000000000", 100_000_000),
    ("92233720368.54775807", .max), ("-92233720368.54775808", .min),
    ("0000000000000000000000000000000000000001", 100_000_000),
  ]

  @Test("A number is read digit by digit into a count of 10^-8", arguments: accepted)
  func reads(text: String, count: Int64) throws {
    #expect(try DecimalText.count(text, decimals: 8, type: "Price") == count)
  }

  static let refused: [(text: String, error: BasicsError)] = [
    ("", .notADecimal("")),
    ("-", .notADecimal("-")),
    (".", .notADecimal(".")),
    ("5.", .notADecimal("5.")),
    ("+-5", .notADecimal("+-5")),
    ("5-", .notADecimal("5-")),
    ("1.2.3", .notADecimal("1.2.3")),
    (" 1", .notADecimal(" 1")),
    ("1 ", .notADecimal("1 ")),
    ("1e5", .notADecimal("1e5")),
    ("1E-5", .notADecimal("1E-5")),
    ("0x10", .notADecimal("0x10")),
    ("1_000", .notADecimal("1_000")),
    ("1,000", .notADecimal("1,000")),
    ("１２", .notADecimal("１２")),
    ("٣", .notADecimal("٣")),
    ("−5", .notADecimal("−5")),
    ("nan", .notADecimal("nan")),
    ("NaN", .notADecimal("NaN")),
    ("inf", .notADecimal("inf")),
    ("-infinity", .notADecimal("-infinity")),
    ("1\u{0}", .notADecimal("1\u{0}")),
    ("1/2", .notADecimal("1/2")),
    ("0.000000001", .tooManyDecimals("0.000000001", limit: 8)),
    ("92233720368.54775808", .outOfRange("92233720368.54775808", type: "Price")),
    ("-92233720368.54775809", .outOfRange("-92233720368.54775809", type: "Price")),
    ("1" + String(repeating: "0", count: 39), .outOfRange("1" + String(repeating: "0", count: 39), type: "Price")),
    (
      String(repeating: "0", count: 41),
      .tooManyDigits(String(repeating: "0", count: 41), limit: DecimalText.digitLimit)
    ),
    (
      String(repeating: "9", count: 41),
      .tooManyDigits(String(repeating: "9", count: 41), limit: DecimalText.digitLimit)
    ),
    ("1." + String(repeating: "0", count: 40), .tooManyDigits("1." + String(repeating: "0", count: 40), limit: 40)),
  ]

  @Test("What is no plain decimal in range is refused by name", arguments: refused)
  func refuses(text: String, error: BasicsError) {
    #expect(throws: error) { try DecimalText.count(text, decimals: 8, type: "Price") }
  }

  @Test("An error quotes the text and never a whole page of it")
  func errorsAreShort() {
    let page = String(repeating: "x", count: 100_000)
    #expect(BasicsError.notADecimal(page).description.utf8.count < 200)
    #expect(BasicsError.notADecimal("1_000").description.contains("'1_000'"))
  }

  @Test("A count that is written reads back as the same count", arguments: [1, 2, 3] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<2_000 {
      let count =
        random.chance(0.1) ? random.pick([.min, .max, 0, -1, 1]) : random.int64(.min ... .max) >> random.int(0...62)
      let decimals = random.int(0...18)
      let text = DecimalText.text(count, decimals: decimals, minimumDecimals: random.int(0...decimals))
      #expect(try DecimalText.count(text, decimals: decimals, type: "") == count, "\(text)")
    }
  }

  @Test("No text stops the program", arguments: [11, 12, 13] as [UInt64])
  func neverTraps(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<3_000 {
      let text = random.text(limit: 60, alphabet: "0123456789+-./eE_ ")
      _ = try? DecimalText.count(text, decimals: random.int(0...18), type: "")
      _ = try? ExactAmount(parsing: text)
      _ = try? CalendarDate(parsing: text)
      _ = try? Instant(parsing: text)
      _ = try? Currency(text)
    }
  }
}

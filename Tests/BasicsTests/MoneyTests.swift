import Basics
import TestSupport
import Testing

@Suite("Money, price, quantity and currency")
struct MoneyTests {
  static let usd = Currency.usd

  @Test("A currency has the decimals of its smallest unit")
  func currencies() throws {
    for (code, decimals) in [
      ("USD", 2), ("eur", 2), ("JPY", 0), ("INR", 2), ("CLP", 0), ("USDC", 6), ("usdt", 6), ("BTC", 8), ("SOL", 8),
    ] {
      #expect(try Currency(code).decimals == decimals, "\(code)")
    }
    #expect(try Currency("btc") == .btc)
  }

  @Test("A code that is no currency is refused", arguments: ["", "U", "US D", "US-D", "ＵＳＤ", "ABCDEFGHIJKLM"])
  func badCurrency(code: String) {
    #expect(throws: BasicsError.notACurrency(code)) { try Currency(code) }
  }

  @Test("Sums and differences stay in the currency")
  func sums() throws {
    let (a, b) = (try Money(parsing: "12.50", currency: .usd), try Money(parsing: "-0.75", currency: .usd))
    #expect(try (a + b).text == "11.75")
    #expect(try (a - b).text == "13.25")
    #expect(try (a * -3).description == "-37.50 USD")
    #expect(try b.isLess(than: a))
    #expect(a.exact + b.exact == (try a + b).exact)
  }

  @Test("Two currencies never meet")
  func currenciesNeverMix() throws {
    let (dollar, coin) = (Money(minorUnits: 1, currency: .usd), Money(minorUnits: 1, currency: .btc))
    let error = BasicsError.currencyMismatch("USD", "BTC")
    #expect(throws: error) { try dollar + coin }
    #expect(throws: error) { try dollar - coin }
    #expect(throws: error) { try dollar.isLess(than: coin) }
  }

  @Test("An overflow is an error")
  func overflow() {
    let (most, least) = (Money(minorUnits: .max, currency: .usd), Money(minorUnits: .min, currency: .usd))
    let cent = Money(minorUnits: 1, currency: .usd)
    #expect(throws: BasicsError.self) { try most + cent }
    #expect(throws: BasicsError.self) { try least - cent }
    #expect(throws: BasicsError.self) { try least * -1 }
    #expect(throws: BasicsError.self) { try Money(rounding: most.exact + cent.exact, to: .usd, .down) }
    #expect(most.text == "92233720368547758.07")
    #expect(least.text == "-92233720368547758.08")
  }

  @Test("More decimals than the currency has are refused")
  func tooFine() {
    #expect(throws: BasicsError.tooManyDecimals("0.001", limit: 2)) { try Money(parsing: "0.001", currency: .usd) }
  }

  static let floating: [(value: Double, up: Int64, down: Int64, nearest: Int64)] = [
    (0.01, 1, 1, 1), (0.1 + 0.2, 30, 30, 30), (100.01, 10_001, 10_001, 10_001), (1.001, 101, 100, 100),
    (-1.001, -100, -101, -100), (1.005, 101, 100, 101), (0.0, 0, 0, 0), (-0.0, 0, 0, 0),
    (4_587.300_000_000_001, 458_730, 458_730, 458_730),
  ]

  @Test("A requirement in floating point rounds by its rule, and binary noise costs no cent", arguments: floating)
  func fromDouble(value: Double, up: Int64, down: Int64, nearest: Int64) throws {
    #expect(try Money(rounding: value, to: .usd, .up).minorUnits == up)
    #expect(try Money(rounding: value, to: .usd, .down).minorUnits == down)
    #expect(try Money(rounding: value, to: .usd, .nearest).minorUnits == nearest)
  }

  @Test(
    "What is no number or beyond the range is no money", arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e18])
  func notMoney(value: Double) {
    #expect(throws: BasicsError.self) { try Money(rounding: value, to: .usd, .up) }
  }

  @Test("A price times a quantity is exact", arguments: [1, 2] as [UInt64])
  func products(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<500 {
      let (p, q) = (random.int64(.min ... .max), random.int64(.min ... .max))
      let product = Price(count: p) * Quantity(count: q)
      // The whole product fits 128 bits, so its decimals are those of the product of the counts.
      let expected = try ExactAmount(parsing: "\(Int128(p) * Int128(q))/1" + String(repeating: "0", count: 16))
      #expect(product == expected)
      #expect(try Price(parsing: Price(count: p).description).count == p)
      #expect(try Quantity(parsing: Quantity(count: q).description).count == q)
    }
  }

  @Test("A model price rounds to 10^-8, and what is no price is none")
  func priceRounding() {
    #expect(Price(rounding: 1.000_000_004, .up)?.count == 100_000_001)
    #expect(Price(rounding: 1.000_000_004, .down)?.count == 100_000_000)
    #expect(Price(rounding: -1.000_000_004, .down)?.count == -100_000_001)
    #expect(Price(rounding: .nan, .up) == nil)
    #expect(Price(rounding: .infinity, .up) == nil)
    #expect(Price(rounding: 92_233_720_368.6, .up) == nil)
  }

  @Test("Quantities add, subtract and multiply until they overflow")
  func quantities() throws {
    let (half, most) = (try Quantity(parsing: "0.5"), Quantity(count: .max))
    #expect(try half + half == .one)
    #expect(try half - half == .zero)
    #expect(try half * -4 == Quantity(-2))
    #expect(Quantity(92_233_720_369) == nil)
    #expect(throws: BasicsError.self) { try most + half }
    #expect(throws: BasicsError.self) { try Quantity(count: .min) - half }
    #expect(throws: BasicsError.self) { try most * 2 }
  }
}

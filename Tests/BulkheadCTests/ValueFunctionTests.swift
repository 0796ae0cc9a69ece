import BulkheadC
import CBulkhead
import HostileCalls
import Testing

@Suite("Strategies and their chain through the C interface")
struct ValueFunctionTests {
  private let arena = Arena()

  private func value(_ book: bulkhead_book, legs: Int = 2) -> (
    code: Int32, message: String, out: [Double], legs: [Double]
  ) {
    let out = arena.array([Double](repeating: -7, count: 12), .output)
    let parts = arena.array([Double](repeating: -7, count: 12 * legs), .output)
    let message = arena.text(400)
    let code = bulkhead_value(arena.value(book), out, parts, message)
    return (
      code, message.string, (0..<12).map { out[$0] }, (0..<12 * legs).map { parts[$0] }
    )
  }

  @Test("A strategy's figures are the sum of its legs', in both currencies")
  func sums() {
    let sample = Sample(arena)
    let found = value(sample.book(market: sample.market()))
    #expect(found.code == Int32(BULKHEAD_OK) && found.message == "")
    for place in 0..<12 { #expect(found.out[place] == 0 + found.legs[place] + found.legs[12 + place], "\(place)") }
    // A short put spread: worth less than nothing, and long the coin.
    #expect(found.out[0] < 0 && found.out[1] > 0 && found.out.allSatisfy(\.isFinite))
    // Accounted in quote currency both blocks are one.
    #expect(found.out[..<6] == found.out[6...])
  }

  @Test("Accounted in coin, the settlement currency is before the quote currency")
  func coin() {
    let sample = Sample(arena)
    let market = sample.market()
    var book = sample.book(market: market)
    let account = bulkhead_account(settlement: 1, fill: 0, currency: -1, name: -1, entry_fee: 0, exit_fee: 0)
    book.accounts = UnsafePointer(arena.array([account]))
    let (found, inQuote) = (value(book), value(sample.book(market: market)))
    #expect(found.code == Int32(BULKHEAD_OK) && found.message == "")
    let spot = Double(market.spot) / 1e8
    // The quote figures are those of the strategy that is accounted in quote currency; coins are worth the spot each.
    let blocks = [(found.out, inQuote.out, 0), (found.legs, inQuote.legs, 0), (found.legs, inQuote.legs, 12)]
    for (mine, quoted, start) in blocks {
      let (own, quote) = (Array(mine[start..<start + 6]), Array(mine[start + 6..<start + 12]))
      #expect(quote == Array(quoted[start..<start + 6]))
      // Value, vega, theta and rho are converted; delta is the slope of V/S.
      for place in [0, 3, 4, 5] {
        #expect(abs(own[place] * spot - quote[place]) <= 1e-9 * abs(quote[place]), "\(start), \(place)")
      }
      let slope = (quote[1] - quote[0] / spot) / spot
      #expect(abs(own[1] - slope) <= 1e-9 * abs(slope), "\(start)")
      #expect(abs(own[0]) < 1 && abs(quote[0]) > 100)
    }
    for place in 0..<12 { #expect(found.out[place] == 0 + found.legs[place] + found.legs[12 + place], "\(place)") }
  }

  @Test("What cannot be valued is not-a-number and named; without a market nothing is asked")
  func refusals() {
    let sample = Sample(arena)
    var late = [sample.leg(1, 90_000, -1), sample.leg(1, 85_000, 1)]
    late[1].strike = 86_000 * 100_000_000
    let found = value(sample.book(late, market: sample.market()))
    #expect(
      found.code == Int32(BULKHEAD_ROWS) && found.message.hasPrefix("row 0: found no ask for BTC-26DEC25-86000-P"))
    #expect(found.out.allSatisfy(\.isNaN) && found.legs.allSatisfy(\.isNaN))
    var bare = sample.book(market: sample.market())
    bare.market = nil
    let none = value(bare)
    #expect(none.code == Int32(BULKHEAD_BAD_ARGUMENT) && none.message.contains("found no market"))
    #expect(none.out.allSatisfy { $0 == -7 })
  }

  private func parse(_ text: String, quotes: [bulkhead_quote]? = nil) -> (code: Int32, message: String) {
    let market = Sample(arena).market(quotes: quotes)
    let legs = arena.array([bulkhead_leg](repeating: bulkhead_leg(), count: 8), .output)
    let count = arena.value(Int64(0), .output)
    let message = arena.text(400)
    let code = bulkhead_parse_legs(
      arena.value(market), nil, arena.bytes(text), legs, 8, count, arena.text(400), message)
    return (code, message.string)
  }

  @Test(
    "A leg that the chain does not list is refused with what it lists",
    arguments: [
      (
        "-1P90000 +1P85500 @26DEC25",
        "leg 1: found no put of strike 85500 at 2025-12-26 on the chain, wanted a price, or one of its 7 strikes: "
          + "80000, 85000, 90000, 95000"
      ),
      (
        "-1C90000 @27DEC25",
        "leg 0: found expiry 2025-12-27, wanted a price, or an expiry of the chain: 2025-12-26, 2026-01-30"
      ),
    ])
  func unlisted(_ text: String, words: String) {
    let found = parse(text)
    #expect(found.code == Int32(BULKHEAD_REFUSED))
    #expect(found.message.hasPrefix(words), "\(found.message)")
  }

  @Test(
    "What the chain lists is taken, and so is what has a price or asks a chain without quotes",
    arguments: ["-1P90000 +1P85000 @26DEC25", "-1P90000=0.02 +1P85500=0.01 @26DEC25", "-1C90000=0.1 @27DEC25"])
  func listed(_ text: String) {
    #expect(parse(text).code == Int32(BULKHEAD_OK))
    #expect(parse("-1P90500 @27DEC25", quotes: []).code == Int32(BULKHEAD_OK))
  }
}

import Basics
import Instruments
import MarketData
import TestSupport
import Testing

@Suite("Forwards")
struct ForwardTests {
  struct Reproduction: Sendable, CustomStringConvertible {
    let name: String
    let quotedIn: Settlement
    let rate: Double
    let coinRate: Double
    let forward: String
    var description: String { name }

    static let table = [
      Reproduction(name: "quote, above spot", quotedIn: .quote, rate: 0.05, coinRate: 0, forward: "103"),
      Reproduction(name: "quote, below spot", quotedIn: .quote, rate: 0.01, coinRate: 0, forward: "97.5"),
      Reproduction(name: "quote, negative rate", quotedIn: .quote, rate: -0.02, coinRate: 0, forward: "100"),
      Reproduction(name: "coin, no coin rate", quotedIn: .coin, rate: 0, coinRate: 0, forward: "100.25"),
      Reproduction(name: "coin, coin rate", quotedIn: .coin, rate: 0, coinRate: 0.03, forward: "99"),
    ]
  }

  @Test("A stated forward is kept, and spot, rate and yield reproduce it", arguments: Reproduction.table)
  func stated(_ row: Reproduction) throws {
    let forwards = [try Sample.date("2026-01-16"): try Price(parsing: row.forward)]
    let terms = try Sample.terms(
      quotedIn: row.quotedIn, rate: row.rate, coinRate: row.coinRate, forwards: forwards)
    let market = try Sample.market(terms, [])
    let forward = try market.forward(of: try Expiry(parsing: Sample.expiry))
    #expect(forward.source == .file)
    #expect(forward.source.name == "file")
    #expect(forward.value == forwards.first?.value.value)
    #expect(abs(forward.years - Sample.years) < 1e-15)
    let carried = 100 * BlackReference.exponential((forward.rate - forward.dividendYield) * forward.years)
    #expect(abs(carried - forward.value) < 1e-12 * forward.value)
    if row.quotedIn == .quote {
      #expect(forward.rate == row.rate)
      #expect(abs(forward.discount - BlackReference.exponential(-row.rate * Sample.years)) < 1e-15)
    } else {
      #expect(forward.dividendYield == row.coinRate)
      #expect(abs(forward.coinDiscount - BlackReference.exponential(-row.coinRate * Sample.years)) < 1e-15)
      // A quote unit at expiry, seen from the coin: D = D_coin S / F.
      #expect(abs(forward.discount - forward.coinDiscount * 100 / forward.value) < 1e-14)
    }
  }

  @Test("Parity in quote currency gives the forward from any number of strikes", arguments: [1, 2, 3, 4, 8, 9, 10, 13])
  func parityInQuote(count: Int) throws {
    let (rate, forward) = (0.05, 101.3)
    let discount = BlackReference.exponential(-rate * Sample.years)
    let quotes = try (0..<count).flatMap { index in
      try Sample.pair("\(95 + index)", difference: discount * (forward - Double(95 + index)))
    }
    let chain = try #require(try Sample.market(try Sample.terms(rate: rate), quotes).chains.first)
    #expect(abs(chain.forward.value - forward) < 2e-8)
    #expect(chain.forward.source == .parity(strikes: min(count, 9)))
    #expect(chain.forward.source.name == "parity")
    #expect(chain.health.parityStrikes == count)
    #expect(try #require(chain.health.worstParityError) < 2e-8)
  }

  @Test("Parity in coin is 1 - K/F times the coin's discount factor", arguments: [0, 0.04])
  func parityInCoin(coinRate: Double) throws {
    let forward = 92_726.41
    let discount = BlackReference.exponential(-coinRate * Sample.years)
    let quotes = try [80_000, 88_000, 92_000, 94_000, 99_000, 120_000].flatMap { strike in
      try Sample.pair(
        "\(strike)", difference: discount * (1 - Double(strike) / forward), settlement: .coin, half: 0.0001)
    }
    let terms = try Sample.terms(spot: "92000", quotedIn: .coin, coinRate: coinRate)
    let chain = try #require(try Sample.market(terms, quotes).chains.first)
    #expect(abs(chain.forward.value - forward) < 1e-7 * forward)
    #expect(try #require(chain.health.worstParityError) < 1e-8)
  }

  struct Median: Sendable, CustomStringConvertible {
    let name: String
    /// What each strike's parity says of the forward.
    let implied: [(strike: Int, forward: Double)]
    let expected: Double
    var description: String { name }

    static let table = [
      Median(name: "two: their mean", implied: [(99, 100), (101, 100.4)], expected: 100.2),
      Median(name: "three: the middle", implied: [(99, 99), (100, 100.4), (101, 107)], expected: 100.4),
      Median(
        name: "four: the mean of the inner two", implied: [(98, 80), (99, 100), (100, 100.6), (101, 130)],
        expected: 100.3),
    ]
  }

  @Test("The forward is the median over strikes", arguments: Median.table)
  func median(_ row: Median) throws {
    let quotes = try row.implied.flatMap { try Sample.pair("\($0.strike)", difference: $0.forward - Double($0.strike)) }
    let chain = try #require(try Sample.market(try Sample.terms(), quotes).chains.first)
    #expect(abs(chain.forward.value - row.expected) < 1e-8)
  }

  @Test("Early exercise premiums of far puts do not move the forward")
  func americanNoise() throws {
    // Deep puts carry up to 3 of early exercise value, which makes C - P too low: twelve strikes that lie, nine that do not.
    var quotes: [OptionQuote] = []
    for strike in 96...104 { quotes += try Sample.pair("\(strike)", difference: 100.5 - Double(strike)) }
    for strike in 120..<132 { quotes += try Sample.pair("\(strike)", difference: 97.5 - Double(strike)) }
    let chain = try #require(try Sample.market(try Sample.terms(), quotes).chains.first)
    #expect(abs(chain.forward.value - 100.5) < 1e-8)
    #expect(abs(try #require(chain.health.worstParityError) - 3) < 1e-6)
  }

  @Test("In coin, strikes near nought are as far from the forward as they are")
  func lowStrikesInCoin() throws {
    // Call less put there is almost a whole coin, and a mid that is off by 0.05 coin says a forward that is nonsense.
    var quotes: [OptionQuote] = []
    for strike in [500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500] {
      quotes += try Sample.pair(
        "\(strike)", difference: 1 - Double(strike) / 92_000 - 0.05, settlement: .coin, half: 0.001)
    }
    for strike in stride(from: 76_000, through: 108_000, by: 4000) {
      quotes += try Sample.pair(
        "\(strike)", difference: 1 - Double(strike) / 92_000, settlement: .coin, half: 0.001)
    }
    let chain = try #require(try Sample.market(try Sample.terms(spot: "92000", quotedIn: .coin), quotes).chains.first)
    #expect(abs(chain.forward.value - 92_000) < 0.01)
  }

  @Test("Marks stand in where a side is missing, and a mid never meets a mark")
  func marks() throws {
    let (call, put) = (try Sample.contract(.call, "100"), try Sample.contract(.put, "100"))
    let marked = [
      Sample.quote(call, ask: 9, mark: 3), Sample.quote(put, bid: 1.9, ask: 2.1, mark: 2),
    ]
    let chain = try #require(try Sample.market(try Sample.terms(), marked).chains.first)
    #expect(abs(chain.forward.value - 101) < 1e-8, "call mark 3 less put mark 2, not less its mid")
    let unmarked = [Sample.quote(call, ask: 9, mark: 3), Sample.quote(put, bid: 1.9, ask: 2.1)]
    let carried = try #require(try Sample.market(try Sample.terms(), unmarked).chains.first)
    #expect(carried.forward.source == .carry)
    let crossed = [Sample.quote(call, bid: 5, ask: 2, mark: 3), Sample.quote(put, bid: 1.9, ask: 2.1, mark: 2)]
    let believed = try #require(try Sample.market(try Sample.terms(), crossed).chains.first)
    #expect(believed.forward.source == .carry, "a crossed quote's mark is not believed either")
  }

  @Test("A stated forward comes before parity, parity before carry")
  func order() throws {
    let quotes = try Sample.pair("100", difference: 1)
    let stated = [try Sample.date("2026-01-16"): try Price(parsing: "107")]
    let file = try #require(try Sample.market(try Sample.terms(forwards: stated), quotes).chains.first)
    #expect(file.forward.source == .file)
    #expect(file.forward.value == 107)
    let parity = try #require(try Sample.market(try Sample.terms(rate: 0), quotes).chains.first)
    #expect(parity.forward.source == .parity(strikes: 1))
    let lone = try #require(try Sample.market(try Sample.terms(), [quotes[0]]).chains.first)
    #expect(lone.forward.source == .carry)
    #expect(lone.forward.source.name == "carry")
  }

  @Test("Carry by a yield is S exp((r - q) T)")
  func yield() throws {
    let market = try Sample.market(try Sample.terms(rate: 0.05, dividends: .yield(0.02)), [])
    let forward = try market.forward(of: try Expiry(parsing: Sample.expiry))
    #expect(abs(forward.value - 100 * BlackReference.exponential(0.03 * Sample.years)) < 1e-12)
    #expect(abs(forward.dividendYield - 0.02) < 1e-14)
  }

  struct Payment: Sendable, CustomStringConvertible {
    let date: String
    let counts: Bool
    var description: String { "\(date) \(counts ? "counts" : "does not")" }

    static let table = [
      Payment(date: "2025-12-16", counts: false), Payment(date: "2025-12-17", counts: false),
      Payment(date: "2025-12-18", counts: true), Payment(date: "2026-01-16", counts: true),
      Payment(date: "2026-01-17", counts: false),
    ]
  }

  @Test("A cash dividend counts if it goes ex after the quotes and by the expiry", arguments: Payment.table)
  func cash(_ row: Payment) throws {
    let payment = CashDividend(date: try Sample.date(row.date), amount: try Price(parsing: "1.5"))
    let market = try Sample.market(try Sample.terms(rate: 0.05, dividends: .cash([payment])), [])
    let forward = try market.forward(of: try Expiry(parsing: Sample.expiry))
    let growth = BlackReference.exponential(0.05 * Sample.years)
    let wait = try Sample.moment().years(to: Instant(payment.date))
    let present = row.counts ? 1.5 * BlackReference.exponential(-0.05 * wait) : 0
    #expect(abs(forward.value - (100 - present) * growth) < 1e-11)
    #expect(forward.source == .carry)
  }

  @Test("Quotes of midnight are already without that day's dividend")
  func exAtMidnight() throws {
    for (moment, counts) in [("2025-12-16T23:59:59Z", true), ("2025-12-17T00:00:00Z", false)] {
      let payment = CashDividend(date: try Sample.date("2025-12-17"), amount: try Price(parsing: "1.5"))
      let input = MarketState.Input(terms: try Sample.terms(dividends: .cash([payment])), quotes: [])
      let market = try #require(try MarketState(asOf: try Instant(parsing: moment), [input])["ABC"])
      let forward = try market.forward(of: try Expiry(parsing: Sample.expiry))
      #expect(forward.value == (counts ? 98.5 : 100))
    }
  }

  @Test("Dividends worth the whole share are refused")
  func wholeShare() throws {
    let payment = CashDividend(date: try Sample.date("2025-12-20"), amount: try Price(parsing: "101"))
    let market = try Sample.market(try Sample.terms(dividends: .cash([payment])), [])
    #expect(throws: MarketDataError.self) { try market.forward(of: try Expiry(parsing: Sample.expiry)) }
  }
}

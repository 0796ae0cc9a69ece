import Basics
import Instruments
import MarketData
import Testing

@Suite("Market state")
struct MarketStateTests {
  static func state(_ quotes: [OptionQuote], quotedIn: Settlement = .quote) throws -> UnderlyingMarket {
    try Sample.market(try Sample.terms(quotedIn: quotedIn), quotes)
  }

  @Test("Quotes fall into chains by expiry, strikes ascending")
  func chains() throws {
    let far = "2026-03-20T08:00:00Z"
    let quotes = [
      Sample.quote(try Sample.contract(.put, "110", expiry: far), mark: 12),
      Sample.quote(try Sample.contract(.call, "105"), mark: 2), Sample.quote(try Sample.contract(.call, "95"), mark: 7),
      Sample.quote(try Sample.contract(.put, "95"), mark: 1),
    ]
    let market = try Self.state(quotes)
    #expect(market.chains.map(\.expiry) == [try Expiry(parsing: Sample.expiry), try Expiry(parsing: far)])
    let near = try #require(market.chains.first)
    #expect(near.strikes.map(\.strike.description) == ["95", "105"])
    #expect(near.quotes(at: try Price(parsing: "95"))?[.put]?.mark == Price(count: 100_000_000))
    for missing in ["94.99", "95.01", "0", "106"] { #expect(near.quotes(at: try Price(parsing: missing)) == nil) }
    #expect(market.quote(of: try Sample.contract(.call, "105")) == quotes[1])
    #expect(market.quote(of: try Sample.contract(.put, "105")) == nil)
  }

  @Test("An expiry that leaves its time open takes the chain of its day")
  func openTime() throws {
    let market = try Self.state([Sample.quote(try Sample.contract(.call, "95"), mark: 7)])
    let open = try Expiry(parsing: "2026-01-16")
    #expect(market.chain(of: open) != nil)
    #expect(try market.instant(of: open) == Instant(parsing: Sample.expiry))
    #expect(market.quote(of: try Sample.contract(.call, "95", expiry: "2026-01-16")) != nil)
    #expect(market.chain(of: try Expiry(parsing: "2026-01-17")) == nil)
    // Without a chain the venue says the time: the New York close, or Deribit's hour for a chain in coin.
    let other = try Expiry(parsing: "2026-01-15")
    #expect(try market.instant(of: other).description == "2026-01-15T21:00:00Z")
    #expect(try Self.state([], quotedIn: .coin).instant(of: other).description == "2026-01-15T08:00:00Z")
  }

  struct Rejection: Sendable, CustomStringConvertible {
    let description: String
    let make: @Sendable () throws -> OptionQuote
    let reason: String

    static let table = [
      Rejection(
        description: "a row twice", make: { Sample.quote(try Sample.contract(.call, "95"), mark: 8) },
        reason: "quoted twice; the first row is used"),
      Rejection(
        description: "another contract in the same place",
        make: { Sample.quote(try Sample.contract(.call, "95", quoteCurrency: "USDT"), mark: 8) },
        reason: "a contract of other terms stands at this expiry and strike; the first row is used"),
      Rejection(
        description: "settled in coin",
        make: { Sample.quote(try Sample.contract(.call, "96", settlement: .coin), mark: 0.08) },
        reason: "settled in coin, but the chain is quoted in quote"),
      Rejection(
        description: "expired",
        make: { Sample.quote(try Sample.contract(.call, "95", expiry: "2025-12-16T08:00:00Z"), mark: 8) },
        reason: "expired at 2025-12-16T08:00:00Z"),
      Rejection(
        description: "expiring at the very moment of the quotes",
        make: { Sample.quote(try Sample.contract(.call, "95", expiry: "2025-12-17T08:00:00Z"), mark: 8) },
        reason: "expired at 2025-12-17T08:00:00Z"),
      Rejection(
        description: "before New York's rule",
        make: { Sample.quote(try Sample.contract(.call, "95", expiry: "2006-01-20"), mark: 8) },
        reason: "an expiry before 2007"),
    ]
  }

  @Test("A row that cannot be used is set aside with its line and reason", arguments: Rejection.table)
  func rejected(_ row: Rejection) throws {
    let good = Sample.quote(try Sample.contract(.call, "95"), mark: 7)
    let market = try Self.state([good, try row.make()])
    #expect(market.rejected.map(\.line) == [3])
    #expect(market.rejected.map(\.reason) == [row.reason])
    #expect(market.chains.count == 1)
    #expect(market.quote(of: good.contract) == good, "the first row stands")
  }

  @Test("Rows set aside are listed by line, the reader's own among them")
  func order() throws {
    let contract = try Sample.contract(.call, "95")
    let quotes = [4, 2, 9].map { (line: $0, quote: Sample.quote(contract, mark: Double($0))) }
    let input = MarketState.Input(
      terms: try Sample.terms(), quotes: quotes, rejected: [RejectedQuote(line: 3, instrument: "?", reason: "text")])
    let market = try #require(try MarketState(asOf: try Sample.moment(), [input])["ABC"])
    #expect(market.rejected.map(\.line) == [2, 3, 9])
  }

  // MARK: Quotes

  struct Sides: Sendable, CustomStringConvertible {
    let description: String
    var bid: Double?
    var ask: Double?
    var mark: Double?
    var isTwoSided = false
    var isCrossed = false
    var mid: Double?
    var reference: Double?
    var canSell = false
    var canBuy = false

    static let table = [
      Sides(
        description: "both", bid: 1, ask: 1.2, mark: 3, isTwoSided: true, mid: 1.1, reference: 1.1, canSell: true,
        canBuy: true),
      Sides(
        description: "locked", bid: 1, ask: 1, isTwoSided: true, mid: 1, reference: 1, canSell: true, canBuy: true),
      Sides(description: "crossed", bid: 1.2, ask: 1, mark: 3, isCrossed: true, reference: 3),
      Sides(description: "bid alone", bid: 1, mark: 3, reference: 3, canSell: true),
      Sides(description: "ask alone", ask: 1, canBuy: true),
      Sides(description: "none"),
      Sides(
        description: "a bid of 0", bid: 0, ask: 0.1, isTwoSided: true, mid: 0.05, reference: 0.05, canSell: true,
        canBuy: true),
      Sides(description: "an ask of 0", bid: 0, ask: 0, mark: 2, reference: 2, canSell: true),
    ]
  }

  @Test("A quote says which of its sides can be used", arguments: Sides.table)
  func sides(_ row: Sides) throws {
    let quote = Sample.quote(try Sample.contract(.call, "95"), bid: row.bid, ask: row.ask, mark: row.mark)
    #expect(quote.isTwoSided == row.isTwoSided)
    #expect(quote.isCrossed == row.isCrossed)
    #expect(quote.mid?.doubleValue == row.mid)
    #expect(quote.reference == row.reference)
    #expect((quote.usableBid != nil) == row.canSell)
    #expect((quote.usableAsk != nil) == row.canBuy)
    #expect((quote.relativeSpread != nil) == (row.isTwoSided && row.mid != 0))
  }

  @Test("A mid has a ninth decimal where it needs one")
  func exactMid() throws {
    let quote = OptionQuote(
      contract: try Sample.contract(.call, "95"), bid: Price(count: 1), ask: Price(count: 2), mark: nil,
      impliedVolatility: nil)
    #expect(quote.mid == ExactAmount(count: 15, decimals: 9))
  }

  @Test("A chain's health counts its rows")
  func health() throws {
    var quotes = try Sample.pair("100", difference: 0.3) + Sample.pair("101", difference: -0.5)
    quotes += try Sample.pair("99", difference: 1) + Sample.pair("102", difference: -2.2)
    quotes.append(Sample.quote(try Sample.contract(.call, "110"), bid: 1.2, ask: 1))
    quotes.append(Sample.quote(try Sample.contract(.put, "110"), ask: 9))
    quotes.append(Sample.quote(try Sample.contract(.call, "120")))
    quotes.append(Sample.quote(try Sample.contract(.put, "120"), bid: 0, ask: 0))
    let stated = [try Sample.date("2026-01-16"): try Price(parsing: "100")]
    let health = try #require(try Sample.market(try Sample.terms(forwards: stated), quotes).chains.first).health
    #expect(health.quotes == 12)
    #expect(health.twoSided == 8)
    #expect(health.crossed == 1)
    #expect(health.missing == 3)
    #expect(health.parityStrikes == 4)
    // Against a forward of 100 the four are off by 0.3, 0.5, 0 and 0.2.
    #expect(abs(try #require(health.medianParityError) - 0.25) < 1e-8)
    #expect(abs(try #require(health.worstParityError) - 0.5) < 1e-8)
    let empty = try #require(try Self.state([quotes[10]]).chains.first).health
    #expect(empty.medianParityError == nil)
    #expect(empty.worstParityError == nil)
  }

  // MARK: Refusals

  struct BadTerms: Sendable, CustomStringConvertible {
    let description: String
    let field: String
    let make: @Sendable () throws -> UnderlyingTerms

    static func make(
      spot: Int64 = 100, rate: Double = 0, dividends: Dividends = .yield(0), coinRate: Double = 0, tick: Int64? = nil,
      forward: Int64? = nil, multiplier: Int64 = 1
    ) throws -> UnderlyingTerms {
      try UnderlyingTerms(
        symbol: "ABC", spot: Price(count: spot), quotedIn: .quote, rate: rate, dividends: dividends,
        coinRate: coinRate, tickSize: tick.map { Price(count: $0) },
        forwards: try forward.map { [try Sample.date("2026-01-16"): Price(count: $0)] } ?? [:],
        optionMultiplier: Quantity(count: multiplier))
    }

    static let table = [
      BadTerms(description: "spot 0", field: "ABC spot") { try make(spot: 0) },
      BadTerms(description: "negative spot", field: "ABC spot") { try make(spot: -1) },
      BadTerms(description: "rate in percent", field: "ABC rate") { try make(rate: 11) },
      BadTerms(description: "rate is no number", field: "ABC rate") { try make(rate: .nan) },
      BadTerms(description: "infinite rate", field: "ABC rate") { try make(rate: -.infinity) },
      BadTerms(description: "coin rate", field: "ABC coin_rate") { try make(coinRate: .nan) },
      BadTerms(description: "yield", field: "ABC dividend_yield") { try make(dividends: .yield(.nan)) },
      BadTerms(description: "negative dividend", field: "ABC dividend of 2026-01-02") {
        try make(dividends: .cash([CashDividend(date: try Sample.date("2026-01-02"), amount: Price(count: -1))]))
      },
      BadTerms(description: "tick size 0", field: "ABC tick_size") { try make(tick: 0) },
      BadTerms(description: "forward 0", field: "ABC forward of 2026-01-16") { try make(forward: 0) },
      BadTerms(description: "multiplier 0", field: "ABC multiplier") { try make(multiplier: 0) },
    ]
  }

  @Test("A market block with a wrong number is refused by the field's name", arguments: BadTerms.table)
  func badTerms(_ row: BadTerms) throws {
    #expect {
      try row.make()
    } throws: { error in
      guard case .badNumber(let field, _, _) = error as? MarketDataError else { return false }
      return field == row.field && "\(error)".hasPrefix("\(field): found ")
    }
  }

  @Test("A market without an underlying, and one underlying twice, are refused")
  func inputs() throws {
    let input = MarketState.Input(terms: try Sample.terms(), quotes: [])
    let moment = try Sample.moment()
    #expect(throws: MarketDataError.empty) { try MarketState(asOf: moment, []) }
    #expect(throws: MarketDataError.duplicateUnderlying("ABC")) { try MarketState(asOf: moment, [input, input]) }
    #expect(try MarketState(asOf: moment, [input])["XYZ"] == nil)
  }
}

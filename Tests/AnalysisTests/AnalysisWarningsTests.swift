import Analysis
import Basics
import Instruments
import MarketData
import Pricing
import Testing

@Suite("Warnings of a page")
struct AnalysisWarningsTests {
  static let far = "2026-03-20T08:00:00Z"

  /// Replaces the quote of one contract.
  static func replacing(
    _ right: OptionRight, _ strike: Int64, _ quotes: inout [(line: Int, quote: OptionQuote)],
    _ change: (OptionQuote) -> OptionQuote
  ) {
    for (index, row) in quotes.enumerated()
    where row.quote.contract.right == right && row.quote.contract.strike.count == strike * 100_000_000 {
      quotes[index].quote = change(row.quote)
    }
  }

  static func quote(_ quote: OptionQuote, bid: String, ask: String) -> OptionQuote {
    OptionQuote(
      contract: quote.contract, bid: try? Price(parsing: bid), ask: try? Price(parsing: ask), mark: quote.mark,
      impliedVolatility: quote.impliedVolatility)
  }

  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let market: @Sendable () throws -> SampleMarket
    let legs: @Sendable (SampleMarket) throws -> [(Int64, Instrument)]
    var settlement: Settlement?
    let warnings: [String]

    static let spread: @Sendable (SampleMarket) throws -> [(Int64, Instrument)] = { market in
      [(1, try market.option(.call, 100)), (-1, try market.option(.call, 110))]
    }

    static let calendar: @Sendable (SampleMarket) throws -> [(Int64, Instrument)] = { market in
      [(-1, try market.option(.put, 100)), (1, try market.option(.put, 100, expiry: far))]
    }

    static let table = [
      Case(description: "nothing to warn of", market: { SampleMarket() }, legs: spread, warnings: []),
      Case(
        description: "several expiries", market: { SampleMarket(expiries: [SampleMarket.expiry, far]) },
        legs: calendar,
        warnings: [
          "several expiries: no maximum loss without a policy for the first one (--policy); the value is today's"
        ]),
      Case(
        description: "American legs", market: { SampleMarket(exercise: .american) }, legs: spread,
        warnings: [
          "ABC \(SampleMarket.expiry) 110 call: 1 may be closed at any day's intrinsic value while the other legs stay "
            + "open"
        ]),
      Case(
        description: "coin premiums in a dollar account", market: { SampleMarket(settlement: .coin) }, legs: spread,
        settlement: .quote, warnings: ["coin legs converted at entry and at delivery"]),
      Case(
        description: "a coin account", market: { SampleMarket(settlement: .coin) }, legs: spread, warnings: []),
      Case(
        description: "a wide quote",
        market: {
          SampleMarket(edit: { replacing(.call, 100, &$0) { quote($0, bid: "4", ask: "6") } })
        }, legs: spread, warnings: ["ABC 2026-01-16T08:00:00Z 100 call: wide quote, the spread is 40 % of the mid"]),
      Case(
        description: "a spread of just a fifth",
        market: {
          SampleMarket(edit: { replacing(.call, 100, &$0) { quote($0, bid: "4.5", ask: "5.5") } })
        }, legs: spread, warnings: []),
      Case(
        description: "wide, but not a leg's",
        market: { SampleMarket(edit: { replacing(.call, 95, &$0) { quote($0, bid: "4", ask: "9") } }) }, legs: spread,
        warnings: []),
      Case(
        description: "rows set aside",
        market: { SampleMarket(edit: { quotes in quotes += quotes.prefix(2).map { ($0.line + 90, $0.quote) } }) },
        legs: spread, warnings: ["ABC: 2 rows of the chain could not be used (`bulkhead chain check`)"]),
    ]
  }

  @Test("A warning stands on the page that deserves it, and on no other", arguments: Case.table)
  func warnings(_ row: Case) throws {
    let market = try row.market()
    let page = try market.analyze(try market.filled(try row.legs(market), settlement: row.settlement))
    #expect(page.warnings == row.warnings)
  }

  @Test("A strike beyond the quotes and a crossed quote are named, at prices of the holder's own")
  func beyond() throws {
    let market = SampleMarket(edit: { Self.replacing(.call, 110, &$0) { Self.quote($0, bid: "4", ask: "3") } })
    let legs = try [("1", 110), ("-1", 200)].map { quantity, strike in
      try FilledLeg(
        instrument: try market.option(.call, strike), quantity: try Quantity(parsing: quantity), price: ExactAmount(1))
    }
    let page = try market.analyze(try FilledStrategy(name: "", settlement: .quote, currency: .usd, legs: legs))
    #expect(
      page.warnings == [
        "volatility of 1 of 2 legs taken from beyond the quoted strikes or expiries: "
          + "ABC 2026-01-16T08:00:00Z 200 call",
        "ABC 2026-01-16T08:00:00Z 110 call: crossed quote, not used",
      ])
    #expect(page.legs.map(\.isExtrapolated) == [false, true])
  }

  @Test("Futures and perpetuals are warned of, until their basis and funding are reserved")
  func linear() throws {
    let market = SampleMarket()
    let future = Instrument.future(Future(underlying: "ABC", expiry: try Expiry(parsing: SampleMarket.expiry)))
    let perpetual = Instrument.perpetual(Perpetual(underlying: "ABC"))
    let residual =
      "basis and funding of futures and perpetuals are not reserved: --basis, --funding-cap and --hours reserve them"
    let marked = "\(future): marked at spot; until expiry its distance from the forward shows as P&L"
    let spot = Instrument.underlying(Underlying(symbol: "ABC"))
    for (instrument, warnings) in [(future, [marked, residual]), (perpetual, [residual]), (spot, [])] {
      let filled = try market.filled([(1, instrument), (1, try market.option(.put, 90))])
      #expect(try market.analyze(filled).warnings == warnings)
    }
  }

  @Test("Several underlyings are warned of")
  func severalUnderlyings() throws {
    let (first, second) = (SampleMarket(), SampleMarket(symbol: "XYZ"))
    let market = try MarketState(
      asOf: try Instant(parsing: SampleMarket.asOf), [try first.input(), try second.input()])
    let strategy = try Strategy([
      try Leg(.one, try first.option(.call, 100)), try Leg(.one, try second.option(.call, 100)),
    ])
    let page = try StrategyAnalyzer(market: market).analyze(try strategy.filled(from: market))
    #expect(page.warnings.count == 1)
    #expect(page.warnings.first?.hasPrefix("several underlyings: ") == true)
    #expect(page.curve == nil)
    #expect(page.outlook == nil)
    #expect(page.breakEvens.isEmpty)
  }
}

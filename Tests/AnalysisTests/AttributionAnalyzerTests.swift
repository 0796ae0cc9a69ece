import Basics
import Instruments
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Analysis

@Suite("Attribution analyzer")
struct AttributionAnalyzerTests {
  /// The market after a part of a move of every input: spot, forward, volatility, rate and time.
  static func moved(_ market: SampleMarket, by part: Double) throws -> SampleMarket {
    var moved = market
    moved.spot += 2 * part
    moved.forward += 1.5 * part
    moved.volatility += 0.02 * part
    moved.rate += 0.01 * part
    let start = try Instant(parsing: SampleMarket.asOf)
    moved.now = "\(Instant(secondsSinceEpoch: start.secondsSinceEpoch + Int64((172_800 * part).rounded())))"
    return moved
  }

  static func attribution(
    _ filled: FilledStrategy, from market: SampleMarket, to second: SampleMarket,
    settled: SettlementPrices = SettlementPrices()
  ) throws -> StrategyAttribution {
    var analyzer = AttributionAnalyzer(
      from: try market.state(), to: .market(try second.state(), settled: settled))
    return try analyzer.attribute(filled)
  }

  // MARK: Laws

  @Test("The parts and what is unexplained add up to the P&L", arguments: Settlement.allCases, 1...10)
  func closes(settlement: Settlement, seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    var book = RandomBook()
    book.market.settlement = settlement
    let filled = try book.strategy(&generator)
    let answer = try Self.attribution(filled, from: book.market, to: try Self.moved(book.market, by: 1))
    let gross = answer.legs.reduce(0) { $0 + abs($1.parts.valueFrom) + abs($1.parts.valueTo) }
    #expect(answer.parts.profit == answer.parts.valueTo - answer.parts.valueFrom)
    #expect(
      agree(answer.parts.explained + answer.parts.unexplained, answer.parts.profit, scale: gross, 1e-15), "\(generator)"
    )
    var sum = ProfitAttribution.zero
    for leg in answer.legs { sum.add(1, times: leg.parts) }
    #expect(sum == answer.parts, "\(generator)")
  }

  /// Where a term of second order were missing or wrong, halving the move would divide the rest by 4.
  @Test(
    "Half the move leaves an eighth unexplained", arguments: Settlement.allCases,
    [[1, 1, 1, 1, 1.0], [1, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 1], [1, 0, 1, 0, 0], [0, 0, 0, 1, 1]])
  func thirdOrder(settlement: Settlement, inputs: [Double]) throws {
    var generator = SplitMix64(seed: 7)
    var book = RandomBook()
    book.market.settlement = settlement
    let legs = try (0..<40).map { _ in try book.leg(&generator) }
    let start = try Instant(parsing: SampleMarket.asOf).secondsSinceEpoch
    func unexplained(_ part: Double) throws -> Double {
      var second = book.market
      second.spot += 2 * part * inputs[0]
      second.forward += 1.5 * part * inputs[1]
      second.volatility += 0.02 * part * inputs[2]
      second.rate += 0.01 * part * inputs[3]
      second.now = "\(Instant(secondsSinceEpoch: start + Int64((86_400 * part * inputs[4]).rounded())))"
      var analyzer = AttributionAnalyzer(
        from: try book.market.state(), to: .market(try second.state(), settled: SettlementPrices()))
      // Legs one by one and in magnitude: in a sum their thirds could cancel.
      return try legs.reduce(0) { sum, leg in
        sum + abs(try analyzer.attribute(try book.strategy([leg])).parts.unexplained)
      }
    }
    let (whole, half) = (try unexplained(0.5), try unexplained(0.25))
    #expect(whole > 0 && half > 0)
    #expect((7...9.2).contains(whole / half), "\(whole) and \(half): \(whole / half)")
  }

  @Test(
    "A scenario's P&L is what stress calls the P&L from now", arguments: Settlement.allCases, SmileDynamics.allCases)
  func scenario(settlement: Settlement, dynamics: SmileDynamics) throws {
    var generator = SplitMix64(seed: 11)
    var book = RandomBook()
    book.market.settlement = settlement
    let state = try book.market.state()
    for (spot, volatility, days) in [(0.02, 0.01, 1.0), (-0.3, -0.5, 10), (0.1, 0.2, 30), (0, 0, 400)] {
      let grid = try ScenarioGrid(
        spotShifts: [spot], volatilityShifts: [volatility], days: [days], dynamics: dynamics)
      var engine = ScenarioEngine(book: ResolvedBook(market: state), market: state, grid: grid)
      var analyzer = AttributionAnalyzer(from: state, to: .scenario(grid))
      for _ in 0..<10 {
        let filled = try book.strategy(&generator)
        let table = try engine.profitAndLoss(of: filled)
        let answer = try analyzer.attribute(filled)
        let scale = answer.legs.reduce(0) { $0 + abs($1.parts.valueFrom) + abs($1.parts.valueTo) }
        #expect(agree(answer.parts.profit, table.value[1] - table.value[0], scale: scale, 1e-13), "\(generator)")
        #expect(answer.flags == table.flags[1], "\(generator)")
      }
    }
  }

  // MARK: Legs

  @Test("A linear leg is all delta in quote currency, delta and gamma in coin", arguments: Settlement.allCases)
  func linear(settlement: Settlement) throws {
    let market = SampleMarket(settlement: settlement)
    let leg = try FilledLeg(
      instrument: .perpetual(Perpetual(underlying: "ABC")), quantity: try Quantity(parsing: "-500"),
      price: ExactAmount(80))
    let filled = try FilledStrategy(
      name: "", settlement: settlement, currency: settlement == .coin ? try Currency("ABC") : .usd, legs: [leg])
    let parts = try Self.attribution(filled, from: market, to: try Self.moved(market, by: 1)).parts
    #expect(parts.theta == 0 && parts.vega == 0 && parts.rho == 0 && parts.cross == 0)
    if settlement == .quote {
      #expect(parts.delta == -1000 && parts.gamma == 0 && parts.unexplained == 0)
    } else {
      #expect(agree(parts.profit, -500 * (1 / 100.0 - 1 / 102.0), 1e-12))
      #expect(agree(parts.delta, -500 * 2 / 1e4) && agree(parts.gamma, 500 * 4 / 1e6))
      #expect(agree(parts.unexplained, parts.profit - parts.delta - parts.gamma))
    }
  }

  @Test("What expired between the markets ends with its payoff, on the price that was stated or on the second spot")
  func expired() throws {
    let far = "2026-03-20T08:00:00Z"
    let market = SampleMarket(expiries: [SampleMarket.expiry, far])
    let filled = try market.filled(
      [
        (-2, try market.option(.call, 95)), (1, try market.option(.call, 95, expiry: far)),
        (3, .future(Future(underlying: "ABC", expiry: try Expiry(parsing: SampleMarket.expiry)))),
      ])
    let later = SampleMarket(spot: 104, expiries: [far], now: "2026-01-16T08:00:00Z")
    let expiry = try Expiry(parsing: "2026-01-16")
    func prices(_ texts: String...) throws -> SettlementPrices {
      SettlementPrices(try texts.map { try #require(SettlementPrices.Stated(parsing: $0)) })
    }
    for (settled, price) in [
      (SettlementPrices(), 104.0), (try prices("ABC=97"), 97), (try prices("XYZ=97"), 104),
      (try prices("ABC@\(SampleMarket.expiry)=98.5", "ABC=97"), 98.5), (try prices("ABC@2026-03-20=98.5"), 104),
    ] {
      let answer = try Self.attribution(filled, from: market, to: later, settled: settled)
      #expect(agree(answer.legs[0].parts.valueTo, -2 * max(price - 95, 0)))
      #expect(agree(answer.legs[2].parts.profit, 3 * (price - 100)), "to the settlement price")
      #expect(answer.legs[2].parts.delta == answer.legs[2].parts.profit)
      #expect(answer.legs[0].years?.to == 0 && answer.legs[0].spot.to == price)
      #expect(answer.legs[1].spot.to == 104 && !answer.legs[1].flags.contains(.expiredLegs))
      #expect(answer.flags == .expiredLegs)
      #expect(
        answer.detail == "ABC \(SampleMarket.expiry) expired: payoff on \(Int(price) == 98 ? "98.5" : "\(Int(price))")")
    }
    #expect(try prices("ABC=97").price(of: "ABC", at: expiry) == Price(count: 9_700_000_000))
    for text in ["ABC", "=1", "ABC=", "ABC=-1", "ABC=0", "ABC=1=2", "ABC@=1", "ABC@x=1", "ABC@2026-01-16@x=1", "ABC=x"]
    {
      #expect(SettlementPrices.Stated(parsing: text) == nil, "\(text)")
    }
  }

  @Test("Coin values are taken at either market's own spot")
  func coin() throws {
    let market = SampleMarket(settlement: .coin)
    let filled = try market.filled([(1, try market.option(.call, 100))])
    let second = try Self.moved(market, by: 1)
    let answer = try Self.attribution(filled, from: market, to: second)
    func value(_ market: SampleMarket) throws -> Double {
      let book = try filled.resolved(in: try market.state())
      let contract = book.contracts[0]
      return OptionPricer.blackScholes.greeks(
        of: contract, spot: market.spot, years: contract.years, volatility: contract.volatility
      ).value / market.spot
    }
    #expect(agree(answer.parts.valueFrom, try value(market), 1e-15))
    #expect(agree(answer.parts.valueTo, try value(second), 1e-15))
  }

  @Test("Legs of several underlyings each move with their own")
  func severalUnderlyings() throws {
    let (first, second) = (SampleMarket(), SampleMarket(spot: 50, forward: 50, strikes: [50], symbol: "XYZ"))
    func state(_ left: SampleMarket, _ right: SampleMarket) throws -> MarketState {
      try MarketState(asOf: try Instant(parsing: left.now), [try left.input(), try right.input()])
    }
    let legs = [try first.option(.call, 100), try second.option(.put, 50)].map {
      try? FilledLeg(instrument: $0, quantity: .one, price: ExactAmount(1))
    }
    let filled = try FilledStrategy(name: "", settlement: .quote, currency: .usd, legs: legs.compactMap { $0 })
    var fallen = second
    (fallen.spot, fallen.forward) = (48, 48)
    var analyzer = AttributionAnalyzer(
      from: try state(first, second), to: .market(try state(first, fallen), settled: SettlementPrices()))
    let answer = try analyzer.attribute(filled)
    #expect(answer.legs[0].parts.profit == 0 && answer.legs[1].parts.profit > 0)
    #expect(answer.legs[1].spot.to == 48)
  }

  @Test("A second market that quotes less is told")
  func extrapolated() throws {
    let market = SampleMarket()
    let filled = try market.filled([(1, try market.option(.call, 130)), (1, try market.option(.call, 150))])
    var narrow = market
    narrow.strikes = [90, 100, 110]
    let answer = try Self.attribution(filled, from: market, to: narrow)
    #expect(
      answer.detail == "volatility of ABC 2026-01-16T08:00:00Z 130 call (and 1 more) beyond the quotes at the end")
    #expect(answer.legs[1].detail.hasPrefix("volatility of ABC 2026-01-16T08:00:00Z 150 call beyond"))
  }

  // MARK: Refusals

  @Test("What a market cannot value is refused, and which market says so")
  func refusals() throws {
    let market = SampleMarket()
    let filled = try market.filled([(1, try market.option(.call, 100))])
    let other = SampleMarket(symbol: "XYZ")
    #expect(throws: AttributionError.self) { try Self.attribution(filled, from: other, to: market) }
    #expect(throws: AttributionError.second(.unknownUnderlying("ABC", known: ["XYZ"]))) {
      try Self.attribution(filled, from: market, to: other)
    }
    var quoteless = market
    quoteless.edit = { $0 = [] }
    let error = #expect(throws: AttributionError.self) { try Self.attribution(filled, from: market, to: quoteless) }
    #expect(error?.description == "in the second market: found no volatility for ABC 2026-01-16T08:00:00Z 100 call")
    let late = SampleMarket(expiries: [], now: "2026-01-16T08:00:00Z")
    #expect(throws: AttributionError.self) { try Self.attribution(filled, from: late, to: late) }
  }
}

import Basics
import Instruments
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Analysis

@Suite("Risk ladder")
struct RiskLadderTests {
  static let grains = LadderGrain.allCases

  /// Every figure of a risk, by its name.
  static func figures(_ risk: PositionRisk) -> [(String, Double)] {
    let greeks = risk.greeks
    return [
      ("value", greeks.value), ("delta", greeks.delta), ("gamma", greeks.gamma), ("vega", greeks.vega),
      ("theta", greeks.theta), ("rho", greeks.rho), ("delta units", risk.deltaUnits),
      ("delta per percent", risk.deltaPerPercent), ("gamma per percent", risk.gammaPerPercent),
      ("long", risk.long.doubleValue), ("short", risk.short.doubleValue),
    ]
  }

  static func sum(_ rows: [LadderRow]) -> PositionRisk {
    var sum = PositionRisk()
    for row in rows { sum.add(row.risk) }
    return sum
  }

  /// Two underlyings, one with options in both settlements.
  static func state(_ market: SampleMarket) throws -> MarketState {
    let other = SampleMarket(spot: 50, forward: 50, strikes: [40, 50, 60], symbol: "XYZ")
    return try MarketState(asOf: try Instant(parsing: market.now), [try market.input(), try other.input()])
  }

  static func ladder(_ generator: inout SplitMix64) throws -> (RiskLadder, [FilledStrategy]) {
    let book = RandomBook()
    var coin = book
    coin.market.settlement = .coin
    var strategies: [FilledStrategy] = []
    for _ in 0..<20 {
      strategies.append(try generator.pick([book, coin]).strategy(&generator))
      let other = SampleMarket(symbol: "XYZ")
      let leg = try FilledLeg(
        instrument: try other.option(.put, generator.pick([40, 50])), quantity: Quantity(count: generator.int64(1...9)),
        price: ExactAmount(2))
      strategies.append(try book.strategy([leg, try book.leg(&generator)]))
    }
    var ladder = RiskLadder(market: try state(book.market))
    for strategy in strategies { try ladder.add(strategy) }
    return (ladder, strategies)
  }

  @Test("Each level's total is the sum of its rows, to the last digit", arguments: grains, 1...5)
  func totals(grain: LadderGrain, seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    var (ladder, _) = try Self.ladder(&generator)
    let rows = try ladder.rows(by: grain)
    let below: [LadderRow.Level: LadderRow.Level] = [.expiry: .strike, .underlying: .expiry, .currency: .underlying]
    var checked = 0
    for total in rows {
      guard let level = below[total.level], rows.contains(where: { $0.level == level }) else { continue }
      let parts = rows.filter { row in
        row.level == level && row.currency == total.currency && row.settlement == total.settlement
          && (total.underlying == nil || row.underlying == total.underlying)
          && (total.level != .expiry || row.expiry == total.expiry)
      }
      for ((name, sum), (_, wanted)) in zip(Self.figures(Self.sum(parts)), Self.figures(total.risk)) {
        #expect(sum == wanted, "\(generator) \(total.level) \(name)")
      }
      #expect(parts.reduce(0) { $0 + $1.contracts } == total.contracts, "\(generator)")
      checked += 1
    }
    #expect(checked > 0)
  }

  @Test("A book's totals are the sums of its strategies' own Greeks", arguments: 1...5)
  func strategies(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    var (ladder, strategies) = try Self.ladder(&generator)
    let state = try Self.state(RandomBook().market)
    for row in try ladder.rows(by: .underlying) where row.level == .currency {
      var wanted = PositionRisk()
      var gross: [Double] = Self.figures(wanted).map(\.1)
      for strategy in strategies where strategy.currency == row.currency {
        for leg in strategy.legs {
          let one = try FilledStrategy(
            name: "", settlement: strategy.settlement, currency: strategy.currency, legs: [leg])
          let analysis = try StrategyAnalyzer(market: state).analyze(one)
          let spot = try #require(analysis.spots.first?.spot.value)
          var risk = PositionRisk()
          risk.greeks = analysis.greeks
          risk.deltaUnits = analysis.quoteGreeks.delta
          risk.deltaPerPercent = analysis.greeks.delta * spot / 100
          risk.gammaPerPercent = analysis.greeks.gamma * spot * spot / 1e4
          let isCoinLinear = strategy.settlement == .coin && !leg.instrument.isOption
          let units = isCoinLinear ? try #require(leg.units.divided(by: ExactAmount(100))) : leg.units
          if units.sign > 0 { risk.long = units } else { risk.short = -units }
          wanted.add(risk)
          gross = zip(gross, Self.figures(risk)).map { $0 + abs($1.1) }
        }
      }
      for (index, (found, own)) in zip(Self.figures(row.risk), Self.figures(wanted)).enumerated() {
        #expect(agree(found.1, own.1, scale: gross[index], 1e-12), "\(generator) \(row.currency) \(found.0)")
      }
      #expect(row.risk.long == wanted.long && row.risk.short == wanted.short, "\(generator): units are exact")
    }
  }

  @Test("What is bought and sold again is flat, and still shows its turnover")
  func flat() throws {
    let book = RandomBook()
    var ladder = RiskLadder(market: try book.market.state())
    let call = try book.market.option(.call, 100)
    for quantity in ["0.1", "0.2", "-0.3"] {
      let leg = try FilledLeg(instrument: call, quantity: try Quantity(parsing: quantity), price: ExactAmount(1))
      try ladder.add(try book.strategy([leg]))
    }
    let row = try #require(try ladder.rows(by: .strike).first)
    #expect(row.contracts == 1 && row.risk.long == row.risk.short)
    #expect(row.risk.long == ExactAmount(count: 3, decimals: 1))
    #expect(abs(row.risk.greeks.value) < 1e-15 && abs(row.risk.greeks.delta) < 1e-15)
  }

  @Test("Delta and gamma of a percent give the P&L of small moves", arguments: Settlement.allCases)
  func percent(settlement: Settlement) throws {
    var generator = SplitMix64(seed: 3)
    var book = RandomBook()
    book.market.settlement = settlement
    let filled = try book.strategy(&generator)
    func risk(_ percent: Double) throws -> PositionRisk {
      var market = book.market
      market.spot *= 1 + percent / 100
      market.forward *= 1 + percent / 100
      var ladder = RiskLadder(market: try market.state())
      try ladder.add(filled)
      return try #require(try ladder.rows(by: .underlying).first).risk
    }
    let here = try risk(0)
    let (up, down) = (try risk(0.01).greeks.value, try risk(-0.01).greeks.value)
    // Rounding the market's forward to 10^-8 is what is left; the smile is flat, so that volatilities stay.
    #expect(agree((up - down) / 0.02, here.deltaPerPercent, 1e-5))
    #expect(agree((up - 2 * here.greeks.value + down) / 1e-4, here.gammaPerPercent, scale: here.deltaPerPercent, 1e-3))
  }

  @Test("Rows come by underlying, currency, expiry and strike; a bucket holds its lower edge")
  func order() throws {
    let market = SampleMarket(expiries: [SampleMarket.expiry, "2026-03-20T08:00:00Z"])
    let legs = try [
      FilledLeg(instrument: .perpetual(Perpetual(underlying: "ABC")), quantity: .one, price: ExactAmount(90)),
      FilledLeg(instrument: market.option(.call, 110, expiry: market.expiries[1]), quantity: .one, price: .zero),
      FilledLeg(instrument: market.option(.call, 100), quantity: .one, price: .zero),
      FilledLeg(instrument: market.option(.put, 95), quantity: .one, price: .zero),
      FilledLeg(instrument: market.option(.put, 90), quantity: .one, price: .zero),
      FilledLeg(
        instrument: .future(Future(underlying: "ABC", expiry: Expiry(parsing: SampleMarket.expiry))), quantity: .one,
        price: ExactAmount(90)),
    ]
    var ladder = RiskLadder(market: try market.state())
    try ladder.add(try RandomBook().strategy(legs))
    func words(_ row: LadderRow) -> String {
      let edge = row.strikeEnd.map { "-\($0)" } ?? ""
      return
        "\(row.level.rawValue) \(row.expiry.map { "\($0.date)" } ?? "none") \(row.strike.map { "\($0)" } ?? "")\(edge)"
    }
    #expect(
      try ladder.rows(by: .strike, bucket: Price(count: 1_000_000_000)).map(words) == [
        "strike none ", "expiry none ", "strike 2026-01-16 ", "strike 2026-01-16 90-100", "strike 2026-01-16 100-110",
        "expiry 2026-01-16 ", "strike 2026-03-20 110-120", "expiry 2026-03-20 ", "underlying none ", "currency none ",
      ])
    #expect(try ladder.rows(by: .underlying).map(words) == ["underlying none ", "currency none "])
    let expiries = try ladder.rows(by: .expiry)
    #expect(expiries.map(\.days) == [nil, 30, 93, nil, nil])
    #expect(expiries.map(\.contracts) == [1, 4, 1, 6, 6])
    #expect(expiries[1].forward == 101)
    #expect(try #require(try RiskLadder(market: market.state()).copyRows()).isEmpty)
  }

  @Test("A strategy that the market cannot value leaves the ladder as it was")
  func refusal() throws {
    let book = RandomBook()
    var ladder = RiskLadder(market: try book.market.state())
    let leg = try FilledLeg(
      instrument: try SampleMarket(symbol: "XYZ").option(.call, 100), quantity: .one, price: .zero)
    #expect(throws: PricingError.self) { try ladder.add(try book.strategy([leg])) }
    #expect(try ladder.rows(by: .expiry).isEmpty)
  }
}

extension RiskLadder {
  fileprivate func copyRows() throws -> [LadderRow]? {
    var copy = self
    return try copy.rows(by: .strike)
  }
}

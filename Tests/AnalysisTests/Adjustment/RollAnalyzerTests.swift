import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Analysis

@Suite("Rolling a position")
struct RollAnalyzerTests {
  static func amount(_ text: String) throws -> ExactAmount { try ExactAmount(parsing: text) }

  static func leg(_ count: Int64, _ instrument: Instrument, at price: String? = nil) throws -> Leg {
    try Leg(Quantity(count: count * 100_000_000), instrument, price: try price.map { try Price(parsing: $0) })
  }

  static let later = "2026-03-20T08:00:00Z"

  static var market: SampleMarket {
    SampleMarket(spread: 0.02, expiries: [SampleMarket.expiry, later])
  }

  /// A short put spread sold for 3 in all, now worth something else.
  static func spread(_ market: SampleMarket) throws -> Strategy {
    try Strategy(
      [
        try leg(-1, try market.option(.put, 95), at: "5"), try leg(1, try market.option(.put, 85), at: "2"),
      ], name: "spread")
  }

  @Test("Only the difference is traded, and what stays keeps its price")
  func change() throws {
    let market = Self.market
    let held = try Self.spread(market).filled(from: try market.state(), AccountTerms())
    let target = try Strategy([
      try Self.leg(-1, try market.option(.put, 90)), try Self.leg(1, try market.option(.put, 85)),
    ])
    let change = try PositionChange(from: held, to: target)
    #expect(change.kept.map(\.price) == [ExactAmount(2)])
    #expect(change.closed.map(\.price) == [ExactAmount(5)])
    #expect(change.closing.map(\.quantity) == [.one])
    #expect(change.opening.map(\.instrument) == [try market.option(.put, 90)])
  }

  @Test("What was entered first is closed first, and fees are shared by quantity")
  func first() throws {
    let market = Self.market
    let put = try market.option(.put, 95)
    func filled(_ count: Int64, _ price: Int64, fee: Int64) throws -> FilledLeg {
      try FilledLeg(
        instrument: put, quantity: Quantity(count: count * 100_000_000), price: ExactAmount(price),
        fee: ExactAmount(fee))
    }
    let held = try FilledStrategy(
      name: "two", settlement: .quote, currency: .usd, legs: [try filled(-2, 5, fee: 4), try filled(-2, 7, fee: 6)])
    let change = try PositionChange(from: held, to: try Strategy([try Self.leg(-1, put)]))
    #expect(change.closed.map(\.price) == [ExactAmount(5), ExactAmount(7)])
    #expect(change.closed.map(\.quantity.count) == [-200_000_000, -100_000_000])
    #expect(change.closed.map(\.fee) == [ExactAmount(4), ExactAmount(3)])
    #expect(change.kept.map(\.fee) == [ExactAmount(3)])
    #expect(change.closing.map(\.quantity.count) == [300_000_000])
    #expect(change.opening.isEmpty)
    // Beyond zero everything is closed, and the other side opened.
    let turned = try PositionChange(from: held, to: try Strategy([try Self.leg(1, put)]))
    #expect(turned.closing.map(\.quantity.count) == [400_000_000])
    #expect(turned.opening.map(\.quantity.count) == [100_000_000])
    // Adding to a side trades the rest alone.
    let more = try PositionChange(from: held, to: try Strategy([try Self.leg(-5, put)]))
    #expect(more.closing.isEmpty && more.kept.count == 2)
    #expect(more.opening.map(\.quantity.count) == [-100_000_000])
  }

  @Test("A spread rolled down: cost, realised gain and loss since entry, by hand")
  func rolledDown() throws {
    let market = Self.market
    let state = try market.state()
    let analyzer = RollAnalyzer(
      market: state,
      terms: AccountTerms(fees: .totals(entry: try Self.amount("0.2"), exit: try Self.amount("0.4"))))
    let strategy = try Self.spread(market)
    let roll = try StrategyRoll(shiftingStrikesBy: Price(count: -500_000_000))
    let found = try analyzer.roll(strategy, to: try roll.target(of: strategy) { _ in nil })

    func quote(_ strike: Int) throws -> OptionQuote {
      guard case .option(let contract) = try market.option(.put, strike) else {
        throw PricingError.missing("", instrument: "")
      }
      return try #require(state["ABC"]?.quote(of: contract))
    }
    let (p95, p85) = (try quote(95), try quote(85))
    let (p90, p80) = (try quote(90), try quote(80))
    let buyBack = (try #require(p95.ask)).exact - (try #require(p85.bid)).exact
    let sold = (try #require(p90.bid)).exact - (try #require(p80.ask)).exact
    #expect(found.premium == buyBack - sold)
    #expect(found.realised == ExactAmount(3) - buyBack)
    // All four legs change: the whole exit fee is paid, and the whole entry fee again.
    let fees = try Self.amount("0.6")
    #expect(found.closingFees + found.openingFees == fees)
    #expect(found.closingFees == (try Self.amount("0.4")))
    #expect(found.after.filled.fees == fees)
    // Credit 3 less fees of 0.2 to enter, 0.4 to close, 0.2 to enter, 0.4 reserved; the buy-back paid and the new credit taken.
    let carried = ExactAmount(-3) + buyBack - sold + fees + fees
    #expect(found.carriedCost == carried)
    #expect(found.carriedMaxLoss == carried + ExactAmount(10))
    #expect(found.after.margin.maxLoss == ExactAmount(10) - sold + fees)
    #expect(found.carriedLoss == buyBack - ExactAmount(3) + fees)
    let breakEven = try #require(found.carriedBreakEvens.first?.low)
    #expect(breakEven == ExactAmount(90) + carried)
    // The first margin was 10 - 3 + 0.6 = 7.6; what is needed in all is the loss since entry.
    let first = try Self.amount("7.6")
    #expect(found.before.margin.margin?.exact == first)
    let needed = try Money(rounding: carried + ExactAmount(10) - first, to: .usd, .up)
    #expect(found.topUp == needed)
  }

  @Test("What is brought in all covers the worst since entry, at every price", arguments: 0..<60 as Range<UInt64>)
  func covered(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let market = Self.market
    let strikes = [80, 85, 90, 95, 100, 105, 110, 115]
    func legs(_ count: Int) throws -> [Leg] {
      try (0..<count).map { _ in
        try Self.leg(
          Int64(random.pick([-2, -1, 1, 2])),
          try market.option(random.pick(OptionRight.allCases), random.pick(strikes)),
          at: random.chance(0.5) ? "\(random.int(1...9))" : nil)
      }
    }
    guard let strategy = try? Strategy(try legs(random.int(1...4)), name: "random"), !strategy.legs.isEmpty,
      let target = try? Strategy(try legs(random.int(1...4))), !target.legs.isEmpty,
      let found = try? RollAnalyzer(market: try market.state(), terms: AccountTerms()).roll(strategy, to: target)
    else { return }
    // Cash since entry, counted the other way: each leg's own flow.
    var spent = found.before.filled.entryCost
    for leg in found.closing + found.opening { spent += leg.entryCost }
    #expect(found.carriedCost == spent, "seed \(seed)")
    // The position alone and what is carried into it are the same money.
    #expect(found.carriedCost == found.after.filled.entryCost - found.realised, "seed \(seed)")
    let held = try PositionChange(from: found.after.filled, to: target)
    #expect(held.opening.isEmpty && held.closing.isEmpty, "seed \(seed): the target is what is held")
    guard let topUp = found.topUp, let first = found.before.margin.margin else { return }
    let payoff = try #require(found.after.analysis.payoffs.first?.payoff)
    for price in [0, 50, 80, 85, 92, 95, 100, 110, 118, 400] {
      let cash = first.exact + topUp.exact - found.carriedCost
      let value = try #require(payoff.value(at: ExactAmount(Int64(price))))
      #expect((cash + value).sign >= 0, "seed \(seed): at \(price)")
    }
  }

  @Test("A roll in coin realises a future's gain in coin")
  func coin() throws {
    let market = SampleMarket(settlement: .coin, rate: 0)
    let future = Instrument.future(Future(underlying: "ABC", expiry: try Expiry(parsing: SampleMarket.expiry)))
    let strategy = try Strategy(
      [try Self.leg(505, future, at: "80"), try Self.leg(1, try market.option(.put, 90), at: "0.01")], name: "hedged")
    let target = try Strategy([try Self.leg(1, try market.option(.put, 90))])
    let found = try RollAnalyzer(market: try market.state(), terms: AccountTerms()).roll(strategy, to: target)
    // 505 of quote currency bought at 80 and sold at 101: 505 / 80 - 5.
    #expect(found.realised == (try Self.amount("1.3125")))
    #expect(found.premium == .zero)
    #expect(found.carriedCost == (try Self.amount("0.01")) - (try Self.amount("1.3125")))
  }

  @Test("A roll moves what it names and leaves the rest")
  func selection() throws {
    let market = Self.market
    let strategy = try Strategy([
      try Self.leg(1, try market.option(.put, 85)), try Self.leg(-1, try market.option(.put, 95)),
      try Self.leg(-1, try market.option(.call, 105)), try Self.leg(1, try market.option(.call, 115)),
    ])
    func strikes(_ roll: StrategyRoll) throws -> [String] {
      try roll.target(of: strategy) { _ in nil }.legs.compactMap { $0.instrument.strike.map { "\($0)" } }
    }
    let up = Price(count: 500_000_000)
    #expect(try strikes(StrategyRoll(.calls, shiftingStrikesBy: up)) == ["85", "95", "110", "120"])
    #expect(try strikes(StrategyRoll(.puts, shiftingStrikesBy: up)) == ["90", "100", "105", "115"])
    #expect(try strikes(StrategyRoll(.short, shiftingStrikesBy: up)) == ["85", "100", "110", "115"])
    #expect(try strikes(StrategyRoll(.long, shiftingStrikesBy: up)) == ["90", "95", "105", "120"])
    let far = try StrategyRoll(to: try Expiry(parsing: Self.later)).target(of: strategy) { _ in nil }
    #expect(far.expiries.count == 1 && far.expiries != strategy.expiries)
    let half = try StrategyRoll(size: try Quantity(parsing: "0.5")).target(of: strategy) { _ in nil }
    #expect(half.legs.map(\.quantity.count) == [50_000_000, -50_000_000, -50_000_000, 50_000_000])
  }

  @Test("What cannot be rolled is refused with words")
  func refusals() throws {
    let market = Self.market
    let analyzer = RollAnalyzer(market: try market.state(), terms: AccountTerms())
    let strategy = try Self.spread(market)
    func refusal(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    #expect(refusal { _ = try analyzer.roll(strategy, to: strategy) }.contains("wanted legs that change"))
    #expect(refusal { _ = try analyzer.roll(strategy, to: .empty) }.contains("no position"))
    #expect(
      refusal {
        _ = try StrategyRoll(shiftingStrikesBy: Price(count: -10_000_000_000)).target(of: strategy) { _ in nil }
      }.contains("strike of 0 or more"))
    #expect(
      refusal { _ = try StrategyRoll(size: .zero) }.contains("wanted a size above 0"))
    #expect(
      refusal {
        _ = try StrategyRoll(size: Quantity(count: 1)).target(of: try strategy * 1) { _ in nil }
      }.isEmpty)
    let sides = try Strategy(
      [
        try Self.leg(1, try market.option(.put, 95), at: "5"), try Self.leg(-1, try market.option(.put, 95), at: "6"),
      ], name: "sides")
    #expect(refusal { _ = try analyzer.roll(sides, to: strategy) }.contains("long and short at once"))
    let unquoted = try Strategy([try Self.leg(1, try market.option(.put, 77))])
    #expect(refusal { _ = try analyzer.roll(strategy, to: unquoted) }.contains("found no ask"))
  }
}

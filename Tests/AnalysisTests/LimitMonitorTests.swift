import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Analysis

@Suite("Limit monitor")
struct LimitMonitorTests {
  let market = SampleMarket(expiries: [SampleMarket.expiry, "2026-03-20T08:00:00Z"])

  static func limit(
    _ scope: LimitScope, _ name: LimitName, _ metric: LimitMetric, _ limit: String, bound: LimitBound? = nil,
    currency: Currency? = nil
  ) throws -> RiskLimit {
    try #require(
      RiskLimit(
        scope: scope, name: name, metric: metric, bound: bound, limit: try ExactAmount(parsing: limit),
        currency: currency))
  }

  func grid() throws -> ScenarioGrid {
    try ScenarioGrid(spotShifts: [-0.3, -0.1, 0, 0.1, 0.3], volatilityShifts: [-0.1, 0, 0.2])
  }

  func monitor(_ limits: [RiskLimit]) throws -> LimitMonitor {
    LimitMonitor(market: try market.state(), limits: limits, scenarios: .grid(try grid()))
  }

  func strategy(
    _ quantity: Int64, _ right: OptionRight, _ strike: Int, expiry: String = SampleMarket.expiry, price: Int64 = 5
  ) throws -> FilledStrategy {
    try RandomBook().strategy([
      try FilledLeg(
        instrument: try market.option(right, strike, expiry: expiry), quantity: Quantity(count: quantity * 100_000_000),
        price: ExactAmount(price))
    ])
  }

  // MARK: Figures

  @Test("A sold put and a bought one of one account are a spread, and each by itself is not")
  func nettedLoss() throws {
    var monitor = try monitor([
      try Self.limit(.strategy, .every, .maxLoss, "90"), try Self.limit(.account, .every, .maxLoss, "7.5"),
      try Self.limit(.account, .named("left"), .margin, "7.4"), try Self.limit(.book, .every, .margin, "1000"),
      try Self.limit(.underlying, .named("ABC"), .shortUnits, "2"),
    ])
    try monitor.add(try strategy(-1, .put, 100, price: 5), name: "a", account: "left")
    try monitor.add(try strategy(1, .put, 90, price: 2), name: "b", account: "left")
    try monitor.add(try strategy(-1, .put, 100, price: 5), name: "c", account: "right")
    let answers = monitor.finish()
    #expect(answers[0].map(\.name) == ["a", "b", "c"])
    #expect(answers[0].map(\.status) == [.breach, .ok, .breach])
    #expect(answers[0].map(\.figure) == [.exact(ExactAmount(95)), .exact(ExactAmount(2)), .exact(ExactAmount(95))])
    #expect(answers[1].map(\.name) == ["left", "right"])
    #expect(answers[1].map(\.figure) == [.exact(ExactAmount(7)), .exact(ExactAmount(95))])
    #expect(answers[1].map(\.status) == [.ok, .breach])
    #expect(answers[2].map(\.status) == [.ok] && answers[2][0].share == 7 / 7.4)
    #expect(answers[3].map(\.figure) == [.exact(ExactAmount(102))] && answers[3][0].name == "book")
    #expect(answers[4].map(\.figure) == [.exact(ExactAmount(2))], "a limit that is reached is kept")
    #expect(answers[4][0].status == .ok && answers[4][0].share == 1)
  }

  @Test("The figures of an account are those of all its legs side by side", arguments: Settlement.allCases, 1...8)
  func sideBySide(settlement: Settlement, seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    var book = RandomBook()
    book.market.settlement = settlement
    let state = try book.market.state()
    let limits = try LimitMetric.allCases.map {
      try Self.limit(.account, .every, $0, "1", bound: .atMost)
    }
    var monitor = LimitMonitor(market: state, limits: limits, scenarios: .grid(try grid()))
    let strategies = try (0..<5).map { try book.strategy(&generator, name: "\($0)") }
    for strategy in strategies { try monitor.add(strategy, name: strategy.name, account: "one") }
    let answers = monitor.finish().map { $0[0] }
    let together = try book.strategy(strategies.flatMap(\.legs))
    let margin = StrategyMargin(of: together)
    var stress = StressAnalyzer(market: state, grid: try grid())
    let worst = try stress.stress(together).summary.worst
    let greeks = try StrategyAnalyzer(market: state).analyze(together).greeks
    func figure(_ metric: LimitMetric) -> LimitFigure? { answers.first { $0.limit.metric == metric }?.figure }
    func number(_ metric: LimitMetric) -> Double {
      if case .floating(let number)? = figure(metric) { number } else { .nan }
    }
    let scale = together.legs.reduce(0) { $0 + abs($1.units.doubleValue) } * (settlement == .coin ? 1 : 100)
    #expect(agree(number(.worstProfit), worst, scale: scale, 1e-12), "\(generator)")
    #expect(agree(number(.value), greeks.value, scale: scale, 1e-12), "\(generator)")
    #expect(agree(number(.vega), greeks.vega / 100, scale: scale, 1e-12), "\(generator)")
    #expect(agree(number(.theta), greeks.theta / 365, scale: scale, 1e-12), "\(generator)")
    #expect(agree(number(.rho), greeks.rho / 100, scale: scale, 1e-12), "\(generator)")
    #expect(agree(number(.delta), greeks.delta, scale: scale, 1e-12), "\(generator)")
    switch figure(.maxLoss) {
    case .exact(let loss)?: #expect(loss == margin.maxLoss, "\(generator)")
    case .unbounded?: #expect(margin.status == .unbounded, "\(generator)")
    default: #expect(margin.maxLoss == nil && margin.status != .unbounded, "\(generator)")
    }
  }

  // MARK: Sides of a limit

  @Test("At most, at least and in magnitude: a figure on its limit keeps it")
  func bounds() throws {
    for (figure, bound, limit, breaches, share) in [
      ("5", LimitBound.atMost, "5", false, 1), ("5.00000001", .atMost, "5", true, 1.000000002),
      ("-9", .atMost, "5", false, 0),
      ("-5", .atLeast, "-5", false, 1), ("-6", .atLeast, "-5", true, 1.2), ("9", .atLeast, "-5", false, 0),
      ("-6", .absolute, "5", true, 1.2), ("5", .absolute, "5", false, 1), ("-1", .absolute, "5", false, 0.2),
      ("1", .atMost, "0", true, nil), ("0", .absolute, "0", false, nil), ("1", .atLeast, "2", true, nil),
    ] as [(String, LimitBound, String, Bool, Double?)] {
      let limit = try Self.limit(.book, .every, .value, limit, bound: bound)
      let amount = try ExactAmount(parsing: figure)
      for own in [LimitFigure.exact(amount), .floating(amount.doubleValue)] {
        #expect(own.breaches(limit) == breaches, "\(own) \(bound) \(limit.limit)")
        #expect(own.share(of: limit).map { abs($0 - (share ?? .nan)) < 1e-15 } ?? (share == nil), "\(own) \(bound)")
      }
    }
    let limit = try Self.limit(.book, .every, .value, "1")
    #expect(LimitFigure.floating(.nan).breaches(limit) == nil && LimitFigure.unanswered("").breaches(limit) == nil)
    #expect(LimitFigure.unbounded("").breaches(limit) == true && LimitFigure.unbounded("").share(of: limit) == nil)
    #expect(
      LimitMetric.allCases.filter { $0.bound == .atMost } == [.maxLoss, .margin, .longUnits, .shortUnits])
    #expect(LimitMetric.allCases.filter { $0.bound == .atLeast } == [.worstProfit])
    #expect(RiskLimit(scope: .book, name: .every, metric: .delta, limit: ExactAmount(-1)) == nil)
    #expect(RiskLimit(scope: .book, name: .named("x"), metric: .delta, limit: .one) == nil)
    #expect(RiskLimit(scope: .expiry, name: .named("x"), metric: .delta, limit: .one) == nil)
  }

  // MARK: No figure

  @Test("A loss without bound breaches, one of several expiries is unanswered, and so are sums of two currencies")
  func noFigure() throws {
    let coin = try Currency("ABC")
    var monitor = try monitor([
      try Self.limit(.strategy, .named("naked"), .maxLoss, "1000000"),
      try Self.limit(.strategy, .named("calendar"), .margin, "1000000"),
      try Self.limit(.book, .every, .value, "1000000"),
      try Self.limit(.book, .every, .value, "1000000", currency: .usd),
      try Self.limit(.book, .every, .value, "1000000", currency: coin),
      try Self.limit(.strategy, .every, .value, "1000000", currency: coin),
      try Self.limit(.strategy, .named("naked"), .value, "1000000", currency: coin),
      try Self.limit(.account, .every, .value, "1000000", currency: coin),
    ])
    try monitor.add(try strategy(-1, .call, 100), name: "naked", account: "usd")
    let calendar = [try strategy(-1, .put, 90), try strategy(1, .put, 90, expiry: "2026-03-20T08:00:00Z")]
    try monitor.add(try RandomBook().strategy(calendar.flatMap(\.legs)), name: "calendar", account: "usd")
    let leg = try FilledLeg(
      instrument: .perpetual(Perpetual(underlying: "ABC")), quantity: .one, price: ExactAmount(100))
    try monitor.add(
      try FilledStrategy(name: "", settlement: .coin, currency: coin, legs: [leg]), name: "coin", account: "coin")
    let answers = monitor.finish()
    #expect(
      answers.map { $0.map(\.status) } == [
        [.breach], [.unanswered], [.unanswered], [.ok], [.ok], [.ok], [.unanswered], [.ok],
      ])
    #expect(answers[0][0].detail == "unbounded: up")
    #expect(answers[1][0].detail.hasPrefix("several_expiries: "))
    #expect(answers[2][0].detail == "found positions in USD (quote) and ABC (coin), wanted one: they are not added")
    #expect(answers[2][0].currency == nil && answers[3][0].currency == .usd && answers[4][0].currency == coin)
    #expect(answers[5].map(\.name) == ["coin"] && answers[7].map(\.name) == ["coin"])
    #expect(answers[6][0].detail == "found USD, wanted ABC")
  }

  @Test("Units of two underlyings are not added; what a percent of each brings is")
  func severalUnderlyings() throws {
    let other = SampleMarket(symbol: "XYZ")
    let state = try MarketState(
      asOf: try Instant(parsing: market.now), [try market.input(), try other.input()])
    var monitor = LimitMonitor(
      market: state,
      limits: [
        try Self.limit(.book, .every, .deltaUnits, "9"), try Self.limit(.book, .every, .deltaPerPercent, "9"),
        try Self.limit(.underlying, .every, .deltaUnits, "9"),
        try Self.limit(.expiry, .expiry(try Expiry(parsing: "2026-01-16"), underlying: nil), .longUnits, "9"),
        try Self.limit(.expiry, .expiry(try Expiry(parsing: "2026-01-16"), underlying: "XYZ"), .longUnits, "9"),
        try Self.limit(.expiry, .every, .longUnits, "9"),
        try Self.limit(.expiry, .expiry(try Expiry(parsing: "2026-01-17"), underlying: nil), .longUnits, "9"),
        try Self.limit(.expiry, .expiry(try Expiry(parsing: "2026-01-16T09:00:00Z"), underlying: nil), .longUnits, "9"),
      ], scenarios: .grid(try grid()))
    let far = try FilledLeg(instrument: try other.option(.call, 100), quantity: .one, price: .one)
    try monitor.add(
      try RandomBook().strategy(try strategy(1, .call, 100).legs + [far]), name: "both", account: "")
    try monitor.add(try strategy(2, .put, 90, expiry: "2026-03-20T08:00:00Z"), name: "put", account: "")
    let answers = monitor.finish()
    #expect(answers[0].map(\.status) == [.unanswered])
    #expect(answers[0][0].detail.hasPrefix("found delta_units of ABC and XYZ, wanted one underlying"))
    #expect(answers[1].map(\.status) == [.ok])
    #expect(answers[2].map(\.name) == ["ABC", "XYZ"])
    #expect(answers[3].map(\.name) == ["ABC@\(SampleMarket.expiry)", "XYZ@\(SampleMarket.expiry)"])
    #expect(answers[3].map(\.figure) == [.exact(.one), .exact(.one)])
    #expect(answers[4].map(\.name) == ["XYZ@\(SampleMarket.expiry)"])
    #expect(answers[5].map(\.figure) == [.exact(.one), .exact(.one), .exact(ExactAmount(2))])
    #expect(answers[6].map(\.figure) == [.exact(.zero)] && answers[6][0].isAbsent)
    #expect(answers[7].map(\.isAbsent) == [true], "another moment of the day is another expiry")
  }

  // MARK: What is not there, and what is wrong

  @Test("What a limit names and the book lacks is flat and said to be absent")
  func absent() throws {
    var monitor = try monitor([
      try Self.limit(.account, .named("nobody"), .margin, "1"), try Self.limit(.strategy, .named("none"), .margin, "1"),
      try Self.limit(.underlying, .named("ABC"), .value, "1"), try Self.limit(.book, .every, .value, "1"),
      try Self.limit(.account, .every, .value, "1"),
    ])
    let answers = monitor.finish()
    #expect(answers.map { $0.map(\.isAbsent) } == [[true], [true], [true], [false], []])
    #expect(answers.flatMap { $0 }.allSatisfy { $0.status == .ok && $0.figure == .exact(.zero) })
  }

  @Test("A refused strategy leaves every position to which it may belong without a figure")
  func refused() throws {
    var monitor = try monitor([
      try Self.limit(.account, .every, .value, "100"), try Self.limit(.book, .every, .value, "100"),
      try Self.limit(.underlying, .every, .value, "100"), try Self.limit(.strategy, .every, .value, "100"),
      try Self.limit(.expiry, .expiry(try Expiry(parsing: "2026-05-01"), underlying: nil), .value, "1"),
    ])
    try monitor.add(try strategy(1, .put, 90), name: "good", account: "left")
    let foreign = try FilledLeg(
      instrument: try SampleMarket(symbol: "XYZ").option(.call, 100), quantity: .one, price: .one)
    let error = #expect(throws: PricingError.self) {
      try monitor.add(try RandomBook().strategy([foreign]), name: "foreign", account: "right")
    }
    monitor.refuse(name: "unread", accounts: ["right", "third"], detail: "found nothing")
    let answers = monitor.finish()
    #expect(answers[0].map(\.name) == ["left", "right", "third"])
    #expect(answers[0].map(\.status) == [.ok, .invalid, .invalid])
    #expect(answers[0][1].detail == "2 strategies are invalid, the first foreign: \(try #require(error))")
    #expect(answers[0][2].detail == "1 strategy is invalid: unread: found nothing")
    #expect(answers[1].map(\.status) == [.invalid] && answers[2].map(\.status) == [.invalid])
    #expect(answers[3].map(\.status) == [.ok, .invalid, .invalid])
    #expect(answers[4].map(\.status) == [.invalid], "what was refused may belong to it")
  }
}

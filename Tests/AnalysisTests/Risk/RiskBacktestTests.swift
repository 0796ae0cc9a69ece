import Basics
import Instruments
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Analysis

@Suite("Backtests of a position's value at risk")
struct RiskBacktestTests {
  private func factors(
    _ closes: [Double], horizon: Int = 1, move: VolatilityMove = .unchanged
  ) throws -> FactorHistory {
    let dates = closes.indices.compactMap { CalendarDate(daysSinceEpoch: 20_000 + $0) }
    let joint = try JointHistory([
      .init(underlying: "AAA", prices: try PriceHistory(name: "AAA", dates: dates, closes: closes))
    ])
    return try FactorHistory(
      HistoricalReturns(joint, try HistoricalReturns.Terms(horizon: horizon, longestGap: 1)), volatilityMove: move)
  }

  private func walk(_ random: inout SplitMix64, count: Int) -> [Double] {
    var closes = [100.0]
    for _ in 1..<count { closes.append(closes[closes.count - 1] * (1 + random.number(-0.04, 0.04))) }
    return closes
  }

  @Test("Of a linear position each day's value at risk and outcome are those of the moves alone", arguments: [1, 2, 3])
  func plain(horizon: Int) throws {
    var random = SplitMix64(seed: 21)
    let closes = walk(&random, count: 260)
    let history = try factors(closes, horizon: horizon)
    let backtest = try RiskBacktest(
      market: try TailSample.market(), history: history,
      model: .historical(try HistoricalSimulation(window: 100)), levels: [0.95], days: 40)
    let table = try TailSample.table([("x", [(1, TailSample.share())])])
    let answer = try #require(try backtest.answers(of: table).first).get()[0]
    #expect(backtest.spans.count == 40 && answer.outcomes.count == 40)
    var exceptions: [Int] = []
    for (place, span) in backtest.spans.enumerated() {
      let range = history.returns.spans[span]
      if place > 0 { #expect(range.lowerBound >= history.returns.spans[backtest.spans[place - 1]].upperBound) }
      func gain(_ range: Range<Int>) -> Double { 100 * (closes[range.upperBound] / closes[range.lowerBound] - 1) }
      // The hundred latest moves that had ended by the test's first day; the fifth worst.
      let known = history.returns.spans.filter { $0.upperBound <= range.lowerBound }.suffix(100).map(gain).sorted()
      #expect((answer.valueAtRisk[place] + known[4]).magnitude < 1e-9)
      #expect((answer.outcomes[place] - gain(range)).magnitude < 1e-9)
      if gain(range) < known[4] { exceptions.append(place) }
    }
    #expect(answer.exceptions == exceptions && answer.coverage.exceptions == exceptions.count)
    #expect(backtest.date(39) == history.returns.history.dates.last)
  }

  @Test("Filtered and drawn models are made of each day's past alone", arguments: [false, true])
  func scaled(isDrawn: Bool) throws {
    var random = SplitMix64(seed: 22)
    let closes = walk(&random, count: 160)
    let history = try factors(closes)
    let model: RiskModel =
      isDrawn
      ? .monteCarlo(
        try MonteCarloSimulation(count: 200, seed: 1), try CorrelationSource(.exponentiallyWeighted, window: 80))
      : .historical(try HistoricalSimulation(isFiltered: true, window: 100))
    let market = try TailSample.market()
    let table = try TailSample.table([
      ("x", [(1, try TailSample.option(.put, 90)), (-2, try TailSample.option(.put, 80))]),
      ("x", [(-1, try TailSample.option(.call, 110))]),
    ])
    let backtest = try RiskBacktest(market: market, history: history, model: model, levels: [0.9, 0.975], days: 20)
    let answers = try backtest.answers(of: table).map { try $0.get() }
    for place in [0, 7, 19] {
      let day = history.returns.spans[backtest.spans[place]].lowerBound
      let analyzer = try RiskAnalyzer(
        market: market, moves: try model.moves(of: history, knownAt: day), levels: [0.9, 0.975])
      for (index, risk) in analyzer.risks(of: table).enumerated() {
        let tails = try risk.get().tails
        for level in 0..<2 {
          #expect(answers[index][level].valueAtRisk[place] == tails[level].valueAtRisk, "\(index), day \(place)")
        }
      }
    }
  }

  @Test(
    "Of independent moves of one kind as many days are exceptions as the level says", arguments: [5, 6] as [UInt64])
  func coverage(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let history = try factors(walk(&random, count: 1400))
    let backtest = try RiskBacktest(
      market: try TailSample.market(), history: history,
      model: .historical(try HistoricalSimulation(window: 400)), levels: [0.95], days: 900)
    let table = try TailSample.table([("x", [(1, try TailSample.option(.call, 100))])])
    let answer = try #require(try backtest.answers(of: table).first).get()[0]
    // 45 expected, 6.5 the deviation of independent days, the window's own error some 10 percent beside it.
    #expect((answer.coverage.exceptions - 45).magnitude < 32, "\(random): \(answer.coverage.exceptions)")
    #expect(answer.coverage.days == 900)
  }

  @Test("An account's test is that of its legs together; what cannot be valued is refused")
  func wholes() throws {
    var random = SplitMix64(seed: 23)
    let history = try factors(walk(&random, count: 200))
    let backtest = try RiskBacktest(
      market: try TailSample.market(), history: history,
      model: .historical(try HistoricalSimulation(window: 100)), levels: [0.95], days: 50)
    let call = try TailSample.option(.call, 100)
    let table = try TailSample.table([
      ("x", [(1, call)]), ("x", [(2, call)]), ("y", [(3, call)]), ("z", [(1, TailSample.share("BBB"))]),
    ])
    var net = BookNet()
    for index in 0..<3 { net.add(table, index, to: table.accounts[table.account(index)]) }
    net.exclude(from: "z")
    let answers = try backtest.answers(of: net.positions, from: table)
    #expect(try answers[0].get() == answers[1].get(), "one and two calls are three")
    #expect(throws: RiskError.incomplete(1)) { try answers[2].get() }
    #expect(backtest.refusals(of: table).map { $0 == nil } == [true, true, true, false])
    #expect(throws: RiskError.noHistory("BBB", known: ["AAA"])) { try backtest.answers(of: table)[3].get() }
  }

  @Test("A loss that only reaches the value at risk is no exception: a position that cancels out has none")
  func reached() throws {
    var random = SplitMix64(seed: 31)
    let backtest = try RiskBacktest(
      market: try TailSample.market(), history: try factors(walk(&random, count: 60)),
      model: .historical(try HistoricalSimulation(window: 40)), levels: [0.9])
    let table = try TailSample.table([("x", [(1, TailSample.share()), (-1, TailSample.share())])])
    let answer = try #require(try backtest.answers(of: table)[0].get().first)
    #expect(answer.outcomes.count == 19 && answer.outcomes.allSatisfy { $0 == 0 })
    #expect(answer.valueAtRisk.allSatisfy { $0 == 0 } && answer.exceptions.isEmpty && answer.coverage.exceptions == 0)
  }

  @Test("Tests without a day, a window or a level are refused, one at a time")
  func refusals() throws {
    var random = SplitMix64(seed: 24)
    let history = try factors(walk(&random, count: 60))
    let market = try TailSample.market()
    func make(window: Int? = 40, levels: [Double] = [0.9]) throws -> RiskBacktest {
      try RiskBacktest(
        market: market, history: history, model: .historical(try HistoricalSimulation(window: window)), levels: levels)
    }
    #expect(try make().spans.count == 19)
    #expect(throws: RiskError.self) { try make(window: 59) }
    #expect(throws: RiskError.self) { try make(window: nil) }
    for levels in [[], [0.4], [1.0], [.nan]] { #expect(throws: RiskError.self) { try make(levels: levels) } }
    let table = try TailSample.table([("x", [(1, TailSample.share())])])
    #expect(throws: RiskError.scenario(.tooFew("scenarios for the level 0.99", found: 40, wanted: 100))) {
      try make(levels: [0.99]).answers(of: table)
    }
  }
}

import Basics
import Instruments
import Kernels
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Analysis

@Suite("Risk of strategies, accounts and books")
struct RiskAnalyzerTests {
  private func net(_ table: StrategyTable, by account: Bool = true) -> BookNet {
    var net = BookNet()
    for index in 0..<table.count { net.add(table, index, to: account ? table.accounts[table.account(index)] : "book") }
    return net
  }

  @Test("Of a linear position the value at risk is the quantile of the moves")
  func linear() throws {
    var random = SplitMix64(seed: 3)
    let moves = try TailSample.moves(&random, count: 500)
    let analyzer = try RiskAnalyzer(market: try TailSample.market(), moves: moves, levels: [0.99])
    let table = try TailSample.table([("x", [(7, TailSample.share())]), ("x", [(-7, TailSample.share("BBB"))])])
    let risks = try analyzer.risks(of: table).map { try $0.get() }
    let falls = moves.spot[0].sorted()
    #expect((risks[0].tails[0].valueAtRisk + 700 * falls[4]).magnitude < 1e-9)
    #expect((risks[0].tails[0].expectedShortfall + 140 * falls[..<5].reduce(0, +)).magnitude < 1e-9)
    let rises = moves.spot[1].sorted(by: >)
    #expect((risks[1].tails[0].valueAtRisk - 700 * rises[4]).magnitude < 1e-9)
    #expect(risks[0].tails[0].worstScenario == moves.spot[0].firstIndex(of: falls[0]))
  }

  @Test("Outcomes are what the stress engine says of the same scenarios", arguments: [1, 2, 3] as [UInt64])
  func sameAsStress(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let moves = try TailSample.moves(&random, count: 200)
    let market = try TailSample.market()
    let table = try TailSample.table(try TailSample.randomRows(&random, count: 12))
    let list = try ScenarioList(moves, days: 2, dynamics: .stickyDelta)
    let analyzer = try RiskAnalyzer(market: market, moves: moves, levels: [0.95], days: 2, dynamics: .stickyDelta)
    var stress = StressAnalyzer(market: market, scenarios: .list(list))
    for (index, risk) in analyzer.risks(of: table).enumerated() {
      let profits = try stress.stress(try table.filled(index)).profitAndLoss.value
      let outcomes = profits.dropFirst().map { $0 - profits[0] }
      var measure = TailMeasure(try TailTerms(moves, level: 0.95))
      let expected = try measure.measure(outcomes.span).risk
      let found = try risk.get()
      let size = max(1, expected.worst.magnitude)
      #expect((found.value - profits[0]).magnitude < 1e-12 * max(1, profits[0].magnitude), "\(random), \(index)")
      #expect((found.tails[0].valueAtRisk - expected.valueAtRisk).magnitude < 1e-11 * size, "\(random), \(index)")
      #expect((found.tails[0].expectedShortfall - expected.expectedShortfall).magnitude < 1e-11 * size, "\(random)")
    }
  }

  @Test(
    "Strategies' contributions add up to their accounts' and to the book's", arguments: 1...6 as ClosedRange<UInt64>)
  func contributions(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let moves = try TailSample.moves(&random, count: 300, weighted: random.chance(0.5))
    let table = try TailSample.table(try TailSample.randomRows(&random, count: 40))
    let analyzer = try RiskAnalyzer(market: try TailSample.market(), moves: moves, levels: [0.9, 0.975])
    let alone = try analyzer.risks(of: table).map { try $0.get() }
    for isByAccount in [true, false] {
      let positions = net(table, by: isByAccount).positions
      let wholes = try analyzer.risks(of: positions, from: table).map { try $0.get() }
      let places = (0..<table.count).map { index in
        positions.firstIndex { $0.name == (isByAccount ? table.accounts[table.account(index)] : "book") }
      }
      let parts = analyzer.contributions(of: table, to: wholes.map(\.tailWeights), places)
      for (place, whole) in wholes.enumerated() {
        let members = places.indices.filter { places[$0] == place }
        #expect(
          (members.reduce(0) { $0 + alone[$1].value } - whole.value).magnitude < 1e-9, "\(random), \(place)")
        for level in 0..<2 {
          let tail = whole.tails[level]
          let own = members.compactMap { parts[$0]?[level] }
          #expect(own.count == members.count)
          let shortfall = own.reduce(0) { $0 + $1.expectedShortfall }
          let quantile = own.reduce(0) { $0 + $1.valueAtRisk }
          #expect((shortfall - tail.expectedShortfall).magnitude < 1e-10 * tail.worst, "\(random), \(place)")
          #expect((quantile - tail.valueAtRisk).magnitude < 1e-10 * tail.worst, "\(random), \(place)")
          // No part adds more than it has alone: expected shortfall is subadditive.
          for index in members {
            let most = alone[index].tails[level].expectedShortfall
            #expect(
              (parts[index]?[level].expectedShortfall ?? .nan) <= most + 1e-10 * tail.worst, "\(random), \(index)")
          }
        }
      }
    }
  }

  @Test("Neither threads nor the way a book is cut change a digit")
  func determinism() throws {
    var random = SplitMix64(seed: 4)
    let moves = try TailSample.moves(&random, count: 150)
    let rows = try TailSample.randomRows(&random, count: 50)
    let market = try TailSample.market()
    func figures(threads: Int, cut: Int) throws -> [[TailRisk]] {
      let analyzer = try RiskAnalyzer(market: market, moves: moves, levels: [0.95], threads: threads)
      var whole = try TailSample.table(rows)
      if cut == 0 { return try analyzer.risks(of: whole).map { try $0.get().tails } }
      var found: [[TailRisk]] = []
      let all = whole
      for start in stride(from: 0, to: rows.count, by: cut) {
        whole.removeStrategies()
        for index in start..<min(start + cut, rows.count) {
          whole.append(
            name: all.nameBytes(index).span, legs: Array(all.legs[all.legRange(index)]), terms: all.termsPlace(index),
            account: Int32(all.account(index)))
        }
        found += try analyzer.risks(of: whole).map { try $0.get().tails }
      }
      return found
    }
    let reference = try figures(threads: 1, cut: 0)
    for (threads, cut) in [(2, 0), (7, 0), (1, 7), (3, 1)] {
      #expect(try figures(threads: threads, cut: cut) == reference, "\(threads) threads, parts of \(cut)")
    }
  }

  /// At zero volatility moves of a straight position the normal form is exact in logarithms: the loss of S units is
  /// S (1 - exp(sigma z)).
  @Test(
    "Drawn moves of a linear position meet the closed normal form within 4 standard errors",
    arguments: [1, 9] as [UInt64])
  func closedForm(seed: UInt64) throws {
    var random = SplitMix64(seed: 6)
    var closes = [100.0]
    for _ in 0..<80 { closes.append(closes[closes.count - 1] * (1 + random.number(-0.03, 0.03))) }
    let dates = closes.indices.compactMap { CalendarDate(daysSinceEpoch: 20_000 + $0) }
    let history = try JointHistory([
      .init(underlying: "AAA", prices: try PriceHistory(name: "AAA", dates: dates, closes: closes))
    ])
    let factors = try FactorHistory(
      HistoricalReturns(history, try HistoricalReturns.Terms(horizon: 4, longestGap: 1)), volatilityMove: .unchanged)
    let deviation = 2 * (try factors.deviations(at: factors.lastDay)[0])
    let table = try TailSample.table([("x", [(3, TailSample.share())])])
    for isAntithetic in [false, true] {
      let model = RiskModel.monteCarlo(
        try MonteCarloSimulation(count: 20_000, seed: seed, isAntithetic: isAntithetic),
        try CorrelationSource(.exponentiallyWeighted, window: 80))
      let moves = try model.moves(of: factors, knownAt: factors.lastDay)
      let analyzer = try RiskAnalyzer(market: try TailSample.market(), moves: moves, levels: [0.975, 0.99])
      let tails = try #require(analyzer.risks(of: table).first).get().tails
      for (tail, quantile) in zip(tails, [1.959963984540054, 2.3263478740408408]) {
        let valueAtRisk = 300 * (1 - BlackReference.exponential(-deviation * quantile))
        // E (1 - e^(sigma z); z < -q) / p = 1 - e^(sigma^2 / 2) N(-q - sigma) / p.
        let shift = BlackReference.exponential(deviation * deviation / 2)
        let p = BlackReference.cumulative(-quantile)
        let shortfall = 300 * (1 - shift * BlackReference.cumulative(-quantile - deviation) / p)
        let (low, high) = (try #require(tail.low), try #require(tail.high))
        #expect((tail.valueAtRisk - valueAtRisk).magnitude < 4 * (high - low) / 3.92, "seed \(seed)")
        #expect((tail.expectedShortfall - shortfall).magnitude < 4 * tail.standardError, "seed \(seed)")
        #expect(tail.standardError < 0.03 * shortfall, "a standard error that says something")
      }
    }
  }

  @Test("What was closed to the last leg is worth nothing and loses nothing")
  func flat() throws {
    var random = SplitMix64(seed: 5)
    let moves = try TailSample.moves(&random, count: 100)
    let call = try TailSample.option(.call, 100)
    let table = try TailSample.table([("x", [(1, call)]), ("x", [(-1, call)])])
    let analyzer = try RiskAnalyzer(market: try TailSample.market(), moves: moves, levels: [0.95])
    let risk = try #require(analyzer.risks(of: net(table).positions, from: table).first).get()
    #expect(risk.value == 0 && risk.tails[0].valueAtRisk == 0 && risk.tails[0].expectedShortfall == 0)
  }

  @Test("In coin the outcome is the coin value under the scenario less that now")
  func coin() throws {
    let market = try TailSample.market(settlement: .coin)
    let moves = try JointMoves(
      underlyings: ["AAA"], names: ["up", "down"], spot: [[0.25, -0.2]], volatility: [nil])
    let analyzer = try RiskAnalyzer(market: market, moves: moves, levels: [0.5])
    let future = Instrument.perpetual(Perpetual(underlying: "AAA"))
    let table = try TailSample.table(
      [("x", [(100, future)])], settlement: .coin, currency: try Currency("AAA"))
    let tail = try #require(analyzer.risks(of: table).first).get().tails[0]
    // 100 (1/100 - 1/80) = -0.25 coin.
    #expect((tail.worst - 0.25).magnitude < 1e-12 && tail.worstScenario == 1)
  }

  @Test("What cannot be valued is refused by name, and the others are answered")
  func refusals() throws {
    var random = SplitMix64(seed: 5)
    let moves = try JointMoves(
      underlyings: ["AAA"], names: (0..<100).map { "m\($0)" }, spot: [(0..<100).map { _ in random.number(-0.1, 0.1) }],
      volatility: [nil])
    let market = try TailSample.market()
    let analyzer = try RiskAnalyzer(market: market, moves: moves, levels: [0.99])
    let table = try TailSample.table([
      ("x", [(1, TailSample.share())]), ("x", [(1, TailSample.share("BBB"))]),
      ("x", [(1, TailSample.share("CCC"))]),
    ])
    let answers = analyzer.risks(of: table)
    #expect(throws: Never.self) { try answers[0].get() }
    #expect(throws: RiskError.noHistory("BBB", known: ["AAA"])) { try answers[1].get() }
    #expect(throws: RiskError.pricing(.unknownUnderlying("CCC", known: ["AAA", "BBB"]))) { try answers[2].get() }
    #expect(analyzer.refusals(of: table).map { $0 == nil } == [true, false, false])
    var net = self.net(try TailSample.table([("x", [(1, TailSample.share())])]))
    net.exclude(from: "x")
    #expect(throws: RiskError.incomplete(1)) { try analyzer.risks(of: net.positions, from: table)[0].get() }
    #expect(throws: RiskError.self) { try RiskAnalyzer(market: market, moves: moves, levels: []) }
    #expect(throws: RiskError.self) { try RiskAnalyzer(market: market, moves: moves, levels: [0.995]) }
    #expect(throws: RiskError.self) { try RiskAnalyzer(market: market, moves: moves, levels: [0.9], days: -1) }
    let small = try RiskAnalyzer(market: market, moves: moves, levels: [0.9], memoryBudget: 100)
    #expect(throws: RiskError.tooLarge(contracts: 1, scenarios: 100, bytes: 100)) {
      try small.risks(of: table)[0].get()
    }
  }
}

import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Analysis

/// A random book, its grid and weights, and what a look at one strategy after the other says of each.
private struct BookCase {
  enum Answer {
    case refused(PricingError)
    case figures(BookFigures)
  }

  static let levels = [0.5, 0.9, 0.975]

  let market: MarketState
  let scenarios: ScenarioSet
  let weights: ScenarioWeights
  let rows: [RandomTable.Row]
  var answers: [Answer] = []

  init(
    seed: Int, _ book: RandomTable, count: Int, dynamics: SmileDynamics = .stickyStrike, isRelative: Bool = false,
    isList: Bool = false
  ) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    market = try book.market.state()
    if isList {
      scenarios = .list(try BookCase.list(of: market.underlyings.map(\.symbol), dynamics, &generator))
    } else {
      scenarios = .grid(
        try ScenarioGrid(
          spotShifts: ScenarioGrid.nodes(from: -0.4, to: 0.5, count: 13), volatilityShifts: [-0.45, -0.1, 0, 0.3],
          days: [0, 7.5, 30, 45], isVolatilityRelative: isRelative, dynamics: dynamics))
    }
    var weighted: [(scenario: Int, weight: Double)] = []
    for scenario in 0...scenarios.count where scenario == 0 || generator.chance(0.3) {
      weighted.append((scenario, generator.number(0.1, 2)))
    }
    weights = try scenarios.weights ?? ScenarioWeights(weighted, of: scenarios)
    rows = try book.rows(count, &generator)
  }

  /// Scenarios of days out of order, with and without moves of their own, tilts, weights and covers.
  static func list(
    of symbols: [String], _ dynamics: SmileDynamics, _ generator: inout SplitMix64
  ) throws -> ScenarioList {
    func move() -> UnderlyingMove {
      UnderlyingMove(
        spot: generator.number(-0.5, 0.7),
        volatility: VolatilityShift(
          level: generator.number(-0.4, 0.4), skew: generator.pick([0, 0, -0.03, 0.02]),
          curvature: generator.pick([0, 0, 0.01]), relative: generator.pick([0, 0.5, -0.3])))
    }
    return try ScenarioList(
      (0..<207).map { index in
        var moves: [String: UnderlyingMove] = [:]
        for symbol in symbols where generator.chance(0.7) { moves[symbol] = move() }
        return try Scenario(
          name: "scenario \(index)", daysForward: generator.pick([0, 0, 7.5, 30, 45]), common: move(), moves: moves,
          weight: generator.chance(0.3) ? generator.number(0.1, 2) : nil, cover: generator.pick([1, 1, 0.35]))
      }, dynamics: dynamics)
  }

  /// Fills in the answers.
  mutating func answer() {
    let table = RandomTable.table(rows)
    var stress = StressAnalyzer(market: market, scenarios: scenarios)
    for index in 0..<table.count {
      do throws(PricingError) {
        answers.append(.figures(try Self.figures(try stress.stress(try table.filled(index)), weights)))
      } catch { answers.append(.refused(error)) }
    }
  }

  static func figures(_ result: StressResult, _ weights: ScenarioWeights) throws(PricingError) -> BookFigures {
    let summary = result.summary
    let shares = summary.sharesBeyond.compactMap { $0 }
    return BookFigures(
      value: result.profitAndLoss.value[0], worst: summary.worst, worstScenario: summary.worstScenario,
      best: summary.best, bestScenario: summary.bestScenario, margin: MarginFigures(result.margin),
      sharesBeyond: shares.isEmpty ? nil : SIMD4(shares[0], shares[1], shares[2], shares[3]),
      expectedShortfalls: levels.map { result.profitAndLoss.expectedShortfall(weights, level: $0) })
  }

  /// Every strategy's answer, the book handed over in parts.
  func analyzed(threads: Int, memoryBudget: Int, part: Int) -> [Answer] {
    let analyzer = BookAnalyzer(
      market: market, scenarios: scenarios, weights: weights, levels: Self.levels, memoryBudget: memoryBudget,
      threads: threads)
    var table = StrategyTable()
    var found: [Answer] = []
    var first = 0
    while first < rows.count {
      table.removeStrategies()
      RandomTable.append(rows[first..<min(first + part, rows.count)], to: &table)
      let results = analyzer.analyze(table)
      for index in 0..<results.count {
        do throws(PricingError) { found.append(.figures(try results.figures(index))) } catch {
          found.append(.refused(error))
        }
      }
      first += part
    }
    return found
  }
}

private func bits(_ number: Double) -> UInt64 { number.bitPattern }

/// The figures in which two answers differ, to the last digit.
private func differences(_ left: BookCase.Answer, _ right: BookCase.Answer) -> [String] {
  switch (left, right) {
  case (.refused(let left), .refused(let right)): return left == right ? [] : ["\(left), \(right)"]
  case (.figures(let left), .figures(let right)):
    var found: [String] = []
    func compare(_ name: String, _ left: Double, _ right: Double) {
      if bits(left) != bits(right) { found.append("\(name) \(left), \(right)") }
    }
    compare("value", left.value, right.value)
    compare("worst", left.worst, right.worst)
    compare("best", left.best, right.best)
    compare("worst scenario", Double(left.worstScenario), Double(right.worstScenario))
    compare("best scenario", Double(left.bestScenario), Double(right.bestScenario))
    if left.sharesBeyond != right.sharesBeyond { found.append("shares") }
    if left.expectedShortfalls != right.expectedShortfalls { found.append("expected shortfall") }
    return found + differences(left.margin, right.margin)
  default: return ["\(left), \(right)"]
  }
}

private func differences(_ left: MarginFigures, _ right: MarginFigures) -> [String] {
  var found: [String] = []
  if left.status != right.status || left.detail != right.detail {
    found.append("\(left.status) \(left.detail), \(right.status) \(right.detail)")
  }
  if left.margin != right.margin { found.append("margin") }
  if left.maxLoss != right.maxLoss { found.append("max_loss") }
  if left.entryCost != right.entryCost { found.append("entry cost \(left.entryCost), \(right.entryCost)") }
  if left.fees != right.fees { found.append("fees") }
  return found
}

@Suite("Book analyzer")
struct BookAnalyzerTests {
  private func expectSame(_ found: [BookCase.Answer], _ wanted: ArraySlice<BookCase.Answer>, _ context: String) {
    #expect(found.count == wanted.count, "\(context)")
    for (index, (left, right)) in zip(found, wanted).enumerated() {
      let differences = differences(left, right)
      #expect(differences.isEmpty, "\(context), strategy \(index): \(differences)")
    }
  }

  @Test(
    "A book's figures are those of each strategy alone, whatever threads, memory and parts",
    arguments: Settlement.allCases, SmileDynamics.allCases)
  func sameDigits(settlement: Settlement, dynamics: SmileDynamics) throws {
    var sample = try BookCase(
      seed: dynamics == .stickyDelta ? 2 : 1, settlement == .coin ? .coin : RandomTable(), count: 240,
      dynamics: dynamics,
      isRelative: dynamics == .stickyDelta)
    sample.answer()
    var (refused, secured, strictlyInside) = (0, 0, 0)
    for answer in sample.answers {
      switch answer {
      case .refused: refused += 1
      case .figures(let figures):
        if let shares = figures.sharesBeyond {
          secured += 1
          if shares[0] > 0, shares[0] < 1 { strictlyInside += 1 }
        }
      }
    }
    #expect(refused > 5 && secured > 30 && strictlyInside > 10, "or little is tested: \(refused), \(secured)")
    let nodes = sample.scenarios.count
    let cases: [(threads: Int, memory: Int, part: Int)] = [
      (1, 64 << 20, 240), (2, 64 << 20, 7), (7, 64 << 20, 240), (2, 1, 240), (7, 1, 80),
      // A slab of some grid rows; and a grid that is whole until the book has shown more contracts than fit.
      (1, 8 * 3 * 13 * 60, 240), (2, 8 * (nodes + 64) * 20, 30),
    ]
    for (threads, memory, part) in cases {
      let found = sample.analyzed(threads: threads, memoryBudget: memory, part: part)
      expectSame(found, sample.answers[...], "\(threads) threads, \(memory) bytes, parts of \(part)")
    }
  }

  @Test(
    "Under a list a book's figures are those of each strategy alone too, whatever threads, memory and parts",
    arguments: Settlement.allCases, SmileDynamics.allCases)
  func sameDigitsOfLists(settlement: Settlement, dynamics: SmileDynamics) throws {
    var sample = try BookCase(
      seed: 6, settlement == .coin ? .coin : RandomTable(), count: 160, dynamics: dynamics, isList: true)
    sample.answer()
    // The last but one holds parts of the list at a time; the last is whole until more contracts have come than fit.
    for (threads, memory, part) in [(1, 64 << 20, 160), (2, 1, 160), (7, 8 * 50 * 40, 40), (2, 8 * 300 * 20, 30)] {
      let found = sample.analyzed(threads: threads, memoryBudget: memory, part: part)
      expectSame(found, sample.answers[...], "\(threads) threads, \(memory) bytes, parts of \(part)")
    }
  }

  @Test("Parts of one strategy", arguments: [1, 64 << 20])
  func single(memoryBudget: Int) throws {
    var sample = try BookCase(seed: 3, .coin, count: 50)
    sample.answer()
    expectSame(
      sample.analyzed(threads: 2, memoryBudget: memoryBudget, part: 1), sample.answers[...], "\(memoryBudget) bytes")
  }

  @Test("A reserve for perpetuals is in the margin and in the shares of it")
  func reserve() throws {
    let sample = try BookCase(seed: 4, RandomTable(), count: 150)
    let reserve = try PerpetualReserve(basis: try ExactAmount(parsing: "2.5"))
    let table = RandomTable.table(sample.rows)
    let results = BookAnalyzer(
      market: sample.market, scenarios: sample.scenarios, reserve: reserve, threads: 2
    ).analyze(table)
    var stress = StressAnalyzer(market: sample.market, scenarios: sample.scenarios, reserve: reserve)
    var reserved = 0
    for index in 0..<table.count {
      guard let filled = try? table.filled(index), let result = try? stress.stress(filled) else { continue }
      let figures = try results.figures(index)
      #expect(differences(figures.margin, MarginFigures(result.margin)).isEmpty, "strategy \(index)")
      let shares = result.summary.sharesBeyond
      #expect(
        figures.sharesBeyond.map { [$0[0], $0[1], $0[2], $0[3]] } == (shares[0] == nil ? nil : shares.map { $0 ?? -1 }))
      #expect(figures.expectedShortfalls.isEmpty, "without weights")
      if figures.margin.margin != StrategyMargin(of: filled).margin { reserved += 1 }
    }
    #expect(reserved > 5)
  }

  @Test("A book without strategies has no figures")
  func empty() throws {
    let sample = try BookCase(seed: 5, RandomTable(), count: 0)
    let analyzer = BookAnalyzer(market: sample.market, scenarios: sample.scenarios)
    #expect(analyzer.analyze(StrategyTable()).count == 0)
    #expect(analyzer.analyze([NetPosition]()).count == 0)
  }
}

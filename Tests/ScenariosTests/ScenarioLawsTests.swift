import Basics
import Instruments
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Scenarios

/// What holds for every book, on random ones; the seed is in the failure.
@Suite("Scenario laws")
struct ScenarioLawsTests {
  static let strikes = ["70", "80", "90", "95", "100", "105", "110", "120", "140"]

  /// Two to six options of one expiry whose payoff does not fall for ever.
  static func strategy(_ generator: inout SplitMix64, name: String = "") throws -> FilledStrategy {
    var legs: [(quantity: String, instrument: Instrument, price: String)] = []
    var upside = 0
    for _ in 0..<generator.int(2...6) {
      let right = generator.chance(0.5) ? OptionRight.call : .put
      let quantity = generator.pick([-3, -2, -1, 1, 2, 3])
      if right == .call { upside += quantity }
      legs.append(("\(quantity)", try Sample.option(right, generator.pick(strikes)), "\(generator.int(0...9))"))
    }
    if upside < 0 { legs.append(("\(-upside)", try Sample.option(.call, generator.pick(strikes)), "1")) }
    return try Sample.filled(legs, name: name)
  }

  static func grid(_ generator: inout SplitMix64) throws -> ScenarioGrid {
    try ScenarioGrid(
      spotShifts: (0..<generator.int(1...9)).map { _ in generator.number(-0.95, 2) },
      volatilityShifts: (0..<generator.int(1...4)).map { _ in generator.number(-0.6, 0.8) },
      days: (0..<generator.int(1...3)).map { _ in generator.number(0, 33) },
      dynamics: generator.pick(SmileDynamics.allCases))
  }

  /// The least payoff over all prices, found at 0 and the strikes.
  static func leastPayoff(_ filled: FilledStrategy) -> Double {
    func payoff(_ spot: Double) -> Double {
      filled.legs.reduce(0) { sum, leg in
        guard case .option(let contract) = leg.instrument else { return sum }
        return sum + leg.units.doubleValue * max(0, contract.right.sign * (spot - contract.strike.value))
      }
    }
    let prices = [0] + filled.legs.compactMap { $0.instrument.strike?.value }
    return prices.map(payoff).min() ?? 0
  }

  struct Breach {
    var ofDiscounted = 0
    var ofPayoff = 0
    var nodes = 0
  }

  /// Nodes whose value lies below D m, and below min(m, 0), over random strategies and grids at a flat smile.
  static func breaches(rate: Double, seed: UInt64) throws -> Breach {
    var generator = SplitMix64(seed: seed)
    var breach = Breach()
    for _ in 0..<150 {
      let market = try Sample.market([
        try Sample.input(rate: rate, dividendYield: generator.number(-0.05, 0.05), smile: ["100": 0.5])
      ])
      let filled = try strategy(&generator)
      let grid = try grid(&generator)
      let least = leastPayoff(filled)
      let result = try ProfitAndLossTests.run(filled, market, grid)
      for scenario in 0...grid.count {
        // Time counts in whole seconds.
        let seconds = 30 * 86_400 - (grid.shock(scenario).daysForward * 86_400).rounded()
        let years = max(0, seconds) / 31_536_000
        let bound = BlackReference.exponential(-rate * years) * least
        breach.nodes += 1
        if result.value[scenario] < bound - 1e-9 * 1000 { breach.ofDiscounted += 1 }
        if result.value[scenario] < min(least, 0) - 1e-9 * 1000 { breach.ofPayoff += 1 }
      }
    }
    return breach
  }

  @Test("No mark is below the discounted least payoff", arguments: [21, 22])
  func discountedLeast(seed: UInt64) throws {
    for rate in [0.0, 0.05, 0.5, -0.5] {
      let breach = try Self.breaches(rate: rate, seed: seed)
      #expect(breach.nodes > 2000)
      #expect(breach.ofDiscounted == 0, "seed \(seed), rate \(rate)")
    }
  }

  @Test(
    "A box that posts its least payoff is never under water at a rate of 0 or more, and can be below",
    arguments: [23, 24])
  func fundedBox(seed: UInt64) throws {
    for rate in [0.0, 0.05, 0.5] {
      #expect(try Self.breaches(rate: rate, seed: seed).ofPayoff == 0, "seed \(seed), rate \(rate)")
    }
    #expect(try Self.breaches(rate: -0.5, seed: seed).ofPayoff > 0, "or the law is not tested")
  }

  @Test("A strategy has the same digits alone, in a book of many, and in any memory", arguments: [25, 26])
  func bookOfOne(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let market = try Sample.market([try Sample.input(rate: 0.03)])
    let grid = try Self.grid(&generator)
    let strategies = try (0..<12).map { try Self.strategy(&generator, name: "\($0)") }
    let alone = try strategies.map { try ProfitAndLossTests.run($0, market, grid) }
    var book = ResolvedBook(market: market)
    for strategy in strategies { try book.add(strategy) }
    for memoryBudget in [Int.min, 1, 40 * (grid.count + 1) * 3, 1 << 30] {
      var engine = ScenarioEngine(book: book, market: market, grid: grid, memoryBudget: memoryBudget)
      var streaming = ScenarioEngine(
        book: ResolvedBook(market: market), market: market, grid: grid, memoryBudget: memoryBudget)
      for (index, row) in book.strategies.enumerated() {
        for result in [try engine.profitAndLoss(of: row), try streaming.profitAndLoss(of: strategies[index])] {
          #expect(result.profit == alone[index].profit, "\(generator), \(memoryBudget) bytes")
          #expect(result.flags == alone[index].flags, "\(generator)")
          for scenario in 0...grid.count {
            #expect(ProfitAndLossTests.figures(result, scenario) == ProfitAndLossTests.figures(alone[index], scenario))
          }
        }
      }
    }
  }

  @Test("Twice the quantities have twice the value and every Greek", arguments: [27])
  func homogeneity(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let market = try Sample.market([try Sample.input(rate: 0.03)])
    for _ in 0..<30 {
      let grid = try Self.grid(&generator)
      let one = try Self.strategy(&generator)
      for factor in [2, -4, 3] {
        let many = try FilledStrategy(
          name: "", settlement: .quote, currency: .usd,
          legs: try one.legs.map { leg in
            try FilledLeg(
              instrument: leg.instrument, quantity: try leg.quantity * Int64(factor), price: leg.price)
          })
        let (single, multiple) = (
          try ProfitAndLossTests.run(one, market, grid), try ProfitAndLossTests.run(many, market, grid)
        )
        for scenario in 0...grid.count {
          let expected = ProfitAndLossTests.figures(single, scenario).map { $0 * Double(factor) }
          let found = ProfitAndLossTests.figures(multiple, scenario)
          if factor != 3 {
            #expect(found == expected, "a power of two has no rounding, \(generator)")
          } else {
            for (left, right) in zip(found, expected) {
              let bound = 1e-11 * max(1, abs(right))
              #expect(abs(left - right) < bound, "\(generator)")
            }
          }
        }
      }
    }
  }

  // MARK: Summary

  static func result(_ profit: [Double]) throws -> ProfitAndLoss {
    let grid = try ScenarioGrid(spotShifts: [Double](repeating: 0, count: max(1, profit.count - 1)))
    return ProfitAndLoss(
      scenarios: .grid(grid), value: profit, delta: [], gamma: [], vega: [], theta: [], flags: [], extrapolatedNodes: 0,
      profit: profit)
  }

  static func posted(_ dollars: Int64) throws -> PostedMargin {
    PostedMargin(Money(minorUnits: 100 * dollars, currency: .usd))
  }

  @Test("A summary counts the nodes 1 to N, and of equals the lowest scenario")
  func summary() throws {
    let summary = try Self.result([-99, -2, 5, -7, 5, -7, 0]).summary(margin: Self.posted(10))
    #expect(summary.worst == -7)
    #expect(summary.worstScenario == 3)
    #expect(summary.best == 5)
    #expect(summary.bestScenario == 2)
    // Losses of 2, 7 and 7 out of six nodes against 2.5, 5, 7.5 and 10.
    #expect(summary.sharesBeyond == [2.0 / 6, 2.0 / 6, 0, 0])
  }

  @Test("A loss of just the threshold is not beyond it")
  func strictly() throws {
    let result = try Self.result([0, -2.5, -2.6, -5, -10, -10.1])
    #expect(try result.summary(margin: Self.posted(10)).sharesBeyond == [0.8, 0.4, 0.4, 0.2])
    #expect(try result.summary(margin: Self.posted(10), thresholds: [0]).sharesBeyond == [1])
    let nothing = result.summary(margin: try Self.posted(0), thresholds: [1])
    #expect(nothing.sharesBeyond == [1], "any loss is beyond a margin of nothing")
    #expect(result.summary(margin: nil).sharesBeyond == [nil, nil, nil, nil])
  }

  @Test("A grid of gains has a worst that is a gain")
  func gains() throws {
    let summary = try Self.result([0, 3, 2]).summary(margin: Self.posted(1))
    #expect(summary.worst == 2)
    #expect(summary.worstScenario == 2)
    #expect(summary.sharesBeyond == [0, 0, 0, 0])
  }
}

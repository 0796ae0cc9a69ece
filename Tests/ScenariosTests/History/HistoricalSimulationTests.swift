import Basics
import TestSupport
import Testing

@testable import Scenarios

@Suite("Scenarios of a history: plain, filtered, aged")
struct HistoricalSimulationTests {
  private func input(_ closes: [Double], index: [Double]? = nil) throws -> JointHistory.Input {
    JointHistory.Input(
      underlying: "ABC", prices: try HistorySample.history(closes),
      volatilityIndex: try index.map { try HistorySample.history("ABC index", $0) })
  }

  @Test("Plain scenarios are the relative changes of price and index on the same days, the latest of them")
  func plain() throws {
    let factors = try HistorySample.factors(
      [try input([100, 110, 99, 99], index: [20, 10, 30, 30])], move: .index)
    let moves = try HistoricalSimulation(window: 2).moves(of: factors, knownAt: factors.lastDay)
    #expect(moves.names == ["2024-01-02/2024-01-03", "2024-01-03/2024-01-04"])
    #expect(zip(moves.spot[0], [-0.1, 0]).allSatisfy { ($0 - $1).magnitude < 1e-15 })
    #expect(zip(try #require(moves.volatility[0]), [2, 0]).allSatisfy { ($0 - $1).magnitude < 1e-15 })
    #expect(moves.weights == [0.5, 0.5] && !moves.isWeighted && moves.isVolatilityRelative)
    let points = try HistorySample.factors(
      [try input([100, 110, 99, 99], index: [20, 10, 30, 30])], move: .indexPoints)
    let absolute = try HistoricalSimulation().moves(of: points, knownAt: 2)
    #expect(absolute.count == 2 && !absolute.isVolatilityRelative)
    #expect(zip(try #require(absolute.volatility[0]), [-0.1, 0.2]).allSatisfy { ($0 - $1).magnitude < 1e-15 })
  }

  @Test("With a constant size of moves the filtered history is the plain one", arguments: 1...8 as ClosedRange<UInt64>)
  func constantVolatility(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var closes = [100.0]
    for _ in 0..<100 { closes.append(closes[closes.count - 1] * (random.chance(0.5) ? 1.02 : 1 / 1.02)) }
    let factors = try HistorySample.factors([try input(closes)], horizon: random.int(1...3))
    let plain = try HistoricalSimulation(window: 60).moves(of: factors, knownAt: factors.lastDay)
    let filtered = try HistoricalSimulation(isFiltered: true, window: 60).moves(of: factors, knownAt: factors.lastDay)
    #expect(plain.names == filtered.names)
    for (a, b) in zip(plain.spot[0], filtered.spot[0]) { #expect((a - b).magnitude < 1e-12, "\(random)") }
  }

  @Test("A filtered change is its logarithm times today's volatility over that of its first day")
  func filtered() throws {
    var random = SplitMix64(seed: 5)
    let closes = HistorySample.walk(&random, count: 80)
    let factors = try HistorySample.factors([try input(closes)], lambda: 0.9)
    let moves = try HistoricalSimulation(isFiltered: true).moves(of: factors, knownAt: 70)
    let daily = (1..<closes.count).map { BlackReference.logarithm(closes[$0] / closes[$0 - 1]) }
    let values = try EWMAVolatility([nil] + daily, lambda: 0.9).values
    // The first day with a volatility is the one with the twentieth change.
    #expect(moves.count == 70 - 20)
    for (place, start) in (20..<70).enumerated() {
      let (then, now) = (try #require(values[start]), try #require(values[70]))
      let expected = BlackReference.exponential(daily[start] * now / then) - 1
      #expect((moves.spot[0][place] - expected).magnitude < 1e-14)
    }
  }

  @Test("Nothing that happens later changes what was known", arguments: VolatilityMove.allCases)
  func noLookAhead(move: VolatilityMove) throws {
    var random = SplitMix64(seed: 8)
    let (closes, index) = (HistorySample.walk(&random, count: 120), HistorySample.walk(&random, count: 120, from: 40))
    let altered = closes[..<81] + HistorySample.walk(&random, count: 39, from: 90)
    let alteredIndex = index[..<81] + HistorySample.walk(&random, count: 39, from: 45)
    for isFiltered in [false, true] {
      let simulation = try HistoricalSimulation(isFiltered: isFiltered, window: 30)
      let first = try HistorySample.factors([try input(closes, index: index)], move: move)
      let second = try HistorySample.factors([try input(Array(altered), index: Array(alteredIndex))], move: move)
      #expect(try simulation.moves(of: first, knownAt: 80) == simulation.moves(of: second, knownAt: 80))
      #expect(try simulation.moves(of: first, knownAt: 81) != simulation.moves(of: second, knownAt: 81))
    }
  }

  @Test("Ages weigh as Boudoukh, Richardson and Whitelaw weigh them")
  func ages() throws {
    var random = SplitMix64(seed: 3)
    let factors = try HistorySample.factors([try input(HistorySample.walk(&random, count: 40))])
    let moves = try HistoricalSimulation(window: 30, ageDecay: 0.98).moves(of: factors, knownAt: factors.lastDay)
    #expect((moves.weights.reduce(0, +) - 1).magnitude < 1e-14 && moves.isWeighted)
    // Figures of the formula by hand: (1 - 0.98) / (1 - 0.98^30) = 0.02 / 0.454516...
    #expect((moves.weights[29] - 0.044003).magnitude < 1e-5)
    for place in 1..<30 { #expect((moves.weights[place - 1] / moves.weights[place] - 0.98).magnitude < 1e-12) }
  }

  @Test("Realised volatility moves volatilities in proportion")
  func realised() throws {
    var random = SplitMix64(seed: 4)
    let closes = HistorySample.walk(&random, count: 60)
    let factors = try HistorySample.factors([try input(closes)], move: .realised)
    let moves = try HistoricalSimulation().moves(of: factors, knownAt: factors.lastDay)
    let values = factors.factors[0].deviation
    let shifts = try #require(moves.volatility[0])
    #expect(moves.count == 39, "the first volatility stands on the day of the twentieth change")
    for (place, start) in (20..<59).enumerated() {
      let expected = try #require(values[start + 1]) / #require(values[start]) - 1
      #expect((shifts[place] - expected).magnitude < 1e-14)
    }
  }

  @Test("What cannot be answered is refused, one cause at a time")
  func refusals() throws {
    var random = SplitMix64(seed: 2)
    let closes = HistorySample.walk(&random, count: 30)
    #expect(throws: ScenarioError.missing("a volatility index", known: ["ABC"])) {
      try HistorySample.factors([try input(closes)], move: .index)
    }
    let factors = try HistorySample.factors([try input(closes)])
    #expect(throws: ScenarioError.tooFew("moves in the history", found: 29, wanted: 30)) {
      try HistoricalSimulation(window: 30).moves(of: factors, knownAt: factors.lastDay)
    }
    #expect(throws: ScenarioError.tooFew("moves in the history", found: 9, wanted: 10)) {
      try HistoricalSimulation(isFiltered: true, window: 10).moves(of: factors, knownAt: factors.lastDay)
    }
    #expect(throws: ScenarioError.tooFew("daily changes of ABC", found: 10, wanted: 20)) {
      try factors.deviations(at: 10)
    }
    let still = try HistorySample.factors([try input([Double](repeating: 7, count: 30))])
    #expect(throws: ScenarioError.constant("ABC")) {
      try HistoricalSimulation(isFiltered: true).moves(of: still, knownAt: still.lastDay)
    }
    for (window, decay) in [(0, nil), (-1, nil), (1, 0), (1, 1), (1, .nan)] as [(Int, Double?)] {
      #expect(throws: ScenarioError.self) { try HistoricalSimulation(window: window, ageDecay: decay) }
    }
    func moves(spot: [Double] = [0, 0], volatility: [Double] = [0, 0], weights: [Double]? = nil) throws -> JointMoves {
      try JointMoves(
        underlyings: ["A"], names: ["x", "y"], spot: [spot], volatility: [volatility], weights: weights)
    }
    _ = try moves(weights: [0, 2])
    for bad in [-1, .nan, .infinity] as [Double] {
      #expect(throws: ScenarioError.self) { try moves(spot: [0, bad]) }
      #expect(throws: ScenarioError.self) { try moves(volatility: [0, bad == -1 ? -1.1 : bad]) }
      #expect(throws: ScenarioError.self) { try moves(weights: [1, bad]) }
    }
    #expect(throws: ScenarioError.self) { try moves(weights: [0, 0]) }
    #expect(throws: ScenarioError.self) { try moves(spot: [0]) }
    #expect(throws: ScenarioError.self) {
      try JointMoves(underlyings: [], names: [], spot: [], volatility: [])
    }
  }
}

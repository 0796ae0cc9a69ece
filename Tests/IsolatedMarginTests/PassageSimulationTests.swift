import TestSupport
import Testing

@testable import IsolatedMargin

@Suite("First passages by simulation")
struct PassageSimulationTests {
  /// 8,192 paths: the closed forms and the grid are met within 4 standard errors all the same.
  static func simulation(seed: UInt64, paths: Int = 8192, threads: Int? = nil) throws -> PassageSimulation {
    try PassageSimulation(paths: paths, seed: seed, threads: threads)
  }

  @Test("The worked examples, each with its own seed")
  func examples() throws {
    for row in try Fixture("FirstPassage/probabilities.csv").rows {
      let motion = try GeometricBrownianMotion(drift: row.number("drift"), volatility: row.number("volatility"))
      let (lower, upper, years) = (row.number("lower"), row.number("upper"), row.number("years"))
      let corridor = try MovingCorridor(lower: lower.isNaN ? nil : lower, upper: upper.isNaN ? nil : upper)
      let seed = UInt64(row.number("seed"))
      let estimate = try Self.simulation(seed: seed).run(
        spot: row.number("spot"), corridor: corridor, motion: motion, horizons: [years / 4, years])
      let closed = try passage(row)
      for time in [years / 4, years] {
        let found = estimate.probability(by: time)
        #expect(found.standardError > 0 && found.standardError < 0.006)
        let miss = (found.value - closed.probability(by: time)).magnitude
        #expect(miss < 4 * found.standardError, "\(row) by \(time): \(found)")
      }
      guard case .years(let exact) = closed.time(ofProbability: 0.2),
        case .years(let found) = estimate.time(ofProbability: 0.2)
      else {
        Issue.record("no quantile for \(row)")
        continue
      }
      // The error of a quantile is that of the probability over the density.
      let error = estimate.probability(by: exact).standardError / closed.density(at: exact)
      #expect((found - exact).magnitude < 4 * error, "\(row): \(found), not \(exact)")
    }
  }

  struct Moving: Sendable, CustomStringConvertible {
    let description: String
    let lower: (Double, Double)
    let upper: (Double, Double)
    let drift: Double
    let volatility: Double
    let years: Double
    let seed: UInt64

    static let table = [
      Moving(
        description: "opens", lower: (79.4, 76.8), upper: (112.7, 120), drift: 0, volatility: 0.5, years: 30 / 365.0,
        seed: 201),
      Moving(
        description: "narrows", lower: (80, 96), upper: (125, 104), drift: 0.1, volatility: 0.6, years: 30 / 365.0,
        seed: 202),
      Moving(
        description: "rises past the start", lower: (90, 105), upper: (112, 150), drift: 2, volatility: 0.8, years: 0.1,
        seed: 203),
      Moving(
        description: "falls", lower: (97, 60), upper: (103, 95), drift: -1, volatility: 0.7, years: 0.1, seed: 204),
    ]
  }

  @Test("A corridor that moves agrees with finite differences", arguments: Moving.table)
  func moving(_ row: Moving) throws {
    let motion = try GeometricBrownianMotion(drift: row.drift, volatility: row.volatility)
    let corridor = try MovingCorridor([
      .init(years: 0, lower: row.lower.0, upper: row.upper.0),
      .init(years: row.years, lower: row.lower.1, upper: row.upper.1),
    ])
    let found = try Self.simulation(seed: row.seed).run(
      spot: 100, corridor: corridor, motion: motion, horizons: [row.years]
    ).probability(by: row.years)
    func log(_ price: Double) -> Double { BlackReference.logarithm(price / 100) }
    let equation = CorridorEquation(
      lower: (log(row.lower.0), log(row.lower.1)), upper: (log(row.upper.0), log(row.upper.1)),
      logDrift: motion.logDrift, volatility: row.volatility, years: row.years)
    let exact = 1 - equation.survival()
    #expect((found.value - exact).magnitude < 4 * found.standardError + 2e-5, "\(found), not \(exact)")
  }

  @Test("The finite differences themselves agree with the closed form")
  func equation() throws {
    let motion = try GeometricBrownianMotion(drift: 0.1, volatility: 0.5)
    let closed = try CorridorPassage(spot: 100, lower: 79.39, upper: 112.7, motion: motion)
    let equation = CorridorEquation(
      lower: (closed.lower, closed.lower), upper: (closed.upper, closed.upper), logDrift: motion.logDrift,
      volatility: 0.5, years: 30 / 365.0)
    #expect((equation.survival() - closed.survival(by: 30 / 365.0)).magnitude < 2e-5)
  }

  @Test("No digit depends on the threads or on how the blocks are shared out")
  func threads() throws {
    let motion = try GeometricBrownianMotion(drift: 0.1, volatility: 0.5)
    let corridor = try MovingCorridor([
      .init(years: 0, lower: 80, upper: nil), .init(years: 0.05, lower: 85, upper: 120),
    ])
    func run(_ threads: Int, paths: Int) throws -> PassageEstimate {
      try Self.simulation(seed: 9, paths: paths, threads: threads).run(
        spot: 100, corridor: corridor, motion: motion, horizons: [0.05, 0.1])
    }
    // 19 blocks: the threads' shares and the waves (16 blocks a thread) differ in every case.
    let one = try run(1, paths: 19 * 1024)
    for threads in [2, 7] { #expect(try run(threads, paths: 19 * 1024) == one) }
    #expect(one.paths == 19 * 1024)
    #expect(try run(1, paths: 18 * 1024 + 1) == one)
    #expect(try run(1, paths: 18 * 1024) != one)
    let other = try PassageSimulation(paths: 19 * 1024, seed: 10).run(
      spot: 100, corridor: corridor, motion: motion, horizons: [0.05, 0.1])
    #expect(other != one)
  }

  @Test("The standard error is that of repeated simulations")
  func standardErrors() throws {
    let motion = try GeometricBrownianMotion(drift: 0, volatility: 0.6)
    let corridor = try MovingCorridor(lower: 90, upper: 118)
    let runs = try (0..<30).map { seed in
      try Self.simulation(seed: UInt64(500 + seed), paths: 1024).run(
        spot: 100, corridor: corridor, motion: motion, horizons: [0.05]
      ).probability(by: 0.05)
    }
    let mean = runs.reduce(0) { $0 + $1.value } / 30
    let spread = (runs.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) } / 29).squareRoot()
    let stated = runs.reduce(0) { $0 + $1.standardError } / 30
    // The spread of 30 runs is itself known to 13 percent; three times that.
    #expect((spread / stated - 1).magnitude < 0.39, "\(spread) beside \(stated)")
  }

  @Test("A probability rises in time, and a wider corridor is left less often, path by path")
  func laws() throws {
    let motion = try GeometricBrownianMotion(drift: 0, volatility: 0.6)
    func run(_ lower: Double?, _ upper: Double?) throws -> PassageEstimate {
      try Self.simulation(seed: 31, paths: 4096).run(
        spot: 100, corridor: MovingCorridor(lower: lower, upper: upper), motion: motion, horizons: [0.02, 0.08])
    }
    let curve = try run(90, 112).probabilities.map(\.value)
    #expect(zip(curve, curve.dropFirst()).allSatisfy(<=))
    let p = try run(90, 112).probability(by: 0.08).value
    #expect(try run(89, 112).probability(by: 0.08).value < p)
    #expect(try run(90, 113).probability(by: 0.08).value < p)
    #expect(try run(90, nil).probability(by: 0.08).value < p)
    #expect(try run(nil, nil).probability(by: 0.08).value == 0)
  }

  @Test("A narrow corridor over a long time ends where nothing is left")
  func early() throws {
    let motion = try GeometricBrownianMotion(drift: 0, volatility: 0.6)
    let estimate = try Self.simulation(seed: 41, paths: 1024).run(
      spot: 100, corridor: MovingCorridor(lower: 99, upper: 101), motion: motion, horizons: [30 / 365.0])
    #expect(estimate.probability(by: 30 / 365.0).value == 1)
    #expect(estimate.steps < 1000)
    let closed = try CorridorPassage(spot: 100, lower: 99, upper: 101, motion: motion)
    // Where the simulation ends, the closed form has no more left than is called negligible.
    #expect(closed.survival(by: estimate.years[estimate.years.count - 1]) < PassageGrid.negligible)
    guard case .years(let exact) = closed.time(ofProbability: 0.5),
      case .years(let found) = estimate.time(ofProbability: 0.5)
    else {
      Issue.record("no median")
      return
    }
    #expect((found / exact - 1).magnitude < 0.2)
  }

  @Test("A corridor that closes leaves nothing, and one that narrows to a point ends")
  func closing() throws {
    let motion = try GeometricBrownianMotion(drift: 0, volatility: 0.6)
    let wide = MovingCorridor.Node(years: 0, lower: 80, upper: 120)
    let closing = try MovingCorridor([wide], closesAt: 0.05)
    let estimate = try Self.simulation(seed: 51, paths: 1024).run(
      spot: 100, corridor: closing, motion: motion, horizons: [0.02, 0.1])
    #expect(estimate.probability(by: 0.02).value < 0.2)
    #expect(estimate.probability(by: 0.05).value == 1 && estimate.probability(by: 0.1).value == 1)
    let point = try MovingCorridor([wide, .init(years: 0.05, lower: 99.999_999_999, upper: 100)])
    let narrow = try Self.simulation(seed: 52, paths: 1024).run(
      spot: 100, corridor: point, motion: motion, horizons: [0.1])
    #expect(narrow.probability(by: 0.1).value == 1 && narrow.steps < 2000)
    let none = try MovingCorridor([.init(years: 0, lower: nil, upper: nil)], closesAt: 0.05)
    let sudden = try Self.simulation(seed: 53).run(spot: 100, corridor: none, motion: motion, horizons: [0.1])
    #expect(sudden.probability(by: 0.049).value == 0 && sudden.probability(by: 0.05).value == 1)
  }

  @Test("A bound that appears takes whoever is beyond it, also for a moment")
  func appearing() throws {
    let motion = try GeometricBrownianMotion(drift: 0, volatility: 0.6)
    let years = 0.1
    // Nobody is watched before the end: the probability is that of ending below.
    let corridor = try MovingCorridor([
      .init(years: 0, lower: nil, upper: nil), .init(years: years, lower: 95, upper: nil),
      .init(years: 2 * years, lower: nil, upper: nil),
    ])
    let found = try Self.simulation(seed: 61).run(
      spot: 100, corridor: corridor, motion: motion, horizons: [years, 2 * years])
    let deviation = 0.6 * years.squareRoot()
    let exact = BlackReference.cumulative((BlackReference.logarithm(0.95) + 0.18 * years) / deviation)
    let at = found.probability(by: years)
    #expect((at.value - exact).magnitude < 4 * at.standardError)
    #expect(found.probability(by: 2 * years) == at)
  }

  @Test("A spot at a bound is out at time 0, and progress ends at 1")
  func ends() throws {
    let motion = try GeometricBrownianMotion(drift: 0, volatility: 0.6)
    let outside = try Self.simulation(seed: 71).run(
      spot: 100, corridor: MovingCorridor(lower: 100, upper: nil), motion: motion, horizons: [1])
    #expect(outside.probability(by: 0).value == 1 && outside.time(ofProbability: 0.5) == .years(0))
    #expect(outside.paths == 0)
    var shares: [Double] = []
    let far = try Self.simulation(seed: 72, paths: 17 * 1024, threads: 1).run(
      spot: 100, corridor: MovingCorridor(lower: 50, upper: nil), motion: motion, horizons: [0.1]
    ) { shares.append($0) }
    #expect(shares.count == 2 && shares.last == 1 && zip(shares, shares.dropFirst()).allSatisfy(<))
    #expect(far.time(ofProbability: 0.5) == .after(years: 0.1))
  }

  @Test("One wrong number is refused")
  func refusals() throws {
    let motion = try GeometricBrownianMotion(drift: 0, volatility: 0.6)
    let good = MovingCorridor.Node(years: 0, lower: 90, upper: 110)
    let wrong: [[MovingCorridor.Node]] = [
      [], [.init(years: 0.1, lower: 90, upper: 110)], [good, good], [good, .init(years: .nan, lower: 90, upper: 110)],
      [good, .init(years: .infinity, lower: 90, upper: 110)], [good, .init(years: 1, lower: 110, upper: 110)],
      [good, .init(years: 1, lower: 0, upper: 110)], [good, .init(years: 1, lower: 90, upper: .nan)],
    ]
    for nodes in wrong { #expect(throws: IsolatedMarginError.self, "\(nodes)") { try MovingCorridor(nodes) } }
    #expect(throws: IsolatedMarginError.self) { try MovingCorridor([good], closesAt: -1) }
    for (paths, threads) in [(0, 1), (-5, 1), (1_000_000_001, 1), (1, 0), (1, 257)] {
      #expect(throws: IsolatedMarginError.self) { try PassageSimulation(paths: paths, threads: threads) }
    }
    let simulation = try Self.simulation(seed: 1, paths: 1024)
    let corridor = try MovingCorridor([good])
    for horizons in [[], [0], [-1], [.nan], [1001], [0.1, .infinity]] as [[Double]] {
      #expect(throws: IsolatedMarginError.self, "\(horizons)") {
        try simulation.run(spot: 100, corridor: corridor, motion: motion, horizons: horizons)
      }
    }
    for spot in [0, -1, .nan, .infinity] as [Double] {
      #expect(throws: IsolatedMarginError.self) {
        try simulation.run(spot: spot, corridor: corridor, motion: motion, horizons: [1])
      }
    }
  }
}

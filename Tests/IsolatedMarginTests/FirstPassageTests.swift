import IsolatedMargin
import TestSupport
import Testing

/// One bound or two, as a row of the fixtures has them.
func passage(_ row: [String: String]) throws -> any FirstPassage {
  let motion = try GeometricBrownianMotion(drift: row.number("drift"), volatility: row.number("volatility"))
  let (spot, lower, upper) = (row.number("spot"), row.number("lower"), row.number("upper"))
  if lower.isNaN { return try BarrierPassage(spot: spot, barrier: upper, side: .upper, motion: motion) }
  if upper.isNaN { return try BarrierPassage(spot: spot, barrier: lower, side: .lower, motion: motion) }
  return try CorridorPassage(spot: spot, lower: lower, upper: upper, motion: motion)
}

@Suite("First passages in closed form")
struct FirstPassageTests {
  @Test("The worked examples")
  func examples() throws {
    for row in try Fixture("FirstPassage/probabilities.csv").rows {
      let passage = try passage(row)
      let found = passage.probability(by: row.number("years"))
      #expect((found - row.number("probability")).magnitude < 1e-13, "\(row)")
      #expect((found - row.number("by_grid")).magnitude < 1e-5, "\(row)")
    }
  }

  @Test("Probability and survival keep their digits in both tails, down to 10⁻²⁸²")
  func reference() throws {
    for row in try Fixture("FirstPassage/reference.csv").rows {
      let passage = try passage(row)
      let years = row.number("years")
      for (name, found) in [
        ("probability", passage.probability(by: years)), ("survival", passage.survival(by: years)),
      ] {
        let exact = row.number(name)
        #expect((found - exact).magnitude <= 2e-12 * exact, "\(name) of \(row): found \(found)")
      }
    }
  }

  @Test("The median and the horizons of one barrier")
  func times() throws {
    for row in try Fixture("FirstPassage/times.csv").rows {
      let motion = try GeometricBrownianMotion(drift: row.number("drift"), volatility: row.number("volatility"))
      let side: BarrierSide = row.number("barrier") > row.number("spot") ? .upper : .lower
      let passage = try BarrierPassage(
        spot: row.number("spot"), barrier: row.number("barrier"), side: side, motion: motion)
      guard case .years(let median) = passage.time(ofProbability: 0.5) else {
        Issue.record("no median for \(row)")
        continue
      }
      let exact = row.number("median_years")
      #expect((median - exact).magnitude < 1e-9 * exact)
      #expect((passage.probabilityEver - row.number("probability_ever")).magnitude < 1e-15)
      for (days, column) in [(1, "by_1_day"), (7, "by_7_days"), (30, "by_30_days")] {
        let exact = row.number(column)
        #expect((passage.probability(by: Double(days) / 365) - exact).magnitude < 1e-12 * exact, "\(row) \(days)")
      }
    }
  }

  @Test("A quantile inverts the probability, and one that is never reached says so")
  func quantiles() throws {
    let away = try BarrierPassage(
      spot: 100, barrier: 120, side: .upper, motion: GeometricBrownianMotion(drift: 0, volatility: 0.8))
    for p in [1e-12, 0.01, 0.25, 0.5, 0.8, 0.83] {
      guard case .years(let years) = away.time(ofProbability: p) else {
        Issue.record("\(p) is reached")
        continue
      }
      #expect((away.probability(by: years) - p).magnitude < 1e-12 * p)
    }
    // 100/120 of all paths ever get there.
    #expect(away.time(ofProbability: 0.8334) == .never)
    #expect(away.time(ofProbability: 1) == .never)
    #expect(away.time(ofProbability: 0) == .years(0))
    let corridor = try CorridorPassage(
      spot: 100, lower: 99, upper: 101, motion: GeometricBrownianMotion(drift: 0, volatility: 0.6))
    for p in [1e-9, 0.5, 0.999_999, 1 - 1e-12] {
      guard case .years(let years) = corridor.time(ofProbability: p) else {
        Issue.record("\(p) is reached")
        continue
      }
      #expect((corridor.survival(by: years) - (1 - p)).magnitude < 1e-9 * (1 - p))
    }
  }

  static let motions: [(drift: Double, volatility: Double)] = [(0, 0.6), (1.5, 0.5), (-1.5, 0.5), (0.1, 0.15)]

  @Test("The density integrates to the probability", arguments: [0.02, 0.1, 0.6])
  func densities(years: Double) throws {
    for (drift, volatility) in Self.motions {
      let motion = try GeometricBrownianMotion(drift: drift, volatility: volatility)
      let passages: [any FirstPassage] = [
        try BarrierPassage(spot: 100, barrier: 90, side: .lower, motion: motion),
        try BarrierPassage(spot: 100, barrier: 107, side: .upper, motion: motion),
        try CorridorPassage(spot: 100, lower: 93, upper: 112, motion: motion),
      ]
      for passage in passages {
        // Equal steps in the root of time: the density is tiny at first.
        let root = years.squareRoot()
        let integral = BlackReference.integral(from: 0, to: root, intervals: 4000) {
          2 * $0 * passage.density(at: $0 * $0)
        }
        #expect((integral - passage.probability(by: years)).magnitude < 1e-9, "\(passage)")
      }
      // The two sides share it as the odds of the end do: a fair game's, in S^(-2 nu / sigma²).
      let corridor = try CorridorPassage(spot: 100, lower: 93, upper: 112, motion: motion)
      let end = 60 * (0.19 / volatility) * (0.19 / volatility)
      let upward = BlackReference.integral(from: 0, to: end.squareRoot(), intervals: 8000) {
        2 * $0 * corridor.densities(at: $0 * $0).upper
      }
      let power = -2 * motion.logDrift / (volatility * volatility)
      func scale(_ x: Double) -> Double { BlackReference.exponential(power * x) }
      let odds = (scale(0) - scale(corridor.lower)) / (scale(corridor.upper) - scale(corridor.lower))
      #expect((upward - odds).magnitude < 1e-8, "\(corridor)")
    }
  }

  @Test("A probability rises with time and volatility, and mirrored bounds share it", arguments: [3, 4] as [UInt64])
  func laws(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let (volatility, years) = (random.number(0.1, 1.5), random.number(0.001, 1))
      let (down, up) = (random.number(0.02, 0.6), random.number(0.02, 0.6))
      // No drift of the logarithm: then the law is the same after a reflection, and volatility is time.
      func corridor(_ a: Double, _ b: Double, _ volatility: Double) throws -> CorridorPassage {
        try CorridorPassage(
          spot: 100, lower: 100 * BlackReference.exponential(-a), upper: 100 * BlackReference.exponential(b),
          motion: GeometricBrownianMotion(drift: volatility * volatility / 2, volatility: volatility))
      }
      let passage = try corridor(down, up, volatility)
      let p = passage.probability(by: years)
      #expect(passage.probability(by: 1.1 * years) >= p, "\(random)")
      #expect(try corridor(down, up, 1.05 * volatility).probability(by: years) >= p, "\(random)")
      #expect(try (corridor(up, down, volatility).probability(by: years) - p).magnitude <= 1e-12, "\(random)")
      #expect(try corridor(down, 1.1 * up, volatility).probability(by: years) <= p + 1e-15, "\(random)")
      // Between the likelier single barrier and the sum of the two.
      let lower = try BarrierPassage(
        spot: 100, barrier: 100 * BlackReference.exponential(-down), side: .lower, motion: passage.motion)
      let upper = try BarrierPassage(
        spot: 100, barrier: 100 * BlackReference.exponential(up), side: .upper, motion: passage.motion)
      let (low, high) = (lower.probability(by: years), upper.probability(by: years))
      #expect(p >= max(low, high) * (1 - 1e-12) && p <= low + high + 1e-12, "\(random)")
    }
  }

  @Test("A corridor becomes a single barrier as its other side goes away", arguments: motions.indices)
  func farSide(index: Int) throws {
    let motion = try GeometricBrownianMotion(
      drift: Self.motions[index].drift, volatility: Self.motions[index].volatility)
    let single = try BarrierPassage(spot: 100, barrier: 90, side: .lower, motion: motion).probability(by: 0.1)
    var last = 1.0
    for upper in [110, 150, 1000, 1e9] as [Double] {
      let both = try CorridorPassage(spot: 100, lower: 90, upper: upper, motion: motion).probability(by: 0.1)
      #expect(both <= last + 1e-15 && both >= single * (1 - 1e-12))
      last = both
    }
    #expect((last - single).magnitude <= 1e-13 * single)
  }

  @Test("A barrier watched at moments is one moved away")
  func watched() throws {
    for row in try Fixture("FirstPassage/probabilities.csv").rows where !row.number("watched_50_times").isNaN {
      let motion = try GeometricBrownianMotion(drift: row.number("drift"), volatility: row.number("volatility"))
      let (spot, years) = (row.number("spot"), row.number("years"))
      let side: BarrierSide = row.number("lower").isNaN ? .upper : .lower
      let barrier = try DiscreteMonitoring.equivalent(
        of: row.number(side == .upper ? "upper" : "lower"), side: side, interval: years / 50,
        volatility: motion.volatility)
      let found = try BarrierPassage(spot: spot, barrier: barrier, side: side, motion: motion).probability(by: years)
      #expect((found - row.number("watched_50_times_shifted")).magnitude < 1e-6, "\(row)")
      // The shift is a first-order correction: 0.003 beside a simulated figure with a standard error of 0.0011.
      #expect((found - row.number("watched_50_times")).magnitude < 0.003 + 4 * 0.0011, "\(row)")
    }
  }

  @Test("Whoever is at a bound or beyond is out at once")
  func outside() throws {
    let motion = try GeometricBrownianMotion(drift: 0, volatility: 0.5)
    let passages: [any FirstPassage] = [
      try BarrierPassage(spot: 100, barrier: 100, side: .lower, motion: motion),
      try BarrierPassage(spot: 100, barrier: 90, side: .upper, motion: motion),
      try CorridorPassage(spot: 100, lower: 100, upper: 120, motion: motion),
      try CorridorPassage(spot: 130, lower: 100, upper: 120, motion: motion),
    ]
    for passage in passages {
      #expect(passage.isOutside && passage.probability(by: 0) == 1 && passage.survival(by: 1) == 0)
      #expect(passage.time(ofProbability: 0.5) == .years(0) && passage.density(at: 1) == 0)
    }
    let inside = try CorridorPassage(spot: 110, lower: 100, upper: 120, motion: motion)
    #expect(inside.probability(by: 0) == 0 && inside.survival(by: 0) == 1 && inside.probability(by: .infinity) == 1)
  }

  @Test("One wrong number is refused")
  func refusals() throws {
    let motion = try GeometricBrownianMotion(drift: 0, volatility: 0.5)
    for (drift, volatility) in [
      (0, 0), (0, -1), (0, 101), (101, 0.5), (.nan, 0.5), (0, .nan), (-.infinity, 0.5),
    ] as [(Double, Double)] {
      #expect(throws: IsolatedMarginError.self) {
        try GeometricBrownianMotion(drift: drift, volatility: volatility)
      }
    }
    for (spot, barrier) in [(0, 90), (100, 0), (.nan, 90), (100, .infinity), (-1, 90)] as [(Double, Double)] {
      #expect(throws: IsolatedMarginError.self) {
        try BarrierPassage(spot: spot, barrier: barrier, side: .lower, motion: motion)
      }
    }
    for (lower, upper) in [(90, 90), (110, 90), (0, 110), (90, Double.infinity), (.nan, 110)] as [(Double, Double)] {
      #expect(throws: IsolatedMarginError.self) {
        try CorridorPassage(spot: 100, lower: lower, upper: upper, motion: motion)
      }
    }
    #expect(throws: IsolatedMarginError.self) {
      try DiscreteMonitoring.equivalent(of: 90, side: .lower, interval: -1, volatility: 0.5)
    }
  }
}

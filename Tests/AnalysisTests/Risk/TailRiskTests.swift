import Kernels
import Scenarios
import TestSupport
import Testing

@testable import Analysis

@Suite("Value at risk and expected shortfall of a sample")
struct TailRiskTests {
  private func measure(
    _ profits: [Double], level: Double, weights: [Double]? = nil,
    dependence: JointMoves.Dependence = .independent
  ) throws -> (risk: TailRisk, tail: TailWeights) {
    var measure = TailMeasure(
      try TailTerms(count: profits.count, weights: weights, dependence: dependence, level: level))
    return try measure.measure(profits.span)
  }

  private func normals(_ random: inout SplitMix64, _ count: Int) -> [Double] {
    (0..<count).map { _ in Normal.quantile(random.number(1e-15, 1)) }
  }

  @Test("Of 500 at 99 percent the fifth worst; of 100 at 97.5 percent the third, half of it in the tail")
  func definition() throws {
    let profits = (0..<500).map { Double(($0 * 137) % 500) }
    let (risk, tail) = try measure(profits, level: 0.99)
    #expect(risk.valueAtRisk == -4 && (risk.expectedShortfall + 2).magnitude < 1e-12 && risk.tailScenarios == 5)
    #expect(risk.worst == 0 && profits[risk.worstScenario] == 0)
    #expect(tail.weights.allSatisfy { ($0 - 0.2).magnitude < 1e-12 })
    let hundred = (0..<100).map { 10 * Double(($0 * 37) % 100) - 500 }
    let (quarter, parts) = try measure(hundred, level: 0.975)
    // -500, -490 and half of -480
    #expect(quarter.valueAtRisk == 480 && (quarter.expectedShortfall - 492).magnitude < 1e-9)
    #expect(zip(parts.weights, [0.4, 0.4, 0.2]).allSatisfy { ($0 - $1).magnitude < 1e-12 })
    #expect((try #require(quarter.worstShare) - 0.4 * 500 / 492).magnitude < 1e-12)
  }

  @Test("The ranks of the 95 percent interval, by the binomial distribution")
  func ranks() throws {
    // P(B <= 0) = 0.0066, P(B <= 1) = 0.0398; P(B <= 9) = 0.969, P(B <= 10) = 0.987 for 500 trials of 0.01.
    let profits = (0..<500).map { Double($0) }
    let (risk, _) = try measure(profits, level: 0.99)
    #expect(risk.high == 0 && risk.low == -10)
    // P(B = 0) = 0.366 for 100 trials of 0.01: no order statistic lies surely beyond the quantile.
    #expect(try measure(Array(profits[..<100]), level: 0.99).risk.high == nil)
  }

  @Test("Everything against sums over the sorted sample", arguments: 1...30 as ClosedRange<UInt64>)
  func bruteForce(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let count = random.int(60...900)
    // Some outcomes are equal.
    let profits = normals(&random, count).map { random.chance(0.2) ? ($0 * 4).rounded() / 4 : $0 }
    let level = random.pick([0.9, 0.95, 0.975, 0.98])
    let isWeighted = random.chance(0.5)
    let raw = profits.map { _ in isWeighted ? random.number(0.2, 1) : 1 }
    let total = raw.reduce(0, +)
    let weights = raw.map { $0 / total }
    let (risk, tail) = try measure(profits, level: level, weights: isWeighted ? weights : nil)
    var (sum, weight, quantile) = (0.0, 0.0, 0.0)
    for scenario in profits.indices.sorted(by: { (profits[$0], $0) < (profits[$1], $1) }) {
      guard weight < (1 - level) - 1e-9 else { break }
      let used = min(weights[scenario], 1 - level - weight)
      sum += used * profits[scenario]
      weight += used
      quantile = profits[scenario]
    }
    #expect(risk.valueAtRisk == -quantile, "\(random)")
    #expect((risk.expectedShortfall + sum / (1 - level)).magnitude < 1e-9, "\(random)")
    let kernel = TailMean.expectedShortfall(profits.span, weights: weights.span, tail: 1 - level)
    #expect((risk.expectedShortfall - kernel).magnitude < 1e-9, "\(random)")
    #expect((tail.weights.reduce(0, +) - 1).magnitude < 1e-9, "\(random)")
    #expect((tail.shortfall(of: profits.span) - risk.expectedShortfall).magnitude < 1e-9, "\(random)")
    #expect(risk.expectedShortfall >= risk.valueAtRisk && risk.worst >= risk.expectedShortfall, "\(random)")
    if let low = risk.low, let high = risk.high { #expect(low <= risk.valueAtRisk && risk.valueAtRisk <= high) }
  }

  @Test("Equal weights given one by one are equal weights")
  func equalWeights() throws {
    var random = SplitMix64(seed: 12)
    let profits = normals(&random, 400)
    for level in [0.95, 0.975, 0.99] {
      let plain = try measure(profits, level: level).risk
      let weighted = try measure(profits, level: level, weights: [Double](repeating: 1 / 400, count: 400)).risk
      #expect(plain.valueAtRisk == weighted.valueAtRisk && plain.tailScenarios == weighted.tailScenarios)
      #expect((plain.expectedShortfall - weighted.expectedShortfall).magnitude < 1e-12)
      #expect((plain.standardError / weighted.standardError - 1).magnitude < 1e-9)
    }
  }

  @Test(
    "Homogeneous, translation invariant, monotonous, subadditive; parts add up",
    arguments: 1...30 as ClosedRange<UInt64>)
  func laws(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let count = random.int(100...600)
    let level = random.pick([0.9, 0.95, 0.975, 0.99])
    let parts = (0..<3).map { _ in normals(&random, count).map { $0 * $0 * $0 } }
    let sum = parts[0].indices.map { parts[0][$0] + parts[1][$0] + parts[2][$0] }
    let (whole, tail) = try measure(sum, level: level)
    let scaled = try measure(sum.map { 3 * $0 }, level: level).risk
    #expect((scaled.valueAtRisk - 3 * whole.valueAtRisk).magnitude < 1e-12 * scaled.worst.magnitude, "\(random)")
    #expect((scaled.expectedShortfall - 3 * whole.expectedShortfall).magnitude < 1e-12 * scaled.worst, "\(random)")
    #expect((scaled.standardError - 3 * whole.standardError).magnitude < 1e-12 * scaled.worst, "\(random)")
    let moved = try measure(sum.map { $0 + 7 }, level: level).risk
    #expect((moved.valueAtRisk + 7 - whole.valueAtRisk).magnitude < 1e-12 * whole.worst, "\(random)")
    #expect((moved.expectedShortfall + 7 - whole.expectedShortfall).magnitude < 1e-12 * whole.worst, "\(random)")
    let better = try measure(sum.map { $0 + random.number(0, 2) }, level: level).risk
    #expect(better.valueAtRisk <= whole.valueAtRisk && better.expectedShortfall <= whole.expectedShortfall, "\(random)")
    let alone = try parts.map { try measure($0, level: level).risk.expectedShortfall }
    #expect(whole.expectedShortfall <= alone.reduce(0, +) + 1e-12 * whole.worst, "\(random)")
    let contributions = parts.map { tail.shortfall(of: $0.span) }
    #expect((contributions.reduce(0, +) - whole.expectedShortfall).magnitude < 1e-12 * whole.worst, "\(random)")
    for (contribution, own) in zip(contributions, alone) {
      #expect(contribution <= own + 1e-12 * whole.worst, "\(random)")
    }
    let shares = parts.map { tail.valueAtRisk(of: $0.span) }.reduce(0, +)
    #expect((shares - whole.valueAtRisk).magnitude < 1e-12 * whole.worst, "\(random)")
  }

  @Test("Of a normal sample: near the closed form, the interval holds it, the standard error is the spread")
  func normalSample() throws {
    var random = SplitMix64(seed: 77)
    let (samples, count, level) = (300, 1000, 0.975)
    let quantile = 1.959963984540054
    let shortfall = Normal.density(quantile) / 0.025
    var (held, estimates, errors) = (0, [Double](), 0.0)
    for _ in 0..<samples {
      let risk = try measure(normals(&random, count), level: level).risk
      if let low = risk.low, let high = risk.high, low <= quantile, quantile <= high { held += 1 }
      estimates.append(risk.expectedShortfall)
      errors += risk.standardError / Double(samples)
    }
    let mean = estimates.reduce(0, +) / Double(samples)
    let spread = (estimates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(samples - 1)).squareRoot()
    #expect((mean - shortfall).magnitude < 4 * spread / Double(samples).squareRoot() + 0.01, "\(mean) \(shortfall)")
    #expect((errors / spread - 1).magnitude < 0.2, "\(errors) beside \(spread)")
    // The interval is at least 95 percent wide: 4 standard errors below that are 0.90.
    #expect(Double(held) / Double(samples) > 0.9, "\(held) of \(samples)")
  }

  @Test("Pairs that cancel have smaller errors, pairs that repeat greater ones")
  func pairs() throws {
    var random = SplitMix64(seed: 5)
    let draws = normals(&random, 5000)
    let linear = draws.flatMap { [$0, -$0] }
    let symmetric = draws.flatMap { [-$0 * $0, -$0 * $0] }
    func errors(_ profits: [Double], _ dependence: JointMoves.Dependence) throws -> (Double, Double) {
      let risk = try measure(profits, level: 0.975, dependence: dependence).risk
      return (risk.standardError, try #require(risk.high) - #require(risk.low))
    }
    let (plain, cancelled) = (try errors(linear, .independent), try errors(linear, .pairs))
    #expect(cancelled.0 < plain.0 && cancelled.0 > 0.9 * plain.0, "of a small tail hardly anything cancels")
    let (single, doubled) = (try errors(symmetric, .independent), try errors(symmetric, .pairs))
    #expect((doubled.0 / single.0 - 2.0.squareRoot()).magnitude < 1e-6, "two equal draws are worth one")
    #expect((doubled.1 / single.1 - 2.0.squareRoot()).magnitude < 0.3)
    let overlapping = try errors(linear, .overlapping(4))
    #expect((overlapping.0 / plain.0 - 2).magnitude < 1e-9 && overlapping.1 > 1.5 * plain.1)
  }

  @Test("Levels, samples and outcomes that give no answer are refused, one cause at a time")
  func refusals() throws {
    for level in [0.3, 1, 1.5, -1, .nan] { #expect(throws: RiskError.self) { try TailTerms(count: 100, level: level) } }
    #expect(throws: RiskError.tooFew("scenarios for the level 0.99", found: 99, wanted: 100)) {
      try TailTerms(count: 99, level: 0.99)
    }
    _ = try TailTerms(count: 100, level: 0.99)
    #expect(throws: RiskError.tooFew("equally weighted scenarios for the level 0.99", found: 1, wanted: 100)) {
      try TailTerms(count: 200, weights: [0.99] + [Double](repeating: 0.01 / 199, count: 199), level: 0.99)
    }
    for bad in [Double.nan, .infinity, -.infinity] {
      #expect(throws: RiskError.noNumber(scenario: "2")) {
        try measure([1, bad] + [Double](repeating: 0, count: 98), level: 0.99)
      }
    }
  }
}

import TestSupport
import Testing

@testable import Analysis

@Suite("Backtests of a value at risk")
struct CoverageTestTests {
  /// The MathWorks, Risk Management Toolbox, documentation of `pof`, `cci` and `cc` of `varbacktest`: the example with the
  /// model `Normal95` and 1,043 days, to the printed digits.
  @Test("The published example of 57 exceptions in 1043 days at 95 percent")
  func published() throws {
    let test = try CoverageTest(
      days: 1043, exceptions: 57, transitions: .init(n00: 932, n01: 53, n10: 53, n11: 4), expectedRate: 0.05)
    let (independence, conditional) = (try #require(test.independence), try #require(test.conditional))
    for (found, printed) in [
      (test.unconditional.statistic, 0.46147), (test.unconditional.pValue, 0.49694),
      (independence.statistic, 0.25866), (independence.pValue, 0.61104), (conditional.statistic, 0.72013),
      (conditional.pValue, 0.69763),
    ] { #expect((found - printed).magnitude < 6e-6, "\(found) \(printed)") }
  }

  /// Kupiec 1995, the table of non-rejection regions at a test size of 5 percent, as the literature quotes it: the first and last count of exceptions
  /// within. Of 255 days at 1 percent it prints "fewer than 7", and takes none as a model that cannot be faulted; the ratio
  /// of no exception is 5.13, beyond the 3.84 of the others, so that the first count here is 1.
  @Test(
    "Kupiec's regions of acceptance",
    arguments: [(255, 0.01, 1, 6), (510, 0.01, 2, 10), (1000, 0.01, 5, 16), (255, 0.05, 7, 20), (1000, 0.05, 38, 64)])
  func regions(days: Int, rate: Double, first: Int, last: Int) throws {
    for exceptions in 0...100 {
      let test = try CoverageTest(
        days: days, exceptions: exceptions,
        transitions: .init(n00: days - 1 - exceptions, n01: exceptions, n10: 0, n11: 0), expectedRate: rate)
      #expect((test.unconditional.pValue > 0.05) == (first...last).contains(exceptions), "\(exceptions) of \(days)")
    }
  }

  @Test("No exception and nothing but exceptions have their likelihoods; one day has no neighbours")
  func edges() throws {
    let none = try CoverageTest([Bool](repeating: false, count: 250), expectedRate: 0.01)
    // -2 ln 0.99^250
    #expect((none.unconditional.statistic - 5.025168).magnitude < 1e-6 && none.exceptions == 0)
    #expect(none.independence == LikelihoodRatio(0, degrees: 1) && none.independence?.pValue == 1)
    let all = try CoverageTest([Bool](repeating: true, count: 4), expectedRate: 0.01)
    // -2 ln 0.01^4
    #expect((all.unconditional.statistic - 36.841361).magnitude < 1e-6 && all.independence?.statistic == 0)
    #expect(all.zone == .red && none.zone == .green)
    let one = try CoverageTest([true], expectedRate: 0.01)
    #expect(one.independence == nil && one.conditional == nil && one.unconditional.statistic > 9)
  }

  @Test("Transitions are counted from a day to the next, and clusters are found")
  func transitions() throws {
    let days = [false, true, true, false, false, true, false]
    let test = try CoverageTest(days, expectedRate: 0.1)
    #expect(test.transitions == .init(n00: 1, n01: 2, n10: 2, n11: 1) && test.exceptions == 3 && test.days == 7)
    var clustered = [Bool](repeating: false, count: 500)
    for day in 100..<110 { clustered[day] = true }
    var spread = [Bool](repeating: false, count: 500)
    for day in stride(from: 20, to: 500, by: 50) { spread[day] = true }
    let (a, b) = (try CoverageTest(clustered, expectedRate: 0.02), try CoverageTest(spread, expectedRate: 0.02))
    #expect(a.unconditional == b.unconditional)
    #expect(try #require(a.independence).pValue < 1e-9 && #require(b.independence).pValue > 0.4)
    #expect(a.conditional?.statistic == a.unconditional.statistic + (a.independence?.statistic ?? .nan))
  }

  /// Basel Committee 1996, table 2: 250 days at 99 percent.
  @Test("The zones of the Basel Committee")
  func zones() throws {
    for exceptions in 0...14 {
      let days = (0..<250).map { $0 < exceptions }
      let zone = try CoverageTest(days, expectedRate: 0.01).zone
      #expect(zone == (exceptions <= 4 ? .green : exceptions <= 9 ? .yellow : .red), "\(exceptions)")
    }
  }

  @Test("P-values are close to uniform where the model is right", arguments: [1, 2] as [UInt64])
  func uniform(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var rejected = 0
    let samples = 400
    for _ in 0..<samples {
      let days = (0..<500).map { _ in random.chance(0.05) }
      if try CoverageTest(days, expectedRate: 0.05).unconditional.pValue < 0.05 { rejected += 1 }
    }
    #expect((rejected - 20).magnitude < 20, "\(random): \(rejected) of \(samples)")
  }

  @Test("What is no test is refused")
  func refusals() {
    for rate in [0, 1, -0.1, .nan] {
      #expect(throws: RiskError.self) { try CoverageTest([true], expectedRate: rate) }
    }
    #expect(throws: RiskError.tooFew("days to test", found: 0, wanted: 1)) { try CoverageTest([], expectedRate: 0.01) }
    #expect(throws: RiskError.self) {
      try CoverageTest(
        days: 2, exceptions: 3, transitions: .init(n00: 0, n01: 0, n10: 0, n11: 0), expectedRate: 0.1)
    }
  }

  @Test("The binomial distribution by hand, and its quantiles")
  func binomial() {
    let four = BinomialDistribution(trials: 4, probability: 0.5)
    for (count, expected) in [(-1, 0), (0, 0.0625), (1, 0.3125), (2, 0.6875), (3, 0.9375), (4, 1), (9, 1)] {
      #expect((four.cumulative(count) - expected).magnitude < 1e-15)
    }
    #expect(four.quantile(0.3) == 1 && four.quantile(0.32) == 2 && four.quantile(0) == 0 && four.quantile(1) == 4)
    // A probability of no success of 1e-10995 must not swallow the rest.
    let many = BinomialDistribution(trials: 1_000_000, probability: 0.025)
    #expect((many.cumulative(25_000) - 0.5).magnitude < 0.01 && (24_600...24_800).contains(many.quantile(0.025)))
  }
}

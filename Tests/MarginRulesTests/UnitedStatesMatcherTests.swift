import Basics
import Instruments
import Pricing
import TestSupport
import Testing

@testable import MarginRules

private typealias Samples = UnitedStatesSamples

@Suite("The matcher of US strategies")
struct UnitedStatesMatcherTests {
  @Test("It finds what a search through all divisions finds", arguments: 1...160 as ClosedRange<UInt64>)
  func bruteForce(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let legs = Samples.random(&random, legs: 6, lots: -2...2)
    for kind in RequirementKind.allCases {
      guard let (position, charges) = try Samples.problem(legs, kind: kind) else { continue }
      guard position.series.reduce(0, { $0 + $1.lots }) <= 10 else { continue }
      let matcher = StrategyMatcher(position, charges)
      var brute = UnitedStatesBruteForce(charges: charges)
      #expect(matcher.cost == brute.least(position.series) * position.lot, "\(random) \(kind)")
      #expect(matcher.isLeast, "\(random)")
    }
  }

  @Test("Quantities of a hundred and unequal ratios cost no search")
  func ratios() throws {
    let legs = [Samples.put(100, 90), Samples.put(-117, 95), Samples.call(-250, 105), Samples.call(93, 110)]
    let problem = try #require(try Samples.problem(legs))
    let matcher = StrategyMatcher(problem.position, problem.charges)
    #expect(matcher.isLeast)
    // 93 iron condors at 5. The other 24 puts stand beside calls in strangles, where each asks for its mark of 2 alone: less
    // than the 5 of a put spread, so 7 long puts are left over. 133 calls remain.
    let expected = ExactAmount(93 * 5) + ExactAmount(24 * (15 + 2 + 2)) + ExactAmount(133 * (15 + 2))
    #expect(matcher.cost == expected * ExactAmount(100))
  }

  @Test("Pairing nearest strikes first is wrong, and not what it does")
  func notGreedy() throws {
    // The long call of 106 limits the dear call of 100, though it is nearer to that of 105.
    let legs = [Samples.call(-1, 100, mark: 30), Samples.call(-1, 130, mark: 1), Samples.call(1, 131, mark: 1)]
    let problem = try #require(try Samples.problem(legs))
    let matcher = StrategyMatcher(problem.position, problem.charges)
    let near = ExactAmount(1) + ExactAmount(30 + 20)
    let far = ExactAmount(31) + ExactAmount(1 + 10)
    #expect(matcher.cost == min(near, far) * ExactAmount(100))
    #expect(far < near)
  }

  @Test("The greatest saving first is no optimum, and the programme finds what it misses")
  func savings() throws {
    var misses = 0
    for seed in 1...60 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      let legs = Samples.random(&random, legs: 8, lots: -3...3)
      guard let (position, charges) = try Samples.problem(legs) else { continue }
      let exact = StrategyMatcher(position, charges)
      let early = StrategyMatcher(position, charges, budget: 0)
      #expect(early.lowerBound <= exact.cost && exact.cost <= early.cost, "\(random)")
      if exact.cost < early.cost { misses += 1 }
    }
    #expect(misses > 0)
  }

  /// A book of the margin estimator's tests (commit cd1b0187f0ff) that it pairs greedily.
  struct GreedyBook: CustomTestStringConvertible {
    let name: String
    let spot: String
    let legs: [(kind: String, strike: String, lots: Int, mark: String, days: Int)]
    /// What its own pairs ask for on this basis, and what is least.
    let printed: (margin: Double, cash: Double)
    let least: (margin: Double, cash: Double)
    var testDescription: String { name }
  }

  static let greedyBooks: [GreedyBook] = [
    // Its pairs: a put diagonal at no loss, two call spreads of 5, one of 10 and two strangles, 20,600; the calendar on 495
    // leaves cheaper puts to the strangles. In cash it secures calls and puts with 2 x 500 + 480 + 495 beside spreads of
    // 20; 2 x 500 + 2 x 480 are enough.
    GreedyBook(
      name: "complex_multi_strategy_position", spot: "500",
      legs: [
        ("put", "480", -2, "6", 30), ("call", "530", 1, "2", 30), ("call", "520", -3, "5", 30),
        ("call", "510", 2, "10", 30), ("put", "495", -1, "15", 30), ("call", "505", -2, "13", 30),
        ("put", "495", 1, "20", 31),
      ], printed: (margin: 22_600, cash: 199_500), least: (margin: 20_200, cash: 196_000)),
    // Its pairs: an iron condor of 25, a strangle of 22,100, and a put sold for longer than the one bought, 23,730. The put
    // spread 1025/1150 frees both calls for strangles. In cash, where strangles are no relief, its pairs are least.
    GreedyBook(
      name: "iron_condor_and_calendar_and_strangle", spot: "1060",
      legs: [
        ("call", "1150", -1, "9.4", 30), ("call", "1175", 1, "6.3", 30), ("put", "1150", -1, "25.3", 31),
        ("put", "1025", -1, "35.1", 30), ("put", "1150", 1, "28.3", 30), ("put", "1000", 1, "32", 30),
        ("call", "1175", -1, "6.5", 31), ("put", "1025", -1, "37.5", 31),
      ], printed: (margin: 48_330, cash: 326_000), least: (margin: 46_770, cash: 326_000)),
  ]

  @Test("A book that a greedy tool pairs dearly is paired for less, and never for more", arguments: greedyBooks)
  func pairedForLess(_ book: GreedyBook) throws {
    let example = RuleCase(
      name: book.name, settlement: nil,
      market: ["ABC": RuleCase.Market(spot: book.spot, forward: book.spot, forwards: nil)],
      legs: book.legs.map { leg in
        RuleCase.Leg(
          kind: leg.kind, underlying: "ABC", quantity: "\(leg.lots)", strike: leg.strike, multiplier: "100",
          seconds: leg.days * 86_400, volatility: "0.5", mark: leg.mark, price: nil)
      }, tolerance: nil, relativeTolerance: nil, answers: [])
    let margin = try #require(try rule("us-margin").answer(for: example.inputs()).initial)
    let cash = try #require(try rule("us-cash").answer(for: example.inputs()).initial)
    #expect(margin.value == book.least.margin, "\(margin.binding)")
    #expect(cash.value == book.least.cash, "\(cash.binding)")
    #expect(margin.value < book.printed.margin && cash.value <= book.printed.cash)
  }

  @Test("The order of legs decides nothing", arguments: 1...25 as ClosedRange<UInt64>)
  func order(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let legs = Samples.random(&random, legs: 7, lots: -3...3)
    let rule = try rule("us-margin")
    let answer = try rule.answer(for: Samples.inputs(legs))
    let other = try rule.answer(for: Samples.inputs(legs.shuffled(using: &random)))
    #expect(answer == other, "\(random)")
  }

  @Test("One more long option never raises the total", arguments: 1...40 as ClosedRange<UInt64>)
  func longOption(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let legs = Samples.random(&random, legs: 6, lots: -3...3)
    let more = Samples.Leg(
      right: random.chance(0.5) ? .call : .put, lots: random.int64(1...3), strike: 80 + 5 * random.int64(0...8),
      mark: 1, days: random.chance(0.5) ? 30 : 60)
    // A long position in a contract already sold closes it instead, which lowers the total as well.
    for kind in RequirementKind.allCases {
      #expect(try Samples.least(legs + [more], kind: kind) <= Samples.least(legs, kind: kind), "\(random)")
    }
  }

  @Test("Two parts never ask for less than their whole", arguments: 1...40 as ClosedRange<UInt64>)
  func subadditive(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let one = Samples.random(&random, legs: 5, lots: -3...3)
    let other = Samples.random(&random, legs: 5, lots: -3...3)
    // Marks of one contract agree in one market, so both parts are priced alike.
    func priced(_ legs: [Samples.Leg]) -> [Samples.Leg] {
      legs.map { leg in
        var leg = leg
        leg.mark = leg.right == nil ? 0 : 1 + leg.strike % 7
        return leg
      }
    }
    let (a, b) = (priced(one), priced(other))
    for kind in RequirementKind.allCases {
      let whole = try Samples.least(a + b, kind: kind)
      #expect(try whole <= Samples.least(a, kind: kind) + Samples.least(b, kind: kind), "\(random) \(kind)")
    }
  }

  @Test("Tenfold quantities ask for at most ten times as much, and for no less than the relaxation")
  func scale() throws {
    for seed in 1...15 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      let legs = Samples.random(&random, legs: 6, lots: -3...3)
      let tenfold = legs.map { leg in
        var leg = leg
        leg.lots *= 10
        return leg
      }
      #expect(try Samples.least(tenfold) <= ExactAmount(10) * Samples.least(legs), "\(random)")
    }
  }

  @Test("Thousands of contracts end within the budget, with a bound and the word for it")
  func many() throws {
    var legs: [Samples.Leg] = []
    for place in 0..<Int64(300) {
      legs.append(Samples.call(place % 2 == 0 ? -1 : 1, 50 + place))
      legs.append(Samples.put(place % 3 == 0 ? 1 : -2, 40 + place))
    }
    let answer = try rule("us-margin").answer(for: Samples.inputs(legs))
    let initial = try #require(answer.initial)
    #expect(initial.binding.contains("stopped early: not less than 0"))
    #expect(initial.binding.contains("and "))
    #expect(initial.total.minorUnits > 0)
  }

  @Test("Without budget a position of ten thousand series is divided by its savings, and no basis is made for it")
  func withoutBudget() throws {
    // A basis would have 10^8 exact cells, which is more memory than most machines have.
    let series = (0..<10_000).map { place in
      StrategyEnumeration.Column(
        .nakedPut, [(place, 1)], [StrategyCharges.Part(name: "", input: "", amount: ExactAmount(Int64(place % 7)))])
    }
    let partition = StrategyPartition(
      series, Array(repeating: 2, count: series.count), floor: .zero, isComplete: true, budget: 1 << 40)
    #expect(partition.counts.count == series.count)
    #expect(partition.cost == ExactAmount((0..<10_000 as Range<Int64>).reduce(0) { $0 + 2 * ($1 % 7) }))
    #expect(partition.lowerBound == .zero)
  }

  @Test("Without shares keeping asks for what opening does; with shares each has its own division")
  func kinds() throws {
    let options = [Samples.put(-2, 95), Samples.call(-1, 105), Samples.call(1, 110)]
    for legs in [options, options + [Samples.shares(1)]] {
      let answer = try rule("us-margin").answer(for: Samples.inputs(legs))
      let (initial, maintenance) = (try #require(answer.initial), try #require(answer.maintenance))
      for (requirement, kind) in [(initial, RequirementKind.initial), (maintenance, .maintenance)] {
        #expect(requirement.kind == kind)
        let (position, charges) = try #require(try Samples.problem(legs, kind: kind))
        #expect(requirement.total.exact >= StrategyMatcher(position, charges).cost)
      }
      #expect((initial.total == maintenance.total) == (legs.count == 3))
    }
  }
}

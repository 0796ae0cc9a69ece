import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@testable import MarginRules

private typealias Samples = UnitedStatesSamples

@Suite("The US strategy rules")
struct UnitedStatesRuleTests {
  /// One line of the table: what is held, and what one contract of 100 asks for in words and dollars.
  struct Row: CustomTestStringConvertible {
    let strategy: String
    let legs: [UnitedStatesSamples.Leg]
    let initial: Double
    let maintenance: Double
    var testDescription: String { strategy }
  }

  /// At a spot of 100, shares bought there; worked by hand from the rule's sentences.
  static let rows: [Row] = [
    Row(strategy: "long underlying", legs: [Samples.shares(1)], initial: 5_000, maintenance: 2_500),
    Row(strategy: "short underlying", legs: [Samples.shares(-1)], initial: 5_000, maintenance: 3_000),
    Row(
      strategy: "covered call 110", legs: [Samples.shares(1), Samples.call(-1, 110)], initial: 5_000,
      maintenance: 2_500),
    // In the money by 10: the shares count at 90.
    Row(
      strategy: "covered call 90", legs: [Samples.shares(1), Samples.call(-1, 90)], initial: 6_000,
      maintenance: 2_250 + 1_000),
    Row(
      strategy: "covered put 90", legs: [Samples.shares(-1), Samples.put(-1, 90)], initial: 5_000, maintenance: 3_000),
    Row(
      strategy: "covered put 110", legs: [Samples.shares(-1), Samples.put(-1, 110)], initial: 6_000,
      maintenance: 4_000),
    // 10 % of 95 and 5 out of the money; for 80 that is more than 25 % of the shares.
    Row(
      strategy: "protective put 95", legs: [Samples.shares(1), Samples.put(1, 95)], initial: 5_000, maintenance: 1_450),
    Row(
      strategy: "protective put 80", legs: [Samples.shares(1), Samples.put(1, 80)], initial: 5_000, maintenance: 2_500),
    Row(
      strategy: "protective call 105", legs: [Samples.shares(-1), Samples.call(1, 105)], initial: 5_000,
      maintenance: 1_550),
    Row(
      strategy: "collar 95/110", legs: [Samples.shares(1), Samples.put(1, 95), Samples.call(-1, 110)], initial: 5_000,
      maintenance: 1_450),
    Row(
      strategy: "conversion 95", legs: [Samples.shares(1), Samples.put(1, 95), Samples.call(-1, 95)], initial: 5_500,
      maintenance: 950 + 500),
    Row(
      strategy: "reverse conversion 105", legs: [Samples.shares(-1), Samples.put(-1, 105), Samples.call(1, 105)],
      initial: 5_500, maintenance: 1_050 + 500),
    Row(strategy: "naked call 105", legs: [Samples.call(-1, 105)], initial: 1_700, maintenance: 1_700),
    Row(strategy: "naked put 80", legs: [Samples.put(-1, 80)], initial: 1_000, maintenance: 1_000),
    Row(
      strategy: "short straddle 100", legs: [Samples.call(-1, 100), Samples.put(-1, 100)], initial: 2_400,
      maintenance: 2_400),
    Row(
      strategy: "short strangle 90/105", legs: [Samples.call(-1, 105), Samples.put(-1, 90)], initial: 1_900,
      maintenance: 1_900),
    Row(
      strategy: "call spread 100/105", legs: [Samples.call(-1, 100), Samples.call(1, 105)], initial: 500,
      maintenance: 500),
    Row(strategy: "put spread 95/100", legs: [Samples.put(-1, 95), Samples.put(1, 100)], initial: 0, maintenance: 0),
    Row(
      strategy: "call calendar 100 2025-12-31/100 2026-01-30",
      legs: [Samples.call(-1, 100), Samples.call(1, 100, days: 60)], initial: 0, maintenance: 0),
    Row(
      strategy: "put diagonal 90 2026-01-30/95 2025-12-31", legs: [Samples.put(-1, 95), Samples.put(1, 90, days: 60)],
      initial: 500, maintenance: 500),
    Row(
      strategy: "long butterfly 95/100/110",
      legs: [Samples.call(1, 95), Samples.call(-2, 100), Samples.call(1, 110)], initial: 500, maintenance: 500),
    Row(
      strategy: "short butterfly 90/95/100", legs: [Samples.put(-1, 90), Samples.put(2, 95), Samples.put(-1, 100)],
      initial: 500, maintenance: 500),
    Row(
      strategy: "long condor 90/95/100/110",
      legs: [Samples.put(1, 90), Samples.put(-1, 95), Samples.put(-1, 100), Samples.put(1, 110)], initial: 0,
      maintenance: 0),
    Row(
      strategy: "iron condor 90/95/105/115",
      legs: [Samples.put(1, 90), Samples.put(-1, 95), Samples.call(-1, 105), Samples.call(1, 115)], initial: 1_000,
      maintenance: 1_000),
    Row(
      strategy: "iron butterfly 90/100/110",
      legs: [Samples.put(1, 90), Samples.put(-1, 100), Samples.call(-1, 100), Samples.call(1, 110)], initial: 1_000,
      maintenance: 1_000),
    Row(
      strategy: "reverse iron condor 90/95/105/110",
      legs: [Samples.put(-1, 90), Samples.put(1, 95), Samples.call(1, 105), Samples.call(-1, 110)], initial: 0,
      maintenance: 0),
    Row(
      strategy: "short box 95/105",
      legs: [Samples.call(-1, 95), Samples.call(1, 105), Samples.put(-1, 105), Samples.put(1, 95)], initial: 1_000,
      maintenance: 1_000),
    Row(
      strategy: "long box 95/105",
      legs: [Samples.call(1, 95), Samples.call(-1, 105), Samples.put(1, 105), Samples.put(-1, 95)], initial: 0,
      maintenance: 0),
  ]

  @Test("Each strategy is recognised by its name and asks what the rule says", arguments: rows)
  func table(_ row: Row) throws {
    let answer = try rule("us-margin").answer(for: Samples.inputs(row.legs))
    let (initial, maintenance) = (try #require(answer.initial), try #require(answer.maintenance))
    #expect(initial.value == row.initial)
    #expect(maintenance.value == row.maintenance)
    #expect(maintenance.binding.contains("x \(row.strategy)"), "\(maintenance.binding)")
    #expect(Set(initial.terms.compactMap { RequirementVocabulary.meaning(of: $0.name) }).isEmpty == false)
  }

  @Test("In a cash account shares are paid for, alone and under an option, and the reason holds there too")
  func paidShares() throws {
    for legs in [
      [Samples.shares(1)], [Samples.shares(1), Samples.call(-1, 110)],
      [Samples.shares(1), Samples.put(1, 95), Samples.call(-1, 110)],
    ] {
      let answer = try rule("us-cash").answer(for: Samples.inputs(legs))
      #expect(answer.initial?.value == 10_000, "100 shares at 100")
      for requirement in [answer.initial, answer.maintenance] {
        let terms = try #require(requirement).terms
        for term in terms where term.name == "long_underlying" {
          let meaning = try #require(RequirementVocabulary.meaning(of: term.name))
          #expect(meaning.contains("a cash account lends nothing") && !meaning.contains("lent on them"), "\(meaning)")
        }
        #expect(terms.contains { $0.name == "long_underlying" })
      }
    }
  }

  @Test("Half a contract's shares cover nothing, and the rest of a hundred stands alone")
  func oddShares() throws {
    let legs = [Samples.call(-1, 110)]
    for (shares, words) in [
      ("50", "1 x naked call 110; 50 x long underlying"), ("150", "1 x covered call 110; 50 x long underlying"),
    ] {
      let base = try Samples.inputs(legs)
      let held = try FilledLeg(
        instrument: .underlying(Underlying(symbol: "ABC")), quantity: Quantity(parsing: shares), price: ExactAmount(100)
      )
      let strategy = try FilledStrategy(
        name: "odd", settlement: .quote, currency: base.currency, legs: base.strategy.legs + [held])
      let answer = try rule("us-margin").answer(for: RuleInputs(of: strategy, in: base.market))
      #expect(answer.maintenance?.binding == words)
    }
  }

  @Test("A loan on a long option of more than nine months, and none at nine")
  func longTerm() throws {
    // 2025-12-01 and nine months is 2026-09-01, 274 days on.
    for (days, name) in [(274, "long_options"), (275, "long_option_loan")] as [(Int64, String)] {
      let answer = try rule("us-margin").answer(for: Samples.inputs([Samples.call(1, 100, mark: 8, days: days)]))
      #expect(answer.initial?.terms.first?.name == name)
      #expect(answer.initial?.total.minorUnits == 0)
    }
  }

  @Test("What the rules do not speak of, and what they do not answer")
  func refusals() throws {
    let margin = try rule("us-margin")
    guard case .notApplicable(let short) = try rule("us-cash").answer(for: Samples.inputs([Samples.shares(-1)])) else {
      Issue.record("a cash account sold shares short")
      return
    }
    #expect(short.contains("sold short"))
    let coin = RuleCase(
      name: "coin", settlement: "coin", market: ["BTC": RuleCase.Market(spot: "100", forward: "100", forwards: nil)],
      legs: [
        RuleCase.Leg(
          kind: "put", underlying: "BTC", quantity: "-1", strike: "90", multiplier: nil, seconds: 86_400,
          volatility: "0.5", mark: "0.01", price: nil)
      ], tolerance: nil, relativeTolerance: nil, answers: [])
    guard case .notApplicable = try margin.answer(for: coin.inputs()) else {
      Issue.record("a coin account was answered")
      return
    }
    let base = try Samples.inputs([Samples.put(-1, 90)])
    func answer(_ instrument: Instrument) throws -> RuleAnswer {
      let leg = try FilledLeg(instrument: instrument, quantity: .one, price: ExactAmount(5))
      let strategy = try FilledStrategy(
        name: "x", settlement: .quote, currency: base.currency, legs: base.strategy.legs + [leg])
      return try margin.answer(for: RuleInputs(of: strategy, in: base.market))
    }
    guard case .notApplicable(let reason) = try answer(.perpetual(Perpetual(underlying: "ABC"))) else {
      Issue.record("a perpetual was answered")
      return
    }
    #expect(reason.contains("futures"))
    let expiry = try #require(base.strategy.legs.first?.instrument.expiry)
    let digital = try DigitalContract(
      underlying: "ABC", right: .call, strike: Price(parsing: "100"), expiry: expiry, payout: Price(parsing: "10"))
    guard case .unsupported(let digitals) = try answer(.digital(digital)) else {
      Issue.record("a digital was answered")
      return
    }
    #expect(digitals.contains("digital"))
  }

  @Test(
    "A rulebook with one wrong number is refused by its name",
    arguments: [
      "options.other.rate", "options.other.minimum", "shares.long_initial", "shares.hedged_strike_rate",
      "long_term_options.rate", "long_term_options.more_than_months",
    ])
  func badParameters(path: String) throws {
    #expect(throws: MarginRulesError.self) { try rule("us-margin", [path: .decimal("1.5")]) }
    #expect(throws: MarginRulesError.self) { try rule("us-margin", [path: .text("remove")]) }
  }

  @Test("The maintenance as a function of spot is the rule's own formula at every spot", arguments: rows)
  func maintenance(_ row: Row) throws {
    let inputs = try Samples.inputs(row.legs)
    let maintained = try #require(try rule("us-margin") as? any MaintainedRule)
    let model = maintained.maintenanceModel(for: inputs)
    let requirement = try model.requirement(for: MaintenanceInputs(strategy: inputs.strategy, deposit: .zero))
    let problem = try #require(try Samples.problem(row.legs, kind: .maintenance))
    let match = try #require(StrategyMatcher(problem.position, problem.charges).matches.first)
    let marks = inputs.legs.map(\.mark)
    for spot in ["0.5", "3", "4.99", "5", "10", "37", "60", "89.5", "95", "100", "104.25", "130", "400"] {
      let spot = try ExactAmount(parsing: spot)
      let term = StrategyMaintenance(match, problem.charges)
      let expected = term.marked.reduce(term.amount(at: spot)) { $0 + $1.price } * match.units
      #expect(requirement.amount(spot: spot, marks: marks, settlement: .quote) == expected, "at \(spot)")
    }
    // At the present spot it is what the rule asks.
    let now = try #require(requirement.amount(spot: ExactAmount(100), marks: marks, settlement: .quote))
    #expect(now.doubleValue == row.maintenance)
  }

  @Test("Positions whose relaxation leaves halves are branched on, and end at the least total")
  func halves() throws {
    var halves = 0
    for seed in 1...240 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      let legs = (0..<random.int(4...7)).map { _ in
        Samples.Leg(
          right: .call, lots: random.chance(0.5) ? -random.int64(1...3) : random.int64(1...3),
          strike: 80 + 5 * random.int64(0...8), mark: 1 + random.int64(0...9))
      }
      guard let (position, charges) = try Samples.problem(legs) else { continue }
      let columns = StrategyEnumeration(position, charges, limit: 20_000).columns
      var relaxation = PartitionRelaxation(columns, position.series.map(\.lots), bounds: [])
      var work = 10_000_000
      let isOptimal = relaxation.minimise(work: &work)
      #expect(isOptimal)
      guard relaxation.solution.contains(where: { !$0.amount.isDecimal(0) }) else { continue }
      halves += 1
      let matcher = StrategyMatcher(position, charges)
      #expect(matcher.isLeast)
      #expect(matcher.matches.allSatisfy { $0.quantity.isDecimal(0) })
      guard position.series.reduce(0, { $0 + $1.lots }) <= 11 else { continue }
      var brute = UnitedStatesBruteForce(charges: charges)
      #expect(matcher.cost == brute.least(position.series) * position.lot, "\(random)")
    }
    #expect(halves > 0)
  }
}

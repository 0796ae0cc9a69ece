import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarginRules
import Pricing
import TestSupport
import Testing

/// A rule that says what a test wants to hear.
struct StubRule: MarginRule {
  let rulebook: Rulebook
  let says: @Sendable (RuleInputs) throws(MarginRulesError) -> RuleAnswer
  var needs: String { "nothing" }

  init(
    _ name: String = "stub", _ says: @escaping @Sendable (RuleInputs) throws(MarginRulesError) -> RuleAnswer
  ) throws {
    rulebook = Rulebook(
      name: name, title: "A stub", method: "stub", effective: try CalendarDate(parsing: "2020-01-01"),
      source: "made up",
      parameters: [:])
    self.says = says
  }

  func answer(for inputs: RuleInputs) throws(MarginRulesError) -> RuleAnswer { try says(inputs) }

  /// Answers with one term for both requirements.
  static func asking(_ amount: String, _ name: String = "stub") throws -> StubRule {
    let wanted = try ExactAmount(parsing: amount)
    return try StubRule(name) { inputs throws(MarginRulesError) in
      func requirement(_ kind: RequirementKind) throws(MarginRulesError) -> Requirement {
        try Requirement(
          kind,
          terms: [
            try RequirementTerm("cash", input: amount, rounding: wanted, to: inputs.currency, source: "made up")
          ],
          currency: inputs.currency)
      }
      return .requirements(initial: try requirement(.initial), maintenance: try requirement(.maintenance))
    }
  }

  /// The maximum loss, as the catalogue makes it.
  static func maximumLoss() throws -> any MarginRule {
    try RuleCatalogue.rule(
      of: Rulebook(
        name: "maximum-loss", title: "Maximum loss", method: "maximum-loss",
        effective: try CalendarDate(parsing: "1970-01-01"), source: "made up", parameters: [:]))
  }
}

@Suite("Rules side by side")
struct RuleComparisonTests {
  private func compare(
    _ legs: (SampleMarket) throws -> [(Int64, Instrument)], _ rules: [any MarginRule], fees: String = "0.02",
    _ market: SampleMarket = SampleMarket()
  ) throws -> StrategyComparison {
    try RuleComparison(market: try market.state(), rules: rules.map { .inForce($0) })
      .compare(try market.filled(try legs(market), fees: fees))
  }

  private static func longCall(_ market: SampleMarket) throws -> [(Int64, Instrument)] {
    try legs(1, .call, 100)(market)
  }

  private static func legs(
    _ quantity: Int64, _ right: OptionRight, _ strike: Int
  ) -> (SampleMarket) throws -> [(Int64, Instrument)] { { [(quantity, try $0.option(right, strike))] } }

  @Test("Own money under the maximum loss is the margin, whatever the strategy", arguments: [11 as UInt64, 12, 13])
  func ownMoney(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rule = try StubRule.maximumLoss()
    for _ in 0..<60 {
      let market = SampleMarket(settlement: random.chance(0.5) ? .quote : .coin, spread: 0.02)
      var legs: [(Int64, Instrument)] = []
      for _ in 0...random.int(0...4) {
        let quantity = random.int64(1...3) * (random.chance(0.5) ? 1 : -1)
        legs.append((quantity, try market.option(random.pick(OptionRight.allCases), random.pick(market.strikes))))
      }
      let compared = try compare({ _ in legs }, [rule], market)
      let verdict = try #require(compared.verdicts.first)
      guard compared.margin.status == .ok else {
        #expect(verdict.status == .notApplicable && compared.margin.status == .unbounded, "\(random)")
        #expect(compared.ownMoney(verdict) == nil && compared.ratioToMaximumLoss(verdict) == nil, "\(random)")
        continue
      }
      #expect(compared.ownMoney(verdict) == compared.margin.margin, "\(random): \(legs)")
      if let ratio = compared.ratioToMaximumLoss(verdict), compared.margin.collateral?.kind == .lossIsMargin {
        let unit = compared.currency.decimals == 2 ? 0.01 : 1e-8
        let loss = compared.margin.maxLoss?.doubleValue ?? 0
        #expect(ratio >= 1 && ratio <= 1 + unit / loss, "\(random): \(legs)")
      }
    }
  }

  @Test("A premium paid comes on top of a requirement, a premium received pays a part of it")
  func premium() throws {
    let rule = try StubRule.asking("10")
    let long = try compare(Self.longCall, [rule])
    let short = try compare(Self.legs(-1, .call, 100), [rule])
    let cost = long.margin.entryCost.doubleValue
    let paid = try #require(long.ownMoney(long.verdicts[0])).exact.doubleValue
    let brought = try #require(short.ownMoney(short.verdicts[0])).exact.doubleValue
    #expect(paid >= 10.02 + cost && paid < 10.03 + cost)
    #expect(brought >= 10.02 - cost && brought < 10.03 - cost)
    #expect(short.ratioToMaximumLoss(short.verdicts[0]) == nil, "a naked call has no maximum loss")
  }

  @Test("A credit above the requirement asks for no money of one's own")
  func credit() throws {
    let compared = try compare(Self.legs(-3, .put, 150), [try StubRule.asking("1")])
    #expect(compared.ownMoney(compared.verdicts[0])?.minorUnits == 0)
  }

  @Test("Own money that does not fit is missing, and no crash")
  func overflow() throws {
    let compared = try compare(Self.longCall, [try StubRule.asking("92233720368547758.07")])
    #expect(compared.verdicts[0].status == .ok)
    #expect(compared.ownMoney(compared.verdicts[0]) == nil && compared.ratioToMaximumLoss(compared.verdicts[0]) == nil)
  }

  @Test("What a rule does not answer is a status with its reason, and the others answer")
  func statuses() throws {
    let rules: [any MarginRule] = [
      try StubRule("a") { _ in .notApplicable("no such account") },
      try StubRule("b") { _ in .unsupported("two expiries") },
      try StubRule("c") { _ throws(MarginRulesError) in throw .number(.outOfRange("9e99", type: "Money")) },
      try StubRule("d") { _ throws(MarginRulesError) in throw .pricing(.missing("mark", instrument: "X")) },
      try StubRule.asking("5", "e"),
    ]
    let compared = try compare(Self.longCall, rules)
    #expect(compared.verdicts.map(\.name) == ["a", "b", "c", "d", "e"])
    #expect(compared.verdicts.map(\.status) == [.notApplicable, .unsupported, .overflow, .invalid, .ok])
    #expect(
      compared.verdicts.map(\.detail) == [
        "no such account", "two expiries", "found 9e99, wanted a value inside the exact range of Money",
        "found no mark for X", "",
      ])
    #expect(compared.isInvalid)
    for verdict in compared.verdicts {
      #expect((verdict.initial == nil) == (verdict.status != .ok))
      #expect((verdict.maintenance == nil) == (verdict.status != .ok))
    }
  }

  @Test("A rule without numbers for the day says so and is asked nothing")
  func notInForce() throws {
    let market = SampleMarket()
    let compared = try RuleComparison(
      market: try market.state(), rules: [.notInForce(name: "later", reason: "in force from 2030-01-01 only")]
    ).compare(try market.filled(try Self.longCall(market)))
    let verdict = compared.verdicts[0]
    #expect(verdict.status == .notApplicable && verdict.detail == "in force from 2030-01-01 only")
    #expect(verdict.name == "later" && verdict.rule.rulebook == nil && !compared.isInvalid)
  }

  @Test("A strategy that the market cannot value is a question for no rule")
  func unknownMarket() throws {
    let other = SampleMarket(symbol: "XYZ")
    let filled = try other.filled(try Self.longCall(other))
    let comparison = RuleComparison(market: try SampleMarket().state(), rules: [.inForce(try StubRule.asking("1"))])
    #expect(throws: MarginRulesError.pricing(.unknownUnderlying("XYZ", known: ["ABC"]))) {
      try comparison.compare(filled)
    }
    let question = RuleQuestion(try StubRule.asking("1"), in: try SampleMarket().state())
    #expect(throws: MarginRulesError.pricing(.unknownUnderlying("XYZ", known: ["ABC"]))) {
      try question.verdict(on: filled)
    }
  }
}

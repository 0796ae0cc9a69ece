import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@testable import MarginRules

@Suite("The maintenance of a rule as a function of spot and marks")
struct RuleMaintenanceTests {
  /// What linear legs have gained, which the balance `cash` counts and a requirement of ours nets.
  static func gains(_ inputs: RuleInputs) -> ExactAmount {
    inputs.positions.reduce(.zero) { $0 + $1.unrealised }
  }

  @Test(
    "At the market's spot and marks it is the requirement, to the rounding",
    arguments: [
      ("deribit-standard", "quote"), ("deribit-standard", "coin"), ("aevo-standard", "quote"), ("okx-option", "coin"),
      ("okx-option", "quote"), ("derive-standard", "quote"), ("opyn-naked", "quote"), ("opyn-naked", "coin"),
      ("maximum-loss", "quote"), ("maximum-loss", "coin"),
    ])
  func formulas(_ name: String, _ settlement: String) throws {
    let rule = try rule(name)
    var generator = SplitMix64(seed: 401)
    var answered = 0
    for _ in 0..<80 {
      let hasLinear =
        ["derive-standard", "maximum-loss"].contains(name) || (name == "deribit-standard" && settlement == "quote")
      let shape = RuleCase.Shape(
        settlement: settlement, hasLinear: hasLinear && generator.chance(0.5), expiries: [7, 30],
        legs: name == "opyn-naked" ? 1...2 : 1...5, isBounded: name == "maximum-loss" && settlement == "quote")
      let inputs = try RuleCase.random(&generator, shape).inputs()
      guard case .requirements(_, let keep) = try rule.answer(for: inputs) else { continue }
      let model = try #require(RuleCatalogue.maintenanceModel(of: rule, for: inputs))
      #expect(model.name == name)
      let requirement = try model.requirement(for: MaintenanceInputs(strategy: inputs.strategy, deposit: .zero))
      let amount = try #require(
        requirement.amount(
          spot: ExactAmount(100), marks: inputs.legs.map(\.mark), settlement: inputs.settlement))
      let wanted = keep.plain + Self.gains(inputs).doubleValue
      // A maximum loss has no term for gains: its requirement holds cash alone.
      let netted = name == "maximum-loss" ? keep.value + Self.gains(inputs).doubleValue : wanted
      #expect(abs(amount.doubleValue - netted) <= 1e-8 * Double(keep.terms.count + 1), "\(name) \(generator)")
      answered += 1
    }
    #expect(answered >= 10, "\(name) \(settlement)")
  }

  @Test(
    "Away from the market it is the requirement of the moved market",
    arguments: ["deribit-standard", "derive-standard"])
  func moved(_ name: String) throws {
    let rule = try rule(name)
    var generator = SplitMix64(seed: 402)
    for _ in 0..<20 {
      let example = RuleCase.random(&generator)
      let inputs = try example.inputs()
      let model = try #require(RuleCatalogue.maintenanceModel(of: rule, for: inputs))
      let requirement = try model.requirement(for: MaintenanceInputs(strategy: inputs.strategy, deposit: .zero))
      for spot in [60, 95, 140] {
        let elsewhere = RuleCase(
          name: example.name, settlement: nil,
          market: ["BTC": RuleCase.Market(spot: "\(spot)", forward: "\(spot)", forwards: nil)], legs: example.legs,
          tolerance: nil, relativeTolerance: nil, answers: [])
        let there = try elsewhere.inputs()
        let keep = try #require(try rule.answer(for: there).maintenance)
        let amount = try #require(
          requirement.amount(
            spot: ExactAmount(Int64(spot)), marks: there.legs.map(\.mark), settlement: .quote))
        #expect(
          abs(amount.doubleValue - keep.value) <= 1e-8 * Double(keep.terms.count + 1), "\(name) \(generator) \(spot)")
      }
    }
  }

  @Test(
    "A scenario rule's function is what closing the book costs above its marks, and as steep as it says at most",
    arguments: ["span", "occ-risk-based", "deribit-portfolio", "paradex-scan"])
  func scenarios(_ name: String) throws {
    let rule = try rule(name, name == "span" ? ["short_option_minimum": .decimal("0.03")] : [:])
    var generator = SplitMix64(seed: 403)
    for _ in 0..<12 {
      let shape = RuleCase.Shape(hasLinear: generator.chance(0.5), legs: 1...3)
      let inputs = try RuleCase.random(&generator, shape).inputs()
      let keep = try #require(try rule.answer(for: inputs).maintenance)
      let model = try #require(RuleCatalogue.maintenanceModel(of: rule, for: inputs))
      #expect(model.balance == .equity)
      let requirement = try model.requirement(for: MaintenanceInputs(strategy: inputs.strategy, deposit: .zero))
      guard case .function(let function) = requirement else {
        Issue.record("\(name)")
        continue
      }
      let wanted = keep.plain - keep.sum(of: "net_option_value+unrealised_result")
      #expect(abs(function.amount(100, []) - wanted) <= 1e-7, "\(name) \(generator)")
      var last = function.amount(40, [])
      for step in 1...80 {
        let spot = 40 + 2 * Double(step)
        let next = function.amount(spot, [])
        let range = function.slopes(spot - 2, spot)
        #expect(next - last <= 2 * range.greatest + 1e-9, "\(name) \(generator) \(step)")
        #expect(next - last >= 2 * range.least - 1e-9, "\(name) \(generator) \(step)")
        last = next
      }
      // The range closes with the prices: far from every strike, and in a small step, it says what the slope is.
      for (low, high) in [(1e6, 2e6), (100, 100.0001)] {
        let range = function.slopes(low, high)
        let slope = (function.amount(high, []) - function.amount(low, [])) / (high - low)
        #expect(range.least - 1e-4 <= slope && slope <= range.greatest + 1e-4, "\(name) \(generator) \(low)")
        #expect(range.greatest - range.least < 4 * Double(inputs.legs.count) * 3, "\(name) \(generator) \(low)")
      }
    }
  }

  @Test("A put so deep that its mark decides is kept by its mark", arguments: ["quote", "coin"])
  func deepPut(_ settlement: String) throws {
    let isCoin = settlement == "coin"
    let example = RuleCase(
      name: "deep put", settlement: settlement,
      market: ["BTC": RuleCase.Market(spot: "100", forward: "100", forwards: nil)],
      legs: [
        RuleCase.Leg(
          kind: "put", underlying: "BTC", quantity: "-2", strike: "500", multiplier: nil, seconds: 30 * 86_400,
          volatility: "0.6", mark: isCoin ? "4" : "400", price: nil)
      ], tolerance: nil, relativeTolerance: nil, answers: [])
    let inputs = try example.inputs()
    for (name, share) in [("deribit-standard", 0.075), ("okx-option", 0.03)] {
      let rule = try rule(name)
      let model = try #require(RuleCatalogue.maintenanceModel(of: rule, for: inputs))
      let requirement = try model.requirement(for: MaintenanceInputs(strategy: inputs.strategy, deposit: .zero))
      let amount = requirement.amount(
        spot: ExactAmount(100), marks: inputs.legs.map(\.mark), settlement: inputs.settlement)
      let wanted = 2 * (1 + share) * (isCoin ? 4 : 400)
      #expect(abs((amount?.doubleValue ?? 0) - wanted) <= 1e-9, "\(name)")
      #expect(abs(try #require(try rule.answer(for: inputs).maintenance).value - wanted) <= 1e-7, "\(name)")
    }
  }

  @Test("A model refuses what its rule does not speak of, and a scenario model another strategy")
  func refusals() throws {
    let legs = [RuleAnswersTests.put]
    let inputs = try RuleAnswersTests.example("quote", legs).inputs()
    func refuses(_ name: String, _ strategy: FilledStrategy, of inputs: RuleInputs) throws {
      let model = try #require(RuleCatalogue.maintenanceModel(of: try rule(name), for: inputs))
      #expect(throws: IsolatedMarginError.self, "\(name)") {
        try model.requirement(for: MaintenanceInputs(strategy: strategy, deposit: .zero))
      }
    }
    let call = try RuleAnswersTests.example("quote", [RuleAnswersTests.call]).inputs()
    let coin = try RuleAnswersTests.example("quote", [RuleAnswersTests.coin]).inputs()
    try refuses("maximum-loss", call.strategy, of: call)
    try refuses("opyn-naked", call.strategy, of: call)
    try refuses("deribit-standard", coin.strategy, of: coin)
    for name in ["span", "occ-risk-based", "deribit-portfolio"] { try refuses(name, call.strategy, of: inputs) }
    let inverse = try RuleAnswersTests.example("coin", [(kind: "perpetual", strike: nil, quantity: "2")]).inputs()
    // Its rate grows with N/S, so the requirement is no line in 1/S.
    try refuses("deribit-standard", inverse.strategy, of: inverse)
    try refuses("derive-standard", inverse.strategy, of: inverse)
    try refuses("deribit-portfolio", inverse.strategy, of: inverse)
  }

  @Test("A rule without a model has none")
  func none() throws {
    struct Bare: MarginRule {
      let rulebook: Rulebook
      var needs: String { "nothing" }
      func answer(for inputs: RuleInputs) throws(MarginRulesError) -> RuleAnswer { .unsupported("a test") }
    }
    let inputs = try RuleAnswersTests.example("quote", [RuleAnswersTests.put]).inputs()
    #expect(RuleCatalogue.maintenanceModel(of: Bare(rulebook: try rulebook("span")), for: inputs) == nil)
  }
}

import Basics
import Instruments
import MarketData
import Pricing
import TestSupport
import Testing

@testable import MarginRules

@Suite("What the rules speak of, and what they leave alone")
struct RuleAnswersTests {
  static func example(_ settlement: String, _ legs: [(kind: String, strike: String?, quantity: String)]) -> RuleCase {
    RuleCase(
      name: "example", settlement: settlement,
      market: ["BTC": RuleCase.Market(spot: "100", forward: "100", forwards: nil)],
      legs: legs.map { leg in
        RuleCase.Leg(
          kind: leg.kind, underlying: "BTC", quantity: leg.quantity, strike: leg.strike, multiplier: nil,
          seconds: leg.strike == nil ? nil : 30 * 86_400, volatility: leg.strike == nil ? nil : "0.6",
          mark: leg.strike == nil ? nil : (settlement == "coin" ? "0.05" : "5"), price: leg.strike == nil ? "100" : nil)
      }, tolerance: nil, relativeTolerance: nil, answers: [])
  }

  static let put = (kind: "put", strike: Optional("90"), quantity: "-1")
  static let call = (kind: "call", strike: Optional("110"), quantity: "-1")
  static let perpetual = (kind: "perpetual", strike: String?.none, quantity: "2")
  static let coin = (kind: "underlying", strike: String?.none, quantity: "2")

  @Test(
    "A rule says of what it does not speak, and why",
    arguments: [
      ("span", "coin", [put], "coin settlement"), ("occ-risk-based", "coin", [put], "coin settlement"),
      ("derive-standard", "coin", [put], "coin settlement"), ("aevo-standard", "coin", [put], "coin settlement"),
      ("paradex-scan", "coin", [put], "coin settlement"),
      ("deribit-portfolio-2019", "quote", [put], "quote settlement"),
      ("opyn-naked", "quote", [call], "coin settlement"), ("opyn-naked", "coin", [put], "quote settlement"),
      ("opyn-naked", "quote", [put, perpetual], "options only"), ("maximum-loss", "quote", [call], "unbounded"),
      ("maximum-loss", "coin", [put], "unbounded"), ("deribit-standard", "quote", [coin], "no margined positions"),
      ("deribit-portfolio", "quote", [put, coin], "no margined positions"),
      ("okx-option", "quote", [put, coin], "no margined positions"),
    ])
  func notApplicable(
    _ name: String, _ settlement: String, _ legs: [(kind: String, strike: String?, quantity: String)], _ reason: String
  ) throws {
    guard case .notApplicable(let found) = try rule(name).answer(for: Self.example(settlement, legs).inputs()) else {
      Issue.record("\(name) answered")
      return
    }
    #expect(found.contains(reason), "\(found)")
  }

  @Test("Numbers that are missing are another answer than a rule that does not apply")
  func unsupported() throws {
    for name in ["aevo-standard", "okx-option"] {
      guard case .unsupported(let reason) = try rule(name).answer(for: Self.example("quote", [Self.perpetual]).inputs())
      else {
        Issue.record("\(name) answered")
        continue
      }
      #expect(reason.contains("no numbers for futures"))
    }
    let noOthers = try rule("okx-option", ["underlyings.other": .text("remove")])
    let ether = RuleCase(
      name: "ether", settlement: nil, market: ["ETH": RuleCase.Market(spot: "100", forward: "100", forwards: nil)],
      legs: [
        RuleCase.Leg(
          kind: "put", underlying: "ETH", quantity: "-1", strike: "90", multiplier: nil, seconds: 86_400,
          volatility: "0.6", mark: "1", price: nil)
      ], tolerance: nil, relativeTolerance: nil, answers: [])
    #expect(
      try noOthers.answer(for: ether.inputs()) == .notApplicable("ETH: the rulebook has numbers for BTC only"))
  }

  @Test("A vault is opened for what expires within the table, to the second")
  func opynTable() throws {
    let rule = try rule("opyn-naked")
    func answer(_ seconds: Int) throws -> RuleAnswer {
      try rule.answer(
        for: RuleCase(
          name: "put", settlement: nil, market: ["ETH": RuleCase.Market(spot: "150", forward: "150", forwards: nil)],
          legs: [
            RuleCase.Leg(
              kind: "put", underlying: "ETH", quantity: "-1", strike: "100", multiplier: nil, seconds: seconds,
              volatility: "0.6", mark: "1", price: nil)
          ], tolerance: nil, relativeTolerance: nil, answers: []
        ).inputs())
    }
    #expect(try answer(7 * 86_400).initial?.value == 16.78)
    #expect(try answer(7 * 86_400 + 1).initial?.value == 23.7)
    #expect(try answer(56 * 86_400).initial?.value == 46.03)
    guard case .notApplicable = try answer(56 * 86_400 + 1) else {
      Issue.record("beyond the table")
      return
    }
  }

  @Test(
    "Long options are paid for and ask for nothing more",
    arguments: [
      "deribit-standard", "aevo-standard", "okx-option", "derive-standard", "opyn-naked", "span", "occ-risk-based",
      "deribit-portfolio", "paradex-scan", "maximum-loss",
    ])
  func longOptions(_ name: String) throws {
    let inputs = try Self.example("quote", [("put", "90", "1"), ("call", "110", "3")]).inputs()
    let answer = try rule(name).answer(for: inputs)
    let (initial, keep) = (try #require(answer.initial), try #require(answer.maintenance))
    #expect(initial.total.minorUnits == 0 && keep.total.minorUnits == 0)
    #expect(!initial.terms.isEmpty)
  }

  @Test("A contract bought and sold in one account is no position")
  func netting() throws {
    for name in ["deribit-standard", "span", "derive-standard"] {
      let inputs = try Self.example("quote", [("put", "90", "-2"), ("put", "90", "2")]).inputs()
      #expect(inputs.positions.isEmpty)
      #expect(try rule(name).answer(for: inputs).initial?.total.minorUnits == 0, "\(name)")
    }
  }

  @Test("A mark counts in the chain's unit, however the account and the leg are settled", arguments: ["coin", "quote"])
  func markUnit(_ chain: String) throws {
    let asOf = try #require(RuleCase.asOf)
    let expiry = try Expiry(parsing: "2025-12-31T00:00:00Z")
    let unit = try #require(Settlement(rawValue: chain))
    func contract(_ settlement: Settlement) throws -> OptionContract {
      try OptionContract(
        underlying: "BTC", right: .put, strike: Price(parsing: "90"), expiry: expiry, settlement: settlement)
    }
    let quote = OptionQuote(
      contract: try contract(unit), bid: nil, ask: nil, mark: try Price(parsing: chain == "coin" ? "0.05" : "5"),
      impliedVolatility: 0.6)
    let market = try MarketState(
      asOf: asOf,
      [
        MarketState.Input(
          terms: try UnderlyingTerms(symbol: "BTC", spot: Price(parsing: "100"), quotedIn: unit),
          quotes: [(1, quote)])
      ])
    for account in Settlement.allCases {
      for own in Settlement.allCases {
        let leg = try FilledLeg(
          instrument: .option(contract(own)), quantity: Quantity(parsing: "-1"), price: ExactAmount(1))
        let strategy = try FilledStrategy(
          name: "put", settlement: account, currency: account == .coin ? .btc : .usd, legs: [leg])
        let inputs = try RuleInputs(of: strategy, in: market)
        let wanted = account == .coin ? ExactAmount(count: 5, decimals: 2) : ExactAmount(5)
        #expect(inputs.positions.map(\.mark) == [wanted], "\(account) account, \(own) leg")
      }
    }
  }

  @Test("A perpetual's gain since entry is cash in the account, its loss is missing from it")
  func unrealised() throws {
    let rule = try rule("deribit-standard")
    func asked(_ settlement: String, _ quantity: String, _ entry: String) throws -> Double {
      let leg = RuleCase.Leg(
        kind: "perpetual", underlying: "BTC", quantity: quantity, strike: nil, multiplier: nil, seconds: nil,
        volatility: nil, mark: nil, price: entry)
      let inputs = try RuleCase(
        name: "perpetual", settlement: settlement,
        market: ["BTC": RuleCase.Market(spot: "100", forward: nil, forwards: nil)], legs: [leg], tolerance: nil,
        relativeTolerance: nil, answers: []
      ).inputs()
      return try #require(try rule.answer(for: inputs).initial).value
    }
    // 10 coins: (0.02 + 10 x 0.00005) x 1000 = 20.5, and 10 x 4 lost or gained.
    #expect(try asked("quote", "10", "104") == 60.5)
    #expect(try asked("quote", "-10", "104") == 0)
    #expect(try asked("quote", "10", "100") == 20.5)
    // 1000 dollars are 10 coins of notional: 0.0205 x 10, and 1000 (1/80 - 1/100) gained.
    #expect(try asked("coin", "1000", "100") == 0.205)
    #expect(try asked("coin", "-1000", "80") == 2.705)
  }

  @Test("The scenario that decides is named in words, several underlyings each with its own")
  func bindings() throws {
    let span = try #require(try rule("span").answer(for: Self.example("quote", [Self.put]).inputs()).initial)
    #expect(span.binding == "spot -15 %, vol +10 points")
    let tims = try #require(try rule("occ-risk-based").answer(for: Self.example("quote", [Self.call]).inputs()).initial)
    #expect(tims.binding == "spot +15 %, vol unchanged")
    let grid = try #require(
      try rule("deribit-portfolio").answer(for: Self.example("quote", [Self.call]).inputs()).initial)
    #expect(
      grid.binding == "spot +16 %, vol +50 % at 30 days" || grid.binding.hasSuffix("% counted"), "\(grid.binding)")
    #expect(
      RuleScenario(spot: 0.5, volatility: .points(-0.1), cover: 0.35).text == "spot +50 %, vol -10 points, 35 % counted"
    )
    #expect(RuleScenario(spot: 0).text == "spot unchanged, vol unchanged")
    #expect(RuleScenario(spot: -0.1 / 3).text == "spot -3.3333 %, vol unchanged")
  }

  @Test("Far prices bind what is sold far out of the money")
  func extended() throws {
    let far = Self.example("quote", [(kind: "call", strike: "180", quantity: "-1")])
    let rule = try rule("deribit-portfolio")
    let asked = try #require(try rule.answer(for: far.inputs()).initial)
    #expect(asked.binding.contains("counted"), "\(asked.binding)")
    let bare = try #require(
      try MarginRulesTests.rule("deribit-portfolio", ["extended": .text("remove")]).answer(for: far.inputs()).initial)
    #expect(bare.value < asked.value)
  }

  @Test("Arrays of several positions add scenario by scenario; the greatest loss is the scan")
  func arrays() throws {
    // Futures and calls as an exchange published them, per contract.
    let future = RiskArray([
      0, 0, 3330, 3330, -3330, -3330, 6670, 6670, -6670, -6670, 10000, 10000, -10000, -10000, 7000, -7000,
    ])
    let call = RiskArray([
      460, -610, 2640, 1730, -1270, -2340, 5210, 4540, -2540, -3430, 8060, 7640, -3380, -3990, 3130, -1500,
    ])
    let alone = try #require(RiskArray.total([(1, future)]))
    #expect(alone == future)
    #expect(alone.scanRisk == 10_000)
    #expect(try #require(alone.worst).index == 12)
    let covered = try #require(RiskArray.total([(1, future), (-1, call)]))
    #expect(covered.results.prefix(4) == [-460, 610, 690, 1600])
    #expect(covered.scanRisk == 6620)
    #expect(RiskArray.total([(1, future), (1, RiskArray([1]))]) == nil)
    #expect(RiskArray.total([]) == nil)
    #expect(RiskArray([1, 2]).scanRisk == 0)
  }

  @Test("A charge for every short option holds where the scan is less")
  func shortOptionMinimum() throws {
    let inputs = try Self.example("quote", [("call", "200", "-3")]).inputs()
    let plain = try #require(try rule("span").answer(for: inputs).initial)
    let raised = try #require(
      try rule("span", ["short_option_minimum": .decimal("0.03")]).answer(for: inputs).initial)
    #expect(plain.sum(of: "short_option_minimum") == 0)
    #expect(abs(raised.sum(of: "scan_risk+short_option_minimum") - 9) <= 2e-8)
    // To open, an exchange asks speculators for more.
    let speculator = try rule("span", ["initial_ratio": .decimal("1.1")]).answer(
      for: try Self.example("quote", [Self.put]).inputs())
    let (open, keep) = (try #require(speculator.initial), try #require(speculator.maintenance))
    #expect(abs(open.sum(of: "scan_risk") - 1.1 * keep.sum(of: "scan_risk")) <= 2e-8)
    #expect(open.sum(of: "net_option_value") == keep.sum(of: "net_option_value"))
  }

  @Test("An amount beyond 64 bits is an error, not a wrong number")
  func overflow() throws {
    let inputs = try Self.example("quote", [(kind: "put", strike: "90000000000", quantity: "-90000000000")]).inputs()
    for name in ["deribit-standard", "derive-standard", "opyn-naked", "maximum-loss", "span", "occ-risk-based"] {
      let rule = try rule(
        name,
        name == "opyn-naked"
          ? ["upper_bounds": try rulebook("opyn-naked").parameters["upper_bounds"] ?? .list([])] : [:])
      #expect(throws: MarginRulesError.self, "\(name)") { try rule.answer(for: inputs) }
    }
  }

  @Test("A charge of class follows the symbol: broad indexes move less than shares")
  func classes() throws {
    let rule = try #require(try rule("occ-risk-based") as? RiskBasedRule)
    #expect(rule.scenarios(of: "SPX").map(\.spot).first == -0.08)
    #expect(rule.scenarios(of: "SPX").map(\.spot).last == 0.06)
    #expect(rule.scenarios(of: "RUT").map(\.spot).last == 0.1)
    #expect(rule.scenarios(of: "GOOG").map(\.spot).first == -0.15)
    #expect(rule.scenarios(of: "GOOG").count == 10)
  }
}

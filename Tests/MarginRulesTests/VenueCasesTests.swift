import Basics
import Instruments
import MarketData
import TestSupport
import Testing

@testable import MarginRules

@Suite("Venues' own figures")
struct VenueCasesTests {
  /// The rule an answer names: a rulebook of the project with the case's parameters, or one of the tests' own.
  static func rule(of answer: RuleCase.Answer) throws -> any MarginRule {
    var changes: [String: RuleParameter] = [:]
    for (path, text) in answer.parameters ?? [:] { changes[path] = try .decimal(text) }
    guard answer.rule == "dederi-moves" else { return try MarginRulesTests.rule(answer.rule, changes) }
    changes["price_moves"] = .list(
      try ["-0.15", "-0.12", "-0.09", "-0.06", "-0.03", "0", "0.03", "0.06", "0.09", "0.12", "0.15"].map {
        try .decimal($0)
      })
    changes["volatility_moves"] = .list([.text("none")])
    changes["extended"] = .text("remove")
    return try MarginRulesTests.rule("paradex-scan", changes)
  }

  @Test(
    "Every stated figure is met within its tolerance, as a total or as a term",
    arguments: try RuleCase.all("theory.json") + RuleCase.all("derive.json") + RuleCase.all("venues.json"))
  func stated(_ example: RuleCase) throws {
    let inputs = try example.inputs()
    for answer in example.answers {
      let rule = try Self.rule(of: answer)
      let given = try rule.answer(for: inputs)
      if let reason = answer.notApplicable {
        guard case .notApplicable(let found) = given else {
          Issue.record("\(answer.rule): found \(given)")
          continue
        }
        #expect(found.contains(reason))
        continue
      }
      func check(_ what: String, _ found: Double?, _ stated: String?) throws {
        guard let stated, let wanted = Double(stated) else { return }
        let absolute = (answer.tolerance ?? example.tolerance).flatMap { Double($0) }
        let relative = example.relativeTolerance.flatMap { Double($0) } ?? 0
        let tolerance = absolute ?? max(relative * abs(wanted), 1e-6)
        let value = try #require(found, "\(answer.rule) \(what): \(given)")
        #expect(abs(value - wanted) <= tolerance, "\(answer.rule) \(what): found \(value), stated \(wanted)")
      }
      try check("initial", given.initial?.value, answer.initial)
      try check("maintenance", given.maintenance?.value, answer.maintenance)
      for (name, amount) in answer.terms ?? [:] { try check(name, given.initial?.sum(of: name), amount) }
      if let losses = answer.losses {
        let source = try #require(rule as? any ScenarioSource)
        let book = try ScenarioBook(inputs) { source.scenarios(of: $0) }
        let found = try #require(book.groups.first).array.results
        try #require(found.count == losses.count)
        for (index, loss) in losses.enumerated() { try check("scenario \(index + 1)", -found[index], loss) }
      }
    }
  }

  @Test("The fixtures hold every case of their sources")
  func counts() throws {
    #expect(try RuleCase.all("theory.json").count == 10)
    #expect(try RuleCase.all("derive.json").count == 18)
    #expect(try RuleCase.all("venues.json").count == 12)
  }

  @Test("Deribit's volatility move is 38 percent at 30 days, larger before and smaller after")
  func volatilityMove() throws {
    let early = try #require(try MarginRulesTests.rule("deribit-portfolio-2019") as? ScenarioGridRule)
    #expect(abs(early.scaling.move(isUp: true, days: 30) - 0.38) <= 1e-12)
    #expect(abs(early.scaling.move(isUp: true, days: 15) - 0.38 * 1.2311444133449163) <= 1e-12)
    #expect(early.scaling.move(isUp: false, days: 60) > -0.38)
    // A day is the least that counts.
    #expect(early.scaling.move(isUp: true, days: 0.01) == early.scaling.move(isUp: true, days: 1))
  }

  @Test("A forward is carried: 2243.30 at 8 percent for 20 days is 2253.2")
  func forward() throws {
    let asOf = try #require(RuleCase.asOf)
    let terms = try UnderlyingTerms(symbol: "ETH", spot: Price(parsing: "2243.3"), quotedIn: .quote, rate: 0.08)
    let market = try MarketState(asOf: asOf, [MarketState.Input(terms: terms, quotes: [])])
    let expiry = try Expiry(parsing: "\(Instant(secondsSinceEpoch: asOf.secondsSinceEpoch + 20 * 86_400))")
    let forward = try #require(market["ETH"]).forward(of: expiry)
    #expect(abs(forward.value - 2253.2) <= 0.06)
  }
}

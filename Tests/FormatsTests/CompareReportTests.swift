import Analysis
import Basics
import Foundation
import IsolatedMargin
import MarginRules
import Pricing
import TestSupport
import Testing

@testable import Formats

/// A rule whose terms are made from the strategy's name, so that every strategy has others.
private struct MadeUpRule: MarginRule {
  let rulebook: Rulebook
  var needs: String { "the name" }

  init(_ name: String = "made-up") throws {
    rulebook = Rulebook(
      name: name, title: "A rule made up for tests", method: "made-up",
      effective: try CalendarDate(parsing: "2021-03-04"), source: "a test", parameters: [:],
      leavesOut: ["everything else"])
  }

  func answer(for inputs: RuleInputs) throws(MarginRulesError) -> RuleAnswer {
    if inputs.strategy.name.hasPrefix("silent") { return .unsupported("silence, \"please\"") }
    if inputs.strategy.name.hasPrefix("broken") { throw .pricing(.missing("mark", instrument: "X")) }
    return .requirements(initial: try requirement(.initial, inputs), maintenance: try requirement(.maintenance, inputs))
  }

  private func requirement(_ kind: RequirementKind, _ inputs: RuleInputs) throws(MarginRulesError) -> Requirement {
    var random = SplitMix64(
      seed: inputs.strategy.name.utf8.reduce(kind == .initial ? 7 : 8) { $0 &* 31 &+ UInt64($1) })
    let terms = (0..<random.int(1...5)).map { index in
      RequirementTerm(
        "term_\(index)", input: "\(index) x 2, and 3",
        amount: Money(minorUnits: random.int64(-9_999_999...99_999_999), currency: inputs.currency), source: "a test")
    }
    return try Requirement(
      kind, flooredTerms: terms, currency: inputs.currency, binding: "spot +15 %, vol -10", source: "a test")
  }
}

@Suite("Compare report")
struct CompareReportTests {
  static let header = "strategy,kind,underlying,expiry,strike,quantity,price,multiplier,settlement,fee"

  private static func market() throws -> MarketFile {
    try MarketFile(Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml")
  }

  private static func report(
    _ lines: [String], _ rules: [RuleOnDay]
  ) throws -> (rows: [[String: String]], summary: ReportSummary) {
    let folder = try TemporaryFolder()
    var reader = try BookReader.open(folder.file(([header] + lines).joined(separator: "\n") + "\n"))
    var sink = try OutputSink(folder.path + "/out.csv")
    let report = CompareReport(RuleComparison(market: try market().state, rules: rules))
    let summary = try report.write(&reader, to: &sink)
    try sink.finish()
    return (try rows(ofReport: folder.text("out.csv") ?? "", in: folder), summary)
  }

  private static func call(_ name: String, _ settlement: String = "quote", quantity: Int = -1) -> String {
    "\(name),call,BTC,26DEC25,92000,\(quantity),\(settlement == "quote" ? "3000" : "0.03"),1,\(settlement),0"
  }

  @Test("The columns are those of the contract")
  func columns() {
    #expect(
      CompareReport.columns.joined(separator: ",")
        == "strategy,rule,effective,requirement,term,input,amount,currency,binding_scenario,status,detail")
  }

  @Test("Terms add up to their TOTAL as decimals, and the TOTAL stands last", arguments: ["quote", "coin"])
  func sums(settlement: String) throws {
    let lines = (0..<200).map { Self.call("s\($0)", settlement) }
    let (rows, summary) = try Self.report(lines, [.inForce(try MadeUpRule())])
    #expect(summary.rowCount == 200 && summary.invalidCount == 0)
    var sum = ExactAmount.zero
    var (totals, terms) = (0, 0)
    for row in rows {
      let amount = try ExactAmount(parsing: row["amount"] ?? "")
      #expect(row["rule"] == "made-up" && row["effective"] == "2021-03-04" && row["status"] == "ok")
      #expect(row["binding_scenario"] == "spot +15 %, vol -10")
      #expect(row["currency"] == (settlement == "quote" ? "USD" : "BTC"))
      if row["term"] == "TOTAL" {
        #expect(amount == sum && amount >= .zero, "\(row["strategy"] ?? "") \(row["requirement"] ?? "")")
        #expect(row["requirement"] == (totals % 2 == 0 ? "initial" : "maintenance"))
        (sum, totals) = (.zero, totals + 1)
      } else {
        (sum, terms) = (sum + amount, terms + 1)
      }
    }
    #expect(totals == 400 && terms > 600)
  }

  @Test("A rule without an answer has one row with its reason; so has a strategy that no rule can be asked of")
  func noAnswer() throws {
    let rules: [RuleOnDay] = [.inForce(try MadeUpRule()), .notInForce(name: "later", reason: "from 2030-01-01 only")]
    let (rows, summary) = try Self.report(
      [
        Self.call("silent"), Self.call("zero", quantity: 0), "other,call,XYZ,26DEC25,92000,1,3000,1,quote,0",
        "gone,call,BTC,28NOV25,92000,1,3000,1,quote,0", Self.call("broken"),
      ], rules)
    func cells(_ row: [String: String]) -> [String?] {
      ["strategy", "rule", "effective", "status", "detail"].map { row[$0] }
    }
    #expect(
      rows.map(cells) == [
        ["silent", "made-up", "2021-03-04", "unsupported", "silence, \"please\""],
        ["silent", "later", "", "not_applicable", "from 2030-01-01 only"],
        ["zero", "", "", "invalid", "found '0', wanted a quantity other than 0 (line 3, column quantity)"],
        ["other", "", "", "invalid", "found underlying XYZ, wanted one of the market's: BTC"],
        [
          "gone", "", "", "invalid",
          "found BTC_USD-28NOV25-92000-C expired at 2025-12-05T01:10:52Z, wanted a later expiry",
        ], ["broken", "made-up", "2021-03-04", "invalid", "found no mark for X"],
        ["broken", "later", "", "not_applicable", "from 2030-01-01 only"],
      ])
    for row in rows {
      for column in ["requirement", "term", "input", "amount", "currency", "binding_scenario"] {
        #expect(row[column] == "")
      }
    }
    #expect(summary.rowCount == 5 && summary.invalidCount == 4)
    #expect(summary.errors.map(\.line) == [3, 4, 5])
  }

  @Test("Many strategies keep their order and their own terms over threads and batches")
  func order() throws {
    let lines = (0..<3000).map { Self.call("s\($0)") }
    let (rows, _) = try Self.report(lines, [.inForce(try MadeUpRule())])
    var names: [String] = []
    for row in rows where names.last != row["strategy"] { names.append(row["strategy"] ?? "") }
    #expect(names == (0..<3000).map { "s\($0)" })
    let (alone, _) = try Self.report([Self.call("s2999")], [.inForce(try MadeUpRule())])
    #expect(alone == rows.filter { $0["strategy"] == "s2999" })
  }

  // MARK: The margin report with a rule

  private static func margin(
    _ lines: [String], _ question: RuleQuestion?, reserve: PerpetualReserve = .none
  ) throws -> (text: String, rows: [[String: String]], summary: ReportSummary) {
    let folder = try TemporaryFolder()
    var reader = try BookReader.open(folder.file(([header] + lines).joined(separator: "\n") + "\n"))
    var sink = try OutputSink(folder.path + "/out.csv")
    let summary = try MarginReport(reserve: reserve, question: question).write(&reader, to: &sink)
    try sink.finish()
    let text = folder.text("out.csv") ?? ""
    return (text, try rows(ofReport: text, in: folder), summary)
  }

  @Test("A rule's columns stand last and change no other cell, but the detail where it does not answer")
  func marginColumns() throws {
    let lines = [Self.call("a"), Self.call("silent"), Self.call("z", quantity: 0), Self.call("b", "coin", quantity: 1)]
    let question = RuleQuestion(try MadeUpRule(), in: try Self.market().state)
    let plain = try Self.margin(lines, nil)
    let ruled = try Self.margin(lines, question)
    let header = ruled.text.split(separator: "\n")[0]
    #expect(header == MarginReport.columns.joined(separator: ",") + ",initial,maintenance,rule,effective")
    for (left, right) in zip(plain.rows, ruled.rows) {
      for column in MarginReport.columns where column != "detail" { #expect(left[column] == right[column]) }
      #expect(right["rule"] == "made-up" && right["effective"] == "2021-03-04")
    }
    #expect(ruled.rows.map { $0["initial"] == "" } == [false, true, true, false])
    #expect(ruled.rows.map { $0["maintenance"] == "" } == [false, true, true, false])
    #expect(ruled.rows[0]["detail"] == "up" && ruled.rows[2]["detail"] == plain.rows[2]["detail"])
    #expect(ruled.rows[1]["detail"] == "up; made-up: unsupported: silence, \"please\"")
    #expect(ruled.summary.invalidCount == 1)
  }

  @Test("The two amounts are the totals of compare")
  func marginTotals() throws {
    let question = RuleQuestion(try MadeUpRule(), in: try Self.market().state)
    let lines = (0..<50).map { Self.call("s\($0)") }
    let totals = try Self.report(lines, [.inForce(question.rule)]).rows.filter { $0["term"] == "TOTAL" }
    let ruled = try Self.margin(lines, question).rows
    #expect(ruled.map { $0["initial"] } == totals.filter { $0["requirement"] == "initial" }.map { $0["amount"] })
    #expect(
      ruled.map { $0["maintenance"] } == totals.filter { $0["requirement"] == "maintenance" }.map { $0["amount"] })
  }

  @Test("With a rule, what its market cannot value is invalid, whatever its payoff")
  func marginMarket() throws {
    let lines = [Self.call("broken"), "other,call,XYZ,26DEC25,92000,1,3000,1,quote,0", Self.call("a")]
    let ruled = try Self.margin(lines, RuleQuestion(try MadeUpRule(), in: try Self.market().state))
    #expect(ruled.rows.map { $0["status"] } == ["invalid", "invalid", "unbounded"])
    #expect(ruled.rows[0]["detail"] == "found no mark for X")
    #expect(ruled.rows[1]["detail"] == "found underlying XYZ, wanted one of the market's: BTC")
    #expect(ruled.rows[1]["rule"] == "made-up")
    #expect(ruled.summary.invalidCount == 2 && ruled.summary.errors.map(\.line) == [2, 3])
  }

  @Test("A reserve and a rule together: the rule's columns last")
  func marginReserve() throws {
    let reserve = try PerpetualReserve(basis: ExactAmount(25))
    let question = RuleQuestion(try MadeUpRule(), in: try Self.market().state)
    let text = try Self.margin(["p,perpetual,BTC,,,1,50000,,,"], question, reserve: reserve).text
    let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(lines[0].suffix(5) == ["reserve", "initial", "maintenance", "rule", "effective"])
    #expect(lines[0].count == lines[1].count && lines[1][14] == "25.00")
  }

  // MARK: Pages

  private static func compared(_ name: String, _ rules: [RuleOnDay]) throws -> StrategyComparison {
    let folder = try TemporaryFolder()
    var reader = try BookReader.open(folder.file(header + "\n" + call(name) + "\n"))
    let filled = try #require(try reader.next()?.strategy)
    return try RuleComparison(market: try market().state, rules: rules).compare(filled)
  }

  @Test("No line of a page is wider than 80 columns, and colour changes nothing but the colour")
  func width() throws {
    let long = String(repeating: "long-rule-name-", count: 4).dropLast()
    let rules: [RuleOnDay] = [
      .inForce(try MadeUpRule(String(long))), .inForce(try MadeUpRule()), .notInForce(name: "later", reason: "not yet"),
    ]
    for name in ["plain", "silent", String(repeating: "Very long name ", count: 20) + "鯨鯨\u{1B}[31m"] {
      let compared = try Self.compared(name, rules)
      let pages = [
        ComparisonReport.text(compared, as: .table, source: "a test"),
        ExplanationReport.text(compared, as: .text, source: "a test"),
      ]
      let painted = [
        ComparisonReport.text(compared, as: .table, source: "a test", colour: true),
        ExplanationReport.text(compared, as: .text, source: "a test", colour: true),
      ]
      for (page, colour) in zip(pages, painted) {
        #expect(!page.contains("\u{1B}"))
        #expect(colour.contains("\u{1B}[") && colour.replacing(/\x1B\[[0-9]*m/, with: "") == page)
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
          #expect(TextLayout.width(line) <= 80 && line.last != " ", "\(line)")
        }
      }
    }
  }

  @Test("The page stands by initial requirement; JSON keeps the order in which rules were named")
  func orders() throws {
    let rules = try ["b-rule", "c-rule", "a-rule"].map { RuleOnDay.inForce(try MadeUpRule($0)) }
    let compared = try Self.compared("same", rules)
    #expect(ComparisonPage.ranked(compared).map(\.name) == ["a-rule", "b-rule", "c-rule"], "equal ones by name")
    let json = ComparisonReport.text(compared, as: .json, source: "a test")
    let tree = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let named = try #require(tree["rules"] as? [[String: Any]])
    #expect(named.compactMap { $0["rule"] as? String } == ["b-rule", "c-rule", "a-rule"])
    let initial = try #require(named[0]["initial"] as? [String: Any])
    let terms = try #require(initial["terms"] as? [[String: Any]])
    var sum = ExactAmount.zero
    for term in terms { sum += try ExactAmount(parsing: term["amount"] as? String ?? "") }
    #expect(initial["total"] as? String == compared.verdicts[0].initial?.total.text)
    #expect(try ExactAmount(parsing: initial["total"] as? String ?? "") == sum)
  }

  @Test("An explanation names every term with its input and what the rule leaves out, in every format")
  func explanation() throws {
    let compared = try Self.compared("plain", [.inForce(try MadeUpRule())])
    let initial = try #require(compared.verdicts[0].initial)
    for format in ExplanationFormat.allCases {
      let text = ExplanationReport.text(compared, as: format, source: "a test")
      #expect(text.hasSuffix("\n") && text == ExplanationReport.text(compared, as: format, source: "a test"))
      for term in initial.terms { #expect(text.contains(term.amount.text), "\(format): \(term.name)") }
      for words in ["everything else", "spot +15 %, vol -10", "2021-03-04", initial.total.text] {
        #expect(text.contains(words), "\(format): \(words)")
      }
    }
  }

  @Test("Rules are listed with their dates, needs and sources, the same in every form")
  func rules() throws {
    let rules: [any MarginRule] = [try MadeUpRule("first"), try MadeUpRule("second")]
    let folder = try TemporaryFolder()
    let rows = try FormatsTests.rows(ofReport: RulesReport.text(rules, as: .csv), in: folder)
    #expect(rows.map { $0["rule"] } == ["first", "second"])
    #expect(rows[0]["effective"] == "2021-03-04" && rows[0]["needs"] == "the name" && rows[0]["source"] == "a test")
    let json = try JSONSerialization.jsonObject(with: Data(RulesReport.text(rules, as: .json).utf8))
    #expect(json as? [[String: String]] == rows)
    let table = RulesReport.text(rules, as: .table)
    for words in ["first", "second", "from 2021-03-04", "looks at the name", "a test"] {
      #expect(table.contains(words))
    }
    #expect(RulesReport.text([], as: .table) == "")
  }
}

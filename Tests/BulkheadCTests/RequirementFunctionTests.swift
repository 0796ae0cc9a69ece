import Basics
import CBulkhead
import HostileCalls
import MarginRules
import Testing

@testable import BulkheadC

@Suite("Rules through the C interface")
struct RequirementFunctionTests {
  private let arena = Arena()

  private func ask(_ rulebook: String, _ book: bulkhead_book? = nil) -> (code: Int32, rows: [[String]], message: String)
  {
    let sample = Sample(arena)
    let (rows, message) = (arena.text(1 << 14), arena.text(400))
    let code = bulkhead_requirements(
      arena.value(book ?? sample.book(market: sample.market())), nil, arena.bytes(rulebook), rows, message)
    let lines = rows.string.split(separator: "\u{1E}").map { line in
      line.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    }
    return (code, Array(lines.dropFirst()), message.string)
  }

  @Test("The maximum loss asks for the worst payoff, to open and to keep")
  func maximumLoss() {
    let found = ask(Sample.rulebook("maximum-loss"))
    #expect(found.code == Int32(BULKHEAD_OK) && found.message == "")
    #expect(
      found.rows.map { $0[1] + " " + $0[2] } == [
        "initial least_payoff", "initial TOTAL", "maintenance least_payoff", "maintenance TOTAL",
      ])
    #expect(found.rows.allSatisfy { $0[4] == "5000.00" && $0[5] == "USD" && $0[7] == "ok" })
  }

  @Test("Terms of a share of the underlying add up to their total, and follow the number that is stated")
  func standard() throws {
    for (rate, least) in [("0.15", 9252.99), ("0.3", 24_000.0)] {
      let rows = ask(Sample.standardRulebook(rate: rate)).rows.filter { $0[1] == "initial" }
      let amounts = try rows.map { try #require(Double($0[4])) }
      let sum = amounts.dropLast().reduce(0, +)
      #expect(abs(sum - (amounts.last ?? 0)) < 0.005 && sum > least, "\(rate): \(amounts)")
    }
  }

  @Test("A rule that does not speak of a strategy has one row that says so")
  func silent() {
    let sample = Sample(arena)
    let naked = sample.book([sample.leg(0, 90_000, -1)], market: sample.market())
    let found = ask(Sample.rulebook("maximum-loss"), naked)
    #expect(found.code == Int32(BULKHEAD_OK) && found.rows.count == 1)
    #expect(found.rows.first?[7] == "not_applicable" && found.rows.first?[8] == "unbounded: up")
  }

  /// The keys that every rulebook has.
  private static func head(name: String = "sample", method: String = "maximum-loss") -> String {
    [
      ("name", name), ("title", "A sample"), ("method", method), ("effective", "2025-01-01"), ("source", "by hand"),
    ].map { Sample.row("value", $0.0, $0.1) }.joined()
  }

  @Test("What is left out are texts, numbers as they are written; a text alone is a list of one, nothing is none")
  func leavesOut() throws {
    func read(_ rows: String) throws -> [String] { try RulebookRows.rulebook(Self.head() + rows).leavesOut }
    let items = ["1.50", "two", "010"]
    let list = items.map { Sample.row("value", "", $0) }.joined()
    #expect(try read(Sample.row("list", "leaves_out") + list + Sample.row("end")) == items)
    #expect(try read(Sample.row("value", "leaves_out", "2.0")) == ["2.0"])
    #expect(try read("") == [])
  }

  @Test("Texts keep their digits; below parameters what reads as a number is one")
  func digits() throws {
    let rows = Self.head(name: "010").replacing("A sample", with: "2.50") + Sample.row("record", "parameters")
    let book = try RulebookRows.rulebook(
      rows + Sample.row("value", "rate", "2.50") + Sample.row("value", "word", "spot") + Sample.row("end"))
    #expect(book.name == "010" && book.title == "2.50")
    #expect(try book.parameters == ["rate": .number(ExactAmount(parsing: "2.5")), "word": .text("spot")])
  }

  @Test(
    "Rows that are no rulebook are refused with what was found",
    arguments: [
      ("", "no 'name'"), (Sample.rulebook("maximum-loss") + Sample.row("end"), "end of nothing"),
      (Sample.rulebook("maximum-loss") + Sample.row("list", "more"), "1 parts without their end"),
      (Sample.rulebook("maximum-loss") + Sample.row("value", "more", "1"), "key 'more'"),
      (Sample.rulebook("maximum-loss") + Sample.row("value", "title", "1"), "key 'title' twice"),
      (Sample.rulebook("maximum-loss", Sample.row("value", "rate", "")), "nothing at 'rate'"),
      (Sample.rulebook("maximum-loss", Sample.row("tuple", "rate", "1")), "found 'tuple'"),
      (Sample.rulebook("maximum-loss", "value\u{1E}"), "a row of 1 cells"),
      (Sample.rulebook("minimum-loss"), "minimum-loss"),
      (Sample.rulebook("maximum-loss", String(repeating: Sample.row("list"), count: 40)), "parts within parts"),
      (Sample.standardRulebook(rate: "-1"), "initial_rate"), (Sample.standardRulebook(rate: "much"), "initial_rate"),
      (Sample.rulebook("maximum-loss").replacing("2025-01-01", with: "2025-13-01"), "effective"),
    ])
  func refusals(_ rulebook: String, words: String) {
    let found = ask(rulebook)
    #expect(found.code == Int32(BULKHEAD_REFUSED) && found.message.contains(words), "\(found.message)")
  }

  @Test("A name, a text, parameters and what is left out are of the kind that the program's files have")
  func kinds() {
    let (head, end) = (Self.head(), Sample.row("end"))
    let title = Sample.row("value", "title", "A sample")
    let word = Sample.row("value", "", "a")
    let wrong: [(rows: [String], words: String)] = [
      ([head, Sample.row("record", "leaves_out"), end], "leaves_out: found a record, wanted a list"),
      (
        [head, Sample.row("list", "leaves_out"), word, Sample.row("list"), end, end],
        "leaves_out[2]: found a list, wanted what the rulebook leaves out, in words"
      ),
      ([head, Sample.row("value", "parameters", "1")], "parameters: found '1', wanted a record"),
      ([head, Sample.row("list", "parameters"), end], "parameters: found a list, wanted a record"),
      ([head.replacing(title, with: Sample.row("list", "title") + end)], "title: found a list, wanted a text"),
      ([Self.head(name: "Own rule")], "name: found 'Own rule', wanted a name of small letters, digits and hyphens"),
      ([Self.head(name: String(repeating: "a", count: 61))], "name: found 'aaa"),
      ([Self.head(method: "Maximum loss")], "method: found 'Maximum loss', wanted a name of small letters"),
    ]
    for (rows, words) in wrong {
      let found = ask(rows.joined())
      #expect(found.code == Int32(BULKHEAD_REFUSED) && found.message.contains(words), "\(found.message)")
    }
    // Each of them is right but for that.
    #expect(ask(head).code == Int32(BULKHEAD_OK))
    #expect(ask(Self.head(name: String(repeating: "a", count: 60))).code == Int32(BULKHEAD_OK))
  }
}

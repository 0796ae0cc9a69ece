import BulkheadC
import CBulkhead
import HostileCalls
import Testing

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
}

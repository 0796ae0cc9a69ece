import Basics
import IsolatedMargin
import TestSupport
import Testing

@testable import Formats

@Suite("Margin report")
struct MarginReportTests {
  static let header = "strategy,kind,underlying,expiry,strike,quantity,price,multiplier,settlement,fee,payout"

  static func report(
    of path: String, _ report: MarginReport = MarginReport()
  ) throws -> (rows: [[String: String]], summary: ReportSummary) {
    let folder = try TemporaryFolder()
    var reader = try BookReader.open(path)
    var sink = try OutputSink(folder.path + "/out.csv")
    let summary = try report.write(&reader, to: &sink)
    try sink.finish()
    return (try rows(ofReport: folder.text("out.csv") ?? "", in: folder), summary)
  }

  static func report(
    _ lines: [String], _ report: MarginReport = MarginReport()
  ) throws -> (rows: [[String: String]], summary: ReportSummary) {
    let folder = try TemporaryFolder()
    return try Self.report(of: folder.file(([header] + lines).joined(separator: "\n") + "\n"), report)
  }

  @Test("The columns are those of the contract")
  func columns() {
    #expect(
      MarginReport.columns.joined(separator: ",")
        == "strategy,settlement,max_loss,max_profit,margin,binding_price,attained,break_evens,status,detail,currency,"
        + "entry_cost,fees,requirement")
  }

  @Test("Worked examples: from the file to the row")
  func theory() throws {
    let (rows, summary) = try Self.report(of: Fixture("Books/maximum-loss-theory.csv").path)
    let folder = try TemporaryFolder()
    let expected = try Self.table(Fixture("Books/maximum-loss-theory-expected.csv").text, in: folder)
    try #require(rows.count == expected.count)
    #expect(summary.invalidCount == 0)
    for (row, wanted) in zip(rows, expected) {
      let name = wanted["strategy"] ?? ""
      #expect(row["strategy"] == name)
      guard wanted["bounded"] == "true" else {
        #expect(row["status"] == "unbounded" && row["detail"] == wanted["unbounded"], "\(name)")
        #expect(row["max_loss"] == "" && row["margin"] == "" && row["requirement"] == "", "\(name)")
        continue
      }
      #expect(row["status"] == "ok", "\(name)")
      #expect(try Self.amount(row["max_loss"]) == Self.amount(wanted["max_loss"]), "\(name)")
      #expect(try Self.amount(row["entry_cost"]) == Self.amount(wanted["entry_cost"]), "\(name)")
      #expect(try Self.amount(row["fees"]) == Self.amount(wanted["fees"]), "\(name)")
      #expect(row["attained"] == wanted["attained"], "\(name)")
      #expect(row["binding_price"] == (wanted["argmin"] == "infinity" ? "" : wanted["argmin"]), "\(name)")
    }
  }

  @Test("Vaults of another system: the requirement")
  func opyn() throws {
    let (rows, _) = try Self.report(of: Fixture("Books/maximum-loss-opyn.csv").path)
    let folder = try TemporaryFolder()
    let expected = try Self.table(Fixture("Books/maximum-loss-opyn-expected.csv").text, in: folder)
    try #require(rows.count == expected.count && rows.count == 81)
    for (row, wanted) in zip(rows, expected) {
      #expect(row["strategy"] == wanted["strategy"] && row["currency"] == wanted["currency"])
      // The report rounds up to the minor unit.
      let unit = row["currency"] == "USD" ? 0.01 : 1e-8
      let difference = row.number("requirement") - wanted.number("requirement")
      #expect(difference >= -wanted.number("tolerance") && difference < unit, "\(wanted["strategy"] ?? "")")
    }
  }

  @Test("An invalid strategy has its name, its settlement, its status and its detail, and nothing else")
  func invalid() throws {
    let (rows, summary) = try Self.report([
      "a,call,BTC,26DEC25,-1,1,10,,coin,,", "b,call,BTC,26DEC25,1,1,10,,,,", "c,call,BTC,26DEC25,1,1,10,,?,,",
    ])
    #expect(rows.map { $0["status"] } == ["invalid", "ok", "invalid"])
    #expect(rows.map { $0["settlement"] } == ["coin", "quote", ""])
    #expect(rows[0]["detail"] == "found '-1', wanted a strike of 0 or more (line 2, column strike)")
    for column in MarginReport.columns where !["strategy", "settlement", "status", "detail"].contains(column) {
      #expect(rows[0][column] == "")
    }
    #expect(summary.rowCount == 3 && summary.invalidCount == 2 && summary.errors.count == 2)
  }

  @Test("Statuses that are answers")
  func statuses() throws {
    let huge = "90000000000"
    let (rows, summary) = try Self.report([
      "naked call,call,BTC,26DEC25,90000,-1,10,,,,", "calendar,call,BTC,26DEC25,90000,-1,10,,,,",
      "calendar,call,BTC,30JAN26,90000,1,10,,,,", "too large,put,BTC,26DEC25,\(huge),-\(huge),1,,,,",
      "long call,call,BTC,26DEC25,90000,1,10,,,,",
    ])
    #expect(rows.map { $0["status"] } == ["unbounded", "several_expiries", "overflow", "ok"])
    #expect(rows[3]["max_profit"] == "" && rows[3]["max_loss"] == "10" && rows[3]["margin"] == "10.00")
    #expect(summary.invalidCount == 0)
  }

  @Test("A coin amount that is no finite decimal is rounded at the 8th: losses up, profits down")
  func rounding() throws {
    let (rows, _) = try Self.report([
      "debit,call,BTC,26DEC25,60000,1,0.1,,coin,,", "debit,call,BTC,26DEC25,70000,-1,0.055,,coin,,",
      "credit,call,BTC,26DEC25,60000,-1,0.1,,coin,,", "credit,call,BTC,26DEC25,70000,1,0.055,,coin,,",
    ])
    // The payoff of the spread is at most 1 - 6/7 = 0.142857142...
    #expect(rows.map { $0["max_profit"] } == ["0.09785714", "0.045"])
    #expect(rows.map { $0["max_loss"] } == ["0.045", "0.09785715"])
    #expect(rows.map { $0["margin"] } == ["0.04500000", "0.09785715"])
  }

  @Test("A reserve is a last column, and only where it is asked for")
  func reserve() throws {
    let lines = ["p,perpetual,BTC,,,1,50000,,,,"]
    let reserve = try PerpetualReserve(
      basis: ExactAmount(25), fundingCap: try ExactAmount(parsing: "0.001"), hours: ExactAmount(9))
    let with = try Self.report(lines, MarginReport(reserve: reserve)).rows
    let without = try Self.report(lines).rows
    #expect(with.first?["reserve"] == "125.00" && with.first?["margin"] == "50125.00")
    #expect(without.first?["reserve"] == nil && without.first?["margin"] == "50000.00")
    #expect(with.first?["max_loss"] == without.first?["max_loss"])
  }

  @Test(
    "Limits",
    arguments: [
      ("unbounded", 1, "naked: the loss is unbounded (up)"),
      ("max-loss=10", 1, "naked: the loss is unbounded, the limit is 10"),
      ("max-loss=9.99", 2, "long: the maximum loss is 10 USD, the limit is 9.99"),
    ])
  func limits(_ text: String, _ count: Int, _ first: String) throws {
    let limit = try #require(LossLimit(parsing: text))
    let (_, summary) = try Self.report(
      ["long,call,BTC,26DEC25,90000,1,10,,,,", "naked,call,BTC,26DEC25,90000,-1,10,,,,"], MarginReport(limits: [limit]))
    #expect(summary.breachCount == count)
    #expect(summary.firstBreach == first)
  }

  @Test(
    "What is no limit",
    arguments: ["", "max-loss", "max-loss=", "max-loss=-1", "max-loss=x", "unbounded=1", "loss", "loss-share=nan"])
  func noLimit(_ text: String) { #expect(LossLimit(parsing: text) == nil) }

  @Test("A limit about scenarios is read, and never breached by a margin")
  func lossShare() throws {
    let limit = try #require(LossLimit(parsing: "loss-share=0.5"))
    #expect(limit == .lossShare(try ExactAmount(parsing: "0.5")))
    #expect(
      try Self.report(["naked,call,BTC,26DEC25,90000,-1,10,,,,"], MarginReport(limits: [limit])).summary.breachCount
        == 0)
  }

  @Test("Many strategies keep their order over threads and batches")
  func order() throws {
    let lines = (0..<5000).map { "s\($0),put,BTC,26DEC25,\($0 + 1),\($0 % 7 == 3 ? 0 : -1),0,,,," }
    let (rows, summary) = try Self.report(lines)
    #expect(rows.map { $0["strategy"] } == (0..<5000).map { "s\($0)" })
    #expect(rows.indices.allSatisfy { $0 % 7 == 3 || rows[$0]["max_loss"] == "\($0 + 1)" })
    #expect(summary.invalidCount == 714 && summary.errorCount == 714)
    #expect(summary.errors.count == ReportSummary.errorLimit)
    #expect(summary.errors.first?.line == 5)
  }

  private static func table(_ text: String, in folder: TemporaryFolder) throws -> [[String: String]] {
    try FormatsTests.rows(ofReport: text, in: folder)
  }

  private static func amount(_ text: String?) throws -> ExactAmount { try ExactAmount(parsing: text ?? "") }
}

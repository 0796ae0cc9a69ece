import Foundation
import TestSupport
import Testing

@Suite("bulkhead roll and bulkhead twins")
struct AdjustmentProgramTests {
  static let market = ["--market", "Data/Markets/deribit-btc-2025-12-05.yaml"]
  static let condor = "Data/Strategies/btc-iron-condor.yaml"

  static func run(_ arguments: [String]) throws -> Program.Answer {
    try Program.run(arguments + market, folder: Fixture.root)
  }

  @Test("The forms of a roll say the same figures")
  func forms() throws {
    let arguments = ["roll", Self.condor, "--strikes", "5000", "--move", "calls"]
    let table = try Self.run(arguments)
    #expect(table.status == 0, "\(table.errors)")
    for line in table.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    let csv = try Self.run(arguments + ["--format", "csv"])
    let rows = ScanProgramTests.rows(csv.output)
    #expect(rows.map { $0["stage"] } == ["before", "close", "open", "after", "since_entry"])
    let json = try Self.run(arguments + ["--format", "json"])
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let after = try #require(document["after"] as? [String: Any])
    #expect(after["margin"] as? String == rows[3]["margin"])
    let carried = try #require(document["since_entry"] as? [String: Any])
    #expect(carried["maximum_loss"] as? String == rows[4]["max_loss"])
    #expect(carried["top_up"] as? String == rows[4]["top_up"])
  }

  @Test("The position after a roll is what analyze says of its legs")
  func after() throws {
    let legs = "-1C100000 -1P80000 @26DEC25"
    let rolled = try Self.run([
      "roll", "--legs", legs, "--to-legs", "-1C104000 1C108000 -1P80000 1P75000 @26DEC25", "--settlement", "quote",
      "--format", "csv",
    ])
    #expect(rolled.status == 0, "\(rolled.errors)")
    let rows = ScanProgramTests.rows(rolled.output)
    #expect(rows[0]["status"] == "unbounded")
    let own = try Self.run([
      "analyze", "--legs", "-1P80000 -1C104000 1C108000 1P75000 @26DEC25", "--settlement", "quote", "--format", "csv",
    ])
    let wanted = try #require(ScanProgramTests.rows(own.output).first)
    for column in ["margin", "max_loss", "break_evens", "entry_cost", "delta"] {
      #expect(rows[3][column] == wanted[column], "\(column)")
    }
  }

  @Test("The forms of twins say the same figures, and a twin's margin is that of its own legs")
  func twins() throws {
    let table = try Self.run(["twins", Self.condor])
    #expect(table.status == 0, "\(table.errors)")
    for line in table.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    let csv = try Self.run(["twins", Self.condor, "--format", "csv"])
    let rows = ScanProgramTests.rows(csv.output)
    #expect(rows.first?["form"] == "as_held")
    #expect(rows.contains { $0["form"] == "puts" } && rows.contains { $0["form"] == "calls" })
    let json = try Self.run(["twins", Self.condor, "--format", "json"])
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let twins = try #require(document["twins"] as? [[String: Any]])
    #expect(twins.map { $0["cash_at_expiry"] as? String ?? "" } == rows.dropFirst().map { $0["cash_at_expiry"] ?? "-" })
  }

  @Test("An expiry as the page prints it is taken; one that is not listed is refused with those that are")
  func expiries() throws {
    let apple = ["--market", "Data/Markets/aapl-2014-06-09.yaml"]
    func roll(_ arguments: [String]) throws -> Program.Answer {
      try Program.run(["roll"] + arguments + apple, folder: Fixture.root)
    }
    let printed = try roll(["--legs", "-1C95 @18JUL14", "--to", "15AUG14", "--format", "csv"])
    let named = try roll(["--legs", "-1C95 @2014-07-19", "--to", "2014-08-16", "--format", "csv"])
    #expect(printed.status == 0 && printed.output == named.output, "\(printed.errors)")
    let unlisted = try roll(["--legs", "-1C95 @2014-07-19", "--to", "19SEP14"])
    #expect(unlisted.status == 65 && unlisted.output.isEmpty)
    #expect(
      unlisted.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(
        "a listed expiry: 2014-07-19 (ends 2014-07-18), 2014-08-16 (ends 2014-08-15)"), "\(unlisted.errors)")
  }

  @Test(
    "Bad options are refused with 64, bad positions with 65",
    arguments: [
      (["roll", condor], 64, "wanted --to, --strikes, --size or --to-legs"),
      (["roll", condor, "--strikes", "1000", "--to-legs", "1C92000@26DEC25"], 64, "--to-legs states the whole"),
      (["roll", condor, "--to-legs", "1X"], 64, "--to-legs: "),
      (["roll", condor, "--strikes", "many"], 64, "--strikes"),
      (["roll", condor, "--strikes", "-99000"], 64, "strike of 0 or more"),
      (["roll", condor, "--strikes", "1"], 65, "found no"),
      (["roll", condor, "--size", "0"], 64, "--size"),
      (["roll", "book.csv", "--size", "2"], 64, "one strategy"),
      (["twins", "book.csv"], 64, "one strategy"),
      (["twins", "--legs", "1C92000@26DEC25 1P92000@30JAN26"], 65, "expiries"),
    ] as [([String], Int32, String)])
  func refusals(arguments: [String], status: Int32, words: String) throws {
    let answer = try Self.run(arguments)
    #expect(answer.status == status, "\(answer.errors)")
    #expect(answer.errors.contains(words), "\(answer.errors)")
    #expect(answer.output.isEmpty)
  }
}

import Foundation
import TestSupport
import Testing

/// `bulkhead account` as its users run it.
@Suite("The account command")
struct AccountProgramTests {
  struct Life: Sendable, CustomTestStringConvertible {
    let script: String
    let options: String
    var output: String? = nil
    var status: Int32 = 0
    var testDescription: String { output ?? script }
    var arguments: [String] {
      ["account", Fixture("Accounts/\(script).csv").path] + options.split(separator: " ").map(String.init)
    }
  }

  static let lives = [
    Life(script: "condor", options: ""),
    Life(
      script: "perpetual",
      options: "--maintenance-rate 0.01 --insurance 20000 --slippage 0.001 --liquidation-fee 0.002"),
    Life(
      script: "perpetual",
      options: "--maintenance-rate 0.01 --insurance 600 --insurance-floor 500 --slippage 0.001 --liquidation-fee 0.002 "
        + "--counterparty kim:5000:1000:20 --counterparty lee:20000:20000:5 --deleveraging queue",
      output: "perpetual-queue"),
    Life(script: "auto-add", options: "--auto-add-cap 400 --auto-add-trigger 1.2 --auto-add-buffer 0.5"),
    Life(script: "inverse", options: "--settlement coin --currency BTC --insurance 0.001"),
    Life(script: "bad-rows", options: "", status: 65),
  ]

  @Test("A script's report is the one that a person has read", arguments: lives, ["csv", "json"])
  func golden(_ life: Life, _ format: String) throws {
    let answer = try Program.run(life.arguments + ["--format", format, "--quiet"])
    #expect(answer.status == life.status, "\(answer.errors)")
    let path = Fixture("Accounts/\(life.output ?? life.script)-report.\(format)").path
    if ProcessInfo.processInfo.environment["BULKHEAD_UPDATE_GOLDEN"] == "1" {
      try answer.output.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(try answer.output == String(contentsOfFile: path, encoding: .utf8))
  }

  @Test("Debits and credits of every report balance, and states are those of the table")
  func balanced() throws {
    let states = try Set(Fixture("Accounts/transitions.csv").rows.compactMap { $0["state"] })
    for life in Self.lives {
      let output = try Program.run(life.arguments + ["--quiet"]).output
      var balance: [String: Int64] = [:]
      var rows = 0
      for line in output.split(separator: "\n").dropFirst() {
        let cells = line.split(separator: ",", maxSplits: 9, omittingEmptySubsequences: false).map(String.init)
        try #require(cells.count == 10)
        if cells[8] != "invalid" { #expect(states.contains(cells[1]), "\(line)") }
        guard !cells[5].isEmpty else { continue }
        let (debit, credit) = (Self.units(cells[6]), Self.units(cells[7]))
        #expect(debit >= 0 && credit >= 0 && (debit == 0) != (credit == 0), "\(line)")
        balance[cells[0], default: 0] += credit - debit
        rows += 1
      }
      #expect(rows > 0 && balance.values.allSatisfy { $0 == 0 }, "\(life.script)")
    }
  }

  /// Money is written with all its decimals, so its digits are its minor units.
  private static func units(_ text: String) -> Int64 { Int64(text.filter { $0 != "." }) ?? .min }

  @Test("A script of rows that cannot be read is answered where it can be, and ends with 65")
  func invalid() throws {
    let answer = try Program.run(["account", Fixture("Accounts/bad-rows.csv").path])
    #expect(answer.status == 65)
    #expect(answer.errors.contains("13 of 15 answers are invalid"))
    #expect(answer.output.hasSuffix("14,funded,1001.00,1001.00,0.00,box:box,0.00,1.00,ok,\n"))
  }

  @Test("Standard input, -o, another order of columns, one column less, and top-up for top_up")
  func forms() throws {
    let text = "time,command,seq,amount\n2026-01-10T00:00:00Z,topUp,1,10\n2026-01-10T00:00:00Z,top-up,2,5.5\n"
    let answer = try Program.run(["account", "-"], input: text)
    #expect(answer.status == 0 && answer.errors == "")
    #expect(answer.output.hasSuffix("2,funded,15.50,15.50,0.00,box:box,0.00,5.50,ok,\n"))
    let folder = try Folder()
    let file = folder.path + "/out.csv"
    #expect(try Program.run(["account", "-", "-o", file], input: text).output == "")
    #expect(folder.text("out.csv") == answer.output)
  }

  @Test("A free balance is respected where there is one, by --free or by a deposit")
  func free() throws {
    let text = "seq,time,command,amount\n1,2026-01-10T00:00:00Z,top_up,10\n"
    let refused = try Program.run(["account", "-", "--free", "9.99"], input: text)
    #expect(refused.status == 0)
    #expect(
      refused.output.hasSuffix(
        "1,empty,0.00,0.00,0.00,,,,refused,\"insufficientFree: found 9.99 USD free, wanted 10.00 USD\"\n"))
    let deposited = text.replacingOccurrences(of: "\n1,", with: "\n0,2026-01-10T00:00:00Z,deposit,9\n1,")
    #expect(
      try Program.run(["account", "-"], input: deposited).output.contains("insufficientFree: found 9.00 USD free"))
  }

  @Test(
    "A bad option ends with 64, a message and no output",
    arguments: [
      "--maintenance-rate 1", "--maintenance-rate -0.1", "--initial-rate 0.001", "--maintenance-tiers 1:0.1",
      "--maintenance-tiers 0:0.1,5:0.05", "--maintenance-tiers 0:0.01 --maintenance-rate 0.01", "--settlement coin",
      "--currency dollars!", "--auto-add-cap -1", "--auto-add-trigger 0.5", "--auto-add-buffer -1", "--insurance -1",
      "--insurance-floor -1", "--free -1", "--counterparty kim:1", "--counterparty kim:1:1:1 --counterparty kim:1:1:1",
      "--slippage 1", "--liquidation-fee -0.1", "--lot 0", "--target-ratio 1", "--mark-max-age -1", "--warning -1",
      "--deleveraging first",
    ])
  func badOption(_ options: String) throws {
    let script = Fixture("Accounts/condor.csv").path
    let answer = try Program.run(["account", script] + options.split(separator: " ").map(String.init))
    #expect(answer.status == 64, "\(answer.errors)")
    #expect(answer.output == "" && !answer.errors.isEmpty)
  }

  @Test("A script that is not there ends with 66, one without its columns with 65")
  func files() throws {
    #expect(try Program.run(["account", "/nowhere/script.csv"]).status == 66)
    let answer = try Program.run(["account", "-"], input: "seq,command\n1,collect\n")
    #expect(answer.status == 65 && answer.output == "" && answer.errors.contains("'time'"))
    #expect(try Program.run(["account", "-"], input: "seq,time,command\n").output.split(separator: "\n").count == 1)
  }
}

import Foundation
import TestSupport
import Testing

@Suite("bulkhead scan")
struct ScanProgramTests {
  static let bitcoin = "Data/Markets/deribit-btc-2025-12-05.yaml"

  static func scan(_ arguments: [String], market: String = bitcoin) throws -> Program.Answer {
    try Program.run(["scan", market] + arguments, folder: Fixture.root)
  }

  static func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let names = lines.first?.map(String.init) ?? []
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0.map(String.init))) }
  }

  @Test("What was examined is said on standard error, in numbers that add up")
  func counts() throws {
    let answer = try Self.scan(["--structure", "bull-put-spread", "--expiry", "30JAN26", "--top", "3"])
    #expect(answer.status == 0)
    // 37 strikes make 666 pairs.
    let words = answer.errors.split(separator: " ").compactMap { Int($0) }
    #expect(answer.errors.hasPrefix("scan: bull-put-spread on 1 expiry: "), "\(answer.errors)")
    #expect(words.count == 5 && words[1] + words[2] == 666 && words[4] == 3, "\(answer.errors)")
    #expect(Self.rows(answer.output).count == 3)
  }

  @Test(
    "A row pasted into analyze gives its figures to the last digit",
    arguments: [
      ["--structure", "iron-condor", "--settlement", "quote", "--sort", "credit/max_loss"],
      ["--structure", "iron-condor", "--settlement", "quote", "--where", "short_delta < 0.2", "--sort", "margin"],
      ["--structure", "bull-call-spread", "--settlement", "coin", "--fees", "deribit", "--fill", "mark"],
      ["--structure", "short-strangle", "--settlement", "quote", "--sort", "probability_of_profit"],
      ["--structure", "broken-wing-call-butterfly", "--fill", "mid", "--settlement", "quote", "--sort", "delta"],
    ])
  func pasted(_ arguments: [String]) throws {
    let answer = try Self.scan(arguments + ["--top", "3", "--expiry", "30JAN26"])
    #expect(answer.status == 0, "\(answer.errors)")
    let rows = Self.rows(answer.output)
    #expect(rows.count == 3)
    var account: [String] = []
    for option in ["--settlement", "--fees", "--fill"] {
      if let index = arguments.firstIndex(of: option) { account += arguments[index...(index + 1)] }
    }
    for row in rows {
      let single = try Program.run(
        ["analyze", "--market", Self.bitcoin, "--legs", try #require(row["legs"]), "--format", "csv"] + account,
        folder: Fixture.root)
      #expect(single.status == 0, "\(single.errors)")
      let wanted = try #require(Self.rows(single.output).first)
      for column in [
        "entry_cost", "fees", "max_loss", "max_profit", "margin", "break_evens", "delta", "gamma", "vega_per_vol_point",
        "theta_per_day", "probability_of_profit", "status", "currency",
      ] { #expect(row[column] == wanted[column], "\(row["legs"] ?? ""): \(column)") }
    }
  }

  @Test("Lots are those of size")
  func lots() throws {
    let budget = ["--budget", "10%", "--portfolio", "100000", "--settlement", "quote", "--fees", "12.5"]
    let answer = try Self.scan(["--structure", "iron-condor", "--expiry", "30JAN26", "--top", "2"] + budget)
    for row in Self.rows(answer.output) {
      let size = try Program.run(
        ["size", "--market", Self.bitcoin, "--legs", try #require(row["legs"])] + budget, folder: Fixture.root)
      let wanted = try #require(Self.rows(size.output).first)
      #expect(row["lots"] == wanted["lots"] && row["used"] == wanted["used"])
      #expect(Int(row["lots"] ?? "") ?? 0 > 0)
    }
    #expect(Self.rows(answer.output).count == 2)
  }

  @Test("A table keeps to 80 columns, whatever the currency")
  func table() throws {
    for arguments in [
      ["--settlement", "quote"], ["--settlement", "coin"], ["--budget", "1", "--settlement", "coin"],
    ] {
      for structure in ["batman", "bull-put-spread", "short-call"] {
        let answer = try Self.scan(["--structure", structure, "--format", "table"] + arguments)
        #expect(answer.status == 0)
        let lines = answer.output.split(separator: "\n")
        #expect(lines.count > 20 && lines.allSatisfy { $0.count <= 80 }, "\(structure)")
      }
    }
    let none = try Self.scan(["--structure", "short-call", "--format", "table", "--where", "credit < 0"])
    #expect(none.status == 0 && none.output == "No structure matches.\n")
  }

  @Test(
    "A question that has no answer ends with 64, a reason and no output",
    arguments: [
      (["--structure", "covered-call"], "which holds the underlying"),
      (["--structure", "calendar"], "several expiries"),
      (["--structure", "iron-condr"], "iron-condor"),
      (["--structure", "iron-condor", "--sort", "max_los"], "column 1"),
      (["--structure", "iron-condor", "--where", "credit"], "--where: column 1: found a number"),
      (["--structure", "iron-condor", "--expiry", "26DEC26"], "26DEC25, 30JAN26"),
      (["--structure", "iron-condor", "--expiry", "soon"], "--expiry"),
      (["--structure", "iron-condor", "--top", "0"], "--top"),
      (["--structure", "long-box", "--wings", "equal"], "three"),
      (["--structure", "iron-condor", "--wings", "double-lower"], "any, equal or unequal"),
      (["--structure", "iron-condor", "--underlying", "ETH"], "BTC"),
      (["--structure", "iron-condor", "--budget", "10%"], "--portfolio"),
      (["--structure", "iron-condor", "--max-lots", "3"], "--budget"),
      (["--structure", "iron-condor", "--fees", "nobody"], "--fees"), ([], "--structure"),
    ])
  func refusals(_ arguments: [String], _ reason: String) throws {
    let answer = try Self.scan(arguments)
    #expect(answer.status == 64)
    #expect(answer.output == "")
    #expect(answer.errors.contains(reason), "\(answer.errors)")
  }

  @Test("A market that is not there ends with 66, a file that cannot be made with 73")
  func files() throws {
    #expect(try Self.scan(["--structure", "long-box"], market: "nowhere.yaml").status == 66)
    let folder = try Folder()
    let refused = try Self.scan(["--structure", "long-box", "-o", folder.path + "/no/such/folder.csv"])
    #expect(refused.status == 73 && refused.output == "")
    let written = try Self.scan(["--structure", "long-box", "-o", folder.path + "/boxes.csv"])
    #expect(written.status == 0 && written.output == "" && folder.names == ["boxes.csv"])
    #expect(folder.text("boxes.csv")?.hasPrefix("rank,structure,") == true)
  }
}

import Foundation
import TestSupport
import Testing

/// The forms in which `bulkhead liquidation` answers, and the files it reads.
@Suite("liquidation in its forms")
struct LiquidationFormsTests {
  static let market = Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml"
  static let condor = Fixture.root + "/Data/Strategies/btc-iron-condor.yaml"
  static let strangle = Fixture.root + "/Data/Strategies/btc-short-strangle.yaml"

  private func run(_ arguments: [String]) throws -> Program.Answer {
    try Program.run(["liquidation", "-m", Self.market] + arguments, folder: Fixture.root)
  }

  private func rows(_ answer: Program.Answer) -> [[String: String]] {
    let lines = answer.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0), uniquingKeysWith: { first, _ in first }) }
  }

  @Test("A wrong option is refused with 64, and says what was wanted")
  func refusals() throws {
    let cases: [(arguments: [String], words: String)] = [
      (["--vol-shift", "-10:10:3"], "--surface"),
      (["--surface", "--push-to", "90000"], "--push-to"),
      (["--days", "-1"], "0 to 36500"),
      (["--push-to", "0"], "a price above 0"),
      (["--vol", "50"], "--vol"),
      (["--vol", "0"], "--vol"),
      (["--deposit", "-5"], "0 or more"),
      (["--deposit", "abc"], "--deposit"),
      (["--deposit", "1.234"], "--deposit"),
      (["--maintenance", "spot=2"], "spot=SHARE"),
      (["--maintenance", "margin="], "margin=SHARE"),
      (["--surface", "--days", "0:100:2000", "--vol-shift", "-10:10:2000"], "nodes"),
      (["--format", "xml"], "xml"),
    ]
    for (arguments, words) in cases {
      let answer = try run([Self.condor] + arguments)
      #expect(answer.status == 64, "\(arguments): \(answer.errors)")
      #expect(answer.errors.contains(words), "\(arguments): \(answer.errors)")
      #expect(answer.output.isEmpty, "\(arguments)")
    }
    let missing = try run([Self.condor, "--maintenance", "missing-tiers.yaml"])
    #expect(missing.status == 66 && missing.output.isEmpty, "\(missing.errors)")
    // What has no margin needs a deposit that is named.
    let naked = try run([Self.strangle])
    #expect(naked.status == 65 && naked.errors.contains("wanted --deposit"), "\(naked.errors)")
  }

  @Test("A book has a row a bound; what cannot be answered is a row with its reason")
  func book() throws {
    let folder = try Folder()
    let header = "strategy,kind,underlying,expiry,strike,quantity,price,multiplier,settlement,fee\n"
    let path = folder.file(
      "book.csv",
      header + "spread,call,BTC,26DEC25,92000,-1,4000,,,\nspread,call,BTC,26DEC25,95000,1,2500,,,\n"
        + "naked,call,BTC,26DEC25,92000,-1,4000,,,\nbad,call,BTC,26DEC25,-1,1,10,,,\n")
    let answer = try run([path])
    #expect(answer.status == 65)
    let rows = rows(answer)
    #expect(rows.map { $0["strategy"] ?? "" } == ["spread", "naked", "bad"])
    #expect(rows.map { $0["status"] ?? "" } == ["none", "invalid", "invalid"])
    #expect(rows[0]["proof"] == "cash_rule" && rows[0]["price"] == "")
    #expect(answer.output.contains("wanted --deposit with an amount"))
    let funded = try run([path, "--deposit", "1400"])
    let found = self.rows(funded).filter { $0["strategy"] != "bad" }
    #expect(found.map { $0["strategy"] ?? "" } == ["spread", "naked"], "\(funded.output)")
    #expect(found.allSatisfy { $0["liquidated"] == "above" && $0["corridor"] == "upper" }, "\(funded.output)")
    let surface = try run([path, "--deposit", "1400", "--surface", "--days", "0,7", "--vol-shift", "0,10"])
    #expect(self.rows(surface).count == 2 * 4 + 1)
    #expect(try run([path, "--format", "table"]).status == 64)
  }

  @Test("A file of tiers is a rule, and a wrong one says where")
  func tiers() throws {
    let folder = try Folder()
    let good = folder.file(
      "tiers.yaml",
      "name: tiered\nshort_options: true\ntiers:\n  - {notional: 0, rate: 0.004}\n  - {notional: 50000, rate: 0.02}\n")
    let answer = try run([Self.strangle, "--deposit", "20000", "--maintenance", good, "--format", "csv"])
    #expect(answer.status == 0, "\(answer.errors)")
    let found = rows(answer)
    #expect(found.map { $0["corridor"] ?? "" } == ["lower", "upper"])
    #expect(found.allSatisfy { $0["maintenance"] == "tiered" })
    let cases = [
      "tiers: []\n", "tiers:\n  - {notional: 5, rate: 0.1}\n", "tiers:\n  - {notional: 0, rate: x}\n",
      "tiers:\n  - {notional: 0}\n", "name: only\n", "tiers:\n  - {notional: 0, rate: 0.1}\nextra: 1\n",
      "tiers:\n  - {notional: 0, rate: 0.1}\nshort_options: maybe\n",
      "tiers:\n  - {notional: 0, rate: 0.1}\n  - {notional: 10, rate: 0.05}\n",
    ]
    for text in cases {
      let answer = try run([Self.condor, "--maintenance", folder.file("bad.yaml", text)])
      #expect(answer.status == 65, "\(text): \(answer.errors)")
      #expect(answer.errors.contains("bad.yaml:") && answer.errors.contains("wanted"), "\(text): \(answer.errors)")
    }
  }

  @Test("-o writes the answer, a page is at most 80 columns, JSON is JSON")
  func forms() throws {
    let folder = try Folder()
    let out = folder.path + "/surface.csv"
    let written = try run([Self.strangle, "--deposit", "20000", "--surface", "--days", "0,7", "-o", out])
    #expect(written.status == 0 && written.output.isEmpty)
    #expect(folder.text("surface.csv")?.split(separator: "\n").count == 1 + 2 * 21)
    for arguments in [
      ["--push-to", "70000", "--days", "0,7,21"], ["--surface", "--format", "table"], ["--vol", "50%"],
    ] {
      let page = try run([Self.strangle, "--deposit", "20000", "--maintenance", "spot=7.5%"] + arguments)
      #expect(page.status == 0, "\(page.errors)")
      for line in page.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
    for arguments in [["--push-to", "70000"], ["--surface", "--days", "0,7"]] {
      let answer = try run([Self.strangle, "--deposit", "20000", "--format", "json"] + arguments)
      #expect(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) is [String: Any])
    }
    #expect(try run([Self.condor, "-o", folder.path + "/none/out.txt"]).status == 73)
  }
}

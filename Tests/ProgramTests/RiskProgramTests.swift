import Foundation
import TestSupport
import Testing

/// `attribution`, `ladder` and `limits` as processes: options, exit codes, streams.
@Suite("Attribution, ladder and limits as programs")
struct RiskProgramTests {
  static let small = Fixture("Markets/small-market.yaml").path
  static let later = Fixture("Markets/small-market-week-later.yaml").path
  static let header = "strategy,kind,underlying,expiry,strike,quantity,price,multiplier,settlement,fee,account\n"
  static let book =
    header + "spread,call,ABC,2026-01-16,100,1,3,1,quote,0,left\n"
    + "spread,call,ABC,2026-01-16,105,-1,1.2,1,quote,0,left\n"
    + "share,underlying,ABC,,,2,100,1,quote,0,right\n"
  static let badBook = book + "bad,call,ABC,2026-01-16,-1,1,3,1,quote,0,left\n"

  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  @Test(
    "A bad option ends with 64 and no output",
    arguments: [
      ["attribution", "x.yaml", "-m", small], ["attribution", "x.yaml", "-m", small, "--to", later, "--days", "1"],
      ["attribution", "x.yaml", "-m", small, "--spot-shift", "-1:1:3"],
      ["attribution", "x.yaml", "-m", small, "--spot-shift", "1", "--settled", "ABC=1"],
      ["attribution", "x.yaml", "-m", small, "--to", later, "--settled", "ABC"],
      ["attribution", "--legs", "1C100@2026-01-16", "-m", small, "--to", later, "--settled", "XYZ=1"],
      ["attribution", "x.yaml", "-m", small, "--to", later, "--vol-relative"],
      ["attribution", "x.yaml", "-m", small, "--to", later, "--smile", "sticky-delta"],
      ["attribution", "x.yaml", "-m", small, "--spot-shift", "-100"],
      ["attribution", "x.yaml", "-m", small, "--to", later, "--by", "desk"],
      ["ladder", "x.yaml", "-m", small, "--bucket", "5"],
      ["ladder", "x.yaml", "-m", small, "--by", "strike", "--bucket", "0"],
      ["ladder", "x.yaml", "-m", small, "--by", "desk"], ["limits", "x.csv", "-m", small],
      ["limits", "x.csv", "-m", small, "--limits", "l.csv", "--spot-shift", "-200:0:3"],
      ["limits", "-", "-m", small, "--limits", "-"],
    ])
  func badOption(_ arguments: [String]) throws {
    let answer = try Program.run(arguments)
    #expect(answer.status == 64 && answer.output == "" && !answer.errors.isEmpty, "\(answer.errors)")
  }

  @Test("A file that is not there ends with 66, one that is no table with 65, without output")
  func wholeFiles() throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Self.book)
    for (arguments, status) in [
      (["attribution", book, "-m", Self.small, "--to", "/nowhere.yaml"], 66),
      (["attribution", "/nowhere.csv", "-m", Self.small, "--to", Self.later], 66),
      (["attribution", book, "-m", Self.later, "--to", Self.small], 65),
      (["ladder", "/nowhere.csv", "-m", Self.small], 66),
      (["limits", book, "-m", Self.small, "--limits", "/nowhere.csv"], 66),
      (["limits", book, "-m", Self.small, "--limits", folder.file("l.csv", "scope,name\n")], 65),
      (["limits", book, "-m", Self.small, "--limits", folder.file("m.csv", "")], 65),
    ] {
      let answer = try Program.run(arguments)
      #expect(answer.status == status && answer.output == "", "\(arguments): \(answer.errors)")
    }
  }

  @Test("Between two markets: the value of the second less that of the first, a line of totals, and nothing more")
  func twoMarkets() throws {
    let folder = try Folder()
    let path = folder.file("book.csv", Self.book)
    let answer = try Program.run(["attribution", path, "-m", Self.small, "--to", Self.later])
    #expect(answer.status == 0, "\(answer.errors)")
    let attributed = rows(answer.output)
    #expect(attributed.map { $0["strategy"] } == ["spread", "share"])
    #expect(attributed[1]["pnl"] == "4" && attributed[1]["delta_pnl"] == "4" && attributed[1]["unexplained"] == "0")
    for (market, column) in [(Self.small, "value_from"), (Self.later, "value_to")] {
      let stressed = try Program.run(["ladder", path, "-m", market, "--by", "underlying"])
      let total = rows(stressed.output)[0].number("value")
      #expect(abs(attributed[0].number(column) + attributed[1].number(column) - total) < 1e-12)
    }
    #expect(answer.errors.hasPrefix("P&L +") && answer.errors.split(separator: "\n").count == 1)
    #expect(try Program.run(["attribution", path, "-m", Self.small, "--to", Self.later, "-q"]).errors == "")
  }

  @Test("A second market made by hand: what expired is settled on the price that is stated")
  func settled() throws {
    let folder = try Folder()
    let after = folder.file(
      "after.yaml", "as_of: 2026-01-20T15:00:00Z\nunderlyings:\n  ABC:\n    spot: 120\n    rate: 0.05\n")
    let common = ["attribution", folder.file("book.csv", Self.book), "-m", Self.small, "--to", after]
    for (options, value) in [([], "5"), (["--settled", "ABC=103"], "3"), (["--settled", "ABC@2026-01-16=101"], "1")] {
      let answer = try Program.run(common + options)
      let spread = rows(answer.output)[0]
      #expect(answer.status == 0 && spread["value_to"] == value && spread["status"] == "expired_legs")
      let price = ["5": "120", "3": "103", "1": "101"][value] ?? ""
      #expect(spread["detail"] == "ABC 2026-01-16 expired: payoff on \(price)")
    }
  }

  @Test("Bad strategies: their rows, the others' answers, and 65", arguments: ["attribution", "ladder", "limits"])
  func badData(_ command: String) throws {
    let folder = try Folder()
    let limits = folder.file("l.csv", "scope,name,metric,limit\nstrategy,*,value,0.01\n")
    let own = ["attribution": ["--days", "1"], "ladder": [], "limits": ["--limits", limits]][command] ?? []
    let path = folder.file("bad.csv", Self.badBook)
    let answer = try Program.run([command, path, "-m", Self.small] + own)
    #expect(answer.status == 65 && !answer.output.isEmpty)
    #expect(answer.errors.contains("bad.csv:5:25: error: strike: found '-1'"), "\(answer.errors)")
    #expect(answer.errors.contains("1 of 3 answers are invalid"))
    if command == "limits" {
      #expect(answer.errors.contains("limit breached: strategy"), "data first, and the breach is told")
      #expect(rows(answer.output).map { $0["status"] } == ["breach", "ok", "invalid"])
    }
  }

  @Test("Limits: 0 where all are kept, 2 where one is breached or unanswered, 65 for a bad limit before that")
  func limitStatuses() throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Self.book)
    for (limits, status, words) in [
      ("account,left,max_loss,1.8", 0, ""), ("account,left,max_loss,1.79", 2, "wanted at most 1.79"),
      ("book,*,delta,0.1", 2, "a magnitude of at most 0.1"), ("book,*,worst_pnl,-70", 0, ""),
      ("book,*,worst_pnl,-50", 2, "wanted at least -50"), ("strategy,*,max_loss,1000000", 0, ""),
      ("account,left,max_loss,1\naccount,left,max_loss,x", 65, "limit breached"),
      ("account,left,max_loss,x", 65, "l.csv:2:23: error: limit: found 'x'"),
      ("account,nobody,value,1", 0, "no position in the book for account nobody"),
    ] {
      let path = folder.file("l.csv", "scope,name,metric,limit\n\(limits)\n")
      let answer = try Program.run(["limits", book, "-m", Self.small, "--limits", path])
      #expect(answer.status == status, "\(limits): \(answer.errors)")
      #expect(words.isEmpty ? answer.errors.isEmpty : answer.errors.contains(words), "\(limits): \(answer.errors)")
    }
    let fromInput = try Program.run(
      ["limits", book, "-m", Self.small, "--limits", "-"], input: "scope,name,metric,limit\nbook,*,value,1\n")
    #expect(fromInput.status == 2)
  }

  @Test("The same grid options as stress, and the same worst P&L")
  func worst() throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Self.book)
    let grid = ["--spot-shift", "-20:20:9", "--vol-shift", "-5,0,5", "--days", "0,3"]
    let limits = folder.file("l.csv", "scope,name,metric,limit\nstrategy,*,worst_pnl,-1000\n")
    let answer = try Program.run(["limits", book, "-m", Self.small, "--limits", limits] + grid)
    let stress = try Program.run(["stress", book, "-m", Self.small, "--summary"] + grid)
    #expect(
      answer.status == 0 && rows(answer.output).map { $0["value"] } == rows(stress.output).map { $0["worst_pnl"] })
  }
}

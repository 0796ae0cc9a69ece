import Foundation
import TestSupport
import Testing

/// `stress` and `limits` under named scenarios, as a process.
@Suite("Named scenarios as a program")
struct ScenarioProgramTests {
  static let market = Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml"
  static let google = Fixture.root + "/Data/Markets/goog-2015-12-23.yaml"
  static let book = Fixture.root + "/Tests/Fixtures/Books/accounts.csv"
  static let condor = Fixture.root + "/Data/Strategies/btc-iron-condor.yaml"
  static let desk = Fixture.root + "/Tests/Fixtures/Scenarios/desk.csv"

  private func stress(_ options: [String], of path: String = condor, on market: String = market) throws
    -> Program.Answer
  {
    try Program.run(["stress", path, "-m", market] + options)
  }

  /// Column name to cell of a report without quotes.
  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  @Test(
    "A bad option ends with 64, no output, and the words for it",
    arguments: [
      (["--scenarios", desk, "--spot-shift", "5"], "takes the place of a grid; found --spot-shift"),
      (["--scenarios", desk, "--days", "5", "--vol-relative"], "found --days, --vol-relative beside it"),
      (["--scenarios", desk, "--skew-shift", "5"], "found --skew-shift beside it"),
      (["--scenarios", desk, "--pivot"], "--pivot is a matrix of a grid's two axes"),
      (
        ["--scenarios", "crush"], "found 'crush', wanted a file (.csv, .yaml, .json), or one of crashes, crash:1987-10"
      ),
      (["--scenarios", "maximum-loss"], "found rulebook maximum-loss, wanted one that works by scenarios"),
      (["--scenarios", "deribit-portfolio"], "volatilities that move by days to expiry"),
      (["--moves-like", "BTC=SPX"], "--moves-like belongs to --scenarios"),
      (["--scenarios", "crashes", "--moves-like", "BTC"], "'BTC' is invalid"),
      (["--scenarios", "crashes", "--moves-like", "BTC=SPX,BTC=ETH"], "is invalid"),
      (["--rules-as-of", "2020-01-01"], "belong to --scenarios of a rulebook"),
      (["--scenarios", "crashes", "--rules-as-of", "2020-01-01"], "and not to 'crashes'"),
      (["--scenarios", "crashes", "--summary", "--level", "99"], "found scenarios without weights"),
      (["--scenarios", desk, "--summary", "--weights", desk], "found scenarios with weights of their own"),
      (["--skew-shift", "1,2"], "'1,2' is invalid"), (["--curvature-shift", "x"], "'x' is invalid"),
      (["--skew-shift", "1:2:3"], "'1:2:3' is invalid"),
      (["--skew-shift", "1e9"], "wanted one number of points of volatility, -100000000 to 100000000"),
    ])
  func badOption(_ options: [String], words: String) throws {
    let folder = try Folder()
    let answer = try stress(options + ["-o", folder.path + "/out.csv"])
    #expect(answer.status == 64 && answer.output == "" && folder.names.isEmpty, "\(answer.status)")
    #expect(answer.errors.contains(words), "\(answer.errors)")
  }

  @Test("Data that are wrong end with 65, a file that is not there with 66, and nothing is written")
  func badData() throws {
    let folder = try Folder()
    let bad = folder.file("bad.csv", "name,spot_shift\na,-1\n")
    for (options, status, words) in [
      (["--scenarios", bad], 65, "bad.csv:2:1: error: scenario 'a': spot_shift: found -1.0"),
      (["--scenarios", folder.path + "/none.csv"], 66, "cannot be read"),
      (["--scenarios", "crash:2008-09"], 65, "found scenarios of SPX alone, wanted one that says something about BTC"),
      (["--scenarios", "crash:2008-09", "--moves-like", "GOOG=SPX"], 65, "found moves for 'GOOG'"),
      (["--scenarios", "crash:2008-09", "--moves-like", "BTC=DAX"], 65, "found series 'DAX'"),
    ] as [([String], Int32, String)] {
      let answer = try stress(options)
      #expect(answer.status == status && answer.output == "", "\(options): \(answer.status)")
      #expect(answer.errors.contains(words), "\(answer.errors)")
    }
  }

  @Test("A list of a grid's nodes gives the grid's report, with a name at the end")
  func gridAsList() throws {
    let folder = try Folder()
    let grid = ["--spot-shift", "-20,0,15", "--vol-shift", "-5,10", "--days", "0,7"]
    let wanted = try stress(grid)
    var list = "name,spot_shift,vol_shift,days_forward\n"
    for row in rows(wanted.output).dropFirst() {
      list +=
        "n\(row["scenario"] ?? ""),\(row["spot_shift"] ?? ""),\(row["vol_shift"] ?? ""),\(row["days_forward"] ?? "")\n"
    }
    let path = folder.file("list.csv", list)
    for (options, grain) in [
      ([], "strategy"), (["--by", "leg"], "leg"), (["--smile", "sticky-delta"], "sticky delta"),
    ] {
      let wanted = try stress(grid + options).output.split(separator: "\n")
      let found = try stress(["--scenarios", path] + options)
      let lines = found.output.split(separator: "\n")
      #expect(found.status == 0 && lines.count == wanted.count)
      for (index, line) in lines.enumerated() {
        let name = index == 0 ? "scenario_name" : index == 1 || index % 13 == 1 ? "" : nil
        let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        #expect(cells.dropLast().joined(separator: ",") == wanted[index], "\(grain)")
        if let name { #expect(cells.last.map(String.init) == name) }
      }
    }
    let summary = try stress(["--scenarios", path, "--summary"])
    #expect(try summary.output == stress(grid + ["--summary"]).output, "and its summary")
  }

  @Test("A list's weights serve the expected shortfall, as a file of weights does")
  func weights() throws {
    let folder = try Folder()
    let file = folder.file("w.csv", "scenario,weight\n1,6\n2,2\n3,1\n4,2\n")
    let text = try String(contentsOfFile: Self.desk, encoding: .utf8)
    let bare = folder.file(
      "bare.csv",
      text.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).dropLast().joined(separator: ",")
      }
      .joined(separator: "\n"))
    for by in ["strategy", "account", "book"] {
      let options = ["--summary", "--by", by, "--level", "97.5,60"]
      let own = try stress(["--scenarios", Self.desk] + options, of: Self.book)
      let other = try stress(["--scenarios", bare, "--weights", file] + options, of: Self.book)
      #expect(own.status == 0 && own.output == other.output && own.output.contains("expected_shortfall_60"))
    }
    let one = rows(try stress(["--scenarios", Self.desk, "--summary"]).output)
    let long = rows(try stress(["--scenarios", Self.desk]).output)
    // The worst 2.5 percent lie within the one scenario of weight 1 in 11.
    #expect(one[0]["worst_scenario"] == "3" && one[0].number("expected_shortfall") == -long[3].number("pnl"))
  }

  @Test("What a scenario says nothing about is told; a class's series stands for it, a stated one before that")
  func assignment() throws {
    let left = try stress(["--scenarios", "crashes"])
    #expect(left.errors.contains("warning: left out what says nothing about this market: crash:1987-10, crash:2008-09"))
    #expect(
      rows(left.output).map { $0["scenario_name"] ?? "" } == ["", "crash:2020-03", "crash:2021-05", "crash:2022-11"])
    let like = try stress(["--scenarios", "crash:1987-10", "--moves-like", "BTC=SPX"])
    #expect(like.status == 0 && rows(like.output)[1]["spot_shift"] == "-0.204669")
    #expect(rows(like.output)[1]["vol_relative_shift"] == "3.129502" && rows(like.output)[1]["vol_shift"] == "0")
    let share = try stress(
      ["--scenarios", "crashes"], of: Fixture.root + "/Data/Strategies/goog-covered-call.yaml", on: Self.google)
    #expect(rows(share.output).count == 6 && !share.errors.contains("warning: left out"))
    #expect(rows(share.output)[3]["spot_shift"] == "-0.095113", "the S&P 500 of March 2020")
  }

  @Test("The scenarios of a clearing house are called as they were asked for")
  func ruleNames() throws {
    for name in ["span", "tims", "occ-risk-based"] {
      let names = rows(try stress(["--scenarios", name]).output).compactMap { $0["scenario_name"] }.dropFirst()
      #expect(names.first == "\(name)/1" && names.allSatisfy { $0.hasPrefix("\(name)/") }, "\(name)")
    }
  }

  /// A smile that no market could have: the middle strike of a butterfly far above its wings.
  private func torn(_ folder: Folder) -> (market: String, book: String, list: String) {
    let quotes = folder.file(
      "torn.csv",
      "instrument,bid,ask,mark,implied_vol\n"
        + zip(["095", "100", "105"], ["0.25", "0.9", "0.25"]).map { "ABC   260116C00\($0)000,,,,\($1)\n" }.joined())
    let market = folder.file(
      "torn.yaml",
      "as_of: 2025-12-17T21:00:00Z\nunderlyings:\n  ABC:\n    spot: 100\n    quoted_in: quote\n    rate: 0\n"
        + "    dividend_yield: 0\n    quotes: \(quotes)\n")
    let book = folder.file(
      "torn-book.csv",
      "strategy,kind,underlying,expiry,strike,quantity,price\n"
        + "fly,call,ABC,2026-01-16T21:00:00Z,95,1,6\nfly,call,ABC,2026-01-16T21:00:00Z,100,-2,3\n"
        + "fly,call,ABC,2026-01-16T21:00:00Z,105,1,1\nlong,call,ABC,2026-01-16T21:00:00Z,95,1,6\n")
    return (market, book, folder.file("list.csv", "name,spot_shift\nup,0.02\ndown,-0.02\n"))
  }

  @Test("A loss beyond the maximum loss is told with its scenario and reason, and by no command passed over")
  func beyondMaximum() throws {
    let folder = try Folder()
    let files = torn(folder)
    let reason = "the scenario's volatilities, forwards and rates are not free of arbitrage"
    let history = folder.file("h.csv", ValueAtRiskProgramTests.history)
    let limits = folder.file("l.csv", "scope,name,metric,limit\nstrategy,*,worst_pnl,-1000\n")
    for command in [
      ["stress", files.book, "--scenarios", files.list],
      ["stress", files.book, "--scenarios", files.list, "--summary"],
      ["risk", files.book, "--history", "ABC=\(history)", "-q"],
    ] {
      let answer = try Program.run(command + ["-m", files.market])
      #expect(answer.status == 0, "\(answer.errors)")
      #expect(answer.errors.contains("warning: fly: scenario ") && answer.errors.contains(reason), "\(answer.errors)")
      #expect(answer.errors.contains("more than its maximum loss of 1.000000"), "\(answer.errors)")
      #expect(!answer.errors.contains("long: scenario") && !answer.errors.contains("more strategies"))
    }
    let smiling = try Program.run([
      "stress", files.book, "-m", files.market, "--spot-shift", "-2,0,2", "--smile", "sticky-delta", "--summary",
    ])
    #expect(smiling.errors.contains("a smile that moves with spot need not be free of arbitrage"), "\(smiling.errors)")
    let limited = try Program.run([
      "limits", files.book, "-m", files.market, "--limits", limits, "--scenarios", files.list,
    ])
    let found = rows(limited.output)
    #expect(found.map { $0["name"] } == ["fly", "long"] && found[1]["detail"] == "", "\(limited.output)")
    #expect(limited.output.contains("loses more than the 1.0 of its maximum loss"), "\(limited.output)")
  }

  @Test("Limits take a list for their worst P&L")
  func limits() throws {
    let folder = try Folder()
    let limits = folder.file("l.csv", "scope,name,metric,limit\nstrategy,*,worst_pnl,-2000\n")
    let worst = rows(try stress(["--scenarios", "crash:2020-03", "--summary"]).output)[0].number("worst_pnl")
    let answer = try Program.run(
      ["limits", Self.condor, "-m", Self.market, "--limits", limits, "--scenarios", "crash:2020-03"])
    #expect(answer.status == 2 && answer.output.contains("\(worst)"), "\(answer.output)")
    let both = try Program.run(
      ["limits", Self.condor, "-m", Self.market, "--limits", limits, "--scenarios", "span", "--days", "3"])
    #expect(both.status == 64)
  }

  @Test("The summary on standard error names the worst scenario and what it does")
  func words() throws {
    let answer = try stress(["--scenarios", "span", "--summary"])
    #expect(answer.errors.contains("16 scenarios, sticky-strike"))
    #expect(answer.errors.contains("at span/12: spot +15.0 %, volatility -10.0 points, day 1"))
    #expect(answer.errors.contains("of the scenarios lose more than"))
    let skewed = try stress(["--spot-shift", "0", "--skew-shift", "-5", "--curvature-shift", "1", "--summary"])
    #expect(skewed.errors.contains("skew -5.0, curvature +1.0, day 0"))
  }
}

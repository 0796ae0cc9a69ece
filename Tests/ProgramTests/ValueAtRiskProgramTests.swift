import Foundation
import TestSupport
import Testing

/// `risk` as a process: options, exit codes, streams, and what other commands say of the same.
@Suite("Value at risk as a program")
struct ValueAtRiskProgramTests {
  static let small = Fixture("Markets/small-market.yaml").path
  static let header = "strategy,kind,underlying,expiry,strike,quantity,price,multiplier,settlement,fee,account\n"
  static let book =
    header + "spread,call,ABC,2026-01-16,100,1,3,1,quote,0,left\n"
    + "spread,call,ABC,2026-01-16,105,-1,1.2,1,quote,0,left\n"
    + "put,put,ABC,2026-01-16,95,-2,1,1,quote,0,left\n" + "share,underlying,ABC,,,2,90,1,quote,0,right\n"
  static let american =
    "strategy,kind,underlying,expiry,strike,quantity,price,exercise\n"
    + "put,put,ABC,2026-01-16,95,-2,1,american\n"
  static let badBook = book + "bad,call,ABC,2026-01-16,-1,1,3,1,quote,0,left\n"

  /// 300 closes to the market's day, 17 December 2025, of a walk with a seed, and three days behind it.
  static let history: String = {
    var random = SplitMix64(seed: 17)
    var close = 100.0
    var text = "date,close\n"
    for day in 0..<303 {
      close *= 1 + random.number(-0.04, 0.04)
      let moment = Date(timeIntervalSince1970: 86_400 * Double(20_439 - 299 + day))
      text += "\(moment.formatted(.iso8601.year().month().day())),\((close * 100).rounded() / 100)\n"
    }
    return text
  }()

  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  private struct Files {
    let folder: Folder
    let book: String
    let history: String

    init(book: String = ValueAtRiskProgramTests.book) throws {
      folder = try Folder()
      self.book = folder.file("book.csv", book)
      history = folder.file("abc.csv", ValueAtRiskProgramTests.history)
    }

    func risk(_ options: [String]) throws -> Program.Answer {
      try Program.run(
        ["risk", book, "-m", ValueAtRiskProgramTests.small, "--history", "ABC=\(history)"] + options)
    }
  }

  @Test(
    "A bad option ends with 64 and no output",
    arguments: [
      [], ["--history", "ABC"], ["--history", "=x.csv"], ["--history", "ABC="], ["--history", "XYZ=x.csv"],
      ["--history", "ABC=x.csv", "--history", "ABC=y.csv"], ["--history", "ABC=x.csv", "--vol-move", "index"],
      ["--history", "ABC=x.csv", "--vol-history", "ABC=v.csv", "--vol-move", "realised"],
      ["--history", "ABC=x.csv", "--horizon", "0"], ["--history", "ABC=x.csv", "--no-overlap"],
      ["--history", "ABC=x.csv", "--lambda", "1"], ["--history", "ABC=x.csv", "--longest-gap", "0"],
      ["--history", "ABC=x.csv", "--window", "1"], ["--history", "ABC=x.csv", "--method", "guess"],
      ["--history", "ABC=x.csv", "--seed", "1"], ["--history", "ABC=x.csv", "--scenarios", "10"],
      ["--history", "ABC=x.csv", "--degrees", "5"], ["--history", "ABC=x.csv", "--no-antithetic"],
      ["--history", "ABC=x.csv", "--correlation", "ewma"],
      ["--history", "ABC=x.csv", "--method", "monte-carlo", "--age-decay", "0.9"],
      ["--history", "ABC=x.csv", "--method", "monte-carlo", "--scenarios", "11"],
      ["--history", "ABC=x.csv", "--method", "monte-carlo", "--degrees", "2"],
      ["--history", "ABC=x.csv", "--age-decay", "1"], ["--history", "ABC=x.csv", "--level", "40"],
      ["--history", "ABC=x.csv", "--level", "100"], ["--history", "ABC=x.csv", "--contributions"],
      ["--history", "ABC=x.csv", "--test-days", "5"], ["--history", "ABC=x.csv", "--backtest", "--test-days", "0"],
      ["--history", "ABC=x.csv", "--backtest", "--save-scenarios", "s.csv"],
      ["--history", "ABC=x.csv", "--days", "-1"],
    ])
  func badOption(_ options: [String]) throws {
    let answer = try Program.run(["risk", "book.csv", "-m", Self.small] + options)
    #expect(answer.status == 64 && answer.output == "" && !answer.errors.isEmpty, "\(options): \(answer.errors)")
  }

  @Test("Whole files that are not there or no history end with 66 and 65, without output")
  func wholeFiles() throws {
    let files = try Files()
    let late = files.folder.file("late.csv", "date,close\n2026-03-01,1\n2026-03-02,2\n")
    let disorder = files.folder.file("disorder.csv", "date,close\n2025-03-02,1\n2025-03-01,2\n")
    let short = files.folder.file("short.csv", "date,close\n2025-03-01,1\n2025-03-02,2\n")
    let still = files.folder.file(
      "still.csv",
      "date,close\n" + (10..<28).map { "2025-03-\($0),5\n" }.joined()
        + (10..<28).map { "2025-04-\($0),5\n" }.joined())
    for (path, options, status, words) in [
      (files.history, ["--level", "99.99"], 65, "for the level 0.9999, wanted at least 10000"),
      (files.history, ["--level", "99.9"], 65, "for the level 0.999, wanted at least 1000"),
      ("/nowhere.csv", [], 66, "cannot be read"),
      (late, [], 65, "found no close that was known at 2025-12-17T21:00:00Z"),
      (disorder, [], 65, "disorder.csv:3:1: error: found '2025-03-01', wanted a time after 2025-03-02"),
      (short, [], 65, "found 1 scenarios for the level 0.975, wanted at least 40"),
      (
        still, ["--method", "filtered", "--longest-gap", "20", "--level", "90"], 65, "ABC: found no move in the history"
      ),
      (short, ["--window", "40"], 65, "found 1 moves in the history, wanted at least 40"),
      (files.history, ["--backtest", "--test-days", "290", "--window", "50"], 65, "found 248 days to test"),
    ] as [(String, [String], Int32, String)] {
      let answer = try Program.run(
        ["risk", files.book, "-m", Self.small, "--history", "ABC=\(path)"] + options)
      #expect(
        answer.status == status && answer.output == "" && answer.errors.contains(words), "\(path): \(answer.errors)")
    }
  }

  @Test("Of a share the value at risk is the quantile of its moves, up to the market's day")
  func share() throws {
    let files = try Files()
    let answer = try files.risk(["--level", "99,95", "--window", "200"])
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(answer.errors.contains("299 closes from 2025-02-21 to 2025-12-16"))
    #expect(answer.errors.contains("4 closes not known at the market's moment left out"))
    let closes = Self.history.split(separator: "\n").dropFirst().prefix(299).compactMap {
      $0.split(separator: ",").last.flatMap { Double($0) }
    }
    let falls = zip(closes, closes.dropFirst()).map { $1 / $0 - 1 }.suffix(200).sorted()
    let share = rows(answer.output).filter { $0["name"] == "share" }
    #expect(share.map { $0["level"] } == ["0.99", "0.95"] && share.allSatisfy { $0["status"] == "ok" })
    #expect((share[0].number("value_at_risk") + 200 * falls[1]).magnitude < 1e-9)
    #expect((share[1].number("value_at_risk") + 200 * falls[9]).magnitude < 1e-9)
    #expect((share[1].number("expected_shortfall") + 20 * falls[..<10].reduce(0, +)).magnitude < 1e-9)
    #expect((share[0].number("value") - 20).magnitude < 1e-12, "worth what it gained since its entry")
  }

  @Test("The scenarios that are saved give stress the same expected shortfall")
  func saved() throws {
    let files = try Files()
    let path = files.folder.path + "/scenarios.csv"
    for method in [
      ["--method", "filtered"], ["--age-decay", "0.99"], ["--method", "monte-carlo", "--scenarios", "600"],
    ] {
      let options = ["--vol-move", "realised", "--save-scenarios", path, "--level", "95", "--days", "1"]
      let risk = try files.risk(options + method)
      #expect(risk.status == 0, "\(risk.errors)")
      let stress = try Program.run(
        ["stress", files.book, "-m", Self.small, "--scenarios", path, "--summary", "--level", "95"])
      #expect(stress.status == 0, "\(stress.errors)")
      for (own, other) in zip(rows(risk.output), rows(stress.output)) {
        // Stress counts from what was paid, risk from today's value.
        let paid = other.number("value") - (own.number("worst") + other.number("worst_pnl") + other.number("value"))
        let shift = other.number("worst_pnl") + own.number("worst")
        #expect((own.number("value") - other.number("value")).magnitude < 1e-9)
        #expect(
          (own.number("expected_shortfall") - other.number("expected_shortfall") - shift).magnitude < 1e-9,
          "\(method): \(own["name"] ?? "") \(paid)")
      }
    }
  }

  @Test("Drawn scenarios are the seed's; contributions add up; accounts and book")
  func contributions() throws {
    let files = try Files()
    let drawn = [
      "--method", "monte-carlo", "--scenarios", "2000", "--degrees", "4", "--by", "account", "--contributions",
    ]
    let first = try files.risk(drawn)
    #expect(try files.risk(drawn).output == first.output && first.status == 0, "\(first.errors)")
    #expect(try files.risk(drawn + ["--seed", "2"]).output != first.output)
    let answers = rows(first.output)
    #expect(answers.map { $0["scope"] } == ["account", "account", "strategy", "strategy", "strategy"])
    for account in ["left", "right"] {
      let whole = try #require(answers.first { $0["scope"] == "account" && $0["name"] == account })
      let parts = answers.filter { $0["part_of"] == account }
      for (part, figure) in [
        ("shortfall_contribution", "expected_shortfall"), ("value_at_risk_contribution", "value_at_risk"),
      ] {
        let sum = parts.reduce(0) { $0 + $1.number(part) }
        #expect((sum - whole.number(figure)).magnitude < 1e-9, "\(account) \(part)")
      }
      #expect((parts.reduce(0) { $0 + $1.number("shortfall_share") } - 1).magnitude < 1e-9)
    }
    let book = rows(try files.risk(["--by", "book"]).output)
    #expect(book.count == 1 && book[0]["scope"] == "book" && book[0]["name"] == "book")
  }

  @Test("A strategy alone and in a book have the same risk; a bad one is told and the others answered")
  func badData() throws {
    let files = try Files(book: Self.badBook)
    let answer = try files.risk([])
    #expect(answer.status == 65 && answer.errors.contains("1 of 4 answers are invalid"), "\(answer.errors)")
    let all = rows(answer.output)
    #expect(all.map { $0["status"] } == ["ok", "ok", "ok", "invalid"])
    #expect(answer.output.contains("invalid,\"found '-1', wanted a strike of 0 or more"))
    let accounts = rows(try files.risk(["--by", "account", "-q"]).output)
    #expect(accounts.map { $0["status"] } == ["invalid", "ok"])
    let alone = try Program.run([
      "risk", "--legs", "-2P95@2026-01-16=1", "-m", Self.small, "--history", "ABC=\(files.history)",
    ])
    // A share's listed option is American and of a hundred shares, the book's European and of one: it is worth a little
    // more, and so moves a little more.
    let shortfall = rows(alone.output)[0].number("expected_shortfall")
    let european = 100 * all[1].number("expected_shortfall")
    #expect((shortfall - european).magnitude < 0.02 * european, "\(alone.errors)")
    let american = try Files(book: Self.american)
    let listed = rows(try american.risk([]).output)[0].number("expected_shortfall")
    #expect((shortfall - 100 * listed).magnitude < 1e-9 * shortfall)
  }

  @Test("A table fits 80 columns and says where the scenarios come from")
  func table() throws {
    let files = try Files()
    for options in [
      ["--level", "95,99", "--by", "account", "--contributions"], ["--backtest", "--window", "40", "--level", "95"],
    ] {
      let answer = try files.risk(options + ["--format", "table"])
      #expect(answer.status == 0 && answer.errors == "", "\(answer.errors)")
      let lines = answer.output.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.allSatisfy { $0.count <= 80 }, "\(answer.output)")
      #expect(lines.joined(separator: " ").contains("299 closes from 2025-02-21 to 2025-12-16"))
    }
  }

  @Test("However large the amounts and many the levels, a table fits 80 columns and says its unit")
  func wideTable() throws {
    let drawn = ["--method", "monte-carlo", "--scenarios", "20000", "--level", "50,97.5,99,99.9", "--format", "table"]
    for (quantity, hasUnit) in [("1", false), ("50000", false), ("90000000000", true)] {
      let files = try Files(
        book: Self.header + "a,put,ABC,2026-01-16,95,-\(quantity),1,1,quote,0,left\n"
          + "b,underlying,ABC,,,\(quantity),90,1,quote,0,left\n")
      let answer = try files.risk(drawn + ["--by", "account", "--contributions"])
      #expect(answer.status == 0, "\(answer.errors)")
      let lines = answer.output.split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= 80 } && lines.count > 12, "\(answer.output)")
      #expect(answer.output.contains("Amounts of the columns are in") == hasUnit, "\(answer.output)")
    }
  }

  @Test("Draws beyond any price are held and counted, and the run goes on")
  func farDraws() throws {
    let files = try Files()
    let wild = files.folder.file(
      "wild.csv",
      "date,close\n"
        + (0..<60).map { day in
          let moment = Date(timeIntervalSince1970: 86_400 * Double(20_400 - 59 + day))
          return "\(moment.formatted(.iso8601.year().month().day())),\(day % 2 == 0 ? 1 : 100)\n"
        }.joined())
    let answer = try Program.run([
      "risk", files.book, "-m", Self.small, "--history", "ABC=\(wild)", "--method", "monte-carlo", "--degrees", "3",
      "--scenarios", "2000",
    ])
    #expect(answer.status == 0 && rows(answer.output).allSatisfy { $0["status"] == "ok" }, "\(answer.errors)")
    #expect(
      answer.errors.contains("of 2000 scenarios move a price or volatility by more than a factor of a million"),
      "\(answer.errors)")
    // In a backtest too, where each day has draws of its own.
    let test = [
      "risk", files.book, "-m", Self.small, "--history", "ABC=\(wild)", "--method", "monte-carlo", "--degrees", "3",
      "--scenarios", "2000", "--backtest", "--test-days", "5",
    ]
    let rows = try Program.run(test + ["--format", "csv"])
    #expect(
      rows.status == 0
        && rows.output.contains(" of 10000 scenarios of all days move a price or volatility by more than"),
      "\(rows.errors)\(rows.output)")
    let table = try Program.run(test + ["--format", "table"])
    #expect(table.output.contains(" of 10000 scenarios of all days"), "\(table.output)")
    let calm = try files.risk(["--method", "monte-carlo", "--scenarios", "200", "--backtest", "--test-days", "5"])
    #expect(calm.status == 0 && !calm.output.contains("scenarios of all days"), "\(calm.output)")
  }

  @Test("Days that lost their end are left out with a word, even where notes are not wanted")
  func leftOut() throws {
    let files = try Files()
    var text = "date,close\n"
    for day in 0..<50 {
      let moment = Date(timeIntervalSince1970: 86_400 * Double(20_400 - 49 + day))
      for hour in [8, 16, 20] where day != 30 || hour == 8 {
        text +=
          "\(moment.formatted(.iso8601.year().month().day()))T\(hour < 10 ? "0" : "")\(hour):00:00Z,\(100 + (day * 7 + hour) % 11)\n"
      }
    }
    let hourly = files.folder.file("hourly.csv", text)
    let answer = try Program.run([
      "risk", files.book, "-m", Self.small, "--history", "ABC=\(hourly)", "--level", "90", "-q",
    ])
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(
      answer.errors.contains("hourly.csv: warning: left out 1 days whose last candle begins more than an hour before"),
      "\(answer.errors)")
  }

  @Test("A backtest counts and dates the days on which a share fell beyond its value at risk")
  func backtest() throws {
    let files = try Files()
    let answer = try files.risk(["--backtest", "--window", "100", "--level", "95", "--test-days", "150"])
    #expect(answer.status == 0, "\(answer.errors)")
    let share = try #require(rows(answer.output).first { $0["name"] == "share" })
    let lines = Self.history.split(separator: "\n").dropFirst().prefix(299).map { $0.split(separator: ",") }
    let closes = lines.compactMap { Double($0[1]) }
    let moves = zip(closes, closes.dropFirst()).map { $1 / $0 - 1 }
    var dates: [String] = []
    for day in 148..<298 where moves[day] < moves[(day - 100)..<day].sorted()[4] {
      dates.append(String(lines[day + 1][0]))
    }
    #expect(share["exceptions"] == "\(dates.count)" && share["days"] == "150")
    #expect(share["exception_days"] == dates.joined(separator: ";") && share["expected_exceptions"] == "7.5")
    #expect(["green", "yellow", "red"].contains(share["zone"] ?? ""))
    #expect((0...1).contains(share.number("conditional_p")))
  }

  @Test("A stated correlation that is none is brought to the nearest one, and that is said")
  func correlation() throws {
    let files = try Files()
    let index = files.folder.file("index.csv", Self.history.replacingOccurrences(of: "close", with: "value"))
    func risk(_ matrix: String) throws -> Program.Answer {
      let path = files.folder.file("c.csv", matrix)
      return try files.risk([
        "--vol-history", "ABC=\(index)", "--method", "monte-carlo", "--scenarios", "500", "--correlation", path,
      ])
    }
    let valid = try risk("series,ABC volatility,ABC\nABC,-0.8,1\nABC volatility,1,-0.8\n")
    #expect(valid.status == 0 && !valid.errors.contains("nearest"), "\(valid.errors)")
    for (matrix, words) in [
      ("series,ABC\nABC,1\n", "wanted a column 'ABC volatility'"),
      ("series,ABC,ABC volatility\nABC,1,0.5\n", "found no row 'ABC volatility'"),
      ("series,ABC,ABC volatility\nABC,1,2\nABC volatility,2,1\n", "wanted a correlation from -1 to 1"),
      ("series,ABC,ABC volatility\nABC,1,0.5\nABC volatility,0.4,1\n", "symmetric"),
    ] {
      let answer = try risk(matrix)
      #expect(answer.status == 65 && answer.output == "" && answer.errors.contains(words), "\(answer.errors)")
    }
  }
}

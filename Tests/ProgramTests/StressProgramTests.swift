import Foundation
import TestSupport
import Testing

/// `stress` as a process: summaries of books, weights, legs, the guard on long reports; exit codes and streams.
@Suite("Stress as a program")
struct StressProgramTests {
  static let market = Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml"
  static let book = Fixture.root + "/Tests/Fixtures/Books/accounts.csv"
  static let weights = Fixture.root + "/Tests/Fixtures/Books/accounts-weights.csv"
  static let condor = Fixture.root + "/Data/Strategies/btc-iron-condor.yaml"
  /// 15 scenarios, those of the weights.
  static let grid = ["--spot-shift", "-20:20:5", "--vol-shift", "-10,0,10"]

  private func stress(_ path: String, _ options: [String], grid: [String] = Self.grid) throws -> Program.Answer {
    try Program.run(["stress", path, "-m", Self.market] + grid + options)
  }

  /// Column name to cell; a quoted cell holds no line's end here.
  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map { line in
      line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().reduce(into: [""]) { cells, part in
        if part.offset % 2 == 1 {
          cells[cells.count - 1] += part.element
        } else {
          let pieces = part.element.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
          cells[cells.count - 1] += pieces[0]
          cells += pieces.dropFirst()
        }
      }
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  // MARK: Options

  @Test(
    "A bad option ends with 64, no output, and the words for it",
    arguments: [
      (["--by", "account"], "--by account wants --summary"), (["--by", "book"], "--by book wants --summary"),
      (["--by", "account", "--pivot"], "--by account wants --summary"),
      (["--weights", weights], "--weights and --level belong to --summary"),
      (["--level", "99"], "--weights and --level belong to --summary"),
      (["--summary", "--level", "99"], "--level wants --weights"),
      (["--summary", "--pivot"], "--pivot and --summary are two forms"),
      (["--summary", "--by", "leg"], "--by leg belongs to the report of scenarios"),
      (["--pivot", "--by", "leg"], "--by leg belongs to the report of scenarios"),
      (["--summary", "--by", "desk"], "'desk' is invalid"),
      (["--summary", "--weights", weights, "--level", "0"], "'0' is invalid"),
      (["--summary", "--weights", weights, "--level", "100"], "'100' is invalid"),
      (["--summary", "--weights", weights, "--level", "99,nan"], "'99,nan' is invalid"),
      (["--summary", "--weights", weights, "--level", "99,99"], "'99,99' is invalid"),
      (["--summary", "--weights", weights, "--level", "99,"], "'99,' is invalid"),
      (["--summary", "--fail-on", "loss-share=-1"], "loss-share=-1"),
    ])
  func badOption(_ options: [String], words: String) throws {
    let folder = try Folder()
    let answer = try stress(Self.book, options + ["-o", folder.path + "/out.csv"])
    #expect(answer.status == 64 && answer.output == "" && folder.names.isEmpty)
    #expect(answer.errors.contains(words), "\(answer.errors)")
  }

  @Test("A single strategy has no accounts", arguments: ["account", "book"])
  func noAccounts(_ grain: String) throws {
    let answer = try stress(Self.condor, ["--summary", "--by", grain])
    #expect(answer.status == 64 && answer.errors.contains("--by \(grain) wants --summary, of a book"))
  }

  // MARK: The guard on long reports

  @Test("More than 10,000,000 rows want --long: 64, and nothing is written")
  func long() throws {
    let folder = try Folder()
    let legs = "-1P92000@26DEC25 -1C92000@26DEC25"
    let large = ["--spot-shift", "-30:30:20001", "--vol-shift", "-50:50:101"]
    for (path, options, words) in [
      ([Self.book], [], "found 8 strategies under 2020102 scenarios"),
      ([Self.book], ["--by", "leg"], "found 14 legs under 2020102 scenarios"),
      (["--legs", legs], ["--by", "leg", "--vol-shift", "-50:50:251"], "found 2 legs under 5020252 scenarios"),
      (["--legs", legs], ["--vol-shift", "-50:50:500"], "found 1 strategy under 10000501 scenarios"),
    ] {
      let arguments = ["stress"] + path + ["-m", Self.market] + large + options
      let answer = try Program.run(arguments + ["-o", folder.path + "/out.csv"])
      #expect(answer.status == 64 && answer.output == "" && folder.names.isEmpty, "\(arguments)")
      #expect(answer.errors.contains(words + ", wanted at most 10000000 rows"), "\(answer.errors)")
      #expect(answer.errors.contains("--long"))
      #expect(try Program.run(arguments).output == "")
    }
  }

  @Test("--long changes nothing of a report that is short enough", arguments: [[], ["--by", "leg"]])
  func longIsNoOther(_ options: [String]) throws {
    let plain = try stress(Self.book, options)
    let long = try stress(Self.book, options + ["--long"])
    #expect(plain.status == 0 && plain.output == long.output && !plain.output.isEmpty)
  }

  // MARK: Figures

  @Test("The expected shortfall is the mean of the worst weighted scenarios of the long report")
  func expectedShortfall() throws {
    let scenarios = rows(try stress(Self.book, []).output)
    let weighted = rows(try String(contentsOfFile: Self.weights, encoding: .utf8))
    let weights = Dictionary(uniqueKeysWithValues: weighted.map { ($0["scenario"] ?? "", $0.number("weight")) })
    let total = weights.values.reduce(0, +)
    let answer = try stress(Self.book, ["--summary", "--weights", Self.weights, "--level", "97.5,90,50"])
    let summary = rows(answer.output)
    #expect(answer.status == 0 && summary.count == 8)
    for row in summary {
      let own = scenarios.filter { $0["strategy"] == row["strategy"] }
      let losses = own.compactMap { scenario in
        weights[scenario["scenario"] ?? ""].map { (loss: -scenario.number("pnl"), share: $0 / total) }
      }.sorted { $0.loss > $1.loss }
      for (column, tail) in [
        ("expected_shortfall", 0.025), ("expected_shortfall_90", 0.1), ("expected_shortfall_50", 0.5),
      ] {
        var left = tail
        var sum = 0.0
        for (loss, share) in losses {
          let part = min(left, share)
          sum += part * loss
          left -= part
        }
        let found = row.number(column)
        #expect(abs(found - sum / tail) <= 1e-12 * abs(found), "\(row["strategy"] ?? "") \(column)")
      }
    }
  }

  @Test("A summary's figures are those of the long report")
  func summaryOfScenarios() throws {
    let scenarios = rows(try stress(Self.book, []).output)
    for row in rows(try stress(Self.book, ["--summary"]).output) {
      let own = scenarios.filter { $0["strategy"] == row["strategy"] }
      let nodes = own.dropFirst()
      #expect(own.count == 16 && row["value"] == own.first?["value"])
      let worst = nodes.min { $0.number("pnl") < $1.number("pnl") }
      let best = nodes.max { $0.number("pnl") < $1.number("pnl") }
      #expect(row["worst_pnl"] == worst?["pnl"] && row["worst_scenario"] == worst?["scenario"])
      #expect(row["best_pnl"] == best?["pnl"] && row["best_scenario"] == best?["scenario"])
      #expect(row["margin"] == own.first?["margin"])
      for percent in [25, 50, 75, 100] {
        let share = row["share_beyond_\(percent)"] ?? ""
        if row["margin"] == "" {
          #expect(share == "")
        } else {
          let beyond = nodes.count { $0.number("loss_share_of_margin") > Double(percent) / 100 }
          #expect(Double(share) == Double(beyond) / 15)
        }
      }
    }
  }

  @Test("One strategy's summary is its row in a book's, to the letter")
  func oneStrategy() throws {
    let folder = try Folder()
    let options = ["--summary", "--weights", Self.weights, "--level", "97.5,90"]
    let one = folder.file(
      "condor.yaml",
      """
      name: iron condor
      settlement: quote
      currency: USD
      legs:
        - {quantity: 1, instrument: BTC-26DEC25-80000-P, price: 820}
        - {quantity: -1, instrument: BTC-26DEC25-85000-P, price: 1540}
        - {quantity: -1, instrument: BTC-26DEC25-100000-C, price: 1430}
        - {quantity: 1, instrument: BTC-26DEC25-105000-C, price: 650}
      fees: {entry: 5, exit: 0}

      """)
    let single = try stress(one, options)
    let lines = try stress(Self.book, options).output.split(separator: "\n")
    #expect(single.status == 0, "\(single.errors)")
    #expect(single.output.split(separator: "\n") == Array(lines.prefix(2)))
  }

  @Test("Legs add up to their strategy in every scenario; fees, margin and what is measured by it are of the whole")
  func legs() throws {
    let whole = rows(try stress(Self.condor, []).output)
    let legs = rows(try stress(Self.condor, ["--by", "leg"]).output)
    #expect(legs.count == 4 * whole.count)
    #expect(Set(legs.map { "\($0["leg"] ?? "") \($0["instrument"] ?? "")" }).count == 4)
    for row in whole {
      let parts = legs.filter { $0["scenario"] == row["scenario"] }
      for column in ["value", "pnl", "delta", "gamma", "vega_per_vol_point", "theta_per_day", "pnl_from_now"] {
        let sum = parts.reduce(column == "pnl" ? -142.54 : 0) { $0 + $1.number(column) }
        let size = parts.reduce(0) { $0 + abs($1.number(column)) }
        #expect(abs(sum - row.number(column)) <= 1e-12 * size, "\(column)")
      }
      for column in ["margin", "equity", "loss_share_of_margin"] { #expect(parts.allSatisfy { $0[column] == "" }) }
      for column in ["spot", "status", "currency"] { #expect(parts.allSatisfy { $0[column] == row[column] }) }
    }
  }

  @Test("An account's value is the sum of its strategies', the book's that of its accounts, a currency at a time")
  func netted() throws {
    let strategies = rows(try stress(Self.book, ["--summary"]).output)
    let accounts = rows(try stress(Self.book, ["--summary", "--by", "account"]).output)
    let book = rows(try stress(Self.book, ["--summary", "--by", "book"]).output)
    #expect(accounts.map { $0["strategy"] } == ["range", "volatility", "coins"])
    #expect(book.map { $0["strategy"] } == ["book", "book"] && book.map { $0["currency"] } == ["USD", "BTC"])
    for whole in book {
      for parts in [strategies, accounts] {
        let own = parts.filter { $0["currency"] == whole["currency"] }
        let sum = own.reduce(0) { $0 + $1.number("value") }
        #expect(abs(sum - whole.number("value")) <= 1e-12 * own.reduce(0) { $0 + abs($1.number("value")) })
        // Worst cases that fall on different scenarios do not add up.
        #expect(own.reduce(0) { $0 + $1.number("worst_pnl") } <= whole.number("worst_pnl") + 1e-9)
      }
    }
  }

  @Test("A book that names no accounts is one without a name, and a warning says so")
  func unnamedAccount() throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Sample.book)
    let answer = try stress(book, ["--summary", "--by", "account"])
    #expect(answer.status == 0 && rows(answer.output).map { $0["strategy"] } == [""])
    #expect(answer.errors.contains("book.csv: warning: found no column 'account'"), "\(answer.errors)")
    #expect(try stress(book, ["--summary", "--by", "book"]).errors == "")
    #expect(try stress(Self.book, ["--summary", "--by", "account"]).errors == "")
  }

  // MARK: Exit codes

  @Test("Weights that are no distribution end with 65 by file, line and column, and nothing is written")
  func badWeights() throws {
    let folder = try Folder()
    for (text, words) in [
      ("scenario,weight\n1,1\n16,1\n", ":3:1: error: found '16', wanted a scenario from 0 to 15"),
      ("scenario,weight\n1,1\n1,2\n", ":3:1: error: found '1', wanted each scenario once: it stands in line 2"),
      ("scenario,weight\n1,-1\n", ":2:3: error: found '-1', wanted a weight of 0 or more"), ("", "an empty file"),
    ] {
      let path = folder.file("w.csv", text)
      for input in [Self.book, Self.condor] {
        let answer = try stress(input, ["--summary", "--weights", path, "-o", folder.path + "/out.csv"])
        #expect(answer.status == 65 && answer.output == "" && folder.names == ["w.csv"])
        #expect(answer.errors.contains(words), "\(answer.errors)")
      }
    }
    #expect(try stress(Self.book, ["--summary", "--weights", "/nowhere.csv"]).status == 66)
    let odd = folder.file("w.csv", "scenario,weight,note\n1,1,x\n")
    let answer = try stress(Self.book, ["--summary", "--weights", odd])
    #expect(answer.status == 0 && answer.errors.contains("w.csv:1:17: warning: found column 'note'"))
  }

  @Test(
    "A breached limit ends with 2 behind the whole summary",
    arguments: [
      ("strategy", "loss-share=0.7", 2, "iron condor: scenario 5 loses 0.7428"),
      ("strategy", "max-loss=17203.99", 2, "long straddle: the maximum loss is 17204"),
      ("strategy", "unbounded", 2, "delta hedge: the loss is unbounded (up)"),
      ("account", "unbounded", 0, ""),
      ("account", "loss-share=1", 2, "range: scenario 15 loses and there is no margin"),
      ("account", "max-loss=1", 2, "range: no maximum loss (several_expiries)"),
      ("book", "max-loss=1", 2, "book: no maximum loss (several_expiries)"),
    ])
  func limits(_ grain: String, _ limit: String, _ status: Int32, _ words: String) throws {
    let plain = try stress(Self.book, ["--summary", "--by", grain])
    let answer = try stress(Self.book, ["--summary", "--by", grain, "--fail-on", limit])
    #expect(plain.status == 0 && answer.status == status && answer.output == plain.output, "\(answer.errors)")
    if !words.isEmpty {
      #expect(answer.errors.contains("accounts.csv: limit breached: " + words), "\(answer.errors)")
    }
  }

  @Test("Bad strategies: their rows are invalid, the others answered, and the end is 65, which comes before 2")
  func badStrategies() throws {
    let folder = try Folder()
    let good = try String(contentsOfFile: Self.book, encoding: .utf8)
    let path = folder.file(
      "bad.csv",
      good + "bad,call,BTC,26DEC25,-1,1,3000,1,quote,0,coins\n" + "stranger,call,ETH,26DEC25,100,1,1,1,quote,0,coins\n")
    let plain = try stress(Self.book, ["--summary"])
    let answer = try stress(path, ["--summary", "--fail-on", "unbounded"])
    #expect(answer.status == 65 && answer.output.hasPrefix(plain.output))
    let last = rows(answer.output).suffix(2)
    #expect(last.map { $0["status"] } == ["invalid", "invalid"])
    #expect(
      last.map { $0["detail"] } == [
        "found '-1', wanted a strike of 0 or more (line 16, column strike)",
        "found underlying ETH, wanted one of the market's: BTC",
      ])
    for words in [
      "bad.csv:16:22: error: strike: found '-1'", "bad.csv:17:1: error: strategy: found underlying ETH",
      "bad.csv: error: 2 of 10 answers are invalid", "bad.csv: limit breached: delta hedge",
    ] { #expect(answer.errors.contains(words), "\(answer.errors)") }

    let long = try stress(path, [])
    let scenarios = try stress(Self.book, []).output
    #expect(long.status == 65 && long.output.hasPrefix(scenarios))
    #expect(long.errors.contains("bad.csv: error: 2 of 10 strategies are invalid"))

    // An account that lacks one of its strategies has no figures; the others keep theirs.
    let accounts = try stress(path, ["--summary", "--by", "account"])
    let wanted = try stress(Self.book, ["--summary", "--by", "account"]).output.split(separator: "\n")
    #expect(accounts.status == 65 && accounts.errors.contains("bad.csv: error: 1 of 3 answers are invalid"))
    #expect(accounts.output.split(separator: "\n").prefix(3) == wanted.prefix(3))
    let coins = try #require(rows(accounts.output).last)
    #expect(coins["strategy"] == "coins" && coins["status"] == "invalid" && coins["value"] == "")
    #expect(coins["detail"]?.hasPrefix("found 2 strategies that cannot be valued") == true)
    let whole = try stress(path, ["--summary", "--by", "book"])
    #expect(whole.status == 65 && rows(whole.output).allSatisfy { $0["status"] == "invalid" && $0["value"] == "" })
  }

  @Test("A file of -o is whole where the end is 65 or 2, and is not there where nothing could be read")
  func outputFile() throws {
    let folder = try Folder()
    let out = folder.path + "/out.csv"
    let broken = folder.file("broken.csv", "strategy,kind\nshort\n")
    #expect(try stress(broken, ["--summary", "-o", out]).status == 65)
    #expect(try stress("/nowhere.csv", ["--summary", "-o", out]).status == 66)
    #expect(folder.names == ["broken.csv"])
    #expect(try stress(Self.book, ["--summary", "--fail-on", "unbounded", "-o", out]).status == 2)
    #expect(folder.text("out.csv") == (try stress(Self.book, ["--summary"]).output))
  }

  // MARK: Compressed files

  @Test("A compressed book gives the same bytes, and a compressed report is read back")
  func compressed() throws {
    let folder = try Folder()
    let text = try String(contentsOfFile: Self.book, encoding: .utf8)
    let path = folder.path + "/book.csv.gz"
    try StoredGzip.file(Array(text.utf8), pieces: 5).write(to: URL(fileURLWithPath: path))
    for options in [["--summary"], ["--summary", "--by", "account", "--weights", Self.weights], ["--by", "leg"], []] {
      let plain = try stress(Self.book, options)
      let packed = try stress(path, options)
      #expect(packed.status == 0 && packed.output == plain.output, "\(packed.errors)")
    }
    let weights = folder.path + "/w.csv.gz"
    let weightsText = try String(contentsOfFile: Self.weights, encoding: .utf8)
    try StoredGzip.file(Array(weightsText.utf8), pieces: 1).write(to: URL(fileURLWithPath: weights))
    let same = try stress(path, ["--summary", "--weights", weights])
    #expect(same.output == (try stress(Self.book, ["--summary", "--weights", Self.weights]).output))
    var damaged = StoredGzip.file(Array(text.utf8), pieces: 5)
    damaged[damaged.count / 2] ^= 1
    try damaged.write(to: URL(fileURLWithPath: path))
    let refused = try stress(path, ["--summary", "-o", folder.path + "/out.csv"])
    #expect(refused.status == 65 && !folder.names.contains("out.csv"), "\(refused.errors)")
  }

  // MARK: Losses that are the margin

  @Test(
    "A loss that is the margin but for the sums of Doubles is within it: in rows, summaries and limits",
    arguments: [false, true])
  func wholeMargin(isBook: Bool) throws {
    let folder = try Folder()
    // Prices whose sum is a whole number of cents, so that the margin is not rounded up; after expiry the worst is exact.
    let prices = [
      ("put", 80_000, 1, "300.13"), ("put", 85_000, -1, "700.77"), ("call", 100_000, -1, "500.21"),
      ("call", 105_000, 1, "200.19"),
    ]
    let rows = prices.map { "own,\($0.0),BTC,26DEC25,\($0.1),\($0.2),\($0.3)\n" }.joined()
    let book = folder.file("own.csv", "strategy,kind,underlying,expiry,strike,quantity,price\n" + rows)
    let grid = ["--spot-shift", "-90:90:181", "--days", "0,22", "--fail-on", "loss-share=1"]
    let answer = try stress(book, isBook ? ["--summary"] : [], grid: grid)
    #expect(answer.status == 0, "\(answer.errors)")
    let found = self.rows(answer.output)
    if isBook {
      #expect(found.first?["share_beyond_100"] == "0" && found.first?["margin"] == "4299.34")
    } else {
      let shares = found.dropFirst().compactMap { $0["loss_share_of_margin"].flatMap(Double.init) }
      #expect(shares.count == 362 && shares.max() == 1)
    }
  }
}

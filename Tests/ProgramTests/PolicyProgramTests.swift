import Foundation
import TestSupport
import Testing

@Suite("Strategies of several expiries on the command line")
struct PolicyProgramTests {
  private static let market = Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml"
  private static let calendar = Fixture.root + "/Data/Strategies/btc-call-calendar-coin.yaml"
  private static let book =
    Sample.header + """
      calendar,call,BTC,26DEC25,92000,-1,3000,1,quote,0
      calendar,call,BTC,27MAR26,92000,1,7000,1,quote,0
      condor,put,BTC,26DEC25,80000,1,300,1,quote,0
      condor,put,BTC,26DEC25,85000,-1,700,1,quote,0

      """

  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map(cells)
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  /// The cells of a line, commas between quotation marks included.
  private func cells(_ line: Substring) -> [String] {
    var (cells, isQuoted) = ([""], false)
    for letter in line {
      if letter == "\"" {
        isQuoted.toggle()
      } else if letter == ",", !isQuoted {
        cells.append("")
      } else {
        cells[cells.count - 1].append(letter)
      }
    }
    return cells
  }

  @Test("margin: a column for the policy, only where one is asked for, and rates of zero without a market")
  func margin() throws {
    let closed = try Program.run(["margin", "-", "--policy", "close-first"], input: Self.book)
    #expect(closed.status == 0, "\(closed.errors)")
    #expect(closed.output.split(separator: "\n")[0].hasSuffix(",requirement,policy"))
    let found = rows(closed.output)
    #expect(found.map { $0["policy"] } == ["closed_at_first_expiry", "held_to_expiry"])
    #expect(found.map { $0["max_loss"] } == ["4000", "4600"])
    #expect(found[0]["detail"] == "closed_at_first_expiry at zero rates")
    let held = try Program.run(["margin", "-", "--policy", "hold-each"], input: Self.book)
    #expect(rows(held.output).map { $0["status"] } == ["unbounded", "ok"])

    let plain = try Program.run(["margin", "-"], input: Self.book)
    #expect(plain.status == 0 && plain.output.split(separator: "\n")[0].hasSuffix(",requirement"))
    #expect(plain.output.contains("several_expiries") && plain.output.contains("wanted --policy close-first"))
    let breached = try Program.run(
      ["margin", "-", "--policy", "hold-each", "--fail-on", "unbounded"], input: Self.book)
    #expect(breached.status == 2)

    // Closed at volatilities of 30 to 120 percent a reverse calendar loses less than a whole bitcoin.
    let reverse = Self.book.replacingOccurrences(of: "-1,3000", with: "1,3000")
      .replacingOccurrences(of: "1,7000", with: "-1,7000")
    let band = try Program.run(
      ["margin", "-", "--policy", "close-first-in-band", "--vol-band", "30:120"], input: reverse)
    let losses = try [band, Program.run(["margin", "-", "--policy", "close-first"], input: reverse)].map { answer in
      try #require(rows(answer.output).first?["max_loss"].flatMap(Double.init), "\(answer.output)\(answer.errors)")
    }
    #expect(losses[0] < losses[1] && losses[1] == 88_000, "\(losses)")
    #expect(band.output.contains("closed_at_first_expiry_in_band 30..120 % per leg at zero rates"))
  }

  @Test("margin with a rule and a policy: the policy stands last; an underlying that the market lacks is told")
  func rule() throws {
    let both = try Program.run(
      ["margin", "-", "--policy", "close-first", "--rule", "maximum-loss", "--market", Self.market], input: Self.book)
    #expect(both.status == 0, "\(both.errors)")
    #expect(both.output.split(separator: "\n")[0].hasSuffix(",initial,maintenance,rule,effective,policy"))
    let stranger = Self.book.replacingOccurrences(of: "BTC", with: "ETH")
    let unknown = try Program.run(
      ["margin", "-", "--policy", "close-first", "--market", Self.market], input: stranger)
    #expect(rows(unknown.output).map { $0["status"] } == ["invalid", "ok"])
    #expect(unknown.status == 65)
    #expect(unknown.output.contains("no underlying ETH"))
    let bad = try Program.run(["margin", "-", "--policy", "close-first"], input: Sample.badBook)
    #expect(bad.status == 65)
    for line in bad.output.split(separator: "\n") {
      #expect(line.filter { $0 == "," }.count >= 14, "\(line)")
    }
  }

  @Test("Options that would do nothing, and words that are none, are refused")
  func refusals() throws {
    let margin = ["margin", "-"]
    for (options, words) in [
      (["--policy", "sell"], "close-first"),
      (["--vol-band", "30:120"], "--vol-band and --vol-sharing belong to"),
      (["--policy", "close-first", "--vol-sharing", "common"], "--vol-band and --vol-sharing belong to"),
      (["--policy", "close-first-in-band"], "wants --vol-band"),
      (["--policy", "close-first-in-band", "--vol-band", "120:30"], "found 120:30, wanted percents"),
      (["--policy", "close-first-in-band", "--vol-band", "30:10001"], "found 30:10001, wanted percents"),
      (["--policy", "close-first-in-band", "--vol-band", "30"], "wanted low:high in percent"),
      (["--policy", "close-first-in-band", "--vol-band", "x:y"], "--vol-band"),
      (["--forward-band", "1%"], "--forward-band"),
      (["--policy", "hold-each", "--forward-band", "1%"], "--forward-band"),
      (["--policy", "close-first", "--forward-band", "1%"], "wanted --market too"),
      (
        ["--policy", "close-first", "--forward-band", "100%", "--market", Self.market],
        "wanted a share from 0 to below 1"
      ),
    ] {
      let answer = try Program.run(margin + options, input: Self.book)
      #expect(answer.status == 64 && answer.output.isEmpty, "\(options): \(answer.status)")
      #expect(answer.errors.contains(words), "\(options): \(answer.errors)")
    }
  }

  @Test("Every command that takes a strategy takes its policy")
  func commands() throws {
    let policy = ["--market", Self.market, "--policy", "close-first"]
    let page = try Program.run(["analyze", Self.calendar] + policy)
    #expect(page.status == 0 && page.output.contains("closed_at_first_expiry"), "\(page.errors)")
    let without = try Program.run(["analyze", Self.calendar, "--market", Self.market])
    #expect(without.output.contains("not defined") && without.output.contains("--policy close-first"))
    let size = try Program.run(["size", Self.calendar, "--budget", "1"] + policy)
    let lots = try #require(rows(size.output).first)
    #expect(lots["status"] == "ok" && (lots["detail"] ?? "").hasPrefix("closed_at_first_expiry at"))
    let none = try Program.run(["size", Self.calendar, "--budget", "1", "--market", Self.market])
    #expect(none.output.contains("wanted --policy"))
    let held = try Program.run([
      "size", Self.calendar, "--budget", "3", "--market", Self.market, "--policy", "hold-each",
    ])
    #expect(rows(held.output).first?["lots"] == "2", "\(held.output)")
    let stress = try Program.run(["stress", Self.calendar, "--spot-shift", "-10:10:3", "--quiet"] + policy)
    #expect(rows(stress.output).allSatisfy { $0["margin"]?.isEmpty == false && $0["equity"]?.isEmpty == false })
    let bare = try Program.run(
      ["stress", Self.calendar, "--spot-shift", "-10:10:3", "--quiet", "--market", Self.market]
    )
    #expect(rows(bare.output).allSatisfy { $0["margin"] == "" })
    let box = try Program.run(["liquidation", Self.calendar] + policy)
    #expect(box.status == 0 && box.output.contains("Deposit"), "\(box.errors)")
    #expect(box.output.contains("proved: the cash covers the least payoff"), "\(box.output)")
    #expect(box.output.contains("everything closed at the first expiry"), "\(box.output)")
    let later = try Program.run(["liquidation", Self.calendar, "--days", "0,30", "--format", "csv"] + policy)
    #expect(rows(later.output).map { $0["proof"] } == ["cash_rule", "uncertified"], "\(later.output)")
    let nothing = try Program.run(["liquidation", Self.calendar, "--market", Self.market])
    #expect(nothing.status == 65 && nothing.errors.contains("or --policy"))
  }

  @Test("A call diagonal on a share is bounded whatever forwards its American quotes give, and the page says by what")
  func shareDiagonal() throws {
    let apple = Fixture.root + "/Data/Markets/aapl-2014-06-09.yaml"
    let legs = ["analyze", "--legs", "-1C95@2014-07-19 1C97.14@2014-08-16", "-m", apple, "--policy"]
    for policy in [["close-first"], ["close-first-in-band", "--vol-band", "10:80"]] {
      let page = try Program.run(legs + policy)
      let text = page.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      // 100 shares, strikes 2.14 apart, and the debit or credit of the fill.
      #expect(page.status == 0 && !text.contains("unbounded") && text.contains("least payoff -214"), "\(page.output)")
      #expect(text.contains("count at what their exercise pays there"), "\(page.output)")
    }
    let json = try Program.run(legs + ["close-first", "--format", "json"])
    #expect(json.output.contains("\"is_exercised_at_first_expiry\": true"), "\(json.errors)")
  }

  @Test("A return on margin names the margin it is measured by", arguments: ["close-first", "hold-each"])
  func returnOnMargin(policy: String) throws {
    func text(_ arguments: [String]) throws -> String {
      let answer = try Program.run(["analyze"] + arguments + ["--market", Self.market])
      return answer.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let words = policy == "close-first" ? "the worst marks free of arbitrage" : "the worst prices at each expiry"
    #expect(
      try text([Self.calendar, "--policy", policy]).contains(
        "maximum profit over the margin above, that of \(words), not a model's"))
    let condor = Fixture.root + "/Data/Strategies/btc-iron-condor.yaml"
    #expect(try text([condor, "--policy", policy]).contains("maximum profit over margin Reward"))
  }

  @Test("Every policy takes a market beside it, and a market says what early assignment adds")
  func marketBesideEachPolicy() throws {
    for policy in [["close-first"], ["hold-each"], ["close-first-in-band", "--vol-band", "30:120"]] {
      let answer = try Program.run(["margin", "-", "--market", Self.market, "--policy"] + policy, input: Self.book)
      #expect(answer.status == 0, "\(answer.errors)")
    }
    let put = "strategy,instrument,quantity,price,multiplier\nput,GOOG  160318P00700000,-1,20,100\n"
    let google = Fixture.root + "/Data/Markets/goog-2015-12-23.yaml"
    let bare = try Program.run(["margin", "-"], input: put)
    let priced = try Program.run(["margin", "-", "--market", google], input: put)
    #expect(bare.status == 0 && priced.status == 0, "\(priced.errors)")
    #expect(bare.output.contains("strike_interest unknown"))
    #expect(priced.output.contains("strike_interest 115.50"), "\(bare.output)\(priced.output)")
  }

  @Test(
    "compare and explain: the maximum loss answers under the policy, venues as without it, and the last column names it"
  )
  func compare() throws {
    let options = [Self.calendar, "--market", Self.market]
    let policy = ["--policy", "close-first"]
    let plain = try Program.run(["compare"] + options + ["--format", "csv"])
    let closed = try Program.run(["compare"] + options + policy + ["--format", "csv"])
    #expect(plain.status == 0 && closed.status == 0, "\(closed.errors)")
    #expect(closed.output.split(separator: "\n")[0].hasSuffix(",status,detail,policy"))
    let (without, under) = (rows(plain.output), rows(closed.output))
    func rule(_ rows: [[String: String]], _ name: String) -> [String] {
      rows.filter { $0["rule"] == name }.map { "\($0["term"] ?? "") \($0["amount"] ?? "") \($0["status"] ?? "")" }
    }
    #expect(rule(without, "maximum-loss") == ["  unsupported"])
    #expect(rule(under, "maximum-loss").allSatisfy { $0.hasSuffix(" ok") } && rule(under, "maximum-loss").count == 4)
    for venue in ["deribit-standard", "deribit-portfolio", "okx-option"] {
      #expect(!rule(under, venue).isEmpty && rule(under, venue) == rule(without, venue))
    }
    #expect(under.allSatisfy { $0["policy"] == "closed_at_first_expiry" })
    // What stays locked is the requirement of the margin report.
    let total = under.first { $0["rule"] == "maximum-loss" && $0["term"] == "TOTAL" }
    let page = try Program.run(["analyze"] + options + policy + ["--format", "json"])
    #expect(page.output.contains("\"\(try #require(total?["amount"]))\""))
    let table = try Program.run(["compare"] + options + policy)
    #expect(table.output.contains("Policy ") && table.output.contains("Between expiries"), "\(table.output)")
    let asked = try Program.run(["compare"] + options)
    #expect(asked.output.contains("wanted --policy"))
    let explained = try Program.run(["explain"] + options + policy + ["--rule", "maximum-loss"])
    #expect(explained.status == 0 && explained.output.contains("closed_at_first_expiry"), "\(explained.errors)")
    let lines = try Program.run(["explain"] + options + policy + ["--rule", "maximum-loss", "--format", "csv"])
    #expect(rows(lines.output).allSatisfy { $0["policy"] == "closed_at_first_expiry" }, "\(lines.output)")
    let held = try Program.run(
      ["compare"] + options + ["--policy", "hold-each", "--format", "csv", "--rules", "maximum-loss"])
    #expect(rows(held.output).allSatisfy { $0["policy"] == "each_held_to_expiry" }, "\(held.output)")
    let bands = try Program.run(
      ["compare"] + options + ["--policy", "close-first-in-band", "--vol-band", "30:90", "--rules", "maximum-loss"])
    #expect(bands.status == 0 && bands.output.contains("within 30..90 %"), "\(bands.output)\(bands.errors)")
  }

  @Test("limits: several expiries are answered under a policy, as a strategy and as a netted book")
  func limits() throws {
    let folder = try Folder()
    let limits = folder.file(
      "l.csv", "scope,name,metric,limit\nstrategy,calendar,max_loss,5000\nbook,*,max_loss,8000\nbook,*,margin,20000\n")
    let text = Self.book.replacingOccurrences(of: "27MAR26", with: "30JAN26")
    let options = [
      "limits", folder.file("b.csv", text), "--market", Self.market, "--limits", limits, "--spot-shift", "0",
    ]
    let plain = try Program.run(options)
    #expect(plain.status == 2)
    #expect(rows(plain.output).map { $0["status"] } == ["unanswered", "unanswered", "unanswered"], "\(plain.output)")
    #expect(plain.output.contains("wanted a policy"))
    let closed = try Program.run(options + ["--policy", "close-first"])
    #expect(rows(closed.output).map { $0["status"] } == ["ok", "breach", "ok"], "\(closed.output)\(closed.errors)")
    #expect(rows(closed.output).allSatisfy { $0["detail"]?.hasPrefix("closed_at_first_expiry at") == true })
    let margin = try Program.run(
      ["margin", "-", "--market", Self.market, "--policy", "close-first"], input: text)
    #expect(rows(closed.output).first?["value"] == rows(margin.output).first?["max_loss"])
    let held = try Program.run(options + ["--policy", "hold-each"])
    #expect(rows(held.output).map { $0["status"] } == ["breach", "breach", "breach"], "\(held.output)")
  }

  @Test("A band that looks like fractions is said to be percent, once, and its answer speaks percent")
  func fractions() throws {
    let options = ["margin", "-", "--policy", "close-first-in-band", "--vol-band"]
    let typed = try Program.run(options + ["0.3:1.2"], input: Self.book)
    #expect(typed.status == 0 && typed.output.contains("0.3..1.2 % per leg"), "\(typed.output)")
    #expect(typed.errors.components(separatedBy: "is 0.3 % to 1.2 % a year").count == 2, "\(typed.errors)")
    let meant = try Program.run(options + ["30:120"], input: Self.book)
    #expect(meant.errors.isEmpty, "\(meant.errors)")
  }
}

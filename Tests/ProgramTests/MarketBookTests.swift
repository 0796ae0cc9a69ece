import Foundation
import TestSupport
import Testing

/// Books and strategies against a market: what cannot be answered is said, and nothing changes its unit unseen.
@Suite struct MarketBookTests {
  static let bitcoin = Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml"
  static let header =
    "strategy,kind,underlying,expiry,strike,quantity,price,multiplier,settlement,fee,currency,payout\n"

  /// The cells of a command's CSV answer by name, one dictionary a row.
  static func rows(_ answer: Program.Answer) -> [[String: String]] {
    let lines = answer.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let names = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(names, $0), uniquingKeysWith: { first, _ in first }) }
  }

  private func stress(_ rows: String, _ options: String = "--spot-shift 0:0:1") throws -> Program.Answer {
    let folder = try Folder()
    let book = folder.file("b.csv", Self.header + rows)
    return try Program.run(["stress", book, "-m", Self.bitcoin, "-q"] + options.split(separator: " ").map(String.init))
  }

  @Test("A perpetual's multiplier in a strategy file counts as in a book")
  func multiplier() throws {
    let folder = try Folder()
    let file = folder.file(
      "p.yaml",
      "settlement: quote\nlegs: [{quantity: 1, instrument: BTC-PERPETUAL, price: 90000, multiplier: 10}]\n")
    let answer = try Program.run(["analyze", file, "-m", Self.bitcoin, "--format", "csv"])
    #expect(Self.rows(answer).first?["margin"] == "900000.00")
  }

  /// Rows that a market cannot answer.
  static let refused: [(row: String, reason: String)] = [
    ("s,call,BTC,2025-12-26,92000,1,100,1,quote,0,EUR,\n", "found legs in EUR and in USD, wanted one currency"),
    ("s,call,BTC,2025-11-28,92000,1,100,1,quote,0,,\n", "expired at 2025-12-05T01:10:52Z"),
    ("s,future,BTC,2025-11-28,,1,90000,1,quote,0,,\n", "expired at 2025-12-05T01:10:52Z"),
    ("s,call,XYZ,2025-12-26,92000,1,100,1,quote,0,,\n", "found underlying XYZ, wanted one of the market's: BTC"),
  ]

  @Test("What a market cannot answer is invalid to stress and size alike", arguments: refused)
  func refusals(row: String, reason: String) throws {
    let folder = try Folder()
    let book = folder.file("b.csv", Self.header + row)
    for command in [["stress", book, "-m", Self.bitcoin], ["size", book, "-m", Self.bitcoin, "--budget", "1000"]] {
      let answer = try Program.run(command)
      #expect(answer.status == 65)
      #expect(answer.errors.contains(reason), "\(answer.errors)")
      #expect(Self.rows(answer).first?["status"] == "invalid")
    }
  }

  @Test("A future that has expired by a scenario's day is an expired leg")
  func expiredFuture() throws {
    let rows = Self.rows(
      try stress("s,future,BTC,2025-12-26,,1,90000,1,quote,0,,\n", "--spot-shift 0:0:1 --days 0,30"))
    #expect(rows.map { $0["status"] } == ["ok", "ok", "expired_legs"])
  }

  @Test("An expired digital earns nothing more")
  func expiredDigital() throws {
    let rows = Self.rows(
      try stress("s,digital_call,BTC,2025-12-26,80000,1,0.5,1,quote,0,,1000\n", "--spot-shift 0:0:1 --days 0,30"))
    #expect(rows.last?["value"] == "1000")
    #expect(rows.last?["theta_per_day"] == "0")
  }

  @Test("A file's dollars do not become coins: another settlement is refused where amounts are stated")
  func settlement() throws {
    let condor = Fixture.root + "/Data/Strategies/btc-iron-condor.yaml"
    let answer = try Program.run(["analyze", condor, "-m", Self.bitcoin, "--settlement", "coin"])
    #expect(answer.status == 65)
    #expect(answer.errors.contains("fees stated in quote settlement"))
    let renamed = try Program.run([
      "analyze", condor, "-m", Self.bitcoin, "--settlement", "coin", "--fees", "deribit", "--format", "csv",
    ])
    #expect(Self.rows(renamed).first?["currency"] == "BTC")
    let given = try Program.run([
      "size", condor, "-m", Self.bitcoin, "--fees", "12.40,6.20", "--budget", "10000",
    ])
    #expect(Self.rows(given).first?["fees"] == "37.2")
  }

  @Test("Fees and prices of the command line are stated in the settlement of the command line")
  func statedThere() throws {
    let coin = Fixture.root + "/Data/Strategies/btc-iron-condor-coin.yaml"
    let condor = try Program.run([
      "analyze", coin, "-m", Self.bitcoin, "--settlement", "quote", "--fees", "111.04,31.50", "--format", "csv",
    ])
    #expect(Self.rows(condor).first?["margin"] == "3754.60")
    let call = try Program.run([
      "analyze", "--legs", "-1C92000=4500 +1C95000=3000 @26DEC25", "--settlement", "quote", "-m", Self.bitcoin,
      "--format", "csv",
    ])
    #expect(Self.rows(call).first?["max_loss"] == "1500")
  }

  @Test("The coin itself is no leg of a coin strategy, in words on the command line too")
  func coinItself() throws {
    let answer = try Program.run(["analyze", "--legs", "-1C92000 1U @26DEC25", "-m", Self.bitcoin])
    #expect(answer.status == 65)
    #expect(answer.errors.contains("the coin held is the collateral"))
    let quote = try Program.run([
      "analyze", "--legs", "-1C92000 1U @26DEC25", "-m", Self.bitcoin, "--settlement", "quote", "--format", "csv",
    ])
    #expect(Self.rows(quote).first?["structure"] == "Covered call")
  }

  @Test("An unbounded strategy has no lots, but its loss within a range and its cheapest wing are told")
  func within() throws {
    let straddle = Fixture.root + "/Data/Strategies/btc-short-straddle.yaml"
    let answer = try Program.run([
      "size", straddle, "-m", Self.bitcoin, "--budget", "10%", "--portfolio", "100000", "--within", "-40:60",
    ])
    #expect(answer.status == 0)
    #expect(answer.output.contains("not a maximum loss: 47974.46840000432"))
    #expect(answer.output.contains("cheapest wing: buy 1 x BTC-26DEC25-170000-C"))
  }

  @Test("The wing that is offered bounds the loss, its fees included, at the margin that is told")
  func wing() throws {
    let folder = try Folder()
    let legs = "[{quantity: -2, instrument: BTC-26DEC25-80000-P}, {quantity: -2, instrument: BTC-26DEC25-110000-C}"
    let naked = folder.file("n.yaml", "settlement: quote\nfees: deribit\nlegs: \(legs)]\n")
    let answer = try Program.run(["size", naked, "-m", Self.bitcoin, "--budget", "1000"], folder: Fixture.root)
    let match = try #require(answer.output.firstMatch(of: #/buy ([0-9.]+) x ([A-Z0-9-]+) for .*margin then ([0-9.]+)/#))
    let covered = folder.file(
      "c.yaml",
      "settlement: quote\nfees: deribit\nlegs: \(legs), {quantity: \(match.1), instrument: \(match.2)}]\n")
    let page = try Program.run(
      ["analyze", covered, "-m", Self.bitcoin, "--format", "csv"], folder: Fixture.root)
    #expect(Self.rows(page).first?["status"] == "ok")
    #expect(Self.rows(page).first?["margin"] == String(match.3))
  }

  @Test("A book's pages as JSON are one list")
  func list() throws {
    let folder = try Folder()
    let book = folder.file(
      "b.csv",
      Self.header + "a,call,BTC,2025-12-26,92000,1,100,1,quote,0,,\nbad,call,BTC,2025-12-26,92000,0,100,1,quote,0,,\n"
        + "b,put,BTC,2025-12-26,92000,1,100,1,quote,0,,\n")
    let answer = try Program.run(["analyze", book, "-m", Self.bitcoin, "--format", "json"])
    #expect(answer.status == 65)
    let list = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [[String: Any]]
    #expect(list?.compactMap { $0["strategy"] as? String } == ["a", "b"])
  }

  @Test("Standard output by its name in the system is standard output")
  func standardOutput() throws {
    let answer = try Program.run(["strategies", "iron-condor", "-o", "/dev/stdout"])
    #expect(answer.status == 0)
    #expect(answer.output.contains("+P1 -P2 -C3 +C4"))
  }

  @Test("A header of very many columns is read once, and few of them are warned of")
  func manyColumns() throws {
    let folder = try Folder()
    let names = (0..<50_000).map { "x\($0)" }.joined(separator: ",")
    let book = folder.file("b.csv", "strategy,quantity,price,kind," + names + "\n")
    let answer = try Program.run(["margin", book])
    #expect(answer.errors.split(separator: "\n").count < 30)
  }

  @Test("A model's own price without time value is at the bound")
  func roundedBound() throws {
    let folder = try Folder()
    let options = "type,spot,strike,years,vol,rate,dividend_yield\n"
    let cases = (1...50).map { "call,\(100 + $0).37,\(20 + $0).11,0.\($0)7,0.01,0.0\($0)3,0.01\n" }.joined()
    let prices = Self.rows(try Program.run(["price", folder.file("o.csv", options + cases)]))
    let lines = zip(prices, cases.split(separator: "\n")).map { row, line in
      let cells = line.split(separator: ",")
      return "\(cells[0]),\(cells[1]),\(cells[2]),\(cells[3]),\(row["value"] ?? ""),\(cells[5]),\(cells[6])\n"
    }
    let solved = Self.rows(
      try Program.run([
        "implied-vol", folder.file("p.csv", "type,spot,strike,years,price,rate,dividend_yield\n" + lines.joined()),
      ]))
    #expect(solved.count == 50)
    #expect(solved.allSatisfy { $0["status"] == "at_bound" || $0["status"] == "ok" })
  }
}

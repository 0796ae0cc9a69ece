import Foundation
import TestSupport
import Testing

/// `bulkhead liquidation` as a process: what it refuses, what it says of a book, what its columns hold.
@Suite("liquidation as a process")
struct LiquidationCommandTests {
  static let market = "Data/Markets/deribit-btc-2025-12-05.yaml"
  static let strangle = ["liquidation", "Data/Strategies/btc-short-strangle.yaml", "-m", market]

  private static func run(_ arguments: [String]) throws -> Program.Answer {
    try Program.run(arguments, folder: Fixture.root)
  }

  private static func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map { $0.components(separatedBy: ",") }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0), uniquingKeysWith: { first, _ in first }) }
  }

  @Test(
    "An option out of its range, or without the one it belongs to, is refused with 64",
    arguments: [
      "--deposit -1", "--deposit nan", "--deposit 1.234", "--deposit 99999999999999999999", "--vol 0", "--vol 11",
      "--vol x", "--days -1", "--days 36501", "--days 0:1", "--vol-shift 0:1:2",
      "--surface --days 0:1:2000 --vol-shift 0:1:2000",
      "--surface --push-to 1", "--push-to 0", "--push-to -5", "--maintenance nothing", "--maintenance margin=2",
      "--maintenance spot=-1%", "--maintenance spot=7.5%+", "--format xml",
    ])
  func refusals(options: String) throws {
    let deposit = options.hasPrefix("--deposit") ? [] : ["--deposit", "20000"]
    let answer = try Self.run(Self.strangle + deposit + options.split(separator: " ").map(String.init))
    #expect(answer.status == 64 && answer.output.isEmpty && !answer.errors.isEmpty, "\(answer.status) \(answer.errors)")
  }

  @Test("Without a margin a deposit is asked for; a missing market and a missing folder of rules are 66")
  func missing() throws {
    let unbounded = try Self.run(Self.strangle)
    #expect(unbounded.status == 65 && unbounded.errors.contains("wanted --deposit with an amount"))
    let market = try Self.run(["liquidation", "Data/Strategies/btc-iron-condor.yaml", "-m", "not-there.yaml"])
    #expect(market.status == 66)
    let rules = try Self.run(
      Self.strangle + ["--deposit", "1", "--maintenance", "deribit-standard", "--rulebooks", "not-there"])
    #expect(rules.status == 66 && rules.errors.contains("not-there: error: found no rulebook"), "\(rules.errors)")
  }

  @Test("A file of tiers is read, and refused at the line that is wrong")
  func tiers() throws {
    let folder = try Folder()
    let legs = ["liquidation", "--legs", "1F=92529.80714286 @26DEC25", "--settlement", "quote", "-m", Self.market]
    let file = folder.file(
      "tiers.yaml", "name: own\ntiers: [{notional: 0, rate: 0.004}, {notional: 50000, rate: 0.01}]\n")
    let answer = try Self.run(legs + ["--deposit", "10000", "--format", "csv", "--maintenance", file])
    let row = try #require(Self.rows(answer.output).first)
    // Long 1 at 92529.80714286, 10000 of margin, the second tier's amount 300: (E0 - M - d)/(1 - m).
    let wanted = (92_529.807_142_86 - 10_000 - 300) / 0.99
    #expect(abs((row["price"].flatMap(Double.init) ?? 0) / wanted - 1) < 1e-12, "\(answer.output)\(answer.errors)")
    #expect(row["maintenance"] == "own")
    let falling = folder.file("bad.yaml", "tiers:\n  - {notional: 0, rate: 0.01}\n  - {notional: 1, rate: 0.001}\n")
    let refused = try Self.run(legs + ["--deposit", "10000", "--maintenance", falling])
    #expect(refused.status == 65 && refused.errors.contains("bad.yaml:"), "\(refused.status) \(refused.errors)")
  }

  @Test("A book is answered a strategy at a time, as CSV and as a list of documents, the wrong ones by their reason")
  func book() throws {
    let folder = try Folder()
    let book = folder.file(
      "book.csv",
      """
      strategy,kind,underlying,expiry,strike,quantity,price
      long,perpetual,BTC,,,1,92529.81
      wrong,perpetual,BTC,,,0,92529.81
      call,call,BTC,2025-12-26,100000,-1,1500

      """)
    let arguments = ["liquidation", book, "-m", Self.market, "--deposit", "20000"]
    let csv = try Self.run(arguments)
    #expect(csv.status == 65)
    #expect(csv.output.split(separator: "\n").count == 4, "\(csv.output)")
    #expect(csv.output.contains("\nwrong,,invalid,"))
    let json = try Self.run(arguments + ["--format", "json"])
    #expect(json.status == 65)
    let list = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(list.map { $0["strategy"] as? String } == ["long", "wrong", "call"])
    #expect(list[1]["status"] as? String == "invalid" && (list[1]["detail"] as? String)?.isEmpty == false)
    let table = try Self.run(arguments + ["--format", "table"])
    #expect(table.status == 64)
  }

  @Test("A volatility held at 0 and a leg that has expired are said in the surface's rows")
  func surfaceNotes() throws {
    let answer = try Self.run(
      Self.strangle + ["--deposit", "20000", "--surface", "--days", "0,30", "--vol-shift", "-90:0:2"])
    let details = Self.rows(answer.output).map { $0["detail"] ?? "" }
    #expect(
      details == [
        "a volatility held at 0", "", "a leg has expired by then", "a leg has expired by then",
      ], "\(answer.output)\(answer.errors)")
  }

  @Test("What is missing by less than a cent is missing, and a box without bounds has no table of them")
  func page() throws {
    let answer = try Self.run([
      "liquidation", "Data/Strategies/btc-iron-condor.yaml", "-m", Self.market, "--maintenance", "derive-standard",
      "--deposit", "3754.59",
    ])
    #expect(answer.output.contains("Excess now    -0.01 USD"), "\(answer.output)")
    #expect(!answer.output.contains("WHAT MOVES A BOUND"))
  }

  @Test("What expires ends at its expiry: no quantile of a future lies beyond it")
  func futureEnds() throws {
    let answer = try Self.run([
      "liquidation", "--legs", "1F=92529.80714286 @26DEC25", "-m", Self.market, "--settlement", "quote", "--deposit",
      "10000", "--fees", "0,0", "--vol", "50%", "--probability", "--horizons", "1,7,30",
    ])
    #expect(answer.output.contains("50 % (median)     not by expiry"), "\(answer.output)\(answer.errors)")
  }
}

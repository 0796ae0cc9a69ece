import TestSupport
import Testing

/// `liquidation --maintenance RULE`: a venue's rule as what keeps a box open.
@Suite("Liquidation under a venue's rule")
struct LiquidationRuleTests {
  static let market = Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml"
  static let condor = Fixture.root + "/Data/Strategies/btc-iron-condor.yaml"
  static let coinCondor = Fixture.root + "/Data/Strategies/btc-iron-condor-coin.yaml"

  private func run(_ arguments: String...) throws -> Program.Answer {
    try Program.run(["liquidation", "-m", Self.market] + arguments, folder: Fixture.root)
  }

  /// The cells of a report by column; no cell of these holds a comma.
  private func rows(_ answer: Program.Answer) -> [[String: String]] {
    let lines = answer.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0), uniquingKeysWith: { first, _ in first }) }
  }

  @Test("Deribit's rule for a short call is 7.5 percent of the spot and its mark, against cash")
  func shortCall() throws {
    let legs = ["--legs", "-1C92000 @26DEC25", "--deposit", "0.3", "--format", "csv"]
    let rule = try Program.run(
      ["liquidation", "-m", Self.market, "--maintenance", "deribit-standard"] + legs, folder: Fixture.root)
    let form = try Program.run(
      ["liquidation", "-m", Self.market, "--maintenance", "spot=7.5%+mark,cash"] + legs, folder: Fixture.root)
    #expect(rule.status == 0 && form.status == 0, "\(rule.errors)\(form.errors)")
    let (found, wanted) = (rows(rule), rows(form))
    try #require(!found.isEmpty && found.count == wanted.count)
    #expect(found.contains { $0["corridor"] == "upper" }, "\(rule.output)")
    for (row, other) in zip(found, wanted) {
      // The form's name holds a comma, so only what stands before it is compared.
      for column in [
        "status", "price", "liquidated", "corridor", "per_top_up", "per_vol_point", "per_day", "certificate",
      ] {
        #expect(row[column] == other[column], "\(column)")
      }
    }
  }

  @Test("A fully funded condor is liquidated at once by a rule without relief, and nowhere by the better of two")
  func condor() throws {
    let alone = try run(Self.condor, "--maintenance", "deribit-standard")
    #expect(alone.status == 0 && alone.output.contains("at the present spot already"), "\(alone.errors)")
    let better = try run(Self.condor, "--maintenance", "derive-standard")
    #expect(better.status == 0 && better.output.contains("at no price"), "\(better.errors)")
  }

  @Test("What a rule cannot say is refused with the reason")
  func refusals() throws {
    let unknown = try run(Self.condor, "--maintenance", "deribit-standart")
    #expect(unknown.status == 64)
    for word in ["'deribit-standart'", "margin=SHARE", "deribit-standard", "span"] {
      #expect(unknown.errors.contains(word), "\(unknown.errors)")
    }
    for option in [["--days", "0,7"], ["--vol", "0.5"], ["--surface"]] {
      let moment = try Program.run(
        ["liquidation", "-m", Self.market, Self.condor, "--maintenance", "span"] + option, folder: Fixture.root)
      #expect(moment.status == 64 && moment.errors.contains("at the market's moment"), "\(option): \(moment.errors)")
      #expect(moment.output.isEmpty)
    }
    let coin = try run(Self.coinCondor, "--deposit", "0.3", "--maintenance", "span")
    #expect(coin.status == 65 && coin.errors.contains("quote settlement"), "\(coin.errors)")
    let early = try run(Self.condor, "--maintenance", "deribit-standard", "--rules-as-of", "2024-12-31")
    #expect(early.status == 64 && early.errors.contains("2025-01-01"), "\(early.errors)")
  }

  @Test("Where equity and a scan are both next to nothing, their noise liquidates at no price")
  func noise() throws {
    let goog = Fixture.root + "/Data/Markets/goog-2015-12-23.yaml"
    let legs = ["--legs", "+1C750 @2016-01-15", "--settlement", "quote"]
    let answer = try Program.run(["liquidation", "-m", goog, "--maintenance", "span"] + legs, folder: Fixture.root)
    #expect(answer.status == 0 && answer.output.contains("Liquidated  at no price"), "\(answer.output.prefix(600))")
    #expect(!answer.output.contains("between"))
  }
}

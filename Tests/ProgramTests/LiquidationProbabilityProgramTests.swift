import Foundation
import TestSupport
import Testing

@Suite("liquidation --probability as a process")
struct LiquidationProbabilityProgramTests {
  static let market = "Data/Markets/deribit-btc-2025-12-05.yaml"
  static let straddle = ["liquidation", "Data/Strategies/btc-short-straddle.yaml", "-m", market, "--deposit", "20000"]

  static func run(_ arguments: [String]) throws -> Program.Answer {
    try Program.run(arguments, folder: Fixture.root)
  }

  @Test(
    "An option out of its range, or without the one it belongs to, is refused with 64",
    arguments: [
      "--horizons 7", "--paths 1024", "--seed 2", "--drift 0 --real-vol 0.5", "--probability --drift 0",
      "--probability --real-vol 0.5", "--probability --horizons 0", "--probability --horizons -1,7",
      "--probability --horizons 40000", "--probability --paths 0", "--probability --paths many",
      "--probability --paths 100000001", "--probability --seed -1", "--probability --drift 11 --real-vol 0.5",
      "--probability --drift 0 --real-vol 0", "--probability --surface", "--probability --days 0,7 --format csv",
      "--probability --push-to 80000 --format csv",
    ])
  func refusals(options: String) throws {
    let answer = try Self.run(Self.straddle + options.split(separator: " ").map(String.init))
    #expect(answer.status == 64 && answer.output == "" && answer.errors.contains("Error: "), "\(answer.errors)")
  }

  /// The rows of an answer by the names of its header.
  static func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map { $0.components(separatedBy: ",") }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  @Test("A perpetual in a book is answered in closed form, a wrong row beside it as invalid")
  func book() throws {
    let folder = try Folder()
    let path = folder.path + "/book.csv"
    let book = """
      strategy,kind,underlying,expiry,strike,quantity,price
      long,perpetual,BTC,,,1,92529.81
      wrong,perpetual,BTC,,,0,92529.81

      """
    try book.write(toFile: path, atomically: true, encoding: .utf8)
    let answer = try Self.run([
      "liquidation", path, "-m", Self.market, "--deposit", "9252.98", "--vol", "60%", "--probability",
    ])
    #expect(answer.status == 65, "\(answer.errors)")
    let rows = Self.rows(answer.output)
    #expect(rows.last?["status"] == "invalid" && rows.last?["strategy"] == "wrong")
    let long = rows.filter { $0["strategy"] == "long" }
    #expect(long.count == 8 && long.allSatisfy { $0["method"] == "closed_form" && $0["measure"] == "risk_neutral" })
    // A tenth of its notional is the worked example of 60,000 to 54,000 at 60 percent.
    for (days, exact) in [("1", 0.000_836_945_032_414_991_7), ("7", 0.215_758_375_197_758_7), ("30", 0.568_633_405)] {
      let row = try #require(long.first { $0["days"] == days && $0["kind"] == "horizon" })
      let found = try #require(row["probability"].flatMap(Double.init))
      // The deposit is rounded to cents.
      #expect(abs(found / exact - 1) < 1e-5, "\(days): \(found)")
      #expect(row["standard_error"] == "0" && row["is_expiry"] == "false")
    }
    let median = try #require(long.first { $0["kind"] == "quantile" && $0["probability"] == "0.5" })
    let days = try #require(median["days"].flatMap(Double.init))
    #expect(abs(days / (365 * 0.060391952584806924) - 1) < 1e-5)
  }

  @Test("One seed gives one answer, another seed another, and JSON says what the page says")
  func seeds() throws {
    let arguments = Self.straddle + ["--probability", "--paths", "1", "--format", "json"]
    let first = try Self.run(arguments)
    #expect(first.status == 0 && first.errors == "")
    #expect(try Self.run(arguments + ["--seed", "1"]).output == first.output)
    #expect(try Self.run(arguments + ["--seed", "2"]).output != first.output)
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any])
    let probability = try #require(document["probability"] as? [String: Any])
    let laws = try #require(probability["probabilities"] as? [[String: Any]])
    #expect(laws.count == 1 && laws[0]["measure"] as? String == "risk_neutral")
    #expect(laws[0]["paths"] as? Int == 1024 && laws[0]["method"] as? String == "simulation")
    let horizons = try #require(laws[0]["horizons"] as? [[String: Any]])
    #expect(horizons.last?["is_expiry"] as? Bool == true)
    // Without --probability nothing of it.
    #expect(!(try Self.run(Self.straddle + ["--format", "json"]).output.contains("risk_neutral")))
  }
}

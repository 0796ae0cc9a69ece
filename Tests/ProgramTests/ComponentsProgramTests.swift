import Foundation
import TestSupport
import Testing

/// `components` as a process, and its answer under `stress`.
@Suite("Components as a program")
struct ComponentsProgramTests {
  static let market = Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml"
  static let condor = Fixture.root + "/Data/Strategies/btc-iron-condor.yaml"

  /// Five days of four points: the level moves by 2, -2, 0, 0 points, the slope between strikes by 0, 0, 1, -1.
  static func history() -> String {
    var volatility = [0.5, 0.48, 0.46, 0.47]
    var text = "date,years,log_moneyness,implied_vol\n"
    let moves = [(0.0, 0.0), (0.02, 0), (-0.02, 0), (0, 0.01), (0, -0.01)]
    for (day, (level, slope)) in moves.enumerated() {
      for (index, (years, k)) in [(0.05, -0.2), (0.05, 0.2), (0.2, -0.2), (0.2, 0.2)].enumerated() {
        volatility[index] += level + (k < 0 ? slope : -slope)
        text += "2025-11-0\(day + 3),\(years),\(k),\(volatility[index])\n"
      }
    }
    return text
  }

  @Test("The level explains four fifths, the slope the rest, and stress takes the answer", .enabled(if: hasLibrary))
  func answer() throws {
    let folder = try Folder()
    let path = folder.path + "/components.yaml"
    let answer = try Program.run(["components", folder.file("h.csv", Self.history()), "--count", "2", "-o", path])
    #expect(answer.status == 0 && answer.output == "", "\(answer.errors)")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("# Component 1: 80.0 % of the variance, 80.0 % with those before it"), "\(text)")
    #expect(text.contains("# Component 2: 20.0 % of the variance, 100.0 % with"))
    for name in ["component 1 -2 sd", "component 1 +2 sd", "component 2 -2 sd", "component 2 +2 sd"] {
      #expect(text.contains("  - name: \(name)\n"))
    }
    // The level's deviation is the root of (2 x 4 x 0.02^2) / 3 over four points of one half each: 1.633 points a point.
    let shift = (2 * 4 * 0.0004 / 3).squareRoot() / 2
    let stress = try Program.run(["stress", Self.condor, "-m", Self.market, "--scenarios", path, "--quiet"])
    let level = try Program.run(
      ["stress", Self.condor, "-m", Self.market, "--spot-shift", "0", "--vol-shift", "\(200 * shift)", "--quiet"])
    func profit(_ answer: Program.Answer, _ scenario: Int) -> Double {
      Double(
        answer.output.split(separator: "\n")[1 + scenario].split(separator: ",", omittingEmptySubsequences: false)[7])
        ?? .nan
    }
    #expect(stress.status == 0, "\(stress.errors)")
    #expect(abs(profit(stress, 2) - profit(level, 1)) < 1e-6)
  }

  static let hasLibrary: Bool = {
    guard let folder = try? Folder() else { return false }
    let answer = try? Program.run(["components", folder.file("h.csv", history())])
    return answer?.status != 1
  }()

  @Test(
    "Bad data end with 65 and their place, bad options with 64",
    arguments: [
      ("date,years,log_moneyness\n2025-01-01,1,0\n", [], 65, "wanted a column 'implied_vol'"),
      ("date,years,log_moneyness,implied_vol\nsoon,1,0,0.5\n", [], 65, ":2:1: error: found 'soon', wanted a date"),
      (
        "date,years,log_moneyness,implied_vol\n2025-01-01,-1,0,0.5\n", [], 65, ":2:12: error: found '-1', wanted a time"
      ),
      ("date,years,log_moneyness,implied_vol\n2025-01-01,1,0,0\n", [], 65, "wanted a volatility above 0"),
      ("date,years,log_moneyness,implied_vol\n2025-01-01,1,,0.5\n", [], 65, "found an empty cell, wanted a number"),
      (
        "date,years,log_moneyness,implied_vol\n2025-01-01,1,0,0.5\n2025-01-01,1,0,0.5\n", [], 65,
        "wanted each point of a date once"
      ),
      (
        "date,years,log_moneyness,implied_vol\n2025-01-02,1,0,0.5\n2025-01-01,1,0,0.5\n", [], 65,
        "wanted a date after 2025-01-02"
      ),
      (
        "date,years,log_moneyness,implied_vol\n2025-01-01,1,0,0.5\n2025-01-02,1,0.1,0.5\n", [], 65,
        "wanted a point of the first date"
      ),
      (
        "date,years,log_moneyness,implied_vol\n2025-01-01,1,0,0.5\n2025-01-01,1,1,0.5\n2025-01-02,1,0,0.5\n", [], 65,
        "found 1 points on 2025-01-02, wanted the 2 points of the first date"
      ),
      ("date,years,log_moneyness,implied_vol\n2025-01-01,1,0,0.5\n", [], 65, "observations"),
      (history(), ["--count", "0"], 64, "--count: found 0, wanted 1 to 1000"),
      (history(), ["--deviations", "1,1"], 64, "'1,1' is invalid"),
      (history(), ["--deviations", "nan"], 64, "'nan' is invalid"),
      (history(), ["--scaling", "none"], 64, "'none' is invalid"),
    ] as [(String, [String], Int32, String)])
  func refused(_ history: String, _ options: [String], _ status: Int32, _ words: String) throws {
    let folder = try Folder()
    let answer = try Program.run(["components", folder.file("h.csv", history)] + options)
    #expect(answer.status == status && answer.output == "", "\(answer.status)")
    #expect(answer.errors.contains(words), "\(answer.errors)")
  }
}

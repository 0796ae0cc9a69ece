import Basics
import Foundation
import Scenarios
import TestSupport
import Testing

@testable import Formats

/// Files of surfaces by day: what they say, and the words for what they cannot say.
@Suite("Surface history file")
struct SurfaceHistoryFileTests {
  private func read(_ texts: String...) throws -> SurfaceHistoryFile {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
      try SurfaceHistoryFile(texts.enumerated().map { folder.file($1, named: "h\($0).csv") })
    }
  }

  /// What a refused file is told, without the folder's name.
  private func refusal(_ texts: [String]) -> String {
    do {
      let folder = try TemporaryFolder()
      _ = try withExtendedLifetime(folder) {
        try SurfaceHistoryFile(texts.enumerated().map { folder.file($1, named: "h\($0).csv") })
      }
      return "nothing"
    } catch {
      let message = "\(error)"
      return message.range(of: "/h0.csv:").map { String(message[$0.upperBound...]) }
        ?? message.range(of: "/h1.csv:").map { "second:" + message[$0.upperBound...] } ?? message
    }
  }

  static let day1 = "date,years,log_moneyness,vol\n2025-01-06,0.1,-0.1,0.5\n2025-01-06,0.25,0,0.45\n"

  @Test("Rows are the points of a day, in any order, and files are one history")
  func reads() throws {
    let whole = Self.day1 + "2025-01-07,0.25,-0,0.46\n2025-01-07,0.10,-1e-1,0.52\n"
    let file = try read(whole)
    let wanted = try SurfaceHistory(
      points: [SurfacePoint(logMoneyness: -0.1, years: 0.1), SurfacePoint(logMoneyness: 0, years: 0.25)],
      dates: ["2025-01-06", "2025-01-07"].map { try CalendarDate(parsing: $0) },
      volatilities: [[0.5, 0.45], [0.52, 0.46]])
    #expect(file.histories.count == 1 && file.histories[0].history == wanted && file.warnings.isEmpty)
    #expect(file.histories[0].underlying == "")
    let parts = try read(Self.day1, "vol,log_moneyness,years,date\r\n0.46,0,0.25,7JAN25\r\n0.52,-0.1,0.1,7JAN25\r\n")
    #expect(parts.histories[0].history == wanted)
    // The rows of a day may go on in the next file.
    let split = try read(
      "date,years,log_moneyness,vol\n2025-01-06,0.1,-0.1,0.5\n",
      "date,years,log_moneyness,vol\n2025-01-06,0.25,0,0.45\n2025-01-07,0.25,0,0.46\n2025-01-07,0.1,-0.1,0.52\n")
    #expect(split.histories[0].history == wanted)
  }

  @Test("A volatility far from its point's the day before is told with its row, and taken")
  func largeMoves() throws {
    let file = try read(
      Self.day1 + "2025-01-07,0.1,-0.1,0.9\n2025-01-07,0.25,0,4.6\n2025-01-08,0.25,0,0.46\n2025-01-08,0.1,-0.1,0.8\n")
    #expect(file.histories[0].history.volatilities == [[0.5, 0.45], [0.9, 4.6], [0.8, 0.46]])
    try #require(file.warnings.count == 2)
    #expect(
      file.warnings[0].hasSuffix(
        "/h0.csv:5:19: warning: found 4.6 after 0.45 on 2025-01-07, a move of +922 %, taken as it stands"),
      "\(file.warnings)")
    #expect(file.warnings[1].contains("/h0.csv:6:19: warning: found 0.46 after 4.6"), "\(file.warnings)")
  }

  @Test("Underlyings have histories of their own, day by day or one behind the other")
  func underlyings() throws {
    let header = "date,underlying,years,log_moneyness,vol,extrapolated\n"
    let mixed = try read(
      header + "2025-01-06,BTC,0.1,0,0.5,false\n2025-01-06,ETH,0.2,0,0.6,true\n2025-01-06,ETH,0.2,0.1,0.7,true\n"
        + "2025-01-07,BTC,0.1,0,0.51,true\n2025-01-07,ETH,0.2,0.1,0.72,false\n2025-01-07,ETH,0.2,0,0.62,false\n")
    let apart = try read(
      header + "2025-01-06,BTC,0.1,0,0.5,\n2025-01-07,BTC,0.1,0,0.51,\n",
      header + "2025-01-06,ETH,0.2,0,0.6,\n2025-01-06,ETH,0.2,0.1,0.7,\n"
        + "2025-01-07,ETH,0.2,0,0.62,\n2025-01-07,ETH,0.2,0.1,0.72,\n")
    #expect(mixed.histories.map(\.underlying) == ["BTC", "ETH"])
    #expect(mixed.histories.map(\.history) == apart.histories.map(\.history))
    #expect(mixed.histories[1].history.volatilities == [[0.6, 0.7], [0.62, 0.72]])
    #expect(mixed.warnings == ["warning: 3 of 6 volatilities lie beyond the quotes of their day"])
    #expect(apart.warnings.isEmpty)
    let percent = try read("date,years,log_moneyness,vol,skew\n2025-01-06,0.1,0,45,1\n2025-01-07,0.1,0,46,1\n")
    #expect(percent.warnings.count == 2 && percent.warnings[0].contains("'skew'"))
    #expect(percent.warnings[1].contains("wanted fractions"))
  }

  static let header = "date,years,log_moneyness,vol\n"
  static let named = "date,underlying,years,log_moneyness,vol,extrapolated\n"
  static let bad: [(texts: [String], words: String)] = [
    ([header], "1:1: error: found no row, wanted volatilities by day"),
    (
      ["date,years,vol\n"],
      "1:1: error: found columns 'date', 'years', 'vol', wanted a column 'log_moneyness' among them"
    ),
    (
      ["underlying,expiry,years,log_moneyness,strike,fitted_vol,total_variance,g\n"],
      "1:1: error: found columns 'underlying', 'expiry', 'years', 'log_moneyness', 'strike', 'fitted_vol', "
        + "'total_variance', 'g', wanted a column 'date' among them"
    ),
    ([header + "soon,0.1,0,0.5\n"], "2:1: error: found 'soon', wanted a date such as 2025-12-05"),
    ([header + ",0.1,0,0.5\n"], "2:1: error: found an empty cell, wanted a date"),
    ([header + "2025-02-30,0.1,0,0.5\n"], "2:1: error: found '2025-02-30', wanted a date"),
    ([header + "2025-01-06,0,0,0.5\n"], "2:12: error: found '0', wanted a time above 0 in years"),
    ([header + "2025-01-06,x,0,0.5\n"], "2:12: error: found 'x', wanted a time above 0 in years"),
    ([header + "2025-01-06,inf,0,0.5\n"], "2:12: error: found 'inf', wanted a time above 0"),
    ([header + "2025-01-06,0.1,nan,0.5\n"], "2:16: error: found 'nan', wanted a finite number, ln(K/F)"),
    ([header + "2025-01-06,0.1,,0.5\n"], "2:16: error: found an empty cell, wanted a finite number, ln(K/F)"),
    ([header + "2025-01-06,0.1,0,0\n"], "2:18: error: found '0', wanted a volatility above 0, as a fraction"),
    ([header + "2025-01-06,0.1,0,-0.5\n"], "2:18: error: found '-0.5', wanted a volatility above 0"),
    ([header + "2025-01-06,0.1,0,\n"], "2:18: error: found an empty cell, wanted a volatility above 0"),
    ([header + "2025-01-06,0.1,0,1e999\n"], "2:18: error: found '1e999', wanted a volatility above 0"),
    (
      [day1 + "2025-01-06,0.1,-0.1,0.5\n"],
      "4:12: error: found 0.1 years, log-moneyness -0.1 twice on a day, wanted each point once a day"
    ),
    (
      [day1 + "2025-01-07,0.1,-0.1,0.5\n2025-01-07,0.25,0,0.5\n2025-01-07,0.1,-0.1,0.5\n"],
      "6:12: error: found 0.1 years, log-moneyness -0.1 twice on a day"
    ),
    (
      [day1 + "2025-01-07,0.1,-0.1,0.5\n2025-01-07,0.25,0.1,0.5\n"],
      "5:12: error: found 0.25 years, log-moneyness 0.1, wanted a point of 2025-01-06: each day has the same"
    ),
    (
      [day1 + "2025-01-07,0.1,-0.1,0.5\n2025-01-08,0.1,-0.1,0.5\n2025-01-08,0.25,0,0.5\n"],
      "4:1: error: found 1 points on 2025-01-07, none at 0.25 years, log-moneyness 0.0, "
        + "wanted the 2 points of 2025-01-06"
    ),
    (
      [day1 + "2025-01-07,0.25,0,0.5\n"],
      "4:1: error: found 1 points on 2025-01-07, none at 0.1 years, log-moneyness -0.1"
    ),
    ([day1 + "2025-01-05,0.1,-0.1,0.5\n"], "4:1: error: found '2025-01-05', wanted 2025-01-06 or later: days ascend"),
    (
      [day1, header + "2025-01-05,0.1,-0.1,0.5\n"], "second:2:1: error: found '2025-01-05', wanted 2025-01-06 or later"
    ),
    ([day1, header + "2025-01-07,0.1,-0.1,0.5\n"], "second:2:1: error: found 1 points on 2025-01-07"),
    (
      [named + "2025-01-06,BTC,0.1,0,0.5,\n2025-01-06,,0.1,0,0.5,\n"],
      "3:12: error: found no underlying, wanted one in every row, as in the rows before"
    ),
    (
      [day1, named + "2025-01-07,BTC,0.1,-0.1,0.5,\n"],
      "second:2:12: error: found underlying 'BTC', wanted none, as in the rows before"
    ),
    ([named + "2025-01-06,BTC,0.1,0,0.5,maybe\n"], "2:26: error: found 'maybe', wanted true or false"),
    ([header + "2025-01-06,0.1,0\n"], "2:"),
  ]

  @Test("What is wrong is told with its place", arguments: bad)
  func refusals(_ row: (texts: [String], words: String)) {
    let found = refusal(row.texts)
    #expect(found.hasPrefix(row.words), "\(found)")
  }
}

@Suite("Scenarios as YAML")
struct ScenarioYAMLTests {
  private func again(_ scenarios: [Scenario], heading: [String] = []) throws -> [Scenario] {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
      try ScenarioFile(folder.file(ScenarioYAML.text(scenarios, heading: heading), named: "s.yaml")).scenarios
    }
  }

  @Test("What is written reads back as the same, whatever a name looks like")
  func names() throws {
    for name in [
      "true", "12", "a: b", "'quoted'", "\"twice\" \\ # no comment", "- list", "{x}", "tab\tand\nline", "ä é 中",
    ] {
      let scenarios = [
        try Scenario(name: name, moves: [name: UnderlyingMove(spot: 0.1), "other": .none], weight: 0.5)
      ]
      #expect(try again(scenarios, heading: ["of \(name)"]) == scenarios)
    }
    #expect(
      ScenarioYAML.text([try Scenario(name: "a", common: UnderlyingMove(spot: -0.1))], heading: ["Said of it."])
        == "# Said of it.\nscenarios:\n  - name: \"a\"\n    spot_shift: -0.1\n")
  }

  @Test("Every number survives, tables of moves too", arguments: [21])
  func laws(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    func move() throws -> UnderlyingMove {
      func number() -> Double { generator.chance(0.4) ? 0 : generator.number(-0.9, 0.9) }
      let table = try VolatilityMoves(
        (0..<3).map { slice in
          VolatilityMoves.Slice(
            years: Double(slice) + generator.number(0, 0.9),
            logMoneyness: (0..<4).map { Double($0) - generator.number(0, 0.9) },
            moves: (0..<4).map { _ in generator.number(-1, 1) * (generator.chance(0.2) ? 1e-12 : 0.1) })
        })
      return UnderlyingMove(
        spot: number(),
        volatility: VolatilityShift(
          level: number(), skew: number(), curvature: number(), relative: number(),
          moves: generator.chance(0.6) ? table : nil))
    }
    for _ in 0..<100 {
      let scenarios = try (0..<3).map { index in
        try Scenario(
          name: "s\(index)", daysForward: generator.chance(0.5) ? 0 : generator.number(0, 9), common: move(),
          moves: generator.chance(0.5) ? ["BTC": move(), "ETH": move()] : [:],
          weight: generator.chance(0.5) ? nil : generator.number(0.1, 2), cover: generator.chance(0.5) ? 1 : 0.35)
      }
      #expect(try again(scenarios) == scenarios, "\(generator)")
    }
  }
}

import Foundation
import TestSupport
import Testing

/// `components` and what it hands on, as a process: from surfaces by day to a stress.
@Suite("Principal components as a program", .enabled(if: ThreeFactorFixture.isAvailable, "needs LAPACK"))
struct ComponentsProgramTests {
  static let market = Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml"
  static let condor = Fixture.root + "/Data/Strategies/btc-iron-condor.yaml"

  private static func components(_ arguments: [String], input: String = "") throws -> Program.Answer {
    try Program.run(["components"] + arguments, input: input, folder: Fixture.root)
  }

  /// Column name to cell of a report without quotes.
  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  @Test("The made-up history is that of its seed")
  func fixture() throws {
    if ProcessInfo.processInfo.environment["BULKHEAD_UPDATE_GOLDEN"] == "1" {
      try ThreeFactorFixture.text().write(toFile: ThreeFactorFixture.path, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOfFile: ThreeFactorFixture.path, encoding: .utf8) == ThreeFactorFixture.text())
  }

  static let reports = [
    GoldenReportTests.Report("components.txt", "components \(ThreeFactorFixture.name)"),
    GoldenReportTests.Report(
      "components-correlation.txt",
      "components \(ThreeFactorFixture.name) --scaling correlation --count 2 --longest-gap 10"),
    GoldenReportTests.Report("components.csv", "components \(ThreeFactorFixture.name) --format csv --count 2"),
  ]

  @Test("A report is the one that was read and found right", arguments: reports)
  func golden(_ report: GoldenReportTests.Report) throws {
    let answer = try Program.run(report.arguments, folder: Fixture.root)
    #expect(answer.status == 0 && answer.errors == "", "\(answer.errors)")
    #expect(answer.output.split(separator: "\n").allSatisfy { $0.count <= 80 } || report.file.hasSuffix(".csv"))
    let path = Fixture.root + "/Tests/Fixtures/Golden/" + report.file
    if ProcessInfo.processInfo.environment["BULKHEAD_UPDATE_GOLDEN"] == "1" {
      try answer.output.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let wanted = try String(contentsOfFile: path, encoding: .utf8)
    if let difference = Golden.difference(answer.output, wanted) { Issue.record("\(report.file): \(difference)") }
  }

  @Test("Variances and loadings are those that another program finds")
  func otherProgram() throws {
    // numpy 2, linalg.eigh of the covariance of the 33 moves: variances in points squared, the second component's loadings.
    let rows = rows(try Self.components([ThreeFactorFixture.path, "--format", "csv"]).output)
    #expect(rows.count == 27)
    let loadings = [
      0.483261749869, 0.0840390793023, -0.318397787839, 0.475580775088, 0.073531787409,
      -0.31664096728, 0.473351111383, 0.0494501753033, -0.315699649865,
    ]
    for (index, wanted) in [31.7833759175, 7.53755740902, 2.84976923631].enumerated() {
      #expect(abs(rows[9 * index].number("variance") * 1e4 - wanted) < 1e-9 * wanted)
    }
    for (row, wanted) in zip(rows[9..<18], loadings) {
      #expect(abs(row.number("loading") - wanted) < 1e-9)
    }
    #expect(abs(rows[26].number("cumulative_share") - 0.996061842875894) < 1e-12)
  }

  @Test("A file a day is the history of them all, and so is standard input")
  func joined() throws {
    let folder = try Folder()
    let text = try String(contentsOfFile: ThreeFactorFixture.path, encoding: .utf8)
    let lines = text.split(separator: "\n")
    let days = Dictionary(grouping: lines.dropFirst()) { $0.prefix(10) }.sorted { $0.key < $1.key }
    let files = days.map { folder.file("\($0.key).csv", "\(lines[0])\n\($0.value.joined(separator: "\n"))\n") }
    let wanted = try Self.components([ThreeFactorFixture.path]).output
    #expect(try Self.components(files).output == wanted)
    #expect(try Self.components(["-"], input: text).output == wanted)
  }

  @Test("A surface that only shifts gives the stress of a shift of all volatilities, by the root of the horizon")
  func level() throws {
    let folder = try Folder()
    // Moves of 2, -2, 1 and -1 points: a deviation of sqrt(10 / 3) points.
    var text = "date,underlying,years,log_moneyness,vol\n"
    for (day, vol) in [0.5, 0.52, 0.5, 0.51, 0.5].enumerated() {
      for point in ["0.1,-0.1", "0.1,0.1", "0.5,0"] { text += "2025-01-0\(day + 1),BTC,\(point),\(vol)\n" }
    }
    let history = folder.file("history.csv", text)
    let file = folder.path + "/level.yaml"
    let answer = try Self.components([
      history, "--count", "1", "--save-scenarios", file, "--deviations", "1,2.5", "--horizon", "4",
    ])
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(answer.output.contains("level 100 %") && answer.output.contains("100.0 %"))
    let found = try Program.run(["stress", Self.condor, "-m", Self.market, "--scenarios", file])
    #expect(found.status == 0, "\(found.errors)")
    let deviation = 100 * (10.0 / 3).squareRoot() / 100
    for (row, number) in zip(rows(found.output).dropFirst(), [1, -1, 2.5, -2.5]) {
      let points = 2 * number * deviation
      let wanted = try Program.run([
        "stress", Self.condor, "-m", Self.market, "--spot-shift", "0", "--vol-shift", "\(points)",
      ])
      let grid = try #require(rows(wanted.output).last)
      let sign = number > 0 ? "+" : ""
      let name = number.rounded() == number ? "\(Int(number))" : "\(number)"
      #expect(row["scenario_name"] == "BTC component 1 \(sign)\(name)")
      for column in ["value", "pnl", "delta", "vega_per_vol_point"] {
        #expect(
          (row.number(column) - grid.number(column)).magnitude < 1e-7 * max(1, grid.number(column).magnitude),
          "\(column) at \(number)")
      }
      #expect(abs(row.number("value") - rows(found.output)[0].number("value")) > 1)
    }
  }

  @Test("Scores are in deviations of their component: a mean of 0 and a variance of 1")
  func scores() throws {
    let folder = try Folder()
    let file = folder.path + "/scores.csv"
    let answer = try Self.components([ThreeFactorFixture.path, "--scores", file, "--format", "csv", "--count", "2"])
    #expect(answer.status == 0)
    let rows = rows(folder.text("scores.csv") ?? "")
    // 35 dates in two runs.
    #expect(rows.count == 2 * 33 && rows[0]["date"] == "2025-01-07" && rows.last?["date"] == "2025-02-28")
    #expect(!rows.contains { $0["date"] == "2025-02-10" }, "a move across the week that is left out")
    for component in ["1", "2"] {
      let numbers = rows.filter { $0["component"] == component }.map { $0.number("deviations") }
      #expect(abs(numbers.reduce(0, +)) < 1e-10)
      #expect(abs(numbers.reduce(0) { $0 + $1 * $1 } / 32 - 1) < 1e-12)
    }
  }

  @Test(
    "A bad option ends with 64, no output, and the words for it",
    arguments: [
      (["--count", "0"], "--count: found 0"), (["--count", "10"], "--count: found 10, wanted at most 9"),
      (["--longest-gap", "0"], "--longest-gap: found 0"), (["--horizon", "2"], "belong to --save-scenarios"),
      (["--deviations", "2"], "belong to --save-scenarios"),
      (["--save-scenarios", "x.csv"], "found x.csv, wanted a file whose name ends in .yaml"),
      (["--save-scenarios", "x.yaml", "--horizon", "0"], "--horizon: found 0"),
      (["--save-scenarios", "x.yaml", "--deviations", "1,0"], "'1,0' is invalid"),
      (["--save-scenarios", "x.yaml", "--deviations", "1,1"], "'1,1' is invalid"),
      (["--save-scenarios", "x.yaml", "-o", "x.yaml"], "apart"), (["--scores", "-"], "wanted a file, found -"),
      (["-", "-"], "found it twice"), (["--scaling", "none"], "is invalid"), (["--format", "json"], "is invalid"),
    ])
  func badOption(_ options: [String], words: String) throws {
    let folder = try Folder()
    let answer = try Program.run(["components", ThreeFactorFixture.path] + options, folder: folder.path)
    #expect(answer.status == 64 && answer.output == "", "\(answer.status)")
    #expect(answer.errors.contains(words), "\(answer.errors)")
    // The streams' own files are elsewhere.
    #expect(folder.names.isEmpty)
  }

  @Test("Bad data end with 65 and their place, a missing file with 66, and nothing is written")
  func badData() throws {
    let folder = try Folder()
    let header = "date,years,log_moneyness,vol\n"
    let few = folder.file("few.csv", header + (1...3).map { "2025-01-0\($0),0.1,0,0.\($0)\n" }.joined())
    let still = folder.file("still.csv", header + (1...5).map { "2025-01-0\($0),0.1,0,0.5\n" }.joined())
    let apart = folder.file(
      "apart.csv", header + (1...9).map { "2025-0\($0)-01,0.1,0,0.\($0 * $0 % 7 + 1)\n" }.joined())
    let bad = folder.file("bad.csv", header + "2025-01-01,0.1,0,-1\n")
    for (file, status, words) in [
      (few, 65, "few.csv: error: found 2 moves between 3 dates, with 0 gaps of more than 5 days, wanted at least 3"),
      (apart, 65, "found 0 moves between 9 dates, with 8 gaps of more than 1 days"),
      (still, 65, "series '0.1 years, log-moneyness 0.0': found the same number throughout"),
      (bad, 65, "bad.csv:2:18: error: found '-1', wanted a volatility above 0"),
      (folder.path + "/none.csv", 66, "cannot be read"),
    ] as [(String, Int32, String)] {
      let answer = try Self.components([file, "-o", folder.path + "/out"])
      #expect(answer.status == status && answer.output == "" && folder.text("out") == nil, "\(file): \(answer.status)")
      #expect(answer.errors.contains(words), "\(answer.errors)")
    }
    #expect(try Self.components([apart, "--longest-gap", "31"]).status == 0)
  }

  // MARK: From a chain

  private func fit(_ options: [String], in folder: Folder) throws -> Program.Answer {
    try Program.run(["chain", "fit", Self.market, "--points", folder.path + "/points.csv"] + options)
  }

  @Test("A fitted chain on a grid is a day of a history, and days are joined")
  func fromChains() throws {
    let folder = try Folder()
    #expect(try fit([], in: folder).status == 0)
    let smile = rows(folder.text("points.csv") ?? "")
    let point = smile[120]
    let (years, k) = (point["years"] ?? "", point["log_moneyness"] ?? "")
    let axes = ["--grid-years", "\(years),0.3", "--grid-moneyness", "\(k),-0.05,0.05,9"]
    let answer = try fit(axes, in: folder)
    #expect(answer.status == 0, "\(answer.errors)")
    let text = folder.text("points.csv") ?? ""
    let day = rows(text)
    #expect(text.hasPrefix("date,underlying,years,log_moneyness,vol,extrapolated\n") && day.count == 8)
    #expect(day.allSatisfy { $0["date"] == "2025-12-05" && $0["underlying"] == "BTC" })
    // On an expiry the surface is its smile.
    #expect(day[0]["years"] == years && day[0]["log_moneyness"] == k)
    #expect(abs(day[0].number("vol") - point.number("fitted_vol")) < 1e-14)
    #expect(day[0]["extrapolated"] == "false" && day[3]["extrapolated"] == "true")
    // Days that follow, each a little different.
    let days = (0..<5).map { index in
      folder.file(
        "day\(index).csv",
        "date,underlying,years,log_moneyness,vol,extrapolated\n"
          + day.enumerated().map { place, row in
            let vol = row.number("vol") + 0.01 * Double(index * index % 7) + 0.001 * Double(index * place * place % 5)
            return "2025-12-0\(5 + index),BTC,\(row["years"] ?? ""),\(row["log_moneyness"] ?? ""),\(vol),false\n"
          }.joined())
    }
    let components = try Self.components([folder.path + "/points.csv"] + days.dropFirst())
    #expect(components.status == 0 && components.output.contains("BTC: 8 points at 2 times, 4 moves"))
    #expect(components.errors.contains("of 40 volatilities lie beyond the quotes of their day"))
  }

  @Test(
    "A grid that is none ends with 64",
    arguments: [
      (["--grid-years", "0.1"], "belong together"), (["--grid-moneyness", "-0.1,0.1"], "belong together"),
      (["--grid-years", "0,0.1", "--grid-moneyness", "0"], "--grid-years: found 0.0, wanted times above 0"),
      (["--grid-years", "-0.1", "--grid-moneyness", "0"], "--grid-years: found -0.1"),
      (["--grid-years", "0.1,0.1", "--grid-moneyness", "0"], "'0.1,0.1' is invalid"),
      (["--grid-years", "0.1", "--grid-moneyness", "x"], "'x' is invalid"),
    ])
  func badGrid(_ options: [String], words: String) throws {
    let folder = try Folder()
    let answer = try fit(options, in: folder)
    #expect(answer.status == 64 && answer.output == "" && folder.names.isEmpty)
    #expect(answer.errors.contains(words), "\(answer.errors)")
    let alone = try Program.run([
      "chain", "fit", Self.market, "--grid-years", "0.1", "--grid-moneyness", "0",
    ])
    #expect(alone.status == 64 && alone.errors.contains("beside --points"))
  }
}

import Foundation
import TestSupport
import Testing

/// `rules`, `compare`, `explain` and `margin --rule` as their users run them.
@Suite("Rules on the command line")
struct RulesProgramTests {
  static let market = Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml"
  static let condor = Fixture.root + "/Data/Strategies/btc-iron-condor.yaml"

  private func run(_ arguments: [String], folder: String = Fixture.root) throws -> Program.Answer {
    try Program.run(arguments, folder: folder)
  }

  /// A rulebook of the maximum loss, which has no numbers, under any name and date.
  private static func rulebook(
    _ name: String, _ effective: String, title: String = "A copy", more: String = ""
  ) -> String {
    """
    name: \(name)
    title: "\(title)"
    method: maximum-loss
    effective: \(effective)
    source: "a test"
    \(more)
    """
  }

  // MARK: Refusals, one wrong thing at a time

  struct Refusal: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let status: Int32
    let words: [String]
    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let refusals: [Refusal] = [
    Refusal(
      arguments: ["compare", condor, "-m", market, "--rules", "maximun-loss"], status: 64,
      words: ["found rule 'maximun-loss'", "the nearest is maximum-loss", "`bulkhead rules`"]),
    Refusal(
      arguments: ["explain", condor, "-m", market, "--rule", "maximun-loss"], status: 64,
      words: ["--rule: found rule 'maximun-loss'", "the nearest is maximum-loss"]),
    Refusal(
      arguments: ["margin", "-", "-m", market, "--rule", "maximun-loss"], status: 64,
      words: ["--rule: found rule 'maximun-loss'", "the nearest is maximum-loss"]),
    Refusal(arguments: ["rules", "maximun-loss"], status: 64, words: ["the nearest is maximum-loss"]),
    Refusal(
      arguments: ["compare", condor, "-m", market, "--rules", "maximum-loss,"], status: 64, words: ["found rule ''"]),
    Refusal(
      arguments: ["compare", condor, "-m", market, "--rules", ""], status: 64, words: ["--rules"]),
    Refusal(
      arguments: ["compare", condor, "-m", market, "--rules", "maximum-loss,maximum-loss"], status: 64,
      words: ["'maximum-loss' twice"]),
    Refusal(
      arguments: ["compare", condor, "-m", market, "--rules-as-of", "2025-13-01"], status: 64,
      words: ["'2025-13-01'", "--rules-as-of"]),
    Refusal(
      arguments: ["compare", condor, "-m", market, "--format", "pdf"], status: 64,
      words: ["'pdf'", "table", "csv", "json", "markdown"]),
    Refusal(
      arguments: ["explain", condor, "-m", market, "--rule", "maximum-loss", "--format", "html"], status: 64,
      words: ["'html'", "text", "csv", "json", "markdown"]),
    Refusal(arguments: ["explain", condor, "-m", market], status: 64, words: ["--rule"]),
    Refusal(arguments: ["compare", condor], status: 64, words: ["--market"]),
    Refusal(arguments: ["compare", "-m", market], status: 64, words: ["strategy"]),
    Refusal(
      arguments: ["explain", condor, "-m", market, "--rule", "maximum-loss", "--rules-as-of", "1969-12-31"], status: 64,
      words: ["no numbers of maximum-loss that hold on 1969-12-31", "1970-01-01"]),
    Refusal(
      arguments: ["margin", "-", "--rule", "maximum-loss"], status: 64, words: ["wanted --market"]),
    Refusal(
      arguments: ["margin", "-", "--rules-as-of", "2025-01-01"], status: 64, words: ["wanted --rule"]),
    Refusal(
      arguments: ["compare", condor, "-m", "nowhere.yaml"], status: 66, words: ["nowhere.yaml: error: cannot be read"]),
    Refusal(
      arguments: ["compare", "nowhere.yaml", "-m", market], status: 66, words: ["nowhere.yaml: error: cannot be read"]),
    Refusal(
      arguments: ["compare", condor, "-m", market, "--rules", "nowhere.yaml"], status: 66,
      words: ["nowhere.yaml: error: cannot be read"]),
    Refusal(
      arguments: ["compare", condor, "-m", market, "--rulebooks", "/nowhere"], status: 66,
      words: ["/nowhere: error: found no rulebook"]),
    Refusal(
      arguments: ["compare", condor, "-m", market, "-o", "/nowhere/out.csv"], status: 73, words: ["cannot be written"]),
  ]

  @Test("What is wrong is said, with its exit code and without output", arguments: refusals)
  func refusal(_ refusal: Refusal) throws {
    let answer = try run(refusal.arguments)
    #expect(answer.status == refusal.status, "\(answer.errors)")
    #expect(answer.output == "")
    for words in refusal.words { #expect(answer.errors.contains(words), "\(answer.errors)") }
  }

  static let brokenRulebooks: [(text: String, place: String, words: String)] = [
    ("name: [\n", ":2:", "wanted YAML or JSON"),
    (rulebook("copy", "2025-02-30"), ":4:12", "found effective: '2025-02-30', wanted a date"),
    (rulebook("copy", "2025-01-01", more: "rate: 0.1"), ":6:7", "key 'rate'"),
    (rulebook("copy", "2025-01-01", more: "parameters: {rate: 0.1}"), ":6:20", "parameter of this name"),
    (rulebook("copy", "2025-01-01").replacing("method: maximum-loss", with: "method: none"), ":1:1", "method 'none'"),
  ]

  @Test("A rulebook that cannot be read is refused at its line and column", arguments: brokenRulebooks)
  func brokenRulebook(text: String, place: String, words: String) throws {
    let folder = try Folder()
    let path = folder.file("copy.yaml", text)
    for arguments in [
      ["compare", Self.condor, "-m", Self.market, "--rulebooks", folder.path],
      ["compare", Self.condor, "-m", Self.market, "--rules", path],
      ["explain", Self.condor, "-m", Self.market, "--rule", path], ["rules", path],
    ] {
      let answer = try run(arguments)
      #expect(answer.status == 65 && answer.output == "")
      #expect(answer.errors.contains("copy.yaml\(place)"), "\(answer.errors)")
      #expect(answer.errors.contains(words), "\(answer.errors)")
    }
  }

  @Test("Without a rulebook anywhere the program says where it looked")
  func noRulebooks() throws {
    let folder = try Folder()
    let program = folder.path + "/bulkhead"
    try FileManager.default.copyItem(atPath: Program.path, toPath: program)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["rules"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("out", "")))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("err", "")))
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 66)
    #expect(folder.text("out") == "")
    #expect(folder.text("err")?.contains("wanted Rulebooks/margin in Data") == true)
  }

  // MARK: Dates and folders

  @Test("Of several dates the latest not after the day holds, and a folder of one's own comes first")
  func dates() throws {
    let folder = try Folder()
    _ = folder.file("a.yaml", Self.rulebook("copy", "2025-01-01", title: "Old"))
    _ = folder.file("b.yaml", Self.rulebook("copy", "2025-12-05", title: "New"))
    _ = folder.file("c.yaml", Self.rulebook("copy", "2025-12-06", title: "Future"))
    _ = folder.file("d.yaml", Self.rulebook("maximum-loss", "1970-01-01", title: "Mine"))
    let own = ["--rulebooks", folder.path]
    func effective(_ more: [String]) throws -> [String?] {
      let answer = try run(
        ["compare", Self.condor, "-m", Self.market, "--rules", "copy", "--format", "csv"] + own + more)
      #expect(answer.status == 0, "\(answer.errors)")
      return MarketBookTests.rows(answer).map { $0["effective"] }
    }
    #expect(try Set(effective([])) == ["2025-12-05"])
    #expect(try Set(effective(["--rules-as-of", "2025-12-04"])) == ["2025-01-01"])
    #expect(try Set(effective(["--rules-as-of", "2026-06-01"])) == ["2025-12-06"])
    let early = try run(
      ["compare", Self.condor, "-m", Self.market, "--rules", "copy", "--format", "csv", "--rules-as-of", "2024-12-31"]
        + own)
    #expect(early.status == 0)
    #expect(
      early.output.hasSuffix(
        "BTC iron condor,copy,,,,,,,,not_applicable,\"in force from 2025-01-01 only, and asked for 2024-12-31: "
          + "--rules-as-of names another day\"\n"), "\(early.output)")
    let listed = try run(["rules", "copy", "--format", "csv"] + own)
    #expect(MarketBookTests.rows(listed).map { $0["title"] } == ["Old", "New", "Future"])
    let oneDay = try run(["rules", "copy", "--format", "csv", "--rules-as-of", "2025-12-05"] + own)
    #expect(MarketBookTests.rows(oneDay).map { $0["title"] } == ["New"])
    let mine = try run(["rules", "maximum-loss", "--format", "csv"] + own)
    #expect(MarketBookTests.rows(mine).map { $0["title"] } == ["Mine"])
  }

  @Test("A rule by its file is taken whatever its date, in every command")
  func byFile() throws {
    let folder = try Folder()
    let path = folder.file("mine.yaml", Self.rulebook("my-desk", "2030-01-01"))
    let compared = try run(["compare", Self.condor, "-m", Self.market, "--rules", path, "--format", "csv"])
    #expect(compared.status == 0 && compared.output.contains("BTC iron condor,my-desk,2030-01-01,initial,TOTAL"))
    let explained = try run(["explain", Self.condor, "-m", Self.market, "--rule", path])
    #expect(explained.status == 0 && explained.output.contains("under my-desk"))
    let book = folder.file("b.csv", MarketBookTests.header + "a,call,BTC,2025-12-26,92000,1,100,1,quote,0,,\n")
    let margin = try run(["margin", book, "-m", Self.market, "--rule", path])
    #expect(margin.status == 0 && margin.output.hasSuffix(",0.00,0.00,my-desk,2030-01-01\n"), "\(margin.output)")
  }

  // MARK: Books

  private static let book =
    MarketBookTests.header
    + "a,call,BTC,2025-12-26,92000,1,100,1,quote,0,,\nbad,call,BTC,2025-12-26,92000,0,100,1,quote,0,,\n"
    + "other,call,XYZ,2025-12-26,92000,1,100,1,quote,0,,\nb,put,BTC,2025-12-26,92000,-1,100,1,quote,0,,\n"

  @Test("A book's bad strategies are invalid, the others answered, and the end is 65")
  func books() throws {
    let folder = try Folder()
    let book = folder.file("b.csv", Self.book)
    let rule = ["-m", Self.market, "--rules", "maximum-loss"]
    let csv = try run(["compare", book, "--format", "csv"] + rule)
    #expect(csv.status == 65)
    let rows = MarketBookTests.rows(csv)
    #expect(rows.filter { $0["status"] == "invalid" }.map { $0["strategy"] } == ["bad", "other"])
    #expect(rows.filter { $0["term"] == "TOTAL" }.map { $0["strategy"] } == ["a", "a", "b", "b"])
    for words in ["b.csv:3:", "b.csv:4:1: error: strategy: found underlying XYZ", "2 of 4 answers are invalid"] {
      #expect(csv.errors.contains(words), "\(csv.errors)")
    }
    #expect(try run(["compare", book, "--format", "csv", "-q"] + rule).errors.split(separator: "\n").count == 1)
    let json = try run(["compare", book, "--format", "json"] + rule)
    #expect(json.status == 65)
    let list = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
    #expect(list?.compactMap { $0["strategy"] as? String } == ["a", "bad", "other", "b"])
    let reasons = list?.filter { $0["status"] as? String == "invalid" }.compactMap { $0["detail"] as? String }
    #expect(reasons?.count == 2 && reasons?.contains { $0.isEmpty } == false)
    let table = try run(["compare", book] + rule)
    #expect(table.status == 65 && table.output.hasPrefix("a\n1 rule,") && table.output.contains("\n\nb\n1 rule,"))
    #expect(table.errors.contains("2 of 4 strategies are invalid"))
    let explained = try run(["explain", book, "-m", Self.market, "--rule", "maximum-loss", "--format", "json"])
    #expect(explained.status == 65)
    let pages = try JSONSerialization.jsonObject(with: Data(explained.output.utf8)) as? [[String: Any]]
    #expect(pages?.compactMap { $0["rule"] as? String } == ["maximum-loss", "maximum-loss"])
    let margin = try run(["margin", book, "-m", Self.market, "--rule", "maximum-loss"])
    #expect(margin.status == 65)
    #expect(MarketBookTests.rows(margin).map { $0["status"] } == ["ok", "invalid", "invalid", "ok"])
    #expect(MarketBookTests.rows(margin).map { $0["initial"] } == ["0.00", "", "", "92000.00"])
  }

  @Test("One strategy that its market cannot value is an invalid row and 65")
  func unvalued() throws {
    let folder = try Folder()
    // A chain without a single quote has no volatility.
    _ = folder.file("quotes.csv", "instrument,bid,ask,mark,implied_vol\n")
    let market = folder.file(
      "m.yaml",
      "as_of: 2025-12-05T01:10:52Z\nunderlyings: {BTC: {spot: 92529, quoted_in: coin, rate: 0, quotes: quotes.csv}}\n")
    let answer = try run([
      "compare", "--legs", "1C92000=3000 @26DEC25", "--settlement", "quote", "-m", market, "--format", "csv",
    ])
    #expect(answer.status == 65, "\(answer.errors)")
    #expect(MarketBookTests.rows(answer).map { $0["status"] } == ["invalid"], "\(answer.output)")
    #expect(answer.errors.contains("found no"), "\(answer.errors)")
  }

  @Test("The report of one strategy is that of a book of it")
  func single() throws {
    let folder = try Folder()
    let book = folder.file("b.csv", MarketBookTests.header + "legs,call,BTC,2025-12-26,92000,1,100,1,quote,0,,\n")
    let rule = ["-m", Self.market, "--format", "csv", "--rules", "maximum-loss"]
    let alone = try run(["compare", "--legs", "1C92000=100 @26DEC25", "--settlement", "quote"] + rule)
    #expect(alone.status == 0)
    #expect(try run(["compare", book] + rule).output == alone.output)
  }

  @Test("A mark of a chain in coin is worth its spot in a quote account, in a book as in a strategy's file")
  func coinMarks() throws {
    let rule = ["-m", Self.market, "--rule", "deribit-standard"]
    let book = try run(["margin", Fixture("Books/rules.csv").path] + rule)
    let ruled = try #require(MarketBookTests.rows(book).first)
    let strategy = try run(
      ["compare", Self.condor, "-m", Self.market, "--rules", "deribit-standard", "--format", "json"])
    let tree = try #require(try JSONSerialization.jsonObject(with: Data(strategy.output.utf8)) as? [String: Any])
    let verdict = try #require((tree["rules"] as? [[String: Any]])?.first)
    for kind in ["initial", "maintenance"] {
      #expect((verdict[kind] as? [String: Any])?["total"] as? String == ruled[kind], "\(kind)")
    }
    #expect(ruled["initial"] == "21487.18")
  }

  @Test("Colour only where it is asked for or looked at, and never with NO_COLOR", arguments: ["compare", "explain"])
  func colour(command: String) throws {
    let rule = command == "compare" ? ["--rules", "maximum-loss"] : ["--rule", "maximum-loss"]
    let arguments = [command, Self.condor, "-m", Self.market] + rule
    let plain = try run(arguments)
    #expect(plain.status == 0 && !plain.output.contains("\u{1B}"))
    let painted = try run(arguments + ["--color", "always"])
    #expect(painted.output.contains("\u{1B}[1m"))
    #expect(painted.output.replacing(/\x1B\[[0-9]*m/, with: "") == plain.output)
    var environment = ProcessInfo.processInfo.environment
    environment["NO_COLOR"] = "1"
    let quiet = try Program.run(arguments + ["--color", "auto"], environment: environment, folder: Fixture.root)
    #expect(quiet.output == plain.output)
  }

  @Test("-o writes the file whole and nothing to standard output")
  func outputFile() throws {
    let folder = try Folder()
    let arguments = ["compare", Self.condor, "-m", Self.market, "--format", "csv"]
    let answer = try run(arguments + ["-o", folder.path + "/out.csv"])
    #expect(answer.status == 0 && answer.output == "" && folder.names == ["out.csv"])
    #expect(try run(arguments).output == folder.text("out.csv"))
  }

  @Test("The rows of an explained book are those of the comparison, with two cells more")
  func explainedRows() throws {
    let rows = try run([
      "explain", "Tests/Fixtures/Books/rules.csv", "-m", Self.market, "--rule", "span", "--format", "csv",
    ])
    let beside = try run([
      "compare", "Tests/Fixtures/Books/rules.csv", "-m", Self.market, "--rules", "span", "--format", "csv",
    ])
    #expect(rows.status == 65 && beside.status == 65)
    // The same rows in the same order, with two cells more.
    let (long, short) = (rows.output.split(separator: "\n"), beside.output.split(separator: "\n"))
    #expect(long.count == short.count && zip(long, short).allSatisfy { $0.hasPrefix($1) })
    #expect(long.first.map { $0.hasSuffix(",meaning,source") } == true)
  }
}

import Basics
import TestSupport
import Testing

@testable import Formats
@testable import MarginRules

@Suite("The numbers of a rule are data")
struct RulebookParametersTests {
  static let files = [
    "aevo-standard", "deribit-portfolio", "deribit-portfolio-2019", "deribit-standard", "derive-standard",
    "maximum-loss",
    "occ-risk-based", "okx-option", "opyn-naked", "paradex-scan", "span",
  ]

  /// Every table below a tree, by its path; and every leaf.
  static func paths(_ parameter: RuleParameter, _ path: [String] = []) -> (tables: [[String]], leaves: [[String]]) {
    guard case .record(let entries) = parameter else { return ([], path.isEmpty ? [] : [path]) }
    var (tables, leaves) = ([path], [[String]]())
    for name in entries.keys.sorted() {
      let below = paths(entries[name] ?? .record([:]), path + [name])
      tables += below.tables
      leaves += below.leaves
    }
    return (tables, leaves)
  }

  /// What a rulebook may leave out.
  static let optional = ["put_offset", "factor", "least", "per_coin", "extended"]

  @Test("A number that is a word, that is missing or out of range is refused by its path", arguments: files)
  func leaves(_ file: String) throws {
    let book = try rulebook(file)
    for path in Self.paths(.record(book.parameters)).leaves {
      let name = path.joined(separator: ".")
      func refusal(_ value: RuleParameter) throws -> String? {
        do {
          _ = try rule(file, [name: value])
          return nil
        } catch MarginRulesError.badParameter(_, let parameter, _, _) { return parameter }
      }
      for wrong in [RuleParameter.text("much"), try .decimal("-3000"), .record(["x": .text("y")]), .list([])] {
        #expect(try refusal(wrong)?.hasPrefix(name) == true, "\(file) \(name) \(wrong)")
      }
      guard !Self.optional.contains(path.last ?? ""), path.first != "members" else { continue }
      #expect(try refusal(.text("remove")) == name, "\(file) \(name)")
    }
  }

  @Test("A parameter the method does not know is refused, wherever it stands", arguments: files)
  func unknown(_ file: String) throws {
    let book = try rulebook(file)
    for path in Self.paths(.record(book.parameters)).tables {
      // These are lists of symbols and classes: any name may stand there, but only with what a row needs.
      let name = (path + ["unheard_of"]).joined(separator: ".")
      #expect(throws: MarginRulesError.self, "\(file) \(name)") { try rule(file, [name: .text("much")]) }
    }
  }

  @Test("Rows and borders that contradict each other are refused")
  func contradictions() throws {
    func refuses(_ file: String, _ path: String, _ value: RuleParameter, _ parameter: String) {
      #expect("\(file) \(path)") {
        _ = try rule(file, [path: value])
      } throws: { error in
        guard case MarginRulesError.badParameter(_, let found, _, _)? = error as? MarginRulesError else { return false }
        return found == parameter
      }
    }
    let row = RuleParameter.record(["days": try .decimal("7"), "bound": try .decimal("0.1")])
    let lower = RuleParameter.record(["days": try .decimal("8"), "bound": try .decimal("0.05")])
    refuses("opyn-naked", "upper_bounds", .list([row, row]), "upper_bounds[2].days")
    refuses("opyn-naked", "upper_bounds", .list([row, lower]), "upper_bounds[2].bound")
    refuses(
      "deribit-standard", "underlyings.BTC.linear.maintenance.base", try .decimal("0.03"),
      "underlyings.BTC.linear.maintenance")
    refuses("span", "extreme_multiple", try .decimal("7"), "extreme_multiple")
    refuses("occ-risk-based", "others", .text("bonds"), "others")
    refuses("occ-risk-based", "members.SPX", .text("bonds"), "members.SPX")
    refuses("paradex-scan", "maintenance_ratio", try .decimal("1.1"), "maintenance_ratio")
    refuses("deribit-portfolio", "volatility_moves", .list([.text("up"), .text("up")]), "volatility_moves[2]")
    refuses("deribit-standard", "underlyings", .record([:]), "underlyings")
  }

  @Test("Another number in the file is another requirement")
  func rates() throws {
    let condor = try #require(try RuleCase.all("theory.json").first { $0.name.hasPrefix("iron condor") }).inputs()
    for (file, path, value) in [
      ("deribit-standard", "underlyings.other.options.initial_rate", "0.2"),
      ("okx-option", "underlyings.other.options.factor", "1.02"),
      ("derive-standard", "assumed_feeds.stable_price", "0.9"), ("span", "price_scan_range", "0.2"),
      ("occ-risk-based", "minimum", "0.5"), ("deribit-portfolio", "contingencies.short_options_per_strike", "0.01"),
      ("paradex-scan", "volatility.up", "0.8"),
    ] {
      let (old, new) = (try rule(file).answer(for: condor), try rule(file, [path: .decimal(value)]).answer(for: condor))
      #expect(try #require(new.initial).value > #require(old.initial).value, "\(file) \(path)")
    }
  }

  @Test("Derive's feeds: an unsure oracle and a lost peg cost to open, and nothing to keep")
  func feeds() throws {
    let legs = [RuleAnswersTests.put, RuleAnswersTests.perpetual, RuleAnswersTests.coin]
    let inputs = try RuleAnswersTests.example("quote", legs).inputs()
    let sound = try rule("derive-standard").answer(for: inputs)
    func asked(_ path: String, _ value: String) throws -> RuleAnswer {
      try rule("derive-standard", ["assumed_feeds.\(path)": .decimal(value)]).answer(for: inputs)
    }
    for (path, value, term, amount) in [
      // (1 - 0.3) x 0.4 x 100 for the put; twice that for two perpetuals; the spot's feed is behind all, the coins too.
      ("option_confidence", "0.3", "oracle_contingency", 28.0), ("linear_confidence", "0.3", "oracle_contingency", 56),
      ("spot_confidence", "0.3", "oracle_contingency", 140), ("option_confidence", "0.4", "oracle_contingency", 0),
      // (0.98 - 0.73) x 1.2 x 100 for the put and each perpetual.
      ("stable_price", "0.73", "depeg", 90), ("stable_price", "0.98", "depeg", 0),
    ] {
      let answer = try asked(path, value)
      #expect(try #require(answer.initial).sum(of: term) == amount, "\(path) \(value)")
      #expect(try #require(answer.initial).value - #require(sound.initial).value == amount, "\(path) \(value)")
      #expect(answer.maintenance == sound.maintenance, "\(path) \(value)")
    }
  }

  @Test("The numbers of the market's day hold: Deribit's grid of 2019 before that of 2025")
  func dates() throws {
    let shelf = try RulebookShelf(folders: ["\(Fixture.root)/Data/Rulebooks/margin"])
    func grid(_ day: String) throws -> ScenarioGridRule {
      try #require(
        try shelf.file(named: "deribit-portfolio", on: CalendarDate(parsing: day)).rule() as? ScenarioGridRule)
    }
    #expect(try grid("2024-12-31").scenarios.count == 27)
    #expect(try grid("2024-12-31").scenarios.map(\.spot).max() == 0.1)
    #expect(try grid("2025-01-01").scenarios.count == 35)
    #expect(try grid("2025-01-01").scenarios.map(\.spot).max() == 5)
    #expect(throws: RulebookLookupError.self) { try grid("2018-12-31") }
  }
}

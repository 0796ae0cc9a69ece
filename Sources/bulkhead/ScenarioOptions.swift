import ArgumentParser
import Formats
import MarginRules
import MarketData
import Scenarios

/// Scenarios that are a list and not a grid: a file, those of a rulebook, or those that come with the program.
struct ScenarioOptions: ParsableArguments {
  @Option(
    name: .customLong("scenarios"),
    help: ArgumentHelp(
      "Named scenarios in place of a grid: a file (.csv, .yaml, .json; the README has one), crashes, crash:2020-03 (with its "
        + "path), span, tims. Shifts are fractions: 0.05 is 5 percent.",
      valueName: "list"))
  var source: String?

  @Option(
    help: ArgumentHelp(
      "With --scenarios: whose moves an underlying takes, such as GOOG=SPX,BTC=SPX (default: its own, else its class's).",
      valueName: "symbol=series"))
  var movesLike: SeriesList?

  @OptionGroup var rules: RuleOptions

  func validate() throws {
    guard source != nil || movesLike == nil else { throw ValidationError("--moves-like belongs to --scenarios") }
    guard source != nil || !rules.isStated else {
      throw ValidationError("--rules-as-of and --rulebooks belong to --scenarios of a rulebook, such as span")
    }
  }

  /// - Throws: `ValidationError` where a grid is described beside a list.
  func check(beside grid: GridOptions) throws(ValidationError) {
    guard source != nil else { return }
    let stated = grid.moves + (grid.volRelative ? ["--vol-relative"] : [])
    guard stated.isEmpty else {
      throw ValidationError(
        "--scenarios takes the place of a grid; found \(stated.joined(separator: ", ")) beside it")
    }
  }

  /// The scenarios of the command line on a market: the list where one is named, else the grid.
  func scenarios(or grid: GridOptions, on market: MarketState) throws -> ScenarioSet {
    guard let source else { return .grid(try grid.grid()) }
    let selection = try selection(source, on: market)
    for warning in selection.warnings { Terminal.standardError(warning) }
    let assignment = ScenarioAssignment(classes: selection.classes, stated: movesLike?.series ?? [:])
    let assigned: ScenarioAssignment.Assigned
    let list: ScenarioList
    do throws(ScenarioError) {
      assigned = try assignment.assign(selection.scenarios, on: market)
      list = try ScenarioList(assigned.scenarios, dynamics: grid.smile)
    } catch {
      let names = ScenarioOptions.shortened(market.underlyings.map(\.symbol))
      throw Failure(.badData, "\(source): error: \(error); --moves-like says whose moves \(names) takes")
    }
    if !assigned.leftOut.isEmpty {
      let names = ScenarioOptions.shortened(assigned.leftOut)
      Terminal.standardError("\(source): warning: left out what says nothing about this market: \(names)")
    }
    for group in ScenarioOptions.grouped(assigned.unmoved) {
      let names = ScenarioOptions.shortened(group.scenarios)
      Terminal.standardError(
        "\(source): warning: \(group.symbols) does not move in \(names); --moves-like says like what")
    }
    return .list(list)
  }

  private func selection(_ source: String, on market: MarketState) throws -> ScenarioShelf.Selection {
    if [".csv", ".csv.gz", ".yaml", ".yml", ".json"].contains(where: source.hasSuffix) || source == "-" {
      try refuseRules(source)
      let file = try ScenarioFile(source)
      return ScenarioShelf.Selection(scenarios: file.scenarios, classes: file.classes, warnings: file.warnings)
    }
    let shelf = try ScenarioShelf(dataFolders: StrategyOptions.dataFolders())
    if let selection = shelf.selection(named: source) {
      try refuseRules(source)
      return selection
    }
    return try ruleSelection(source, on: market, others: shelf.names)
  }

  private func refuseRules(_ source: String) throws(Failure) {
    guard rules.isStated else { return }
    throw Failure(.badOption, "--rules-as-of and --rulebooks belong to scenarios of a rulebook, and not to '\(source)'")
  }

  /// What clearing houses call by another name than the rulebook's.
  private static let aliases = ["tims": "occ-risk-based"]

  private func ruleSelection(
    _ source: String, on market: MarketState, others: [String]
  ) throws -> ScenarioShelf.Selection {
    let name = ScenarioOptions.aliases[source] ?? source
    var found: (any MarginRule)?
    var known = others
    for file in try rules.shelf().files(on: try rules.day(on: market)) {
      let rule = try file.rule()
      // Some rules' scenarios are none that a list can hold.
      if let source = rule as? any ScenarioSource,
        (try? source.namedScenarios(of: market.underlyings.map(\.symbol))) != nil
      {
        known.append(file.rulebook.name)
      }
      if file.rulebook.name == name { found = rule }
    }
    guard let rule = found else {
      known.append("tims")
      throw Failure(
        .badOption,
        "--scenarios: found '\(source.prefix(60))', wanted a file (.csv, .yaml, .json), or one of "
          + known.joined(separator: ", "))
    }
    guard let rule = rule as? any ScenarioSource else {
      throw Failure(.badOption, "--scenarios: found rulebook \(name), wanted one that works by scenarios, such as span")
    }
    let scenarios: [Scenario]
    do throws(MarginRulesError) {
      scenarios = try rule.namedScenarios(of: market.underlyings.map(\.symbol), as: source)
    } catch { throw Failure(.badOption, "--scenarios: \(error)") }
    return ScenarioShelf.Selection(scenarios: scenarios)
  }

  // MARK: Words

  /// A few of many names.
  private static func shortened(_ names: [String]) -> String {
    names.count <= 4
      ? names.joined(separator: ", ") : "\(names.prefix(3).joined(separator: ", ")) and \(names.count - 3) more"
  }

  /// Scenarios by the underlyings that they leave where they are, in the order of first mention.
  private static func grouped(
    _ unmoved: [(scenario: String, underlyings: [String])]
  ) -> [(symbols: String, scenarios: [String])] {
    var groups: [(symbols: String, scenarios: [String])] = []
    for (scenario, underlyings) in unmoved {
      let symbols = underlyings.joined(separator: ", ")
      if let place = groups.firstIndex(where: { $0.symbols == symbols }) {
        groups[place].scenarios.append(scenario)
      } else {
        groups.append((symbols, [scenario]))
      }
    }
    return groups
  }
}

/// Whose moves underlyings take, on the command line: `GOOG=SPX,BTC=SPX`.
struct SeriesList: ExpressibleByArgument {
  let series: [String: String]

  init?(argument: String) {
    var series: [String: String] = [:]
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, sides.allSatisfy({ !$0.isEmpty }),
        series.updateValue(sides[1], forKey: sides[0]) == nil
      else { return nil }
    }
    self.series = series
  }
}

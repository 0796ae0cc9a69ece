import Analysis
import ArgumentParser
import Basics
import Formats
import MarginRules
import MarketData

/// A day on the command line.
struct DayArgument: ExpressibleByArgument {
  let date: CalendarDate

  init?(argument: String) {
    guard let date = try? CalendarDate(parsing: argument) else { return nil }
    self.date = date
  }
}

/// Where rules come from, and the day whose numbers hold: what `margin`, `compare` and `explain` have in common.
struct RuleOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The day whose numbers of a rule hold (default: the market's).", valueName: "date"))
  var rulesAsOf: DayArgument?

  @Option(
    help: ArgumentHelp(
      "A folder whose rulebooks come before the program's own: of one name and day, the first found holds.",
      valueName: "folder"))
  var rulebooks: String?

  /// True where an option says something that only a rule makes use of.
  var isStated: Bool { rulesAsOf != nil || rulebooks != nil }

  /// Every rulebook that can be named.
  func shelf() throws -> RulebookShelf {
    let folders = ["Data"] + StrategyOptions.dataFolders()
    if let rulebooks, try RulebookShelf(folders: [rulebooks]).files.isEmpty {
      throw Failure(.noInput, "\(rulebooks): error: found no rulebook, wanted a folder with .yaml files of rulebooks")
    }
    let shelf = try RulebookShelf(
      folders: (rulebooks.map { [$0] } ?? []) + folders.map { $0 + "/Rulebooks/margin" })
    guard !shelf.files.isEmpty else {
      throw Failure(
        .noInput,
        "error: found no rulebook, wanted Rulebooks/margin in Data of the current folder or of the program's, or --rulebooks"
      )
    }
    return shelf
  }

  /// The day whose numbers hold on a market.
  func day(on market: MarketState) throws -> CalendarDate {
    if let rulesAsOf { return rulesAsOf.date }
    guard let date = market.asOf.date else {
      throw Failure(
        .badOption, "error: found a market of \(market.asOf), wanted --rules-as-of with the day of the rules")
    }
    return date
  }

  /// The rule of a name, or of a file where it ends in .yaml.
  ///
  /// - Throws: ``Failure`` `.badOption` for a name that no rulebook has on the day; ``FormatError`` from inside a file.
  func rule(named name: String, option: String, on market: MarketState) throws -> any MarginRule {
    do {
      return try shelf().file(named: name, on: day(on: market)).rule()
    } catch let error as RulebookLookupError {
      throw RuleOptions.refusal(error, option: option)
    }
  }

  /// The files of a name, one for each date, or the one of the stated day.
  func files(named name: String, on shelf: RulebookShelf) throws -> [RulebookFile] {
    let dated = shelf.files.filter { $0.rulebook.name == name }
    if rulesAsOf == nil, !dated.isEmpty { return dated }
    // A file is taken whatever the day, and a name that is missing is missing on every one.
    guard let day = rulesAsOf?.date ?? shelf.files.last?.rulebook.effective else { return [] }
    do { return [try shelf.file(named: name, on: day)] } catch let error as RulebookLookupError {
      throw RuleOptions.refusal(error, option: "rules")
    }
  }

  /// The rules that a list names, separated by commas; `all` is every one.
  ///
  /// A rule whose first numbers come later than the day is in the list all the same, and says so.
  func rules(named list: String, on market: MarketState) throws -> [RuleOnDay] {
    do { return try shelf().rules(named: list, on: day(on: market)) } catch let error as RulebookLookupError {
      if case .twice = error { throw Failure(.badOption, "--rules: \(error)") }
      throw RuleOptions.refusal(error, option: "--rules")
    }
  }

  private static func refusal(_ error: RulebookLookupError, option: String) -> Failure {
    Failure(.badOption, "\(option): \(error); `bulkhead rules` says what each asks for")
  }
}

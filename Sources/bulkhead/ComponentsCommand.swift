import ArgumentParser
import Formats
import Scenarios

/// `bulkhead components HISTORY.csv`
struct ComponentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "components",
    abstract: "The directions in which a volatility surface has moved, and scenarios along them.",
    usage: "bulkhead components <history> ... [<options>]",
    discussion: """
      The history is CSV: date,underlying,years,log_moneyness,vol (underlying may be left out), the same points each day: \
      what chain fit --points writes of a day's market with --grid-years and --grid-moneyness. Several files are one \
      history in their order, such as a file a day. Volatilities are fractions, log_moneyness is ln(K/F).

      Moves are differences from one date to the next, in points of volatility; the components are the eigenvectors of \
      their covariance, or of their correlation, by the share of the variance that each explains. A component's largest \
      loading is positive. Underlyings are taken one by one.

      --save-scenarios writes what stress --scenarios reads: for each component the surface moved by 1, 2 and 3 standard \
      deviations (--deviations) up and down, times the root of --horizon, at once. Between the points a move is linear, \
      beyond them it stays.
      """)

  @Argument(help: ArgumentHelp("The history: CSV, several are joined; - is standard input.", valueName: "history"))
  var histories: [String]

  @Option(
    help: ArgumentHelp("The first components told of (default: 3, or all where there are fewer).", valueName: "n"))
  var count: Int?

  @Option(help: "covariance (moves as they are) or correlation (each point by its own deviation).")
  var scaling: PrincipalComponents.Scaling = .covariance

  @Option(
    help: ArgumentHelp(
      "No move is taken across more calendar days from one date to the next (default: 1 where weekends have one, else 5).",
      valueName: "days"))
  var longestGap: Int?

  @Option(help: "table, or csv: a row for each component and point.")
  var format: ComponentsReport.Format = .table

  @OptionGroup var output: OutputFile

  @Option(
    help: ArgumentHelp("Write how far each move lies along each component (CSV) to this file.", valueName: "file"))
  var scores: String?

  @Option(help: ArgumentHelp("Write scenarios along the components (.yaml) to this file.", valueName: "file"))
  var saveScenarios: String?

  @Option(
    help: ArgumentHelp(
      "With --save-scenarios: standard deviations, such as 1,2.5 (default: 1,2,3).", valueName: "list"))
  var deviations: DeviationList?

  @Option(
    help: ArgumentHelp("With --save-scenarios: steps of the history that a move spans (default: 1).", valueName: "n"))
  var horizon: Int?

  func validate() throws {
    if let count, count < 1 { throw ValidationError("--count: found \(count), wanted 1 or more") }
    if let longestGap, !(1...366).contains(longestGap) {
      throw ValidationError("--longest-gap: found \(longestGap), wanted 1 to 366 calendar days")
    }
    if let horizon, !(1...365).contains(horizon) {
      throw ValidationError("--horizon: found \(horizon), wanted 1 to 365 steps of the history")
    }
    guard saveScenarios != nil || (deviations == nil && horizon == nil) else {
      throw ValidationError("--deviations and --horizon belong to --save-scenarios")
    }
    if let saveScenarios, ![".yaml", ".yml"].contains(where: saveScenarios.hasSuffix) {
      throw ValidationError("--save-scenarios: found \(saveScenarios), wanted a file whose name ends in .yaml")
    }
    guard scores != "-" else { throw ValidationError("--scores: wanted a file, found -") }
    guard histories.count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("- is standard input; found it twice")
    }
    let files = [output.path, scores, saveScenarios].compactMap { $0 }
    guard Set(files).count == files.count else {
      throw ValidationError("Wanted -o, --scores and --save-scenarios apart.")
    }
  }

  func run() throws {
    let file = try SurfaceHistoryFile(histories)
    for warning in file.warnings { Terminal.standardError(warning) }
    let source = histories.count == 1 ? histories[0] : "\(histories[0]) and \(histories.count - 1) more"
    var parts: [HistoryComponents] = []
    for (underlying, history) in file.histories {
      let part: HistoryComponents
      do throws(ScenarioError) {
        part = try HistoryComponents(of: history, underlying: underlying, longestGap: longestGap, scaling: scaling)
      } catch { throw failure(error, "\(source): error: \(underlying.isEmpty ? "" : underlying + ": ")") }
      if let count, count > part.components.count {
        throw Failure(.badOption, "--count: found \(count), wanted at most \(part.components.count): so many there are")
      }
      parts.append(part)
    }
    let wanted = count ?? 3
    let (page, scorePage, list): (String, String?, String?)
    do throws(ScenarioError) {
      page = try ComponentsReport.text(parts, count: wanted, as: format)
      scorePage = scores == nil ? nil : try ComponentsReport.scores(parts, count: wanted)
      list =
        saveScenarios == nil
        ? nil
        : try ComponentsReport.scenarios(
          parts, count: wanted, deviations: deviations?.numbers ?? [1, 2, 3], horizon: horizon ?? 1)
    } catch { throw failure(error, "\(source): error: ") }
    if let list { try write(list, to: saveScenarios) }
    if let scorePage { try write(scorePage, to: scores) }
    try write(page, to: output.path)
  }

  /// Data are at fault, unless it is the library.
  private func failure(_ error: ScenarioError, _ place: String) -> Failure {
    if case .linearAlgebra = error { return Failure(.failed, "error: \(error)") }
    return Failure(.badData, "\(place)\(error)")
  }

  private func write(_ text: String, to path: String?) throws {
    var sink = try OutputSink(path)
    try sink.write(text)
    try sink.finish()
  }
}

/// Standard deviations on the command line: numbers above 0, each once.
struct DeviationList: ExpressibleByArgument {
  let numbers: [Double]

  init?(argument: String) {
    guard let numbers = ScenarioAxis.numbers(argument), !argument.contains(":"), numbers.count <= 16,
      numbers.allSatisfy({ $0 > 0 && $0 <= 100 }), Set(numbers).count == numbers.count
    else { return nil }
    self.numbers = numbers
  }
}

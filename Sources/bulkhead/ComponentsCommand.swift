import ArgumentParser
import Formats
import Scenarios

/// `bulkhead components HISTORY.csv`
struct ComponentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "components",
    abstract: "Principal components of a volatility surface's moves, as scenarios for stress.",
    discussion: """
      The history is CSV, date,years,log_moneyness,implied_vol: on every date the volatility (a fraction a year) at the \
      same points, log-moneyness being ln(K/F). Moves are the changes from a date to the next, whatever lies between \
      them. The answer is YAML: so many standard deviations along each of the first components, as points of volatility \
      by place, for stress --scenarios; how much of the variance each explains stands in its first lines. Components \
      come from the eigenvalues of the covariance matrix (LAPACK), without the mean move.
      """)

  @Argument(help: ArgumentHelp("The history; - is standard input.", valueName: "history"))
  var history: String

  @Option(help: ArgumentHelp("How many components, the largest first.", valueName: "number"))
  var count = 3

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Standard deviations of each, such as -3,-1,1,3 (default: -2,2).", valueName: "list"))
  var deviations: DeviationList?

  @Option(help: "What is compared: moves as they are (covariance), or each point by its own deviation (correlation).")
  var scaling: PrincipalComponents.Scaling = .covariance

  @OptionGroup var output: OutputFile

  func validate() throws {
    guard (1...1000).contains(count) else { throw ValidationError("--count: found \(count), wanted 1 to 1000") }
  }

  func run() throws {
    let file = try SurfaceHistoryFile(history)
    for warning in file.warnings { Terminal.standardError(warning) }
    let text: String
    do throws(CorrelationError) {
      let surface = try SurfaceComponents(of: try file.moves(), at: file.points, scaling: scaling)
      text = try ComponentScenarioText.text(
        surface, source: history, count: count, standardDeviations: deviations?.deviations ?? [-2, 2])
    } catch {
      if case .linearAlgebra = error { throw Failure(.failed, "error: \(error)") }
      throw Failure(.badData, "\(history): error: \(error)")
    }
    var sink = try OutputSink(output.path)
    try sink.write(text)
    try sink.finish()
  }
}

/// Standard deviations on the command line, each once.
struct DeviationList: ExpressibleByArgument {
  let deviations: [Double]

  init?(argument: String) {
    // An axis reads days without scaling them.
    guard let numbers = ScenarioAxis.days(argument), numbers.allSatisfy({ $0.magnitude <= 100 }),
      Set(numbers).count == numbers.count, numbers.count <= 100
    else { return nil }
    deviations = numbers
  }
}

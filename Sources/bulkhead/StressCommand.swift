import Analysis
import ArgumentParser
import Formats
import IsolatedMargin
import MarketData
import Pricing
import Scenarios

/// An axis of a grid on the command line, in percent or points.
struct ShiftAxis: ExpressibleByArgument {
  let shifts: [Double]

  init?(argument: String) {
    guard let shifts = ScenarioAxis.shifts(argument) else { return nil }
    self.shifts = shifts
  }
}

/// The days of a grid on the command line.
struct DayAxis: ExpressibleByArgument {
  let days: [Double]

  init?(argument: String) {
    guard let days = ScenarioAxis.days(argument) else { return nil }
    self.days = days
  }
}

/// `bulkhead stress STRATEGY|BOOK.csv --market M`
struct StressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stress",
    abstract: "A strategy or book over a grid of price, volatility and days, as CSV.",
    discussion: """
      Every contract is revalued in full at every node. Scenario 0 is the unshocked point; then days go slowest and \
      spot fastest. An axis is first:last:count with exact ends, a list -20,-10,0, or one number. Shifts are written \
      to the report as fractions: 0.05 is 5 percent of spot or 5 volatility points.
      """)

  @OptionGroup var input: StrategyOptions
  @OptionGroup var reserves: ReserveOptions

  @Option(parsing: .unconditional, help: ArgumentHelp("Moves of spot in percent.", valueName: "a:b:n"))
  var spotShift: ShiftAxis?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Moves of volatility in points, or in percent with --vol-relative.", valueName: "a:b:n"))
  var volShift: ShiftAxis?

  @Option(parsing: .unconditional, help: ArgumentHelp("Calendar days forward, such as 0,7.", valueName: "days"))
  var days: DayAxis?

  @Flag(help: "Volatility shifts multiply instead of adding points.")
  var volRelative = false

  @Option(help: "How the smile answers when spot moves.")
  var smile: SmileDynamics = .stickyStrike

  @Flag(help: "P&L as a matrix: a row a day and volatility shift, a column a spot shift.")
  var pivot = false

  @Flag(help: "A row a strategy: worst, best, and the shares of the grid that lose parts of the margin.")
  var summary = false

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "End with code 2 where loss-share=SHARE or max-loss=AMOUNT is exceeded or a strategy is unbounded.",
      valueName: "limit"))
  var failOn: [LimitArgument] = []

  @OptionGroup var output: OutputFile

  @Flag(name: .shortAndLong, help: "No progress bar and no summary on standard error.")
  var quiet = false

  func validate() throws {
    guard !(pivot && summary) else { throw ValidationError("--pivot and --summary are two forms; wanted one") }
    _ = try grid()
  }

  private func grid() throws -> ScenarioGrid {
    do throws(ScenarioError) {
      return try ScenarioGrid(
        spotShifts: spotShift?.shifts ?? ScenarioGrid.nodes(from: -0.3, to: 0.3, count: 61),
        volatilityShifts: volShift?.shifts ?? [0], days: days?.days ?? [0], isVolatilityRelative: volRelative,
        dynamics: smile)
    } catch { throw ValidationError(error.description) }
  }

  func run() throws {
    let market = try input.openMarket()
    let grid = try grid()
    let report = StressReport(
      pivot ? .pivot : summary ? .summary : .scenarios, grid: grid, limits: failOn.map(\.limit))
    var analyzer = StressAnalyzer(market: market.state, grid: grid, reserve: try reserves.reserve())
    var sink = try OutputSink(output.path)
    try report.header(&sink)
    var tally = StressTally()
    try input.forEach(in: market.state, label: quiet ? nil : "stress") { entry in
      tally.count += 1
      switch entry.result {
      case .failure(let refusal):
        tally.invalid += 1
        try report.writeInvalid(name: entry.name, detail: refusal.detail, to: &sink)
      case .success(let filled):
        let result: StressResult
        do throws(PricingError) { result = try analyzer.stress(filled) } catch {
          tally.invalid += 1
          Terminal.standardError("\(entry.name): error: \(error)")
          try report.writeInvalid(name: entry.name, detail: error.description, to: &sink)
          return
        }
        let breach = try report.write(result, to: &sink)
        tally.add(breach, result)
      }
    }
    try sink.finish()
    try tally.finish(dynamics: smile, isQuiet: quiet)
  }
}

/// What a stress run tells at its end.
private struct StressTally {
  var count = 0
  var invalid = 0
  var breach: String?
  var last: StressResult?

  mutating func add(_ breach: String?, _ result: StressResult) {
    self.breach = self.breach ?? breach
    last = result
  }

  func finish(dynamics: SmileDynamics, isQuiet: Bool) throws(Failure) {
    if !isQuiet, count == 1, let last { Terminal.standardError(StressSummaryText.text(last)) }
    if invalid > 0 { throw Failure(.badData, "error: \(invalid) of \(count) strategies are invalid") }
    if let breach { throw Failure(.limitBreached, "limit breached: \(breach)") }
  }
}

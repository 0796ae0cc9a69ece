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
  @OptionGroup var scenarios: GridOptions

  @Flag(help: "P&L as a matrix: a row a day and volatility shift, a column a spot shift.")
  var pivot = false

  @Flag(help: "A row a strategy: worst, best, and the shares of the grid that lose parts of the margin.")
  var summary = false

  @Option(
    help: ArgumentHelp(
      "What a row stands for: a strategy; with --summary of a book also an account or the book, netted; without, a leg.",
      valueName: "grain"))
  var by: StressGrain = .strategy

  @Option(
    help: ArgumentHelp(
      "With --summary: probabilities of scenarios (CSV: scenario,weight), for expected shortfall.", valueName: "file"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "Levels of expected shortfall in percent, such as 97.5,99 (default: 97.5).", valueName: "levels"))
  var level: LevelList?

  @Flag(help: "Write a report of more than 10,000,000 rows.")
  var long = false

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "End with code 2 where loss-share=SHARE or max-loss=AMOUNT is exceeded or a strategy is unbounded.",
      valueName: "limit"))
  var failOn: [LimitArgument] = []

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !(pivot && summary) else { throw ValidationError("--pivot and --summary are two forms; wanted one") }
    guard summary || (weights == nil && level == nil) else {
      throw ValidationError("--weights and --level belong to --summary")
    }
    guard level == nil || weights != nil else { throw ValidationError("--level wants --weights beside it") }
    switch by {
    case .strategy: break
    case .account, .book:
      guard summary, input.isBook else { throw ValidationError("--by \(by.rawValue) wants --summary of a book (.csv)") }
    case .leg:
      guard !summary, !pivot else { throw ValidationError("--by leg belongs to the report of scenarios") }
    }
    _ = try scenarios.grid()
  }

  func run() throws {
    let market = try input.openMarket()
    let grid = try scenarios.grid()
    let weights = try self.weights.map { path throws(FormatError) in try WeightsFile(path, of: grid) }
    for warning in weights?.warnings ?? [] { Terminal.standardError(warning) }
    if summary, input.isBook, let path = input.strategy {
      try summarise(path, market.state, grid, weights?.weights)
    } else {
      try report(market.state, grid, weights?.weights)
    }
  }

  private func summarise(
    _ path: String, _ market: MarketState, _ grid: ScenarioGrid, _ weights: ScenarioWeights?
  ) throws {
    let analyzer = BookAnalyzer(
      market: market, grid: grid, weights: weights, levels: level?.levels ?? LevelList.standard,
      reserve: try reserves.reserve())
    let report = BookSummaryReport(analyzer, by: by.summaryGrain, limits: failOn.map(\.limit))
    var reader = try BookReader.open(path)
    try output.run(file: reader.file, warnings: reader.warnings, label: "stress") {
      sink, progress throws(FormatError) in
      try report.write(&reader, to: &sink, progress: progress)
    }
  }

  private func report(_ market: MarketState, _ grid: ScenarioGrid, _ weights: ScenarioWeights?) throws {
    if !pivot, !summary, !long { try checkLength(grid) }
    let report = StressReport(
      pivot ? .pivot : summary ? .summary : by == .leg ? .legs : .scenarios, grid: grid, limits: failOn.map(\.limit),
      weights: weights, levels: level?.levels ?? LevelList.standard)
    var analyzer = StressAnalyzer(market: market, grid: grid, reserve: try reserves.reserve())
    var sink = try OutputSink(output.output.path)
    try report.header(&sink)
    var tally = StressTally()
    try input.forEach(in: market, label: output.quiet ? nil : "stress") { entry in
      tally.count += 1
      switch entry.result {
      case .failure(let refusal):
        tally.invalid += 1
        try report.writeInvalid(name: entry.name, detail: refusal.detail, to: &sink)
      case .success(let filled):
        if !pivot, !summary, !long, !input.isBook {
          try checkRows(count: by == .leg ? filled.legs.count : 1, grid, of: filled.name)
        }
        let result: StressResult
        let legs: [ProfitAndLoss]
        do throws(PricingError) {
          result = try analyzer.stress(filled)
          legs = by == .leg ? try analyzer.stressLegs(of: filled) : []
        } catch {
          tally.invalid += 1
          Terminal.standardError("\(entry.name): error: \(error)")
          try report.writeInvalid(name: entry.name, detail: error.description, to: &sink)
          return
        }
        if by == .leg {
          try report.write(legs, of: result, to: &sink)
          tally.add(report.breach(by: result), result)
        } else {
          tally.add(try report.write(result, to: &sink), result)
        }
      }
    }
    try sink.finish()
    try tally.finish(dynamics: scenarios.smile, isQuiet: output.quiet)
  }

  /// The most rows that are written without `--long`: some two gigabytes.
  private static let rowLimit = 10_000_000

  /// Refuses a report that nobody will have meant, before its first row is written.
  private func checkLength(_ grid: ScenarioGrid) throws {
    guard input.isBook, let path = input.strategy else { return }
    var reader = try BookReader.open(path)
    let scenarios = grid.count + 1
    // Every strategy has a row of the book at least.
    guard by == .leg || reader.rowCount > StressCommand.rowLimit / scenarios else { return }
    var count = reader.rowCount
    if by != .leg {
      count = 0
      var table = StrategyTable()
      while let batch = try reader.nextBatch(into: &table, limit: 65_536) { count += batch.count }
    }
    try checkRows(count: count, grid, of: path)
  }

  /// - Parameter count: Strategies, or legs where a row is a leg.
  private func checkRows(count: Int, _ grid: ScenarioGrid, of name: String) throws(Failure) {
    let (one, many) = by == .leg ? ("leg", "legs") : ("strategy", "strategies")
    let (rows, overflow) = count.multipliedReportingOverflow(by: grid.count + 1)
    guard overflow || rows > StressCommand.rowLimit else { return }
    throw Failure(
      .badOption,
      "\(name): found \(count) \(count == 1 ? one : many) under \(grid.count + 1) scenarios, wanted at most \(StressCommand.rowLimit) "
        + "rows; take --summary, fewer scenarios, or --long to write them all")
  }
}

/// What a row of a stress report stands for.
enum StressGrain: String, CaseIterable, ExpressibleByArgument {
  case strategy
  case leg
  case account
  case book

  var summaryGrain: BookSummaryReport.Grain {
    switch self {
    case .strategy, .leg: .strategy
    case .account: .account
    case .book: .book
    }
  }
}

/// Levels of expected shortfall on the command line, in percent.
struct LevelList: ExpressibleByArgument {
  let levels: [Double]

  /// That of the Basel Committee's market risk standard (2019, MAR33).
  static let standard = [0.975]

  init?(argument: String) {
    levels = argument.split(separator: ",", omittingEmptySubsequences: false).compactMap { text in
      // A column is named by its level, to eight decimals of a percent.
      Double(text).flatMap { $0 > 0 && $0 < 100 && ($0 * 1e8).rounded() / 1e8 == $0 ? $0 / 100 : nil }
    }
    guard !levels.isEmpty, levels.count <= 16, levels.count == argument.count(where: { $0 == "," }) + 1,
      Set(levels).count == levels.count
    else { return nil }
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

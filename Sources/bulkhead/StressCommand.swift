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
    abstract: "A strategy or book over a grid of price, volatility and days, or over named scenarios, as CSV.",
    discussion: """
      Every contract is revalued in full at every node. Scenario 0 is the unshocked point; then days go slowest and \
      spot fastest. An axis is first:last:count with exact ends, a list -20,-10,0, or one number. Shifts are written \
      to the report as fractions: 0.05 is 5 percent of spot or 5 volatility points. Volatility takes three shocks: the \
      level (--vol-shift), the skew and the curvature; the last two count standard deviations of strike from the forward.

      --scenarios takes a list instead: CSV
        name,underlying,spot_shift,vol_shift,vol_relative_shift,skew_shift,
        curvature_shift,days_forward,weight,cover
      in one line (an empty underlying is every other; weights serve expected shortfall), \
      or YAML with the same keys. Its moves are fractions: -0.1 is 10 percent of spot or 10 volatility points down. \
      crashes are moves that markets made, span and tims the clearing houses' own. A market's underlying takes the moves of its symbol, else of its class: BTC for a chain quoted in coin, else SPX. A scenario \
      with a cover below 1 counts that part of its change in value. The name stands at the end of a row.

      --summary writes a row a strategy, of books of any size: value today, worst and best P&L with their scenarios, \
      maximum loss, margin, and the shares of the grid that lose more than 25, 50, 75 and 100 percent of the margin. \
      --by account and --by book net the legs first; a name has a row for each currency. --weights adds the expected \
      shortfall: the mean loss of the worst 2.5 percent (--level) of the weighted scenarios, a gain being negative.

      --by leg writes each leg alone; margin, and fees of the strategy as a whole, are not in a leg's row.

      --format svg draws the P&L of one strategy over price and volatility, on at most 4 days, with the line beyond which \
      more is lost than the margin; table, markdown and html are a page of one strategy: worst and best with their places, \
      how much of the grid loses how much of the margin, a small matrix of P&L or every scenario of a list; html has the \
      picture. In all four --vol-shift is -20:40:13 unless it is stated.
      """)

  @OptionGroup var input: StrategyOptions
  @OptionGroup var reserves: ReserveOptions
  @OptionGroup var policies: PolicyOptions
  @OptionGroup var grid: GridOptions
  @OptionGroup var list: ScenarioOptions

  @Option(
    help: ArgumentHelp(
      "csv; json: the columns as arrays, of each strategy; table, markdown, html: a page of one strategy; svg: its picture.",
      valueName: "form"))
  var format: StressFormat = .csv

  @Flag(help: "P&L as a matrix: a row for each day and volatility shift, a column for each spot shift.")
  var pivot = false

  @Flag(help: "A row for each strategy: worst, best, margin, and the shares of the grid that lose parts of it.")
  var summary = false

  @Option(
    help: ArgumentHelp(
      "What a row stands for: leg wants the report of scenarios; account and book, netted, want --summary of a book.",
      valueName: "grain"))
  var by: StressGrain = .strategy

  @Option(
    help: ArgumentHelp(
      "With --summary: how probable each scenario is, for expected shortfall (CSV: scenario,weight; any sum).",
      valueName: "file"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "With --weights: levels of expected shortfall in percent (from 50), such as 97.5,99, a column each (default: 97.5).",
      valueName: "levels"))
  var level: LevelList?

  @Flag(help: "Write the report even where it has more than 10,000,000 rows.")
  var long = false

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "End with code 2 where loss-share=SHARE or max-loss=AMOUNT is exceeded or a strategy is unbounded.",
      valueName: "limit"))
  var failOn: [LimitArgument] = []

  @Option(help: "Colour on a terminal: auto, always or never.")
  var color: ColorChoice = .auto

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !(pivot && summary) else { throw ValidationError("--pivot and --summary are two forms; wanted one") }
    guard format != .json || !(pivot || summary || by == .leg) else {
      throw ValidationError(
        "--format json is the report of scenarios: wanted it without --pivot, --summary and --by leg")
    }
    guard summary || (weights == nil && level == nil) else {
      throw ValidationError("--weights and --level belong to --summary")
    }
    guard !long || !(summary || pivot) else { throw ValidationError("--long belongs to the report of scenarios") }
    guard level == nil || weights != nil || list.source != nil else {
      throw ValidationError("--level wants --weights beside it, or --scenarios with weights")
    }
    guard !pivot || list.source == nil else {
      throw ValidationError("--pivot is a matrix of a grid's two axes; a list of scenarios has none")
    }
    if format.isPage {
      guard !pivot, !summary, by == .strategy, !input.isBook else {
        throw ValidationError(
          "--format \(format.rawValue) is of one strategy: wanted it without --pivot, --summary, --by and a book")
      }
      guard format != .svg || list.source == nil else {
        throw ValidationError("--format svg is a picture of a grid: wanted it without --scenarios")
      }
      guard grid.days?.days.count ?? 1 <= 4 else {
        throw ValidationError(
          "--days: found \(grid.days?.days.count ?? 1) days, wanted at most 4 with --format \(format.rawValue)")
      }
    }
    try list.check(beside: grid)
    switch by {
    case .strategy: break
    case .account, .book:
      guard summary, input.isBook else {
        throw ValidationError("--by \(by.rawValue) wants --summary, of a book (.csv or .csv.gz)")
      }
    case .leg:
      guard !summary, !pivot else {
        throw ValidationError("--by leg belongs to the report of scenarios, without --summary and --pivot")
      }
    }
    _ = try grid.grid()
  }

  func run() throws {
    let market = try input.openMarket()
    if format.isPage { return try show(market) }
    let scenarios = try list.scenarios(or: grid, on: market.state)
    let weights = try weights(of: scenarios)
    if summary, input.isBook, let path = input.strategy {
      try summarise(path, market.state, scenarios, weights)
    } else {
      try report(market.state, scenarios, weights)
    }
  }

  /// One strategy as a page or a picture; limits are checked as for rows.
  private func show(_ market: MarketFile) throws {
    let axis = ScenarioGrid.nodes(from: -0.2, to: 0.4, count: 13)
    let scenarios =
      list.source == nil
      ? ScenarioSet.grid(try grid.grid(volatilityShifts: axis)) : try list.scenarios(or: grid, on: market.state)
    let isColoured = color.isOn(forTerminal: output.output.path == nil && Terminal.outputIsTerminal)
    let report = StressReport(.scenarios, scenarios: scenarios, limits: failOn.map(\.limit))
    var analyzer = StressAnalyzer(
      market: market.state, scenarios: scenarios, reserve: try reserves.reserve(),
      plan: try policies.plan(on: market.state))
    let source = PictureSource(quotes: market.source, asOf: market.state.asOf)
    var sink = try OutputSink(output.output.path)
    var tally = StressTally()
    try input.forEach(in: market.state, label: nil) { entry in
      tally.count += 1
      let result: StressResult
      do { result = try analyzer.stress(try entry.result.get()) } catch let error as PricingError {
        throw Failure(.badData, "\(entry.name): error: \(error)")
      }
      try sink.write(report.text(result, as: format, source: source, colour: isColoured))
      tally.add(report.breach(by: result), result)
    }
    try sink.finish()
    // A page has the worst and the best itself.
    try tally.finish(file: nil, isQuiet: output.quiet || format != .svg)
  }

  /// The weights of a file, or a list's own.
  private func weights(of scenarios: ScenarioSet) throws -> ScenarioWeights? {
    guard let path = weights else {
      guard level == nil || scenarios.weights != nil else {
        throw Failure(.badOption, "--level: found scenarios without weights, wanted --weights, or weights in the list")
      }
      return scenarios.weights
    }
    guard scenarios.weights == nil else {
      throw Failure(.badOption, "--weights: found scenarios with weights of their own, wanted one of the two")
    }
    let file = try WeightsFile(path, of: scenarios)
    for warning in file.warnings { Terminal.standardError(warning) }
    return file.weights
  }

  private func summarise(
    _ path: String, _ market: MarketState, _ scenarios: ScenarioSet, _ weights: ScenarioWeights?
  ) throws {
    let analyzer = BookAnalyzer(
      market: market, scenarios: scenarios, weights: weights, levels: level?.levels ?? LevelList.standard,
      reserve: try reserves.reserve(), plan: try policies.plan(on: market))
    let report = BookSummaryReport(analyzer, by: by.summaryGrain, limits: failOn.map(\.limit))
    var reader = try BookReader.open(path)
    if by == .account, !reader.namesAccounts {
      Terminal.standardError(
        "\(path): warning: found no column 'account'; all strategies are one account without a name")
    }
    try output.run(file: reader.file, warnings: reader.warnings, label: "stress") {
      sink, progress throws(FormatError) in
      try report.write(&reader, to: &sink, progress: progress)
    }
  }

  private func report(_ market: MarketState, _ scenarios: ScenarioSet, _ weights: ScenarioWeights?) throws {
    if !pivot, !summary, !long { try checkLength(scenarios.count + 1) }
    let report = StressReport(
      pivot ? .pivot : summary ? .summary : by == .leg ? .legs : .scenarios, scenarios: scenarios,
      limits: failOn.map(\.limit), weights: weights, levels: level?.levels ?? LevelList.standard)
    var analyzer = StressAnalyzer(
      market: market, scenarios: scenarios, reserve: try reserves.reserve(), plan: try policies.plan(on: market))
    var sink = try OutputSink(output.output.path)
    if format == .csv { try report.header(&sink) }
    var tally = StressTally()
    var pages = PageSequence(isList: input.isBook)
    try input.forEach(in: market, label: output.quiet ? nil : "stress") { entry in
      tally.count += 1
      switch entry.result {
      case .failure(let refusal):
        tally.invalid += 1
        if format == .json { return try sink.write(pages.invalidPage(name: entry.name, detail: refusal.detail)) }
        try report.writeInvalid(name: entry.name, detail: refusal.detail, to: &sink)
      case .success(let filled):
        if by == .leg, !long, !input.isBook {
          try checkRows(count: filled.legs.count, scenarios.count + 1, of: input.strategy ?? "--legs")
        }
        let result: StressResult
        let legs: [ProfitAndLoss]
        do throws(PricingError) {
          result = try analyzer.stress(filled)
          legs = by == .leg ? try analyzer.stressLegs(of: filled) : []
        } catch {
          tally.invalid += 1
          Terminal.standardError("\(entry.name): error: \(error)")
          if format == .json { return try sink.write(pages.invalidPage(name: entry.name, detail: "\(error)")) }
          try report.writeInvalid(name: entry.name, detail: error.description, to: &sink)
          return
        }
        if format == .json {
          try sink.write(pages.page(report.json(result)))
          tally.add(report.breach(by: result), result)
        } else if by == .leg {
          try report.write(legs, of: result, to: &sink)
          tally.add(report.breach(by: result), result)
        } else {
          tally.add(try report.write(result, to: &sink), result)
        }
      }
    }
    if format == .json { try sink.write(pages.end) }
    try sink.finish()
    try tally.finish(file: input.isBook ? input.strategy : nil, isQuiet: output.quiet)
  }

  /// The most rows that are written without `--long`: some two gigabytes.
  private static let rowLimit = 10_000_000

  /// Refuses a report that nobody will have meant, before its first row is written.
  ///
  /// The legs of a single strategy are counted when it has been read, by ``checkLegs(_:_:)``.
  ///
  /// - Parameter scenarios: Their number, scenario 0 included.
  private func checkLength(_ scenarios: Int) throws {
    guard input.isBook, let path = input.strategy else {
      // Legs are counted when the strategy has been read.
      return try checkRows(count: 1, scenarios, of: input.strategy ?? "--legs")
    }
    var reader = try BookReader.open(path)
    // Every strategy has a row of the book at least.
    guard by == .leg || reader.rowCount > StressCommand.rowLimit / scenarios else { return }
    var count = reader.rowCount
    if by != .leg {
      count = 0
      var table = StrategyTable()
      while let batch = try reader.nextBatch(into: &table, limit: 65_536) { count += batch.count }
    }
    try checkRows(count: count, scenarios, of: path)
  }

  /// - Parameter count: Strategies, or legs where a row is a leg.
  private func checkRows(count: Int, _ scenarios: Int, of name: String) throws(Failure) {
    let (one, many) = by == .leg ? ("leg", "legs") : ("strategy", "strategies")
    let (rows, overflow) = count.multipliedReportingOverflow(by: scenarios)
    guard overflow || rows > StressCommand.rowLimit else { return }
    throw Failure(
      .badOption,
      "\(name): error: found \(count) \(count == 1 ? one : many) under \(scenarios) scenarios, wanted at most "
        + "\(StressCommand.rowLimit) rows; take --summary, fewer scenarios, or --long to write them all")
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
  /// As fractions.
  let levels: [Double]
  /// As they were typed, in the same order.
  let texts: [String]

  /// That of the Basel Committee's market risk standard (2019, MAR33).
  static let standard = [0.975]

  init?(argument: String) {
    texts = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    // The number nearest to the fraction, which a division of the percentage may miss.
    levels = (ScenarioAxis.shifts(argument) ?? []).filter { level in
      // A column is named by its level, to eight decimals of a percent.
      level > 0 && level < 1 && (level * 1e10).rounded() / 1e10 == level
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
  /// Strategies that lose more in a scenario than their maximum loss, and the first of them in words.
  var beyond: (count: Int, first: String?) = (0, nil)
  var last: StressResult?

  mutating func add(_ breach: String?, _ result: StressResult) {
    if let found = LossBeyondMaximum(result) {
      beyond.count += 1
      beyond.first = beyond.first ?? found.words(result.filled.name, scenario: "\(found.scenario)")
    }
    self.breach = self.breach ?? breach
    last = result
  }

  /// - Parameter file: The book, as messages name it; nil where it was one strategy.
  func finish(file: String?, isQuiet: Bool) throws(Failure) {
    let source = file.map { "\($0): " } ?? ""
    if let first = beyond.first {
      let more = beyond.count > 1 ? " (and \(beyond.count - 1) more strategies)" : ""
      Terminal.standardError("\(source)warning: \(first)\(more)")
    }
    if !isQuiet, count == 1, let last { Terminal.standardError(StressSummaryText.text(last)) }
    if invalid > 0 { throw Failure(.badData, "\(source)error: \(invalid) of \(count) strategies are invalid") }
    if let breach { throw Failure(.limitBreached, "\(source)limit breached: \(breach)") }
  }
}

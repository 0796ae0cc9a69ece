import Analysis
import ArgumentParser
import Basics
import Formats
import IsolatedMargin
import MarginRules
import MarketData
import Pricing
import Scenarios

/// `bulkhead analyze STRATEGY --market M`
struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "One strategy on one page: value, Greeks, maximum loss with its proof, margin, stress.",
    discussion: """
      Legs without a price are filled from the market: bought at the ask and sold at the bid unless --fill says \
      otherwise. The margin equals the maximum loss at expiry, rounded up to the smallest unit; an unbounded loss is the \
      word unbounded, never a number. On a terminal the table shows P&L over the price in characters.

      --format html is one file with the pictures inside and their figures as CSV; svg is the picture of P&L over the price \
      alone; markdown written with -o NOTES.md has its pictures beside it, NOTES-payoff.svg and NOTES-stress.svg. \
      --maintenance and --deposit say where the box is liquidated today, as `liquidation` does for any day.
      """)

  @OptionGroup var input: StrategyOptions
  @OptionGroup var reserves: ReserveOptions
  @OptionGroup var policies: PolicyOptions

  @Option(help: "The form of the page.")
  var format: ReportFormat = .table

  @OptionGroup var budget: BudgetOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The largest loss while spot stays in this range, in percent around it: -40:60.", valueName: "a:b"))
  var within: RangeArgument?

  @Option(help: "How the smile answers when spot moves.")
  var smile: SmileDynamics = .stickyStrike

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Calendar days forward at which the value is drawn, and given in JSON, beside today's (default: halfway to the first "
        + "expiry; at most 4).", valueName: "days"))
  var days: DayAxis?

  @Option(
    help: "The picture: auto draws it in characters on a terminal; none leaves pictures out of HTML and Markdown too.")
  var plot: PlotChoice = .auto

  @Option(
    help: ArgumentHelp(
      "The requirement that keeps the box open, as `liquidation` takes it (default: none).", valueName: "rule"))
  var maintenance: String?

  @OptionGroup var rules: RuleOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What the holder brings, settlement currency (default: the margin).", valueName: "amount"))
  var deposit: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "End with code 2 where a strategy is unbounded, or max-loss=AMOUNT is exceeded.", valueName: "limit"))
  var failOn: [LimitArgument] = []

  @Option(help: "Colour on a terminal: auto, always or never.")
  var color: ColorChoice = .auto

  @OptionGroup var output: OutputFile

  func validate() throws {
    if input.isBook, format == .html || format == .svg {
      throw ValidationError("--format \(format.rawValue) is one page: wanted one strategy, not a book")
    }
    if let days = days?.days {
      guard days.count <= 4, days.allSatisfy({ $0 >= 0 && $0 <= 36_500 }) else {
        throw ValidationError("--days: found \(days.count) days, wanted at most 4 of 0 to 36500")
      }
    }
    if plot == .braille || plot == .ascii, format != .table {
      throw ValidationError("--plot \(plot.rawValue) belongs to --format table")
    }
    guard maintenance != nil || !rules.isStated else {
      throw ValidationError("--rules-as-of and --rulebooks belong to --maintenance")
    }
    for case .lossShare in failOn.map(\.limit) {
      throw ValidationError("'--fail-on loss-share' is about a grid: `bulkhead stress` takes it")
    }
  }

  func run() throws {
    let market = try input.openMarket()
    var sink = try OutputSink(output.path)
    let isOnTerminal = output.path == nil && Terminal.outputIsTerminal
    let isColoured = color.isOn(forTerminal: isOnTerminal)
    let choice = try maintenance.map { try MaintenanceChoice($0, rules, on: market.state) }
    var (count, invalid) = (0, 0)
    var breach: String?
    try input.forEach(in: market.state, label: "analyze") { entry in
      count += 1
      do {
        let filled = try entry.result.get()
        let analyzer = StrategyAnalyzer(market: market.state, request: try request(filled, market.state, choice))
        let analysis = try analyzer.analyze(filled)
        if format == .svg, analysis.curve == nil {
          throw Failure(
            .badData, "\(entry.name): error: found P&L that is no function of one price, wanted one underlying")
        }
        let text =
          try pictured(analysis, market.source)
          ?? AnalysisReport.text(
            analysis, as: format, source: market.source, colour: isColoured,
            plot: plot.glyphs(forTerminal: isOnTerminal), hasPictures: plot != .none)
        try sink.write(count - invalid == 1 ? first(text) : following(text))
        for limit in failOn where breach == nil { breach = limit.limit.breach(by: analysis.margin) }
      } catch let refusal as StrategyEntry.Refusal {
        invalid += 1
        Terminal.standardError("\(entry.name): error: \(refusal.detail)")
      } catch let error as PricingError {
        invalid += 1
        Terminal.standardError("\(entry.name): error: \(error)")
      } catch let error as MarginRulesError {
        invalid += 1
        Terminal.standardError("\(entry.name): error: \(error)")
      }
    }
    if input.isBook, format == .json { try sink.write(count > invalid ? "]\n" : "[]\n") }
    try sink.finish()
    if invalid > 0 { throw Failure(.badData, "error: \(invalid) of \(count) strategies are invalid") }
    if let breach { throw Failure(.limitBreached, "limit breached: \(breach)") }
  }

  /// The first page: a book's JSON is one list.
  private func first(_ text: String) -> String { input.isBook && format == .json ? "[\n" + text : text }

  /// A page behind another: apart from it where it is text, without a second header where it is CSV.
  private func following(_ text: String) -> String {
    switch format {
    case .csv: return String(text.drop { $0 != "\n" }.dropFirst())
    case .table, .markdown: return "\n" + text
    case .json: return ",\n" + text
    case .html, .svg: return text
    }
  }

  /// Markdown whose pictures are written beside it; nil where they are not wanted, or there is no place beside it.
  private func pictured(_ analysis: StrategyAnalysis, _ source: String) throws -> String? {
    guard format == .markdown, plot != .none, !input.isBook, let path = output.path, path != "-",
      !path.hasPrefix("/dev/"),
      !path.hasSuffix(".gz")
    else { return nil }
    var name = path.split(separator: "/").last.map(String.init) ?? path
    for ending in [".md", ".markdown", ".txt"] where name.hasSuffix(ending) && name != ending {
      name.removeLast(ending.count)
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let (text, files) = AnalysisReport.markdown(analysis, source: source, stem: name)
    for file in files {
      var sink = try OutputSink(folder + file.name)
      try sink.write(file.picture.svg)
      try sink.finish()
    }
    return text
  }

  private func request(
    _ filled: FilledStrategy, _ market: MarketState, _ choice: MaintenanceChoice?
  ) throws -> AnalysisRequest {
    let currency = filled.currency
    var request = AnalysisRequest()
    request.curveDays = days?.days
    request.maintenance = try choice?.model(for: filled, in: market)
    request.deposit = try deposit.map { try BoxQuestion.deposit(parsing: $0, currency: currency) }
    request.plan = try policies.plan(on: market)
    request.reserve = try reserves.reserve()
    request.dynamics = smile
    request.maxLots = budget.maxLots
    request.within = within.map { ($0.low, $0.high) }
    request.budget = try budget.amount(in: currency)
    return request
  }
}

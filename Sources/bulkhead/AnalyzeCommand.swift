import Analysis
import ArgumentParser
import Basics
import Formats
import IsolatedMargin
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
      word unbounded, never a number.
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
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "End with code 2 where a strategy is unbounded, or max-loss=AMOUNT is exceeded.", valueName: "limit"))
  var failOn: [LimitArgument] = []

  @Option(help: "Colour on a terminal: auto, always or never.")
  var color: ColorChoice = .auto

  @OptionGroup var output: OutputFile

  func validate() throws {
    if input.isBook, format == .html {
      throw ValidationError("--format html is one page: wanted one strategy, not a book")
    }
    for case .lossShare in failOn.map(\.limit) {
      throw ValidationError("'--fail-on loss-share' is about a grid: `bulkhead stress` takes it")
    }
  }

  func run() throws {
    let market = try input.openMarket()
    var sink = try OutputSink(output.path)
    let isColoured = color.isOn(forTerminal: output.path == nil && Terminal.outputIsTerminal)
    var (count, invalid) = (0, 0)
    var breach: String?
    try input.forEach(in: market.state, label: "analyze") { entry in
      count += 1
      do {
        let filled = try entry.result.get()
        let analyzer = StrategyAnalyzer(market: market.state, request: try request(filled.currency, market.state))
        let analysis = try analyzer.analyze(filled)
        let text = AnalysisReport.text(analysis, as: format, source: market.source, colour: isColoured)
        try sink.write(count - invalid == 1 ? first(text) : following(text))
        for limit in failOn where breach == nil { breach = limit.limit.breach(by: analysis.margin) }
      } catch let refusal as StrategyEntry.Refusal {
        invalid += 1
        Terminal.standardError("\(entry.name): error: \(refusal.detail)")
      } catch let error as PricingError {
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
    case .html: return text
    }
  }

  private func request(_ currency: Currency, _ market: MarketState) throws -> AnalysisRequest {
    var request = AnalysisRequest()
    request.plan = try policies.plan(on: market)
    request.reserve = try reserves.reserve()
    request.dynamics = smile
    request.maxLots = budget.maxLots
    request.within = within.map { ($0.low, $0.high) }
    request.budget = try budget.amount(in: currency)
    return request
  }
}

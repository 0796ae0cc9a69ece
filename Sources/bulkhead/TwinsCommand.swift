import Analysis
import ArgumentParser
import Formats
import Instruments
import Pricing

/// `bulkhead twins STRATEGY --market M`
struct TwinsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "twins",
    abstract: "The other options with the same payoff, by put-call parity, and what each way costs.",
    discussion: """
      A call is a put of its strike, the underlying and a debt of the strike: an iron butterfly is a put butterfly and \
      cash, a covered call a short put, a box cash alone. Each twin is filled from the market, checked against the \
      strategy at every vertex of the payoff, and shown with its cash, cost and margin. For European options of one expiry.
      """)

  @OptionGroup var input: StrategyOptions

  @Option(help: "The form of the answer.")
  var format: AdjustmentFormat = .table

  @Option(help: "Colour on a terminal: auto, always or never.")
  var color: ColorChoice = .auto

  @OptionGroup var output: OutputFile

  func validate() throws {
    if input.isBook {
      throw ValidationError("twins are of one strategy: wanted a strategy's file or --legs, not a book")
    }
  }

  func run() throws {
    let market = try input.openMarket()
    let (strategy, terms) = try input.stated(in: market.state)
    let found: TwinComparison
    do { found = try TwinAnalyzer(market: market.state, terms: terms).twins(of: strategy) } catch {
      throw Failure(.badData, "\(strategy.name): error: \(error)")
    }
    let isColoured = color.isOn(forTerminal: output.path == nil && Terminal.outputIsTerminal)
    var sink = try OutputSink(output.path)
    try sink.write(AdjustmentReport.text(found, as: format, source: market.source, colour: isColoured))
    try sink.finish()
  }
}

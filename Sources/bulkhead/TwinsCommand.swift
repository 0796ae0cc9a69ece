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

  @OptionGroup var adjustment: AdjustmentOptions

  func validate() throws { try input.validateSingle("twins are") }

  func run() throws {
    try adjustment.answer(of: input) { market, strategy, terms in
      try TwinAnalyzer(market: market, terms: terms).twins(of: strategy)
    } text: { twins, format, source, isColoured in
      AdjustmentReport.text(twins, as: format, source: source, colour: isColoured)
    }
  }
}

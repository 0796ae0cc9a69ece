import Analysis
import ArgumentParser
import Formats
import MarketData
import Scenarios

/// A settlement price on the command line: `BTC=91000` or `BTC@26DEC25=91000`.
struct SettledArgument: ExpressibleByArgument {
  let stated: SettlementPrices.Stated

  init?(argument: String) {
    guard let stated = SettlementPrices.Stated(parsing: argument) else { return nil }
    self.stated = stated
  }
}

/// `bulkhead attribution STRATEGY|BOOK.csv --market M0 --to M1`
struct AttributionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attribution",
    abstract: "P&L explained: what a strategy or book gained between two markets, by Greek, as CSV.",
    discussion: """
      The move ends in a second market (--to), or in the first one under one scenario (--spot-shift, --vol-shift, \
      --days), which is revalued as stress does it. The parts are the terms of second order at the first market times \
      the move of each contract: theta, delta, gamma, vega, vanna, volga, rho (rate), epsilon (dividend yield), and \
      cross for the others; unexplained is the P&L less all of them, and of third order in the move. Where the chain is \
      quoted in coin the forward's move beyond spot is in rho, else in epsilon. Amounts are in settlement currency; in \
      coin each value is taken at its market's spot.

      What expires between the markets ends with its payoff on --settled, or on the second market's spot.
      """)

  @OptionGroup var input: StrategyOptions

  @Option(help: ArgumentHelp("The second market, no earlier than the first.", valueName: "file"))
  var to: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "The price at which what expired between the markets was settled, of one expiry or of all: BTC=91000, BTC@26DEC25=91000.",
      valueName: "symbol=price"))
  var settled: [SettledArgument] = []

  @OptionGroup var scenario: GridOptions

  @Option(help: "A row a leg, a strategy, an account or for the book; accounts and books are netted.")
  var by: AttributionReport.Grain = .strategy

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (to != nil) != scenario.isStated else {
      throw ValidationError(
        "Wanted a second market (--to), or a scenario (--spot-shift, --vol-shift, --days), and not both.")
    }
    guard to != nil || settled.isEmpty else {
      throw ValidationError("--settled is for a second market: a scenario settles at its own spot")
    }
    guard to == nil || (!scenario.volRelative && scenario.smile == .stickyStrike) else {
      throw ValidationError("--vol-relative and --smile are for a scenario: a second market has its own volatilities")
    }
    guard try grid().count == 1 else {
      throw ValidationError(
        "found a grid of \(try grid().count) scenarios, wanted one: --spot-shift 2, and not an axis")
    }
  }

  private func grid() throws(ValidationError) -> ScenarioGrid { try scenario.grid(spotShifts: [0]) }

  func run() throws {
    let market = try input.openMarket().state
    let analyzer = AttributionAnalyzer(from: market, to: try destination(from: market))
    try output.run(AttributionReport(by: by, analyzer), of: input, in: market, label: "attribution")
  }

  private func destination(from market: MarketState) throws -> AttributionAnalyzer.Destination {
    guard let to else { return .scenario(try grid()) }
    // A file of parameters speaks of one moment: the second market then has its own volatilities.
    var choice = input.surface.choice
    if case .file = choice { choice = nil }
    let second = try StrategyOptions.openMarket(to, choice).state
    guard second.asOf >= market.asOf else {
      throw Failure(
        .badData, "\(to): error: found a market of \(second.asOf), wanted one no earlier than \(market.asOf)")
    }
    for price in settled where second[price.stated.underlying] == nil {
      throw Failure(
        .badOption,
        "--settled: found underlying \(price.stated.underlying), wanted one of the market's: "
          + second.underlyings.map(\.symbol).joined(separator: ", "))
    }
    return .market(second, settled: SettlementPrices(settled.map(\.stated)))
  }
}

import Analysis
import ArgumentParser
import Basics
import Formats

/// A price above 0 on the command line.
struct PriceArgument: ExpressibleByArgument {
  let price: Price

  init?(argument: String) {
    guard let price = try? Price(parsing: argument), price > .zero else { return nil }
    self.price = price
  }
}

/// `bulkhead ladder STRATEGY|BOOK.csv --market M`
struct LadderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ladder",
    abstract: "Value and Greeks of a strategy or book by underlying, expiry and strike, netted, as CSV.",
    discussion: """
      Positions are netted before they are valued; each level's total stands behind its rows, each currency's at the \
      end, and level says which is which. Perpetuals and units of the underlying have no expiry. Delta and gamma are by \
      spot, of the value in settlement currency; delta_units is what offsets the position in units of the underlying; \
      for spot up by x percent the value gains delta_per_percent x + gamma_per_percent x^2 / 2. long_units and \
      short_units are units of the underlying, both 0 or more.
      """)

  @OptionGroup var input: StrategyOptions

  @Option(help: "How finely the ladder is cut.")
  var by: LadderGrain = .expiry

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("With --by strike: buckets of strikes of this width, lower edge included.", valueName: "width"))
  var bucket: PriceArgument?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard bucket == nil || by == .strike else {
      throw ValidationError("--bucket is for strikes: wanted --by strike too")
    }
  }

  func run() throws {
    let market = try input.openMarket().state
    let report = LadderReport(by: by, bucket: bucket?.price, market: market)
    try output.run(report, of: input, in: market, label: "ladder")
  }
}

import ArgumentParser
import Basics
import Formats
import IsolatedMargin

/// `bulkhead margin BOOK.csv`
struct MarginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "margin",
    abstract: "The maximum loss and the margin of every strategy of a book, as CSV.",
    discussion: """
      The book is CSV in long form, one leg a row, the rows of a strategy together:
        strategy,kind,underlying,expiry,strike,quantity,price,multiplier,settlement,fee
      and, if wanted, account,currency,payout,exercise,instrument. Multiplier, settlement and fee may be left out \
      (1, quote, 0); instrument stands for kind, underlying, expiry and strike.
      """)

  @Argument(help: ArgumentHelp("The book; - is standard input.", valueName: "book"))
  var book: String

  @OptionGroup var output: OutputOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Reserve this distance of a perpetual or future from its index, a unit.", valueName: "price"))
  var basis: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Reserve funding of perpetuals at this rate for eight hours.", valueName: "rate"))
  var fundingCap: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The time for which funding is reserved (default: 0).", valueName: "hours"))
  var hours: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The price at which reserves are taken (default: each leg's entry).", valueName: "price"))
  var referencePrice: Exact?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "End with code 2 where a strategy is unbounded, or max-loss=AMOUNT is exceeded.", valueName: "limit"))
  var failOn: [LimitArgument] = []

  func validate() throws {
    for case .lossShare in failOn.map(\.limit) {
      throw ValidationError("'--fail-on loss-share' is about scenarios: wanted unbounded or max-loss=AMOUNT here")
    }
    _ = try reserve()
  }

  func run() throws {
    var reader = try BookReader.open(book)
    let report = MarginReport(reserve: try reserve(), limits: failOn.map(\.limit))
    try output.run(file: reader.file, warnings: reader.warnings, label: "margin") { sink, progress throws(FormatError) in
      try report.write(&reader, to: &sink, progress: progress)
    }
  }

  private func reserve() throws(ValidationError) -> PerpetualReserve {
    do {
      return try PerpetualReserve(
        basis: basis?.amount ?? .zero, fundingCap: fundingCap?.amount ?? .zero, hours: hours?.amount ?? .zero,
        referencePrice: referencePrice?.amount)
    } catch { throw ValidationError(error.description) }
  }
}

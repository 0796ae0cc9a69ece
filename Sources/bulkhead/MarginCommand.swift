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
      (1 or the instrument's own, quote, 0); instrument stands for kind, underlying, expiry and strike.
      """)

  @Argument(help: ArgumentHelp("The book; - is standard input.", valueName: "book"))
  var book: String

  @OptionGroup var output: OutputOptions

  @OptionGroup var reserves: ReserveOptions

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "End with code 2 where a strategy is unbounded, or max-loss=AMOUNT is exceeded.", valueName: "limit"))
  var failOn: [LimitArgument] = []

  func validate() throws {
    for case .lossShare in failOn.map(\.limit) {
      throw ValidationError("'--fail-on loss-share' is about scenarios: wanted unbounded or max-loss=AMOUNT here")
    }
  }

  func run() throws {
    var reader = try BookReader.open(book)
    let report = MarginReport(reserve: try reserves.reserve(), limits: failOn.map(\.limit))
    try output.run(file: reader.file, warnings: reader.warnings, label: "margin") {
      sink, progress throws(FormatError) in
      try report.write(&reader, to: &sink, progress: progress)
    }
  }
}

import ArgumentParser
import Formats

/// `bulkhead implied-vol OPTIONS.csv`
struct ImpliedVolatilityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "implied-vol",
    abstract: "The implied volatility of every option of a file, as CSV.",
    discussion: """
      The file is CSV: id,type,spot,strike,years,price,rate,dividend_yield. Type is call or put; id (default: the row's \
      number), rate and dividend_yield (default: 0) may be left out.

      With --exercise american the prices are those of options that may be exercised at any time. A price that is just \
      what exercise pays is at_bound: every volatility up to where waiting begins to pay gives it, and 0 is written.
      """)

  @Argument(help: ArgumentHelp("The options; - is standard input.", valueName: "options"))
  var options: String

  @OptionGroup var american: AmericanOptions

  @OptionGroup var output: OutputOptions

  func validate() throws { try american.check() }

  func run() throws {
    var reader = try ImpliedVolatilityReport.open(options)
    if let tolerance = american.toleranceInUse {
      return try output.run(file: reader.file, warnings: reader.warnings, label: "implied-vol") {
        sink, progress throws(FormatError) in
        try ImpliedVolatilityReport.writeAmerican(&reader, tolerance: tolerance, to: &sink, progress: progress)
      }
    }
    try output.run(file: reader.file, warnings: reader.warnings, label: "implied-vol") {
      sink, progress throws(FormatError) in
      try ImpliedVolatilityReport.write(&reader, to: &sink, progress: progress)
    }
  }
}

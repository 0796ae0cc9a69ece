import ArgumentParser
import Formats

/// `bulkhead price OPTIONS.csv`
struct PriceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "price",
    abstract: "The value and the sixteen partial derivatives of every option of a file, as CSV.",
    discussion: """
      The file is CSV: id,type,spot,strike,years,vol,rate,dividend_yield. Type is call or put; id (default: the row's \
      number), rate and dividend_yield (default: 0) may be left out. Derivatives are raw: per 1.00 of volatility and \
      of rate, per year, time derivatives with respect to calendar time.

      With --exercise american the options may be exercised at any time. The columns stay and exercise_boundary is added: \
      the spot at or below which a put is exercised today, for a call at or above. Where early exercise can pay, vanna, \
      volga, charm, veta, speed, zomma, color and ultima are not given: their cells are empty.
      """)

  @Argument(help: ArgumentHelp("The options; - is standard input.", valueName: "options"))
  var options: String

  @OptionGroup var american: AmericanOptions

  @OptionGroup var output: OutputOptions

  func validate() throws { try american.check() }

  func run() throws {
    var reader = try PriceReport.open(options)
    if let tolerance = american.toleranceInUse {
      return try output.run(file: reader.file, warnings: reader.warnings, label: "price") {
        sink, progress throws(FormatError) in
        try AmericanPriceReport.write(&reader, tolerance: tolerance, to: &sink, progress: progress)
      }
    }
    try output.run(file: reader.file, warnings: reader.warnings, label: "price") { sink, progress throws(FormatError) in
      try PriceReport.write(&reader, to: &sink, progress: progress)
    }
  }
}

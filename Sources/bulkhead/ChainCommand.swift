import ArgumentParser
import Formats

/// `bulkhead chain check MARKET` and `chain fit`
struct ChainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chain", abstract: "What a market's quotes are worth.",
    subcommands: [Check.self, ChainFitCommand.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Quotes, crossed and missing sides, parity error and forward of each expiry.",
      discussion: """
        Rows that cannot be used are listed with their reasons; the chain is used without them. The parity error is \
        |C - P - parity| in the chain's unit, the forward comes from the file, from put-call parity or from carry.
        """)

    @Argument(help: ArgumentHelp("The market (YAML with a quotes CSV beside it).", valueName: "market"))
    var market: String

    @Option(help: "table, csv or json.")
    var format: ChainReport.Format = .table

    @OptionGroup var output: OutputFile

    func run() throws {
      let file = try MarketFile(market, surface: .quoted)
      for warning in file.warnings { Terminal.standardError(warning) }
      var sink = try OutputSink(output.path)
      try sink.write(ChainReport.text(file.state, as: format))
      try sink.finish()
      if format == .csv {
        for line in ChainReport.rejections(file.state) { Terminal.standardError(line) }
      }
    }
  }
}

import ArgumentParser
import Formats
import Instruments

/// `bulkhead strategies`
struct StrategiesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "strategies",
    abstract: "The catalogue: every structure with its legs, its risk per settlement, and one sentence.",
    discussion: """
      Legs: + is long, C a call, P a put, U the underlying; the digit behind is the strike, rising from 1, and @T1, @T2 \
      the near and the far expiry. A strategy file names a structure and places it by strikes, by center and widths, or \
      by deltas. Widths are the steps from strike to strike outward from the center, the body first.
      """)

  @Argument(help: ArgumentHelp("Only this structure (a name or an alias).", valueName: "name"))
  var name: String?

  @Option(help: "table, csv or json.")
  var format: CatalogueReport.Format = .table

  @OptionGroup var output: OutputFile

  func run() throws {
    var entries = StrategyCatalogue.all
    if let name {
      do throws(InstrumentError) { entries = [try StrategyCatalogue.named(name)] } catch {
        throw Failure(.badOption, "\(error)")
      }
    }
    var sink = try OutputSink(output.path)
    try sink.write(CatalogueReport.text(entries, as: format))
    try sink.finish()
  }
}

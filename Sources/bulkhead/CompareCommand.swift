import Analysis
import ArgumentParser
import Basics
import Formats
import MarginRules

/// `bulkhead compare STRATEGY|BOOK.csv --market M`
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "One strategy, or a book, under the margin rules of venues and regulators, term by term.",
    discussion: """
      All rules answer on one basis: the cash that must stand in the account once the premium has changed hands. The \
      CSV has a row for each term of the initial and of the maintenance requirement, which add up to their TOTAL row to \
      the last digit. A rule without an answer has one row, not_applicable (it does not speak of such a position) or \
      unsupported (it does, and this program does not), with the reason. `bulkhead rules` lists the rules.

      Venues have calendars of their own. The maximum loss of several expiries, and the rule of that name, answer under a \
      --policy only, which the CSV then names in a last column.

      --format svg draws the requirements as bars; html is the table's page in one file with that picture.
      """)

  @OptionGroup var input: StrategyOptions

  @Option(
    help: ArgumentHelp("Rules by name (or .yaml file), separated by commas; all is every one.", valueName: "rules"))
  var rules = "all"

  @OptionGroup var options: RuleOptions

  @OptionGroup var policies: PolicyOptions

  @Option(help: "The form of the answer.")
  var format: ComparisonFormat = .table

  @Flag(
    inversion: .prefixedNo,
    help: "Look for the prices at which each rule would still liquidate, which takes most of the time of a large book.")
  var liquidation = true

  @Option(help: "Colour on a terminal: auto, always or never.")
  var color: ColorChoice = .auto

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if input.isBook, format == .html || format == .svg {
      throw ValidationError("--format \(format.rawValue) is one page: wanted one strategy, not a book")
    }
  }

  func run() throws {
    let market = try input.openMarket()
    let comparison = RuleComparison(
      market: market.state, rules: try options.rules(named: rules, on: market.state), hasLiquidation: liquidation,
      plan: try policies.plan(on: market.state))
    if format == .csv, input.isBook, let book = input.strategy {
      var reader = try BookReader.open(book)
      let report = CompareReport(comparison)
      return try output.run(file: reader.file, warnings: reader.warnings, label: "compare") {
        sink, progress throws(FormatError) in
        try report.write(&reader, to: &sink, progress: progress)
      }
    }
    var sink = try OutputSink(output.output.path)
    let isColoured = color.isOn(forTerminal: output.output.path == nil && Terminal.outputIsTerminal)
    var pages = PageSequence(isList: input.isBook && format == .json)
    try input.forEach(in: market.state, label: output.quiet ? nil : "compare") { entry in
      do {
        let filled = try entry.result.get()
        let compared = try comparison.compare(filled)
        let text = ComparisonReport.text(compared, as: format, source: market.source, colour: isColoured)
        try sink.write(pages.page(text))
      } catch let refusal as StrategyEntry.Refusal {
        try sink.write(pages.invalidPage(name: entry.name, detail: refusal.detail))
      } catch let error as MarginRulesError {
        try sink.write(pages.invalidPage(name: entry.name, detail: "\(error)"))
        Terminal.standardError("\(entry.name): error: \(error)")
        if format == .csv {
          try sink.write(
            ComparisonReport.invalidText(name: entry.name, detail: "\(error)", hasPolicy: comparison.plan != nil))
        }
      }
    }
    try sink.write(pages.end)
    try sink.finish()
    try pages.finish()
  }
}

import Analysis
import ArgumentParser
import Formats
import MarginRules
import Pricing

/// `bulkhead explain STRATEGY --market M --rule R`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "One rule's requirement in words, term by term, each with its source.",
    discussion: """
      What each term is computed from, why it is there and where the rule says so, then the sum, what decided, what the \
      rule leaves out, and beside it the isolated maximum loss with its proof. `bulkhead rules` lists the rules.
      """)

  @OptionGroup var input: StrategyOptions

  @Option(help: ArgumentHelp("The rule, or a .yaml file of one.", valueName: "rule"))
  var rule: String

  @OptionGroup var options: RuleOptions

  @OptionGroup var policies: PolicyOptions

  @Option(help: "The form of the explanation.")
  var format: ExplanationFormat = .text

  @Option(help: "Colour on a terminal: auto, always or never.")
  var color: ColorChoice = .auto

  @OptionGroup var output: OutputFile

  func run() throws {
    let market = try input.openMarket()
    let rule = try options.rule(named: rule, option: "--rule", on: market.state)
    let comparison = RuleComparison(
      market: market.state, rules: [.inForce(rule)], plan: try policies.plan(on: market.state))
    let hasPolicy = comparison.plan != nil
    var sink = try OutputSink(output.path)
    let isColoured = color.isOn(forTerminal: output.path == nil && Terminal.outputIsTerminal)
    var pages = PageSequence(isList: input.isBook && format == .json, isApart: format != .csv)
    if format == .csv { try sink.write(ExplanationRows.header(hasPolicy: hasPolicy)) }
    try input.forEach(in: market.state, label: "explain") { entry in
      do {
        let filled = try entry.result.get()
        let explained = try comparison.compare(filled)
        let text = ExplanationReport.text(explained, as: format, source: market.source, colour: isColoured)
        try sink.write(pages.page(text))
      } catch let refusal as StrategyEntry.Refusal {
        try sink.write(pages.invalidPage(name: entry.name, detail: refusal.detail))
        if format == .csv {
          try sink.write(
            ExplanationRows.invalidText(name: entry.name, detail: refusal.detail, hasPolicy: hasPolicy))
        }
      } catch let error as MarginRulesError {
        try sink.write(pages.invalidPage(name: entry.name, detail: "\(error)"))
        Terminal.standardError("\(entry.name): error: \(error)")
        if format == .csv {
          try sink.write(ExplanationRows.invalidText(name: entry.name, detail: "\(error)", hasPolicy: hasPolicy))
        }
      }
    }
    try sink.write(pages.end)
    try sink.finish()
    try pages.finish()
  }
}

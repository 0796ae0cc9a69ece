import ArgumentParser
import Formats
import MarginRules

/// `bulkhead rules`
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "The margin rules: from when their numbers hold, what they look at, who publishes them.",
    discussion: """
      A rule's method is code and its numbers are dated files (Rulebooks/margin): a rate changes by adding a file with the \
      same name and a later date. Every date is listed, unless --rules-as-of asks for the numbers of one day.
      """)

  @Argument(help: ArgumentHelp("Only this rule, or this .yaml file.", valueName: "name"))
  var name: String?

  @OptionGroup var options: RuleOptions

  @Option(help: "table, csv or json.")
  var format: RulesReport.Format = .table

  @OptionGroup var output: OutputFile

  func run() throws {
    var sink = try OutputSink(output.path)
    try sink.write(RulesReport.text(try rules(), as: format))
    try sink.finish()
  }

  private func rules() throws -> [any MarginRule] {
    let shelf = try options.shelf()
    var files = shelf.files
    if let name {
      files = try options.files(named: name, on: shelf)
    } else if let day = options.rulesAsOf?.date {
      files = shelf.files(on: day)
    }
    var rules: [any MarginRule] = []
    for file in files { rules.append(try file.rule()) }
    return rules
  }
}

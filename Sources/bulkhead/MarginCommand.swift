import Analysis
import ArgumentParser
import Basics
import Formats
import IsolatedMargin
import MarketData

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

      With --rule the columns initial, maintenance, rule and effective stand last: what that rule asks for on the \
      market, as the cash that must stand in the account once the premium has changed hands. Where it does not answer, \
      the two amounts are empty and the detail says why.

      Several expiries have a maximum loss under a --policy only, which then stands in a column of its own behind all \
      others. Rates and forwards between them are those of --market, and zero without one.
      """)

  @Argument(help: ArgumentHelp("The book; - is standard input.", valueName: "book"))
  var book: String

  @Option(help: "csv, or json: a list with an object for each strategy, its keys the columns' names.")
  var format: RowFormat = .csv

  @OptionGroup var output: OutputOptions

  @OptionGroup var reserves: ReserveOptions

  @OptionGroup var policies: PolicyOptions

  @Option(
    help: ArgumentHelp(
      "A rule (`bulkhead rules` lists them, or a .yaml file) beside the maximum loss.", valueName: "rule"))
  var rule: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The market of --rule, of the rates and forwards of --policy, and of what early assignment adds (YAML with a quotes CSV beside it).",
      valueName: "file"))
  var market: String?

  @OptionGroup var surface: SurfaceOptions

  @OptionGroup var rules: RuleOptions

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "End with code 2 where a strategy is unbounded, or max-loss=AMOUNT is exceeded.", valueName: "limit"))
  var failOn: [LimitArgument] = []

  func validate() throws {
    for case .lossShare in failOn.map(\.limit) {
      throw ValidationError("'--fail-on loss-share' is about scenarios: wanted unbounded or max-loss=AMOUNT here")
    }
    guard rule == nil || market != nil else { throw ValidationError("--rule looks at marks: wanted --market too") }
    guard policies.forwardBand == nil || market != nil else {
      throw ValidationError("--forward-band is about a market's forwards: wanted --market too")
    }
    if rule == nil, surface.surface != nil { throw ValidationError("--vol-surface is for a rule: wanted --rule too") }
    if rule == nil, rules.isStated {
      throw ValidationError("--rules-as-of and --rulebooks are for a rule: wanted --rule too")
    }
  }

  func run() throws {
    let state = try market.map { try StrategyOptions.openMarket($0, surface.choice).state }
    let plan = try policies.plan(on: state)
    let question = try question(on: state, plan)
    var reader = try BookReader.open(book)
    let report = MarginReport(
      reserve: try reserves.reserve(), plan: plan, limits: failOn.map(\.limit),
      question: question, market: state)
    try output.run(file: reader.file, warnings: reader.warnings, label: "margin") {
      sink, progress throws(FormatError) in
      format == .csv
        ? try report.write(&reader, to: &sink, progress: progress)
        : try report.writeJSON(&reader, to: &sink, progress: progress)
    }
  }

  private func question(on state: MarketState?, _ plan: ClosingPlan?) throws -> RuleQuestion? {
    guard let rule, let state else { return nil }
    return RuleQuestion(
      try rules.rule(named: rule, option: "--rule", on: state), in: state, plan: plan)
  }
}

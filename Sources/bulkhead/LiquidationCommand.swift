import Analysis
import ArgumentParser
import Basics
import Formats
import Instruments
import IsolatedMargin
import MarginRules
import MarketData
import Pricing

/// `bulkhead liquidation STRATEGY --market M`
struct LiquidationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "liquidation",
    abstract: "At which prices a strategy's box is liquidated before expiry, and whether those are all.",
    discussion: """
      The box holds a deposit (by default the margin, where the loss is bounded), pays the premium and fees from it, and is \
      liquidated where cash and the value of its legs fall below the maintenance requirement. Every bound is found, with \
      the reason why there are no others; `none` is an answer. Rules: none, margin=50% (of the deposit; a top-up is no part of \
      it), spot=7.5% (of the underlying for each short option), spot=7.5%+mark (its mark on top), spot=7.5%+mark,cash \
      (against cash, where options count only by that mark), a venue's rule of `bulkhead rules` such as \
      deribit-standard at its maintenance requirement, or a YAML file of tiers on the notional of perpetuals and futures:
        name: my venue
        tiers: [{notional: 0, rate: 0.004}, {notional: 50000, rate: 0.005}]
        short_options: false

      --format svg draws equity less requirement over the price on each of --days, and of a --surface the safe corridor over \
      days and volatility; html is the table's page in one file with that picture, markdown its words alone.
      """)

  @OptionGroup var input: StrategyOptions

  @Option(help: ArgumentHelp("The requirement that keeps the box open.", valueName: "rule"))
  var maintenance = "none"

  @OptionGroup var rules: RuleOptions

  @OptionGroup var policies: PolicyOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What the holder brings, settlement currency (default: the margin).", valueName: "amount"))
  var deposit: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "One volatility for all options, 0.5 or 50%, instead of each one's own.", valueName: "vol"))
  var vol: VolatilityArgument?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Calendar days forward, such as 0,7 or 0:21:22.", valueName: "days"))
  var days: DayAxis?

  @Flag(help: "The safe corridor over --days and --vol-shift; CSV unless --format says otherwise.")
  var surface = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Volatility points added, for --surface: -20:20:21.", valueName: "a:b:n"))
  var volShift: ShiftAxis?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Also the top-up that makes every price from this one to the spot safe.", valueName: "price"))
  var pushTo: [Exact] = []

  @OptionGroup var outlook: ProbabilityOptions

  @Option(help: "The form of the answer (default: table; csv for a book and for --surface).")
  var format: LiquidationFormat?

  @Option(help: "Colour on a terminal: auto, always or never.")
  var color: ColorChoice = .auto

  @OptionGroup var output: OutputFile

  func validate() throws {
    if volShift != nil, !surface {
      throw ValidationError("--vol-shift is an axis of a surface: wanted --surface with it")
    }
    if surface, outlook.probability {
      throw ValidationError("--probability and --surface are answers of their own: wanted one of them")
    }
    if outlook.probability, input.isBook || format == .csv, days != nil || !pushTo.isEmpty {
      throw ValidationError("--days and --push-to are about bounds: a CSV of probabilities has none")
    }
    if surface, !pushTo.isEmpty { throw ValidationError("--push-to is about one moment: wanted it without --surface") }
    if let day = days?.days.first(where: { $0 < 0 || $0 > 36_500 }) {
      throw ValidationError("--days: found \(day), wanted 0 to 36500 calendar days")
    }
    if let price = pushTo.first(where: { $0.amount <= .zero }) {
      throw ValidationError("--push-to: found \(price.amount), wanted a price above 0")
    }
    let (nodes, overflow) = (days?.days.count ?? 1).multipliedReportingOverflow(by: volShift?.shifts.count ?? 1)
    guard !overflow, nodes <= BoxQuestion.nodeLimit else {
      throw ValidationError("--surface: found more than \(BoxQuestion.nodeLimit) nodes, wanted fewer")
    }
    if input.isBook, let format, format != .csv, format != .json {
      throw ValidationError("--format \(format.rawValue) is for one strategy: wanted csv or json with a book")
    }
    if outlook.probability, format == .svg {
      throw ValidationError("--format svg is a picture of bounds: wanted it without --probability")
    }
  }

  func run() throws {
    let market = try input.openMarket()
    let question = try question(on: market.state)
    let rule = try rule(question, on: market.state)
    let form = format ?? (input.isBook || surface ? .csv : .table)
    let isColoured = color.isOn(forTerminal: output.path == nil && Terminal.outputIsTerminal)
    var sink = try OutputSink(output.path)
    if form == .csv {
      var header = CSVWriter()
      header.row(columns)
      try sink.write(header)
    }
    let isList = input.isBook && form == .json
    var pages = PageSequence(isList: isList)
    try input.forEach(in: market.state, label: "liquidation") { entry in
      do {
        let box = try question.box(of: entry.result.get(), rule, in: market.state)
        let text = try text(question, box, in: market, form, isColoured)
        let page = pages.page(text)
        try sink.write(isList ? page : text)
      } catch {
        let detail = try LiquidationCommand.detail(error)
        guard input.isBook else { throw Failure(.badData, "\(entry.name): error: \(detail)") }
        if !(error is StrategyEntry.Refusal) { Terminal.standardError("\(entry.name): error: \(detail)") }
        let page = pages.invalidPage(name: entry.name, detail: detail)
        guard !isList else { return try sink.write(page) }
        var writer = CSVWriter()
        if surface {
          LiquidationReport.invalidSurfaceRow(name: entry.name, detail: detail, &writer)
        } else if outlook.probability {
          LiquidationProbabilityReport.invalidRow(name: entry.name, detail: detail, &writer)
        } else {
          LiquidationReport.invalidRow(name: entry.name, detail: detail, &writer)
        }
        try sink.write(writer)
      }
    }
    try sink.write(pages.end)
    try sink.finish()
    try pages.finish()
  }

  private var columns: [String] {
    if surface { return LiquidationReport.surfaceColumns }
    return outlook.probability ? LiquidationProbabilityReport.columns : LiquidationReport.columns
  }

  private func rule(_ question: BoxQuestion, on market: MarketState) throws -> MaintenanceChoice {
    let choice = try MaintenanceChoice(maintenance, rules, on: market)
    try question.check(choice, named: maintenance, isSurface: surface)
    return choice
  }

  private func question(on market: MarketState) throws -> BoxQuestion {
    var question = BoxQuestion()
    question.deposit = deposit
    question.volatility = vol?.value
    question.plan = try policies.plan(on: market)
    question.days = days?.days
    question.volatilityShifts = volShift?.shifts
    question.pushes = pushTo.map(\.amount.doubleValue)
    question.outlook = outlook.probability ? try outlook.request(volatility: vol?.value) : nil
    return question
  }

  /// What a row's error says; what is no row's error goes on.
  private static func detail(_ error: any Error) throws -> String {
    switch error {
    case let refusal as StrategyEntry.Refusal: return refusal.detail
    case let error as PricingError: return error.description
    case let error as IsolatedMarginError: return error.description
    case let error as MarginRulesError: return error.description
    default: throw error
    }
  }

  private func text(
    _ question: BoxQuestion, _ box: LiquidationBox, in market: MarketFile, _ form: LiquidationFormat,
    _ isColoured: Bool
  ) throws -> String {
    var writer = CSVWriter()
    let source = PictureSource(quotes: market.source, asOf: market.state.asOf)
    if surface {
      let found = question.surface(box)
      guard form == .csv else {
        return LiquidationReport.text(found, of: box, as: form, source: source, colour: isColoured)
      }
      LiquidationReport.rows(found, of: box, &writer)
    } else {
      let found = try question.outlook.map { try probability($0, box, in: market.state) }
      if let found, form == .csv {
        LiquidationProbabilityReport.rows(found, name: box.strategy.name, &writer)
        return writer.text
      }
      let answer = question.answer(box, outlook: found)
      guard form == .csv else { return LiquidationReport.text(answer, as: form, source: source, colour: isColoured) }
      LiquidationReport.rows(answer, &writer)
    }
    return writer.text
  }

  /// A book has a bar of its own.
  private func probability(
    _ request: LiquidationOutlookRequest, _ box: LiquidationBox, in market: MarketState
  ) throws -> LiquidationOutlook {
    var bar = ProgressBar("simulate")
    defer { bar.clear() }
    return try LiquidationOutlook(of: box, in: market, request) { share in
      if !input.isBook { bar.show(Int(share * 1000), of: 1000) }
    }
  }
}

/// A volatility on the command line: a fraction a year, or a percentage.
struct VolatilityArgument: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    guard let value = OptionText.volatility(argument) else { return nil }
    self.value = value
  }
}

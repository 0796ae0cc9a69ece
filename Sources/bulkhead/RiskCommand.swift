import Analysis
import ArgumentParser
import Basics
import Formats
import MarketData
import Scenarios

/// `bulkhead risk STRATEGY|BOOK.csv --market M --history BTC=btc.csv`
struct RiskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "risk",
    abstract: "Value at risk and expected shortfall by full revaluation under the moves of a past.",
    discussion: """
      Every contract is revalued in full under joint moves of price and volatility; a loss is against the value under \
      the market as it is, and is positive. Closes that were not known at the market's moment are not looked at: a date, or \
      midnight, is known when its day is over, a candle when it ends, any other time at once. A day's close is the last price \
      with its date, in the zone of the stamp. Relative moves of a past are \
      applied as they were (historical), times today's EWMA volatility over that of their day (filtered), or drawn around \
      zero with today's volatilities and correlations (monte-carlo). A draw beyond a factor of a million is held there, in a \
      --backtest too.

      value_at_risk is the k-th worst loss of n, k = n (1 - level) rounded up; low and high hold the true quantile in 95 of \
      100 samples (order statistics). expected_shortfall is the mean of the worst 1 - level, standard_error its asymptotic \
      error. Moves that overlap count as many as do not. tail_scenarios and worst_share tell how few scenarios carry the \
      figures.

      --contributions adds each strategy's part of its account's or the book's shortfall: its mean loss in the tail of \
      the whole. Parts add up to the whole.

      --backtest makes the value at risk anew for each of the latest days from what was known before it, and holds it \
      against the move of the day; the same position at today's market each day. coverage p is Kupiec's test, independ. p \
      and both p Christoffersen's; the zones are the Basel Committee's.
      """)

  @OptionGroup var input: StrategyOptions
  @OptionGroup var past: HistoryOptions
  @OptionGroup var model: RiskModelOptions

  @Option(
    help: ArgumentHelp("Levels in percent, from 50, such as 97.5,99 (default: 97.5).", valueName: "levels"))
  var level: LevelList?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Calendar days that pass under each scenario; 0 is a move at once.", valueName: "days"))
  var days: Double = 0

  @Option(help: "How the smile answers when spot moves.")
  var smile: SmileDynamics = .stickyStrike

  @Option(help: "What a row stands for; accounts and books are of all their strategies.")
  var by: RiskGrain = .strategy

  @Flag(help: "With --by account or book: each strategy's part of the whole's figures, behind the wholes.")
  var contributions = false

  @Flag(help: "How the value at risk would have done on the days of the past.")
  var backtest = false

  @Option(help: ArgumentHelp("With --backtest: the latest days tested (default: 250).", valueName: "n"))
  var testDays: Int?

  @Option(
    help: ArgumentHelp("Also write the scenarios (CSV), as stress --scenarios reads them.", valueName: "file"))
  var saveScenarios: String?

  @Option(help: "table or csv (default: table on a terminal, else csv).")
  var format: RiskReport.Format?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !contributions || by != .strategy else {
      throw ValidationError("--contributions are of a whole: wanted --by account or --by book too")
    }
    guard by == .strategy || input.isBook else {
      throw ValidationError("--by \(by.rawValue) wants a book (.csv or .csv.gz)")
    }
    guard !backtest || (!contributions && saveScenarios == nil) else {
      throw ValidationError(
        "--backtest has scenarios of its own for each day: found --contributions or --save-scenarios")
    }
    if let saveScenarios, [".yaml", ".yml", ".json"].contains(where: saveScenarios.hasSuffix) {
      throw ValidationError("--save-scenarios writes CSV: found \(saveScenarios), wanted a name such as scenarios.csv")
    }
    guard testDays == nil || backtest else { throw ValidationError("--test-days wants --backtest with it") }
    if let testDays, !(1...100_000).contains(testDays) {
      throw ValidationError("--test-days: found \(testDays), wanted 1 to 100000")
    }
    guard days >= 0, days <= 36_500 else {
      throw ValidationError("--days: found \(days), wanted 0 to 36500 calendar days")
    }
    for (level, text) in zip(levels, level?.texts ?? []) where level < 0.5 {
      throw ValidationError("--level: found \(text), wanted 50 to below 100")
    }
  }

  private var levels: [Double] { level?.levels ?? LevelList.standard }

  func run() throws {
    let market = try input.openMarket().state
    let past = try past.past(for: market)
    let form = format ?? (output.output.path == nil && Terminal.outputIsTerminal ? .table : .csv)
    if backtest { return try test(market, past, form) }
    let (model, notes) = try model.model(of: past.factors, window: self.past.window)
    let moves: JointMoves
    let analyzer: RiskAnalyzer
    do throws(ScenarioError) { moves = try model.moves(of: past.factors, knownAt: past.factors.lastDay) } catch {
      throw Failure(.badData, "error: \(error)")
    }
    do throws(RiskError) {
      analyzer = try RiskAnalyzer(market: market, moves: moves, levels: levels, days: days, dynamics: smile)
    } catch { throw Failure(.badData, "error: \(error)") }
    if let saveScenarios { try save(moves, to: saveScenarios) }
    var said = past.notes + notes
    if moves.heldCount > 0 {
      // Held draws that could fill the tail by themselves may be where its value at risk stands.
      let isDeep = levels.allSatisfy { Double(moves.heldCount) < (1 - $0) * Double(moves.count) }
      said.append(
        "\(moves.heldCount) of \(moves.count) scenarios move a price or volatility by more than a factor of a million and are "
          + "held there: the shortfall of what loses without bound is greater than told, "
          + (isDeep ? "a value at risk is not" : "and its value at risk may be")
      )
    }
    let report = RiskReport(
      analyzer, method: model.name, by: by, contributions: contributions, format: form,
      heading: form == .table ? heading(model, moves) + said : [])
    if form == .csv, !output.quiet { for note in said { Terminal.standardError(note) } }
    try output.run(report, of: input, in: market, label: "risk")
  }

  private func test(_ market: MarketState, _ past: HistoryOptions.Past, _ form: RiskReport.Format) throws {
    let wanted = testDays ?? 250
    let (model, notes) = try model.model(
      of: past.factors, window: self.past.window, testDays: wanted * past.factors.returns.terms.horizon)
    let backtest: RiskBacktest
    do throws(RiskError) {
      backtest = try RiskBacktest(
        market: market, history: past.factors, model: model, levels: levels, days: wanted, daysForward: days,
        dynamics: smile)
    } catch { throw Failure(.badData, "error: \(error)") }
    if let testDays, backtest.spans.count < testDays {
      throw Failure(
        .badData,
        "error: found \(backtest.spans.count) days to test with the moves that the model wants before them, wanted "
          + "\(testDays); take a longer history, a smaller --window or fewer --test-days")
    }
    let said = past.notes + notes
    let days = backtest.spans.count
    let first =
      "Backtest, \(model.name): \(days) days from \(backtest.date(0)) to \(backtest.date(days - 1)), "
      + "each with the value at risk of what was known before it; the position and its market are today's"
    let report = BacktestReport(backtest, by: by, format: form, heading: form == .table ? [first] + said : [])
    if form == .csv, !output.quiet { for note in said { Terminal.standardError(note) } }
    try output.run(report, of: input, in: market, label: "risk")
  }

  private func save(_ moves: JointMoves, to path: String) throws {
    let list: ScenarioList
    do throws(ScenarioError) { list = try ScenarioList(moves, days: days, dynamics: smile) } catch {
      throw Failure(.badData, "error: \(error)")
    }
    var sink = try OutputSink(path)
    try ScenarioListWriter.write(list, to: &sink)
    try sink.finish()
  }

  private func heading(_ model: RiskModel, _ moves: JointMoves) -> [String] {
    let horizon = past.horizon == 1 ? "1 day" : "\(past.horizon) days"
    let volatility: String
    switch past.move {
    case .index: volatility = "volatility by its index"
    case .indexPoints: volatility = "volatility by its index' points"
    case .realised: volatility = "volatility by its realised"
    case .unchanged: volatility = "volatility unchanged"
    }
    var span = ""
    if case .historical = model, let first = moves.names.first?.prefix(10), let last = moves.names.last?.suffix(10) {
      span = ", \(first) to \(last)"
    }
    return [
      "Risk, \(model.name): \(moves.count) moves of \(horizon)\(span); \(volatility); losses against the value now"
    ]
  }
}

import Analysis
import ArgumentParser
import Formats
import Scenarios

/// `bulkhead limits STRATEGY|BOOK.csv --market M --limits L.csv`
struct LimitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limits",
    abstract: "A book against a file of limits, as CSV; ends with code 2 where one is breached.",
    discussion: """
      The file is CSV, a limit a row: scope,name,metric,limit and, if wanted, bound,currency.
        scope   strategy, account, book, underlying, or expiry (of an underlying)
        name    whose limit it is; * for each; an expiry is 26DEC25 or BTC@26DEC25
        metric  max_loss, margin, worst_pnl (over the grid or list); as ladder writes them:
                value, delta, delta_units, delta_per_percent, gamma,
                gamma_per_percent, vega_per_vol_point, theta_per_day,
                rho_per_rate_point, long_units, short_units
        bound   at_most, at_least or absolute (the magnitude is at most the
                limit). Left out: at_most for max_loss, margin, long_units and
                short_units, at_least for worst_pnl (-5000 allows a loss of
                5000), absolute for the rest.
        currency  only positions settled in it

      All strategies of an account, an underlying, an expiry or the book are one position; its maximum loss is that of \
      all their legs. Amounts of different currencies or settlements are never added: without a currency such a limit \
      is unanswered, as is one on the maximum loss of several expiries without a --policy, and what is unanswered ends \
      with code 2 too. A position of several strategies follows the policy as one. A loss without bound breaches. A position with an invalid strategy is invalid (code 65).
      """)

  @OptionGroup var input: StrategyOptions

  @Option(help: ArgumentHelp("The limits; - is standard input.", valueName: "file"))
  var limits: String

  @OptionGroup var grid: GridOptions
  @OptionGroup var list: ScenarioOptions

  @OptionGroup var reserves: ReserveOptions

  @OptionGroup var policies: PolicyOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard limits != "-" || input.strategy != "-" else {
      throw ValidationError("--limits and the strategy are both standard input; wanted one of them as a file")
    }
    try list.check(beside: grid)
    _ = try grid.grid()
  }

  func run() throws {
    let market = try input.openMarket().state
    let file = try LimitsFile(limits)
    for warning in file.warnings { Terminal.standardError(warning) }
    for error in file.errors { Terminal.standardError(error.text(file: file.file)) }
    let monitor = LimitMonitor(
      market: market, limits: file.limits, scenarios: try list.scenarios(or: grid, on: market),
      reserve: try reserves.reserve(), plan: try policies.plan(on: market))
    let report = LimitsReport(file, monitor)
    do {
      try output.run(report, of: input, in: market, label: "limits")
    } catch let failure as Failure where failure.code == .limitBreached && !file.errors.isEmpty {
      throw Failure(.badData, "\(failure.message ?? "")\n\(refusal(file))")
    }
    if !file.errors.isEmpty { throw Failure(.badData, refusal(file)) }
  }

  /// Data that must be mended come before a limit: the breach is told, and may not be the only one.
  private func refusal(_ file: LimitsFile) -> String {
    "\(file.file): error: \(file.errors.count) of \(file.rows.count) limits are invalid"
  }
}

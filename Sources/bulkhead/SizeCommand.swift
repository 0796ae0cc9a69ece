import Analysis
import ArgumentParser
import Basics
import Formats
import IsolatedMargin
import MarketData
import Pricing

/// `bulkhead size STRATEGY --market M --budget 10% --portfolio 100000`
struct SizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "size",
    abstract: "The largest whole number of lots whose loss and fees fit a budget, as CSV.",
    discussion: """
      One lot is the strategy as given. In the answer used <= budget < next_would_use: so many lots fit, one more does \
      not. An unbounded strategy has no lots. A percentage is exact: 10% of 100000 is 10000.
      """)

  @OptionGroup var input: StrategyOptions

  @OptionGroup var budget: BudgetOptions

  @OptionGroup var policies: PolicyOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "For an unbounded strategy, the largest loss while spot stays in this range, in percent around it: -40:60.",
      valueName: "a:b"))
  var within: RangeArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("A fee for each lot, in place of the strategy's own fees.", valueName: "amount"))
  var feePerLot: Exact?

  @Option(parsing: .unconditional, help: ArgumentHelp("The least fee of the whole order.", valueName: "amount"))
  var feeMinimum: Exact?

  @Option(parsing: .unconditional, help: ArgumentHelp("The most fee of the whole order.", valueName: "amount"))
  var feeCap: Exact?

  @OptionGroup var output: OutputFile

  func validate() throws {
    if budget.budget == nil { throw ValidationError("Missing expected argument '--budget <budget>'") }
  }

  func run() throws {
    let market = try input.openMarket()
    var sink = try OutputSink(output.path)
    var writer = CSVWriter()
    writer.row(SizeReport.columns)
    var (count, invalid) = (0, 0)
    let plan = try policies.plan(on: market.state)
    try input.forEach(in: market.state, label: "size") { entry in
      count += 1
      do {
        let filled = try entry.result.get()
        try filled.check(in: market.state)
        let size = try size(filled, plan)
        if size.status == .invalid { invalid += 1 }
        SizeReport.row(size, help: unboundedHelp(size, filled, market.state, plan), &writer)
      } catch let refusal as StrategyEntry.Refusal {
        invalid += 1
        SizeReport.invalidRow(name: entry.name, detail: refusal.detail, &writer)
      } catch let error as PricingError {
        invalid += 1
        Terminal.standardError("\(entry.name): error: \(error)")
        SizeReport.invalidRow(name: entry.name, detail: error.description, &writer)
      }
      try sink.write(writer)
      writer.removeAll()
    }
    try sink.finish()
    if invalid > 0 { throw Failure(.badData, "error: \(invalid) of \(count) strategies are invalid") }
  }

  private func size(_ filled: FilledStrategy, _ plan: ClosingPlan?) throws -> PositionSize {
    guard let limit = try budget.amount(in: filled.currency) else { throw Failure(.badOption, "--budget is missing") }
    return PositionSize(
      of: filled, budget: limit, lotFees: try fees(filled), maxLots: budget.maxLots, plan: plan)
  }

  /// What can be said of a strategy that has no lots: the loss within a range, and the wing that would bound it.
  private func unboundedHelp(
    _ size: PositionSize, _ filled: FilledStrategy, _ market: MarketState, _ plan: ClosingPlan?
  ) -> UnboundedHelp? {
    guard size.status == .unbounded else { return nil }
    var request = AnalysisRequest()
    request.plan = plan
    request.within = within.map { ($0.low, $0.high) }
    return StrategyAnalyzer(market: market, request: request).unboundedHelp(for: filled)
  }

  /// Nil where no option speaks of fees: the strategy's own then count for every lot.
  private func fees(_ filled: FilledStrategy) throws -> LotFees? {
    guard feePerLot != nil || feeMinimum != nil || feeCap != nil else { return nil }
    do {
      return try LotFees(
        perLot: feePerLot?.amount ?? filled.fees, minimum: feeMinimum?.amount ?? .zero, cap: feeCap?.amount)
    } catch { throw Failure(.badOption, "fees: \(error)") }
  }
}

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

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What may be lost: an amount, or a percentage of --portfolio.", valueName: "budget"))
  var budget: String

  @Option(help: ArgumentHelp("The portfolio of a percentage, in settlement currency.", valueName: "amount"))
  var portfolio: String?

  @Option(help: ArgumentHelp("A limit from elsewhere; the answer where a lot loses nothing.", valueName: "lots"))
  var maxLots: Int64?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("A fee for each lot, in place of the strategy's own fees.", valueName: "amount"))
  var feePerLot: Exact?

  @Option(parsing: .unconditional, help: ArgumentHelp("The least fee of the whole order.", valueName: "amount"))
  var feeMinimum: Exact?

  @Option(parsing: .unconditional, help: ArgumentHelp("The most fee of the whole order.", valueName: "amount"))
  var feeCap: Exact?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
  var output: String?

  func validate() throws {
    if let maxLots, maxLots < 0 { throw ValidationError("--max-lots: found \(maxLots), wanted 0 or more") }
    if budget.hasSuffix("%"), portfolio == nil {
      throw ValidationError("--budget \(budget): wanted --portfolio with a percentage")
    }
  }

  func run() throws {
    let market = try input.openMarket()
    var sink = try OutputSink(output)
    var writer = CSVWriter()
    writer.row(SizeReport.columns)
    var (count, invalid) = (0, 0)
    try input.forEach(in: market.state, label: "size") { entry in
      count += 1
      switch entry.result {
      case .failure(let refusal):
        invalid += 1
        SizeReport.invalidRow(name: entry.name, detail: refusal.detail, &writer)
      case .success(let filled):
        let size = try size(filled)
        if size.status == .invalid { invalid += 1 }
        SizeReport.row(size, &writer)
      }
      try sink.write(writer)
      writer.removeAll()
    }
    try sink.finish()
    if invalid > 0 { throw Failure(.badData, "error: \(invalid) of \(count) strategies are invalid") }
  }

  private func size(_ filled: FilledStrategy) throws -> PositionSize {
    let whole = try amount(portfolio, filled.currency, "--portfolio")
    let limit: Money
    do {
      limit = try PositionSize.budget(parsing: budget, portfolio: whole, currency: filled.currency)
    } catch { throw Failure(.badOption, "--budget: \(error)") }
    guard limit.minorUnits >= 0 else { throw Failure(.badOption, "--budget: found \(limit), wanted 0 or more") }
    return PositionSize(of: filled, budget: limit, lotFees: try fees(filled), maxLots: maxLots)
  }

  private func amount(_ text: String?, _ currency: Currency, _ option: String) throws -> Money? {
    guard let text else { return nil }
    do { return try Money(parsing: text, currency: currency) } catch {
      throw Failure(.badOption, "\(option): \(error)")
    }
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

import Analysis
import ArgumentParser
import Basics
import Formats
import Instruments
import MarketData
import Pricing
import Synchronization

/// `bulkhead scan MARKET --structure iron-condor --where "..." --sort credit/max_loss`
struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Every structure of a kind on a chain, margined, filtered and ranked.",
    discussion: """
      Each structure of one expiry is laid over its strikes in every way, filled from the quotes and worked out exactly; \
      the best are shown with the figures that `margin` and `analyze` give for their legs. Structures with a leg that \
      nobody quotes are counted and left out.

      EXPRESSIONS: numbers (10% is 0.1), figures, + - * / ( ), < <= > >= == !=, not, and, or. A comparison with a figure \
      that is missing or infinite, or with a division by zero, is false; such a structure sorts last. Figures, for one lot \
      in settlement currency:
        credit debit entry_cost fees bid_ask max_loss max_profit margin
        return_on_margin        largest profit over margin
        break_even_low break_even_high probability_of_profit
        width                   the greater of the lowest and the highest step
        days spot strike_1 strike_2 strike_3 strike_4
        delta gamma vega theta  vega for a volatility point, theta for a day
        short_delta             |delta| of the short leg nearest to the money
      """)

  @Argument(help: ArgumentHelp("The market (YAML with a quotes CSV beside it).", valueName: "market"))
  var market: String

  @OptionGroup var surface: SurfaceOptions

  @Option(help: ArgumentHelp("A structure of `bulkhead strategies` with options of one expiry.", valueName: "name"))
  var structure: String

  @Option(name: .customLong("where"), help: ArgumentHelp("Only structures that meet this.", valueName: "condition"))
  var condition: String?

  @Option(help: ArgumentHelp("What to rank by, the greatest first.", valueName: "number"))
  var sort = "return_on_margin"

  @Flag(help: "The least first.")
  var ascending = false

  @Option(help: ArgumentHelp("How many to show (default: 100, in a table 20).", valueName: "rows"))
  var top: Int?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Only this expiry, such as 26DEC25; may be given again.", valueName: "expiry"))
  var expiry: [String] = []

  @Option(
    help: ArgumentHelp(
      "Lowest and highest step between strikes: any, equal or unequal (default: butterflies equal, else any).",
      valueName: "rule"))
  var wings: WingRule?

  @Option(help: ArgumentHelp("The underlying, where the market has several.", valueName: "symbol"))
  var underlying: String?

  @Option(help: "Account and collateral: the quote currency or the coin (default: the instruments' own).")
  var settlement: Settlement?

  @Option(help: "Fill legs at the far side (worst), the mid or the mark.")
  var fill: FillRule = .worst

  @Option(
    help: ArgumentHelp(
      "A schedule's name or file, or ENTRY,EXIT totals in settlement currency.", valueName: "fees"))
  var fees: String?

  @OptionGroup var budget: BudgetOptions

  @Option(help: "table or csv (default: table on a terminal, else csv).")
  var format: ScanReport.Format?

  @OptionGroup var output: OutputOptions

  /// The most rows.
  private static let rowLimit = 1_000_000

  func validate() throws {
    if let top, !(1...ScanCommand.rowLimit).contains(top) {
      throw ValidationError("--top: found \(top), wanted 1 to \(ScanCommand.rowLimit)")
    }
    if let wings, ![.any, .equal, .unequal].contains(wings) {
      throw ValidationError("--wings: found \(wings.rawValue), wanted any, equal or unequal")
    }
    if budget.maxLots != nil, budget.budget == nil { throw ValidationError("--max-lots: wanted --budget with it") }
  }

  func run() throws {
    let form = format ?? (output.output.path == nil && Terminal.outputIsTerminal ? .table : .csv)
    var request = try request()
    request.limit = top ?? (form == .table ? 20 : 100)
    let file = try StrategyOptions.openMarket(market, surface.choice)
    let underlying = try chosen(in: file.state)
    let scan: StructureScan
    do throws(ScanError) { scan = try StructureScan(request, on: underlying, in: file.state) } catch {
      // What the market lacks is no fault of it: another option would have had an answer.
      throw Failure(.badOption, "\(market): error: \(error)")
    }
    let limit = try scan.currency.flatMap { try budget.amount(in: $0) }
    let bar = Mutex(ProgressBar("scan"))
    let isShown = !output.quiet
    let (matches, counts) = scan.run { done, total in
      if isShown { bar.withLock { $0.show(done, of: total) } }
    }
    bar.withLock { $0.clear() }
    var answers: [ScanAnswer] = []
    do throws(ScanError) {
      for (index, match) in matches.enumerated() {
        answers.append(try scan.answer(for: match, rank: index + 1, budget: limit, maxLots: budget.maxLots))
      }
    } catch { throw Failure(.ownBug, "error: \(error)") }
    var sink = try OutputSink(output.output.path)
    try sink.write(ScanReport.text(answers, as: form))
    try sink.finish()
    tell(scan, counts, shown: answers.count)
  }

  // MARK: The question

  private func request() throws -> ScanRequest {
    let shape: ScanShape
    do { shape = try ScanShape(try StrategyCatalogue.named(structure), wings: wings) } catch {
      throw Failure(.badOption, "--structure: \(error)")
    }
    var request = ScanRequest(shape, rank: try expression(sort, as: .number, option: "--sort"))
    if let condition { request.condition = try expression(condition, as: .condition, option: "--where") }
    request.isAscending = ascending
    for text in expiry {
      do { request.expiries.append(try Expiry(parsing: text)) } catch {
        throw Failure(.badOption, "--expiry: \(error)")
      }
    }
    var terms = FeeTerms.none
    if let fees {
      do { terms = try FeeTerms.named(fees, dataFolders: StrategyOptions.dataFolders()) } catch {
        throw Failure(.badOption, "--fees: \(error)")
      }
    }
    request.terms = AccountTerms(settlement: settlement, fees: terms, fill: fill)
    return request
  }

  private func expression(
    _ text: String, as kind: ScanExpression.Kind, option: String
  ) throws -> ScanExpression {
    do { return try ScanExpression(text, as: kind) } catch { throw Failure(.badOption, "\(option): \(error)") }
  }

  private func chosen(in market: MarketState) throws -> UnderlyingMarket {
    let symbols = market.underlyings.map(\.symbol)
    guard let symbol = underlying ?? (symbols.count == 1 ? symbols.first : nil), let found = market[symbol] else {
      throw Failure(
        .badOption,
        "found \(underlying ?? "no underlying"), wanted --underlying with one of \(symbols.joined(separator: ", "))")
    }
    return found
  }

  // MARK: What was done

  private func tell(_ scan: StructureScan, _ counts: ScanCounts, shown: Int) {
    for (expiry, reason) in scan.skipped {
      Terminal.standardError("\(market): warning: \(ScanAnswer.text(expiry)) is left out: \(reason)")
    }
    let expiries = scan.expiryCount == 1 ? "1 expiry" : "\(scan.expiryCount) expiries"
    Terminal.standardError(
      "scan: \(scan.request.shape.definition.id) on \(expiries): \(counts.examined) examined, \(counts.unquoted) left "
        + "out (a leg without a quote to fill it), \(counts.matched) matched, \(shown) shown")
  }
}

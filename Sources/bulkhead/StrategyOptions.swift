import ArgumentParser
import Basics
import Formats
import Instruments
import IsolatedMargin
import MarketData
import Pricing

/// Which strategy, on which market, in which account: what `analyze`, `stress` and `size` have in common.
struct StrategyOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A strategy (YAML or JSON), or a book where the name ends in .csv or .csv.gz.", valueName: "strategy"))
  var strategy: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The market (YAML with a quotes CSV beside it).", valueName: "file"))
  var market: String

  @OptionGroup var surface: SurfaceOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Legs instead of a file: signed quantity, C, P, U or F, strike, @expiry, =price; such as \"-1C92000 -1P92000 @26DEC25\".",
      valueName: "legs"))
  var legs: String?

  @Option(help: ArgumentHelp("The underlying of --legs, where the market has several.", valueName: "symbol"))
  var underlying: String?

  @Option(
    help: "Account and collateral: the quote currency or the coin (default: the file's, else the instruments' own).")
  var settlement: Settlement?

  @Option(
    help: "Fill legs without a price at the far side (worst), the mid or the mark (default: the file's, else worst).")
  var fill: FillRule?

  @Option(
    help: ArgumentHelp(
      "Fees in place of the file's: a schedule's name or file, or ENTRY,EXIT totals in settlement currency.",
      valueName: "fees"))
  var fees: String?

  func validate() throws {
    guard (strategy == nil) != (legs == nil) else {
      throw ValidationError("Wanted a strategy's file or --legs, and not both.")
    }
    // A book states its own, leg by leg: an option that changes nothing would be believed.
    let ignored = [
      ("--settlement", settlement != nil), ("--fill", fill != nil), ("--fees", fees != nil),
      ("--underlying", underlying != nil),
    ].filter(\.1).map(\.0)
    guard !isBook || ignored.isEmpty else {
      throw ValidationError(
        "A book (.csv) states prices, fees and settlements itself; found \(ignored.joined(separator: ", ")).")
    }
  }
}

/// A strategy ready for the analysis, or why it is not.
struct StrategyEntry {
  let name: String
  let result: Result<FilledStrategy, Refusal>

  struct Refusal: Error {
    let detail: String
  }
}

extension StrategyOptions {
  func openMarket() throws -> MarketFile { try StrategyOptions.openMarket(market, surface.choice) }

  /// Reads a market and tells on standard error what is odd about it.
  static func openMarket(_ market: String, _ surface: SurfaceChoice?) throws -> MarketFile {
    let file = try MarketFile(market, surface: surface)
    for warning in file.warnings { Terminal.standardError(warning) }
    for underlying in file.state.underlyings where !underlying.rejected.isEmpty {
      Terminal.standardError(
        "\(market): warning: \(underlying.symbol): \(underlying.rejected.count) rows of the chain are not used; "
          + "`bulkhead chain check` says why")
    }
    return file
  }

  var isBook: Bool { strategy.map { $0.hasSuffix(".csv") || $0.hasSuffix(".csv.gz") } == true }

  /// Hands every strategy to `body`, one after the other.
  ///
  /// A strategy file that cannot be built ends the command; a book's bad strategy is an entry like the others.
  /// - Parameter label: What the progress bar of a long book calls the work; nil for no bar.
  func forEach(in market: MarketState, label: String?, _ body: (StrategyEntry) throws -> Void) throws {
    if isBook, let strategy {
      var reader = try BookReader.open(strategy)
      for warning in reader.warnings { Terminal.standardError(warning) }
      var bar = label.map { ProgressBar($0) }
      defer { bar?.clear() }
      while let entry = try reader.next() {
        bar?.show(reader.rowsRead, of: reader.rowCount)
        for error in entry.errors { Terminal.standardError(error.text(file: strategy)) }
        if let filled = entry.strategy {
          try body(StrategyEntry(name: entry.name, result: .success(filled)))
        } else {
          try body(StrategyEntry(name: entry.name, result: .failure(.init(detail: entry.detail))))
        }
      }
      return
    }
    let filled = try single(in: market)
    try body(StrategyEntry(name: filled.name, result: .success(filled)))
  }

  private func single(in market: MarketState) throws -> FilledStrategy {
    let (stated, terms) = try stated(in: market)
    do throws(PricingError) { return try stated.filled(from: market, terms) } catch {
      throw Failure(.badData, "\(strategy ?? "--legs"): error: \(error)")
    }
  }

  /// The one strategy before it is filled, and how it is accounted, charged and filled.
  func stated(in market: MarketState) throws -> (strategy: Strategy, terms: AccountTerms) {
    var body = StrategyStatement.Body.legs(legs ?? "", underlying: underlying)
    if let strategy {
      let file = try StrategyFile(strategy, dataFolders: StrategyOptions.dataFolders())
      for warning in file.warnings { Terminal.standardError(warning) }
      body = .file(file)
    }
    var terms: FeeTerms?
    if let fees {
      do { terms = try FeeTerms.named(fees, dataFolders: StrategyOptions.dataFolders()) } catch {
        throw Failure(.badOption, "--fees: \(error)")
      }
    }
    do throws(StatementError) {
      return try StrategyStatement(body, settlement: settlement, fill: fill, fees: terms).stated(in: market)
    } catch {
      guard case .strategy(let reason) = error else { throw Failure(error) }
      throw Failure(.badData, "\(strategy ?? "--legs"): error: \(reason)")
    }
  }

  /// Folders that hold the program's own data, for fee schedules and rules that are named: those above the program.
  static func dataFolders() -> [String] { ProgramData.folders() }
}

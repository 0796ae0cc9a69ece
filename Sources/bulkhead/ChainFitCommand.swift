import ArgumentParser
import Formats
import MarketData

/// `bulkhead chain fit MARKET`
struct ChainFitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fits a volatility surface to a chain and says what the fit is worth.",
    usage: "bulkhead chain fit <market> [<options>]",
    discussion: """
      svi: a slice for each expiry, by the quasi-explicit method; ssvi: one surface for all, which has no arbitrage. Each \
      expiry is read off its own forward. A strike speaks once, by the option out of the money where its bid and ask both \
      say a volatility, and counts with vega over the square of half that spread (at least 0.5 points); strikes without \
      such a pair are passed over, unless fewer than five have one: then marks are fitted too. An expiry with fewer than \
      five strikes is left out, and said so. Quotes of American options say American volatilities.

      Arbitrage is looked for on the whole line of strikes, and what is free of it is proved so. --repair fits what has \
      some again, so that there is none between strikes nor between expiries.

      --points with --grid-years and --grid-moneyness writes the surface at fixed places in place of its smiles, as \
      date,underlying,years,log_moneyness,vol,extrapolated: the same points each day, so that the files of several days \
      are a history for `bulkhead components`. At most 64 times and 64 log-moneynesses. Points beyond the strikes or the \
      expiries that were fitted say extrapolated: a wing goes on as the fit has it, and before the first and after the \
      last expiry that expiry's smile stands.
      """)

  @Argument(help: ArgumentHelp("The market (YAML with a quotes CSV beside it).", valueName: "market"))
  var market: String

  @Option(help: "svi or ssvi.")
  var model: SurfaceModel = .svi

  @Flag(help: "Fit slices with arbitrage again, without it.")
  var repair = false

  @Option(help: "table or csv.")
  var format: ChainFitReport.Format = .table

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the parameters (YAML) to this file: what --vol-surface and a market's surface take.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Write 101 points of each fitted smile (CSV) to this file.", valueName: "file"))
  var points: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("With --points: times to expiry in years, such as 0.08,0.25,0.5.", valueName: "list"),
    transform: NumberAxis.init(stated:))
  var gridYears: NumberAxis?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --grid-years: log-moneynesses ln(K/F), first:last:count or a list, such as -0.2:0.2:9.",
      valueName: "a:b:n"), transform: NumberAxis.init(stated:))
  var gridMoneyness: NumberAxis?

  @Option(help: ArgumentHelp("Write each quote beside its fitted volatility (CSV) to this file.", valueName: "file"))
  var residuals: String?

  func validate() throws {
    guard !(repair && model == .ssvi) else {
      throw ValidationError("--repair: a surface of SSVI has no arbitrage that could be repaired.")
    }
    guard (gridYears == nil) == (gridMoneyness == nil), gridYears == nil || points != nil else {
      throw ValidationError("--grid-years and --grid-moneyness belong together, beside --points")
    }
    if let bad = gridYears?.numbers.first(where: { !($0 > 0) }) {
      throw ValidationError("--grid-years: found \(bad), wanted times above 0")
    }
    let files = [output, points, residuals].compactMap { $0 }
    guard Set(files).count == files.count else { throw ValidationError("Wanted -o, --points and --residuals apart.") }
    // The page goes there, and a file of another kind must not follow it.
    guard !files.contains("-") else { throw ValidationError("-o, --points, --residuals: wanted a file, found -.") }
  }

  func run() throws {
    let file = try MarketFile(market, surface: .quoted)
    for warning in file.warnings { Terminal.standardError(warning) }
    var fits: [ChainFit] = []
    var failures: [String] = []
    for underlying in file.state.underlyings {
      do throws(SurfaceError) {
        fits.append(try ChainFit(underlying, model: model, isRepaired: repair))
      } catch { failures.append("\(market): error: \(underlying.symbol) cannot be fitted: \(error)") }
    }
    let failure = failures.isEmpty ? nil : Failure(.badData, failures.joined(separator: "\n"))
    if fits.isEmpty, let failure { throw failure }
    if let output { try write(SurfaceParameters.text(fits, of: file.state), to: output) }
    if let points { try write(pointRows(fits, of: file.state), to: points) }
    if let residuals { try write(ChainFitRows.residuals(fits), to: residuals) }
    try write(ChainFitReport.text(fits, of: file.state, as: format), to: nil)
    if let failure { throw failure }
  }

  /// The smiles, or the surface on the grid of the options.
  private func pointRows(_ fits: [ChainFit], of market: MarketState) -> String {
    guard let gridYears, let gridMoneyness else { return ChainFitRows.points(fits) }
    return SurfaceGridRows.text(
      fits, at: market.asOf, years: gridYears.numbers, logMoneyness: gridMoneyness.numbers)
  }

  private func write(_ text: String, to path: String?) throws {
    var sink = try OutputSink(path)
    try sink.write(text)
    try sink.finish()
  }
}

/// Numbers on the command line, each once: a list or first:last:count.
struct NumberAxis {
  let numbers: [Double]

  /// The most numbers: two axes of them are some thousand points, and a surface has no more shape than that.
  static let limit = 64

  init(stated text: String) throws {
    guard let numbers = ScenarioAxis.numbers(text), Set(numbers).count == numbers.count else {
      throw ValidationError("wanted numbers, each once: a list such as 0.1,0.25 or first:last:count")
    }
    guard numbers.count <= NumberAxis.limit else {
      throw ValidationError("found \(numbers.count) numbers, wanted at most \(NumberAxis.limit)")
    }
    self.numbers = numbers
  }
}

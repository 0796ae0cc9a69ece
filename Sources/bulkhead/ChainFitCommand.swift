import ArgumentParser
import Formats
import MarketData

/// `bulkhead chain fit MARKET`
struct ChainFitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fits a volatility surface to a chain and says what the fit is worth.",
    discussion: """
      svi: a slice for each expiry, by the quasi-explicit method; ssvi: one surface for all, which has no arbitrage. Each \
      expiry is read off its own forward. A strike speaks once, by the option out of the money where its bid and ask both \
      say a volatility, and counts with vega over the square of half that spread (at least 0.5 points); strikes without \
      such a pair are passed over, unless fewer than five have one: then marks are fitted too. An expiry with fewer than \
      five strikes is left out, and said so.

      Arbitrage is looked for on the whole line of strikes, and what is free of it is proved so. --repair fits what has \
      some again, so that there is none between strikes nor between expiries.
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

  @Option(help: ArgumentHelp("Write each quote beside its fitted volatility (CSV) to this file.", valueName: "file"))
  var residuals: String?

  func validate() throws {
    guard !(repair && model == .ssvi) else {
      throw ValidationError("--repair: a surface of SSVI has no arbitrage that could be repaired.")
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
    if let points { try write(ChainFitRows.points(fits), to: points) }
    if let residuals { try write(ChainFitRows.residuals(fits), to: residuals) }
    try write(ChainFitReport.text(fits, of: file.state, as: format), to: nil)
    if let failure { throw failure }
  }

  private func write(_ text: String, to path: String?) throws {
    var sink = try OutputSink(path)
    try sink.write(text)
    try sink.finish()
  }
}

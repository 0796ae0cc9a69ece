import Analysis
import ArgumentParser
import Formats
import Scenarios

/// How scenarios are made of a past.
enum RiskMethod: String, CaseIterable, ExpressibleByArgument {
  case historical
  case filtered
  case monteCarlo = "monte-carlo"
}

/// What a value at risk is made with.
struct RiskModelOptions: ParsableArguments {
  @Option(help: "Moves of the past as they were, scaled to today's volatility, or drawn with today's volatilities.")
  var method: RiskMethod = .historical

  @Option(
    help: ArgumentHelp(
      "Historical and filtered: a move weighs so many times as much as the one behind it, such as 0.98.",
      valueName: "decay"))
  var ageDecay: Double?

  @Option(
    help: ArgumentHelp(
      "Monte Carlo: how many scenarios are drawn, an even number unless --no-antithetic (default: 10000).",
      valueName: "n"))
  var scenarios: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Monte Carlo: seed of the draws (default: 1).", valueName: "n"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Monte Carlo: Student's t with these degrees of freedom, above 2, in place of the normal distribution.",
      valueName: "df"))
  var degrees: Double?

  @Option(
    help: ArgumentHelp(
      "Monte Carlo: ewma, shrunk (Ledoit-Wolf) or a CSV of a matrix, which is brought to the nearest valid one (default: ewma).",
      valueName: "source"))
  var correlation: String?

  @Flag(help: "Monte Carlo: independent draws, and not each with its opposite.")
  var noAntithetic = false

  func validate() throws {
    let drawn: [(String, Bool)] = [
      ("--scenarios", scenarios != nil), ("--seed", seed != nil), ("--degrees", degrees != nil),
      ("--correlation", correlation != nil), ("--no-antithetic", noAntithetic),
    ]
    if method != .monteCarlo, let option = drawn.first(where: \.1) {
      throw ValidationError("\(option.0) is for drawn scenarios: wanted --method monte-carlo with it")
    }
    guard ageDecay == nil || method != .monteCarlo else {
      throw ValidationError("--age-decay weighs the moves of a past: wanted --method historical or filtered")
    }
    do throws(ScenarioError) {
      _ = try historical(window: nil)
      if method == .monteCarlo { _ = try simulation() }
    } catch { throw ValidationError(error.description) }
  }

  private func historical(window: Int?) throws(ScenarioError) -> HistoricalSimulation {
    try HistoricalSimulation(isFiltered: method == .filtered, window: window, ageDecay: ageDecay)
  }

  private func simulation() throws(ScenarioError) -> MonteCarloSimulation {
    try MonteCarloSimulation(
      count: scenarios ?? 10_000, seed: seed ?? 1, distribution: degrees.map { .studentT(degrees: $0) } ?? .normal,
      isAntithetic: !noAntithetic)
  }
}

extension RiskModelOptions {
  private static let usualWindow = 500

  /// The model, and what is to be said of it.
  ///
  /// - Parameters:
  ///   - window: As stated; nil for the usual one, or less where there is less.
  ///   - testDays: Days that a backtest wants to lie behind the first model's.
  func model(
    of history: FactorHistory, window: Int?, testDays: Int = 0
  ) throws -> (model: RiskModel, notes: [String]) {
    do throws(ScenarioError) {
      if method != .monteCarlo {
        let known = try history.spans(knownAt: history.lastDay, window: nil, isFiltered: method == .filtered).count
        let taken = window ?? max(1, min(RiskModelOptions.usualWindow, known - testDays))
        return (.historical(try historical(window: taken)), [])
      }
      let rows = try history.dailyRows(knownAt: history.lastDay, window: nil).count
      let days = window ?? max(2, min(RiskModelOptions.usualWindow, rows - testDays))
      var notes: [String] = []
      let estimate: CorrelationSource.Estimate
      switch correlation {
      case nil, "ewma"?: estimate = .exponentiallyWeighted
      case "shrunk"?: estimate = .shrunk(.constantCorrelation)
      case let path?:
        do {
          let file = try CorrelationFile(path, series: history.factors.map(\.name))
          estimate = .given(file.correlation)
          if let distance = file.distance {
            notes.append("\(path): no correlation matrix; the nearest one is taken, \(distance) away")
          }
        } catch { throw ScenarioError.badParameter("correlation", found: error.description, wanted: "a matrix") }
      }
      return (.monteCarlo(try simulation(), try CorrelationSource(estimate, window: days)), notes)
    } catch { throw Failure(.badData, "error: \(error)") }
  }
}

import Analysis
import ArgumentParser
import Formats
import IsolatedMargin

/// What `--probability` is asked with.
struct ProbabilityOptions: ParsableArguments {
  @Flag(help: "Also the probability of liquidation by each horizon and its quantiles in time.")
  var probability = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Horizons in calendar days (default: 1,7,30); the first expiry is added.", valueName: "days"))
  var horizons: DayAxis?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The drift of the price a year, 0.1 or 10%, for real-world probabilities.", valueName: "rate"))
  var drift: RateArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The volatility of the price for real-world probabilities, 0.5 or 50%.", valueName: "vol"))
  var realVol: VolatilityArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Paths of the simulation (default: 262144), in blocks of 1,024.", valueName: "n"))
  var paths: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Seed of the simulation (default: 1).", valueName: "n"))
  var seed: UInt64?

  func validate() throws {
    let given: [(String, Bool)] = [
      ("--horizons", horizons != nil), ("--drift", drift != nil), ("--real-vol", realVol != nil),
      ("--paths", paths != nil), ("--seed", seed != nil),
    ]
    if !probability, let option = given.first(where: \.1) {
      throw ValidationError("\(option.0) is about probabilities: wanted --probability with it")
    }
    if (drift == nil) != (realVol == nil) {
      throw ValidationError("--drift and --real-vol: found one of them, wanted both or none")
    }
    if let day = horizons?.days.first(where: { !($0 > 0 && $0 <= 36_500) }) {
      throw ValidationError("--horizons: found \(day), wanted more than 0, at most 36500 calendar days")
    }
    if let paths, !(1...100_000_000).contains(paths) {
      throw ValidationError("--paths: found \(paths), wanted 1 to 100000000")
    }
  }

  /// - Parameter volatility: What `--vol` says.
  func request(volatility: Double?) throws -> LiquidationOutlookRequest {
    var request = LiquidationOutlookRequest(
      simulation: try PassageSimulation(paths: paths ?? 262_144, seed: seed ?? 1))
    if let horizons { request.horizons = horizons.days }
    request.volatility = volatility
    if let drift, let realVol {
      request.realWorld = try GeometricBrownianMotion(drift: drift.value, volatility: realVol.value)
    }
    return request
  }
}

/// A rate a year on the command line: a fraction or a percentage, of either sign.
struct RateArgument: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    guard let value = OptionText.rate(argument) else { return nil }
    self.value = value
  }
}

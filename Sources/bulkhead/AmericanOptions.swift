import ArgumentParser
import Formats

/// When the options of a file may be exercised.
enum ExerciseArgument: String, CaseIterable, ExpressibleByArgument {
  case european
  case american
}

/// `--exercise american --tolerance 1e-10`
struct AmericanOptions: ParsableArguments {
  @Option(help: "When the options may be exercised: european (at expiry) or american (at any time).")
  var exercise = ExerciseArgument.european

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The error allowed in an American value, as a fraction of the greater of spot and strike; default 1e-8.",
      valueName: "fraction"))
  var tolerance: Double?

  /// The error allowed in an American value; nil for European options.
  var toleranceInUse: Double? { exercise == .american ? tolerance ?? AmericanOptions.usual : nil }

  private static let usual = 1e-8

  /// Refuses a tolerance that is out of reach, is no number or would do nothing.
  func check() throws {
    guard let tolerance else { return }
    guard exercise == .american else {
      throw ValidationError("--tolerance is for --exercise american: European values have no such error")
    }
    let range = AmericanPriceReport.tolerances
    guard range.contains(tolerance) else {
      throw ValidationError(
        "--tolerance: found \(tolerance), wanted a number from \(range.lowerBound) to \(range.upperBound)")
    }
  }
}

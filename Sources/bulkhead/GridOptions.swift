import ArgumentParser
import Formats
import Scenarios

/// One shift on the command line, in points of volatility.
struct PointsArgument {
  let fraction: Double

  /// - Throws: `ValidationError` with what is wanted.
  init(_ text: String) throws {
    guard let fraction = OptionText.points(text), fraction.magnitude <= PointsArgument.limit else {
      throw ValidationError("wanted one number of points of volatility, -100000000 to 100000000, such as -5 or 1.5")
    }
    self.fraction = fraction
  }

  /// As ``ScenarioGrid`` has it.
  private static let limit = 1e6
}

/// The grid of scenarios on the command line.
struct GridOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Moves of spot in percent: first:last:count, a list -20,0,20, or one (default: -30:30:61; attribution: 0).",
      valueName: "a:b:n"))
  var spotShift: ShiftAxis?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Moves of volatility in points, or in percent with --vol-relative (default: 0).", valueName: "a:b:n"))
  var volShift: ShiftAxis?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Calendar days forward, such as 0,7 (default: 0).", valueName: "days"))
  var days: DayAxis?

  @Flag(help: "Volatility shifts multiply instead of adding points.")
  var volRelative = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Skew shock: points of volatility for each standard deviation of strike from the forward, at every node.",
      valueName: "points"), transform: PointsArgument.init(_:))
  var skewShift: PointsArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Curvature shock: points for the square of each, at every node; both hold still beyond 3 deviations.",
      valueName: "points"), transform: PointsArgument.init(_:))
  var curvatureShift: PointsArgument?

  @Option(help: "How the smile answers when spot moves.")
  var smile: SmileDynamics = .stickyStrike

  /// True where an option says something about a move.
  var isStated: Bool { !moves.isEmpty }

  /// The options that say something about a move, as they are written.
  var moves: [String] {
    [
      ("--spot-shift", spotShift != nil), ("--vol-shift", volShift != nil), ("--days", days != nil),
      ("--skew-shift", skewShift != nil), ("--curvature-shift", curvatureShift != nil),
    ].filter(\.1).map(\.0)
  }

  /// - Parameters:
  ///   - spotShifts: What is taken where none are stated.
  ///   - volatilityShifts: Likewise.
  func grid(
    spotShifts: [Double] = ScenarioGrid.nodes(from: -0.3, to: 0.3, count: 61), volatilityShifts: [Double] = [0]
  ) throws(ValidationError) -> ScenarioGrid {
    do {
      return try ScenarioGrid(
        spotShifts: spotShift?.shifts ?? spotShifts, volatilityShifts: volShift?.shifts ?? volatilityShifts,
        days: days?.days ?? [0], isVolatilityRelative: volRelative, skewShift: skewShift?.fraction ?? 0,
        curvatureShift: curvatureShift?.fraction ?? 0, dynamics: smile)
    } catch { throw ValidationError(error.description) }
  }
}

import ArgumentParser
import Formats
import Scenarios

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

  @Option(help: "How the smile answers when spot moves.")
  var smile: SmileDynamics = .stickyStrike

  /// True where an option says something about a move.
  var isStated: Bool { spotShift != nil || volShift != nil || days != nil }

  /// - Parameter spotShifts: What is taken where none are stated.
  func grid(
    spotShifts: [Double] = ScenarioGrid.nodes(from: -0.3, to: 0.3, count: 61)
  ) throws(ValidationError) -> ScenarioGrid {
    do {
      return try ScenarioGrid(
        spotShifts: spotShift?.shifts ?? spotShifts, volatilityShifts: volShift?.shifts ?? [0],
        days: days?.days ?? [0], isVolatilityRelative: volRelative, dynamics: smile)
    } catch { throw ValidationError(error.description) }
  }
}

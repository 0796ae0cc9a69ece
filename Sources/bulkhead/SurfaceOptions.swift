import ArgumentParser
import Formats

/// Which volatilities a market is read with: what every command that takes a market has in common.
struct SurfaceOptions: ParsableArguments {
  // `--surface` is taken: `liquidation` draws one of its own.
  @Option(
    name: .customLong("vol-surface"),
    help: ArgumentHelp(
      "Volatilities: quoted, svi or ssvi (fitted as the market is read, svi repaired), or a file of `chain fit -o` (default: the market's).",
      valueName: "surface"))
  var surface: String?

  var choice: SurfaceChoice? { surface.map(SurfaceChoice.init) }
}

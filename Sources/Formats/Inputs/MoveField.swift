import Scenarios

/// The numbers of a scenario's move as files of scenarios name them: one description for CSV and YAML, reading and writing.
enum MoveField: String, CaseIterable {
  case spot = "spot_shift"
  case level = "vol_shift"
  case relative = "vol_relative_shift"
  case skew = "skew_shift"
  case curvature = "curvature_shift"

  func value(of move: UnderlyingMove) -> Double {
    switch self {
    case .spot: move.spot
    case .level: move.volatility.level
    case .relative: move.volatility.relative
    case .skew: move.volatility.skew
    case .curvature: move.volatility.curvature
    }
  }
}

extension UnderlyingMove {
  /// The move whose numbers a file says, those that it leaves out being 0.
  init(
    moves: VolatilityMoves? = nil, _ number: (MoveField) throws(FormatError) -> Double?
  ) throws(FormatError) {
    self.init(
      spot: try number(.spot) ?? 0,
      volatility: VolatilityShift(
        level: try number(.level) ?? 0, skew: try number(.skew) ?? 0, curvature: try number(.curvature) ?? 0,
        relative: try number(.relative) ?? 0, moves: moves))
  }
}

public import Instruments

/// The row that linear legs are multiples of: the leg's value is units x (row at the scenario's spot - row at its entry).
///
/// In quote currency the row is the spot, and the value q (S - entry); in coin it is -1/S, and the value N (1/entry - 1/S).
public struct LinearRow: Sendable {
  let settlement: Settlement

  public init(settlement: Settlement) { self.settlement = settlement }

  public func number(atSpot spot: Double) -> Double { settlement == .quote ? spot : -1 / spot }
}

/// A scenario that counts in part: clearing houses take a share of what extreme moves lose.
enum ScenarioCover {
  /// The unshocked value and a share of the change from it; whole, the value itself to the last digit.
  static func counted(_ value: Double, of unshocked: Double, _ cover: Double) -> Double {
    cover == 1 ? value : unshocked + cover * (value - unshocked)
  }
}

/// Where an isolated account stands between its first deposit and its end.
///
/// A state says which commands are allowed (``TransitionTable``); the figures behind it are those of
/// ``IsolatedAccount/figures``.
public enum BoxState: String, Hashable, Sendable, CaseIterable {
  /// Nothing posted, nothing held.
  case empty
  /// Cash posted, nothing held.
  case funded
  /// Positions, and equity comfortably at or above the requirement.
  case open
  /// Positions, and equity near the requirement; or below it, while no recorded mark is fresh enough to act on.
  case atRisk
  /// A liquidation has reduced the positions to the target ratio, and no mark has been recorded since.
  case partial
  /// Equity was below the requirement at recorded, fresh marks of every position: the one state that is liquidated.
  case liquidating
  /// Every position has been closed by force. What cash is left belongs to the holder.
  case liquidated
  /// A position has reached its expiry and waits for its delivery price.
  case expiring
  /// Every position has been paid out at its delivery price.
  case settled
  /// Ended by its holder: the cash waits to be collected.
  case closed

  /// True where positions are held.
  public var hasPositions: Bool {
    switch self {
    case .open, .atRisk, .partial, .liquidating, .expiring: return true
    case .empty, .funded, .liquidated, .settled, .closed: return false
    }
  }
}

/// What the holder does until the end: a maximum loss holds for one course of action, and names it.
///
/// Legs of one expiry have one course, ``heldToExpiry``, and every policy answers them so. With several expiries, what the
/// later legs are worth when the first ones end is not fixed by the payoffs, and a loss is a number only beside one of the
/// other three.
public enum LossPolicy: Hashable, Sendable {
  /// Every leg is held to the one expiry they share; perpetual and underlying legs are closed at its delivery price.
  case heldToExpiry
  /// Every leg of an underlying is closed at that underlying's first expiry, at any mark free of arbitrage.
  case closedAtFirstExpiry
  /// The same, at marks of Black's formula whose volatilities lie inside a band.
  case closedAtFirstExpiryInBand(VolatilityBand)
  /// Every leg is held to its own expiry, whatever the prices do between; nothing is traded.
  case eachHeldToItsExpiry

  /// The policy's word in reports.
  public var name: String {
    switch self {
    case .heldToExpiry: return "held_to_expiry"
    case .closedAtFirstExpiry: return "closed_at_first_expiry"
    case .closedAtFirstExpiryInBand: return "closed_at_first_expiry_in_band"
    case .eachHeldToItsExpiry: return "each_held_to_expiry"
    }
  }
}

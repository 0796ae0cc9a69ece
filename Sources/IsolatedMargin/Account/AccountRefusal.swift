public import Basics

/// Why a box or a ledger refused a command. What refuses changes nothing.
public enum AccountRefusal: Error, Equatable, Sendable {
  /// The state does not allow the command, whatever its figures: ``TransitionTable``.
  case state(BoxState, BoxCommand.Kind, TransitionTable.Reason)
  /// The free balance does not hold the amount.
  case insufficientFree(wanted: Money, free: Money)
  /// The box's cash does not cover the amount and what its options can still cost.
  case insufficientCash(wanted: Money, available: Money)
  /// The resulting position needs more than the box would hold; what is missing.
  case belowRequirement(missing: Money)
  /// A withdrawal of more than may go.
  case notWithdrawable(wanted: Money, limit: Money)
  /// A position's last price is too old to act on.
  case staleMark(String, ageSeconds: Int64, limitSeconds: Int64)
  /// A position has no recorded mark.
  case noMark(String)
  /// A newer mark of the instrument is recorded already.
  case olderMark(String)
  /// The options alone can lose without end, so that no cash secures them.
  case unboundedOptions(String)
  /// A dated future cannot share a box with options that expire after it.
  case futureBeforeOptions
  /// The box does not take such an instrument, or not in its settlement.
  case badInstrument(String, wanted: String)
  case notHeld(String)
  /// A price or position is not spoken of, or twice.
  case incomplete(String)
  case badValue(String, found: String, wanted: String)
  /// An instrument whose expiry has passed.
  case expired(String)
  case autoAddOff
  /// Equity is not below the trigger.
  case notTriggered
  /// The rule has acted at this mark already.
  case alreadyAdded
  /// The cap is used up.
  case capReached(Money)
  case nothingToCollect
  /// The command's time lies before the last one's.
  case timeBackwards(Instant, last: Instant)
  /// The id names an applied command that was another one.
  case idReused(String)
  case unknownBox(String)
  case boxExists(String)
  case wrongCurrency(String, wanted: String)
  case number(BasicsError)
}

extension AccountRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .state(let state, let command, let reason):
      return "\(reason.rawValue): \(command.rawValue) in state \(state.rawValue)"
    case .insufficientFree(let wanted, let free): return "insufficientFree: found \(free) free, wanted \(wanted)"
    case .insufficientCash(let wanted, let available):
      return "insufficientCash: found \(available) that the box can pay, wanted \(wanted)"
    case .belowRequirement(let missing): return "belowRequirement: \(missing) missing"
    case .notWithdrawable(let wanted, let limit): return "notWithdrawable: found \(wanted), wanted at most \(limit)"
    case .staleMark(let name, let age, let limit):
      return "staleMark: the price of \(name) is \(age) s old, wanted at most \(limit) s"
    case .noMark(let name): return "noMark: found no recorded mark of \(name)"
    case .olderMark(let name): return "olderMark: a newer mark of \(name) is recorded"
    case .unboundedOptions(let directions):
      return "unboundedOptions: the loss of the options has no bound (\(directions)), so no cash secures them"
    case .futureBeforeOptions: return "futureBeforeOptions: found options that expire after a future of the same box"
    case .badInstrument(let name, let wanted): return "badInstrument: found \(name), wanted \(wanted)"
    case .notHeld(let name): return "notHeld: found no position in \(name)"
    case .incomplete(let what): return "incomplete: \(what)"
    case .badValue(let what, let found, let wanted): return "badValue: \(what): found \(found), wanted \(wanted)"
    case .expired(let name): return "expired: \(name)"
    case .autoAddOff: return "autoAddOff: the cap is 0"
    case .notTriggered: return "notTriggered: equity is not below the trigger"
    case .alreadyAdded: return "alreadyAdded: the rule has acted at this mark"
    case .capReached(let cap): return "capReached: \(cap) have been added"
    case .nothingToCollect: return "nothingToCollect: the box holds no cash"
    case .timeBackwards(let time, let last): return "timeBackwards: found \(time), wanted \(last) or later"
    case .idReused(let id): return "idReused: \(id) names another command that was applied"
    case .unknownBox(let id): return "unknownBox: \(id)"
    case .boxExists(let id): return "boxExists: \(id)"
    case .wrongCurrency(let found, let wanted): return "wrongCurrency: found \(found), wanted \(wanted)"
    case .number(let error): return "number: \(error.description)"
    }
  }
}

/// Arithmetic of the state machine: an overflow is a refusal.
func refusing<Value>(_ body: () throws(BasicsError) -> Value) throws(AccountRefusal) -> Value {
  do { return try body() } catch { throw .number(error) }
}

extension Money {
  func plus(_ other: Money) throws(AccountRefusal) -> Money {
    try refusing { () throws(BasicsError) in try self + other }
  }

  func minus(_ other: Money) throws(AccountRefusal) -> Money {
    try refusing { () throws(BasicsError) in try self - other }
  }

  var isNegative: Bool { minorUnits < 0 }
  var isZero: Bool { minorUnits == 0 }

  /// The larger of two amounts of one currency.
  func larger(_ other: Money) -> Money { minorUnits < other.minorUnits ? other : self }
  func smaller(_ other: Money) -> Money { minorUnits < other.minorUnits ? self : other }
}

/// Which command each state of a box allows, and why the others are refused.
///
/// One table for the code and for its readers: ``IsolatedAccount/applying(_:at:in:)`` asks it before anything else, and
/// ``text`` writes it out. It is total: every state has a row, every command a column.
public enum TransitionTable {
  /// Why a state refuses a command whatever its figures are.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// The command is about positions, and none is held.
    case nothingHeld
    /// The command is about cash, and none is posted.
    case nothingPosted
    /// Equity is not below the requirement at recorded, fresh marks.
    case conditionNotMet
    /// Too near the requirement for anything that would take it closer.
    case tooCloseToRequirement
    /// The positions are being closed by force.
    case liquidationInProgress
    /// A delivery price is waited for.
    case awaitsSettlement
    /// No position has reached its expiry.
    case notExpired
    /// The positions have ended: the box can only be closed.
    case ended
    /// Closed: its cash can only be collected.
    case closed
    /// Only a closed box is collected.
    case notClosed
  }

  public enum Entry: Hashable, Sendable {
    case allowed
    case refused(Reason)
  }

  /// - Returns: What a state answers to a command before its figures are looked at.
  public static func entry(_ state: BoxState, _ command: BoxCommand.Kind) -> Entry {
    switch state {
    case .empty: return empty(command)
    case .funded: return funded(command)
    case .open, .partial: return held(command)
    case .atRisk: return atRisk(command)
    case .liquidating: return liquidating(command)
    case .expiring: return expiring(command)
    case .liquidated, .settled: return ended(command)
    case .closed: return command == .collect ? .allowed : .refused(.closed)
    }
  }

  private static func empty(_ command: BoxCommand.Kind) -> Entry {
    switch command {
    case .open, .topUp, .close: return .allowed
    case .withdraw, .chargeFees: return .refused(.nothingPosted)
    case .autoAdd, .accrueFunding, .mark, .partiallyLiquidate, .liquidate, .settle: return .refused(.nothingHeld)
    case .collect: return .refused(.notClosed)
    }
  }

  private static func funded(_ command: BoxCommand.Kind) -> Entry {
    switch command {
    case .open, .topUp, .withdraw, .chargeFees, .close: return .allowed
    case .autoAdd, .accrueFunding, .mark, .partiallyLiquidate, .liquidate, .settle: return .refused(.nothingHeld)
    case .collect: return .refused(.notClosed)
    }
  }

  private static func held(_ command: BoxCommand.Kind) -> Entry {
    switch command {
    case .open, .topUp, .withdraw, .autoAdd, .accrueFunding, .chargeFees, .mark, .close: return .allowed
    case .partiallyLiquidate, .liquidate: return .refused(.conditionNotMet)
    case .settle: return .refused(.notExpired)
    case .collect: return .refused(.notClosed)
    }
  }

  private static func atRisk(_ command: BoxCommand.Kind) -> Entry {
    command == .withdraw ? .refused(.tooCloseToRequirement) : held(command)
  }

  private static func liquidating(_ command: BoxCommand.Kind) -> Entry {
    switch command {
    case .topUp, .autoAdd, .accrueFunding, .mark, .partiallyLiquidate, .liquidate: return .allowed
    case .open, .withdraw, .chargeFees, .close: return .refused(.liquidationInProgress)
    case .settle: return .refused(.notExpired)
    case .collect: return .refused(.notClosed)
    }
  }

  private static func expiring(_ command: BoxCommand.Kind) -> Entry {
    switch command {
    case .topUp, .accrueFunding, .chargeFees, .mark, .settle: return .allowed
    case .open, .withdraw, .autoAdd, .partiallyLiquidate, .liquidate, .close: return .refused(.awaitsSettlement)
    case .collect: return .refused(.notClosed)
    }
  }

  private static func ended(_ command: BoxCommand.Kind) -> Entry {
    switch command {
    case .close: return .allowed
    case .collect: return .refused(.notClosed)
    case .open, .topUp, .withdraw, .autoAdd, .accrueFunding, .chargeFees, .mark, .partiallyLiquidate, .liquidate,
      .settle:
      return .refused(.ended)
    }
  }

  /// The table for people: a line for each state and command, `state,command,answer`, in the order of declaration.
  public static var text: String {
    var lines = ["state,command,answer"]
    for state in BoxState.allCases {
      for command in BoxCommand.Kind.allCases {
        switch entry(state, command) {
        case .allowed: lines.append("\(state.rawValue),\(command.rawValue),allowed")
        case .refused(let reason): lines.append("\(state.rawValue),\(command.rawValue),\(reason.rawValue)")
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

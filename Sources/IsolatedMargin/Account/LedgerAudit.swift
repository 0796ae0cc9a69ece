import Basics
import Instruments

/// A rule of the ledger that does not hold, and the figures that show it.
public struct LedgerViolation: Hashable, Sendable, CustomStringConvertible {
  /// What must hold.
  public enum Invariant: String, Hashable, Sendable, CaseIterable {
    /// For each currency all balances add up to 0, and every instruction's postings balance.
    case conservation
    /// What is traded goes to the book cost of a position or through the cash, but for rounding.
    case book
    /// Postings are counted without gaps.
    case sequence
    case freeBalance
    /// Each box's cash is its account, and the locked total is their sum.
    case locks
    /// No box has paid away more than was posted to it.
    case isolation
    /// An instruction touches its own box and its own owner's free balance only.
    case bystanders
    /// The cash covers what the options can still cost.
    case cashRule
    case refusalChangesNothing
    case withdrawal
    case topUp
    case partialTarget
    /// Liquidation if and only if equity was below the requirement at recorded, fresh marks.
    case liquidationCondition
    /// Bad debt is insurance paid, haircuts and the recorded remainder.
    case badDebt
    /// Only what the table allows was done; a closed box is only collected.
    case table
    case autoAddCap
  }

  public let invariant: Invariant
  public let detail: String

  public var description: String { "\(invariant.rawValue): \(detail)" }
}

/// Checks what must hold after every instruction, from balances, positions and prices alone.
///
/// It shares no arithmetic with the state machine: equities, requirements and least payoffs are worked out again here, by
/// other means where there are others. A test runs it after every command; a desk may run it over a day's instructions.
public struct LedgerAudit: Sendable {
  private let before: MarginLedger

  /// Remembers a ledger as it is before an instruction.
  public init(before ledger: MarginLedger) { before = ledger }

  /// Everything that does not hold after an instruction was answered.
  public func violations(
    of instruction: Instruction, answer: Result<Outcome, AccountRefusal>, after ledger: MarginLedger
  ) -> [LedgerViolation] {
    switch answer {
    case .failure:
      return ledger == before ? [] : [.init(invariant: .refusalChangesNothing, detail: "\(instruction)")]
    case .success(let outcome):
      guard ledger.answerCount > before.answerCount else {
        return ledger == before ? [] : [.init(invariant: .refusalChangesNothing, detail: "replay of \(instruction)")]
      }
      var found = balanceViolations(ledger) + postingViolations(outcome)
      if ledger.postingCount != before.postingCount + Int64(outcome.postings.count) {
        found.append(.init(invariant: .sequence, detail: "\(ledger.postingCount) postings counted"))
      }
      found += bystanderViolations(instruction, ledger)
      found += debtViolations(instruction, outcome, ledger)
      if case .box(let id, let command) = instruction.command, let after = outcome.box, let box = before[box: id] {
        found += BoxAudit(before: box, command: command, after: after, time: instruction.time).violations
      }
      return found
    }
  }

  private func balanceViolations(_ ledger: MarginLedger) -> [LedgerViolation] {
    var found: [LedgerViolation] = []
    var sums: [String: Int128] = [:]
    var locked: [String: Int128] = [:]
    for (account, balance) in ledger.allBalances {
      sums[balance.currency.code, default: 0] += Int128(balance.minorUnits)
      switch account {
      case .free, .fees, .insurance:
        if balance.minorUnits < 0 { found.append(.init(invariant: .freeBalance, detail: "\(account.name) \(balance)")) }
      case .box: locked[balance.currency.code, default: 0] += Int128(balance.minorUnits)
      case .outside, .market, .counterparty, .uncovered: break
      }
    }
    for (code, sum) in sums.sorted(by: { $0.key < $1.key }) where sum != 0 {
      found.append(.init(invariant: .conservation, detail: "balances in \(code) add up to \(sum)"))
    }
    for box in ledger.allBoxes {
      let account = ledger.balance(.box(box.id), box.terms.currency)
      if account != box.cash {
        found.append(.init(invariant: .locks, detail: "\(box.id) holds \(box.cash), its account \(account)"))
      }
      locked[box.terms.currency.code, default: 0] -= Int128(box.cash.minorUnits)
      let lost =
        Int128(box.posted.minorUnits) - Int128(box.withdrawn.minorUnits) - Int128(box.cash.minorUnits)
      if lost > Int128(box.posted.minorUnits) - Int128(box.withdrawn.minorUnits) {
        found.append(.init(invariant: .isolation, detail: "\(box.id) paid \(lost) minor units away"))
      }
      if box.autoAdded.minorUnits > box.terms.autoAdd.cap.minorUnits {
        found.append(.init(invariant: .autoAddCap, detail: "\(box.id) drew \(box.autoAdded)"))
      }
    }
    for (code, rest) in locked.sorted(by: { $0.key < $1.key }) where rest != 0 {
      found.append(.init(invariant: .locks, detail: "locks in \(code) differ from the total by \(rest)"))
    }
    return found
  }

  private func postingViolations(_ outcome: Outcome) -> [LedgerViolation] {
    var found: [LedgerViolation] = []
    var sum: Int128 = 0
    for (index, posting) in outcome.postings.enumerated() {
      sum += Int128(posting.debit.minorUnits) - Int128(posting.credit.minorUnits)
      if posting.sequence != before.postingCount + Int64(index) + 1 {
        found.append(.init(invariant: .sequence, detail: "found \(posting.sequence)"))
      }
    }
    if sum != 0 { found.append(.init(invariant: .conservation, detail: "postings leave \(sum)")) }
    return found
  }

  private func bystanderViolations(_ instruction: Instruction, _ ledger: MarginLedger) -> [LedgerViolation] {
    var own: (box: String?, owner: String?)
    switch instruction.command {
    case .deposit(let owner, _), .payOut(let owner, _): own = (nil, owner)
    case .insure: own = (nil, nil)
    case .makeBox(let id, let owner, _): own = (id, owner)
    case .box(let id, _): own = (id, before[box: id]?.owner)
    }
    var found: [LedgerViolation] = []
    for box in before.allBoxes where box.id != own.box && ledger[box: box.id] != box {
      found.append(.init(invariant: .bystanders, detail: "box \(box.id) changed"))
    }
    for case (.free(let owner), let balance) in before.allBalances where owner != own.owner {
      if ledger.balance(.free(owner: owner), balance.currency) != balance {
        found.append(.init(invariant: .bystanders, detail: "free balance of \(owner) changed"))
      }
    }
    return found
  }

  /// The shortfall is what insurance, winners and nobody have paid; and without a shortfall they have paid nothing.
  private func debtViolations(
    _ instruction: Instruction, _ outcome: Outcome, _ ledger: MarginLedger
  ) -> [LedgerViolation] {
    var paid: Int128 = 0
    for (account, balance) in ledger.allBalances {
      switch account {
      case .insurance, .counterparty, .uncovered:
        paid += Int128(before.balance(account, balance.currency).minorUnits) - Int128(balance.minorUnits)
      default: break
      }
    }
    if case .insure(let amount) = instruction.command { paid += Int128(amount.minorUnits) }
    guard let waterfall = outcome.waterfall else {
      return paid == 0 ? [] : [.init(invariant: .badDebt, detail: "\(paid) paid without a shortfall")]
    }
    var found: [LedgerViolation] = []
    var parts = Int128(waterfall.insurance.minorUnits) + Int128(waterfall.remainder.minorUnits)
    for haircut in waterfall.haircuts { parts += Int128(haircut.amount.minorUnits) }
    if paid != Int128(waterfall.shortfall.minorUnits) || parts != paid {
      found.append(.init(invariant: .badDebt, detail: "\(waterfall.shortfall) missing, \(parts) named, \(paid) paid"))
    }
    let backstop = before.backstop(waterfall.shortfall.currency)
    for haircut in waterfall.haircuts {
      let claim = backstop.claims.first { $0.id == haircut.id }
      if haircut.amount.minorUnits < 0 || haircut.amount.minorUnits > (claim?.profit.minorUnits ?? 0) {
        found.append(.init(invariant: .badDebt, detail: "\(haircut.amount) taken from \(haircut.id)"))
      }
    }
    if outcome.box?.cash.isZero != true {
      found.append(.init(invariant: .badDebt, detail: "a shortfall, and cash left in the box"))
    }
    return found
  }
}

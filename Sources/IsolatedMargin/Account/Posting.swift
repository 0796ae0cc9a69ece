public import Basics

/// A ledger account: who holds an amount.
public enum LedgerAccount: Hashable, Sendable {
  /// The world beyond the ledger; what came in stands there as a negative balance.
  case outside
  /// What an owner has posted nowhere.
  case free(owner: String)
  /// The cash of an isolated account.
  case box(String)
  case fees
  case insurance
  /// The other side of every trade, payoff and funding payment. May be negative: it has then paid more than it received.
  case market
  /// A winner on the other side, whose profit auto-deleveraging may take.
  case counterparty(String)
  /// Losses that nobody has covered, as a negative balance: the recorded remainder.
  case uncovered

  /// `box:condor`, as reports write it.
  public var name: String {
    switch self {
    case .outside: return "outside"
    case .free(let owner): return "free:\(owner)"
    case .box(let id): return "box:\(id)"
    case .fees: return "fees"
    case .insurance: return "insurance"
    case .market: return "market"
    case .counterparty(let id): return "counterparty:\(id)"
    case .uncovered: return "uncovered"
    }
  }
}

extension LedgerAccount: Comparable {
  /// By kind, then by the name of owner, box or counterparty.
  public static func < (left: LedgerAccount, right: LedgerAccount) -> Bool {
    left.order.rank == right.order.rank ? left.order.name < right.order.name : left.order.rank < right.order.rank
  }

  private var order: (rank: Int, name: String) {
    switch self {
    case .outside: return (0, "")
    case .free(let owner): return (1, owner)
    case .box(let id): return (2, id)
    case .fees: return (3, "")
    case .insurance: return (4, "")
    case .market: return (5, "")
    case .counterparty(let id): return (6, id)
    case .uncovered: return (7, "")
    }
  }
}

/// An amount that goes from one account to another: a debit and a credit that cannot differ.
public struct Transfer: Hashable, Sendable {
  public let source: LedgerAccount
  public let destination: LedgerAccount
  /// Above 0.
  public let amount: Money

  /// - Returns: nil for an amount of 0 or less.
  init?(_ amount: Money, from source: LedgerAccount, to destination: LedgerAccount) {
    guard amount.minorUnits > 0 else { return nil }
    self.source = source
    self.destination = destination
    self.amount = amount
  }
}

/// One line of the journal. A credit raises the account's balance, a debit lowers it; one of the two is 0.
public struct Posting: Hashable, Sendable {
  /// Counts every posting of a ledger from 1, without gaps.
  public let sequence: Int64
  public let account: LedgerAccount
  public let debit: Money
  public let credit: Money

  public var currency: Currency { debit.currency }

  /// The two postings of every transfer, the debit first.
  static func lines(of transfers: [Transfer], from sequence: Int64) -> [Posting] {
    var lines: [Posting] = []
    var next = sequence
    for transfer in transfers {
      let zero = Money.zero(transfer.amount.currency)
      lines.append(Posting(sequence: next, account: transfer.source, debit: transfer.amount, credit: zero))
      lines.append(Posting(sequence: next + 1, account: transfer.destination, debit: zero, credit: transfer.amount))
      next += 2
    }
    return lines
  }
}

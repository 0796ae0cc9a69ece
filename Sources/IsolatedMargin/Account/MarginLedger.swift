public import Basics

/// What can be asked of a ledger.
public enum LedgerCommand: Hashable, Sendable {
  /// From outside into an owner's free balance; above 0.
  case deposit(owner: String, Money)
  /// From an owner's free balance to the outside; above 0.
  case payOut(owner: String, Money)
  /// From outside into the insurance fund; above 0.
  case insure(Money)
  /// Makes an empty box.
  case makeBox(id: String, owner: String, BoxTerms)
  case box(String, BoxCommand)
}

/// A command with the id under which its answer is kept, and its time.
public struct Instruction: Hashable, Sendable {
  public let id: String
  public let time: Instant
  public let command: LedgerCommand

  public init(id: String, time: Instant, _ command: LedgerCommand) {
    self.id = id
    self.time = time
    self.command = command
  }
}

/// The answer to an applied instruction.
public struct Outcome: Hashable, Sendable {
  /// The box as it is afterwards; nil where the command was about none.
  public let box: IsolatedAccount?
  public let postings: [Posting]
  public let notes: [BoxNote]
  public let waterfall: Waterfall?
}

/// The book of everybody's money: free balances, boxes, fees, insurance, the market, and the world outside.
///
/// Every amount that arrives somewhere has left somewhere: for each currency the balances add up to 0, outside included.
/// Boxes stand side by side and see nothing of each other; what ties them is their owner's free balance, which only the
/// owner's commands and a box's own ``AutoAdd`` draw on.
///
/// An instruction's id names its answer for ever: given again it is answered again and changes nothing; given with another
/// command it is refused. A refused instruction changes nothing and may come again.
public struct MarginLedger: Sendable {
  struct BalanceKey: Hashable, Sendable {
    let account: LedgerAccount
    let currency: String
  }

  private var balances: [BalanceKey: Money] = [:]
  private var boxes: [String: IsolatedAccount] = [:]
  private var answers: [String: (instruction: Instruction, outcome: Outcome)] = [:]
  private var nextSequence: Int64 = 1
  /// Profits of the other side that are left to be taken, by currency code.
  private var claims: [String: [CounterpartyClaim]] = [:]
  private let floors: [String: Money]
  private let order: DeleveragingOrder

  /// - Parameters:
  ///   - floors: The part of the insurance fund that is never paid out, one amount a currency.
  ///   - claims: Winners on the other side; none leaves a shortfall beyond the fund as the recorded remainder.
  ///   - order: Who of them gives first.
  /// - Throws: ``AccountRefusal`` `.badValue` for two claims of one id and currency, `.wrongCurrency` for a claim in two,
  ///   `.number` where the profits of a currency together leave 64 bits: no shortfall could then be shared out.
  public init(
    floors: [Money] = [], claims: [CounterpartyClaim] = [], order: DeleveragingOrder = .proRata
  ) throws(AccountRefusal) {
    var seen: Set<String> = []
    var profits: [String: Money] = [:]
    for claim in claims {
      guard claim.margin.currency == claim.profit.currency else {
        throw .wrongCurrency(claim.margin.currency.code, wanted: claim.profit.currency.code)
      }
      guard seen.insert("\(claim.profit.currency.code) \(claim.id)").inserted else {
        throw .badValue("counterparty", found: "\(claim.id) twice", wanted: "one claim of each")
      }
      let zero = Money.zero(claim.profit.currency)
      profits[zero.currency.code] = try (profits[zero.currency.code] ?? zero).plus(claim.profit.larger(zero))
    }
    self.floors = Dictionary(floors.map { ($0.currency.code, $0) }) { $0.larger($1) }
    self.claims = Dictionary(grouping: claims) { $0.profit.currency.code }
    self.order = order
  }

  // MARK: What it holds

  public func balance(_ account: LedgerAccount, _ currency: Currency) -> Money {
    balances[BalanceKey(account: account, currency: currency.code)] ?? .zero(currency)
  }

  public subscript(box id: String) -> IsolatedAccount? { boxes[id] }

  /// By id.
  public var allBoxes: [IsolatedAccount] { boxes.values.sorted { $0.id < $1.id } }

  /// Every account that was ever posted to, in a fixed order.
  public var allBalances: [(account: LedgerAccount, balance: Money)] {
    balances.map { ($0.key.account, $0.value) }.sorted {
      $0.1.currency.code == $1.1.currency.code ? $0.0 < $1.0 : $0.1.currency.code < $1.1.currency.code
    }
  }

  /// Postings made so far.
  public var postingCount: Int64 { nextSequence - 1 }
  /// Instructions applied so far.
  public var answerCount: Int { answers.count }

  /// The sum of the cash of an owner's boxes.
  public func locked(owner: String, _ currency: Currency) throws(AccountRefusal) -> Money {
    var sum = Money.zero(currency)
    for box in allBoxes where box.owner == owner && box.terms.currency == currency { sum = try sum.plus(box.cash) }
    return sum
  }

  /// What stands behind a box that goes bankrupt now.
  public func backstop(_ currency: Currency) -> Backstop {
    Backstop(
      insurance: balance(.insurance, currency), floor: floors[currency.code], claims: claims[currency.code] ?? [],
      order: order)
  }

  // MARK: What it does

  /// Answers as ``apply(_:)`` would, and changes nothing.
  public func preview(_ instruction: Instruction) throws(AccountRefusal) -> Outcome {
    try answer(instruction).outcome
  }

  /// The ledger after an instruction, and its answer.
  public func applying(
    _ instruction: Instruction
  ) throws(AccountRefusal) -> (ledger: MarginLedger, outcome: Outcome) {
    var ledger = self
    let outcome = try ledger.apply(instruction)
    return (ledger, outcome)
  }

  /// Carries out an instruction.
  ///
  /// - Throws: ``AccountRefusal``; nothing has then changed.
  @discardableResult
  public mutating func apply(_ instruction: Instruction) throws(AccountRefusal) -> Outcome {
    let answer = try answer(instruction)
    guard !answer.isKnown else { return answer.outcome }
    for (key, balance) in answer.balances { balances[key] = balance }
    if let box = answer.outcome.box { boxes[box.id] = box }
    if let waterfall = answer.outcome.waterfall {
      let taken = Dictionary(waterfall.haircuts.map { ($0.id, $0.amount.minorUnits) }) { $0 + $1 }
      let code = waterfall.shortfall.currency.code
      claims[code] = claims[code]?.map { claim in
        CounterpartyClaim(
          id: claim.id,
          profit: Money(minorUnits: claim.profit.minorUnits - (taken[claim.id] ?? 0), currency: claim.profit.currency),
          margin: claim.margin, leverage: claim.leverage)
      }
    }
    nextSequence += Int64(answer.outcome.postings.count)
    answers[instruction.id] = (instruction, answer.outcome)
    return answer.outcome
  }

  /// True where an instruction of this id has been carried out: given again it gets the same answer.
  public func hasAnswered(_ id: String) -> Bool { answers[id] != nil }

  /// Carries out instructions one behind the other, all of them or none.
  ///
  /// - Returns: Their answers in the same order.
  /// - Throws: ``AccountRefusal`` of the first that is refused; nothing has then changed.
  /// - Complexity: that of the instructions, and of keeping balances, boxes and claims as they were: answers given before
  ///   are not copied, however many.
  @discardableResult
  public mutating func apply(all instructions: [Instruction]) throws(AccountRefusal) -> [Outcome] {
    let before = (balances, boxes, claims, nextSequence)
    var outcomes: [Outcome] = []
    var added: [String] = []
    do throws(AccountRefusal) {
      for instruction in instructions {
        let isNew = answers[instruction.id] == nil
        outcomes.append(try apply(instruction))
        if isNew { added.append(instruction.id) }
      }
    } catch {
      (balances, boxes, claims, nextSequence) = before
      for id in added { answers[id] = nil }
      throw error
    }
    return outcomes
  }

  /// An answer and the balances it makes.
  private typealias Answer = (outcome: Outcome, balances: [BalanceKey: Money], isKnown: Bool)

  private func answer(_ instruction: Instruction) throws(AccountRefusal) -> Answer {
    if let known = answers[instruction.id] {
      guard known.instruction == instruction else { throw .idReused(instruction.id) }
      return (known.outcome, [:], true)
    }
    switch instruction.command {
    case .deposit(let owner, let amount):
      return try plain(amount, from: .outside, to: .free(owner: owner))
    case .payOut(let owner, let amount):
      let free = balance(.free(owner: owner), amount.currency)
      guard amount.minorUnits <= free.minorUnits else { throw .insufficientFree(wanted: amount, free: free) }
      return try plain(amount, from: .free(owner: owner), to: .outside)
    case .insure(let amount): return try plain(amount, from: .outside, to: .insurance)
    case .makeBox(let id, let owner, let terms):
      guard boxes[id] == nil else { throw .boxExists(id) }
      let box = IsolatedAccount(id: id, owner: owner, terms: terms)
      return (Outcome(box: box, postings: [], notes: [], waterfall: nil), [:], false)
    case .box(let id, let command):
      guard let box = boxes[id] else { throw .unknownBox(id) }
      let surroundings = BoxSurroundings(
        free: balance(.free(owner: box.owner), box.terms.currency), backstop: backstop(box.terms.currency))
      let transition = try box.applying(command, at: instruction.time, in: surroundings)
      let outcome = Outcome(
        box: transition.box, postings: Posting.lines(of: transition.transfers, from: nextSequence),
        notes: transition.notes, waterfall: transition.waterfall)
      return (outcome, try balances(after: transition.transfers), false)
    }
  }

  private func plain(
    _ amount: Money, from source: LedgerAccount, to destination: LedgerAccount
  ) throws(AccountRefusal) -> Answer {
    guard let transfer = Transfer(amount, from: source, to: destination) else {
      throw .badValue("amount", found: "\(amount)", wanted: "an amount above 0")
    }
    let postings = Posting.lines(of: [transfer], from: nextSequence)
    let outcome = Outcome(box: nil, postings: postings, notes: [], waterfall: nil)
    return (outcome, try balances(after: [transfer]), false)
  }

  /// The balances that transfers change, as they are afterwards.
  private func balances(after transfers: [Transfer]) throws(AccountRefusal) -> [BalanceKey: Money] {
    var changed: [BalanceKey: Money] = [:]
    for transfer in transfers {
      for (account, isCredit) in [(transfer.source, false), (transfer.destination, true)] {
        let key = BalanceKey(account: account, currency: transfer.amount.currency.code)
        let old = changed[key] ?? balances[key] ?? .zero(transfer.amount.currency)
        changed[key] = isCredit ? try old.plus(transfer.amount) : try old.minus(transfer.amount)
      }
    }
    return changed
  }
}

extension MarginLedger: Equatable {
  /// True where both hold the same money, boxes and claims after as many postings and answers.
  public static func == (left: MarginLedger, right: MarginLedger) -> Bool {
    left.nextSequence == right.nextSequence && left.answers.count == right.answers.count
      && left.balances == right.balances && left.boxes == right.boxes && left.claims == right.claims
  }
}

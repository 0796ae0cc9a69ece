public import Basics
import Instruments

/// A box: one owner's cash and positions, whose losses end at the cash that was posted to it.
///
/// A pure value and a state machine. ``applying(_:at:in:)`` takes a command and what surrounds the box, and gives the box
/// as it is afterwards with the transfers of money, or refuses and changes nothing. Time is an argument; nothing here
/// reads a clock. Amounts are whole minor units, prices and quantities counts of 10^-8; what lies between is exact and is
/// rounded once: requirements, costs and fees up, values and profits down.
///
/// In every state with positions the cash covers what the options can still cost (``BoxFigures/optionRequirement``):
/// whatever would break that is refused, or, where it cannot be refused, does not come from the cash (funding beyond it is
/// carried on the perpetual's book cost).
public struct IsolatedAccount: Hashable, Sendable {
  public let id: String
  public let owner: String
  public let terms: BoxTerms
  public internal(set) var state: BoxState = .empty
  /// 0 or more.
  public internal(set) var cash: Money
  /// In the order in which they were first opened.
  public internal(set) var positions: [BoxPosition] = []
  /// Everything that came in from the free balance, what the box drew by itself included.
  public internal(set) var posted: Money
  /// Everything that went back.
  public internal(set) var withdrawn: Money
  /// The part of ``posted`` that ``AutoAdd`` drew.
  public internal(set) var autoAdded: Money
  /// The cash rule over the options held.
  public internal(set) var optionRequirement: Money
  /// Marks recorded so far, and the last of them at which the box drew margin by itself.
  public internal(set) var markCount = 0
  public internal(set) var autoAddedAtMark = 0
  /// The time of the last command.
  public internal(set) var lastTime: Instant?

  public init(id: String, owner: String, terms: BoxTerms) {
    self.id = id
    self.owner = owner
    self.terms = terms
    let zero = Money.zero(terms.currency)
    (cash, posted, withdrawn, autoAdded, optionRequirement) = (zero, zero, zero, zero, zero)
  }

  /// Posted less withdrawn less cash: what the box has paid away so far, a gain negative. At most posted less withdrawn.
  public func paidAway() throws(AccountRefusal) -> Money { try posted.minus(withdrawn).minus(cash) }

  /// The most the holder can lose by this box as it stands: what was posted, less what was withdrawn, and what it may
  /// still draw by itself.
  public func promisedLoss() throws(AccountRefusal) -> Money {
    let left = try terms.autoAdd.cap.minus(autoAdded)
    return try posted.minus(withdrawn).plus(left)
  }

  func index(of instrument: Instrument) -> Int? { positions.firstIndex { $0.instrument == instrument } }

  /// The moment at which a position expires; nil for a perpetual.
  static func expiryInstant(_ instrument: Instrument) throws(AccountRefusal) -> Instant? {
    guard let expiry = instrument.expiry else { return nil }
    return try refusing { () throws(BasicsError) in try expiry.instant() }
  }

  func hasExpired(at time: Instant) throws(AccountRefusal) -> Bool {
    for position in positions {
      if let expiry = try IsolatedAccount.expiryInstant(position.instrument), expiry <= time { return true }
    }
    return false
  }

  /// The first position whose price is not a recorded mark, or too old at `time`, as a refusal; nil where none is.
  ///
  /// - Parameters:
  ///   - linearOnly: Whether options count, which stand in no mark until they are closed.
  ///   - acceptsTrades: Whether the price of a trade will do.
  func priceFault(at time: Instant, linearOnly: Bool = false, acceptsTrades: Bool = false) -> AccountRefusal? {
    for position in positions where position.isLinear || !linearOnly {
      guard position.reference.isRecordedMark || acceptsTrades else { return .noMark("\(position.instrument)") }
      let age = position.reference.observedAt.seconds(to: time)
      if age > terms.markMaxAgeSeconds {
        return .staleMark("\(position.instrument)", ageSeconds: age, limitSeconds: terms.markMaxAgeSeconds)
      }
    }
    return nil
  }

  /// True where the box is to be liquidated: below the requirement, at recorded marks that are fresh at `time`.
  public func meetsLiquidationCondition(at time: Instant) throws(AccountRefusal) -> Bool {
    guard !positions.isEmpty, priceFault(at: time) == nil else { return false }
    return try figures().isBelowRequirement
  }

  /// The state that positions, cash and prices make, for a box that has not ended.
  func stateByFigures(at time: Instant) throws(AccountRefusal) -> BoxState {
    guard !positions.isEmpty else { return cash.isZero ? .empty : .funded }
    if try hasExpired(at: time) { return .expiring }
    let figures = try figures()
    if figures.isBelowRequirement { return priceFault(at: time) == nil ? .liquidating : .atRisk }
    let isLinear = positions.contains { $0.isLinear }
    let comfortable = figures.requirement.exact * (.one + terms.warning)
    return isLinear && figures.equity.exact < comfortable ? .atRisk : .open
  }

  /// Gives the box after a command, and the transfers that go with it.
  ///
  /// - Throws: ``AccountRefusal``; the box is a value, so nothing has then changed.
  /// - Complexity: O(n log n) for n positions where options change hands, else O(n).
  public func applying(
    _ command: BoxCommand, at time: Instant, in surroundings: BoxSurroundings
  ) throws(AccountRefusal) -> BoxTransition {
    if let lastTime, time < lastTime { throw .timeBackwards(time, last: lastTime) }
    var transition = BoxTransition(self, at: time, in: surroundings)
    try transition.run(command)
    return transition
  }
}

extension Instant {
  /// Whole seconds until `later`, held at the ends of 64 bits.
  func seconds(to later: Instant) -> Int64 {
    let (seconds, overflow) = later.secondsSinceEpoch.subtractingReportingOverflow(secondsSinceEpoch)
    return overflow ? (later < self ? .min : .max) : seconds
  }
}

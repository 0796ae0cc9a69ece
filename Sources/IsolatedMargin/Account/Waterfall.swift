public import Basics

/// A winner on the other side of a bankrupt box's trades: a profit that deleveraging may take.
public struct CounterpartyClaim: Hashable, Sendable {
  public let id: String
  /// Unrealised; at 0 or below it has nothing that could be taken.
  public let profit: Money
  public let margin: Money
  public let leverage: ExactAmount

  public init(id: String, profit: Money, margin: Money, leverage: ExactAmount) {
    self.id = id
    self.profit = profit
    self.margin = margin
    self.leverage = leverage
  }

  /// True where `self` stands before `other` in the queue: by (profit / margin) x leverage, the larger first, then by id.
  /// A margin of 0 or less stands first of all.
  func isBefore(_ other: CounterpartyClaim) -> Bool {
    // Cross-multiplied: a profit of a/b exceeds one of c/d where ad exceeds cb.
    let (own, others) = (margin.exact, other.margin.exact)
    if own <= .zero || others <= .zero {
      if (own <= .zero) != (others <= .zero) { return own <= .zero }
      return id < other.id
    }
    let (left, right) = (profit.exact * leverage * others, other.profit.exact * other.leverage * own)
    return left == right ? id < other.id : left > right
  }
}

/// Who gives first when the insurance fund does not suffice.
public enum DeleveragingOrder: String, Hashable, Sendable, CaseIterable {
  /// Every winner the same share of its profit.
  case proRata = "pro_rata"
  /// The most profitable and most leveraged first, up to its whole profit.
  case queue
}

/// What stands behind a bankrupt box: the insurance fund above its floor, then the winners' profits.
public struct Backstop: Hashable, Sendable {
  public let insurance: Money
  /// The part of the fund that is not paid out.
  public let floor: Money
  public let claims: [CounterpartyClaim]
  public let order: DeleveragingOrder

  public init(
    insurance: Money, floor: Money? = nil, claims: [CounterpartyClaim] = [], order: DeleveragingOrder = .proRata
  ) {
    self.insurance = insurance
    self.floor = floor ?? .zero(insurance.currency)
    self.claims = claims
    self.order = order
  }
}

/// How the loss that a box's own cash does not cover is shared out, to the minor unit.
///
/// insurance + haircuts + remainder = shortfall, always. How much is taken from winners in all (the severity) and from whom
/// are two questions: both allocations are worked out, one is applied.
public struct Waterfall: Hashable, Sendable {
  public struct Haircut: Hashable, Sendable {
    public let id: String
    public let amount: Money
  }

  /// X: what is missing after the box's own cash.
  public let shortfall: Money
  /// min(X, fund - floor).
  public let insurance: Money
  /// D: what is left for the winners.
  public let residual: Money
  /// min(1, D / sum of profits): the share of the winners' profit that is taken in all; 1 where there is none.
  public let severity: ExactAmount
  /// Every winner with a profit, in the order given.
  public let proRata: [Haircut]
  /// The same winners in the order of the queue.
  public let queue: [Haircut]
  public let order: DeleveragingOrder
  /// What nobody covers.
  public let remainder: Money

  /// The allocation that is applied.
  public var haircuts: [Haircut] { order == .proRata ? proRata : queue }

  /// - Parameter shortfall: 0 or more, in the currency of the backstop and its claims.
  /// - Throws: ``AccountRefusal`` for two currencies or a sum beyond 64 bits.
  public init(covering shortfall: Money, with backstop: Backstop) throws(AccountRefusal) {
    let zero = Money.zero(shortfall.currency)
    let fund = try backstop.insurance.minus(backstop.floor)
    let insurance = shortfall.smaller(fund).larger(zero)
    let residual = try shortfall.minus(insurance)
    var total = zero
    let winners = backstop.claims.filter { $0.profit.minorUnits > 0 }
    for winner in winners { total = try total.plus(winner.profit) }
    let taken = residual.smaller(total)
    self.shortfall = shortfall
    self.insurance = insurance
    self.residual = residual
    severity = min(.one, residual.exact.divided(by: total.exact) ?? (residual.isZero ? .zero : .one))
    proRata = try Waterfall.proRata(taken, of: total, winners)
    queue = try Waterfall.queue(taken, winners.sorted { $0.isBefore($1) })
    order = backstop.order
    remainder = try residual.minus(taken)
  }

  /// Each profit's share, rounded down; the units left over go to the largest remainders, ties by id.
  private static func proRata(
    _ taken: Money, of total: Money, _ winners: [CounterpartyClaim]
  ) throws(AccountRefusal) -> [Haircut] {
    guard total.minorUnits > 0 else { return [] }
    var left = taken.minorUnits
    var shares: [(units: Int64, rest: Int128)] = []
    for winner in winners {
      let product = Int128(taken.minorUnits) * Int128(winner.profit.minorUnits)
      let (units, rest) = product.quotientAndRemainder(dividingBy: Int128(total.minorUnits))
      // At most the profit, which fits.
      shares.append((Int64(truncatingIfNeeded: units), rest))
      left -= shares[shares.count - 1].units
    }
    let byRemainder = shares.indices.sorted {
      shares[$0].rest == shares[$1].rest ? winners[$0].id < winners[$1].id : shares[$0].rest > shares[$1].rest
    }
    for index in byRemainder where left > 0 {
      shares[index].units += 1
      left -= 1
    }
    return zip(winners, shares).map { winner, share in
      Haircut(id: winner.id, amount: Money(minorUnits: share.units, currency: taken.currency))
    }
  }

  private static func queue(_ taken: Money, _ winners: [CounterpartyClaim]) throws(AccountRefusal) -> [Haircut] {
    var left = taken
    var haircuts: [Haircut] = []
    for winner in winners {
      let amount = left.smaller(winner.profit)
      left = try left.minus(amount)
      haircuts.append(Haircut(id: winner.id, amount: amount))
    }
    return haircuts
  }

  /// The largest single haircut of an allocation.
  public static func concentration(_ haircuts: [Haircut]) -> Money? {
    haircuts.map(\.amount).max { $0.minorUnits < $1.minorUnits }
  }

  /// Where the shortfall comes from, in order.
  var sources: [(account: LedgerAccount, amount: Money)] {
    [(.insurance, insurance)] + haircuts.map { (.counterparty($0.id), $0.amount) } + [(.uncovered, remainder)]
  }
}

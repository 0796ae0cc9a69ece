public import Basics
import Instruments

/// One owner's boxes thrown into one pool: what cross margin would make of the same positions.
///
/// The cash is that of all boxes and the free balance; positions in one instrument are netted, options are judged together.
/// Opposite positions and options together so need no more than apart; what is held on one side in several boxes may need
/// more, since it reaches higher tiers as one. And everything in the pool answers for everything else.
public struct CrossMarginAccount: Hashable, Sendable {
  /// The pool as one box: its figures are the cross-margin figures.
  public let pool: IsolatedAccount

  /// - Parameters:
  ///   - boxes: Of one owner and of the same settlement, currency and margin rates.
  ///   - free: What the owner has posted nowhere: in the pool it is collateral too.
  /// - Throws: ``AccountRefusal`` `.wrongCurrency` or `.badValue` for boxes that cannot be pooled, `.incomplete` for none.
  public init(pooling boxes: [IsolatedAccount], free: Money) throws(AccountRefusal) {
    guard let first = boxes.first else { throw .incomplete("found no box to pool") }
    var pool = IsolatedAccount(id: "cross", owner: first.owner, terms: first.terms)
    pool.cash = free
    pool.posted = free
    for box in boxes {
      guard box.terms.currency == free.currency else {
        throw .wrongCurrency(box.terms.currency.code, wanted: free.currency.code)
      }
      guard box.owner == first.owner, box.terms.settlement == first.terms.settlement,
        box.terms.margin == first.terms.margin
      else { throw .badValue("boxes", found: "\(first.id) and \(box.id)", wanted: "one owner and one set of terms") }
      pool.cash = try pool.cash.plus(box.cash)
      pool.posted = try pool.posted.plus(box.cash)
      for position in box.positions { try pool.add(position) }
    }
    pool.positions.removeAll { $0.quantity.isZero }
    pool.optionRequirement = try CashRule.requirement(of: pool.positions, pool.terms)
    pool.state = pool.positions.isEmpty ? .funded : .open
    self.pool = pool
  }

  public func figures() throws(AccountRefusal) -> BoxFigures { try pool.figures() }
}

extension IsolatedAccount {
  /// Nets a position of another box into this one, without a trade.
  fileprivate mutating func add(_ position: BoxPosition) throws(AccountRefusal) {
    guard let index = index(of: position.instrument) else { return positions.append(position) }
    let held = positions[index].quantity
    positions[index].cost = try positions[index].cost.plus(position.cost)
    if held.count == -position.quantity.count {
      // Nothing is left whose book cost could wait: the netted profit is cash.
      let profit = try Money.zero(terms.currency).minus(positions[index].cost)
      if positions[index].isLinear { cash = try cash.plus(profit) }
      positions[index].cost = .zero(terms.currency)
    }
    positions[index].quantity = try refusing { () throws(BasicsError) in try held + position.quantity }
  }
}

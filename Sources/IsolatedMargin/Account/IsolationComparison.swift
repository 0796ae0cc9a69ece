public import Basics
import Instruments

/// What isolated and cross margin would do to the same boxes under the same marks: who fails alone, who is dragged along.
public struct IsolationComparison: Hashable, Sendable {
  /// What becomes of a box's positions in both worlds.
  public enum Fate: String, Hashable, Sendable, CaseIterable {
    case keptByBoth = "kept_by_both"
    case liquidatedByBoth = "liquidated_by_both"
    /// Safe alone, and closed because the pool failed.
    case draggedAlong = "dragged_along"
    /// Would have failed alone, and is held up by the rest of the pool.
    case carried
  }

  public struct Row: Hashable, Sendable {
    public let id: String
    /// At the marks, before anything is closed.
    public let figures: BoxFigures
    public let fate: Fate
    /// What the box is worth to its owner when it stands alone: after a forced sale its cash, else equity and options at
    /// their marks. 0 or more.
    public let leftIsolated: Money
    /// What its failure leaves unpaid.
    public let badDebtIsolated: Money
  }

  /// One for each box, in the order given.
  public let rows: [Row]
  public let pool: BoxFigures
  public let isPoolLiquidated: Bool
  /// Free balance and what is left of the boxes.
  public let ownerLeftIsolated: Money
  public let badDebtIsolated: Money
  public let ownerLeftCross: Money
  public let badDebtCross: Money

  /// Marks the boxes, and closes what is below its requirement.
  ///
  /// - Parameters:
  ///   - boxes: As for ``CrossMarginAccount``; before their expiry.
  ///   - free: The owner's free balance: out of reach of isolated boxes, part of the pool.
  ///   - marks: For positions of any box; a position without one stands at its reference price.
  ///   - costs: Of a forced sale, in both worlds.
  /// - Throws: ``AccountRefusal``, as the pooling of the boxes does, and `.badValue` for a mark that is no price.
  public init(
    of boxes: [IsolatedAccount], free: Money, marks: [BoxMark], costs: LiquidationCosts
  ) throws(AccountRefusal) {
    var marked = boxes
    for index in marked.indices { try marked[index].stand(at: marks) }
    let cross = try CrossMarginAccount(pooling: marked, free: free)
    pool = try cross.figures()
    isPoolLiquidated = !cross.pool.positions.isEmpty && pool.isBelowRequirement
    var rows: [Row] = []
    var (left, debt) = (free, Money.zero(free.currency))
    for box in marked {
      let figures = try box.figures()
      let fails = !box.positions.isEmpty && figures.isBelowRequirement
      let end = try IsolationComparison.end(of: box, fails: fails, costs)
      let isDragged = isPoolLiquidated && !box.positions.isEmpty
      let fate: Fate = fails ? (isDragged ? .liquidatedByBoth : .carried) : (isDragged ? .draggedAlong : .keptByBoth)
      rows.append(
        Row(id: box.id, figures: figures, fate: fate, leftIsolated: end.left, badDebtIsolated: end.debt))
      left = try left.plus(end.left)
      debt = try debt.plus(end.debt)
    }
    self.rows = rows
    (ownerLeftIsolated, badDebtIsolated) = (left, debt)
    let end = try IsolationComparison.end(of: cross.pool, fails: isPoolLiquidated, costs)
    (ownerLeftCross, badDebtCross) = (end.left, end.debt)
  }

  private static func end(
    of box: IsolatedAccount, fails: Bool, _ costs: LiquidationCosts
  ) throws(AccountRefusal) -> (left: Money, debt: Money) {
    let zero = Money.zero(box.terms.currency)
    guard fails else {
      var options = ExactAmount.zero
      for position in box.positions where !position.isLinear { options += position.value(in: box.terms.settlement) }
      let value = try box.figures().equity.plus(try BoxPosition.rounded(options, box.terms, .down))
      return (value.larger(zero), zero)
    }
    let surroundings = BoxSurroundings(free: zero, backstop: Backstop(insurance: zero))
    var transition = BoxTransition(box, at: box.lastTime ?? Instant(secondsSinceEpoch: 0), in: surroundings)
    try transition.closeByForce(costs)
    return (transition.box.cash, transition.waterfall?.shortfall ?? zero)
  }
}

extension IsolatedAccount {
  /// Puts the positions at prices that nobody recorded: a question, not an event.
  fileprivate mutating func stand(at marks: [BoxMark]) throws(AccountRefusal) {
    for mark in marks {
      guard let index = index(of: mark.instrument) else { continue }
      try mark.checkPrice()
      positions[index].reference = ReferencePrice(
        price: mark.price, observedAt: mark.observedAt, isRecordedMark: false)
    }
  }
}

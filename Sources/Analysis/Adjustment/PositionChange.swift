import Basics
public import Instruments
public import Pricing

/// What has to be traded so that one position becomes another, and what of the old one stays at its own entry price.
public struct PositionChange: Sendable {
  /// Parts of the held legs that stay, with their share of entry price and fee.
  public let kept: [FilledLeg]
  /// Parts of the held legs that are closed, with their own entry prices.
  public let closed: [FilledLeg]
  /// The trades that close them, in the order of `closed`: one opposite quantity an instrument.
  public let closing: [Leg]
  /// What is bought and sold anew.
  public let opening: [Leg]

  /// Compares by instrument; what was entered first is closed first.
  ///
  /// - Parameter target: What is to be held afterwards; its prices do not count.
  /// - Throws: ``PricingError`` `.badLeg` where one instrument is held long and short at once, `.number` beyond a quantity's
  ///   range.
  public init(from held: FilledStrategy, to target: Strategy) throws(PricingError) {
    var wanted: [Instrument: Int128] = [:]
    var order: [Instrument] = []
    for leg in target.legs {
      if wanted[leg.instrument] == nil { order.append(leg.instrument) }
      wanted[leg.instrument, default: 0] += Int128(leg.quantity.count)
    }
    var totals: [Instrument: Int128] = [:]
    for leg in held.legs {
      let total = totals[leg.instrument] ?? 0
      let count = Int128(leg.quantity.count)
      guard total.signum() * count.signum() >= 0 else {
        throw .badLeg(
          leg: "\(leg.instrument)", found: "held long and short at once", wanted: "one side of an instrument")
      }
      totals[leg.instrument] = total + count
    }
    /// What is closed of each instrument, with the sign of what is held.
    var toClose: [Instrument: Int128] = [:]
    for (instrument, total) in totals {
      let goal = wanted[instrument] ?? 0
      let stays = goal.signum() == total.signum() ? (goal.magnitude < total.magnitude ? goal : total) : 0
      toClose[instrument] = total - stays
    }
    var (kept, closed) = ([FilledLeg](), [FilledLeg]())
    var closing: [(instrument: Instrument, count: Int128)] = []
    for leg in held.legs {
      let count = Int128(leg.quantity.count)
      let rest = toClose[leg.instrument] ?? 0
      let part = rest.magnitude < count.magnitude ? rest : count
      toClose[leg.instrument] = rest - part
      if part != 0 {
        closed.append(try leg.part(part))
        if let index = closing.firstIndex(where: { $0.instrument == leg.instrument }) {
          closing[index].count -= part
        } else {
          closing.append((leg.instrument, -part))
        }
      }
      if part != count { kept.append(try leg.part(count - part)) }
    }
    var opening: [Leg] = []
    for instrument in order {
      let (goal, total) = (wanted[instrument] ?? 0, totals[instrument] ?? 0)
      let stays = goal.signum() == total.signum() ? (goal.magnitude < total.magnitude ? goal : total) : 0
      if goal != stays { opening.append(try PositionChange.leg(instrument, goal - stays)) }
    }
    var trades: [Leg] = []
    for trade in closing { trades.append(try PositionChange.leg(trade.instrument, trade.count)) }
    (self.kept, self.closed, self.closing, self.opening) = (kept, closed, trades, opening)
  }

  private static func leg(_ instrument: Instrument, _ count: Int128) throws(PricingError) -> Leg {
    guard let count = Int64(exactly: count) else {
      throw .number(.outOfRange("the quantity of \(instrument)", type: "Quantity"))
    }
    do { return try Leg(Quantity(count: count), instrument) } catch {
      throw .badLeg(leg: "\(instrument)", found: "quantity 0", wanted: "a quantity other than 0")
    }
  }
}

extension FilledLeg {
  /// So many of the leg's 10^-8 contracts, with their share of its fee.
  fileprivate func part(_ count: Int128) throws(PricingError) -> FilledLeg {
    guard let count = Int64(exactly: count), count != quantity.count else { return self }
    let part = Quantity(count: count)
    let share = (fee * part.exact.magnitude).divided(by: quantity.exact.magnitude) ?? fee
    return try FilledLeg(
      instrument: instrument, quantity: part, multiplier: multiplier, price: price, fee: share, payoffFee: payoffFee,
      source: source)
  }
}

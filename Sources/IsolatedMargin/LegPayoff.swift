import Basics
import Instruments
import Pricing

/// One leg's payoff written as a function of the coordinate, for the checkers alone.
enum LegPayoff {
  enum Side { case below, at, above }

  /// What the leg pays at every price alike and ``value(of:at:_:isCoin:)`` leaves out: N/price of a future in coin.
  static func constant(of leg: FilledLeg, isCoin: Bool) -> ExactAmount {
    switch leg.instrument {
    case .future, .perpetual, .underlying:
      return isCoin ? (leg.quantity.exact * leg.multiplier.exact).divided(by: leg.price) ?? .zero : .zero
    case .option, .digital: return .zero
    }
  }

  /// S, or x = 1/S in coin; `side` decides a digital at its own strike.
  static func value(of leg: FilledLeg, at t: ExactAmount, _ side: Side, isCoin: Bool) -> ExactAmount {
    let units = leg.quantity.exact * leg.multiplier.exact
    // For one unit: its payoff, and the share of the underlying on which a fee is charged.
    let unit: ExactAmount
    var feeBase = isCoin ? ExactAmount.one : t
    var isCapped = true
    switch leg.instrument {
    case .option(let contract):
      // Moneyness S - K, or 1 - Kx.
      let strike = contract.strike.exact
      let moneyness = isCoin ? .one - strike * t : t - strike
      unit = max(.zero, contract.right == .call ? moneyness : -moneyness)
    case .digital(let contract):
      let strike = contract.strike.exact
      let moneyness = isCoin ? .one - strike * t : t - strike
      // Moneyness falls with the coordinate in coin, so that "above" means below the strike there.
      let nudge = side == .at ? 0 : ((side == .above) != isCoin ? 1 : -1)
      let sign = moneyness.isZero ? nudge : moneyness.sign
      let isPaid = contract.right == .call ? sign > 0 : sign < 0
      unit = isPaid ? (isCoin ? contract.payout.exact * t : contract.payout.exact) : .zero
      if !isPaid { feeBase = .zero }
    case .future, .perpetual, .underlying:
      unit = isCoin ? -t : t - leg.price
      feeBase = t
      isCapped = false
    }
    guard let fee = leg.payoffFee else { return units * unit }
    let charged = isCapped ? min(fee.rate * feeBase, fee.cap * unit) : fee.rate * feeBase
    return units * unit - units.magnitude * charged
  }

  /// Every positive position at which the leg is not linear.
  static func turns(of leg: FilledLeg, isCoin: Bool) -> [ExactAmount] {
    guard let strike = leg.instrument.strike?.exact else { return [] }
    var turns: [ExactAmount?] = [isCoin ? ExactAmount.one.divided(by: strike) : strike]
    if let fee = leg.payoffFee, fee.rate > .zero {
      let (rate, cap) = (fee.rate, fee.cap)
      switch leg.instrument {
      case .option(let contract):
        // Where rate x base = cap x payoff on the paying side.
        let sum = contract.right == .call ? cap - rate : cap + rate
        let turn = isCoin ? sum.divided(by: cap * strike) : (cap * strike).divided(by: sum)
        turns.append(sum > .zero ? turn : nil)
      case .digital(let contract):
        let cash = cap * contract.payout.exact
        let turn = isCoin ? rate.divided(by: cash) : cash.divided(by: rate)
        let isPaying = turn.map { turn in
          let moneyness = isCoin ? .one - strike * turn : turn - strike
          return contract.right == .call ? moneyness > .zero : moneyness < .zero
        }
        turns.append(isPaying == true ? turn : nil)
      case .future, .perpetual, .underlying: break
      }
    }
    return turns.compactMap { $0 }.filter { $0 > .zero }
  }
}

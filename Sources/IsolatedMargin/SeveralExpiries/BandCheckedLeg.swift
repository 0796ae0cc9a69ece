import Basics
import Instruments
import Kernels
import Pricing

/// One leg written as a function of the coordinate, for the checker alone.
///
/// With s = ±1 the side on which it pays, a unit is worth max(0, s (alpha t - beta)) for an option at its expiry.
struct CheckedLeg {
  enum Kind { case option, digital, linear }

  let kind: Kind
  /// Nil for what ends, or is closed as a line, at the first expiry.
  let step: ExpiryStep?
  let side: Double
  let units: Interval
  /// The slope and intercept of one unit: s (alpha t - beta); a digital's payout; a linear leg's own line.
  let alpha: Interval
  let beta: Interval
  /// The fee for one unit: the lesser of rate (constant + slope t) and cap x value; zero where there is none.
  let rate: (constant: Interval, slope: Interval)
  let cap: Interval
  /// Where it bends, exact.
  let bends: [ExactAmount]
  /// Where a digital begins or ends to pay; infinite for a strike of 0 in coin.
  let edge: Interval

  init(_ leg: FilledLeg, place: Int, steps: [ExpiryStep], _ scale: BandScale, isCoin: Bool) {
    let (price, coin) = (BandScale.prices, isCoin ? BandScale.prices : .one)
    var bends: [ExactAmount] = []
    var edge = Interval.zero
    let fee = leg.payoffFee
    let (a, c) = (fee?.rate ?? .zero, fee?.cap ?? .zero)
    cap = a.isZero ? .zero : Interval(c)
    var rate = isCoin ? (constant: Interval(a * coin), slope: Interval.zero) : (Interval.zero, Interval(a))
    func exactBends(_ strike: ExactAmount, sign: ExactAmount) {
      let (alpha, beta) = isCoin ? (strike * price, price) : (ExactAmount.one, strike * price)
      bends.append(beta.divided(by: alpha) ?? .zero)
      // rate = cap x s (alpha t - beta)
      let (constant, slope) = isCoin ? (a * price, ExactAmount.zero) : (.zero, a)
      if !a.isZero, let turn = (constant + c * sign * beta).divided(by: c * sign * alpha - slope) { bends.append(turn) }
    }
    units = Interval(leg.units * (isCoin && !leg.instrument.isOption ? scale.amounts : scale.units))
    switch leg.instrument {
    case .option(let contract):
      kind = .option
      step = place > 0 ? steps[place - 1] : nil
      side = (contract.right == .call) != isCoin ? 1 : -1
      let strike = contract.strike.exact
      alpha = isCoin ? Interval(strike * price) : .one
      beta = isCoin ? Interval(price) : Interval(strike * price)
      if place == 0 { exactBends(strike, sign: side > 0 ? .one : .zero - .one) }
    case .digital(let contract):
      kind = .digital
      step = nil
      side = (contract.right == .call) != isCoin ? 1 : -1
      let cash = contract.payout.exact * price
      alpha = isCoin ? Interval(cash) : .zero
      beta = isCoin ? .zero : Interval(cash)
      let strike = contract.strike.exact
      let place = isCoin ? ExactAmount.one.divided(by: strike) : strike * price
      edge = place.map { Interval($0) } ?? Interval(.infinity)
      bends = [place ?? .zero]
      if !a.isZero, let turn = isCoin ? (a * price).divided(by: c * cash) : (c * cash).divided(by: a) {
        bends.append(turn)
      }
    case .future, .perpetual, .underlying:
      kind = .linear
      step = nil
      side = 1
      var factor = Interval.one
      if place > 0 {
        let factors = steps[place - 1].factors(in: isCoin ? .coin : .quote)
        factor = Interval(factors.slope / factors.intercept)
      }
      alpha = isCoin ? -factor : factor
      beta = isCoin ? .zero : Interval(leg.price * price)
      rate = (.zero, Interval(a) * factor)
    }
    self.rate = rate
    self.edge = edge
    self.bends = bends.filter { $0 >= .zero }
  }

  /// What the leg, which ends at the first expiry, pays at `t`; at its strike a digital pays and does not.
  func payoff(at t: Interval) -> Interval {
    let line = alpha * t - beta
    let fee = rate.constant + rate.slope * t
    let magnitude = units.lower < 0 ? -units : units
    func less(_ value: Interval) -> Interval {
      let share = cap * value
      let cost = Interval(min(fee.lower, share.lower)).union(Interval(min(fee.upper, share.upper)))
      return units * value - magnitude * cost
    }
    switch kind {
    case .option:
      let paid = line * side
      return less(Interval(max(0, paid.lower)).union(Interval(max(0, paid.upper))))
    case .digital:
      let amount = less(alpha * t + beta)
      if t.upper < edge.lower { return side < 0 ? amount : .zero }
      if t.lower > edge.upper { return side > 0 ? amount : .zero }
      return amount.union(.zero)
    case .linear:
      return units * line - magnitude * fee
    }
  }
}

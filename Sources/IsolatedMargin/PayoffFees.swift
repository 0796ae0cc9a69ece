import Basics
import Instruments
import Pricing

/// Fees that depend on the outcome, as lines and bends: a of the underlying, at most c of an option's payoff.
///
/// They are taken from the payoff before its slope is judged. A call's fee min(aS, c(S - K)+) turns at S = cK/(c - a)
/// where c > a and never where c <= a; a put's min(aS, c(K - S)+) turns at cK/(c + a). In coin, min(a, c(1 - Kx)+) turns
/// at x = (1 - a/c)/K and min(a, c(Kx - 1)+) at (1 + a/c)/K. Fees are paid by long and short alike.
extension FilledLeg {
  func addQuoteFee(_ fee: PayoffFee, to start: inout PayoffLine, _ bends: inout [PayoffBend]) {
    let (a, c) = (fee.rate, fee.cap)
    let u = units.magnitude
    let rise = u * a
    switch instrument {
    case .option(let contract) where contract.right == .call:
      let strike = contract.strike.exact
      bends.append(PayoffBend(at: strike, intercept: u * c * strike, slope: -(u * c)))
      if let turn = (c * strike).divided(by: c - a), c > a {
        bends.append(PayoffBend(at: turn, intercept: -(u * c * strike), slope: u * c - rise))
      }
    case .option(let contract):
      let strike = contract.strike.exact
      start += PayoffLine(intercept: .zero, slope: -rise)
      if let turn = (c * strike).divided(by: c + a) {
        bends.append(PayoffBend(at: turn, intercept: -(u * c * strike), slope: u * c + rise))
      }
      bends.append(PayoffBend(at: strike, intercept: u * c * strike, slope: -(u * c)))
    case .digital(let contract):
      // min(aS, c x payout) on the paying side; the cap is reached at S = c x payout / a.
      let strike = contract.strike.exact
      let most = u * c * contract.payout.exact
      guard let turn = (c * contract.payout.exact).divided(by: a) else { return }
      let rising = PayoffLine(intercept: .zero, slope: -rise)
      let capped = PayoffLine(intercept: -most, slope: .zero)
      switch contract.right {
      case .call:
        bends.append(PayoffBend(at: strike, from: .zero, to: turn > strike ? rising : capped, kind: .jumpBeyond))
        if turn > strike { bends.append(PayoffBend(at: turn, from: rising, to: capped)) }
      case .put:
        start += rising
        if turn < strike { bends.append(PayoffBend(at: turn, from: rising, to: capped)) }
        bends.append(
          PayoffBend(at: strike, from: turn < strike ? capped : rising, to: .zero, kind: .jumpAt))
      }
    case .future, .perpetual, .underlying:
      start += PayoffLine(intercept: .zero, slope: -rise)
    }
  }

  func addCoinFee(_ fee: PayoffFee, to start: inout PayoffLine, _ bends: inout [PayoffBend]) {
    let (a, c) = (fee.rate, fee.cap)
    let u = units.magnitude
    let flat = PayoffLine(intercept: -(u * a), slope: .zero)
    switch instrument {
    case .option(let contract):
      let strike = contract.strike.exact
      guard let position = ExactAmount.one.divided(by: strike), let share = a.divided(by: c) else {
        // A strike of 0: the call is the coin and pays a, or c where that is less; the put pays nothing.
        if contract.right == .call { start += PayoffLine(intercept: -(u * min(a, c)), slope: .zero) }
        return
      }
      let slope = u * c * strike
      switch contract.right {
      case .call:
        let sloped = PayoffLine(intercept: -(u * c), slope: slope)
        start += c > a ? flat : sloped
        if c > a { bends.append(PayoffBend(at: (.one - share) * position, from: flat, to: sloped)) }
        bends.append(PayoffBend(at: position, from: sloped, to: .zero))
      case .put:
        let sloped = PayoffLine(intercept: u * c, slope: -slope)
        bends.append(PayoffBend(at: position, from: .zero, to: sloped))
        bends.append(PayoffBend(at: (.one + share) * position, from: sloped, to: flat))
      }
    case .digital(let contract):
      // min(a, c x payout x x) on the paying side; the rate is reached at x = a / (c x payout).
      let cash = c * contract.payout.exact
      guard let turn = a.divided(by: cash) else { return }
      let rising = PayoffLine(intercept: .zero, slope: -(u * cash))
      let position = ExactAmount.one.divided(by: contract.strike.exact)
      switch contract.right {
      case .call:
        start += rising
        guard let position else {
          bends.append(PayoffBend(at: turn, from: rising, to: flat))
          return
        }
        if turn < position { bends.append(PayoffBend(at: turn, from: rising, to: flat)) }
        bends.append(
          PayoffBend(at: position, from: turn < position ? flat : rising, to: .zero, kind: .jumpAt))
      case .put:
        guard let position else { return }
        bends.append(PayoffBend(at: position, from: .zero, to: turn > position ? rising : flat, kind: .jumpBeyond))
        if turn > position { bends.append(PayoffBend(at: turn, from: rising, to: flat)) }
      }
    case .future, .perpetual:
      start += PayoffLine(intercept: .zero, slope: -(u * a))
    case .underlying:
      break
    }
  }
}

extension PayoffBend {
  /// The change from one line to another.
  fileprivate init(at position: ExactAmount, from old: PayoffLine, to new: PayoffLine, kind: Kind = .kink) {
    self.init(at: position, intercept: new.intercept - old.intercept, slope: new.slope - old.slope, kind: kind)
  }
}

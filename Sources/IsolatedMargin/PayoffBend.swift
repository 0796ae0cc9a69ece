import Basics
import Instruments
import Pricing

/// The line intercept + slope x t over the coordinate t.
struct PayoffLine: Hashable, Sendable {
  var intercept: ExactAmount
  var slope: ExactAmount

  static let zero = PayoffLine(intercept: .zero, slope: .zero)

  func value(at position: ExactAmount) -> ExactAmount {
    slope.isZero ? intercept : intercept + slope * position
  }

  static func += (left: inout PayoffLine, right: PayoffLine) {
    left.intercept += right.intercept
    left.slope += right.slope
  }
}

/// A change of line at one coordinate: a kink where the change is zero there, else a jump.
///
/// The change of the intercept is kept beside that of the slope. Computed from slope and position it would carry the
/// position's denominator (1/K in coin) into every later sum; written out it is a short decimal, which keeps a sweep over
/// thousands of strikes inside 128 bits.
struct PayoffBend: Sendable {
  enum Kind: Sendable {
    /// The old and the new line meet at the position.
    case kink
    /// The new line holds beyond the position only.
    case jumpBeyond
    /// The new line holds at the position already.
    case jumpAt
  }

  let position: ExactAmount
  let change: PayoffLine
  let kind: Kind

  init(at position: ExactAmount, intercept: ExactAmount, slope: ExactAmount, kind: Kind = .kink) {
    self.position = position
    change = PayoffLine(intercept: intercept, slope: slope)
    self.kind = kind
  }
}

extension FilledLeg {
  /// Adds the leg's payoff at expiry: its line from coordinate 0 on, and its bends.
  func addPayoff(in settlement: Settlement, to start: inout PayoffLine, _ bends: inout [PayoffBend]) {
    switch settlement {
    case .quote: addQuotePayoff(to: &start, &bends)
    case .coin: addCoinPayoff(to: &start, &bends)
    }
    guard let payoffFee, payoffFee.rate > .zero else { return }
    switch settlement {
    case .quote: addQuoteFee(payoffFee, to: &start, &bends)
    case .coin: addCoinFee(payoffFee, to: &start, &bends)
    }
  }

  /// Over S: call u(S - K)+, put u(K - S)+, linear u(S - price), digital u c beyond K.
  private func addQuotePayoff(to start: inout PayoffLine, _ bends: inout [PayoffBend]) {
    let u = units
    switch instrument {
    case .option(let contract):
      let strike = contract.strike.exact
      if contract.right == .put { start += PayoffLine(intercept: u * strike, slope: -u) }
      bends.append(PayoffBend(at: strike, intercept: -(u * strike), slope: u))
    case .digital(let contract):
      let (strike, cash) = (contract.strike.exact, u * contract.payout.exact)
      switch contract.right {
      case .call: bends.append(PayoffBend(at: strike, intercept: cash, slope: .zero, kind: .jumpBeyond))
      case .put:
        start += PayoffLine(intercept: cash, slope: .zero)
        bends.append(PayoffBend(at: strike, intercept: -cash, slope: .zero, kind: .jumpAt))
      }
    case .future, .perpetual, .underlying:
      start += PayoffLine(intercept: -(u * price), slope: u)
    }
  }

  /// Over x = 1/S: call u(1 - Kx)+, put u(Kx - 1)+, future of N quote currency N(1/price - x), digital u c x beyond K.
  private func addCoinPayoff(to start: inout PayoffLine, _ bends: inout [PayoffBend]) {
    let u = units
    switch instrument {
    case .option(let contract):
      let slope = u * contract.strike.exact
      let position = ExactAmount.one.divided(by: contract.strike.exact)
      if contract.right == .call { start += PayoffLine(intercept: u, slope: -slope) }
      // A strike of 0 lies at S = 0, beyond every x: a call is the coin, a put nothing.
      guard let position else { return }
      bends.append(PayoffBend(at: position, intercept: -u, slope: slope))
    case .digital(let contract):
      let cash = u * contract.payout.exact
      let position = ExactAmount.one.divided(by: contract.strike.exact)
      if contract.right == .call { start += PayoffLine(intercept: .zero, slope: cash) }
      guard let position else { return }
      switch contract.right {
      case .call:
        bends.append(PayoffBend(at: position, intercept: .zero, slope: -cash, kind: .jumpAt))
      case .put:
        bends.append(PayoffBend(at: position, intercept: .zero, slope: cash, kind: .jumpBeyond))
      }
    case .future, .perpetual:
      // N/price is a constant with a denominator of its own: `Payoff.constant` is the sum of them.
      start += PayoffLine(intercept: .zero, slope: -u)
    case .underlying:
      break  // The coin held is worth one coin at every price.
    }
  }
}

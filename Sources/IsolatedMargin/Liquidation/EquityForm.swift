import Basics
import Instruments

/// An option of a box, with the exact terms the payoff needs and the floating ones the value needs.
struct BoxOption: Sendable {
  /// Index in the strategy's legs.
  let leg: Int
  let right: OptionRight
  let exactStrike: ExactAmount
  let strike: Double
  /// Quote currency for one unit of a digital; nil for a vanilla option.
  let exactPayout: ExactAmount?
  let payout: Double
  /// Signed units.
  let units: ExactAmount

  var isDigital: Bool { exactPayout != nil }
}

/// Equity less one line of the requirement, in quote currency: K = a + b S + the sum of weight x value over the options.
///
/// In quote settlement K is that excess H itself; in coin it is S H, whose sign is the same: cash C gives C S, an inverse
/// future N(1/E - 1/S) gives N S/E - N, and a coin option's value is V/S. So one solver serves both.
struct EquityForm: Sendable {
  var constant: ExactAmount
  var slope: ExactAmount
  /// For each option of the box.
  let weights: [ExactAmount]
  let floatingWeights: [Double]

  // The options' payoffs as one piecewise linear function of the price at expiry, a and b left out.

  /// Strikes above 0, ascending, each once.
  let exactStrikes: [ExactAmount]
  let strikes: [Double]
  /// The change of slope at each strike.
  let kinks: [Double]
  /// The jump at each strike: digitals.
  let jumps: [Double]
  let hasJumps: Bool
  /// The line before the first strike and after each.
  let constants: [ExactAmount]
  let slopes: [ExactAmount]

  init(constant: ExactAmount, slope: ExactAmount, weights: [ExactAmount], options: [BoxOption]) {
    self.constant = constant
    self.slope = slope
    self.weights = weights
    floatingWeights = weights.map(\.doubleValue)
    var start = PayoffLine.zero
    var bends: [PayoffBend] = []
    for (option, weight) in zip(options, weights) where !weight.isZero {
      EquityForm.add(option, weight, to: &start, &bends)
    }
    bends.sort { $0.position < $1.position }
    var (exactStrikes, kinks, jumps): ([ExactAmount], [Double], [Double]) = ([], [], [])
    var lines = [start]
    var line = start
    var next = 0
    while next < bends.count {
      let position = bends[next].position
      var change = PayoffLine.zero
      while next < bends.count, bends[next].position == position {
        change += bends[next].change
        next += 1
      }
      let jump = change.value(at: position)
      guard !change.slope.isZero || !jump.isZero else { continue }
      line += change
      exactStrikes.append(position)
      kinks.append(change.slope.doubleValue)
      jumps.append(jump.doubleValue)
      lines.append(line)
    }
    self.exactStrikes = exactStrikes
    strikes = exactStrikes.map(\.doubleValue)
    self.kinks = kinks
    self.jumps = jumps
    hasJumps = jumps.contains { $0 != 0 }
    constants = lines.map(\.intercept)
    slopes = lines.map(\.slope)
  }

  /// A strike of 0 bends nothing above 0: a call on it is the underlying, a digital call the payout.
  private static func add(
    _ option: BoxOption, _ weight: ExactAmount, to start: inout PayoffLine, _ bends: inout [PayoffBend]
  ) {
    let strike = option.exactStrike
    let change: PayoffLine
    if let payout = option.exactPayout {
      let amount = weight * payout
      if option.right == .put, !strike.isZero { start += PayoffLine(intercept: amount, slope: .zero) }
      change = PayoffLine(intercept: option.right == .call ? amount : .zero - amount, slope: .zero)
      if option.right == .put, strike.isZero { return }
    } else {
      if option.right == .put { start += PayoffLine(intercept: weight * strike, slope: .zero - weight) }
      change = PayoffLine(intercept: .zero - weight * strike, slope: weight)
    }
    if strike.isZero {
      start += change
    } else {
      bends.append(PayoffBend(at: strike, intercept: change.intercept, slope: change.slope))
    }
  }

  /// The same with more cash in the box: a constant in quote currency, coins (and so a slope) in coin.
  func adding(_ cash: ExactAmount, settlement: Settlement) -> EquityForm {
    var form = self
    if settlement == .quote { form.constant += cash } else { form.slope += cash }
    return form
  }
}

import Basics
import Instruments
import Kernels
import Pricing

/// A later option of a ``BandPosition``: |u| times Black's formula of forward `forward` x t and strike `strike`.
///
/// The coordinate t is 10^8 S in quote currency and 1/S in coin, where strike K pays (alpha t - beta)+ or (beta - alpha t)+:
/// alpha 1 and beta 10^8 K in quote currency; alpha 10^8 K and beta 10^8 in coin, where a call pays (1 - K/S)+ and so falls
/// with t. By the duality of the two units of account, in coin it is Black's formula again with the coin's own discount Q
/// for its intercept and D for its slope.
struct BandOption: Sendable {
  /// +1 where it pays above the strike's coordinate, -1 below.
  let sign: Double
  let isLong: Bool
  /// |u|, in the units of a ``BandScale``.
  let units: Interval
  /// Q alpha or, in coin, D alpha.
  let forward: Interval
  /// D beta or, in coin, Q beta.
  let strike: Interval
  private let rootYears: Interval
  /// Closing costs the lesser of `rate`(t) and `cap` times the value, for each unit; nil where it costs nothing.
  let fee: (rate: BandLine, cap: Interval)?

  /// - Parameter isNegated: The holder's other side; closing is then taken to cost nothing.
  init(
    _ leg: FilledLeg, _ contract: OptionContract, _ step: ExpiryStep, _ settlement: Settlement, _ scale: BandScale,
    isNegated: Bool
  ) {
    let isQuote = settlement == .quote
    let factors = step.factors(in: settlement)
    let strike = Interval(contract.strike.exact * BandScale.prices)
    let one = Interval(isQuote ? ExactAmount.one : BandScale.prices)
    sign = (contract.right == .call) == isQuote ? 1 : -1
    isLong = (leg.units.sign > 0) != isNegated
    units = Interval(leg.units.magnitude * scale.units)
    forward = Interval(factors.slope) * (isQuote ? one : strike)
    self.strike = Interval(factors.intercept) * (isQuote ? strike : one)
    // Years are a sum of a few quotients, each rounded once.
    rootYears = (Interval(step.years) * (Interval.one + Interval(unitWidth: 0x1p-50))).squareRoot
    if let fee = leg.payoffFee, fee.rate > .zero, !isNegated {
      let rate = Interval(fee.rate) * one
      let line = isQuote ? BandLine(intercept: .zero, slope: rate) : BandLine(intercept: rate, slope: .zero)
      self.fee = (line, Interval(fee.cap))
    } else {
      fee = nil
    }
  }

  func deviation(_ volatility: Double) -> Interval { rootYears * volatility }

  /// The coordinate at which forward and strike meet, nearly.
  var centre: Double { forward.upper > 0 ? strike.upper / forward.upper : 0 }

  /// Where it is worth nothing but time: as a call below ``centre``, as a put above.
  func outOfTheMoney(at t: Double) -> Double { t <= centre ? 1 : -1 }

  /// The value of one unit, as a call (`sign` +1) or put (-1) on these terms, from below.
  ///
  /// The factors are those that are worst for it. At fixed factors the value is convex in t, which tangents and chords use.
  func least(_ sign: Double, at t: Double, deviation: Double) -> Double {
    let forward = sign > 0 ? Directed.productDown(forward.lower, t) : Directed.productUp(forward.upper, t)
    let strike = sign > 0 ? strike.upper : strike.lower
    return max(0, BlackEnclosure.value(sign: sign, forward: forward, strike: strike, deviation: deviation).lower)
  }

  /// The value of one unit from above, the factors those that are best for it.
  func most(_ sign: Double, at t: Double, deviation: Double) -> Double {
    let forward = sign > 0 ? Directed.productUp(forward.upper, t) : Directed.productDown(forward.lower, t)
    let strike = sign > 0 ? strike.lower : strike.upper
    return max(0, BlackEnclosure.value(sign: sign, forward: forward, strike: strike, deviation: deviation).upper)
  }

  /// The derivative by t of what ``least(_:at:deviation:)`` encloses.
  func slope(_ sign: Double, at t: Double, deviation: Double) -> Interval {
    let factor = Interval(sign > 0 ? forward.lower : forward.upper)
    let strike = sign > 0 ? strike.upper : strike.lower
    return factor * BlackEnclosure.delta(sign: sign, forward: factor * t, strike: strike, deviation: deviation)
  }

  /// A call less a put: forward x t - strike, exactly, whatever the model.
  var parity: BandLine { BandLine(intercept: -strike, slope: forward) }
}

/// The line intercept + slope x t, known between bounds.
struct BandLine: Sendable {
  var intercept: Interval
  var slope: Interval

  static let zero = BandLine(intercept: .zero, slope: .zero)

  func value(at t: Interval) -> Interval { intercept + slope * t }

  static func + (left: BandLine, right: BandLine) -> BandLine {
    BandLine(intercept: left.intercept + right.intercept, slope: left.slope + right.slope)
  }

  static func * (line: BandLine, factor: Interval) -> BandLine {
    BandLine(intercept: line.intercept * factor, slope: line.slope * factor)
  }
}

extension Interval {
  /// The least interval around an exact number: the number itself where a `Double` holds it.
  init(_ exact: ExactAmount) {
    let nearest = exact.doubleValue
    guard let held = ExactAmount(exactly: nearest) else {
      self = Interval(nearest > 0 ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude).union(Interval(nearest))
      return
    }
    let other = held == exact ? nearest : held < exact ? nearest.nextUp : nearest.nextDown
    self = Interval(nearest).union(Interval(other))
  }

  init(_ factor: FactorRange) { self = Interval(factor.lower).union(Interval(factor.upper)) }

  /// [-width, width].
  init(unitWidth width: Double) { self = Interval(-width).union(Interval(width)) }
}

import Basics
import Instruments
import Kernels
import Pricing

/// What the legs on one underlying are worth at their first expiry, as a function of spot and volatility, in numbers that
/// enclose every exact one, in the units of a ``BandScale``.
struct BandPosition: Sendable {
  let scale: BandScale
  let near: BandNearValue
  let options: [BandOption]
  let tail: BandTail
  let band: VolatilityBand
  /// The coordinates that count; `high` is infinite unless a range of prices is given.
  let domain: (low: Double, high: Double)
  /// What the legs pay at every price alike, which the function of the coordinate leaves out. Settlement currency.
  let constant: ExactAmount
  /// The sum of |u| times strike or entry price, in coin of coins: the size against which a tolerance is meant.
  let gross: Double

  /// - Parameter isNegated: Asks for the negated value, whose least is the greatest of the value; that closing costs
  ///   something is left out of it.
  /// - Throws: ``IsolatedMarginError`` `.badInput` where `terms` lack an expiry or a range cannot be used, `.unsupported`
  ///   for a digital that ends later.
  init(
    of legs: [FilledLeg], settlement: Settlement, terms: ExpiryTerms, band: VolatilityBand, range: PriceRange?,
    isNegated: Bool = false
  ) throws(IsolatedMarginError) {
    let sign = isNegated ? -ExactAmount.one : .one
    let steps = terms.stepsFromFirst
    var ending: [FilledLeg] = []
    var later: [(leg: FilledLeg, contract: OptionContract, place: Int)] = []
    var forwards = ExactAmount.zero
    for leg in legs {
      guard let index = terms.index(of: leg.instrument) else {
        throw .badInput(
          "expiries of \(terms.underlying)", found: "a leg of \(leg.instrument)",
          wanted: terms.expiries.map(\.description).joined(separator: ", "))
      }
      switch leg.instrument {
      case .option(let contract) where index > 0: later.append((leg, contract, index - 1))
      case .digital where index > 0:
        throw .unsupported(
          "\(leg.instrument) ends after the first expiry; a volatility band bounds calls and puts only")
      default:
        ending.append(leg)
        if index > 0 { forwards += BandPosition.forwardSlope(of: leg, steps[index - 1], settlement, sign) }
      }
    }
    let payoff = Payoff(of: ending, settlement: settlement)
    let scale = BandScale(legs)
    let slopeScale = settlement == .quote ? scale.units : scale.amounts
    near = BandNearValue(payoff, sign: isNegated ? -1 : 1, adding: Interval(forwards * slopeScale), scale)
    options = later.map { BandOption($0.leg, $0.contract, steps[$0.place], settlement, scale, isNegated: isNegated) }
    tail = BandTail(
      later, steps, settlement, scale, near: payoff.lines.last ?? .zero, forwards: forwards, isNegated: isNegated)
    self.scale = scale
    constant = payoff.constant * sign
    gross = legs.reduce(0) { sum, leg in
      let units = leg.units.magnitude * scale.units
      if settlement == .quote { return sum + (units * (leg.instrument.strike?.exact ?? leg.price)).doubleValue * 1e8 }
      let coins = leg.instrument.isOption ? units : units.divided(by: leg.price) ?? units
      return sum + coins.doubleValue * 1e8
    }
    self.band = band
    domain = try BandPosition.domain(range, settlement)
  }

  /// The lowest slope that a dated future's forward adds to one that takes it for the price itself.
  ///
  /// It gains u(F - entry) less a fee of rate x F a unit, F = S Q/D; in coin N(1/entry - 1/F), 1/F = x D/Q.
  private static func forwardSlope(
    of leg: FilledLeg, _ step: ExpiryStep, _ settlement: Settlement, _ sign: ExactAmount
  ) -> ExactAmount {
    let factors = step.factors(in: settlement)
    let fee = leg.units.magnitude * (leg.payoffFee?.rate ?? .zero)
    let slope = sign * (settlement == .quote ? leg.units - fee : -(leg.units + fee))
    return (factors.slope / factors.intercept).least(times: slope) - slope
  }

  /// The range as coordinates, rounded outward.
  private static func domain(
    _ range: PriceRange?, _ settlement: Settlement
  ) throws(IsolatedMarginError) -> (low: Double, high: Double) {
    guard let range else { return (0, .infinity) }
    guard range.high > .zero else { throw .badInput("price range", found: "0 to 0", wanted: "a high above 0") }
    switch settlement {
    case .quote:
      return (
        Interval(range.low * BandScale.prices).lower, Interval(range.high * BandScale.prices).upper
      )
    case .coin:
      let low = ExactAmount.one.divided(by: range.high).map { Interval($0).lower } ?? 0
      let high = ExactAmount.one.divided(by: range.low).map { Interval($0).upper } ?? .infinity
      return (low, high)
    }
  }

  /// The value at a coordinate, at one volatility for long options and one for short ones.
  func value(at t: Double, long: Double, short: Double) -> Interval {
    let place = near.firstVertex(from: t)
    var sum = near.line(rightOf: t).value(at: Interval(t))
    if place < near.positions.count, near.positions[place] == Interval(t) { sum = near.least[place] }
    for option in options {
      let deviation = option.deviation(option.isLong ? long : short)
      let low = option.least(option.sign, at: t, deviation: deviation.lower)
      var value = Interval(low).union(Interval(option.most(option.sign, at: t, deviation: deviation.upper)))
      if !option.isLong { value = -value }
      if let fee = option.fee {
        let share = fee.rate.value(at: Interval(t))
        let cost = fee.cap * (option.isLong ? value : -value)
        value = value - Interval(min(share.lower, cost.lower)).union(Interval(min(share.upper, cost.upper)))
      }
      sum += option.units * value
    }
    return sum
  }
}

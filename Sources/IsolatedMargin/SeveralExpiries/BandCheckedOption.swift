import Instruments
import Kernels

/// A later option between bounds, for the checker alone.
///
/// Its value is Black's formula of forward `slope factor` x alpha t, strike `intercept factor` x beta: convex in t at fixed
/// factors, rising with the volatility; a call less a put is the forward less the strike.
extension CheckedLeg {
  private func terms(_ settlement: Settlement) -> (forward: Interval, strike: Interval, root: Interval) {
    guard let step else { return (.zero, .zero, .zero) }
    let factors = step.factors(in: settlement)
    let years = Interval(step.years) * Interval(1 - 0x1p-50).union(Interval(1 + 0x1p-50))
    return (Interval(factors.slope) * alpha, Interval(factors.intercept) * beta, years.squareRoot)
  }

  /// Where the option is worth nothing but time: a call left of the strike, a put right of it.
  ///
  /// Either way the line is below the value; that it is the same choice as the search's keeps the bounds alike.
  private func kind(at t: Double, _ settlement: Settlement) -> Double {
    let (forward, strike, _) = terms(settlement)
    return t <= (forward.upper > 0 ? strike.upper / forward.upper : 0) ? 1 : -1
  }

  /// One unit's value from above, as a call (+1) or a put (-1).
  func most(_ kind: Double, at t: Double, _ volatility: Double, _ settlement: Settlement) -> Double {
    let (forward, strike, root) = terms(settlement)
    let at = forward * t
    return BlackEnclosure.value(
      sign: kind, forward: kind > 0 ? at.upper : at.lower, strike: kind > 0 ? strike.lower : strike.upper,
      deviation: (root * volatility).upper
    ).upper
  }

  /// One unit's value from below, and its slope, at the factors that are worst for it.
  private func tangent(
    _ kind: Double, at t: Double, _ volatility: Double, _ settlement: Settlement
  ) -> (value: Double, slope: Interval) {
    let (forward, strike, root) = terms(settlement)
    let factor = Interval(kind > 0 ? forward.lower : forward.upper)
    let (at, level, deviation) = (factor * t, kind > 0 ? strike.upper : strike.lower, (root * volatility).lower)
    let value = BlackEnclosure.value(
      sign: kind, forward: kind > 0 ? at.lower : at.upper, strike: level, deviation: deviation)
    let delta = BlackEnclosure.delta(sign: kind, forward: at, strike: level, deviation: deviation)
    return (max(value.lower, 0), factor * delta)
  }

  /// Numbers below a line's values at the two ends of a box, the line being nowhere above the leg's value in it.
  ///
  /// - Parameter isCurved: A long leg by its tangent in the middle instead of by its intrinsic line.
  func line(
    below leaf: BandCertificate.Leaf, volatility: Double, _ settlement: Settlement, isCurved: Bool
  ) -> (Interval, Interval) {
    let (low, high) = (Interval(leaf.low), Interval(leaf.high))
    let middle = leaf.low + 0.5 * (leaf.high - leaf.low)
    let (isLong, kind) = (units.lower > 0, kind(at: middle, settlement))
    let (weight, charge) = fee(near: middle, volatility, settlement)
    let (forward, strike, _) = terms(settlement)
    func end(_ place: Interval, _ outer: Interval) -> Interval {
      let parity = kind == side ? Interval.zero : (forward * place - strike) * side
      let cost = charge ? rate.constant + rate.slope * place : .zero
      return units * weight * (outer + parity) + (isLong ? -units : units) * cost
    }
    guard isLong else {
      return (
        end(low, Interval(most(kind, at: leaf.low, volatility, settlement))),
        end(high, Interval(most(kind, at: leaf.high, volatility, settlement)))
      )
    }
    guard isCurved else { return (end(low, .zero), end(high, .zero)) }
    let (value, slope) = tangent(kind, at: middle, volatility, settlement)
    return (
      end(low, Interval(value) - slope * (Interval(middle) - low)),
      end(high, Interval(value) + slope * (high - Interval(middle)))
    )
  }

  /// What closing leaves of the value: a share (`weight`), or all but a charge on the underlying. Either is a lower bound.
  private func fee(
    near t: Double, _ volatility: Double, _ settlement: Settlement
  ) -> (weight: Interval, isCharged: Bool) {
    guard cap.upper > 0 else { return (.one, false) }
    let share = cap.upper * tangent(side, at: t, volatility, settlement).value
    if (rate.constant + rate.slope * t).upper <= share { return (.one, true) }
    return (units.lower > 0 ? Interval.one - cap : Interval.one + cap, false)
  }

  /// The range over a box of the leg's derivative by the volatility.
  func vega(over leaf: BandCertificate.Leaf, _ settlement: Settlement) -> Interval {
    let (forward, strike, root) = terms(settlement)
    let forwards = (forward * leaf.low).union(forward * leaf.high)
    let deviations = (root * leaf.lowVolatility).union(root * leaf.highVolatility)
    let unit = BlackEnclosure.vega(forwards: forwards, strike: strike, deviations: deviations) * root
    // A fee takes a share between none and the cap, whichever way it is charged.
    let isLong = units.lower > 0
    let weight = Interval.one.union(isLong ? Interval.one - cap : Interval.one + cap)
    return units * unit * weight
  }

  /// The leg's value at a point, its fee included.
  func value(at t: Interval, _ volatility: Double, _ settlement: Settlement) -> Interval {
    let low = tangent(side, at: side > 0 ? t.lower : t.upper, volatility, settlement).value
    let high = most(side, at: side > 0 ? t.upper : t.lower, volatility, settlement)
    let value = Interval(low).union(Interval(max(low, high)))
    let (charge, share) = (rate.constant + rate.slope * t, cap * value)
    let cost = Interval(min(charge.lower, share.lower)).union(Interval(min(charge.upper, share.upper)))
    return units * value + (units.lower > 0 ? -units : units) * cost
  }
}

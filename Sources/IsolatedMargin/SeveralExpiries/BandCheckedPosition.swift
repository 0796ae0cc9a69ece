import Basics
import Instruments
import Kernels
import Pricing

/// The legs on one underlying as the checker reads them.
struct CheckedPosition {
  let scale: BandScale
  private let ending: [CheckedLeg]
  private let later: [CheckedLeg]
  /// Where ending legs bend, ascending.
  private let bends: [Interval]
  private let settlement: Settlement
  /// The value's slope beyond every bend, the factors at their worst; exact, in the settlement currency per coordinate.
  let slopeAtEnd: ExactAmount
  /// The calls' lines there: intercept and slope.
  private let tail: (intercept: Interval, slope: Interval)
  /// What futures in coin pay at every price alike.
  let constant: ExactAmount

  init(_ legs: [FilledLeg], _ settlement: Settlement, _ terms: ExpiryTerms) {
    let isCoin = settlement == .coin
    let steps = terms.stepsFromFirst
    let scale = BandScale(legs)
    self.scale = scale
    // A leg of another expiry proves nothing: it is read as one that ends at the first, where the bound then fails.
    let places = legs.map { terms.index(of: $0.instrument) ?? 0 }
    let checked = zip(legs, places).map { CheckedLeg($0, place: $1, steps: steps, scale, isCoin: isCoin) }
    ending = checked.filter { $0.step == nil }
    later = checked.filter { $0.step != nil }
    bends = ending.flatMap(\.bends).sorted().map { Interval($0) }
    self.settlement = settlement

    var constant = ExactAmount.zero
    var sums = [(slope: ExactAmount, intercept: ExactAmount)](repeating: (.zero, .zero), count: steps.count)
    var (slope, lines) = (ExactAmount.zero, (intercept: ExactAmount.zero, slope: ExactAmount.zero))
    for (leg, place) in zip(legs, places) {
      let units = leg.units
      let (rate, cap) = (leg.payoffFee?.rate ?? .zero, leg.payoffFee?.cap ?? .zero)
      switch leg.instrument {
      case .option(let contract) where (contract.right == .call) != isCoin:
        let strike = contract.strike.exact
        // The lesser fee far out: the rate's, which is flat in coin, unless the cap's share of the value grows slower.
        let growth = place > 0 ? steps[place - 1].carry.upper : .one
        let isCapped = !isCoin && cap * growth <= rate && !rate.isZero
        let net = isCapped ? units - units.magnitude * cap : units
        let flat = isCapped ? ExactAmount.zero : units.magnitude * rate
        if place > 0 {
          sums[place - 1].slope += isCoin ? net * strike : net
          sums[place - 1].intercept -= isCoin ? net : net * strike
          if isCoin { lines.intercept -= flat } else { lines.slope -= flat }
        } else {
          slope += isCoin ? net * strike : net - flat
        }
      case .option: break
      case .digital(let contract):
        // In coin a payout grows with 1/S, and its fee reaches the rate.
        guard isCoin, (contract.right == .put) == (contract.strike > .zero) else { break }
        slope += units * contract.payout.exact
      case .future, .perpetual, .underlying:
        var factor = (least: ExactAmount.one, most: ExactAmount.one)
        if place > 0 {
          let factors = steps[place - 1].factors(in: settlement)
          let ratio = factors.slope / factors.intercept
          factor = (ratio.lower, ratio.upper)
        }
        let net = (isCoin ? .zero - units : units) - units.magnitude * rate
        slope += net * (net.sign < 0 ? factor.most : factor.least)
        if isCoin { constant += units.divided(by: leg.price) ?? .zero }
      }
    }
    for (sum, step) in zip(sums, steps) {
      let factors = step.factors(in: settlement)
      lines.slope += sum.slope * (sum.slope.sign < 0 ? factors.slope.upper : factors.slope.lower)
      lines.intercept += sum.intercept * (sum.intercept.sign < 0 ? factors.intercept.upper : factors.intercept.lower)
    }
    slopeAtEnd = slope + lines.slope
    let slopeScale = isCoin ? scale.amounts : scale.units
    tail = (Interval(lines.intercept * scale.amounts), Interval(lines.slope * slopeScale))
    self.constant = constant
  }

  /// A range of prices as coordinates, outward; everything from 0 to infinity for none.
  static func coordinates(of range: PriceRange?, _ settlement: Settlement) -> Interval {
    guard let range else { return Interval(0).union(Interval(.infinity)) }
    func coordinate(_ price: ExactAmount) -> Interval {
      guard settlement == .coin else { return Interval(price * BandScale.prices) }
      return ExactAmount.one.divided(by: price).map { Interval($0) } ?? Interval(.infinity)
    }
    return coordinate(range.low).union(coordinate(range.high))
  }

  /// The lowest of the boxes' bounds.
  func lowerBound(of leaves: [BandCertificate.Leaf], band: VolatilityBand) -> Double {
    leaves.reduce(.infinity) { min($0, lowerBound(of: $1, isCommon: band.sharing == .common)) }
  }

  private func lowerBound(of leaf: BandCertificate.Leaf, isCommon: Bool) -> Double {
    guard leaf.high < .infinity else { return lowerBound(ofTail: leaf) }
    let (low, high) = (leaf.lowVolatility, leaf.highVolatility)
    func bound(_ long: Double, _ short: Double) -> Double {
      max(least(over: leaf, long, short, isCurved: true), least(over: leaf, long, short, isCurved: false))
    }
    let corner = bound(low, high)
    guard isCommon, low < high else { return corner }
    // At one volatility for all: from either end, at the rate at which the value can change with the volatility.
    let (start, end) = (bound(low, low), bound(high, high))
    let vega = later.reduce(Interval.zero) { $0 + $1.vega(over: leaf, settlement) }
    let width = Interval(high) - Interval(low)
    if vega.lower >= 0 { return max(corner, start) }
    if vega.upper <= 0 { return max(corner, end) }
    let place = min(max((start - end + vega.upper * width.upper) / (vega.upper - vega.lower), 0), width.upper)
    guard place.isFinite else { return corner }
    let before = Interval(start) + Interval(vega.lower) * place
    let after = Interval(end) - Interval(vega.upper) * (width - Interval(place))
    return max(corner, min(before.lower, after.lower))
  }

  /// The least over a box at one volatility for long options and one for short ones, each option replaced by a line below.
  private func least(over leaf: BandCertificate.Leaf, _ long: Double, _ short: Double, isCurved: Bool) -> Double {
    var (atLow, atHigh) = (Interval.zero, Interval.zero)
    for leg in later {
      let line = leg.line(below: leaf, volatility: leg.units.lower > 0 ? long : short, settlement, isCurved: isCurved)
      atLow += line.0
      atHigh += line.1
    }
    let (low, high) = (Interval(leaf.low), Interval(leaf.high))
    var lowest = min((payoff(at: low) + atLow).lower, (payoff(at: high) + atHigh).lower)
    for bend in bends where bend.upper >= leaf.low && bend.lower <= leaf.high {
      let share = (bend - low).divided(by: high - low).clamped(to: .unit)
      lowest = min(lowest, (payoff(at: bend) + atLow + (atHigh - atLow) * share).lower)
    }
    return lowest
  }

  /// From `leaf.low` on later calls are their lines and puts no more than there; the sum does not fall beyond the last bend.
  private func lowerBound(ofTail leaf: BandCertificate.Leaf) -> Double {
    guard slopeAtEnd >= .zero else { return -.infinity }
    var puts = Interval.zero
    for leg in later where leg.units.lower < 0 {
      puts += leg.units * leg.most(-1, at: leaf.low, leaf.highVolatility, settlement) * (Interval.one + leg.cap)
    }
    var lowest = Double.infinity
    for place in [Interval(leaf.low)] + bends.filter({ $0.upper >= leaf.low }) {
      lowest = min(lowest, (payoff(at: place) + tail.intercept + tail.slope * place + puts).lower)
    }
    return lowest
  }

  private func payoff(at t: Interval) -> Interval { ending.reduce(.zero) { $0 + $1.payoff(at: t) } }

  /// The value at a stated point.
  func value(at witness: BandCertificate.Witness) -> Interval {
    let coordinate =
      settlement == .quote
      ? witness.price.map { $0 * BandScale.prices }
      : witness.price.map {
        ExactAmount.one.divided(by: $0) ?? .zero
      }
    let t = Interval(coordinate ?? .zero)
    return later.reduce(payoff(at: t)) {
      $0 + $1.value(at: t, $1.units.lower > 0 ? witness.longVolatility : witness.shortVolatility, settlement)
    }
  }
}

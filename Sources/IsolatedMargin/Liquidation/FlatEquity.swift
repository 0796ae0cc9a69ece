import Basics
import Kernels
import RealModule

/// K of one ``EquityForm`` at one volatility, time and carry for all its options.
///
/// K(S) = D h(F) + the sum over strikes of kink x (discounted out-of-the-money value), with the payoff h, to which cash and
/// linear legs are added, at the forward F = S exp((r - q) T). Where h lies on a plateau of exactly zero nothing cancels, and K
/// keeps its relative accuracy as far out as logarithms reach: rounding makes no roots.
struct FlatEquity {
  let form: EquityForm
  let years: Double
  let volatility: Double
  let rate: Double
  let dividendYield: Double
  let discount: Double
  /// exp(-q T)
  let spotDiscount: Double
  /// F / S
  let growth: Double
  /// v sqrt(T)
  let deviation: Double
  /// The lines of h: cash and linear legs included, in money at expiry.
  let constants: [Double]
  let slopes: [Double]

  init(_ form: EquityForm, _ terms: ValuationTerms) {
    self.form = form
    years = terms.years
    volatility = terms.volatility
    rate = terms.rate
    dividendYield = terms.dividendYield
    discount = .exp(-rate * years)
    spotDiscount = .exp(-dividendYield * years)
    growth = .exp((rate - dividendYield) * years)
    deviation = volatility * .sqrt(years)
    if rate * years == 0, dividendYield * years == 0 {
      // Sums of decimals stay exact, and a plateau at zero is zero.
      constants = form.constants.map { ($0 + form.constant).doubleValue }
      slopes = form.slopes.map { ($0 + form.slope).doubleValue }
    } else {
      let (constant, slope) = (form.constant.doubleValue / discount, form.slope.doubleValue / spotDiscount)
      constants = form.constants.map { $0.doubleValue + constant }
      slopes = form.slopes.map { $0.doubleValue + slope }
    }
  }

  /// How many options one value of K costs.
  var cost: Int { form.strikes.count }

  /// The line of h that holds at a forward.
  func line(at forward: Double) -> Int {
    var (low, high) = (0, form.strikes.count)
    while low < high {
      let middle = (low + high) / 2
      if form.strikes[middle] <= forward { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// K at a spot, or a positive multiple of it where its terms underflow.
  func value(at spot: Double) -> Double {
    let forward = spot * growth
    let index = line(at: forward)
    var timeValue = 0.0
    for place in form.strikes.indices { timeValue += self.timeValue(place, spot, forward) }
    let (constant, slope) = (constants[index], slopes[index])
    if constant == 0, slope == 0 {
      return timeValue.magnitude > 1e-270 || deviation == 0 ? timeValue : scaledTimeValue(forward)
    }
    return discount * (constant + slope * forward) + timeValue
  }

  /// What K can be wrong by in rounding.
  func rounding(at spot: Double) -> Double {
    let forward = spot * growth
    let index = line(at: forward)
    var size = discount * (constants[index].magnitude + slopes[index].magnitude * forward)
    for place in form.strikes.indices { size += timeValue(place, spot, forward).magnitude }
    return 8 * size * .ulpOfOne
  }

  private func timeValue(_ place: Int, _ spot: Double, _ forward: Double) -> Double {
    let strike = form.strikes[place]
    var value = 0.0
    if form.kinks[place] != 0 {
      value =
        form.kinks[place]
        * BlackScholes.value(
          sign: strike > forward ? 1 : -1, spot: spot, strike: strike, years: years, volatility: volatility,
          rate: rate, dividendYield: dividendYield)
    }
    if form.hasJumps, form.jumps[place] != 0 {
      let d2 = .log(forward / strike) / deviation - deviation / 2
      value +=
        form.jumps[place] * discount * (strike > forward ? Normal.cumulative(d2) : -Normal.cumulative(-d2))
    }
    return value
  }

  /// The sum of time values over the largest of them.
  private func scaledTimeValue(_ forward: Double) -> Double {
    var parts: [(sign: Double, logarithm: Double)] = []
    for (strike, kink) in zip(form.strikes, form.kinks) where kink != 0 {
      let distance = Double.log(strike / forward).magnitude
      parts.append(
        (
          kink < 0 ? -1 : 1,
          .log(kink.magnitude) + .log(min(strike, forward))
            + TimeValueTail.logarithm(distance: distance, deviation: deviation)
        ))
    }
    let most = parts.map(\.logarithm).max() ?? 0
    return parts.reduce(0) { $0 + $1.sign * .exp($1.logarithm - most) }
  }

  /// dK/dS, or a positive multiple of it where its terms underflow.
  func slope(at spot: Double) -> Double {
    let forward = spot * growth
    let lineSlope = slopes[line(at: forward)]
    var slope = spotDiscount * lineSlope
    for (place, strike) in form.strikes.enumerated() {
      let d1 = .log(forward / strike) / deviation + deviation / 2
      if form.kinks[place] != 0 {
        slope +=
          form.kinks[place] * spotDiscount * (strike > forward ? Normal.cumulative(d1) : -Normal.cumulative(-d1))
      }
      if form.hasJumps, form.jumps[place] != 0 {
        slope += form.jumps[place] * discount * Normal.density(d1 - deviation) / (spot * deviation)
      }
    }
    return lineSlope == 0 && slope.magnitude < 1e-270 ? scaledSlope(forward) : slope
  }

  /// The sum of out-of-the-money deltas over the largest of them.
  private func scaledSlope(_ forward: Double) -> Double {
    var parts: [(sign: Double, logarithm: Double)] = []
    for (strike, kink) in zip(form.strikes, form.kinks) where kink != 0 {
      let d1 = .log(forward / strike) / deviation + deviation / 2
      let isPositive = (strike > forward) == (kink > 0)
      // Beyond the strikes d1 and the side agree but for half a deviation; there nothing underflows.
      guard (strike > forward) == (d1 < 0) else { continue }
      parts.append(
        (
          isPositive ? 1 : -1, .log(kink.magnitude) - d1 * d1 / 2 + .log(Normal.millsRatio(d1.magnitude))
        ))
    }
    let most = parts.map(\.logarithm).max() ?? 0
    return parts.reduce(0) { $0 + $1.sign * .exp($1.logarithm - most) }
  }

  /// Spots at which K bends the other way: the zeros of gamma, ascending. Not for digitals.
  ///
  /// Gamma is a positive factor times the sum of kink x exp(lambda x), lambda = ln K / (v^2 T), x = ln F.
  func inflections() -> [Double] {
    guard let reference = form.strikes.first else { return [] }
    let variance = deviation * deviation
    let terms = zip(form.strikes, form.kinks).filter { $0.1 != 0 }.map { strike, kink in
      let k = Double.log(strike / reference)
      return ExponentialSum.Term(
        isNegative: kink < 0, logarithm: .log(kink.magnitude) - k * k / (2 * variance) + k / 2, exponent: k / variance)
    }
    return ExponentialSum(terms).zeros().map { reference * .exp($0) / growth }
      .filter { $0.isFinite && $0 > 0 }
  }
}

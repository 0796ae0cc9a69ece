import Instruments
import Kernels
import RealModule

/// Value and delta of one unit of a box's option in quote currency, and how steep its value can be between two spots.
struct OptionValue {
  let option: BoxOption
  let sign: Double
  let terms: ValuationTerms
  let discount: Double
  let spotDiscount: Double
  let growth: Double
  let deviation: Double

  init(_ option: BoxOption, _ terms: ValuationTerms) {
    self.option = option
    sign = option.right.sign
    self.terms = terms
    discount = .exp(-terms.rate * terms.years)
    spotDiscount = .exp(-terms.dividendYield * terms.years)
    growth = .exp((terms.rate - terms.dividendYield) * terms.years)
    deviation = terms.volatility * .sqrt(terms.years)
  }

  private func d1(_ spot: Double) -> Double {
    .log(spot * growth / option.strike) / deviation + deviation / 2
  }

  /// True where the value is its discounted payoff at the forward.
  private var isIntrinsic: Bool { deviation == 0 || option.strike == 0 }

  func value(_ spot: Double) -> Double {
    if option.isDigital {
      guard !isIntrinsic else {
        return sign * (spot * growth - option.strike) > 0 ? option.payout * discount : 0
      }
      return option.payout * discount * Normal.cumulative(sign * (d1(spot) - deviation))
    }
    guard !isIntrinsic else { return max(0, sign * (spot * spotDiscount - option.strike * discount)) }
    return BlackScholes.value(
      sign: sign, spot: spot, strike: option.strike, years: terms.years, volatility: terms.volatility,
      rate: terms.rate, dividendYield: terms.dividendYield)
  }

  /// A call's delta rises with the spot, and so does a put's; a digital's does not (``slopes(from:to:)``).
  func delta(_ spot: Double) -> Double {
    guard !isIntrinsic else {
      let isIn = sign * (spot * growth - option.strike) > 0
      return option.isDigital || !isIn ? 0 : sign * spotDiscount
    }
    let d1 = d1(spot)
    if option.isDigital {
      return sign * option.payout * discount * Normal.density(d1 - deviation) / (spot * deviation)
    }
    return sign * spotDiscount * Normal.cumulative(sign * d1)
  }

  /// The least and greatest slope of the value between two spots, whose deltas are known.
  func slopes(from low: Double, _ lowDelta: Double, to high: Double, _ highDelta: Double) -> (Double, Double) {
    guard option.isDigital else { return (lowDelta, highDelta) }
    if isIntrinsic {
      let strike = option.strike / growth
      guard low <= strike, strike <= high, strike > 0 else { return (0, 0) }
      return sign > 0 ? (0, .infinity) : (-.infinity, 0)
    }
    var (least, greatest) = (min(lowDelta, highDelta), max(lowDelta, highDelta))
    // The density over the spot peaks where d2 = -v sqrt(T).
    let peak = option.strike * .exp(-deviation * deviation / 2) / growth
    if low < peak, peak < high {
      let steepest = delta(peak)
      least = min(least, steepest)
      greatest = max(greatest, steepest)
    }
    return (least, greatest)
  }

  /// The constant and slope of the value as the spot goes to 0, or to infinity.
  func asymptote(atZero: Bool) -> (constant: Double, slope: Double) {
    if option.isDigital {
      let pays = (sign > 0) != atZero && !(option.strike == 0 && sign < 0) || (option.strike == 0 && sign > 0)
      return (pays ? option.payout * discount : 0, 0)
    }
    if atZero, option.strike > 0 { return sign > 0 ? (0, 0) : (option.strike * discount, -spotDiscount) }
    return sign > 0 ? (-option.strike * discount, spotDiscount) : (0, 0)
  }

  /// How far the value is from its asymptote at most, beyond `spot`: per unit of spot towards 0, absolute towards infinity.
  ///
  /// Towards 0 what is left of a vanilla option is a call, of which C/S rises with S; towards infinity a put, which falls.
  /// A digital's value leaves its limit in one direction, but not in proportion to S: there the bound is absolute too.
  func remainder(atZero: Bool, beyond spot: Double) -> Double {
    let asymptote = asymptote(atZero: atZero)
    if isIntrinsic {
      let isBeyond = atZero ? spot * growth < option.strike : spot * growth > option.strike
      return isBeyond || option.strike == 0 ? 0 : .infinity
    }
    if option.isDigital { return (value(spot) - asymptote.constant).magnitude }
    let other = BlackScholes.value(
      sign: atZero ? 1 : -1, spot: spot, strike: option.strike, years: terms.years, volatility: terms.volatility,
      rate: terms.rate, dividendYield: terms.dividendYield)
    return atZero ? other / spot : other
  }
}

import Basics
import Instruments
import Kernels
import Pricing
import RealModule

/// Balance less requirement at one spot, with its derivatives; settlement currency. Below zero the box is liquidated.
public struct LiquidationExcess: Hashable, Sendable {
  public var value: Double
  /// For one of spot.
  public var slope: Double
  /// For 1.00 of every volatility.
  public var vega: Double
  /// For a year of calendar time.
  public var theta: Double
}

extension LiquidationBox {
  /// Balance less requirement at a spot in a state.
  ///
  /// At a corner of the requirement the derivatives are those of the line that is greatest there.
  public func excess(at spot: Double, _ state: LiquidationState = .now) -> LiquidationExcess {
    excess(at: spot, terms(state))
  }

  func excess(at spot: Double, _ terms: [ValuationTerms]) -> LiquidationExcess {
    let values = zip(options, terms).map { LiquidationBox.figures(OptionValue($0, $1), spot) }
    var least: LiquidationExcess?
    for pieces in sums {
      let piece = pieces.first { $0.end.map { spot < $0.doubleValue } ?? true } ?? pieces[pieces.count - 1]
      var sum = LiquidationBox.sum(
        piece.base.constant.doubleValue, piece.base.slope.doubleValue, piece.base.floatingWeights, values, spot)
      for lines in piece.choices {
        let all = lines.map { line in
          LiquidationBox.sum(
            line.constant.doubleValue, line.slope.doubleValue, line.weights.map(\.doubleValue), values, spot)
        }
        if let greatest = all.max(by: { $0.value < $1.value }) { sum.subtract(greatest) }
      }
      // The requirement is the least of the sums, so the excess is the greatest.
      if let known = least, known.value >= sum.value { continue }
      least = sum
    }
    var excess = least ?? LiquidationExcess(value: 0, slope: 0, vega: 0, theta: 0)
    if let function { excess.subtract(requirement(function, spot, terms)) }
    guard strategy.settlement == .coin else { return excess }
    // H = K / S
    excess.slope = (excess.slope - excess.value / spot) / spot
    excess.value /= spot
    excess.vega /= spot
    excess.theta /= spot
    return excess
  }

  private static func sum(
    _ constant: Double, _ slope: Double, _ weights: [Double], _ values: [LiquidationExcess], _ spot: Double
  ) -> LiquidationExcess {
    var sum = LiquidationExcess(value: constant + slope * spot, slope: slope, vega: 0, theta: 0)
    for (weight, value) in zip(weights, values) where weight != 0 {
      sum.value += weight * value.value
      sum.slope += weight * value.slope
      sum.vega += weight * value.vega
      sum.theta += weight * value.theta
    }
    return sum
  }

  /// One unit in quote currency.
  private static func figures(_ option: OptionValue, _ spot: Double) -> LiquidationExcess {
    let terms = option.terms
    var result = LiquidationExcess(value: option.value(spot), slope: option.delta(spot), vega: 0, theta: 0)
    guard option.deviation > 0, option.option.strike > 0 else { return result }
    if option.option.isDigital {
      // Payout x D N(c d2): see the pricer's digital.
      let root = option.deviation
      let carry = terms.rate - terms.dividendYield
      let d2 = .log(spot * option.growth / option.option.strike) / root - root / 2
      let density = option.option.payout * option.discount * Normal.density(d2)
      result.vega = -option.sign * density * (d2 + root) / terms.volatility
      result.theta =
        terms.rate * result.value - option.sign * density * (carry / root - (d2 + root) / (2 * terms.years))
    } else {
      let partials = BlackScholes.partials(
        sign: option.sign, spot: spot, strike: option.option.strike, years: terms.years,
        volatility: terms.volatility, rate: terms.rate, dividendYield: terms.dividendYield)
      result.vega = partials.vega
      result.theta = partials.theta
    }
    return result
  }

  /// A function is differentiated by central differences of a part in 10^5.
  private func requirement(
    _ function: MaintenanceFunction, _ spot: Double, _ terms: [ValuationTerms]
  ) -> LiquidationExcess {
    func amount(_ spot: Double, _ terms: [ValuationTerms]) -> Double {
      var marks = [Double](repeating: 0, count: strategy.legs.count)
      for (option, terms) in zip(options, terms) { marks[option.leg] = OptionValue(option, terms).value(spot) }
      return function.amount(spot, marks)
    }
    func moved(years: Double, volatility: Double) -> [ValuationTerms] {
      terms.map {
        ValuationTerms(
          years: max(0, $0.years + years), volatility: max(0, $0.volatility + volatility), rate: $0.rate,
          dividendYield: $0.dividendYield)
      }
    }
    let step = 1e-5
    let vega =
      (amount(spot, moved(years: 0, volatility: step)) - amount(spot, moved(years: 0, volatility: -step))) / (2 * step)
    let theta = (amount(spot, moved(years: -step, volatility: 0)) - amount(spot, terms)) / step
    return LiquidationExcess(
      value: amount(spot, terms),
      slope: (amount(spot * (1 + step), terms) - amount(spot * (1 - step), terms)) / (2 * step * spot), vega: vega,
      theta: theta)
  }
}

extension LiquidationExcess {
  fileprivate mutating func subtract(_ other: LiquidationExcess) {
    value -= other.value
    slope -= other.slope
    vega -= other.vega
    theta -= other.theta
  }
}

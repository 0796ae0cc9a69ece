internal import RealModule

/// A European or American option on an underlying that pays dated cash dividends, by finite differences.
///
/// ``ExerciseGrid`` on two grids, one twice as fine as the other in spot and time, extrapolated to none (Richardson): the
/// scheme's error is of second order in both. One solution serves every spot. A dividend larger than spot pays spot.
/// Rates, signs and units are those of ``BlackScholes``.
public struct DividendOption: Sendable {
  public let sign: Double
  public let strike: Double
  private let rate: Double
  private let dividendYield: Double
  private let volatility: Double
  private let isAmerican: Bool
  private let coarse: Sheet
  private let fine: Sheet

  /// False beyond the greatest deviation, where values are not numbers.
  private let isReached: Bool

  /// The values at the nodes of a grid, with their derivatives where these are wanted.
  private struct Sheet: Sendable {
    let axis: GridAxis
    let values: [Double]
    /// By volatility, rate and yield.
    var slopes: [[Double]] = []
  }

  /// The error kept in a value within a factor of 3 of the strike, as a fraction of the strike, up to a volatility of
  /// ``AmericanBoundary/greatestGridDeviation`` over the life.
  public static let tolerance = 5e-5

  /// A lower volatility counts as this one: the scheme needs some.
  public static let leastVolatility = 5e-3

  /// - Parameters:
  ///   - strike: Above 0, as is `years`.
  ///   - dividends: In any order; those outside the option's life do not count.
  ///   - withSlopes: Whether vega, rho and epsilon are wanted: six more solutions.
  /// - Complexity: About 3 ms.
  public init(
    sign: Double, strike: Double, years: Double, volatility: Double, rate: Double, dividendYield: Double,
    dividends: [DatedDividend], isAmerican: Bool, withSlopes: Bool
  ) {
    precondition(strike > 0 && strike < .infinity && years > 0 && years < .infinity, "an option with a life")
    self.sign = sign
    self.strike = strike
    self.rate = rate
    self.dividendYield = dividendYield
    self.isAmerican = isAmerican
    let volatility = max(volatility, DividendOption.leastVolatility)
    self.volatility = volatility
    isReached = volatility * years.squareRoot() <= AmericanBoundary.greatestGridDeviation
    let scaled = dividends.filter { $0.years > 0 && $0.years < years && $0.amount > 0 }
      .sorted { $0.years < $1.years }.map { DatedDividend(years: $0.years, amount: $0.amount / strike) }
    func sheet(_ count: Int, _ steps: Int) -> Sheet {
      let axis = GridAxis(count: count, deviation: volatility * years.squareRoot(), highest: 4)
      func values(_ volatility: Double, _ rate: Double, _ yield: Double) -> [Double] {
        ExerciseGrid(
          sign: sign, years: years, volatility: volatility, rate: rate, dividendYield: yield, dividends: scaled,
          isAmerican: isAmerican
        ).values(on: axis, steps: steps)
      }
      func slope(_ up: [Double], _ down: [Double], _ step: Double) -> [Double] {
        zip(up, down).map { ($0 - $1) / (2 * step) }
      }
      var sheet = Sheet(axis: axis, values: values(volatility, rate, dividendYield))
      guard withSlopes else { return sheet }
      let (v, h) = (1e-2 * volatility, 1e-3)
      sheet.slopes = [
        slope(values(volatility + v, rate, dividendYield), values(volatility - v, rate, dividendYield), v),
        slope(values(volatility, rate + h, dividendYield), values(volatility, rate - h, dividendYield), h),
        slope(values(volatility, rate, dividendYield + h), values(volatility, rate, dividendYield - h), h),
      ]
      return sheet
    }
    coarse = sheet(181, 60)
    fine = sheet(361, 120)
  }

  /// The value at a spot of 0 or more; no number beyond ``AmericanBoundary/greatestGridDeviation``.
  public func value(spot: Double) -> Double {
    guard isReached else { return .nan }
    let ratio = spot / strike
    let value = DividendOption.extrapolated(
      coarse.axis.interpolate(coarse.values, at: ratio).value, fine.axis.interpolate(fine.values, at: ratio).value)
    return max(strike * value, isAmerican ? max(sign * (spot - strike), 0) : 0)
  }

  /// The value and its derivatives; vega, rho and epsilon are not numbers where they were not asked for.
  public func partials(spot: Double) -> AmericanPartials {
    guard isReached else { return .undefined }
    let ratio = spot / strike
    let (first, second) = (
      coarse.axis.interpolate(coarse.values, at: ratio), fine.axis.interpolate(fine.values, at: ratio)
    )
    let value = value(spot: spot)
    if isAmerican, value <= sign * (spot - strike) * (1 + 1e-12) {
      return AmericanPartials(
        value: value, delta: sign, gamma: 0, vega: 0, theta: 0, rho: 0, epsilon: 0, dualDelta: -sign, dualGamma: 0)
    }
    let slopes = zip(coarse.slopes, fine.slopes).map { low, high in
      strike
        * DividendOption.extrapolated(
          coarse.axis.interpolate(low, at: ratio).value, fine.axis.interpolate(high, at: ratio).value)
    }
    var result = AmericanPartials.undefined
    result.value = value
    result.delta = DividendOption.extrapolated(first.slope, second.slope)
    result.gamma = DividendOption.extrapolated(first.bend, second.bend) / strike
    if slopes.count == 3 { (result.vega, result.rho, result.epsilon) = (slopes[0], slopes[1], slopes[2]) }
    let carried = (rate - dividendYield) * spot * result.delta
    result.theta = rate * value - carried - 0.5 * volatility * volatility * spot * spot * result.gamma
    // With cash amounts the value is no longer homogeneous in spot and strike alone: the duals stay undefined.
    return result
  }

  private static func extrapolated(_ coarse: Double, _ fine: Double) -> Double { fine + (fine - coarse) / 3 }
}

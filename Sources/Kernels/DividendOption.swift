internal import RealModule

/// A European or American option on an underlying that pays dated cash dividends, by finite differences.
///
/// ``ExerciseGrid`` on two grids, one twice as fine as the other in spot and time, extrapolated to none (Richardson): the
/// scheme's error is of second order in both. One solution serves every spot. A dividend larger than spot pays spot.
/// Where carry is strong beside volatility both grids grow finer, up to ``greatestRefinement``. Without volatility spot goes
/// one known way (``DividendPath``), and between none and ``leastVolatility`` values lie on a straight line.
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
  private let path: DividendPath
  /// The share of the grid in a value, the rest being the path's: 1 from ``leastVolatility`` on, 0 without volatility.
  private let gridShare: Double

  /// False where values are not numbers.
  private let isReached: Bool

  /// The values at the nodes of a grid, with their derivatives where these are wanted.
  private struct Sheet: Sendable {
    let axis: GridAxis
    let values: [Double]
    /// By volatility, rate and yield.
    var slopes: [[Double]] = []

    static let empty = Sheet(axis: GridAxis(count: 8, deviation: 1, highest: 4), values: [])
  }

  /// The error kept in a value within a factor of 3 of the strike, as a fraction of the strike, up to a volatility of
  /// ``AmericanBoundary/greatestGridDeviation`` over the life.
  public static let tolerance = 5e-5

  /// From here on the scheme is used. Below, a value is a mean of the path's without volatility and of this volatility's: too
  /// high, as values are convex in volatility there, for a European option by at most 3e-4 sqrt T of the strike.
  public static let leastVolatility = 5e-3

  /// How many times finer than usual both grids may be. Carry beyond it has no number.
  static let greatestRefinement = 6.0

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
    self.volatility = volatility
    gridShare = min(max(volatility, 0) / DividendOption.leastVolatility, 1)
    let scaled = dividends.filter { $0.years > 0 && $0.years < years && $0.amount > 0 }
      .sorted { $0.years < $1.years }.map { DatedDividend(years: $0.years, amount: $0.amount / strike) }
    path = DividendPath(
      sign: sign, years: years, rate: rate, dividendYield: dividendYield, dividends: scaled, isAmerican: isAmerican)
    let volatility = max(volatility, DividendOption.leastVolatility)
    let refinement = DividendOption.refinement(
      deviation: volatility * years.squareRoot(), drift: (rate - dividendYield).magnitude * years)
    isReached =
      gridShare == 0
      || (volatility * years.squareRoot() <= AmericanBoundary.greatestGridDeviation
        && refinement <= DividendOption.greatestRefinement)
    guard isReached, gridShare > 0 else {
      (coarse, fine) = (.empty, .empty)
      return
    }
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
    let (nodes, steps) = (180 * Int(refinement), 60 * Int(refinement))
    coarse = sheet(nodes + 1, steps)
    fine = sheet(2 * nodes + 1, 2 * steps)
  }

  /// How many times finer a grid must be for its carry: central differences want |r - q| h <= v² for nodes h apart, and a
  /// step of time should not carry spot over more than a share of its deviation.
  private static func refinement(deviation: Double, drift: Double) -> Double {
    let axis = GridAxis(count: 181, deviation: deviation, highest: 4)
    let distance = axis.distanceAtStrike
    return max(1, (drift * distance / (deviation * deviation)).rounded(.up), (drift / (10 * deviation)).rounded(.up))
  }

  /// The value at a spot of 0 or more; no number beyond ``AmericanBoundary/greatestGridDeviation``, nor where carry outweighs
  /// volatility by more than the finest grid holds.
  public func value(spot: Double) -> Double {
    guard isReached else { return .nan }
    guard gridShare > 0 else { return strike * path.answer(spot / strike).value }
    let value = gridValue(spot)
    return gridShare == 1 ? value : mean(strike * path.answer(spot / strike).value, value)
  }

  private func gridValue(_ spot: Double) -> Double {
    let ratio = spot / strike
    let value = DividendOption.extrapolated(
      coarse.axis.interpolate(coarse.values, at: ratio).value, fine.axis.interpolate(fine.values, at: ratio).value)
    return max(strike * value, isAmerican ? max(sign * (spot - strike), 0) : 0)
  }

  private func mean(_ still: Double, _ grid: Double) -> Double { still + gridShare * (grid - still) }

  /// The value and its derivatives; vega, rho and epsilon are not numbers where they were not asked for.
  public func partials(spot: Double) -> AmericanPartials {
    guard isReached else { return .undefined }
    guard gridShare < 1 else { return gridPartials(spot) }
    let still = path.answer(spot / strike)
    guard gridShare > 0 else {
      var result = AmericanPartials.undefined
      (result.value, result.delta) = (strike * still.value, still.delta)
      // Off the corners of the payoff; at one they have no number.
      (result.gamma, result.vega) = (0, 0)
      (result.rho, result.epsilon, result.theta) = (strike * still.rho, strike * still.epsilon, strike * still.theta)
      return result
    }
    var result = gridPartials(spot)
    // A value does not fall as volatility rises; the grid's own error could say so.
    result.vega = max(result.value - strike * still.value, 0) / DividendOption.leastVolatility
    result.value = mean(strike * still.value, result.value)
    result.delta = mean(still.delta, result.delta)
    result.gamma = mean(0, result.gamma)
    result.rho = mean(strike * still.rho, result.rho)
    result.epsilon = mean(strike * still.epsilon, result.epsilon)
    result.theta = mean(strike * still.theta, result.theta)
    return result
  }

  private func gridPartials(_ spot: Double) -> AmericanPartials {
    let ratio = spot / strike
    let (first, second) = (
      coarse.axis.interpolate(coarse.values, at: ratio), fine.axis.interpolate(fine.values, at: ratio)
    )
    let value = gridValue(spot)
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
    result.theta = rate * value - carried - 0.5 * gridVolatility * gridVolatility * spot * spot * result.gamma
    // With cash amounts the value is no longer homogeneous in spot and strike alone: the duals stay undefined.
    return result
  }

  private var gridVolatility: Double { max(volatility, DividendOption.leastVolatility) }

  private static func extrapolated(_ coarse: Double, _ fine: Double) -> Double { fine + (fine - coarse) / 3 }
}

internal import RealModule

/// How an American option's value is found.
public enum AmericanMethod: UInt8, Sendable {
  /// It is never exercised early: Black-Scholes, to the last digit.
  case european
  /// Without time or volatility, or with infinite volatility: the best moment of a known path.
  case limit
  /// Spectral collocation of its boundary, to the tolerance asked for.
  case collocation
  /// Finite differences, to ``AmericanBoundary/gridTolerance``: two boundaries, or a boundary that collocation does not
  /// reach.
  case finiteDifferences
  /// Neither reaches it: the collocation fails, and over the whole life volatility exceeds
  /// ``AmericanBoundary/greatestGridDeviation`` or is small beside the carry. Values are not numbers.
  case unsolved
}

/// The price at which an American option is exercised, over its life, and from it the option's value at any spot.
///
/// Boundary and premium depend on volatility, time and rates and on the ratio of spot to strike, so one boundary serves
/// every spot and strike: a row of a scenario grid costs one solution and a short sum a node. Andersen, Lake and
/// Offengenden, "High-performance American option pricing", *Journal of Computational Finance* 20 (2016), whose
/// collocation is solved here by Newton's method.
///
/// Conventions are those of ``BlackScholes``: `sign` is +1 for a call and -1 for a put, rates continuous, time in years.
public struct AmericanBoundary: Sendable {
  public let sign: Double
  public let years: Double
  public let volatility: Double
  public let rate: Double
  public let dividendYield: Double
  /// How the value is found.
  public let method: AmericanMethod
  private let put: UnitPut
  private let solution: BoundarySolution?
  private let grid: UnitPutGrid?

  /// Tolerances that can be asked for, as fractions of the greater of spot and strike.
  public static let tolerances = 1e-12...1e-2

  /// What finite differences keep where they stand in for the collocation, as a fraction of the strike.
  public static let gridTolerance = UnitPutGrid.tolerance

  /// The v sqrt T up to which finite differences keep ``gridTolerance``.
  public static let greatestGridDeviation = 3.0

  /// The v sqrt T below which an option that neither method reaches is valued as one without volatility.
  static let leastDeviation = 1e-6

  /// An estimate of the value's error, as a fraction of the greater of spot and strike; it exceeds the tolerance asked
  /// for only where the finest collocation or finite differences do not reach it.
  public var error: Double {
    switch method {
    case .european: 0
    case .limit: volatility * years.squareRoot() < AmericanBoundary.leastDeviation ? volatility * years.squareRoot() : 0
    case .collocation: solution?.error ?? .nan
    case .finiteDifferences: AmericanBoundary.gridTolerance
    case .unsolved: .nan
    }
  }

  /// Finds the boundary.
  ///
  /// - Parameters:
  ///   - tolerance: The error allowed in a value, as a fraction of the greater of spot and strike; brought into
  ///     ``tolerances``. It decides the resolution: 6 to 80 nodes, the first at which an estimate of the error is below.
  ///   - withSlopes: Whether vega, rho and epsilon will be asked for.
  /// - Complexity: About 10 µs at 1e-6 and 50 µs at 1e-10. Inputs that are negative (time, volatility) or not numbers
  ///   give values that are not numbers.
  public init(
    sign: Double, years: Double, volatility: Double, rate: Double, dividendYield: Double, tolerance: Double = 1e-8,
    withSlopes: Bool = true
  ) {
    self.sign = sign
    self.years = years
    self.volatility = volatility
    self.rate = rate
    self.dividendYield = dividendYield
    let isCall = sign > 0
    let put = UnitPut(
      years: years, volatility: volatility, rate: isCall ? dividendYield : rate,
      dividendYield: isCall ? rate : dividendYield)
    self.put = put
    var (solution, grid): (BoundarySolution?, UnitPutGrid?) = (nil, nil)
    let deviation = volatility * years.squareRoot()
    let asked = min(max(tolerance, AmericanBoundary.tolerances.lowerBound), AmericanBoundary.tolerances.upperBound)
    if put.regime == .never || !(rate.isFinite && dividendYield.isFinite && years >= 0 && volatility >= 0) {
      method = .european
    } else if !(deviation > BlackScholes.deviationRange.low && deviation < BlackScholes.deviationRange.high) {
      method = .limit
    } else {
      if put.regime == .single {
        solution = BoundarySolution(put, tolerance: asked, withSlopes: withSlopes)
      }
      if solution == nil, UnitPutGrid.reaches(put) {
        grid = UnitPutGrid(put, withSlopes: withSlopes)
      }
      let isStill = deviation < AmericanBoundary.leastDeviation
      method = solution != nil ? .collocation : grid != nil ? .finiteDifferences : isStill ? .limit : .unsolved
    }
    self.solution = solution
    self.grid = grid
  }

  /// The spot at which the option is exercised today, for a strike; nil where it is never exercised early.
  ///
  /// A put is exercised at or below it, a call at or above.
  public func exercisePrice(strike: Double) -> Double? { exercisePrice(strike: strike, years: years) }

  /// The spot at which the option is exercised with `years` left, at most ``years``; nil where it is never exercised
  /// early, and where two boundaries bound exercise or none is known.
  public func exercisePrice(strike: Double, years: Double) -> Double? {
    guard let solution, strike.isFinite, years >= 0 else { return nil }
    let boundary = years >= self.years ? solution.boundary : solution.boundary(years: years)
    return sign > 0 ? strike / boundary : strike * boundary
  }

  /// The value at a spot, for a strike.
  public func value(spot: Double, strike: Double) -> Double {
    guard spot >= 0, strike >= 0, spot < .infinity, strike < .infinity else { return .nan }
    let intrinsic = max(sign * (spot - strike), 0)
    guard method != .unsolved else { return .nan }
    guard method != .european, spot > 0, strike > 0 else {
      return method == .european ? european(spot, strike) : limit(spot, strike).value
    }
    let (ratio, scale) = sign > 0 ? (strike / spot, spot) : (spot / strike, strike)
    if let solution {
      guard ratio > solution.boundary else { return intrinsic }
      return max(intrinsic, european(spot, strike) + scale * max(solution.premium.value(ratio), 0))
    }
    if let grid { return max(intrinsic, european(spot, strike) + scale * max(grid.premium(ratio).value, 0)) }
    return limit(spot, strike).value
  }

  /// The value and its derivatives at a spot, for a strike.
  ///
  /// Delta and gamma are the integral's own derivatives, theta follows from the differential equation, and vega, rho and
  /// epsilon differentiate the integral and, implicitly, the boundary in it. Without slopes those three are not numbers.
  public func partials(spot: Double, strike: Double) -> AmericanPartials {
    guard spot >= 0, strike >= 0, spot < .infinity, strike < .infinity else { return .undefined }
    guard method != .unsolved else { return .undefined }
    guard method != .european else { return europeanPartials(spot, strike) }
    guard spot > 0, strike > 0, solution != nil || grid != nil else { return limit(spot, strike) }
    let (ratio, scale) = sign > 0 ? (strike / spot, spot) : (spot / strike, strike)
    let extra: PremiumPartials
    if let solution {
      guard ratio > solution.boundary else { return exercised(spot, strike) }
      extra = solution.premium.partials(ratio)
    } else if let grid {
      extra = grid.premium(ratio)
      // The grid's premium at an exercised spot is the payoff less the European value, to its own error.
      guard european(spot, strike) + scale * extra.value > sign * (spot - strike) + scale * 1e-9 else {
        return exercised(spot, strike)
      }
    } else {
      return limit(spot, strike)
    }
    var result = europeanPartials(spot, strike)
    // A positive premium cannot come out negative but by rounding.
    result.value = max(result.value + scale * max(extra.value, 0), max(sign * (spot - strike), 0))
    if sign > 0 {
      // C = S p(K / S)
      result.delta += extra.value - ratio * extra.delta
      result.gamma += ratio * ratio * extra.gamma / spot
      result.rho += scale * extra.epsilon
      result.epsilon += scale * extra.rho
    } else {
      result.delta += extra.delta
      result.gamma += extra.gamma / strike
      result.rho += scale * extra.rho
      result.epsilon += scale * extra.epsilon
    }
    result.vega += scale * extra.vega
    // r V - (r - q) S dV/dS - v²/2 S² d²V/dS²
    let carried = (rate - dividendYield) * spot * result.delta
    let spread = 0.5 * volatility * volatility * spot * spot * result.gamma
    result.theta = rate * result.value - carried - spread
    result.addDuals(spot: spot, strike: strike)
    return result
  }

  private func exercised(_ spot: Double, _ strike: Double) -> AmericanPartials {
    AmericanPartials(
      value: sign * (spot - strike), delta: sign, gamma: 0, vega: 0, theta: 0, rho: 0, epsilon: 0, dualDelta: -sign,
      dualGamma: 0)
  }

  private func european(_ spot: Double, _ strike: Double) -> Double {
    BlackScholes.value(
      sign: sign, spot: spot, strike: strike, years: years, volatility: volatility, rate: rate,
      dividendYield: dividendYield)
  }

  private func europeanPartials(_ spot: Double, _ strike: Double) -> AmericanPartials {
    let figures = BlackScholes.partials(
      sign: sign, spot: spot, strike: strike, years: years, volatility: volatility, rate: rate,
      dividendYield: dividendYield)
    return AmericanPartials(
      value: figures.value, delta: figures.delta, gamma: figures.gamma, vega: figures.vega, theta: figures.theta,
      rho: figures.rho, epsilon: figures.epsilon, dualDelta: figures.dualDelta, dualGamma: figures.dualGamma)
  }

  private func limit(_ spot: Double, _ strike: Double) -> AmericanPartials {
    let isCall = sign > 0
    let scale = isCall ? spot : strike
    var result = exercised(spot, strike)
    guard scale > 0 else {
      // A call without spot and a put without strike are worth nothing.
      result.value = 0
      result.delta = isCall ? 0 : -0.0 + 0
      result.dualDelta = 0
      return result
    }
    let ratio = (isCall ? strike : spot) / scale
    let answer = AmericanLimit(put: put).answer(ratio)
    // The payoff itself, without a rounding on the way there and back.
    guard !answer.isExercised else { return result }
    result.value = scale * answer.value
    result.delta = isCall ? answer.value - ratio * answer.delta : answer.delta
    result.rho = scale * (isCall ? answer.epsilon : answer.rho)
    result.epsilon = scale * (isCall ? answer.rho : answer.epsilon)
    result.theta = -scale * answer.byYears
    result.addDuals(spot: spot, strike: strike)
    if strike == 0 { (result.dualDelta, result.dualGamma) = (0, 0) }
    return result
  }
}

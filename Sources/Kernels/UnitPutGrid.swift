internal import RealModule

/// The early-exercise premium of a put on a strike of 1 by finite differences.
///
/// With q < r < 0 it pays to exercise between two boundaries only, which may meet before expiry (Andersen and Lake,
/// "Fast American option pricing: the double-boundary case", *Wilmott* 2021): policy iteration takes any set. The premium
/// is the difference of the American and the European value on one grid, so that most of the scheme's error goes with
/// the European part, and two grids are extrapolated.
struct UnitPutGrid: Sendable {
  /// The error kept in a value, as a fraction of the strike.
  static let tolerance = 1e-5

  /// True where the grid keeps ``tolerance``: not beyond the greatest deviation, nor where carry outweighs volatility, which
  /// central differences answer with oscillations, and which brings what happens beyond the grid into it.
  static func reaches(_ put: UnitPut) -> Bool {
    let deviation = put.volatility * put.years.squareRoot()
    let drift = (put.rate - put.dividendYield).magnitude * put.years
    return deviation <= AmericanBoundary.greatestGridDeviation
      && drift <= min(2 * deviation, 50 * deviation * deviation)
  }

  private let axis: GridAxis
  private let values: [Double]
  /// By volatility, rate and yield; empty where they were not asked for.
  private let slopes: [[Double]]

  /// - Parameter withSlopes: Whether the derivatives by volatility, rate and yield are wanted: six more solutions.
  init(_ put: UnitPut, withSlopes: Bool) {
    let axis = GridAxis(count: 501, deviation: put.volatility * put.years.squareRoot(), highest: 4)
    self.axis = axis
    values = UnitPutGrid.extrapolated(put, axis)
    guard withSlopes else {
      slopes = []
      return
    }
    let (v, r, q) = (put.volatility, put.rate, put.dividendYield)
    func moved(_ volatility: Double, _ rate: Double, _ yield: Double) -> [Double] {
      UnitPutGrid.premium(
        UnitPut(years: put.years, volatility: volatility, rate: rate, dividendYield: yield), axis, steps: 200)
    }
    let (byV, byRate) = (1e-3 * v, 1e-3 * max(r.magnitude, q.magnitude))
    slopes = [
      zip(moved(v + byV, r, q), moved(v - byV, r, q)).map { ($0 - $1) / (2 * byV) },
      zip(moved(v, r + byRate, q), moved(v, r - byRate, q)).map { ($0 - $1) / (2 * byRate) },
      zip(moved(v, r, q + byRate), moved(v, r, q - byRate)).map { ($0 - $1) / (2 * byRate) },
    ]
  }

  /// Richardson's extrapolation of two time grids; the axis is fine enough by itself.
  private static func extrapolated(_ put: UnitPut, _ axis: GridAxis) -> [Double] {
    let coarse = premium(put, axis, steps: 150)
    let fine = premium(put, axis, steps: 300)
    return zip(coarse, fine).map { max($1 + ($1 - $0) / 3, 0) }
  }

  private static func premium(_ put: UnitPut, _ axis: GridAxis, steps: Int) -> [Double] {
    func values(_ isAmerican: Bool) -> [Double] {
      ExerciseGrid(
        sign: -1, years: put.years, volatility: put.volatility, rate: put.rate, dividendYield: put.dividendYield,
        dividends: [], isAmerican: isAmerican
      ).values(on: axis, steps: steps)
    }
    return zip(values(true), values(false)).map { $0 - $1 }
  }

  /// The premium and its derivatives at a spot; those by volatility, rate and yield are not numbers where they were not
  /// asked for.
  func premium(_ spot: Double) -> PremiumPartials {
    // Beyond the grid, four times the strike and six deviations, exercise is out of reach.
    guard spot < axis.highest else {
      return PremiumPartials(value: 0, delta: 0, gamma: 0, vega: 0, rho: 0, epsilon: 0)
    }
    let here = axis.interpolate(values, at: spot)
    let others = slopes.map { axis.interpolate($0, at: spot).value }
    return PremiumPartials(
      value: here.value, delta: here.slope, gamma: here.bend, vega: others.first ?? .nan,
      rho: others.count > 1 ? others[1] : .nan, epsilon: others.last ?? .nan)
  }
}

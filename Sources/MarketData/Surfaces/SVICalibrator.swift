import LinearAlgebra
import RealModule

/// Fits a slice to the volatilities of one expiry by the quasi-explicit method.
///
/// For a centre m and a width sigma the other three parameters are a small least-squares problem (``QuasiExplicitProblem``),
/// so only two are searched: a coarse grid first, Nelder and Mead's simplex from its two best points, and Levenberg and
/// Marquardt's method in all five parameters at the end, which makes the optimum sharp. De Marco and Martini, Zeliade (2009).
///
/// The measure is the weighted mean of the squares of the errors of volatility, to first order in the error.
public enum SVICalibrator {
  /// Strikes that a slice needs: one for each parameter.
  public static let leastStrikes = 5

  /// A slice and how it was found.
  public struct Fit: Hashable, Sendable {
    public let slice: SVISlice
    /// The root of the weighted mean of the squares of the volatility errors, as a fraction.
    public let error: Double
    /// Inner problems solved and steps of the last stage.
    public let iterations: Int
  }

  /// The slice that fits the quotes best among those that are nowhere negative and keep Lee's bound in both wings.
  ///
  /// It may have butterfly arbitrage: ``DurrlemanCondition`` says so, and ``SurfaceRepair`` gives one without. The centre is
  /// sought within half the range of the strikes beyond them, the width from a thousandth of that range to its double.
  /// - Throws: ``SurfaceError/tooFewQuotes(found:wanted:)`` for fewer than ``leastStrikes`` different strikes of a weight
  ///   above 0; ``SurfaceError/linearAlgebra(_:)`` where LAPACK is missing.
  /// - Complexity: Some 200 inner problems, each of O(quotes).
  public static func fit(_ quotes: SliceQuotes) throws(SurfaceError) -> Fit {
    let strikes = quotes.strikeCount
    guard strikes >= leastStrikes, let range = quotes.range else {
      throw .tooFewQuotes(found: strikes, wanted: leastStrikes)
    }
    do { return try fit(quotes, range) } catch let error as LinearAlgebraError { throw .linearAlgebra(error) } catch {
      throw error as? SurfaceError ?? .undetermined(parameter: "the slice", reason: "\(error)")
    }
  }

  /// Where the search goes: m in units of the strikes' range from its middle, and ln(sigma) in units of that range.
  private struct Box {
    let middle: Double
    let width: Double

    init(_ range: ClosedRange<Double>) {
      middle = (range.lowerBound + range.upperBound) / 2
      width = range.upperBound - range.lowerBound
    }

    func m(_ point: SIMD2<Double>) -> Double { middle + width * point.x }
    func sigma(_ point: SIMD2<Double>) -> Double { width * .exp(point.y) }

    static let low = SIMD2(-1.0, -6.9)
    static let high = SIMD2(1.0, 0.7)
    func held(_ point: SIMD2<Double>) -> SIMD2<Double> {
      point.replacing(with: Box.low, where: point .< Box.low).replacing(with: Box.high, where: point .> Box.high)
    }
    /// Room beyond the box for the last stage, which must not end on its wall.
    func holds(m: Double, sigma: Double) -> Bool {
      (m - middle).magnitude <= 1.05 * width && sigma >= 0.9e-3 * width && sigma <= 2.1 * width
    }
  }

  private static func fit(_ quotes: SliceQuotes, _ range: ClosedRange<Double>) throws -> Fit {
    let columns = FitColumns(quotes)
    let box = Box(range)
    var problem = QuasiExplicitProblem(columns)
    var starts: [(point: SIMD2<Double>, cost: Double)] = []
    for m in [-0.6, -0.3, -0.1, 0.1, 0.3, 0.6] {
      for sigma in [-3.5, -2.2, -1.2, -0.4, 0.4] {
        let point = SIMD2(m, sigma)
        starts.append((point, try problem.solve(m: box.m(point), sigma: box.sigma(point)).cost))
      }
    }
    starts.sort { $0.cost < $1.cost }
    var best = starts[0]
    // The second start stands apart from the first, so that two valleys of the search are both seen.
    let second = starts.first { start in
      let apart = start.point - best.point
      return max(apart.x.magnitude / 0.35, apart.y.magnitude / 1.1) > 1
    }
    var polish = LevenbergMarquardt()
    var fits: [Fit] = []
    for start in [best, second].compactMap({ $0 }) {
      let found = try simplex(&problem, box, from: start.point)
      if found.cost <= best.cost { best = found }
      if let fit = try polished(columns, &problem, box, found, &polish) { fits.append(fit) }
    }
    guard let fit = fits.min(by: { $0.error < $1.error }) else {
      throw SurfaceError.undetermined(parameter: "the slice", reason: "no parameters of a finite error were found")
    }
    let error = quotes.error { fit.slice.totalVariance(at: $0) }
    return Fit(slice: fit.slice, error: error, iterations: problem.evaluations + fit.iterations)
  }

  /// Nelder and Mead's search in two dimensions, held inside the box.
  private static func simplex(
    _ problem: inout QuasiExplicitProblem, _ box: Box, from start: SIMD2<Double>
  ) throws(LinearAlgebraError) -> (point: SIMD2<Double>, cost: Double) {
    func measured(
      _ point: SIMD2<Double>, _ problem: inout QuasiExplicitProblem
    ) throws(LinearAlgebraError) -> (point: SIMD2<Double>, cost: Double) {
      let point = box.held(point)
      return (point, try problem.solve(m: box.m(point), sigma: box.sigma(point)).cost)
    }
    var corners = [
      try measured(start, &problem), try measured(start + SIMD2(start.x > 0 ? -0.12 : 0.12, 0), &problem),
      try measured(start + SIMD2(0, start.y > -1 ? -0.4 : 0.4), &problem),
    ]
    for _ in 0..<60 {
      corners.sort { $0.cost < $1.cost }
      let spread = corners[2].point - corners[0].point
      if corners[2].cost - corners[0].cost <= 1e-7 * corners[0].cost, max(spread.x.magnitude, spread.y.magnitude) < 1e-2
      {
        break
      }
      let middle = (corners[0].point + corners[1].point) / 2
      let reflected = try measured(2 * middle - corners[2].point, &problem)
      if reflected.cost < corners[0].cost {
        let further = try measured(3 * middle - 2 * corners[2].point, &problem)
        corners[2] = further.cost < reflected.cost ? further : reflected
      } else if reflected.cost < corners[1].cost {
        corners[2] = reflected
      } else {
        let inner = reflected.cost < corners[2].cost ? reflected.point : corners[2].point
        let contracted = try measured((middle + inner) / 2, &problem)
        if contracted.cost < min(reflected.cost, corners[2].cost) {
          corners[2] = contracted
        } else {
          for place in 1...2 {
            corners[place] = try measured((corners[place].point + corners[0].point) / 2, &problem)
          }
        }
      }
    }
    return corners.min { $0.cost < $1.cost } ?? corners[0]
  }

  /// The five parameters together, from what the search found; nil where that is no slice.
  private static func polished(
    _ columns: FitColumns, _ problem: inout QuasiExplicitProblem, _ box: Box,
    _ found: (point: SIMD2<Double>, cost: Double), _ polish: inout LevenbergMarquardt
  ) throws(LinearAlgebraError) -> Fit? {
    let (m, sigma) = (box.m(found.point), box.sigma(found.point))
    let inner = try problem.solve(m: m, sigma: sigma)
    guard inner.cost.isFinite else { return nil }
    let start = SliceCoordinates(
      leastVariance: inner.level + max(0, (inner.bend - inner.tilt) * (inner.bend + inner.tilt)).squareRoot(),
      left: (inner.bend - inner.tilt) / sigma, right: (inner.bend + inner.tilt) / sigma, m: m, sigma: sigma)
    let result = try polish.minimise(from: start.values, rows: columns.count, limit: 60) { values, model in
      let coordinates = SliceCoordinates(values)
      guard let slice = coordinates.slice, box.holds(m: slice.m, sigma: slice.sigma),
        max(slice.wingSlopes.left, slice.wingSlopes.right) <= 2
      else { return false }
      coordinates.errors(of: slice, columns, into: &model, height: columns.count)
      return true
    }
    guard let slice = SliceCoordinates(result.parameters).slice else { return nil }
    return Fit(slice: slice, error: result.cost, iterations: result.iterations)
  }
}

import LinearAlgebra
import RealModule

/// A slice fitted again to its quotes with penalties on arbitrage.
struct PenalisedRefit: ~Copyable {
  private let columns: FitColumns
  private let earlier: SVISlice?
  private let later: SVISlice?
  private var margin: Double
  /// What a breach of 1 in g counts for beside an error of 1.00 in volatility.
  private var force: Double
  /// Log-moneynesses at which the conditions are asked for.
  private var strikes: [Double]
  /// A total variance by which calendar breaches are measured.
  private let size: Double
  private var search = LevenbergMarquardt()

  /// - Parameters:
  ///   - earlier: A slice that this one should not lie below; nil for none.
  ///   - later: A slice that this one should not lie above; nil for none.
  init(_ quotes: SliceQuotes, above earlier: SVISlice? = nil, below later: SVISlice?, margin: Double, force: Double) {
    columns = FitColumns(quotes)
    self.earlier = earlier
    self.later = later
    self.force = force
    self.margin = margin
    let variances = columns.variance.sorted()
    size = variances[variances.count / 2]
    // From a fifth of a standard deviation to where both wings are straight, each way.
    let scale = 0.2 * size.squareRoot()
    strikes = [0]
    for step in 1...24 {
      let k = scale * .sinh(Double(step) * 0.28)
      strikes += [k, -k]
    }
  }

  /// Asks for more, and at one more strike with its neighbours.
  mutating func tighten(at k: Double) {
    force *= 4
    margin *= 1.5
    guard k.isFinite else { return }
    let width = 0.05 * size.squareRoot()
    strikes += [k, k - width, k + width]
  }

  /// - Returns: The penalised optimum, which may still have arbitrage.
  mutating func fit(
    from start: SVISlice, limit: Int = 60
  ) throws(LinearAlgebraError) -> (slice: SVISlice, iterations: Int) {
    // Local names, since the closure must not hold all of `self` while the search changes.
    let (columns, earlier, later, strikes, size) = (columns, earlier, later, strikes, size)
    let (margin, force) = (margin, force)
    let height = columns.count + 3 * strikes.count + 4
    let origin = SliceCoordinates(start).values
    let result = try search.minimise(from: origin, rows: height, limit: limit) { values, model in
      let coordinates = SliceCoordinates(values)
      guard let slice = coordinates.slice, slice.leastVariance > 0 else { return false }
      for index in model.derivatives.indices { model.derivatives[index] = 0 }
      coordinates.errors(of: slice, columns, into: &model, height: height)
      var row = columns.count
      for k in strikes {
        let point = SlicePoint(slice, k)
        PenalisedRefit.butterfly(coordinates, point, k, margin, force, row, height, &model)
        for (place, other, side) in [(row + 1, earlier, -1.0), (row + 2, later, 1)] {
          model.residuals[place] = 0
          guard let other else { continue }
          let breach = side * (point.variance - other.totalVariance(at: k)) / size + margin
          guard breach > 0 else { continue }
          model.residuals[place] = force * breach
          let derivatives = coordinates.chained(point.ofVariance)
          for j in 0..<5 { model.derivatives[j * height + place] = side * force * derivatives[j] / size }
        }
        row += 3
      }
      PenalisedRefit.wings(slice, earlier, later, margin, force, row, height, &model)
      return true
    }
    return (SliceCoordinates(result.parameters).slice ?? start, result.iterations)
  }

  /// g below its margin at one strike.
  private static func butterfly(
    _ coordinates: SliceCoordinates, _ point: SlicePoint, _ k: Double, _ margin: Double, _ force: Double, _ row: Int,
    _ height: Int, _ model: inout FitModel
  ) {
    let (w, slope) = (point.variance, point.slope)
    let straight = 1 - k * slope / (2 * w)
    let g = straight * straight - slope * slope / 4 * (1 / w + 0.25) + point.curvature / 2
    guard g < margin else {
      model.residuals[row] = 0
      return
    }
    model.residuals[row] = force * (g - margin)
    let byVariance = straight * k * slope / (w * w) + slope * slope / (4 * w * w)
    let bySlope = -straight * k / w - slope / 2 * (1 / w + 0.25)
    var raw = point.ofCurvature
    for j in 0..<5 { raw[j] = byVariance * point.ofVariance[j] + bySlope * point.ofSlope[j] + raw[j] / 2 }
    let derivatives = coordinates.chained(raw)
    for j in 0..<5 { model.derivatives[j * height + row] = force * derivatives[j] }
  }

  /// Wings steeper than those of the next expiry, or than Lee's bound, and flatter than those of the one before.
  private static func wings(
    _ slice: SVISlice, _ earlier: SVISlice?, _ later: SVISlice?, _ margin: Double, _ force: Double, _ row: Int,
    _ height: Int, _ model: inout FitModel
  ) {
    let (low, high) = (earlier?.wingSlopes ?? (left: 0, right: 0), later?.wingSlopes ?? (left: 2, right: 2))
    for (place, side, floor, limit) in [(row, -1.0, low.left, high.left), (row + 2, 1.0, low.right, high.right)] {
      let slope = slice.b * (1 + side * slice.rho)
      let (above, below) = (slope - min(limit, 2) * (1 - margin), floor * (1 + margin) - slope)
      (model.residuals[place], model.residuals[place + 1]) = (force * max(above, 0), force * max(below, 0))
      // The slopes' logarithms are the second and the third coordinate.
      let column = (side < 0 ? 1 : 2) * height
      if above > 0 { model.derivatives[column + place] = force * slope }
      if below > 0 { model.derivatives[column + place + 1] = -force * slope }
    }
  }
}

import LinearAlgebra
import RealModule

/// A slice fitted again to its quotes with penalties on arbitrage.
struct PenalisedRefit: ~Copyable {
  private let columns: FitColumns
  private let later: SVISlice?
  private var margin: Double
  /// What a breach of 1 in g counts for beside an error of 1.00 in volatility.
  private var force = 10.0
  /// Log-moneynesses at which the conditions are asked for.
  private var strikes: [Double]
  /// A total variance by which calendar breaches are measured.
  private let size: Double
  private var search = LevenbergMarquardt()

  init(_ quotes: SliceQuotes, later: SVISlice?, margin: Double) {
    columns = FitColumns(quotes)
    self.later = later
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
  mutating func fit(from start: SVISlice) throws(LinearAlgebraError) -> (slice: SVISlice, iterations: Int) {
    // Local names, since the closure must not hold all of `self` while the search changes.
    let (columns, later, strikes, size) = (columns, later, strikes, size)
    let (margin, force) = (margin, force)
    let height = columns.count + 2 * strikes.count + 2
    let result = try search.minimise(from: SliceModel.parameters(start), rows: height, limit: 40) { parameters, model in
      guard let slice = SliceModel.slice(parameters), slice.leastVariance > 0 else { return false }
      for index in model.derivatives.indices { model.derivatives[index] = 0 }
      SliceModel.errors(of: slice, columns, into: &model, height: height)
      var row = columns.count
      for k in strikes {
        PenalisedRefit.butterfly(slice, k, margin, force, row, height, &model)
        model.residuals[row + 1] = 0
        if let later {
          let point = SliceModel.Point(slice, k)
          let above = (point.variance - later.totalVariance(at: k)) / size + margin
          if above > 0 {
            model.residuals[row + 1] = force * above
            for j in 0..<5 { model.derivatives[j * height + row + 1] = force * point.ofVariance[j] / size }
          }
        }
        row += 2
      }
      PenalisedRefit.wings(slice, later, margin, force, row, height, &model)
      return true
    }
    return (SliceModel.slice(result.parameters) ?? start, result.iterations)
  }

  /// g below its margin at one strike.
  private static func butterfly(
    _ slice: SVISlice, _ k: Double, _ margin: Double, _ force: Double, _ row: Int, _ height: Int,
    _ model: inout FitModel
  ) {
    let point = SliceModel.Point(slice, k)
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
    for j in 0..<5 {
      model.derivatives[j * height + row] =
        force * (byVariance * point.ofVariance[j] + bySlope * point.ofSlope[j] + point.ofCurvature[j] / 2)
    }
  }

  /// Wings steeper than those of the next expiry, or than Lee's bound, each less the margin.
  private static func wings(
    _ slice: SVISlice, _ later: SVISlice?, _ margin: Double, _ force: Double, _ row: Int, _ height: Int,
    _ model: inout FitModel
  ) {
    let limits = later?.wingSlopes ?? (left: 2, right: 2)
    for (place, side, limit) in [(row, -1.0, limits.left), (row + 1, 1.0, limits.right)] {
      let slope = slice.b * (1 + side * slice.rho)
      let above = slope - min(limit, 2) * (1 - margin)
      model.residuals[place] = above > 0 ? force * above : 0
      guard above > 0 else { continue }
      model.derivatives[height + place] = force * (1 + side * slice.rho)
      model.derivatives[2 * height + place] = force * side * slice.b
    }
  }
}

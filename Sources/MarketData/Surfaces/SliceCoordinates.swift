import RealModule

/// A slice as five numbers that may have any value: logarithms of the least total variance, of the slopes of both wings and
/// of sigma, and m. A search in them meets no border, and so is not held up at one.
struct SliceCoordinates {
  /// ln least variance, ln left slope, ln right slope, m, ln sigma.
  let values: [Double]
  private let leastVariance: Double
  private let left: Double
  private let right: Double
  private let m: Double
  private let sigma: Double

  init(_ values: [Double]) {
    self.values = values
    (leastVariance, left, right) = (.exp(values[0]), .exp(values[1]), .exp(values[2]))
    (m, sigma) = (values[3], .exp(values[4]))
  }

  /// Slopes and variances of 0 are taken as some of 10^-9, from which a search can still leave.
  init(leastVariance: Double, left: Double, right: Double, m: Double, sigma: Double) {
    self.init([.log(max(leastVariance, 1e-9)), .log(max(left, 1e-9)), .log(max(right, 1e-9)), m, .log(sigma)])
  }

  init(_ slice: SVISlice) {
    let slopes = slice.wingSlopes
    self.init(
      leastVariance: slice.leastVariance, left: slopes.left, right: slopes.right, m: slice.m, sigma: slice.sigma)
  }

  /// Nil where a number has run away.
  var slice: SVISlice? {
    let b = (left + right) / 2
    guard b > 0, b.isFinite else { return nil }
    return try? SVISlice(
      a: leastVariance - sigma * (left * right).squareRoot(), b: b,
      rho: min(1, max(-1, (right - left) / (right + left))), m: m, sigma: sigma)
  }

  /// Derivatives with respect to the five numbers from those with respect to a, b, rho, m and sigma.
  func chained(_ raw: [5 of Double]) -> [5 of Double] {
    let depth = sigma * (left * right).squareRoot()
    let turn = 2 * left * right / ((left + right) * (left + right))
    return [
      leastVariance * raw[0], -depth / 2 * raw[0] + left / 2 * raw[1] - turn * raw[2],
      -depth / 2 * raw[0] + right / 2 * raw[1] + turn * raw[2], raw[3], sigma * raw[4] - depth * raw[0],
    ]
  }

  /// Writes the scaled errors of total variance and their derivatives into the first rows of a model of `height` rows.
  func errors(of slice: SVISlice, _ columns: FitColumns, into model: inout FitModel, height: Int) {
    for i in 0..<columns.count {
      let point = SlicePoint(slice, columns.logMoneyness[i])
      model.residuals[i] = columns.scale[i] * (point.variance - columns.variance[i])
      let derivatives = chained(point.ofVariance)
      for j in 0..<5 { model.derivatives[j * height + i] = columns.scale[i] * derivatives[j] }
    }
  }
}

/// Total variance at a log-moneyness, its two derivatives there, and the derivatives of each with respect to a, b, rho, m
/// and sigma.
struct SlicePoint {
  let variance: Double
  let slope: Double
  let curvature: Double
  let ofVariance: [5 of Double]
  let ofSlope: [5 of Double]
  let ofCurvature: [5 of Double]

  init(_ slice: SVISlice, _ k: Double) {
    let (b, rho, sigma) = (slice.b, slice.rho, slice.sigma)
    let x = k - slice.m
    let z = (x * x + sigma * sigma).squareRoot()
    let (tilt, width) = (x / z, sigma / z)
    (variance, slope, curvature) = slice.curve(at: k)
    let square = width * width / z
    ofVariance = [1, rho * x + z, b * x, -b * (rho + tilt), b * width]
    ofSlope = [0, rho + tilt, b, -b * square, -b * tilt * width / z]
    ofCurvature = [0, square, 0, 3 * b * square * tilt / z, b * (2 - 3 * width * width) * width / (z * z)]
  }
}

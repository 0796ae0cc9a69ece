import LinearAlgebra
import RealModule

/// The inner problem of the quasi-explicit method: the best level, tilt and bend of a slice whose centre m and width sigma
/// are given.
///
/// With y = (k - m) / sigma and z = sqrt(y^2 + 1), total variance is linear in what is left,
///
///     w = level + tilt y + bend z,    level = a, tilt = rho b sigma, bend = b sigma
///
/// so a least-squares problem in three unknowns remains, convex, with the constraints |tilt| <= bend (|rho| <= 1),
/// bend + |tilt| <= 2 sigma (Lee's bound on both wings) and level >= -sqrt(bend^2 - tilt^2) (no total variance below 0).
/// De Marco and Martini, "Quasi-explicit calibration of Gatheral's SVI model", Zeliade (2009), whose parallelepiped has
/// level >= 0 in place of the last and so leaves out slices with a below 0.
struct QuasiExplicitProblem: ~Copyable {
  struct Inner {
    var level = 0.0
    var tilt = 0.0
    var bend = 0.0
    /// The weighted mean of the squares of the volatility errors, to first order.
    var cost = Double.infinity
  }

  let columns: FitColumns
  /// How many inner problems were solved.
  private(set) var evaluations = 0
  private var workspace = LeastSquaresWorkspace()
  private var regressors: [Double]
  private var observations: [Double]
  private var y: [Double]
  private var z: [Double]

  init(_ columns: FitColumns) {
    self.columns = columns
    regressors = columns.scale + [Double](repeating: 0, count: 2 * columns.count)
    observations = zip(columns.scale, columns.variance).map { $0 * $1 }
    y = [Double](repeating: 0, count: columns.count)
    z = y
  }

  /// - Throws: ``LinearAlgebraError`` where LAPACK is missing; columns that are not independent leave the answer to the
  ///   borders of the constraints.
  mutating func solve(m: Double, sigma: Double) throws(LinearAlgebraError) -> Inner {
    evaluations += 1
    let count = columns.count
    for i in 0..<count {
      let step = (columns.logMoneyness[i] - m) / sigma
      (y[i], z[i]) = (step, (step * step + 1).squareRoot())
      regressors[count + i] = columns.scale[i] * y[i]
      regressors[2 * count + i] = columns.scale[i] * z[i]
    }
    var inner = Inner()
    var coefficients = [0.0, 0, 0]
    do {
      // Local names, since a span of a stored array would hold all of `self`.
      let (regressors, observations) = (regressors, observations)
      var span = coefficients.mutableSpan
      inner.cost = try workspace.solve(
        regressors: regressors.span, observations: observations.span, into: &span)
      (inner.level, inner.tilt, inner.bend) = (coefficients[0], coefficients[1], coefficients[2])
    } catch {
      switch error {
      case .dependentColumn, .resultNotFinite, .underdetermined: return borders(sigma)
      default: throw error
      }
    }
    let isInside = inner.bend >= inner.tilt.magnitude && inner.bend + inner.tilt.magnitude <= 2 * sigma
    return isInside && isPositive(inner) ? inner : borders(sigma)
  }

  private func isPositive(_ inner: Inner) -> Bool {
    inner.level >= -((inner.bend - inner.tilt) * (inner.bend + inner.tilt)).squareRoot()
  }

  /// The best point on the border of the constraints: the problem is convex, so it is the best where the best of all lies
  /// outside.
  private func borders(_ sigma: Double) -> Inner {
    // tilt = bend, tilt = -bend, and the two edges of Lee's bound, each with what moves along it.
    let edges: [(fixedBend: Double, tilt: Double, bend: Double, range: ClosedRange<Double>)] = [
      (0, 1, 1, 0...sigma), (0, -1, 1, 0...sigma),
      (2 * sigma, 1, -1, 0...sigma), (2 * sigma, -1, -1, 0...sigma),
    ]
    var best = Inner()
    var needsCone = false
    for edge in edges {
      var inner = along(edge.fixedBend, edge.tilt, edge.bend, edge.range)
      if !isPositive(inner) {
        needsCone = true
        guard edge.fixedBend == 0 else { continue }
        // Where |tilt| = bend the level itself is the least variance.
        inner = through(0, edge.tilt, edge.bend, edge.range)
      }
      if inner.cost < best.cost { best = inner }
    }
    if needsCone || best.cost == .infinity {
      let inner = cone(sigma)
      if inner.cost < best.cost { best = inner }
    }
    return best
  }

  /// The best level and step along an edge: tilt = x t, bend = fixed + x q.
  private func along(_ fixed: Double, _ t: Double, _ q: Double, _ range: ClosedRange<Double>) -> Inner {
    var (weights, meanF, meanW) = (0.0, 0.0, 0.0)
    for i in 0..<columns.count {
      let weight = columns.scale[i] * columns.scale[i]
      weights += weight
      meanF += weight * (t * y[i] + q * z[i])
      meanW += weight * (columns.variance[i] - fixed * z[i])
    }
    (meanF, meanW) = (meanF / weights, meanW / weights)
    var (square, product) = (0.0, 0.0)
    for i in 0..<columns.count {
      let weight = columns.scale[i] * columns.scale[i]
      let f = t * y[i] + q * z[i] - meanF
      square += weight * f * f
      product += weight * f * (columns.variance[i] - fixed * z[i] - meanW)
    }
    let step = square > 0 ? min(max(product / square, range.lowerBound), range.upperBound) : range.lowerBound
    return measured(Inner(level: meanW - step * meanF, tilt: t * step, bend: fixed + q * step))
  }

  /// The best step along an edge with the level held at a multiple of it: tilt = x t, bend = x q, level = x `level`.
  private func through(_ level: Double, _ t: Double, _ q: Double, _ range: ClosedRange<Double>) -> Inner {
    var (square, product) = (0.0, 0.0)
    for i in 0..<columns.count {
      let weight = columns.scale[i] * columns.scale[i]
      let f = level + t * y[i] + q * z[i]
      square += weight * f * f
      product += weight * f * columns.variance[i]
    }
    let step = square > 0 ? min(max(product / square, range.lowerBound), range.upperBound) : range.lowerBound
    return measured(Inner(level: step * level, tilt: step * t, bend: step * q))
  }

  /// The best slice whose least variance is 0, by golden sections over rho.
  private func cone(_ sigma: Double) -> Inner {
    func at(_ rho: Double) -> Inner {
      through(-((1 - rho) * (1 + rho)).squareRoot(), rho, 1, 0...(2 * sigma / (1 + rho.magnitude)))
    }
    let golden = (5.0.squareRoot() - 1) / 2
    var (low, high) = (-1.0, 1.0)
    var (left, right) = (at(high - golden * (high - low)), at(low + golden * (high - low)))
    for _ in 0..<40 {
      if left.cost <= right.cost {
        high = low + golden * (high - low)
        right = left
        left = at(high - golden * (high - low))
      } else {
        low = high - golden * (high - low)
        left = right
        right = at(low + golden * (high - low))
      }
    }
    return left.cost <= right.cost ? left : right
  }

  private func measured(_ inner: Inner) -> Inner {
    var inner = inner
    var sum = 0.0
    for i in 0..<columns.count {
      let rest =
        columns.scale[i] * (inner.level + inner.tilt * y[i] + inner.bend * z[i] - columns.variance[i])
      sum += rest * rest
    }
    inner.cost = sum
    return inner
  }
}

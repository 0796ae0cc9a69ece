import LinearAlgebra

/// Residuals of a fit and their derivatives, as a model writes them.
struct FitModel {
  /// One a row.
  var residuals: [Double]
  /// Parameter by parameter, each as long as the residuals.
  var derivatives: [Double]

  init(rows: Int, parameters: Int) {
    residuals = [Double](repeating: 0, count: rows)
    derivatives = [Double](repeating: 0, count: rows * parameters)
  }

  var cost: Double { residuals.reduce(0) { $0 + $1 * $1 } }
}

/// Damped Gauss-Newton steps toward the least sum of squares, each by least squares of LAPACK.
///
/// Marquardt, *SIAM Journal* 11 (1963), with the scaling of More (1978): damping is in units of each parameter's largest
/// derivative so far, so how a parameter is scaled decides nothing.
struct LevenbergMarquardt: ~Copyable {
  struct Result {
    var parameters: [Double]
    /// The sum of the squares of the residuals.
    var cost: Double
    /// Steps that were tried.
    var iterations: Int
  }

  private var workspace = LeastSquaresWorkspace()

  /// - Parameters:
  ///   - model: Fills residuals and derivatives; false where the parameters are outside its domain, and the step is then
  ///     shortened.
  ///   - limit: Steps that may be tried.
  mutating func minimise(
    from start: [Double], rows: Int, limit: Int, _ model: ([Double], inout FitModel) -> Bool
  ) throws(LinearAlgebraError) -> Result {
    let count = start.count
    var current = FitModel(rows: rows, parameters: count)
    var result = Result(parameters: start, cost: .infinity, iterations: 0)
    guard model(start, &current) else { return result }
    result.cost = current.cost
    var trial = current
    var norms = [Double](repeating: 0, count: count)
    var damping = 1e-3
    var step = norms
    let height = rows + count
    var regressors = [Double](repeating: 0, count: height * count)
    var observations = [Double](repeating: 0, count: height)
    while result.iterations < limit, result.cost > 0 {
      for j in 0..<count {
        var sum = 0.0
        for i in 0..<rows {
          let derivative = current.derivatives[j * rows + i]
          regressors[j * height + i] = derivative
          sum += derivative * derivative
        }
        norms[j] = max(norms[j], sum.squareRoot())
      }
      for i in 0..<rows { observations[i] = -current.residuals[i] }
      var isAccepted = false
      while !isAccepted, result.iterations < limit, damping < 1e14 {
        result.iterations += 1
        for j in 0..<count {
          for other in 0..<count { regressors[j * height + rows + other] = 0 }
          regressors[j * height + rows + j] = damping.squareRoot() * (norms[j] > 0 ? norms[j] : 1)
        }
        do {
          var span = step.mutableSpan
          _ = try workspace.solve(regressors: regressors.span, observations: observations.span, into: &span)
        } catch {
          switch error {
          case .dependentColumn, .resultNotFinite, .notFinite:
            damping *= 10
            continue
          default: throw error
          }
        }
        var candidate = result.parameters
        for j in 0..<count { candidate[j] += step[j] }
        guard model(candidate, &trial) else {
          damping *= 10
          continue
        }
        let cost = trial.cost
        guard cost < result.cost else {
          damping *= 10
          continue
        }
        let isSettled = result.cost - cost <= 1e-13 * result.cost
        (result.parameters, result.cost) = (candidate, cost)
        swap(&current, &trial)
        damping = max(damping / 10, 1e-12)
        isAccepted = true
        if isSettled { return result }
      }
      guard isAccepted else { return result }
    }
    return result
  }
}

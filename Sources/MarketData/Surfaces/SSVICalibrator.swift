import LinearAlgebra
import RealModule

/// Fits a surface of SSVI to the volatilities of several expiries together.
///
/// rho, eta, gamma and the steps of theta from expiry to expiry are one problem of least squares, solved by Levenberg and
/// Marquardt's method in coordinates in which every point keeps the conditions of ``SSVISurface``: rho is a hyperbolic
/// tangent, gamma and eta are shares of their bounds, theta's steps are exponentials. Every expiry counts the same,
/// whatever the number of its strikes.
public enum SSVICalibrator {
  /// A surface and how it was found.
  public struct Fit: Hashable, Sendable {
    public let surface: SSVISurface
    /// For each expiry the root of the weighted mean of the squares of its volatility errors, as a fraction.
    public let errors: [Double]
    /// Steps of the search.
    public let iterations: Int
  }

  /// - Throws: ``SurfaceError``: expiries that do not ascend, an expiry without a strike of a weight above 0, fewer strikes
  ///   together than parameters, or LAPACK missing.
  public static func fit(_ expiries: [SliceQuotes]) throws(SurfaceError) -> Fit {
    try SurfaceTime.check(expiries.map(\.years))
    var ranges: [ClosedRange<Double>] = []
    for quotes in expiries {
      guard let range = quotes.range else { throw .tooFewQuotes(found: 0, wanted: 1) }
      ranges.append(range)
    }
    let strikes = expiries.reduce(0) { $0 + $1.strikeCount }
    guard strikes >= expiries.count + 3 else { throw .tooFewQuotes(found: strikes, wanted: expiries.count + 3) }
    let columns = expiries.map(FitColumns.init)
    let rows = columns.reduce(0) { $0 + $1.count }
    var search = LevenbergMarquardt()
    var best: LevenbergMarquardt.Result?
    var iterations = 0
    do {
      for (rho, gamma) in [(-0.3, 0.4), (0.2, 0.25)] {
        let start = Coordinates(rho: rho, share: 0.5, gamma: gamma, thetas: startingThetas(columns)).values
        let result = try search.minimise(from: start, rows: rows, limit: 100) { values, model in
          Coordinates(values: values).fill(&model, columns)
        }
        iterations += result.iterations
        if result.cost < best?.cost ?? .infinity { best = result }
      }
    } catch { throw .linearAlgebra(error) }
    guard let best else {
      throw .undetermined(parameter: "the surface", reason: "no parameters of a finite error were found")
    }
    let point = Coordinates(values: best.parameters)
    let thetas = point.thetas
    let surface = try SSVISurface(
      rho: point.rho, eta: min(point.eta, SSVISurface.greatestEta(rho: point.rho)), gamma: point.gamma,
      nodes: expiries.indices.map { .init(years: expiries[$0].years, theta: thetas[$0], range: ranges[$0]) })
    let errors = expiries.indices.map { index in
      expiries[index].error { surface.fitted[index].totalVariance(at: $0) }
    }
    return Fit(surface: surface, errors: errors, iterations: iterations)
  }

  /// The total variance of the strike nearest to the money, made to ascend.
  private static func startingThetas(_ columns: [FitColumns]) -> [Double] {
    var before = 0.0
    return columns.map { column in
      let nearest = column.logMoneyness.indices.min {
        column.logMoneyness[$0].magnitude < column.logMoneyness[$1].magnitude
      }
      let theta = max(nearest.map { column.variance[$0] } ?? 0, before * 1.0001 + 1e-12)
      before = theta
      return theta
    }
  }

  /// A point of the search: artanh rho, the logits of eta's and gamma's shares of their bounds, logarithms of theta's steps.
  private struct Coordinates {
    let values: [Double]
    let rho: Double
    let share: Double
    let gamma: Double
    let thetas: [Double]

    init(values: [Double]) {
      self.values = values
      rho = .tanh(values[0])
      share = 1 / (1 + .exp(-values[1]))
      gamma = 0.5 / (1 + .exp(-values[2]))
      var theta = 0.0
      thetas = values.dropFirst(3).map { step in
        theta += .exp(step)
        return theta
      }
    }

    init(rho: Double, share: Double, gamma: Double, thetas: [Double]) {
      var before = 0.0
      let steps = thetas.map { theta in
        defer { before = theta }
        return Double.log(theta - before)
      }
      self.init(
        values: [.atanh(rho), .log(share / (1 - share)), .log(2 * gamma / (1 - 2 * gamma))] + steps)
    }

    var eta: Double { share * SSVISurface.greatestEta(rho: rho) }

    /// Scaled errors of total variance and their derivatives; false where a coordinate has run away.
    func fill(_ model: inout FitModel, _ columns: [FitColumns]) -> Bool {
      guard rho.magnitude < 1, gamma > 0, share > 0, thetas.allSatisfy({ $0.isFinite && $0 > 0 }) else { return false }
      let rows = model.residuals.count
      for index in model.derivatives.indices { model.derivatives[index] = 0 }
      // The chain's outer derivatives: rho, and what eta and gamma add to the logarithm of phi.
      let ofRho = (1 - rho) * (1 + rho)
      let logEta = (share: 1 - share, rho: -(rho < 0 ? -1.0 : 1) / (2 * (1 + rho.magnitude)) * ofRho)
      var row = 0
      for (expiry, column) in columns.enumerated() {
        let theta = thetas[expiry]
        let phi = SSVISurface.phi(theta, eta: eta, gamma: gamma)
        let ofGamma = .log((1 + theta) / theta) * gamma * (1 - 2 * gamma)
        let ofTheta = -gamma / theta - (1 - gamma) / (1 + theta)
        for i in 0..<column.count {
          let x = phi * column.logMoneyness[i]
          let root = ((x + rho) * (x + rho) + ofRho).squareRoot()
          let variance = theta / 2 * (1 + rho * x + root)
          let scale = column.scale[i]
          model.residuals[row] = scale * (variance - column.variance[i])
          let byRho = theta / 2 * (x + x / root) * ofRho
          let byLogPhi = theta / 2 * x * (rho + (x + rho) / root)
          model.derivatives[row] = scale * (byRho + byLogPhi * logEta.rho)
          model.derivatives[rows + row] = scale * byLogPhi * logEta.share
          model.derivatives[2 * rows + row] = scale * byLogPhi * ofGamma
          let byTheta = scale * (variance / theta + byLogPhi * ofTheta)
          for step in 0...expiry { model.derivatives[(3 + step) * rows + row] = byTheta * .exp(values[3 + step]) }
          row += 1
        }
      }
      return true
    }
  }
}

import LinearAlgebra

/// Where the dependence of drawn factors comes from: an estimate from the latest days, or a matrix that somebody states.
public struct CorrelationSource: Hashable, Sendable {
  public enum Estimate: Hashable, Sendable {
    /// With the decay of the factors' volatilities, so that both fade alike.
    case exponentiallyWeighted
    /// Equal weights, pulled to a target where the sample errs most.
    case shrunk(ShrinkageTarget)
    /// In the order of the factors: each underlying's price, behind it its volatility where that moves.
    case given(CorrelationMatrix)
  }

  public let estimate: Estimate
  /// The latest days that an estimate is made of.
  public let window: Int

  /// - Throws: ``ScenarioError`` `.badParameter` for a window below 2.
  public init(_ estimate: Estimate, window: Int) throws(ScenarioError) {
    guard window >= 2 else { throw .badParameter("window", found: "\(window)", wanted: "at least 2 days") }
    self.estimate = estimate
    self.window = window
  }

  /// The correlation of a history's factors as known at the end of a day.
  ///
  /// - Throws: ``ScenarioError``: too few days, a series that does not move, a stated matrix of another order; what the
  ///   estimate refuses.
  public func correlation(of history: FactorHistory, knownAt day: Int) throws(ScenarioError) -> CorrelationMatrix {
    let names = history.factors.map(\.name)
    if case .given(let matrix) = estimate {
      guard matrix.order == names.count else {
        throw .badParameter(
          "correlation", found: "a matrix of \(matrix.order)",
          wanted: "one of \(names.count): \(names.joined(separator: ", "))")
      }
      return matrix
    }
    let rows = try history.dailyRows(knownAt: day, window: window)
    let table = try ObservationTable(series: names, rows: rows)
    switch estimate {
    case .exponentiallyWeighted:
      return try CovarianceMatrix.exponentiallyWeighted(table, decay: history.lambda).correlation()
    case .shrunk(let target):
      return try ShrunkCovariance(of: table, toward: target).covariance.correlation()
    case .given(let matrix): return matrix
    }
  }

  /// A with A Aᵀ the correlation, square and row by row; a single factor needs no estimate.
  ///
  /// - Throws: As ``correlation(of:knownAt:)``.
  public func factor(of history: FactorHistory, knownAt day: Int) throws(ScenarioError) -> [Double] {
    if history.factors.count == 1, !isGiven { return [1] }
    return try correlation(of: history, knownAt: day).factor().matrix.elements
  }

  private var isGiven: Bool { if case .given = estimate { true } else { false } }

  /// Whether there are days enough by a day.
  public func isReady(_ history: FactorHistory, at day: Int) -> Bool {
    isGiven || history.factors.count == 1 || (try? history.dailyRows(knownAt: day, window: window)) != nil
  }
}

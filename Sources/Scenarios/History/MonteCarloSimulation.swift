import Kernels
import RealModule

/// Scenarios drawn from a joint distribution of the factors' changes: normal, or Student's t for fatter tails.
///
/// The mean is zero, the deviations are the factors' own, the dependence comes from a factor of the correlation matrix. A
/// Student's t vector is the normal one over one common chi-squared number and is brought to the same variance, so that its
/// tails are fatter and its standard deviation is not (multivariate t; the factors' extremes come together).
public struct MonteCarloSimulation: Hashable, Sendable {
  public enum Distribution: Hashable, Sendable {
    case normal
    /// Degrees of freedom, above 2.
    case studentT(degrees: Double)
  }

  public let count: Int
  public let seed: UInt64
  public let distribution: Distribution
  /// Each draw is taken a second time with the opposite sign, as the scenario behind it.
  public let isAntithetic: Bool

  public static let countLimit = 10_000_000

  /// - Throws: ``ScenarioError`` `.badParameter`.
  public init(
    count: Int, seed: UInt64, distribution: Distribution = .normal, isAntithetic: Bool = true
  ) throws(ScenarioError) {
    guard (2...MonteCarloSimulation.countLimit).contains(count), !isAntithetic || count % 2 == 0 else {
      throw .badParameter(
        "scenarios", found: "\(count)",
        wanted: "\(isAntithetic ? "an even number from " : "")2 to \(MonteCarloSimulation.countLimit)")
    }
    if case .studentT(let degrees) = distribution, !(degrees > 2 && degrees <= 1000) {
      throw .badParameter("degrees of freedom", found: "\(degrees)", wanted: "more than 2, at most 1000")
    }
    self.count = count
    self.seed = seed
    self.distribution = distribution
    self.isAntithetic = isAntithetic
  }

  /// Standardised changes: unit variance, correlated by `factor`.
  ///
  /// - Parameters:
  ///   - factor: A of the correlation matrix A Aᵀ, shape [n, n], row-major.
  ///   - size: n.
  /// - Returns: Columns of shape [factor][scenario].
  func draws(factor: [Double], size: Int) -> [[Double]] {
    let draws = isAntithetic ? count / 2 : count
    let pairs = (size + 1) / 2
    var independent = [[Double]](repeating: [Double](repeating: 0, count: draws), count: 2 * pairs)
    for pair in 0..<pairs {
      var (a, b) = (independent[2 * pair], independent[2 * pair + 1])
      var first = a.mutableSpan
      var second = b.mutableSpan
      NormalDraws.fill(seed: seed, pair: UInt32(pair), from: 0, first: &first, second: &second)
      (independent[2 * pair], independent[2 * pair + 1]) = (a, b)
    }
    var scales: [Double] = []
    if case .studentT(let degrees) = distribution {
      scales = (0..<draws).map { place in
        ((degrees - 2)
          / NormalDraws.chiSquared(seed: seed, scenario: UInt32(truncatingIfNeeded: place), degrees: degrees))
          .squareRoot()
      }
    }
    let signs: [Double] = isAntithetic ? [1, -1] : [1]
    var columns = [[Double]](repeating: [], count: size)
    for row in 0..<size {
      columns[row].reserveCapacity(count)
      for draw in 0..<draws {
        for sign in signs {
          var sum = 0.0
          for column in 0..<size {
            sum += factor[row * size + column] * (sign * independent[column][draw])
          }
          columns[row].append(scales.isEmpty ? sum : sum * scales[draw])
        }
      }
    }
    return columns
  }

  /// Scenarios of a history's factors over its horizon.
  ///
  /// - Parameters:
  ///   - factor: A of the correlation matrix A Aᵀ of the factors, shape [n, n], row-major.
  ///   - deviations: Of a daily change of each factor; over h steps they grow with the square root of h.
  /// - Throws: ``ScenarioError`` `.badParameter` for sizes that do not fit, a deviation that is negative or not finite.
  public func moves(
    of history: FactorHistory, factor: [Double], deviations: [Double]
  ) throws(ScenarioError) -> JointMoves {
    let size = history.factors.count
    guard factor.count == size * size, deviations.count == size else {
      throw .badParameter(
        "correlation", found: "\(factor.count) numbers and \(deviations.count) deviations",
        wanted: "a matrix of \(size) factors")
    }
    for number in factor + deviations where !number.isFinite {
      throw .badParameter("correlation", found: "\(number)", wanted: "finite numbers")
    }
    for (number, factor) in zip(deviations, history.factors) where number < 0 {
      throw .badParameter("deviation of \(factor.name)", found: "\(number)", wanted: "0 or more")
    }
    var columns = draws(factor: factor, size: size)
    let growth = Double(history.returns.terms.horizon).squareRoot()
    for place in 0..<size {
      let scale = deviations[place] * growth
      for scenario in 0..<count { columns[place][scenario] *= scale }
    }
    return try history.moves(
      columns, names: (1...count).map { "draw \($0)" }, weights: nil,
      dependence: isAntithetic ? .pairs : .independent)
  }
}

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

  /// - Throws: ``HistoryError`` `.badParameter`.
  public init(
    count: Int, seed: UInt64, distribution: Distribution = .normal, isAntithetic: Bool = true
  ) throws(HistoryError) {
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

  /// Standardised changes: unit variance, correlated by `factor`, each with its likelihood ratio where `shift` is given.
  ///
  /// - Parameters:
  ///   - factor: A of the correlation matrix A Aᵀ, shape [n, n], row-major.
  ///   - size: n.
  ///   - shift: Added to the independent normal numbers, n of them: importance sampling. A scenario's weight is then the
  ///     density without the shift over that with it, exp(-shift·z - |shift|²/2) (Glasserman, Heidelberger and Shahabuddin,
  ///     "Variance reduction techniques for estimating value-at-risk", *Management Science* 46, 2000, section 4).
  /// - Returns: Columns of shape [factor][scenario], and the weights.
  func draws(factor: [Double], size: Int, shift: [Double]? = nil) -> (columns: [[Double]], ratios: [Double]?) {
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
            sum += factor[row * size + column] * (sign * independent[column][draw] + (shift?[column] ?? 0))
          }
          columns[row].append(scales.isEmpty ? sum : sum * scales[draw])
        }
      }
    }
    guard let shift else { return (columns, nil) }
    let half = shift.reduce(0) { $0 + $1 * $1 } / 2
    var ratios: [Double] = []
    ratios.reserveCapacity(count)
    for draw in 0..<draws {
      for sign in signs {
        var product = 0.0
        for column in 0..<size { product += shift[column] * sign * independent[column][draw] }
        ratios.append(.exp(-product - half))
      }
    }
    return (columns, ratios)
  }

  /// Scenarios of a history's factors over its horizon.
  ///
  /// - Parameters:
  ///   - factor: A of the correlation matrix A Aᵀ of the factors, shape [n, n], row-major.
  ///   - deviations: Of a daily change of each factor; over h steps they grow with the square root of h.
  ///   - shift: As ``draws(factor:size:shift:)``; normal only.
  /// - Throws: ``HistoryError`` `.badParameter` for sizes that do not fit, a deviation that is negative or not finite, a
  ///   shift of Student's t.
  public func moves(
    of history: FactorHistory, factor: [Double], deviations: [Double], shift: [Double]? = nil
  ) throws(HistoryError) -> JointMoves {
    let size = history.factors.count
    guard factor.count == size * size, deviations.count == size, shift.map({ $0.count == size }) ?? true else {
      throw .badParameter(
        "correlation", found: "\(factor.count) numbers and \(deviations.count) deviations",
        wanted: "a matrix of \(size) factors")
    }
    for number in factor + deviations + (shift ?? []) where !number.isFinite {
      throw .badParameter("correlation", found: "\(number)", wanted: "finite numbers")
    }
    for (number, factor) in zip(deviations, history.factors) where number < 0 {
      throw .badParameter("deviation of \(factor.name)", found: "\(number)", wanted: "0 or more")
    }
    if shift != nil, distribution != .normal {
      throw .badParameter("importance sampling", found: "Student's t", wanted: "the normal distribution")
    }
    var (columns, ratios) = draws(factor: factor, size: size, shift: shift)
    let growth = Double(history.returns.terms.horizon).squareRoot()
    for place in 0..<size {
      let scale = deviations[place] * growth
      for scenario in 0..<count { columns[place][scenario] *= scale }
    }
    return try history.moves(
      columns, names: (1...count).map { "draw \($0)" }, weights: ratios,
      dependence: isAntithetic ? .pairs : .independent)
  }
}

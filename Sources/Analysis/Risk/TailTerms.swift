public import Scenarios

/// What the figures of a tail need to know of the scenarios, worked out once for all strategies.
///
/// **The quantile.** Of n scenarios with equal weights the value at risk is the k-th worst loss, k = n (1 - level) rounded up:
/// the lower quantile of the P&L, type 1 of Hyndman and Fan ("Sample quantiles in statistical packages", *American
/// Statistician* 50, 1996); the fifth worst of 500 at 99 percent. With weights it is the loss at which the weight of the
/// worst first reaches 1 - level. **The expected shortfall** is the mean over the worst 1 - level of the weight, the scenario
/// at the border with the part of its weight that belongs there.
public struct TailTerms: Sendable {
  /// Such as 0.975.
  public let level: Double
  /// 1 - level, without the rounding of the subtraction.
  public let tail: Double
  public let count: Int
  /// Nil where all are equal.
  let weights: [Double]?
  let dependence: JointMoves.Dependence
  /// The sum of the squared weights of independent groups of scenarios.
  let squaredWeights: Double
  /// The order statistics, from the worst, that hold the quantile between them with a probability of 95 percent, by the
  /// binomial distribution: 0 below the first; nil where weights or pairs ask for the normal one.
  let ranks: ClosedRange<Int>?
  /// How many of the worst outcomes have to be known.
  let depth: Int

  /// The probability with which the interval around a value at risk holds the true quantile.
  public static let confidence = 0.95
  /// The normal quantile at (1 + confidence) / 2.
  static let deviations = 1.959963984540054
  /// By how much a sum of weights may fall short of the tail and still be it.
  static let tolerance = 1e-12

  /// - Throws: ``RiskError``: a level outside 0.5 to 1, scenarios so few that the tail holds none of them.
  public init(_ moves: JointMoves, level: Double) throws(RiskError) {
    try self.init(
      count: moves.count, weights: moves.isWeighted ? moves.weights : nil, dependence: moves.dependence, level: level)
  }

  /// - Parameter weights: Each 0 or more, of sum 1; nil for equal ones.
  public init(
    count: Int, weights: [Double]? = nil, dependence: JointMoves.Dependence = .independent, level: Double
  ) throws(RiskError) {
    guard level >= 0.5, level < 1 else {
      throw .badParameter("level", found: "\(level)", wanted: "0.5 to below 1")
    }
    let tail = ((1 - level) * 1e12).rounded() / 1e12
    guard tail > 0 else { throw .badParameter("level", found: "\(level)", wanted: "at most 0.999999999999") }
    let effective = weights.map { 1 / $0.reduce(0) { $0 + $1 * $1 } } ?? Double(count)
    guard effective * tail >= 1 - 1e-9 else {
      throw .tooFew(
        "\(weights == nil ? "" : "equally weighted ")scenarios for the level \(level)", found: Int(effective),
        wanted: Int((1 / tail - 1e-9).rounded(.up)))
    }
    self.level = level
    self.tail = tail
    self.count = count
    self.weights = weights
    self.dependence = dependence
    if dependence == .pairs {
      let w = { (place: Int) in weights?[place] ?? 1 / Double(count) }
      squaredWeights = stride(from: 0, to: count - 1, by: 2).reduce(0) { sum, place in
        let both = w(place) + w(place + 1)
        return sum + both * both
      }
    } else {
      squaredWeights = weights.map { $0.reduce(0) { $0 + $1 * $1 } } ?? 1 / Double(count)
    }
    let border = Int((Double(count) * tail - 1e-9).rounded(.up))
    guard weights == nil else {
      (ranks, depth) = (nil, count)
      return
    }
    switch dependence {
    case .independent, .overlapping:
      // Overlapping moves are worth as many as do not overlap; the ranks grow back with the overlap.
      var overlap = 1
      if case .overlapping(let steps) = dependence { overlap = steps }
      let trials = max(1, count / overlap)
      let binomial = BinomialDistribution(trials: trials, probability: tail)
      let least = binomial.quantile((1 - TailTerms.confidence) / 2)
      // Rank l is at or below the quantile where at least l of the outcomes are: its complement is P(B <= l - 1).
      let low = binomial.cumulative(least) <= (1 - TailTerms.confidence) / 2 ? least + 1 : least
      let high = binomial.quantile((1 + TailTerms.confidence) / 2) + 1
      ranks = min(low * overlap, count)...min(high * overlap, count)
      depth = min(count, max(border + 1, high * overlap) + Int(Double(border).squareRoot()) + 1)
    case .pairs:
      ranks = nil
      // A pair is either twice in the tail or once: its variance is at most twice that of single scenarios.
      let deviation = (2 * tail * (1 - tail) / Double(count)).squareRoot()
      depth = min(count, Int(Double(count) * (tail + 2 * deviation * 1.01)) + Int(Double(border).squareRoot()) + 4)
    }
  }

  func weight(_ scenario: Int) -> Double { weights?[scenario] ?? 1 / Double(count) }
}

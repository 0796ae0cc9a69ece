import Kernels
import RealModule

/// A likelihood ratio with the probability of one at least as large where the model is right.
public struct LikelihoodRatio: Hashable, Sendable {
  /// -2 ln of the ratio, 0 or more.
  public let statistic: Double
  /// By the chi-squared distribution to which the statistic tends.
  public let pValue: Double

  /// - Parameter degrees: Of freedom, 1 or 2; both have closed forms: 2 N(-sqrt x) and exp(-x / 2).
  init(_ statistic: Double, degrees: Int) {
    // What is 0 in exact numbers may come out just below.
    let statistic = max(0, statistic)
    self.statistic = statistic
    pValue = degrees == 1 ? min(1, 2 * Normal.cumulative(-statistic.squareRoot())) : .exp(-statistic / 2)
  }
}

/// Whether losses went beyond a value at risk as often as it says, and one independently of the other.
///
/// The likelihood of n0 days without and n1 days with an exception of probability p is (1 - p)^n0 p^n1, and 0 ln 0 counts 0,
/// so that no exception at all, or nothing but exceptions, have their answers too.
public struct CoverageTest: Hashable, Sendable {
  /// The probability of an exception that the model states: 1 - level.
  public let expectedRate: Double
  public let days: Int
  public let exceptions: Int
  /// Pairs of neighbouring days by exception (1) or none (0) on the first and on the second.
  public let transitions: Transitions

  public struct Transitions: Hashable, Sendable {
    public let n00: Int
    public let n01: Int
    public let n10: Int
    public let n11: Int
  }

  /// Kupiec's test of unconditional coverage, one degree of freedom: P. Kupiec, "Techniques for verifying the accuracy of
  /// risk measurement models", *Journal of Derivatives* 3 (1995), equation 1.
  public let unconditional: LikelihoodRatio
  /// Christoffersen's test of independence against a first-order Markov chain, one degree of freedom: P. Christoffersen,
  /// "Evaluating interval forecasts", *International Economic Review* 39 (1998), section 3.2. Nil for a single day.
  public let independence: LikelihoodRatio?
  /// The two together, two degrees of freedom (section 3.3): the sum of both statistics, the first over all days.
  public let conditional: LikelihoodRatio?

  /// - Parameters:
  ///   - exceptions: For each day in its order whether the loss went beyond.
  ///   - expectedRate: Between 0 and 1, both excluded.
  /// - Throws: ``RiskError``: no day, a rate that is none.
  public init(_ exceptions: [Bool], expectedRate: Double) throws(RiskError) {
    guard expectedRate > 0, expectedRate < 1 else {
      throw .badParameter("rate of exceptions", found: "\(expectedRate)", wanted: "a number between 0 and 1")
    }
    guard !exceptions.isEmpty else { throw .tooFew("days to test", found: 0, wanted: 1) }
    var counts = [[0, 0], [0, 0]]
    for (first, second) in zip(exceptions, exceptions.dropFirst()) { counts[first ? 1 : 0][second ? 1 : 0] += 1 }
    try self.init(
      days: exceptions.count, exceptions: exceptions.count { $0 },
      transitions: Transitions(n00: counts[0][0], n01: counts[0][1], n10: counts[1][0], n11: counts[1][1]),
      expectedRate: expectedRate)
  }

  /// - Parameter transitions: Must be those of neighbouring days.
  public init(
    days: Int, exceptions: Int, transitions: Transitions, expectedRate: Double
  ) throws(RiskError) {
    guard expectedRate > 0, expectedRate < 1 else {
      throw .badParameter("rate of exceptions", found: "\(expectedRate)", wanted: "a number between 0 and 1")
    }
    guard days >= 1 else { throw .tooFew("days to test", found: days, wanted: 1) }
    guard (0...days).contains(exceptions) else {
      throw .badParameter("exceptions", found: "\(exceptions)", wanted: "0 to \(days)")
    }
    let t = transitions
    self.days = days
    self.exceptions = exceptions
    self.transitions = t
    self.expectedRate = expectedRate
    let free = Self.logLikelihood(without: days - exceptions, with: exceptions)
    let stated =
      Double(days - exceptions) * .log(onePlus: -expectedRate) + Double(exceptions) * .log(expectedRate)
    let unconditional = LikelihoodRatio(2 * (free - stated), degrees: 1)
    self.unconditional = unconditional
    guard days > 1 else {
      (independence, conditional) = (nil, nil)
      return
    }
    let chain =
      Self.logLikelihood(without: t.n00, with: t.n01) + Self.logLikelihood(without: t.n10, with: t.n11)
    let single = Self.logLikelihood(without: t.n00 + t.n10, with: t.n01 + t.n11)
    let independence = LikelihoodRatio(2 * (chain - single), degrees: 1)
    self.independence = independence
    conditional = LikelihoodRatio(unconditional.statistic + independence.statistic, degrees: 2)
  }

  /// The greatest log likelihood: that at the rate found.
  private static func logLikelihood(without: Int, with exceptions: Int) -> Double {
    let (n0, n1) = (Double(without), Double(exceptions))
    let n = n0 + n1
    return (n0 > 0 ? n0 * .log(n0 / n) : 0) + (n1 > 0 ? n1 * .log(n1 / n) : 0)
  }

  /// The zones in which supervisors place a model by its exceptions.
  public enum Zone: String, Hashable, Sendable, CaseIterable {
    case green
    case yellow
    case red
  }

  /// Green below a cumulative probability of 95 percent, yellow below 99.99 percent, red from there on, by the binomial
  /// distribution; of 250 days at 99 percent green ends with 4 exceptions and yellow with 9 (Basel Committee, "Supervisory
  /// framework for the use of 'backtesting'", January 1996, table 2, which counts up to and including the exceptions found).
  public var zone: Zone {
    let probability = BinomialDistribution(trials: days, probability: expectedRate).cumulative(exceptions)
    return probability < 0.95 ? .green : probability < 0.9999 ? .yellow : .red
  }
}

import RealModule

/// The number of successes in `trials` independent trials of one probability.
public struct BinomialDistribution: Hashable, Sendable {
  public let trials: Int
  public let probability: Double

  /// - Parameters:
  ///   - trials: 1 or more.
  ///   - probability: Between 0 and 1, both excluded.
  public init(trials: Int, probability: Double) {
    precondition(trials >= 1 && probability > 0 && probability < 1, "a binomial distribution of something")
    self.trials = trials
    self.probability = probability
  }

  /// The probability of at most `count` successes.
  ///
  /// - Complexity: O(`count`).
  public func cumulative(_ count: Int) -> Double {
    guard count >= 0 else { return 0 }
    guard count < trials else { return 1 }
    var sum = 0.0
    scan { number, probability in
      guard number <= count else { return false }
      sum += probability
      return true
    }
    return min(1, sum)
  }

  /// The least count with a probability of at least `level` at or below it.
  public func quantile(_ level: Double) -> Int {
    var (sum, answer) = (0.0, trials)
    scan { number, probability in
      sum += probability
      guard sum >= level else { return true }
      answer = number
      return false
    }
    return answer
  }

  /// Hands over the probability of 0, 1, 2, ... successes for as long as `body` returns true.
  ///
  /// In logarithms, since that of no success at all may lie below the smallest number.
  private func scan(_ body: (Int, Double) -> Bool) {
    var logarithm = Double(trials) * .log(onePlus: -probability)
    let odds = Double.log(probability) - .log(onePlus: -probability)
    for number in 0...trials {
      guard body(number, .exp(logarithm)) else { return }
      logarithm += .log(Double(trials - number)) - .log(Double(number + 1)) + odds
    }
  }
}

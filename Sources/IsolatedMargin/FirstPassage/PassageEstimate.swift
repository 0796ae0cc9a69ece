import RealModule

/// A probability from a simulation.
public struct EstimatedProbability: Hashable, Sendable {
  public let value: Double
  /// One standard deviation of `value` over repeated simulations.
  public let standardError: Double

  public init(value: Double, standardError: Double) {
    self.value = value
    self.standardError = standardError
  }
}

/// The law of the first time at which a price leaves a moving corridor, from a simulation.
public struct PassageEstimate: Hashable, Sendable {
  /// Ascending, the first 0: where the curve is known.
  public let years: [Double]
  /// Of having left by then, beside `years`.
  public let probabilities: [EstimatedProbability]
  /// Paths simulated; 0 where none was needed.
  public let paths: Int
  /// Steps of each path.
  public let steps: Int

  /// The probability of having left by a time; between two known times the survival falls exponentially. After the last
  /// one it is the last.
  public func probability(by time: Double) -> EstimatedProbability {
    guard let index = years.firstIndex(where: { $0 >= time }) else { return probabilities[years.count - 1] }
    guard index > 0, years[index] > time else { return probabilities[index] }
    let (before, after) = (probabilities[index - 1], probabilities[index])
    let share = (time - years[index - 1]) / (years[index] - years[index - 1])
    let error = before.standardError + share * (after.standardError - before.standardError)
    let (s0, s1) = (1 - before.value, 1 - after.value)
    let survival = s1 > 0 ? s0 * .pow(s1 / s0, share) : s0 * (1 - share)
    return EstimatedProbability(value: 1 - survival, standardError: error)
  }

  /// The first time by which the probability is `p`; ``PassageTime/after(years:)`` where the simulation ends before.
  public func time(ofProbability p: Double) -> PassageTime {
    guard let index = probabilities.firstIndex(where: { $0.value >= p }) else {
      return .after(years: years[years.count - 1])
    }
    guard index > 0 else { return .years(0) }
    let (s0, s1) = (1 - probabilities[index - 1].value, 1 - probabilities[index].value)
    let share = s1 > 0 && s1 < s0 ? .log(s0 / (1 - p)) / .log(s0 / s1) : s0 > s1 ? (s0 - (1 - p)) / (s0 - s1) : 1
    return .years(years[index - 1] + min(max(share, 0), 1) * (years[index] - years[index - 1]))
  }
}

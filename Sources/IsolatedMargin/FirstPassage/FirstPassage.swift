import RealModule

/// When a price first leaves where it is safe.
public enum PassageTime: Hashable, Sendable {
  /// From now.
  case years(Double)
  /// The probability is not reached however long one waits.
  case never
  /// The probability is not reached within these years, which is as far as was looked.
  case after(years: Double)
}

/// The law of the first time at which a price leaves where it is safe.
///
/// A mean is not among the figures: it is infinite whenever the drift of ln S does not point to the only barrier, and
/// says little where it is finite, because the law has a long tail. Probabilities by horizons and quantiles tell more.
public protocol FirstPassage: Sendable {
  /// The probability that it ever happens.
  var probabilityEver: Double { get }
  /// True where the price is outside from the start: the time is 0 with probability 1.
  var isOutside: Bool { get }
  /// Years in which the volatility alone covers the distance, to start a search from.
  var scale: Double { get }
  /// The probability that it has happened by then, with relative accuracy also where it is tiny; 0 at time 0.
  func probability(by years: Double) -> Double
  /// The probability that it has not, with relative accuracy also where it is tiny.
  func survival(by years: Double) -> Double
  /// The density of the time, a year; 0 at time 0 and for whoever is outside.
  func density(at years: Double) -> Double
}

extension FirstPassage {
  /// The first time by which the probability is `p`: the median for 1/2.
  ///
  /// Bisection in the logarithm of time, on the probability below one half and on the survival above.
  /// - Parameter p: Between 0 and 1. 0 or less is reached at once, 1 only by whoever is outside.
  public func time(ofProbability p: Double) -> PassageTime {
    if isOutside || p <= 0 { return .years(0) }
    guard p < probabilityEver else { return .never }
    func isReached(_ years: Double) -> Bool {
      p <= 0.5 ? probability(by: years) >= p : survival(by: years) <= 1 - p
    }
    var (low, high) = (scale, scale)
    while isReached(low) {
      guard low > 1e-280 else { return .years(0) }
      low /= 4
    }
    while !isReached(high) {
      guard high < 1e280 else { return .never }
      high *= 4
    }
    while true {
      let middle = (low * high).squareRoot()
      guard middle > low, middle < high else { return .years(high) }
      if isReached(middle) { high = middle } else { low = middle }
    }
  }
}

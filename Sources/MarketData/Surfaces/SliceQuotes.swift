/// The volatilities of one expiry as a fit takes them.
public struct SliceQuotes: Hashable, Sendable {
  /// One strike.
  public struct Point: Hashable, Sendable {
    /// ln(K/F).
    public let logMoneyness: Double
    /// Annualised, as a fraction.
    public let volatility: Double
    /// What the square of the volatility's error counts for, relative to the others; 0 for not at all.
    public let weight: Double

    public init(logMoneyness: Double, volatility: Double, weight: Double = 1) {
      self.logMoneyness = logMoneyness
      self.volatility = volatility
      self.weight = weight
    }
  }

  public let years: Double
  public let points: [Point]

  /// - Throws: ``SurfaceError/badParameter(name:found:wanted:)`` for years of 0 or less, and
  ///   ``SurfaceError/badQuote(index:found:wanted:)`` for a log-moneyness that is not finite, a volatility of 0 or less
  ///   and a weight below 0 or not finite.
  public init(years: Double, points: [Point]) throws(SurfaceError) {
    guard years > 0, years.isFinite else {
      throw .badParameter(name: "years", found: years, wanted: "a finite number above 0")
    }
    for (index, point) in points.enumerated() {
      guard point.logMoneyness.isFinite else {
        throw .badQuote(index: index, found: "log-moneyness \(point.logMoneyness)", wanted: "a finite number")
      }
      guard point.volatility > 0, point.volatility.isFinite else {
        throw .badQuote(index: index, found: "volatility \(point.volatility)", wanted: "a finite number above 0")
      }
      guard point.weight >= 0, point.weight.isFinite else {
        throw .badQuote(index: index, found: "weight \(point.weight)", wanted: "a finite number of 0 or more")
      }
    }
    self.years = years
    self.points = points
  }

  /// How many different strikes count for something.
  public var strikeCount: Int { Set(points.lazy.filter { $0.weight > 0 }.map(\.logMoneyness)).count }

  /// From the lowest to the highest strike that counts; nil without one.
  public var range: ClosedRange<Double>? {
    let counted = points.lazy.filter { $0.weight > 0 }.map(\.logMoneyness)
    guard let low = counted.min(), let high = counted.max() else { return nil }
    return low...high
  }

  /// The root of the weighted mean of the squares of the volatility errors of total variances.
  public func error(of variance: (Double) -> Double) -> Double {
    var (sum, weights) = (0.0, 0.0)
    for point in points where point.weight > 0 {
      let error = (max(0, variance(point.logMoneyness)) / years).squareRoot() - point.volatility
      sum += point.weight * error * error
      weights += point.weight
    }
    return weights > 0 ? (sum / weights).squareRoot() : .nan
  }
}

/// Quotes as the least squares want them: those that count, in columns.
struct FitColumns {
  let logMoneyness: [Double]
  /// Total variances.
  let variance: [Double]
  /// What an error of total variance is multiplied with, so that the sum of squares is, to first order, the weighted mean
  /// of the squares of the errors of volatility: sqrt(weight / sum of weights) / (2 volatility years).
  let scale: [Double]

  init(_ quotes: SliceQuotes) {
    let counted = quotes.points.filter { $0.weight > 0 }
    // A common factor of the weights must not change a digit, nor a sum of them overflow.
    let largest = counted.map(\.weight).max() ?? 1
    let total = counted.reduce(0) { $0 + $1.weight / largest }
    logMoneyness = counted.map(\.logMoneyness)
    variance = counted.map { $0.volatility * $0.volatility * quotes.years }
    scale = counted.map { ($0.weight / largest / total).squareRoot() / (2 * $0.volatility * quotes.years) }
  }

  var count: Int { logMoneyness.count }
}

import RealModule

/// The exponentially weighted volatility of daily changes, as it was known at the end of each day.
///
/// sigma_t^2 = sum of lambda^k r_(t-k)^2 / sum of lambda^k over the changes known at t, k = 0 the latest: a change counts
/// lambda times as much as the one behind it, and the weights sum to one however short the past is, so that no first value
/// is made up. (J.P. Morgan, *RiskMetrics Technical Document*, 4th edition, 1996, section 5.2; the mean is taken as zero.)
/// Days whose change was left out, across a gap, age nothing.
public struct EWMAVolatility: Sendable {
  /// A day; nil up to and including the day before ``warmUp`` changes are known.
  public let values: [Double?]

  /// The changes that must be known before a volatility is given.
  public static let warmUp = 20

  /// - Parameters:
  ///   - changes: Logarithmic, one a day; nil where none was taken.
  ///   - lambda: Between 0 and 1, both excluded, such as 0.94.
  /// - Throws: ``ScenarioError`` `.badParameter`.
  public init(_ changes: [Double?], lambda: Double) throws(ScenarioError) {
    guard lambda > 0, lambda < 1 else {
      throw .badParameter("lambda", found: "\(lambda)", wanted: "a number between 0 and 1")
    }
    var (sum, weight, known) = (0.0, 0.0, 0)
    var values: [Double?] = []
    values.reserveCapacity(changes.count)
    for change in changes {
      if let change {
        sum = lambda * sum + change * change
        weight = lambda * weight + 1
        known += 1
      }
      values.append(known >= EWMAVolatility.warmUp ? (sum / weight).squareRoot() : nil)
    }
    self.values = values
  }

  /// At the end of the last day.
  public var last: Double? { values.last ?? nil }
}

import RealModule

/// A volatility, and whether it had to be taken from beyond the quotes.
public struct VolatilityPoint: Hashable, Sendable {
  /// Annualised, as a fraction.
  public let value: Double
  /// True beyond the quoted strikes or expiries, where the surface is flat.
  public let isExtrapolated: Bool
}

/// Volatility at any strike and time of one underlying. Calibrated surfaces are further cases of this type.
public enum VolatilitySurface: Hashable, Sendable {
  /// Interpolated between quoted strikes.
  case quoted(QuotedSurface)

  /// The volatility at a log-moneyness ln(K/F) and a time in years; nil where the surface has no quote at all.
  public func volatility(logMoneyness: Double, years: Double) -> VolatilityPoint? {
    switch self {
    case .quoted(let surface): return surface.volatility(logMoneyness: logMoneyness, years: years)
    }
  }
}

/// Total variance, linear in log-moneyness between the quoted strikes of an expiry and flat beyond them.
public struct Smile: Hashable, Sendable {
  public let years: Double
  /// ln(K/F), strictly ascending.
  public let logMoneyness: [Double]
  /// Volatility squared times years, beside `logMoneyness`.
  public let totalVariance: [Double]

  /// - Returns: nil without points, for a time of 0 or less, or where the log-moneynesses do not ascend strictly.
  public init?(years: Double, points: [(logMoneyness: Double, volatility: Double)]) {
    guard years > 0, !points.isEmpty,
      points.allSatisfy({ $0.logMoneyness.isFinite && $0.volatility.isFinite && $0.volatility > 0 }),
      zip(points, points.dropFirst()).allSatisfy({ $0.logMoneyness < $1.logMoneyness })
    else { return nil }
    self.years = years
    logMoneyness = points.map(\.logMoneyness)
    totalVariance = points.map { $0.volatility * $0.volatility * years }
  }

  /// Total variance at `k`, and whether `k` lies beyond the quotes. O(log n).
  func variance(at k: Double) -> (value: Double, isBeyond: Bool) {
    guard let first = logMoneyness.first, let last = logMoneyness.last, let left = totalVariance.first,
      let right = totalVariance.last
    else { return (.nan, true) }
    // A strike that is quoted sits on its point to within the rounding of the logarithm, and is no extrapolation.
    if k <= first { return (left, k < first - 1e-12) }
    if k >= last { return (right, k > last + 1e-12) }
    var low = 0
    var high = logMoneyness.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if logMoneyness[middle] <= k { low = middle } else { high = middle }
    }
    let weight = (k - logMoneyness[low]) / (logMoneyness[high] - logMoneyness[low])
    return (totalVariance[low] + weight * (totalVariance[high] - totalVariance[low]), false)
  }
}

/// The smiles of the quoted expiries. Between two of them total variance is linear in time at a fixed log-moneyness;
/// before the first and after the last the volatility of that expiry holds.
public struct QuotedSurface: Hashable, Sendable {
  /// Ascending in time.
  public let smiles: [Smile]

  public init(smiles: [Smile]) { self.smiles = smiles.sorted { $0.years < $1.years } }

  public func volatility(logMoneyness k: Double, years: Double) -> VolatilityPoint? {
    guard let first = smiles.first, let last = smiles.last, k.isFinite, years.isFinite else { return nil }
    // Expiries are told apart to the second; half of one is room for the rounding of a year fraction.
    let half = 0.5 / 31_536_000
    if let smile = smiles.first(where: { abs($0.years - years) <= half }) { return point(smile, k, false) }
    if years <= first.years { return point(first, k, true) }
    if years >= last.years { return point(last, k, true) }
    guard let index = smiles.firstIndex(where: { $0.years > years }) else { return nil }
    let (near, far) = (smiles[index - 1], smiles[index])
    let (before, after) = (near.variance(at: k), far.variance(at: k))
    let weight = (years - near.years) / (far.years - near.years)
    let variance = before.value + weight * (after.value - before.value)
    return VolatilityPoint(value: .sqrt(variance / years), isExtrapolated: before.isBeyond || after.isBeyond)
  }

  private func point(_ smile: Smile, _ k: Double, _ isBeyond: Bool) -> VolatilityPoint {
    let variance = smile.variance(at: k)
    return VolatilityPoint(
      value: .sqrt(variance.value / smile.years), isExtrapolated: isBeyond || variance.isBeyond)
  }
}

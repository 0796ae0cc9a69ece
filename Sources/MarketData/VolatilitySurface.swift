import RealModule

/// A volatility, and whether it had to be taken from beyond the quotes.
public struct VolatilityPoint: Hashable, Sendable {
  /// Annualised, as a fraction.
  public let value: Double
  /// True beyond the quoted strikes or expiries, where the surface is flat.
  public let isExtrapolated: Bool
}

/// Volatility at any strike and time of one underlying.
public enum VolatilitySurface: Hashable, Sendable {
  /// Interpolated between quoted strikes.
  case quoted(QuotedSurface)
  /// A slice fitted to each expiry.
  case svi(SVISurface)
  /// One surface fitted to all expiries together.
  case ssvi(SSVISurface)

  /// `quoted`, `svi` or `ssvi`.
  public var name: String {
    switch self {
    case .quoted: return "quoted"
    case .svi: return "svi"
    case .ssvi: return "ssvi"
    }
  }

  /// The volatility at a log-moneyness ln(K/F) and a time in years; nil where the surface has no quote at all, for a
  /// number that is not finite, and on a fitted surface for a time of 0 or less.
  public func volatility(logMoneyness: Double, years: Double) -> VolatilityPoint? {
    guard case .quoted(let surface) = self else {
      return fitted(logMoneyness, years).map { curve in
        VolatilityPoint(value: .sqrt(max(0, curve.variance) / years), isExtrapolated: curve.isBeyond)
      }
    }
    return surface.volatility(logMoneyness: logMoneyness, years: years)
  }

  /// The derivative of volatility in log-moneyness, at a fixed time: 0 where the surface is flat, nil where it has no
  /// volatility or one of 0. At a kink, a quoted strike of a quoted surface, it is the mean of both sides.
  public func slope(logMoneyness: Double, years: Double) -> Double? {
    if case .quoted(let surface) = self { return surface.slope(logMoneyness: logMoneyness, years: years) }
    guard let curve = fitted(logMoneyness, years), curve.variance > 0 else { return nil }
    // On a clamped log-moneyness the volatility no longer moves.
    return logMoneyness.magnitude > VolatilitySurface.farthest
      ? 0 : curve.slope / (2 * .sqrt(curve.variance * years))
  }

  /// No two positive prices that the program can hold are further apart than e^44; a wing goes on that far and no further.
  private static let farthest = 50.0

  private func fitted(_ k: Double, _ years: Double) -> (variance: Double, slope: Double, isBeyond: Bool)? {
    guard k.isFinite, years.isFinite, years > 0 else { return nil }
    let held = min(max(k, -VolatilitySurface.farthest), VolatilitySurface.farthest)
    switch self {
    case .quoted: return nil
    case .svi(let surface): return surface.curve(at: held, years: years)
    case .ssvi(let surface): return surface.curve(at: held, years: years)
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

  /// The derivative of volatility in log-moneyness, by the lines between quoted strikes.
  func slope(logMoneyness k: Double, years: Double) -> Double? {
    // Small beside any distance of strikes, and large beside the rounding of total variance.
    let step = 1e-6
    guard let left = volatility(logMoneyness: k - step, years: years),
      let right = volatility(logMoneyness: k + step, years: years)
    else { return nil }
    return (right.value - left.value) / (2 * step)
  }

  private func point(_ smile: Smile, _ k: Double, _ isBeyond: Bool) -> VolatilityPoint {
    let variance = smile.variance(at: k)
    return VolatilityPoint(
      value: .sqrt(variance.value / smile.years), isExtrapolated: isBeyond || variance.isBeyond)
  }
}

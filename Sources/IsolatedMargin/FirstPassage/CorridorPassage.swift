import Kernels
import RealModule

/// The first passage of a price out of a constant corridor, in closed form.
///
/// Two series give the same number: images of the starting point, which converge for short times, and sines, which
/// converge for long ones. Each is used where four to six terms are enough, and is summed with the exponentials of a
/// term joined into one, so that nothing overflows and a survival of 10⁻¹⁵⁹ keeps its digits.
/// (Cox and Miller, *The Theory of Stochastic Processes*, 1965, section 5.7.)
public struct CorridorPassage: FirstPassage, Hashable {
  public let motion: GeometricBrownianMotion
  /// ln(lower / spot), negative for a spot inside.
  public let lower: Double
  /// ln(upper / spot), positive for a spot inside.
  public let upper: Double

  /// - Throws: ``IsolatedMarginError`` `.badInput` for a price that is not positive and finite, and for bounds that leave
  ///   no room.
  public init(
    spot: Double, lower: Double, upper: Double, motion: GeometricBrownianMotion
  ) throws(IsolatedMarginError) {
    for (name, price) in [("spot", spot), ("lower bound", lower), ("upper bound", upper)]
    where !(price > 0 && price < .infinity) {
      throw .badInput(name, found: "\(price)", wanted: "a price above 0")
    }
    guard lower < upper else {
      throw .badInput("upper bound", found: "\(upper)", wanted: "a price above the lower bound, \(lower)")
    }
    self.motion = motion
    self.lower = .log(lower / spot)
    self.upper = .log(upper / spot)
  }

  public var isOutside: Bool { lower >= 0 || upper <= 0 }

  /// 1: a price that keeps moving leaves every corridor.
  public var probabilityEver: Double { 1 }

  public var scale: Double {
    let ratio = min(upper, -lower) / motion.volatility
    return ratio * ratio
  }

  public func probability(by years: Double) -> Double {
    guard !isOutside else { return 1 }
    guard years > 0 else { return 0 }
    guard years < .infinity else { return 1 }
    let series = CorridorSeries(self, years: years)
    let leaving = series.isShort ? series.imagesOutside : 1 - series.sinesInside
    return min(1, max(0, leaving))
  }

  public func survival(by years: Double) -> Double {
    guard !isOutside else { return 0 }
    guard years > 0 else { return 1 }
    guard years < .infinity else { return 0 }
    let series = CorridorSeries(self, years: years)
    return min(1, max(0, series.isShort ? series.imagesInside : series.sinesInside))
  }

  public func density(at years: Double) -> Double {
    let sides = densities(at: years)
    return sides.lower + sides.upper
  }

  /// The densities of leaving through either side first, a year; together ``density(at:)``.
  public func densities(at years: Double) -> (lower: Double, upper: Double) {
    guard !isOutside, years > 0, years < .infinity else { return (0, 0) }
    let series = CorridorSeries(self, years: years)
    return series.isShort ? series.imageDensities : series.sineDensities
  }
}

/// The two series of a corridor's survival at one time.
///
/// With kappa = nu / sigma², a drift multiplies the undrifted density at x by exp(kappa x - kappa nu T / 2).
struct CorridorSeries {
  let lower: Double
  let upper: Double
  let width: Double
  let years: Double
  let logDrift: Double
  let volatility: Double
  let kappa: Double
  /// s = sigma sqrt(T)
  let deviation: Double

  init(_ passage: CorridorPassage, years: Double) {
    lower = passage.lower
    upper = passage.upper
    width = upper - lower
    self.years = years
    logDrift = passage.motion.logDrift
    volatility = passage.motion.volatility
    kappa = logDrift / (volatility * volatility)
    deviation = volatility * years.squareRoot()
  }

  /// True where the images are used: s <= w.
  var isShort: Bool { deviation <= width }

  private static let inverseRootOfTwoPi = 0.3989422804014327

  // MARK: Images

  /// Images to either side. The first left out lies 12 widths from the corridor or more, and so the remainder is below
  /// exp(-72) = 6e-32 of what the drift alone makes of the corridor.
  static let images = 6

  /// The integral over the corridor of an image's density at the distance `shift` from the start, drift included:
  /// exp(kappa shift) (N((b - shift - nu T)/s) - N((a - shift - nu T)/s)).
  private func inside(_ shift: Double) -> Double {
    let low = (lower - shift - logDrift * years) / deviation
    let high = (upper - shift - logDrift * years) / deviation
    if low >= 0 { return tail(lower, shift, low) - tail(upper, shift, high) }
    if high <= 0 { return tail(upper, shift, -high) - tail(lower, shift, -low) }
    return .exp(kappa * shift) - tail(lower, shift, -low) - tail(upper, shift, high)
  }

  /// exp(kappa shift) N(-z), where z > 0 is the distance of `bound` from the image's mean in deviations.
  private func tail(_ bound: Double, _ shift: Double, _ z: Double) -> Double {
    let distance = (bound - shift) / deviation
    let exponent = kappa * bound - kappa * logDrift * years / 2 - distance * distance / 2
    return CorridorSeries.inverseRootOfTwoPi * .exp(exponent) * Normal.millsRatio(z)
  }

  var imagesInside: Double {
    var sum = 0.0
    for k in stride(from: CorridorSeries.images, to: 0, by: -1) { sum += pair(k) + pair(-k) }
    return sum + pair(0)
  }

  /// The image at 2 k w less the one mirrored at the lower bound.
  private func pair(_ k: Int) -> Double {
    let shift = 2 * Double(k) * width
    return inside(shift) - inside(2 * lower + shift)
  }

  /// 1 less ``imagesInside``, from its own terms: the tails beyond the bounds and the mirrored images.
  var imagesOutside: Double {
    var sum = 0.0
    for k in stride(from: CorridorSeries.images, to: 0, by: -1) { sum -= pair(k) + pair(-k) }
    let low = (lower - logDrift * years) / deviation
    let high = (upper - logDrift * years) / deviation
    return sum + inside(2 * lower) + Normal.cumulative(low) + Normal.cumulative(-high)
  }

  /// d / (s T sqrt(2 pi)) exp(-d² / 2 s²) over the distances d of a bound and its images, with the drift's factor.
  var imageDensities: (lower: Double, upper: Double) {
    func density(_ bound: Double) -> Double {
      var sum = 0.0
      for k in stride(from: CorridorSeries.images, through: -CorridorSeries.images, by: -1) {
        let distance = bound.magnitude + 2 * Double(k) * width
        let scaled = distance / deviation
        sum += distance * .exp(kappa * bound - kappa * logDrift * years / 2 - scaled * scaled / 2)
      }
      return max(0, sum * CorridorSeries.inverseRootOfTwoPi / (deviation * years))
    }
    return (density(lower), density(upper))
  }

  // MARK: Sines

  /// The fifth sine is below 5 exp(-24 pi² / 2) = 1e-50 of the first for s >= w.
  static let sines = 4

  /// sin(n pi (-a) / w), from the nearer bound so that a spot close to either keeps its digits.
  private func sine(_ n: Int) -> Double {
    let isLow = -lower <= upper
    let value = Double.sin(Double(n) * .pi * (isLow ? -lower : upper) / width)
    return isLow || n % 2 == 1 ? value : -value
  }

  /// The exponent of the n-th term without the bound's kappa x.
  private func decay(_ n: Int) -> Double {
    let frequency = Double(n) * .pi * deviation / width
    return kappa * logDrift * years / 2 + frequency * frequency / 2
  }

  var sinesInside: Double {
    var sum = 0.0
    for n in stride(from: CorridorSeries.sines, to: 0, by: -1) {
      let frequency = Double(n) * .pi / width
      let weight = frequency / (kappa * kappa + frequency * frequency)
      let atLower = Double.exp(kappa * lower - decay(n))
      let atUpper = Double.exp(kappa * upper - decay(n))
      sum += sine(n) * weight * (n % 2 == 1 ? atLower + atUpper : atLower - atUpper)
    }
    return 2 / width * sum
  }

  var sineDensities: (lower: Double, upper: Double) {
    let factor = volatility * volatility * .pi / (width * width)
    var (low, high) = (0.0, 0.0)
    for n in stride(from: CorridorSeries.sines, to: 0, by: -1) {
      let value = Double(n) * sine(n)
      low += value * .exp(kappa * lower - decay(n))
      high += (n % 2 == 1 ? value : -value) * .exp(kappa * upper - decay(n))
    }
    return (max(0, factor * low), max(0, factor * high))
  }
}

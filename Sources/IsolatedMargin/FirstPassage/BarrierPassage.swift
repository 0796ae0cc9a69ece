import Kernels
import RealModule

/// On which side of the price a barrier lies.
public enum BarrierSide: String, Hashable, Sendable {
  case lower
  case upper
}

/// The first passage of a price to one constant barrier, in closed form.
///
/// With d the distance in ln S, m the drift of ln S toward the barrier and s = sigma sqrt(T), the reflection principle
/// gives P = N(-z) + exp(2 m d / sigma²) N(-y) with z = (d - m T)/s and y = (d + m T)/s. The exponential overflows where
/// its factor vanishes, so the product is written as n(z) M(y), M being Mills' ratio: both tails keep their digits.
/// (Cox and Miller, *The Theory of Stochastic Processes*, 1965, section 5.7.)
public struct BarrierPassage: FirstPassage, Hashable {
  public let motion: GeometricBrownianMotion
  public let side: BarrierSide
  /// |ln(barrier / spot)|; 0 or less where the spot is at the barrier or beyond.
  public let distance: Double
  /// The drift of ln S toward the barrier, a year.
  private let approach: Double

  /// - Throws: ``IsolatedMarginError`` `.badInput` for a price that is not positive and finite.
  public init(
    spot: Double, barrier: Double, side: BarrierSide, motion: GeometricBrownianMotion
  ) throws(IsolatedMarginError) {
    for (name, price) in [("spot", spot), ("barrier", barrier)] where !(price > 0 && price < .infinity) {
      throw .badInput(name, found: "\(price)", wanted: "a price above 0")
    }
    self.motion = motion
    self.side = side
    let logarithm = Double.log(barrier / spot)
    distance = side == .upper ? logarithm : -logarithm
    approach = side == .upper ? motion.logDrift : -motion.logDrift
  }

  public var isOutside: Bool { distance <= 0 }

  public var scale: Double {
    let ratio = distance / motion.volatility
    return ratio * ratio
  }

  /// 1 where the drift of ln S points to the barrier or is 0, else exp(-2 |m| d / sigma²).
  public var probabilityEver: Double {
    guard !isOutside, approach < 0 else { return 1 }
    return .exp(2 * approach * distance / (motion.volatility * motion.volatility))
  }

  public func probability(by years: Double) -> Double {
    guard !isOutside else { return 1 }
    guard years > 0 else { return 0 }
    guard years < .infinity else { return probabilityEver }
    let (z, y) = arguments(years)
    let reflected = y >= 0 ? Normal.density(z) * Normal.millsRatio(y) : probabilityEver * Normal.cumulative(-y)
    return min(1, Normal.cumulative(-z) + reflected)
  }

  public func survival(by years: Double) -> Double {
    guard !isOutside else { return 0 }
    guard years > 0 else { return 1 }
    guard years < .infinity else { return 1 - probabilityEver }
    let (z, y) = arguments(years)
    if z < 0, y >= 0 {
      // N(z) = n(z) M(-z), and so the two terms share the density that may be tiny.
      return Normal.density(z) * max(0, Normal.millsRatio(-z) - Normal.millsRatio(y))
    }
    let reflected = y >= 0 ? Normal.density(z) * Normal.millsRatio(y) : probabilityEver * Normal.cumulative(-y)
    return max(0, Normal.cumulative(z) - reflected)
  }

  /// d / (s T) n(z).
  public func density(at years: Double) -> Double {
    guard !isOutside, years > 0, years < .infinity else { return 0 }
    let deviation = motion.volatility * years.squareRoot()
    return distance / (deviation * years) * Normal.density((distance - approach * years) / deviation)
  }

  private func arguments(_ years: Double) -> (z: Double, y: Double) {
    let deviation = motion.volatility * years.squareRoot()
    return ((distance - approach * years) / deviation, (distance + approach * years) / deviation)
  }
}

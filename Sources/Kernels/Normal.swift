internal import CVector
internal import RealModule

/// The standard normal distribution.
public enum Normal {
  /// n(x) = exp(-x² / 2) / sqrt(2 pi).
  public static func density(_ x: Double) -> Double {
    guard x.magnitude < 64 else { return x == x ? 0 : .nan }
    let square = Double.exactProduct(x, x)
    return Double.normalDensity(square.high, low: square.low)
  }

  /// N(x), the probability of a draw at most `x`, with full relative accuracy in the lower tail.
  public static func cumulative(_ x: Double) -> Double {
    guard x == x else { return .nan }
    let tail = density(x) * Double.millsRatio(min(x.magnitude, 64))
    return x > 0 ? 1 - tail : tail
  }

  /// M(x) = N(-x) / n(x) for any x; infinity where that overflows, below about -38.
  ///
  /// Mills, *Biometrika* 18 (1926).
  public static func millsRatio(_ x: Double) -> Double {
    guard x == x else { return .nan }
    guard x < 0 else { return x == .infinity ? 0 : Double.millsRatio(x) }
    let inverse = x > -40 ? 1 / density(x) : .infinity
    return inverse - Double.millsRatio(-max(x, -40))
  }

  /// The x whose cumulative probability is `p`: minus infinity for 0, infinity for 1, not-a-number outside.
  ///
  /// Starts from formula 26.2.23 of Abramowitz and Stegun, *Handbook of Mathematical Functions* (1964), and refines
  /// ln N(x) = ln p by Halley's method, which keeps the relative accuracy of the smallest probabilities.
  public static func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    let offset = p - 0.5
    guard offset.magnitude > 0.35 else { return centralQuantile(offset) }
    return p > 0.5 ? upperQuantile(1 - p) : -upperQuantile(p)
  }

  /// The x with N(x) = 1/2 + y, for |y| <= 0.35: Halley's method on N(x) - 1/2 = n(x) (x + x³/3 + x⁵/(3·5) + …), which
  /// keeps the relative accuracy of a small x (Abramowitz and Stegun 26.2.11).
  private static func centralQuantile(_ y: Double) -> Double {
    var x = 2.5066282746310002 * y
    for _ in 0..<5 {
      var sum = 1.0
      for k in stride(from: 41.0, to: 1, by: -2) { sum = 1 + sum * x * x / k }
      // f = n S - y, f' = n, f'' / f' = -x
      let newton = x * sum - y / density(x)
      x -= newton / (1 + 0.5 * newton * x)
    }
    return x
  }

  /// The x >= 0 with N(-x) = p, for 0 < p < 0.15.
  private static func upperQuantile(_ p: Double) -> Double {
    let logarithm = Double.log(p)
    let t = (-2 * logarithm).squareRoot()
    let numerator = (0.010328 * t + 0.802853) * t + 2.515517
    let denominator = ((0.001308 * t + 0.189269) * t + 1.432788) * t + 1
    var x = max(0, t - numerator / denominator)
    for _ in 0..<3 {
      // f = ln(N(-x) / p), f' = -1 / M(x), f'' / f' = 1 / M(x) - x
      let mills = Double.millsRatio(x)
      let step = Double.log(density(x) * mills / p) * mills
      x = max(0, x + step / (1 + 0.5 * step * (1 / mills - x)))
    }
    return x
  }
}

/// A closed interval known to hold a number that a `Double` may not: every operation rounds outward.
///
/// | expression | result |
/// | --- | --- |
/// | `Interval + - * Interval` | the least interval of doubles around all results |
/// | `Interval.divided(by: Double)` | the same, for a positive divisor |
/// | `Interval.exponential`, `.logarithm(_:over:)`, `.normal(_:)`, `.density(_:)` | see there: widened by a stated part |
///
/// Both ends may be infinite. Moore, Kearfott and Cloud, *Introduction to Interval Analysis* (2009).
public struct Interval: Hashable, Sendable {
  public let lower: Double
  public let upper: Double

  /// - Returns: nil where an end is not a number or the ends are not in order.
  public init?(_ lower: Double, _ upper: Double) {
    guard lower <= upper else { return nil }
    self.init(known: lower, upper)
  }

  /// The interval that holds `value` alone; not-a-number becomes the whole line.
  public init(_ value: Double) {
    self.init(known: value.isNaN ? -.infinity : value, value.isNaN ? .infinity : value)
  }

  @inline(__always)
  init(known lower: Double, _ upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  public static let zero = Interval(known: 0, 0)
  public static let one = Interval(known: 1, 1)
  /// [0, 1].
  public static let unit = Interval(known: 0, 1)

  /// True where the interval is one number.
  public var isPoint: Bool { lower == upper }
  public var width: Double { Directed.sumUp(upper, -lower) }
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
  public func contains(_ other: Interval) -> Bool { lower <= other.lower && other.upper <= upper }

  /// The least interval around both.
  public func union(_ other: Interval) -> Interval {
    Interval(known: min(lower, other.lower), max(upper, other.upper))
  }

  /// What both hold; where rounding left them nothing in common, the nearest end of `bounds`.
  public func clamped(to bounds: Interval) -> Interval {
    Interval(known: min(max(lower, bounds.lower), bounds.upper), max(min(upper, bounds.upper), bounds.lower))
  }

  public static prefix func - (a: Interval) -> Interval { Interval(known: -a.upper, -a.lower) }

  public static func + (a: Interval, b: Interval) -> Interval {
    Interval(known: Directed.sumDown(a.lower, b.lower), Directed.sumUp(a.upper, b.upper))
  }

  public static func - (a: Interval, b: Interval) -> Interval { a + -b }

  public static func * (a: Interval, b: Interval) -> Interval {
    if a.lower >= 0, b.lower >= 0 {
      return Interval(known: Directed.productDown(a.lower, b.lower), Directed.productUp(a.upper, b.upper))
    }
    let lower = min(
      min(Directed.productDown(a.lower, b.lower), Directed.productDown(a.lower, b.upper)),
      min(Directed.productDown(a.upper, b.lower), Directed.productDown(a.upper, b.upper)))
    let upper = max(
      max(Directed.productUp(a.lower, b.lower), Directed.productUp(a.lower, b.upper)),
      max(Directed.productUp(a.upper, b.lower), Directed.productUp(a.upper, b.upper)))
    return Interval(known: lower, upper)
  }

  public static func * (a: Interval, b: Double) -> Interval { a * Interval(b) }

  public static func += (a: inout Interval, b: Interval) { a = a + b }

  /// The quotient by a positive number.
  public func divided(by divisor: Double) -> Interval {
    Interval(known: Directed.quotientDown(lower, divisor), Directed.quotientUp(upper, divisor))
  }

  /// The quotient by an interval of positive numbers; the whole line where it holds zero or less.
  public func divided(by divisor: Interval) -> Interval {
    guard divisor.lower > 0 else { return Interval(known: -.infinity, .infinity) }
    return Interval(
      known: Directed.quotientDown(lower, lower < 0 ? divisor.lower : divisor.upper),
      Directed.quotientUp(upper, upper < 0 ? divisor.upper : divisor.lower))
  }

  /// The square root of what is 0 or more.
  public var squareRoot: Interval {
    Interval(known: Directed.rootDown(lower), Directed.rootUp(upper))
  }
}

extension Interval: CustomStringConvertible {
  public var description: String { isPoint ? "\(lower)" : "[\(lower), \(upper)]" }
}

/// Sums, products, quotients and roots rounded toward minus or plus infinity, for bounds that must hold.
///
/// The nearest result is found first and its rounding error after it, exactly: from the two-sum of Knuth (*The Art of
/// Computer Programming* 2, 4.2.2) or a fused product. The error's sign says whether the neighbour must be taken, so an
/// operation without an error stays as it is and sums of whole numbers below 2^53 lose nothing. Beyond the range a result
/// is the largest finite number or infinity, whichever is on the safe side; infinity less infinity is the whole line's end.
public enum Directed {
  /// The greatest number not above a + b.
  @inline(__always)
  public static func sumDown(_ a: Double, _ b: Double) -> Double {
    let sum = a + b
    guard sum.isFinite else { return beyond(sum, isExact: !(a.isFinite && b.isFinite)) }
    let part = sum - a
    let error = (a - (sum - part)) + (b - part)
    return error >= 0 ? sum : sum.nextDown
  }

  /// The least number not below a + b.
  @inline(__always)
  public static func sumUp(_ a: Double, _ b: Double) -> Double { -sumDown(-a, -b) }

  /// The greatest number not above a b; zero times infinity is zero, as for a weight of nothing.
  @inline(__always)
  public static func productDown(_ a: Double, _ b: Double) -> Double {
    guard a != 0, b != 0 else { return 0 }
    let product = a * b
    guard product.isFinite else { return beyond(product, isExact: !(a.isFinite && b.isFinite)) }
    // So far down the error itself may be lost.
    guard product.magnitude > 1e-280 else { return product.nextDown }
    return Double.fma(a, b, -product) >= 0 ? product : product.nextDown
  }

  /// The least number not below a b.
  @inline(__always)
  public static func productUp(_ a: Double, _ b: Double) -> Double { -productDown(-a, b) }

  /// The greatest number not above a / b, for b > 0.
  public static func quotientDown(_ a: Double, _ b: Double) -> Double {
    guard a != 0 else { return 0 }
    guard a.isFinite, b < .infinity else { return a.isFinite ? (a < 0 ? -Double.leastNonzeroMagnitude : 0) : a }
    let quotient = a / b
    guard quotient.isFinite else { return beyond(quotient, isExact: false) }
    guard quotient.magnitude > 1e-280, a.magnitude > 1e-280 else { return quotient.nextDown }
    return Double.fma(-quotient, b, a) >= 0 ? quotient : quotient.nextDown
  }

  /// The least number not below a / b, for b > 0.
  public static func quotientUp(_ a: Double, _ b: Double) -> Double { -quotientDown(-a, b) }

  /// The greatest number not above the square root of a >= 0.
  public static func rootDown(_ a: Double) -> Double {
    guard a > 0, a < .infinity else { return a > 0 ? a : 0 }
    let root = a.squareRoot()
    guard a > 1e-280 else { return root.nextDown }
    return Double.fma(-root, root, a) >= 0 ? root : root.nextDown
  }

  /// The least number not below the square root of a >= 0.
  public static func rootUp(_ a: Double) -> Double {
    guard a > 0, a < .infinity else { return a > 0 ? a : 0 }
    let root = a.squareRoot()
    guard a > 1e-280 else { return root.nextUp }
    return Double.fma(-root, root, a) <= 0 ? root : root.nextUp
  }

  /// What stands below a result that is not finite: itself where an operand was infinite, else the range's end.
  private static func beyond(_ result: Double, isExact: Bool) -> Double {
    guard result == .infinity else { return -.infinity }
    return isExact ? .infinity : .greatestFiniteMagnitude
  }
}

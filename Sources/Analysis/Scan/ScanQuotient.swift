/// The nearest `Double` of a quotient of two 128-bit integers, carried as two: what is left over is below 2^-100 of it.
///
/// Integers that a `Double` holds are divided once, which the processor rounds to the nearest. Longer ones are split into
/// an upper and a lower part, and the remainder of the first quotient corrects it, after Dekker ("A floating-point
/// technique for extending the available precision", 1971).
struct ScanQuotient {
  private let high: Double
  private let low: Double

  /// - Parameter denominator: Above 0.
  init(_ numerator: Int128, over denominator: Int128) {
    let limit: Int128 = 1 << 53
    if numerator <= limit, numerator >= -limit, denominator <= limit {
      let (n, d) = (
        Double(Int64(truncatingIfNeeded: numerator)), Double(Int64(truncatingIfNeeded: denominator))
      )
      high = n / d
      low = n.addingProduct(-high, d) / d
      return
    }
    let (n, d) = (ScanQuotient.parts(numerator), ScanQuotient.parts(denominator))
    let first = n.high / d.high
    high = first
    low = (n.high.addingProduct(-first, d.high) + (n.low - first * d.low)) / d.high
  }

  var nearest: Double { high + low }

  /// The nearest `Double` of this number times `factor`, divided by `divisor`; both whole numbers that a `Double` holds.
  func scaled(by factor: Double, over divisor: Double) -> Double {
    let product = high * factor
    let rest = (-product).addingProduct(high, factor) + low * factor
    let first = product / divisor
    return first + (product.addingProduct(-first, divisor) + rest) / divisor
  }

  /// The integer as the sum of two numbers, the lower at most a last place of the higher.
  private static func parts(_ value: Int128) -> (high: Double, low: Double) {
    let magnitude = value.magnitude
    let top = Double(UInt64(truncatingIfNeeded: magnitude >> 74)) * 0x1p74
    let middle = Double(UInt64(truncatingIfNeeded: magnitude >> 21) & (1 << 53 - 1)) * 0x1p21
    let rest = Double(UInt64(truncatingIfNeeded: magnitude) & (1 << 21 - 1))
    let sum = top + middle
    let lost = middle - (sum - top)
    let low = lost + rest
    return value < 0 ? (-sum, -low) : (sum, low)
  }
}

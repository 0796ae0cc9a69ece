/// Writes floating numbers as the shortest text that reads back as the same Double.
///
/// The digits are those of Swift's `description` (of the shortest the nearest), and so is the choice between plain and
/// exponent form; a whole number has no `.0` and zero no sign. Nothing is allocated (Raffaello Giulietti, "The Schubfach
/// way to render doubles", 2020).
struct DoubleWriter {
  private let powers: DecimalPowers

  init(powers: DecimalPowers = .shared) { self.powers = powers }

  /// The most bytes a number takes: sign, 17 digits, point, `e-324`.
  static let longest = 32

  /// Writes a finite number at `start`, where ``longest`` bytes must be free.
  ///
  /// - Returns: One past the last byte.
  func write(_ value: Double, _ bytes: inout MutableSpan<UInt8>, at start: Int) -> Int {
    var index = start
    let magnitude = value.magnitude
    if magnitude == 0 {
      bytes[index] = UInt8(ascii: "0")
      return index + 1
    }
    if value < 0 {
      bytes[index] = UInt8(ascii: "-")
      index += 1
    }
    var (digits, exponent) = shortest(magnitude)
    while digits % 10 == 0 {
      digits /= 10
      exponent += 1
    }
    let count = DoubleWriter.digitCount(digits)
    // The value is 0.ddd x 10^point.
    let point = count + exponent
    if point < -3 || magnitude > 0x1p54 {
      return DoubleWriter.writeExponent(digits, count, point - 1, &bytes, at: index)
    }
    if point <= 0 {
      bytes[index] = UInt8(ascii: "0")
      bytes[index + 1] = UInt8(ascii: ".")
      index += 2
      for _ in 0..<(-point) {
        bytes[index] = UInt8(ascii: "0")
        index += 1
      }
      DoubleWriter.write(digits, count, &bytes, at: index)
      return index + count
    }
    if point >= count {
      DoubleWriter.write(digits, count, &bytes, at: index)
      index += count
      for _ in 0..<(point - count) {
        bytes[index] = UInt8(ascii: "0")
        index += 1
      }
      return index
    }
    // One place to the right, then the whole part moves back over the point's place.
    DoubleWriter.write(digits, count, &bytes, at: index + 1)
    for offset in 0..<point { bytes[index + offset] = bytes[index + offset + 1] }
    bytes[index + point] = UInt8(ascii: ".")
    return index + count + 1
  }

  private static func writeExponent(
    _ digits: UInt64, _ count: Int, _ exponent: Int, _ bytes: inout MutableSpan<UInt8>, at start: Int
  ) -> Int {
    var index = start
    write(digits, count, &bytes, at: index + 1)
    bytes[index] = bytes[index + 1]
    if count > 1 {
      bytes[index + 1] = UInt8(ascii: ".")
      index += count + 1
    } else {
      index += 1
    }
    bytes[index] = UInt8(ascii: "e")
    bytes[index + 1] = exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
    index += 2
    let size = abs(exponent)
    if size >= 100 {
      bytes[index] = UInt8(48 + size / 100)
      index += 1
    }
    bytes[index] = UInt8(48 + size / 10 % 10)
    bytes[index + 1] = UInt8(48 + size % 10)
    return index + 2
  }

  /// Writes `count` digits.
  private static func write(_ digits: UInt64, _ count: Int, _ bytes: inout MutableSpan<UInt8>, at start: Int) {
    var rest = digits
    var index = start + count
    while rest >= 100 {
      let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
      index -= 2
      bytes[index] = UInt8(truncatingIfNeeded: 48 + pair / 10)
      bytes[index + 1] = UInt8(truncatingIfNeeded: 48 + pair % 10)
      rest = quotient
    }
    if rest >= 10 { bytes[index - 1] = UInt8(truncatingIfNeeded: 48 + rest % 10) }
    bytes[start] = UInt8(truncatingIfNeeded: rest >= 10 ? 48 + rest / 10 : 48 + rest)
  }

  private static func digitCount(_ value: UInt64) -> Int {
    // 1233/4096 is just above log10(2), which finds the count or one too many.
    let guess = (64 - value.leadingZeroBitCount) * 1233 >> 12
    return guess + (value >= wholePowers[guess] ? 1 : 0)
  }

  private static let wholePowers: [UInt64] = (0..<20).map { exponent in
    (0..<exponent).reduce(1 as UInt64) { power, _ in power * 10 }
  }

  /// Digits and exponent of the shortest decimal that reads back as a positive finite number; trailing zeros may stay.
  private func shortest(_ value: Double) -> (digits: UInt64, exponent: Int) {
    let fraction = value.significandBitPattern
    let biased = Int(value.exponentBitPattern)
    let c = biased != 0 ? fraction | 1 << 52 : fraction
    let q = max(biased, 1) - 1075
    if biased != 0, (-52...0).contains(q), c.trailingZeroBitCount >= -q { return (c >> UInt64(-q), 0) }
    let isOdd = c & 1
    // At a power of two the neighbour below is half as far away as the one above.
    let isCloserBelow = fraction == 0 && biased > 1
    let k = (q * 1_262_611 - (isCloserBelow ? 524_031 : 0)) >> 22
    let h = UInt64(q + ((-k * 1_741_647) >> 19) + 1)
    let entry = -k - DecimalPowers.lowest
    var (high, low) = (powers.high[entry], powers.low[entry])
    if -k > 55 {
      // The table is rounded down here, and the method wants a bound from above.
      let (sum, carry) = low.addingReportingOverflow(1)
      low = sum
      if carry { high &+= 1 }
    }
    let middle = DoubleWriter.roundToOdd(high, low, (4 * c) << h)
    let lower = DoubleWriter.roundToOdd(high, low, (4 * c - (isCloserBelow ? 1 : 2)) << h) + isOdd
    let upper = DoubleWriter.roundToOdd(high, low, (4 * c + 2) << h) - isOdd
    let s = middle / 4
    if s >= 10 {
      let tenth = s / 10
      let isLowInside = lower <= 40 * tenth
      let isHighInside = 40 * tenth + 40 <= upper
      if isLowInside != isHighInside { return (tenth + (isHighInside ? 1 : 0), k + 1) }
    }
    let isLowInside = lower <= 4 * s
    let isHighInside = 4 * s + 4 <= upper
    if isLowInside != isHighInside { return (s + (isHighInside ? 1 : 0), k) }
    let half = 4 * s + 2
    return (s + (middle > half || (middle == half && s & 1 == 1) ? 1 : 0), k)
  }

  /// The upper 64 bits of a 192-bit product, its last bit set where anything is left below.
  @inline(__always)
  private static func roundToOdd(_ high: UInt64, _ low: UInt64, _ factor: UInt64) -> UInt64 {
    let below = low.multipliedFullWidth(by: factor).high
    let product = high.multipliedFullWidth(by: factor)
    let (rest, carry) = product.low.addingReportingOverflow(below)
    return product.high &+ (carry ? 1 : 0) | (rest > 1 ? 1 : 0)
  }
}

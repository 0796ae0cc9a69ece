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

  /// Writes a finite number at `start`, where ``longest`` bytes must be free; what lies behind the number in them is
  /// overwritten.
  ///
  /// - Returns: One past the last byte.
  func write(_ value: Double, _ bytes: inout MutableSpan<UInt8>, at start: Int) -> Int {
    precondition(bytes.count - start >= DoubleWriter.longest, "the longest number must fit")
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
    let (digits, exponent) = shortest(magnitude)
    let text = SeventeenDigits(digits)
    // The value is 0.ddd x 10^point.
    let point = text.writtenCount + exponent
    if point < -3 || magnitude > 0x1p53 { return DoubleWriter.writeExponent(text, point - 1, &bytes, at: index) }
    if point <= 0 {
      // "0.000" or a part of it, at once.
      bytes.store(0x3030_3030_2E30, at: index)
      index += 2 - point
      text.write(&bytes, at: index)
      return index + text.count
    }
    guard point < text.count else {
      // The seventeen digits end in the zeros of a whole number, which has at most sixteen digits.
      text.write(&bytes, at: index)
      return index + point
    }
    // One place to the right, then the whole part moves back over the point's place.
    text.write(&bytes, at: index + 1)
    for offset in 0..<point { bytes[index + offset] = bytes[index + offset + 1] }
    bytes[index + point] = UInt8(ascii: ".")
    return index + text.count + 1
  }

  /// The same text as a string; nil for infinities and NaN.
  func text(_ value: Double) -> String? {
    guard value.isFinite else { return nil }
    var bytes = [UInt8](repeating: 0, count: DoubleWriter.longest)
    var span = bytes.mutableSpan
    let end = write(value, &span, at: 0)
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  private static func writeExponent(
    _ text: SeventeenDigits, _ exponent: Int, _ bytes: inout MutableSpan<UInt8>, at start: Int
  ) -> Int {
    var index = start
    text.write(&bytes, at: index + 1)
    bytes[index] = bytes[index + 1]
    if text.count > 1 {
      bytes[index + 1] = UInt8(ascii: ".")
      index += text.count + 1
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
    let entry = -k
    var (high, low) = powers[entry]
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

/// The digits of a number below 10^17, and zeros behind them up to the seventeenth, as text.
private struct SeventeenDigits {
  /// The first digit, the next eight and the last eight: ASCII, the first in the lowest byte.
  private let first: UInt8
  private let middle: UInt64
  private let last: UInt64
  /// Digits without trailing zeros.
  let count: Int
  /// Digits with the trailing zeros that the number was given with.
  let writtenCount: Int

  init(_ number: UInt64) {
    // 1233/4096 is just above log10(2), which finds the count of digits or one too few.
    let guess = ((64 - number.leadingZeroBitCount) * 1233) >> 12
    let digits = guess + (number >= SeventeenDigits.powers[guess] ? 1 : 0)
    let (upper, lower) = (number &* SeventeenDigits.powers[17 - digits]).quotientAndRemainder(dividingBy: 100_000_000)
    let (top, center) = upper.quotientAndRemainder(dividingBy: 100_000_000)
    let (eight, more) = (SeventeenDigits.eight(center), SeventeenDigits.eight(lower))
    first = UInt8(truncatingIfNeeded: top) | 0x30
    middle = eight | 0x3030_3030_3030_3030
    last = more | 0x3030_3030_3030_3030
    writtenCount = digits
    count =
      more != 0
      ? 17 - more.leadingZeroBitCount / 8 : eight != 0 ? 9 - eight.leadingZeroBitCount / 8 : 1
  }

  /// Seventeen bytes at `start`.
  func write(_ bytes: inout MutableSpan<UInt8>, at start: Int) {
    bytes[start] = first
    bytes.store(middle, at: start + 1)
    bytes.store(last, at: start + 9)
  }

  /// The eight digits of a number below 10^8, one a byte, the first in the lowest: three divisions in parallel lanes.
  private static func eight(_ number: UInt64) -> UInt64 {
    let fours = (number / 10_000) | ((number % 10_000) << 32)
    let upper = ((fours &* 10_486) >> 20) & 0x7F_0000_007F
    let pairs = ((fours &- 100 &* upper) << 16) &+ upper
    let tens = ((pairs &* 103) >> 10) & 0x000F_000F_000F_000F
    return tens &+ ((pairs &- 10 &* tens) << 8)
  }

  private static let powers: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
    10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]
}

extension MutableSpan<UInt8> {
  /// Writes eight bytes, the lowest first.
  @inline(__always)
  fileprivate mutating func store(_ word: UInt64, at start: Int) {
    var raw = unsafe mutableBytes
    raw.storeBytes(of: word.littleEndian, toByteOffset: start, as: UInt64.self)
  }
}

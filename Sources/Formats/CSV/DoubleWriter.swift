import CBytes

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

  /// Writes a finite number at the beginning of `room`, where ``longest`` bytes must be free; what lies behind the number
  /// in them is overwritten.
  ///
  /// - Returns: The number of its bytes.
  @inline(__always)
  func write(_ value: Double, to room: UnsafeMutableBufferPointer<UInt8>) -> Int {
    precondition(room.count >= DoubleWriter.longest, "the longest number must fit")
    guard let start = room.baseAddress else { return 0 }
    let magnitude = value.magnitude
    if magnitude == 0 {
      unsafe start[0] = UInt8(ascii: "0")
      return 1
    }
    // A number without a sign writes over it.
    unsafe start[0] = UInt8(ascii: "-")
    let sign = value < 0 ? 1 : 0
    let out = unsafe start + sign
    let (digits, exponent) = shortest(magnitude)
    let text = SeventeenDigits(digits)
    // The value is 0.ddd x 10^point.
    let point = text.writtenCount &+ exponent
    if point < -3 || magnitude > 0x1p53 {
      return unsafe sign &+ DoubleWriter.writeExponent(text, point &- 1, out)
    }
    if point <= 0 {
      // "0.000" or a part of it, at once.
      unsafe store(0x3030_3030_2E30, out, at: 0)
      unsafe text.write(out, at: 2 &- point)
      return sign &+ 2 &- point &+ text.count
    }
    guard point < text.count else {
      // The seventeen digits end in the zeros of a whole number, which has at most sixteen digits.
      unsafe text.write(out, at: 0)
      return sign &+ point
    }
    unsafe text.write(out, point: point)
    return sign &+ text.count &+ 1
  }

  /// The text as a string; nil for infinities and NaN.
  func text(_ value: Double) -> String? {
    guard value.isFinite else { return nil }
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: DoubleWriter.longest) { room in
      let count = unsafe write(value, to: room)
      return unsafe String(decoding: UnsafeMutableBufferPointer(rebasing: room[..<count]), as: UTF8.self)
    }
  }

  @inline(never)
  private static func writeExponent(
    _ text: SeventeenDigits, _ exponent: Int, _ out: UnsafeMutablePointer<UInt8>
  ) -> Int {
    unsafe text.write(out, point: 1)
    var index = text.count > 1 ? text.count + 1 : 1
    unsafe out[index] = UInt8(ascii: "e")
    unsafe out[index + 1] = exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
    index += 2
    let size = abs(exponent)
    if size >= 100 {
      unsafe out[index] = UInt8(48 + size / 100)
      index += 1
    }
    unsafe out[index] = UInt8(48 + size / 10 % 10)
    unsafe out[index + 1] = UInt8(48 + size % 10)
    return index + 2
  }

  /// Digits and exponent of the shortest decimal that reads back as a positive finite number; trailing zeros may stay.
  @inline(__always)
  private func shortest(_ value: Double) -> (digits: UInt64, exponent: Int) {
    let fraction = value.significandBitPattern
    let biased = Int(value.exponentBitPattern)
    let c = biased != 0 ? fraction | 1 << 52 : fraction
    let q = max(biased, 1) - 1075
    if biased != 0, (-52...0).contains(q), c.trailingZeroBitCount >= -q { return (c >> UInt64(-q), 0) }
    let isOdd = c & 1
    // At a power of two the neighbour below is half as far away as the one above.
    let isCloserBelow = fraction == 0 && biased > 1
    let k = (q &* 1_262_611 &- (isCloserBelow ? 524_031 : 0)) >> 22
    let h = UInt64(truncatingIfNeeded: q &+ ((0 &- k &* 1_741_647) >> 19) &+ 1)
    var (high, low) = powers[0 &- k]
    if k < -55 {
      // The table is rounded down here, and the method wants a bound from above.
      let (sum, carry) = low.addingReportingOverflow(1)
      low = sum
      if carry { high &+= 1 }
    }
    let middle = DoubleWriter.roundToOdd(high, low, (4 &* c) &<< h)
    let lower = DoubleWriter.roundToOdd(high, low, (4 &* c &- (isCloserBelow ? 1 : 2)) &<< h) &+ isOdd
    let upper = DoubleWriter.roundToOdd(high, low, (4 &* c &+ 2) &<< h) &- isOdd
    let s = middle / 4
    // Which of four candidates it is changes from number to number as a coin falls: all are made, and one is chosen
    // without a branch.
    let tenth = s / 10
    let isTenthLow = lower <= 40 &* tenth
    let isTenthHigh = 40 &* tenth &+ 40 <= upper
    let isTenth = s >= 10 && isTenthLow != isTenthHigh
    let isLow = lower <= 4 &* s
    let isHigh = 4 &* s &+ 4 <= upper
    let half = 4 &* s &+ 2
    let isAboveHalf = middle > half || (middle == half && s & 1 == 1)
    let isUp = isLow != isHigh ? isHigh : isAboveHalf
    let digits = isTenth ? tenth &+ (isTenthHigh ? 1 : 0) : s &+ (isUp ? 1 : 0)
    return (digits, k &+ (isTenth ? 1 : 0))
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

  @inline(__always)
  init(_ number: UInt64) {
    // 1233/4096 is just above log10(2), which finds the count of digits or one too few.
    let guess = UInt64(truncatingIfNeeded: ((64 &- number.leadingZeroBitCount) &* 1233) >> 12)
    let digits = guess &+ (number >= cb_power_of_ten(guess) ? 1 : 0)
    let aligned = number &* cb_power_of_ten(17 &- digits)
    let top = aligned / 10_000_000_000_000_000
    let rest = aligned &- top &* 10_000_000_000_000_000
    let center = rest / 100_000_000
    let sixteen = cb_sixteen_digits(center, rest &- center &* 100_000_000)
    first = UInt8(truncatingIfNeeded: top) | 0x30
    middle = sixteen.first | 0x3030_3030_3030_3030
    last = sixteen.last | 0x3030_3030_3030_3030
    writtenCount = Int(truncatingIfNeeded: digits)
    let isLong = sixteen.last != 0
    // A word of zeros has 64 leading zero bits: the count is then that of the first digit alone.
    count = (isLong ? 17 : 9) &- (isLong ? sixteen.last : sixteen.first).leadingZeroBitCount / 8
  }

  /// Seventeen bytes at `index`.
  @inline(__always)
  func write(_ out: UnsafeMutablePointer<UInt8>, at index: Int) {
    unsafe out[index] = first
    unsafe store(middle, out, at: index &+ 1)
    unsafe store(last, out, at: index &+ 9)
  }

  /// Eighteen bytes with a point behind `point` digits, from 1 to 16.
  @inline(__always)
  func write(_ out: UnsafeMutablePointer<UInt8>, point: Int) {
    guard point <= 8 else {
      unsafe write(out, at: 0)
      for index in stride(from: 17, to: point, by: -1) { unsafe out[index] = unsafe out[index &- 1] }
      unsafe out[point] = UInt8(ascii: ".")
      return
    }
    // The digits behind the first, a place to the right; then once more those up to the point and the point itself.
    unsafe store(middle, out, at: 2)
    unsafe store(last, out, at: 10)
    let shift = UInt64(truncatingIfNeeded: 8 &* (point &- 1))
    let whole: UInt64 = (1 &<< shift) &- 1
    unsafe out[0] = first
    unsafe store((middle & whole) | (0x2E &<< shift) | ((middle & ~whole) &<< 8), out, at: 1)
  }
}

/// Writes eight bytes, the lowest first.
@inline(__always)
private func store(_ word: UInt64, _ out: UnsafeMutablePointer<UInt8>, at index: Int) {
  unsafe UnsafeMutableRawPointer(out + index).storeBytes(of: word.littleEndian, as: UInt64.self)
}

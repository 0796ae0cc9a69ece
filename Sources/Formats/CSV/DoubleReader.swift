/// Reads floating numbers from bytes, correctly rounded.
///
/// Accepted are an optional sign, ASCII digits with at most one point among them, and an optional exponent. Hexadecimal
/// forms, separators and words are refused. The result is that of `Double(_: String)`; most numbers take a shorter way:
/// up to 19 digits and a power of ten are one or two 64-bit products (Lemire, "Number parsing at a gigabyte per second",
/// Software: Practice and Experience 51, 2021).
struct DoubleReader {
  private let powers: DecimalPowers

  init(powers: DecimalPowers = .shared) { self.powers = powers }

  private static let exactPowers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// Gives the number that the bytes of `range` spell; nil where they spell none. Too large ones are infinite.
  func read(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Double? {
    var index = range.lowerBound
    let end = range.upperBound
    var isNegative = false
    if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      isNegative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    var significand: UInt64 = 0
    var exponent = 0
    // Digits from the first that is not zero; beyond 19 they are no longer in the significand.
    var digits = 0
    var hasDigits = false
    var isFraction = false
    scan: while index < end {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        hasDigits = true
        if digits > 0 || byte != UInt8(ascii: "0") { digits += 1 }
        if digits <= 19 {
          significand = significand &* 10 &+ UInt64(byte &- 48)
          if isFraction { exponent -= 1 }
        } else if !isFraction {
          exponent += 1
        }
      case UInt8(ascii: "."):
        guard !isFraction else { return nil }
        isFraction = true
      default: break scan
      }
      index += 1
    }
    guard hasDigits else { return nil }
    if index < end {
      guard let written = DoubleReader.exponent(bytes, index..<end) else { return nil }
      exponent += written
    }
    guard digits <= 19 else { return DoubleReader.slow(bytes, range) }
    guard let magnitude = magnitude(significand, exponent) else { return DoubleReader.slow(bytes, range) }
    return isNegative ? -magnitude : magnitude
  }

  /// What `e-05` says, held within a range that no Double reaches; nil where it is no exponent.
  private static func exponent(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    guard bytes[index] == UInt8(ascii: "e") || bytes[index] == UInt8(ascii: "E") else { return nil }
    index += 1
    var isNegative = false
    if index < range.upperBound, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      isNegative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    guard index < range.upperBound else { return nil }
    var value = 0
    while index < range.upperBound {
      guard (48...57).contains(bytes[index]) else { return nil }
      value = min(value * 10 + Int(bytes[index] &- 48), 1_000_000)
      index += 1
    }
    return isNegative ? -value : value
  }

  /// The Double nearest to `significand` x 10^`exponent`; nil where the short way does not decide.
  private func magnitude(_ significand: UInt64, _ exponent: Int) -> Double? {
    if significand == 0 { return 0 }
    if significand <= 1 << 53, (-22...22).contains(exponent) {
      // Both are exact, so one operation rounds once.
      let power = DoubleReader.exactPowers[abs(exponent)]
      return exponent < 0 ? Double(significand) / power : Double(significand) * power
    }
    guard (-300...300).contains(exponent) else { return nil }
    let shift = significand.leadingZeroBitCount
    let normal = significand << UInt64(shift)
    let power = powers[exponent]
    var (high, low) = normal.multipliedFullWidth(by: power.high)
    if high & 0x1FF == 0x1FF {
      let (sum, carry) = low.addingReportingOverflow(normal.multipliedFullWidth(by: power.low).high)
      low = sum
      if carry { high &+= 1 }
    }
    let upper = Int(high >> 63)
    var mantissa = high >> UInt64(upper + 9)
    var binary = ((217_706 * exponent) >> 16) + 63 + upper - shift + 1023
    guard binary > 0 else { return nil }
    if low <= 1, (-4...23).contains(exponent), mantissa & 3 == 1, mantissa << UInt64(upper + 9) == high {
      mantissa &= ~1
    }
    mantissa += mantissa & 1
    mantissa >>= 1
    if mantissa >= 1 << 53 {
      mantissa = 1 << 52
      binary += 1
    }
    guard binary < 2047 else { return nil }
    return Double(bitPattern: UInt64(binary) << 52 | (mantissa & ~(1 << 52)))
  }

  private static func slow(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Double? {
    var text: [UInt8] = []
    for index in range { text.append(bytes[index]) }
    return Double(String(decoding: text, as: UTF8.self))
  }
}

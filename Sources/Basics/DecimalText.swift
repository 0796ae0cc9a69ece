/// Reads and writes plain decimal numbers exactly, digit by digit.
///
/// A number never becomes a `Double` on its way: `0.1` is one tenth. Accepted is an optional sign, ASCII digits and at
/// most one point with a digit behind it (`12`, `-0.5`, `+3.25`, `.5`). Exponents, digit separators, full-width digits,
/// infinities and NaN are refused.
public enum DecimalText {
  /// The most digits a number may have, sign and point not counted.
  public static let digitLimit = 40

  /// Gives the number as a count of 10^-`decimals`.
  ///
  /// Zeros beyond the last counted decimal are accepted, other digits there are an error.
  /// - Throws: ``BasicsError`` `.notADecimal`, `.tooManyDigits`, `.tooManyDecimals` or `.outOfRange`.
  public static func count(_ text: some StringProtocol, decimals: Int, type: String) throws(BasicsError) -> Int64 {
    var negative = false
    var total: Int128 = 0
    var digits = 0
    var fraction = -1
    var overflow = false
    var isFirst = true
    var lostDecimals = false
    for byte in text.utf8 {
      defer { isFirst = false }
      switch byte {
      case UInt8(ascii: "-"), UInt8(ascii: "+"):
        guard isFirst else { throw .notADecimal(String(text)) }
        negative = byte == UInt8(ascii: "-")
      case UInt8(ascii: "."):
        guard fraction < 0 else { throw .notADecimal(String(text)) }
        fraction = 0
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        if fraction >= 0 {
          fraction += 1
          if fraction > decimals {
            lostDecimals = lostDecimals || byte != UInt8(ascii: "0")
            continue
          }
        }
        // The limit keeps the product far from Int128's end; the digits are still counted and checked.
        if total > Int128(Int64.max) * 16 { overflow = true } else { total = total * 10 + Int128(byte - 48) }
      default:
        throw .notADecimal(String(text))
      }
    }
    guard digits > 0, fraction != 0 else { throw .notADecimal(String(text)) }
    guard digits <= digitLimit else { throw .tooManyDigits(String(text), limit: digitLimit) }
    guard !lostDecimals else { throw .tooManyDecimals(String(text), limit: decimals) }
    for _ in 0..<max(0, max(0, decimals) - max(0, fraction)) {
      if total > Int128(Int64.max) * 16 { overflow = true } else { total *= 10 }
    }
    guard !overflow, let count = Int64(exactly: negative ? -total : total) else {
      throw .outOfRange(String(text), type: type)
    }
    return count
  }

  /// The sign, the digits without point or needless zeros, and how many of them are decimals.
  ///
  /// - Throws: ``BasicsError`` `.notADecimal` or `.tooManyDigits`.
  static func digits(
    _ text: some StringProtocol
  ) throws(BasicsError) -> (isNegative: Bool, digits: [UInt8], decimals: Int) {
    var bytes = text.utf8[...]
    let sign = bytes.first
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
    var digits: [UInt8] = []
    var point: Int?
    for byte in bytes {
      if byte == UInt8(ascii: "."), point == nil {
        point = digits.count
      } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        digits.append(byte - 48)
      } else {
        throw .notADecimal(String(text))
      }
    }
    guard !digits.isEmpty, point != digits.count else { throw .notADecimal(String(text)) }
    guard digits.count <= digitLimit else { throw .tooManyDigits(String(text), limit: digitLimit) }
    var decimals = point.map { digits.count - $0 } ?? 0
    while decimals > 0, digits.last == 0 {
      digits.removeLast()
      decimals -= 1
    }
    return (sign == UInt8(ascii: "-"), Array(digits.drop { $0 == 0 }), decimals)
  }

  /// Writes a count of 10^-`decimals` with at least `minimumDecimals` decimals and no further trailing zeros.
  public static func text(_ count: Int64, decimals: Int, minimumDecimals: Int = 0) -> String {
    text(
      UInt128(count.magnitude), decimals: max(decimals, 0), minimumDecimals: minimumDecimals, isNegative: count < 0)
  }

  /// Writes a whole number of 10^-`decimals`, 0 or more. Zero has no sign.
  static func text(_ magnitude: UInt128, decimals: Int, minimumDecimals: Int, isNegative: Bool) -> String {
    // Thirty-nine digits, or one before the point and the decimals; a sign and the point.
    let room = max(39, decimals + 1) + 2
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { bytes in
      // The digits from the end of the room, at least one before the point; what is written begins at its start, and never
      // overtakes what it is made of.
      var start = room
      func put(_ number: UInt64, atLeast digits: Int) {
        var (rest, left) = (number, digits)
        while rest > 0 || left > 0 {
          start -= 1
          left -= 1
          let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
          unsafe bytes[start] = UInt8(48 + digit)
          rest = quotient
        }
      }
      var rest = magnitude
      while rest > UInt128(UInt64.max) {
        let (quotient, part) = rest.quotientAndRemainder(dividingBy: 10_000_000_000_000_000_000)
        put(UInt64(truncatingIfNeeded: part), atLeast: 19)
        rest = quotient
      }
      put(UInt64(truncatingIfNeeded: rest), atLeast: max(0, decimals + 1 - (room - start)))
      let point = room - decimals
      var end = room
      while end > point + minimumDecimals, unsafe bytes[end - 1] == UInt8(ascii: "0") { end -= 1 }
      var count = 0
      if isNegative, magnitude > 0 {
        unsafe bytes[0] = UInt8(ascii: "-")
        count = 1
      }
      for place in start..<end {
        if place == point {
          unsafe bytes[count] = UInt8(ascii: ".")
          count += 1
        }
        unsafe bytes[count] = unsafe bytes[place]
        count += 1
      }
      return unsafe String(decoding: UnsafeMutableBufferPointer(rebasing: bytes[..<count]), as: UTF8.self)
    }
  }

  /// Writes a whole number of 10^-`decimals`, 0 or more, given by its ASCII digits. Zero has no sign.
  static func text(_ digits: [UInt8], decimals: Int, isNegative: Bool) -> String {
    let zero = UInt8(ascii: "0")
    var digits = digits
    if digits.count <= decimals {
      digits.insert(contentsOf: repeatElement(zero, count: decimals + 1 - digits.count), at: 0)
    }
    let point = digits.count - decimals
    var end = digits.count
    while end > point, digits[end - 1] == zero { end -= 1 }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count + 2)
    if isNegative, digits.contains(where: { $0 != zero }) { bytes.append(UInt8(ascii: "-")) }
    bytes += digits[..<point]
    if end > point {
      bytes.append(UInt8(ascii: "."))
      bytes += digits[point..<end]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

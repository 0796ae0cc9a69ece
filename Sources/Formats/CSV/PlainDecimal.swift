/// Reads short plain decimals from bytes, without making a string.
enum PlainDecimal {
  /// A plain decimal as a count of 10^-8; nil where it is not short and plain, so that the general reader must say what
  /// it is: it accepts more, and knows what is wrong with the rest.
  @inline(__always)
  static func count(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Int64? {
    guard range.count <= 18, !range.isEmpty else { return nil }
    var index = range.lowerBound
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative { index &+= 1 }
    var value: Int64 = 0
    let first = index
    var point = range.upperBound
    while index < range.upperBound {
      // Eighteen digits at most: nothing overflows.
      let digit = bytes[index] &- 48
      if digit <= 9 {
        value = value &* 10 &+ Int64(digit)
      } else {
        guard bytes[index] == UInt8(ascii: "."), point == range.upperBound else { return nil }
        point = index
      }
      index &+= 1
    }
    let decimals = point < range.upperBound ? range.upperBound &- point &- 1 : 0
    let hasDigits = point == range.upperBound ? point > first : decimals > 0
    guard hasDigits, decimals <= 8 else { return nil }
    let (count, overflow) = value.multipliedReportingOverflow(by: powers[8 &- decimals])
    return overflow ? nil : (isNegative ? 0 &- count : count)
  }

  private static let powers: [Int64] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]
}

/// Reads floating numbers as files write them.
enum NumberText {
  /// A plain or exponent decimal as the nearest Double; nil for anything else: hexadecimal, `nan`, `inf`, separators.
  ///
  /// The limit on length keeps a hostile cell from costing more than its bytes.
  static func double(_ text: some StringProtocol) -> Double? {
    guard text.utf8.count <= 400 else { return nil }
    var hasDigit = false
    for byte in text.utf8 {
      switch byte {
      case 48...57: hasDigit = true
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): break
      default: return nil
      }
    }
    return hasDigit ? Double(text) : nil
  }

  /// A percentage such as `10%`, `2.5 %` or a fraction `0.1`, exactly, as a count of 10^-8 of one.
  static func shareText(_ text: String) -> (digits: String, isPercent: Bool) {
    guard text.hasSuffix("%") else { return (text, false) }
    var digits = text.dropLast()
    while digits.hasSuffix(" ") { digits = digits.dropLast() }
    return (String(digits), true)
  }
}

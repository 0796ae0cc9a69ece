/// Tells whether bytes are UTF-8.
enum UTF8Check {
  /// Gives the first byte that belongs to no well-formed sequence (Unicode 15, table 3-7), or nil.
  static func firstFault(_ bytes: borrowing Span<UInt8>, from start: Int, to end: Int) -> Int? {
    let words = unsafe bytes.bytes
    var index = start
    while index < end {
      // Most files are ASCII: eight bytes in one step.
      while index + 8 <= end,
        unsafe words.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        index += 8
      }
      guard index < end else { return nil }
      let lead = bytes[index]
      if lead < 0x80 {
        index += 1
        continue
      }
      let length: Int
      var second: ClosedRange<UInt8> = 0x80...0xBF
      switch lead {
      case 0xC2...0xDF: length = 2
      case 0xE0: (length, second) = (3, 0xA0...0xBF)
      case 0xED: (length, second) = (3, 0x80...0x9F)
      case 0xE1...0xEF: length = 3
      case 0xF0: (length, second) = (4, 0x90...0xBF)
      case 0xF4: (length, second) = (4, 0x80...0x8F)
      case 0xF1...0xF3: length = 4
      default: return index
      }
      guard index + length <= end, second.contains(bytes[index + 1]) else { return index }
      for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 { return index }
      index += length
    }
    return nil
  }
}

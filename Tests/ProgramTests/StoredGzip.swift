import Foundation

/// Gzip without compression (RFC 1951, section 3.2.4; RFC 1952), so that a test needs no compressor.
enum StoredGzip {
  static func file(_ bytes: [UInt8], pieces: Int) -> Data {
    let size = max((bytes.count + pieces - 1) / pieces, 1)
    var data = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    for start in stride(from: 0, to: bytes.count, by: size) {
      let piece = bytes[start..<min(start + size, bytes.count)]
      let length = UInt16(piece.count)
      data.append(piece.endIndex == bytes.count ? 1 : 0)
      for word in [length, ~length] { data.append(contentsOf: [UInt8(word & 255), UInt8(word >> 8)]) }
      data.append(contentsOf: piece)
    }
    for word in [checksum(bytes), UInt32(bytes.count)] {
      data.append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) })
    }
    return data
  }

  /// CRC-32, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
  }
}

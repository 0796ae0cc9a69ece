/// Decisions drawn from bytes.
///
/// A zero decides for what is sound, and so does whatever lies behind the end: no bytes are a sound call, and each further
/// one can turn one argument bad. Random bytes and those that a fuzzer found are read alike.
public struct ByteSource: Sendable {
  private let bytes: [UInt8]
  private var place = 0

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func byte() -> UInt8 {
    guard place < bytes.count else { return 0 }
    defer { place += 1 }
    return bytes[place]
  }

  mutating func word() -> UInt64 { (0..<8).reduce(0) { word, _ in word << 8 | UInt64(byte()) } }

  /// Up to `count` bytes as they are; fewer at the end.
  mutating func take(_ count: Int) -> [UInt8] {
    let taken = bytes[min(place, bytes.count)..<min(place + count, bytes.count)]
    place += taken.count
    return Array(taken)
  }

  /// True for the highest `percent` of a hundred bytes.
  mutating func deviates(_ percent: Int) -> Bool { Int(byte()) * 100 >= (100 - percent) * 256 }

  /// One of the values; the first for a zero.
  mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(byte()) % values.count] }

  /// The first value for most bytes, else one of the others.
  mutating func mostly<Value>(_ sound: Value, _ others: [Value], percent: Int = 12) -> Value {
    deviates(percent) ? pick(others) : sound
  }
}

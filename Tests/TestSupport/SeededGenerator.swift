/// SplitMix64: the same numbers from the same seed on every machine.
///
/// Tests take their seeds as arguments, so that a failure prints the seed that found it.
/// Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  public mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  public mutating func int64(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }

  public mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &self) < part }

  /// One of `choices`; the first of an empty list does not exist, so the list must hold something.
  public mutating func pick<Element>(_ choices: [Element]) -> Element { choices[int(0...(choices.count - 1))] }

  /// Up to `limit` bytes, mostly from `alphabet`: text that gets past a parser's first glance.
  public mutating func text(limit: Int, alphabet: String) -> String {
    let letters = Array(alphabet.utf8)
    let bytes = (0..<int(0...limit)).map { _ in chance(0.9) ? pick(letters) : UInt8(int(0...255)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

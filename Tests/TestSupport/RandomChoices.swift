/// Whole numbers, choices and texts from a seeded generator.
///
/// Tests take their seeds as arguments, so that a failure prints the seed that found it.
extension SplitMix64 {
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

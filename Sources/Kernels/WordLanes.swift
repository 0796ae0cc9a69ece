internal import CVector

/// What a counter-based generator needs of its 32-bit numbers, each in the lower half of a 64-bit word.
///
/// The upper half may hold anything: every operation but ``upperHalf`` looks at the lower half alone, which saves the
/// generator its masks.
protocol WordLanes {
  init(_ value: UInt64)
  /// `first`, `first + 1`, ..., one a lane.
  static func counting(from first: UInt64) -> Self
  /// The 64-bit product of the lower halves.
  static func product(_ a: Self, _ b: Self) -> Self
  /// The upper half, in the lower.
  static func upperHalf(_ a: Self) -> Self
  static func exclusiveOr(_ a: Self, _ b: Self, _ c: Self) -> Self
}

/// Lanes that can be made of random words.
protocol RandomLanes: Lanes {
  associatedtype Words: WordLanes

  /// 1 + k 2^-52, the 52 bits of k from `high` and from the upper 20 bits of `low`.
  static func fraction(_ high: Words, _ low: Words) -> Self
  /// `x`, its sign changed where bit 0 of the word is set.
  static func flipped(_ x: Self, _ word: Words) -> Self
  /// Whether bit 1 of the word is set.
  static func hasSecondBit(_ word: Words) -> Mask
}

extension UInt64: WordLanes {
  @inline(__always) static func counting(from first: UInt64) -> UInt64 { first }
  @inline(__always) static func product(_ a: UInt64, _ b: UInt64) -> UInt64 { cs_product(a, b) }
  @inline(__always) static func upperHalf(_ a: UInt64) -> UInt64 { cs_upper_half(a) }
  @inline(__always) static func exclusiveOr(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
    cs_exclusive_or(a, b, c)
  }
}

extension Double: RandomLanes {
  typealias Words = UInt64

  @inline(__always) static func fraction(_ high: UInt64, _ low: UInt64) -> Double { cs_fraction(high, low) }
  @inline(__always) static func flipped(_ x: Double, _ word: UInt64) -> Double { cs_flip(x, word) }
  @inline(__always) static func hasSecondBit(_ word: UInt64) -> Bool { cs_second_bit(word) }
}

/// A vector of words, as many as ``Wide`` has lanes.
struct WideWords: WordLanes {
  var lanes: cv_words

  @inline(__always) init(lanes: cv_words) { self.lanes = lanes }
  @inline(__always) init(_ value: UInt64) { lanes = cv_words_set(value) }

  @inline(__always) static func counting(from first: UInt64) -> WideWords { WideWords(lanes: cv_words_from(first)) }
  @inline(__always) static func product(_ a: WideWords, _ b: WideWords) -> WideWords {
    WideWords(lanes: cv_product(a.lanes, b.lanes))
  }
  @inline(__always) static func upperHalf(_ a: WideWords) -> WideWords { WideWords(lanes: cv_upper_half(a.lanes)) }
  @inline(__always) static func exclusiveOr(_ a: WideWords, _ b: WideWords, _ c: WideWords) -> WideWords {
    WideWords(lanes: cv_exclusive_or(a.lanes, b.lanes, c.lanes))
  }
}

extension Wide: RandomLanes {
  typealias Words = WideWords

  @inline(__always) static func fraction(_ high: WideWords, _ low: WideWords) -> Wide {
    Wide(lanes: cv_fraction(high.lanes, low.lanes))
  }
  @inline(__always) static func flipped(_ x: Wide, _ word: WideWords) -> Wide {
    Wide(lanes: cv_flip(x.lanes, word.lanes))
  }
  @inline(__always) static func hasSecondBit(_ word: WideWords) -> cv_mask { cv_second_bit(word.lanes) }
}

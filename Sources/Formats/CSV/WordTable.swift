/// Some byte strings as one sequence of words, to be looked up in a ``WordTable``.
///
/// Each string is its length and then its bytes, eight a word: no two different sequences of strings have one key.
struct WordKey {
  /// The words, and behind ``count`` of them room for more.
  fileprivate var words = [UInt64](repeating: 0, count: 16)
  fileprivate private(set) var count = 0
  fileprivate private(set) var hash = WordKey.seed

  /// Differs from run to run, so that no file can be made to have many keys of one hash. No output depends on it.
  private static let seed = UInt64(bitPattern: Int64(Hasher().finalize()))

  mutating func removeAll() {
    count = 0
    hash = WordKey.seed
  }

  /// Adds the bytes of a range.
  @inline(__always)
  mutating func append(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the range must lie inside the bytes")
    let needed = count + 2 + range.count / 8
    if needed > words.count { words += [UInt64](repeating: 0, count: needed) }
    let raw = unsafe bytes.bytes
    var place = count
    var hash = hash
    var span = words.mutableSpan
    func add(_ word: UInt64, _ span: inout MutableSpan<UInt64>) {
      // There is room for every word of the range.
      unsafe span[unchecked: place] = word
      place &+= 1
      hash = WordKey.mixed(hash, word)
    }
    add(UInt64(truncatingIfNeeded: range.count), &span)
    var index = range.lowerBound
    while index &+ 8 <= range.upperBound {
      add(UInt64(littleEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)), &span)
      index &+= 8
    }
    if index < range.upperBound {
      let rest = range.upperBound &- index
      if index &+ 8 <= bytes.count {
        let word = UInt64(littleEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
        add(word & ((1 << UInt64(8 &* rest)) &- 1), &span)
      } else {
        var word: UInt64 = 0
        for offset in 0..<rest { word |= UInt64(bytes[index + offset]) << UInt64(8 * offset) }
        add(word, &span)
      }
    }
    self.hash = hash
    count = place
  }

  /// A folded product, as in wyhash: the odd factor is the fraction of the golden section.
  @inline(__always)
  private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
}

/// Distinct keys, each with the number that it got when it was first seen: 0, 1, 2, ...
///
/// Open addressing over one array of words: a key costs its bytes and some twenty more, and a lookup allocates nothing.
struct WordTable {
  private var words: [UInt64] = []
  private var ends: [Int] = []
  /// One more than a key's number, and 0 for a free place; a power of two of them, at most half taken.
  private var slots = [UInt32](repeating: 0, count: 64)
  /// The two halves of each key's hash: the lower one leads to its slot, the upper one tells it from its neighbours.
  private var lows: [UInt32] = []
  private var highs: [UInt32] = []

  /// The number of keys.
  var count: Int { ends.count }

  /// The number of a key; nil where it is not there.
  func place(of key: WordKey) -> Int? {
    let mask = slots.count - 1
    let high = UInt32(truncatingIfNeeded: key.hash >> 32)
    var slot = Int(UInt32(truncatingIfNeeded: key.hash)) & mask
    while slots[slot] != 0 {
      let place = Int(slots[slot] - 1)
      if highs[place] == high, isKey(key, at: place) { return place }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Adds a key that is not there and gives its number.
  @discardableResult
  mutating func insert(_ key: WordKey) -> Int {
    if 2 * (count + 1) > slots.count { grow() }
    let place = count
    words.append(contentsOf: key.words[..<key.count])
    ends.append(words.count)
    highs.append(UInt32(truncatingIfNeeded: key.hash >> 32))
    lows.append(UInt32(truncatingIfNeeded: key.hash))
    occupy(place)
    return place
  }

  private func isKey(_ key: WordKey, at place: Int) -> Bool {
    let start = place == 0 ? 0 : ends[place - 1]
    guard ends[place] - start == key.count else { return false }
    let (stored, wanted) = (words.span, key.words.span)
    for index in 0..<key.count where stored[start + index] != wanted[index] { return false }
    return true
  }

  private mutating func occupy(_ place: Int) {
    let mask = slots.count - 1
    var slot = Int(lows[place]) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = UInt32(truncatingIfNeeded: place + 1)
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: 2 * slots.count)
    for place in 0..<count { occupy(place) }
  }
}

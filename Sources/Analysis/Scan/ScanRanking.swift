/// A structure that met the condition, and what it is ranked by.
public struct ScanMatch: Hashable, Sendable {
  /// The expiry's index in the high bits and the places of its strikes below: ascending in the order of enumeration.
  let key: UInt64
  /// Nil where the number is missing.
  public let sortValue: Double?

  init(chain: Int, _ rows: ScanRows, _ row: Int, sortValue: Double) {
    var key = UInt64(truncatingIfNeeded: chain)
    for place in 0..<4 { key = key << 12 | UInt64(truncatingIfNeeded: rows[row, place]) }
    self.key = key
    self.sortValue = sortValue.isNaN ? nil : sortValue
  }

  var chain: Int { Int(truncatingIfNeeded: key >> 48) }

  func strike(_ place: Int) -> Int { Int(truncatingIfNeeded: (key >> UInt64(12 * (3 - place))) & 0xFFF) }
}

/// The best of many matches: a heap of at most so many, the worst on top.
///
/// The order is total (missing numbers last, equal ones by enumeration), so the best are the same in whatever order, and
/// on however many threads, they were found.
struct ScanRanking: Sendable {
  private let limit: Int
  private let isAscending: Bool
  private var heap: [ScanMatch] = []

  init(limit: Int, isAscending: Bool) {
    self.limit = limit
    self.isAscending = isAscending
  }

  /// The best first.
  var sorted: [ScanMatch] { heap.sorted { isBetter($0, $1) } }

  mutating func add(_ match: ScanMatch) {
    if heap.count < limit {
      heap.append(match)
      rise()
    } else if let worst = heap.first, isBetter(match, worst) {
      heap[0] = match
      sink()
    }
  }

  mutating func add(_ other: ScanRanking) { for match in other.heap { add(match) } }

  private func isBetter(_ left: ScanMatch, _ right: ScanMatch) -> Bool {
    switch (left.sortValue, right.sortValue) {
    case (let a?, let b?) where a != b: return isAscending ? a < b : a > b
    case (nil, _?): return false
    case (_?, nil): return true
    default: return left.key < right.key
    }
  }

  private mutating func rise() {
    var place = heap.count - 1
    while place > 0, isBetter(heap[(place - 1) / 2], heap[place]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink() {
    var place = 0
    while true {
      var worst = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count && isBetter(heap[worst], heap[child]) {
        worst = child
      }
      guard worst != place else { return }
      heap.swapAt(place, worst)
      place = worst
    }
  }
}

/// Structures of one expiry by the places of their strikes: a block that is filled, thinned out and read row by row.
struct ScanRows: Sendable {
  /// Four places a row, unused ones 0.
  private(set) var places: [Int32] = []
  private(set) var count = 0

  init(capacity: Int) { places.reserveCapacity(4 * capacity) }

  mutating func append(_ a: Int, _ b: Int, _ c: Int, _ d: Int) {
    places.append(Int32(truncatingIfNeeded: a))
    places.append(Int32(truncatingIfNeeded: b))
    places.append(Int32(truncatingIfNeeded: c))
    places.append(Int32(truncatingIfNeeded: d))
    count += 1
  }

  mutating func removeAll() {
    places.removeAll(keepingCapacity: true)
    count = 0
  }

  /// The place in the expiry's strikes of a row's strike.
  subscript(row: Int, place: Int) -> Int { Int(places[4 * row + place]) }

  /// Keeps the rows with a 1, in their order.
  mutating func keep(_ conditions: [Double]) {
    var kept = 0
    for row in 0..<count where conditions[row] != 0 {
      for place in 0..<4 { places[4 * kept + place] = places[4 * row + place] }
      kept += 1
    }
    places.removeSubrange((4 * kept)...)
    count = kept
  }
}

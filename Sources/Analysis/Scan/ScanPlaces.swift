import Basics

/// Every way to lay a structure's strikes over those of an expiry: counted at once, and given in lexicographic order.
struct ScanPlaces: Sendable {
  private let strikes: [Int64]
  private let wings: WingRule
  private let strikeCount: Int
  /// For each place of the structure, the strikes that may stand there, ascending.
  private let candidates: [[Int]]
  /// For each place and strike, the first of the place's candidates above the strike.
  private let above: [[Int]]
  private let indices: [Int64: Int]
  private let isLastCandidate: [Bool]

  /// - Parameter isAllowed: Whether a strike (its index) may stand at a place.
  init(_ strikes: [Price], _ shape: ScanShape, isAllowed: (_ place: Int, _ strike: Int) -> Bool) {
    self.strikes = strikes.map(\.count)
    // One and two strikes have no two steps that could be compared.
    wings = shape.strikeCount < 3 ? .any : shape.wings
    strikeCount = shape.strikeCount
    candidates = (0..<shape.strikeCount).map { place in strikes.indices.filter { isAllowed(place, $0) } }
    above = candidates.map { list in
      var next = list.count
      var result = [Int](repeating: list.count, count: strikes.count)
      for strike in strikes.indices.reversed() {
        result[strike] = next
        if next > 0, list[next - 1] == strike { next -= 1 }
      }
      return result
    }
    indices = Dictionary(uniqueKeysWithValues: self.strikes.enumerated().map { ($0.element, $0.offset) })
    isLastCandidate = strikes.indices.map { isAllowed(shape.strikeCount - 1, $0) }
  }

  /// The candidates of the first place: the parts into which the work is split.
  var parts: Int { candidates[0].count }

  /// How many there are; nil beyond 64 bits.
  /// - Complexity: O(n) for n strikes and any wings, else that of laying all strikes but the last.
  var count: Int? {
    switch wings {
    case .any: return total
    case .equal, .doubleLower, .doubleUpper: return matching
    case .unequal: return total.map { $0 - matching }
    }
  }

  private var total: Int? {
    // Ways to go on from each candidate, the last place first.
    var ways = [Int](repeating: 1, count: candidates[strikeCount - 1].count)
    for place in (0..<(strikeCount - 1)).reversed() {
      var sums = [0]
      for way in ways.reversed() {
        let (sum, overflow) = (sums.last ?? 0).addingReportingOverflow(way)
        guard !overflow else { return nil }
        sums.append(sum)
      }
      ways = candidates[place].map { sums[ways.count - above[place + 1][$0]] }
    }
    var sum = 0
    for way in ways {
      let (next, overflow) = sum.addingReportingOverflow(way)
      guard !overflow else { return nil }
      sum = next
    }
    return sum
  }

  /// Placements whose last strike is the one that the rule (for unequal wings its opposite) asks for.
  private var matching: Int {
    var count = 0
    for first in candidates[0] {
      for second in after(first, at: 1) {
        if strikeCount == 3 {
          if last(first, second, second) != nil { count += 1 }
        } else {
          for third in after(second, at: 2) where last(first, second, third) != nil { count += 1 }
        }
      }
    }
    return count
  }

  private func after(_ strike: Int, at place: Int) -> ArraySlice<Int> { candidates[place][above[place][strike]...] }

  /// The last strike that makes the highest step what the rule asks for, where it is listed and may stand there.
  private func last(_ first: Int, _ second: Int, _ inner: Int) -> Int? {
    let rule = wings == .unequal ? WingRule.equal : wings
    guard let step = rule.upper(for: strikes[second] - strikes[first]) else { return nil }
    let (strike, overflow) = strikes[inner].addingReportingOverflow(step)
    guard !overflow, let index = indices[strike], isLastCandidate[index] else { return nil }
    return index
  }

  /// Gives every placement whose first strike is the candidate `part`, in order; unused places are 0.
  func forEach(part: Int, _ body: (Int, Int, Int, Int) -> Void) {
    let first = candidates[0][part]
    guard strikeCount > 1 else { return body(first, 0, 0, 0) }
    for second in after(first, at: 1) {
      if strikeCount == 2 {
        body(first, second, 0, 0)
      } else if strikeCount == 3 {
        forEachLast(first, second, second) { body(first, second, $0, 0) }
      } else {
        for third in after(second, at: 2) { forEachLast(first, second, third) { body(first, second, third, $0) } }
      }
    }
  }

  private func forEachLast(_ first: Int, _ second: Int, _ inner: Int, _ body: (Int) -> Void) {
    switch wings {
    case .any: for index in after(inner, at: strikeCount - 1) { body(index) }
    case .equal, .doubleLower, .doubleUpper: if let index = last(first, second, inner) { body(index) }
    case .unequal:
      let equal = last(first, second, inner)
      for index in after(inner, at: strikeCount - 1) where index != equal { body(index) }
    }
  }
}

import Basics

/// Series by their strikes, so that those nearest to a price are found without looking at all.
struct StrikeOrder {
  /// In the order in which they were given.
  private let given: [Int]
  /// By strike; of equal ones as given.
  private let ordered: [(series: Int, strike: ExactAmount)]

  init(_ candidates: [(series: Int, strike: ExactAmount)]) {
    given = candidates.map(\.series)
    ordered = candidates.enumerated()
      .sorted { $0.element.strike == $1.element.strike ? $0.offset < $1.offset : $0.element.strike < $1.element.strike }
      .map(\.element)
  }

  /// The `count` series with strikes nearest to `strike`, nearest first, of equal distances the lower strike; all of them,
  /// as given, where they are no more.
  ///
  /// - Complexity: O(log n + `count`).
  func nearest(_ count: Int, to strike: ExactAmount) -> [Int] {
    guard given.count > count else { return given }
    var (low, high) = (0, ordered.count)
    while low < high {
      let middle = (low + high) / 2
      if ordered[middle].strike < strike { low = middle + 1 } else { high = middle }
    }
    var nearest: [Int] = []
    var (below, above) = (low - 1, low)
    while nearest.count < count {
      let isBelow: Bool
      if below < 0 {
        isBelow = false
      } else if above >= ordered.count {
        isBelow = true
      } else {
        isBelow = strike - ordered[below].strike <= ordered[above].strike - strike
      }
      nearest.append(ordered[isBelow ? below : above].series)
      if isBelow { below -= 1 } else { above += 1 }
    }
    return nearest
  }
}

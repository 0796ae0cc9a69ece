/// Reductions of a column, as reports need them.
public enum Reductions {
  /// A number of a column and where it stands.
  public struct Extreme: Sendable, Equatable {
    public var value: Double
    /// The first place that holds it.
    public var index: Int

    public init(value: Double, index: Int) {
      self.value = value
      self.index = index
    }
  }

  /// The least number and its first place; nil for an empty column. Numbers that are not-a-number are passed over.
  ///
  /// - Complexity: O(*n*).
  public static func minimum(_ column: Span<Double>) -> Extreme? {
    extreme(column) { $0 < $1 }
  }

  /// The greatest number and its first place; nil for an empty column. Numbers that are not-a-number are passed over.
  ///
  /// - Complexity: O(*n*).
  public static func maximum(_ column: Span<Double>) -> Extreme? {
    extreme(column) { $0 > $1 }
  }

  /// How many numbers lie strictly below the threshold.
  ///
  /// - Complexity: O(*n*).
  public static func count(of column: Span<Double>, below threshold: Double) -> Int {
    var count = 0
    for i in column.indices where column[i] < threshold { count += 1 }
    return count
  }

  @inline(__always)
  private static func extreme(_ column: Span<Double>, _ precedes: (Double, Double) -> Bool) -> Extreme? {
    var best: Extreme?
    for i in column.indices {
      let x = column[i]
      guard x == x else { continue }
      if let known = best, !precedes(x, known.value) { continue }
      best = Extreme(value: x, index: i)
    }
    return best
  }
}

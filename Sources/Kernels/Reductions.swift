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

  /// The least number and its first place; nil where there is none. Numbers that are not-a-number are passed over.
  ///
  /// - Complexity: O(*n*).
  public static func minimum(_ column: Span<Double>) -> Extreme? {
    unsafe column.withUnsafeBufferPointer { column in
      let least = unsafe folded(
        column, from: .infinity, { Twin.lesser($0, $1) }, { Double.lesser($0, $1) },
        joining: { Double.lesser($0, $1) })
      return unsafe first(least, in: column)
    }
  }

  /// The greatest number and its first place; nil where there is none. Numbers that are not-a-number are passed over.
  ///
  /// - Complexity: O(*n*).
  public static func maximum(_ column: Span<Double>) -> Extreme? {
    unsafe column.withUnsafeBufferPointer { column in
      let greatest = unsafe folded(
        column, from: -.infinity, { Twin.greater($0, $1) }, { Double.greater($0, $1) },
        joining: { Double.greater($0, $1) })
      return unsafe first(greatest, in: column)
    }
  }

  /// How many numbers lie strictly below the threshold.
  ///
  /// - Complexity: O(*n*).
  public static func count(of column: Span<Double>, below threshold: Double) -> Int {
    unsafe column.withUnsafeBufferPointer { column in
      let one = Twin<Wide>(1)
      let zero = Twin<Wide>(0)
      let bound = Twin<Wide>(threshold)
      // Lanes count in floating point, which is exact far beyond the length of any column.
      let counts = unsafe folded(
        column, from: 0, { Twin.choose(Twin.isLess($0, bound), one, zero) + $1 },
        { $0 < threshold ? $1 + 1 : $1 }, joining: { $0 + $1 })
      return Int(counts)
    }
  }

  /// Adds `ratio` times each number of a column to the sum at its place, rounded once.
  ///
  /// - Complexity: O(*n*). Stops the program if the lengths differ.
  public static func add(_ ratio: Double, times column: Span<Double>, to sum: inout MutableSpan<Double>) {
    guard column.count == sum.count else { fatalError("Reductions.add: the columns differ in length") }
    unsafe column.withUnsafeBufferPointer { column in
      unsafe sum.withUnsafeMutableBufferPointer { sum in
        guard let from = column.baseAddress, let to = sum.baseAddress else { return }
        let width = Wide.width
        let whole = column.count - column.count % width
        let factor = Wide(ratio)
        for i in stride(from: 0, to: whole, by: width) {
          unsafe Wide.fma(factor, Wide.load(from + i, count: width), Wide.load(to + i, count: width))
            .store(to + i, count: width)
        }
        for i in whole..<column.count { unsafe to[i] = Double.fma(ratio, from[i], to[i]) }
      }
    }
  }

  /// A running figure in every lane, the remainder of the column, and then the lanes, joined.
  ///
  /// The new number is the first argument of `step`: the vector's minimum gives its second where one is not a number.
  @inline(__always)
  private static func folded(
    _ column: UnsafeBufferPointer<Double>, from start: Double,
    _ step: (Twin<Wide>, Twin<Wide>) -> Twin<Wide>, _ scalar: (Double, Double) -> Double,
    joining: (Double, Double) -> Double
  ) -> Double {
    guard let pointer = column.baseAddress else { return start }
    let width = Twin<Wide>.width
    let whole = column.count - column.count % width
    var lanes = Twin<Wide>(start)
    for i in stride(from: 0, to: whole, by: width) {
      unsafe lanes = step(Twin<Wide>.load(pointer + i, count: width), lanes)
    }
    var result = start
    for i in whole..<column.count { unsafe result = scalar(column[i], result) }
    unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { buffer in
      unsafe lanes.store(buffer.baseAddress!, count: width)
      for i in 0..<width { unsafe result = joining(buffer[i], result) }
    }
    return result
  }

  private static func first(_ value: Double, in column: UnsafeBufferPointer<Double>) -> Extreme? {
    for i in column.indices where unsafe column[i] == value {
      // The number as it stands there: zero has two signs.
      return unsafe Extreme(value: column[i], index: i)
    }
    return nil
  }
}

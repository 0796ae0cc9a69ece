// Sums over quadrature points are taken in eight partial sums whatever the machine's vector, so that every build gives
// the same bits.

extension Lanes {
  /// Eight numbers of a column, from `index`.
  @inline(__always)
  static func octet(_ column: Span<Double>, at index: Int) -> Self {
    unsafe column.withUnsafeBufferPointer { unsafe load($0.baseAddress! + index, count: 8) }
  }

  /// Writes eight numbers into a column, from `index`.
  @inline(__always)
  func store(into column: inout MutableSpan<Double>, at index: Int) {
    unsafe column.withUnsafeMutableBufferPointer { unsafe store($0.baseAddress! + index, count: 8) }
  }

  /// The sum of eight lanes, pairwise, in an order that no build changes.
  @inline(__always)
  var octetSum: Double {
    unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: 8) { buffer in
      let lanes = buffer.baseAddress!
      unsafe store(lanes, count: 8)
      let first = unsafe (lanes[0] + lanes[4]) + (lanes[2] + lanes[6])
      let second = unsafe (lanes[1] + lanes[5]) + (lanes[3] + lanes[7])
      return first + second
    }
  }

  /// exp(-a), 0 far out; for a above about -700.
  @inline(__always)
  static func decay(_ a: Self) -> Self {
    exponential(-lesser(Self(2000), a), correction: Self(0))
  }
}

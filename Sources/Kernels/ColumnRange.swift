extension Reductions {
  /// True where every number lies from `low` to `high`, both included; not-a-number never does.
  ///
  /// - Complexity: O(*n*), a comparison or two a vector.
  public static func areAll(_ column: Span<Double>, from low: Double, through high: Double) -> Bool {
    let (least, most) = (Wide(low), Wide(high))
    return areAll(
      column, { Wide.both(Wide.isLessOrEqual(least, $0), Wide.isLessOrEqual($0, most)) }, { low <= $0 && $0 <= high })
  }

  /// True where every number is `magnitude` or its negative.
  ///
  /// - Complexity: O(*n*).
  public static func areAll(_ column: Span<Double>, ofMagnitude magnitude: Double) -> Bool {
    let wanted = Wide(magnitude)
    return areAll(
      column,
      {
        let found = Wide.magnitude($0)
        return Wide.both(Wide.isLessOrEqual(wanted, found), Wide.isLessOrEqual(found, wanted))
      }, { $0.magnitude == magnitude })
  }

  @inline(__always)
  private static func areAll(
    _ column: Span<Double>, _ test: (Wide) -> Wide.Mask, _ scalar: (Double) -> Bool
  ) -> Bool {
    unsafe column.withUnsafeBufferPointer { column in
      guard let pointer = column.baseAddress else { return true }
      let width = Wide.width
      let whole = column.count - column.count % width
      let full = UInt32((UInt64(1) << UInt64(width)) - 1)
      var found = full
      for i in stride(from: 0, to: whole, by: width) {
        unsafe found &= Wide.bits(test(Wide.load(pointer + i, count: width)))
      }
      guard found == full else { return false }
      for i in whole..<column.count where unsafe !scalar(column[i]) { return false }
      return true
    }
  }
}

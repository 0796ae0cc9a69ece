internal import CVector

/// One tick over the isolated positions of one contract and side: equity, decision, and who has just crossed.
///
/// A decision is one comparison of whole numbers: a position with threshold t is liquidated at the mark m where m < t. Marks
/// count the least price step and a threshold is the exact liquidation price rounded to that step, so the comparison says
/// what exact arithmetic says; nothing floating takes part. Equity is a figure to show, one fused multiplication a position.
///
/// A tick reads a threshold, a constant and a slope and writes an equity and a bit: 32 bytes and a quarter a position, which
/// is what its time is spent on once the columns leave the cache.
public enum LiquidationSweep {
  /// What a tick found.
  public struct Count: Hashable, Sendable {
    /// Positions below their threshold at this mark.
    public let liquidated: Int
    /// Those of them that were not at the mark before: the first so many places of `crossed`.
    public let crossed: Int
  }

  /// The number of words that hold one bit for each of `count` positions.
  public static func wordCount(_ count: Int) -> Int { (count + 63) / 64 }

  /// Re-marks `n` positions.
  ///
  /// - Parameters:
  ///   - mark: m; for shorts the mark and the thresholds are both negated.
  ///   - coordinate: x of the line of equity: the price of a linear contract, its reciprocal for an inverse one.
  ///   - thresholds: t, `n` of them, as of every other column but `decisions`.
  ///   - constants: Equity at x = 0.
  ///   - slopes: Equity for one of x.
  ///   - equities: Receives constant + slope x, rounded once.
  ///   - decisions: One bit a position, the first lowest in the first word; holds the tick before, receives this one's.
  ///     The bits beyond `n` are 0. ``wordCount(_:)`` words.
  ///   - crossed: Receives the places of those liquidated now and not before, ascending.
  /// - Complexity: O(`n`), without allocation. Stops the program if a count differs or `n` exceeds 2^31 - 1.
  public static func remark(
    mark: Int64, coordinate: Double, thresholds: Span<Int64>, constants: Span<Double>, slopes: Span<Double>,
    equities: inout MutableSpan<Double>, decisions: inout MutableSpan<UInt64>, crossed: inout MutableSpan<Int32>
  ) -> Count {
    let n = thresholds.count
    guard
      constants.count == n, slopes.count == n, equities.count == n, crossed.count == n,
      decisions.count == wordCount(n), n <= Int(Int32.max)
    else { fatalError("LiquidationSweep.remark: the columns differ in length") }
    guard n > 0 else { return Count(liquidated: 0, crossed: 0) }
    return unsafe thresholds.withUnsafeBufferPointer { thresholds in
      unsafe constants.withUnsafeBufferPointer { constants in
        unsafe slopes.withUnsafeBufferPointer { slopes in
          unsafe equities.withUnsafeMutableBufferPointer { equities in
            unsafe decisions.withUnsafeMutableBufferPointer { decisions in
              unsafe crossed.withUnsafeMutableBufferPointer { crossed in
                unsafe sweep(
                  n, mark, coordinate, thresholds.baseAddress!, constants.baseAddress!, slopes.baseAddress!,
                  equities.baseAddress!, decisions.baseAddress!, crossed.baseAddress!)
              }
            }
          }
        }
      }
    }
  }

  @inline(never)
  private static func sweep(
    _ n: Int, _ mark: Int64, _ coordinate: Double, _ thresholds: UnsafePointer<Int64>,
    _ constants: UnsafePointer<Double>, _ slopes: UnsafePointer<Double>, _ equities: UnsafeMutablePointer<Double>,
    _ decisions: UnsafeMutablePointer<UInt64>, _ crossed: UnsafeMutablePointer<Int32>
  ) -> Count {
    let marks = cv_set_long(mark)
    let x = Wide(coordinate)
    let width = Wide.width
    var (liquidated, found) = (0, 0)
    for word in 0..<wordCount(n) {
      let start = 64 * word
      let end = min(start + 64, n)
      var bits: UInt64 = 0
      var i = start
      while i + width <= end {
        let below = unsafe cv_less_long(marks, cv_load_long(thresholds + i))
        bits |= UInt64(cv_bits(below)) << UInt64(i - start)
        let equity = unsafe Wide.fma(
          Wide.load(slopes + i, count: width), x, Wide.load(constants + i, count: width))
        unsafe equity.store(equities + i, count: width)
        i += width
      }
      while i < end {
        unsafe bits |= (mark < thresholds[i] ? 1 : 0) << UInt64(i - start)
        unsafe equities[i] = Double.fma(slopes[i], coordinate, constants[i])
        i += 1
      }
      var new = unsafe bits & ~decisions[word]
      unsafe decisions[word] = bits
      liquidated += bits.nonzeroBitCount
      while new != 0 {
        unsafe crossed[found] = Int32(truncatingIfNeeded: start + new.trailingZeroBitCount)
        found += 1
        new &= new &- 1
      }
    }
    return Count(liquidated: liquidated, crossed: found)
  }
}

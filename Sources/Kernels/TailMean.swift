/// The mean of the worst part of a weighted distribution.
public enum TailMean {
  /// As ``expectedShortfall(profits:weights:count:tail:scratch:)``, with memory of its own.
  public static func expectedShortfall(_ profits: Span<Double>, weights: Span<Double>, tail: Double) -> Double {
    guard profits.count == weights.count else { fatalError("TailMean: outcomes and weights differ in number") }
    var scratch = [Double](repeating: 0, count: 2 * profits.count + 2)
    return unsafe profits.withUnsafeBufferPointer { profits in
      unsafe weights.withUnsafeBufferPointer { weights in
        unsafe scratch.withUnsafeMutableBufferPointer { scratch in
          guard let from = profits.baseAddress, let given = weights.baseAddress, let free = scratch.baseAddress else {
            return .nan
          }
          return unsafe expectedShortfall(
            profits: from, weights: given, count: profits.count, tail: tail, scratch: free)
        }
      }
    }
  }

  /// Gives the expected shortfall at level 1 - `tail`: the mean loss over the worst `tail` of the weight.
  ///
  /// The outcome at the border counts with the part of its weight that still belongs to the tail, so that the figure is
  /// continuous in weights and level (Acerbi and Tasche 2002, equation 11; Rockafellar and Uryasev 2002). Sums run in the
  /// order of the outcomes.
  ///
  /// - Parameters:
  ///   - profits: `count` outcomes; plus is a gain.
  ///   - weights: Their probabilities, each above 0, which sum to 1.
  ///   - tail: Above 0, at most 1.
  ///   - scratch: `count` numbers twice.
  /// - Returns: A loss as a positive number; NaN where an outcome is none.
  /// - Complexity: O(`count`) on average.
  public static func expectedShortfall(
    profits: UnsafePointer<Double>, weights: UnsafePointer<Double>, count: Int, tail: Double,
    scratch: UnsafeMutablePointer<Double>
  ) -> Double {
    guard count > 0 else { return .nan }
    let border = unsafe quantile(profits, weights, count, tail, scratch)
    var (sum, weight) = (0.0, 0.0)
    // What is no number is on neither side of the border, and must not be passed over.
    for index in 0..<count where unsafe !(profits[index] >= border) {
      unsafe sum += weights[index] * profits[index]
      unsafe weight += weights[index]
    }
    return -(sum + (tail - weight) * border) / tail
  }

  /// The least outcome at or below which the weight is at least `tail`.
  private static func quantile(
    _ profits: UnsafePointer<Double>, _ weights: UnsafePointer<Double>, _ count: Int, _ tail: Double,
    _ scratch: UnsafeMutablePointer<Double>
  ) -> Double {
    let bound = unsafe narrowed(profits, weights, count, tail)
    // What lies below the bound, outcome and weight side by side.
    var left = 0
    for index in 0..<count {
      unsafe scratch[2 * left] = profits[index]
      unsafe scratch[2 * left + 1] = weights[index]
      left += unsafe profits[index] <= bound ? 1 : 0
    }
    return unsafe selected(scratch, left, tail) ?? bound
  }

  /// A bound with a weight of at least `tail`, and mostly not much more, at or below it; NaN where an outcome is none, since
  /// comparisons alone would pass over it.
  private static func narrowed(
    _ profits: UnsafePointer<Double>, _ weights: UnsafePointer<Double>, _ count: Int, _ tail: Double
  ) -> Double {
    var (low, high) = (Double.infinity, -Double.infinity)
    var missing = 0
    for index in 0..<count {
      unsafe low = Double.lesser(profits[index], low)
      unsafe high = Double.greater(profits[index], high)
      unsafe missing |= profits[index] == profits[index] ? 0 : 1
    }
    guard missing == 0 else { return .nan }
    // The vectors add in another order than the selection does, so a little more is asked for.
    let wanted = tail * (1 + 1e-9)
    for _ in 0..<12 {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      let weight = unsafe weightAtOrBelow(middle, profits, weights, count)
      if weight >= wanted {
        high = middle
        if weight < 3 * tail { break }
      } else {
        low = middle
      }
    }
    return high
  }

  @inline(never)
  private static func weightAtOrBelow(
    _ bound: Double, _ profits: UnsafePointer<Double>, _ weights: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    let width = Wide.width
    let (limit, zero) = (Wide(bound), Wide(0))
    var (first, second) = (Wide(0), Wide(0))
    var index = 0
    while index + 2 * width <= count {
      let a = unsafe Wide.load(profits + index, count: width)
      let b = unsafe Wide.load(profits + index + width, count: width)
      unsafe first =
        first
        + Wide.choose(Wide.isLessOrEqual(a, limit), Wide.load(weights + index, count: width), zero)
      unsafe second =
        second
        + Wide.choose(Wide.isLessOrEqual(b, limit), Wide.load(weights + index + width, count: width), zero)
      index += 2 * width
    }
    var weight = 0.0
    let lanes = first + second
    unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { buffer in
      unsafe lanes.store(buffer.baseAddress!, count: width)
      for lane in 0..<width { unsafe weight += buffer[lane] }
    }
    while index < count {
      if unsafe profits[index] <= bound { unsafe weight += weights[index] }
      index += 1
    }
    return weight
  }

  /// Hoare's selection by weight over pairs of outcome and weight, which are moved about; nil where there is none.
  private static func selected(_ pairs: UnsafeMutablePointer<Double>, _ count: Int, _ tail: Double) -> Double? {
    var (start, end) = (0, count)
    var before = 0.0
    while end - start > 1 {
      let (a, b, c) = unsafe (pairs[2 * start], pairs[2 * (start + (end - start) / 2)], pairs[2 * (end - 1)])
      let pivot = Double.greater(Double.lesser(a, b), Double.lesser(Double.greater(a, b), c))
      // Below the pivot first, then what equals it.
      var (less, weightLess) = (start, 0.0)
      for index in start..<end where unsafe pairs[2 * index] < pivot {
        unsafe swapPairs(pairs, index, less)
        unsafe weightLess += pairs[2 * less + 1]
        less += 1
      }
      if before + weightLess >= tail {
        end = less
        continue
      }
      var (equal, weightEqual) = (less, 0.0)
      for index in less..<end where unsafe pairs[2 * index] == pivot {
        unsafe swapPairs(pairs, index, equal)
        unsafe weightEqual += pairs[2 * equal + 1]
        equal += 1
      }
      // Where nothing equals the pivot, outcomes are no numbers.
      if before + weightLess + weightEqual >= tail || equal == less || equal == end { return pivot }
      before += weightLess + weightEqual
      start = equal
    }
    return end > start ? unsafe pairs[2 * start] : nil
  }

  @inline(__always)
  private static func swapPairs(_ pairs: UnsafeMutablePointer<Double>, _ a: Int, _ b: Int) {
    let (value, weight) = unsafe (pairs[2 * a], pairs[2 * a + 1])
    unsafe pairs[2 * a] = pairs[2 * b]
    unsafe pairs[2 * a + 1] = pairs[2 * b + 1]
    unsafe pairs[2 * b] = value
    unsafe pairs[2 * b + 1] = weight
  }
}

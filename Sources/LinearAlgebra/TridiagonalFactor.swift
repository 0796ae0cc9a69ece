internal import CLapack

/// A tridiagonal matrix factored into L U with row exchanges, for systems that are solved many times.
///
/// An implicit finite-difference step is such a system, the same for a thousand steps: it is factored once (dgttrf) and solved
/// for each right side (dgttrs). ``refactor(lower:diagonal:upper:)`` takes another matrix of the same order in the same memory.
///
/// The solver of dated dividends stands on the floor below and eliminates for itself: its steps are dominated by their
/// diagonal and need no row exchanges. This one holds for any matrix, splines and implicit steps with large drift among them.
@safe
public struct TridiagonalFactor: Sendable {
  private struct Bands {
    var lower: [Double]
    var diagonal: [Double]
    var upper: [Double]
    /// What row exchanges put two places above the diagonal.
    var second: [Double]
    var pivots: [Int32]

    init(order: Int) {
      lower = [Double](repeating: 0, count: max(0, order - 1))
      diagonal = [Double](repeating: 0, count: order)
      upper = lower
      second = [Double](repeating: 0, count: max(0, order - 2))
      pivots = [Int32](repeating: 0, count: order)
    }
  }

  public let order: Int
  private let count: Int32
  private let entries: clapack_lapack
  private var current: Bands
  /// Where the next matrix is factored, so that one that is refused leaves the present one alone.
  private var next: Bands

  /// - Parameters:
  ///   - lower: Below the diagonal, one fewer than the diagonal has: `lower[i]` stands in row i + 1.
  ///   - diagonal: As many as the order.
  ///   - upper: Above the diagonal, one fewer: `upper[i]` stands in row i.
  /// - Throws: ``LinearAlgebraError``: `dimensionMismatch`, `notFinite`, `tooLarge`, `lapackMissing`; `singular` with the row,
  ///   from 0, in which elimination left a pivot of exactly 0.
  /// - Complexity: O(n).
  public init(lower: [Double], diagonal: [Double], upper: [Double]) throws(LinearAlgebraError) {
    order = diagonal.count
    count = try fortranCount(diagonal.count, "elements of the diagonal")
    entries = try LAPACKLibrary.shared.entries
    current = Bands(order: order)
    next = current
    try refactor(lower: lower.span, diagonal: diagonal.span, upper: upper.span)
  }

  /// Replaces the matrix by another of the same order, without allocating.
  ///
  /// - Throws: As the initializer; the former matrix is then still the one that is solved with.
  public mutating func refactor(
    lower: Span<Double>, diagonal: Span<Double>, upper: Span<Double>
  ) throws(LinearAlgebraError) {
    guard diagonal.count == order else {
      throw .dimensionMismatch(what: "elements of the diagonal", found: diagonal.count, wanted: order)
    }
    let beside = max(0, order - 1)
    guard lower.count == beside else {
      throw .dimensionMismatch(what: "elements below the diagonal", found: lower.count, wanted: beside)
    }
    guard upper.count == beside else {
      throw .dimensionMismatch(what: "elements above the diagonal", found: upper.count, wanted: beside)
    }
    try checkFinite(lower, "what is below the diagonal")
    try checkFinite(diagonal, "the diagonal")
    try checkFinite(upper, "what is above the diagonal")
    guard order > 0 else { return }
    for index in 0..<beside {
      next.lower[index] = lower[index]
      next.upper[index] = upper[index]
    }
    for index in 0..<order { next.diagonal[index] = diagonal[index] }
    let info = unsafe clapack_dgttrf(
      entries, count, &next.lower, &next.diagonal, &next.upper, &next.second, &next.pivots)
    try checkArguments(info, of: "dgttrf")
    guard info == 0 else { throw .singular(what: "the tridiagonal matrix", pivot: Int(info) - 1) }
    swap(&current, &next)
  }

  /// Replaces right sides, which stand one after another, by the solutions.
  ///
  /// - Throws: ``LinearAlgebraError``: `dimensionMismatch` for a number of elements that is no multiple of the order,
  ///   `notFinite`, `tooLarge`; the right sides are then as they were. `resultNotFinite` where an answer overflows.
  /// - Complexity: O(n) a right side; no allocation.
  public func solve(_ rightSides: inout MutableSpan<Double>) throws(LinearAlgebraError) {
    let sides = try countOfRightSides(rightSides.span, order: order)
    guard sides > 0 else { return }
    let info = unsafe rightSides.withUnsafeMutableBufferPointer { right in
      unsafe clapack_dgttrs(
        entries, CChar(UInt8(ascii: "N")), count, sides, current.lower, current.diagonal, current.upper,
        current.second, current.pivots, right.baseAddress, count)
    }
    try checkArguments(info, of: "dgttrs")
    guard firstNotFinite(rightSides.span) == nil else { throw .resultNotFinite(what: "a solution") }
  }

  /// The solution of a right side, or of several, one after another.
  public func solution(of rightSides: [Double]) throws(LinearAlgebraError) -> [Double] {
    var result = rightSides
    var span = result.mutableSpan
    try solve(&span)
    return result
  }
}

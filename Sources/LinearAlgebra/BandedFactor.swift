internal import CLapack

/// A banded matrix factored into L U with row exchanges, for one system or many.
///
/// Implicit steps of higher order and splines have two diagonals and more on each side; for one there is
/// ``TridiagonalFactor``.
@safe
public struct BandedFactor: Sendable {
  private let matrix: BandedMatrix
  private let factors: [Double]
  private let pivots: [Int32]

  public var order: Int { matrix.order }

  /// Factors by LAPACK's dgbtrf, which with ``solve(_:)`` is what its dgbsv does.
  ///
  /// - Throws: ``LinearAlgebraError``: `notFinite` with the place, `lapackMissing`; `singular` with the row, from 0, in which
  ///   elimination left a pivot of exactly 0.
  /// - Complexity: 2n `lowerBandwidth` (`lowerBandwidth` + `upperBandwidth`) operations.
  public init(of matrix: BandedMatrix) throws(LinearAlgebraError) {
    var factors = matrix.storage
    if let place = firstNotFinite(factors.span) {
      let (column, offset) = place.quotientAndRemainder(dividingBy: matrix.columnLength)
      throw .notFinite(
        what: "the banded matrix", row: column + offset - matrix.lowerBandwidth - matrix.upperBandwidth,
        column: column)
    }
    var pivots = [Int32](repeating: 0, count: matrix.order)
    if matrix.order > 0 {
      let (order, below, above, length) = try Self.counts(of: matrix)
      let info = unsafe clapack_dgbtrf(
        try LAPACKLibrary.shared.entries, order, order, below, above, &factors, length, &pivots)
      try checkArguments(info, of: "dgbtrf")
      guard info == 0 else { throw .singular(what: "the banded matrix", pivot: Int(info) - 1) }
    }
    self.matrix = matrix
    self.factors = factors
    self.pivots = pivots
  }

  /// Replaces right sides, which stand one after another, by the solutions (dgbtrs).
  ///
  /// - Throws: ``LinearAlgebraError``: `dimensionMismatch` for a number of elements that is no multiple of the order,
  ///   `notFinite`, `tooLarge`; the right sides are then as they were. `resultNotFinite` where an answer overflows.
  /// - Complexity: 2n (2 `lowerBandwidth` + `upperBandwidth`) operations a right side; no allocation.
  public func solve(_ rightSides: inout MutableSpan<Double>) throws(LinearAlgebraError) {
    let sides = try countOfRightSides(rightSides.span, order: order)
    guard sides > 0 else { return }
    let (count, below, above, length) = try Self.counts(of: matrix)
    let entries = try LAPACKLibrary.shared.entries
    let info = unsafe rightSides.withUnsafeMutableBufferPointer { right in
      unsafe clapack_dgbtrs(
        entries, CChar(UInt8(ascii: "N")), count, below, above, sides, factors, length, pivots, right.baseAddress,
        count)
    }
    try checkArguments(info, of: "dgbtrs")
    guard firstNotFinite(rightSides.span) == nil else { throw .resultNotFinite(what: "a solution") }
  }

  /// The solution of a right side, or of several, one after another.
  public func solution(of rightSides: [Double]) throws(LinearAlgebraError) -> [Double] {
    var result = rightSides
    var span = result.mutableSpan
    try solve(&span)
    return result
  }

  private static func counts(of matrix: BandedMatrix) throws(LinearAlgebraError) -> (Int32, Int32, Int32, Int32) {
    (
      try fortranCount(matrix.order, "rows of the matrix"),
      try fortranCount(matrix.lowerBandwidth, "diagonals below the main one"),
      try fortranCount(matrix.upperBandwidth, "diagonals above the main one"),
      try fortranCount(matrix.columnLength, "elements of a column of the band")
    )
  }
}

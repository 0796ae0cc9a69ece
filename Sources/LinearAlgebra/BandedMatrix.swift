/// A square matrix that is 0 but for a band about its diagonal.
///
/// It is held as LAPACK's banded routines want it, with room above the band for what row exchanges bring there, so that it is
/// factored without being rearranged.
public struct BandedMatrix: Hashable, Sendable {
  public let order: Int
  /// Diagonals below the main one that may differ from 0.
  public let lowerBandwidth: Int
  /// Diagonals above the main one that may differ from 0.
  public let upperBandwidth: Int
  /// Column by column, ``columnLength`` elements each; the first `lowerBandwidth` of a column are room.
  private(set) var storage: [Double]

  var columnLength: Int { 2 * lowerBandwidth + upperBandwidth + 1 }

  /// A matrix of zeros.
  ///
  /// - Throws: ``LinearAlgebraError/badBand(order:lower:upper:)`` for a negative order or bandwidth, or a bandwidth of the
  ///   order or more (0 stays allowed); `uncountable` where the bytes exceed 64 bits; `tooLarge` beyond the counts of
  ///   the Fortran interface.
  public init(order: Int, lowerBandwidth: Int, upperBandwidth: Int) throws(LinearAlgebraError) {
    let widest = max(0, order - 1)
    guard order >= 0, (0...widest).contains(lowerBandwidth), (0...widest).contains(upperBandwidth) else {
      throw .badBand(order: order, lower: lowerBandwidth, upper: upperBandwidth)
    }
    _ = try fortranCount(order, "rows of the matrix")
    let length = 2 * lowerBandwidth + upperBandwidth + 1
    _ = try fortranCount(length, "elements of a column of the band")
    let layout = try MatrixLayout(rows: order, columns: length)
    self.order = order
    self.lowerBandwidth = lowerBandwidth
    self.upperBandwidth = upperBandwidth
    storage = [Double](repeating: 0, count: layout.extent)
  }

  /// The element in a row and a column, both from 0; outside the band it is 0 and cannot be set. A place outside the matrix,
  /// and setting one outside the band, stop the program.
  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(row >= 0 && row < order, "a row outside the matrix")
      precondition(column >= 0 && column < order, "a column outside the matrix")
      return isInBand(row, column) ? storage[place(row, column)] : 0
    }
    set {
      precondition(row >= 0 && row < order, "a row outside the matrix")
      precondition(column >= 0 && column < order, "a column outside the matrix")
      precondition(isInBand(row, column), "an element outside the band")
      storage[place(row, column)] = newValue
    }
  }

  private func isInBand(_ row: Int, _ column: Int) -> Bool {
    row - column <= lowerBandwidth && column - row <= upperBandwidth
  }

  private func place(_ row: Int, _ column: Int) -> Int {
    column * columnLength + lowerBandwidth + upperBandwidth + row - column
  }
}

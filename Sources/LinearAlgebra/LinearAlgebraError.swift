/// Why matrices were refused, or what a library found of them.
///
/// Every case carries what was found; `description` adds what was wanted.
public enum LinearAlgebraError: Error, Equatable, Sendable {
  /// A count of rows or columns is negative, or rows of that length would overlap at that stride.
  case badLayout(rows: Int, columns: Int, rowStride: Int)
  /// A banded matrix with a negative order, or more diagonals than its order has.
  case badBand(order: Int, lower: Int, upper: Int)
  /// The elements of a matrix are more than can be counted.
  case uncountable(rows: Int, columns: Int, rowStride: Int)
  /// Two dimensions that have to agree do not; `what` names them both.
  case dimensionMismatch(what: String, found: Int, wanted: Int)
  /// The memory handed over for the named matrix ends before its last element.
  case tooFewElements(matrix: String, found: Int, wanted: Int)
  /// The named dimension exceeds what the Fortran interface of BLAS can count.
  case tooLarge(what: String, found: Int, limit: Int)
  /// No library with BLAS could be opened: each one that was tried, with the system's reason.
  case libraryMissing(tried: [String])
  /// No library with all that is called of LAPACK could be opened; products may work nevertheless.
  case lapackMissing(tried: [String])
  /// An element is NaN or infinite; rows and columns are counted from 0, and a list has one column.
  case notFinite(what: String, row: Int, column: Int)
  /// Finite numbers so large or so small that the named answer is not finite.
  case resultNotFinite(what: String)
  /// A matrix that has to be symmetric differs from its transpose by more than rounding: the place of the largest difference.
  case notSymmetric(row: Int, column: Int, difference: Double)
  /// Cholesky's method met a pivot of 0 or less: the leading minor of this order, from 1, is the first not to be positive.
  case notPositiveDefinite(leadingMinor: Int)
  /// What a factor of least rank leaves of a matrix is more than rounding: the place of the largest difference.
  case notPositiveSemidefinite(row: Int, column: Int, difference: Double)
  /// The pivot at this place, from 0, is exactly 0.
  case singular(what: String, pivot: Int)
  /// Fewer equations than unknowns, where a unique answer is wanted.
  case underdetermined(rows: Int, columns: Int)
  /// A column depends on those before it: the sine of its angle to the space that they span is no more than rounding.
  case dependentColumn(column: Int, sine: Double)
  /// An iteration of the named routine gave up; `remaining` is what it says has not converged.
  case notConverged(routine: String, remaining: Int)
  /// LAPACK has refused an argument, counted from 1, that we had checked: a defect of this module.
  case illegalArgument(routine: String, argument: Int)
  /// A tolerance outside its range.
  case badTolerance(found: Double, wanted: String)
}

extension LinearAlgebraError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badLayout(let rows, let columns, let rowStride):
      return "found \(rows) rows of \(columns) columns, \(rowStride) apart, "
        + "wanted counts of 0 or more and rows at least as far apart as they are long"
    case .badBand(let order, let lower, let upper):
      return "found \(lower) diagonals below and \(upper) above the main one of a matrix of order \(order), "
        + "wanted an order of 0 or more and fewer diagonals on each side than that"
    case .uncountable(let rows, let columns, let rowStride):
      return "found \(rows) rows of \(columns) columns, \(rowStride) apart, "
        + "wanted a matrix whose bytes can be counted in 64 bits"
    case .dimensionMismatch(let what, let found, let wanted):
      return "found \(found) \(what), wanted \(wanted)"
    case .tooFewElements(let matrix, let found, let wanted):
      return "found \(found) elements of \(matrix), wanted at least \(wanted)"
    case .tooLarge(let what, let found, let limit):
      return "found \(found) \(what), wanted at most \(limit)"
    case .libraryMissing(let tried):
      return "found no library for linear algebra, wanted OpenBLAS (on Debian and Ubuntu the package "
        + "\(BLASLibrary.package)); tried \(tried.joined(separator: "; "))"
    case .lapackMissing(let tried):
      return "found no library for factorizations, wanted OpenBLAS with LAPACK (on Debian and Ubuntu the package "
        + "\(BLASLibrary.package)); tried \(tried.joined(separator: "; "))"
    case .notFinite(let what, let row, let column):
      return "found NaN or infinity at row \(row), column \(column) of \(what), wanted finite numbers"
    case .resultNotFinite(let what):
      return "found \(what) beyond the range of a Double, wanted numbers of a moderate size"
    case .badTolerance(let found, let wanted):
      return "found a tolerance of \(found), wanted \(wanted)"
    case .notSymmetric(let row, let column, let difference):
      return "found elements \(row), \(column) and \(column), \(row) that differ by \(difference), "
        + "wanted a symmetric matrix"
    case .notPositiveDefinite(let leadingMinor):
      return "found a leading minor of order \(leadingMinor) that is not positive, wanted a positive definite matrix"
    case .notPositiveSemidefinite(let row, let column, let difference):
      return "found element \(row), \(column) to differ by \(difference) from the nearest factor's product, "
        + "wanted a positive semidefinite matrix"
    case .singular(let what, let pivot):
      return "found a pivot of 0 in row \(pivot) of \(what), wanted a matrix that is not singular"
    case .underdetermined(let rows, let columns):
      return "found \(rows) equations for \(columns) unknowns, wanted at least as many equations as unknowns"
    case .dependentColumn(let column, let sine):
      return "found column \(column) to depend on those before it (the sine of its angle to them is \(sine)), "
        + "wanted columns that are linearly independent"
    case .notConverged(let routine, let remaining):
      return "\(routine): found \(remaining) elements that do not converge to 0, wanted none"
    case .illegalArgument(let routine, let argument):
      return "\(routine): found an illegal argument \(argument), wanted none; this is a defect of the program"
    }
  }
}

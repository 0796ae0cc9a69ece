/// Why matrices were refused, or could not be multiplied.
///
/// Every case carries what was found; `description` adds what was wanted.
public enum LinearAlgebraError: Error, Equatable, Sendable {
  /// A count of rows or columns is negative, or rows of that length would overlap at that stride.
  case badLayout(rows: Int, columns: Int, rowStride: Int)
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
}

extension LinearAlgebraError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badLayout(let rows, let columns, let rowStride):
      return "found \(rows) rows of \(columns) columns, \(rowStride) apart, "
        + "wanted counts of 0 or more and rows at least as far apart as they are long"
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
    }
  }
}

internal import CLapack

/// Memory in which small problems of least squares are solved one after another, without allocating once it has grown to the
/// largest of them.
///
/// A fit of a volatility slice solves such a problem at every step of an outer search: some 60 quotes, 3 to 5 regressors.
/// There the triangle R of the *extended* matrix [A b] holds all that is wanted: its last column is Q'b, which gives the
/// coefficients, and its last diagonal element is the norm of the residual (Lawson and Hanson, Solving Least Squares Problems,
/// 1974, chapter 19). So one factorization (dgeqrf) and a back substitution do it, without forming or applying Q.
///
/// One workspace serves one thread at a time; it cannot be copied.
public struct LeastSquaresWorkspace: ~Copyable {
  /// [A b], column by column, and afterwards its R.
  private var extended: [Double] = []
  private var scalars: [Double] = []
  private var work: [Double] = []
  private var answer: [Double] = []
  private var lapack: LAPACKLibrary?

  /// An empty workspace; nothing is opened or allocated before the first fit.
  public init() {}

  /// Fits `observations` by n regressors, n being the number of `coefficients`.
  ///
  /// - Parameters:
  ///   - regressors: The regressors one after another, each as long as the observations: row j of the n x m matrix is
  ///     regressor j, which is the transpose of a design. Weights are already in them.
  ///   - observations: m of them, weights already in them.
  ///   - coefficients: Receives one number a regressor; stays as it was where the fit is refused.
  /// - Returns: The sum of the squares of the residuals, 0 where m = n.
  /// - Throws: What ``LeastSquares/solve(_:_:)`` throws.
  /// - Complexity: 2mn² operations; no allocation unless the problem is larger than each before.
  public mutating func solve(
    regressors: Span<Double>, observations: Span<Double>, into coefficients: inout MutableSpan<Double>
  ) throws(LinearAlgebraError) -> Double {
    let (m, n) = (observations.count, coefficients.count)
    let (wanted, overflows) = n.multipliedReportingOverflow(by: m)
    guard !overflows, regressors.count == wanted else {
      throw .dimensionMismatch(
        what: "elements of \(n) regressors for \(m) observations", found: regressors.count,
        wanted: overflows ? .max : wanted)
    }
    guard m >= n else { throw .underdetermined(rows: m, columns: n) }
    try checkFinite(regressors, "the regressors, one a row", columns: max(1, m))
    try checkFinite(observations, "the observations")
    guard n > 0 else { return try Self.sumOfSquares(observations) }

    let entries = try library()
    let (rows, columns) = (try fortranCount(m, "observations"), try fortranCount(n + 1, "regressors"))
    let length = try fortranCount(Self.block * (n + 1), "elements of dgeqrf's workspace")
    fill(regressors, observations)
    try checkArguments(
      unsafe clapack_dgeqrf(entries, rows, columns, &extended, rows, &scalars, &work, length), of: "dgeqrf")

    try checkIndependence(m, n)
    substituteBack(m, n)
    let norm = m > n ? extended[n * m + n] : 0
    let rest = norm * norm
    guard answer.prefix(n).allSatisfy(\.isFinite), rest.isFinite else {
      throw .resultNotFinite(what: "a fit by least squares")
    }
    for index in 0..<n { coefficients[index] = answer[index] }
    return rest
  }

  /// Columns that dgeqrf takes together, and so what it wants of workspace for each; what LAPACK's `ilaenv` answers.
  private static let block = 32

  private mutating func library() throws(LinearAlgebraError) -> clapack_lapack {
    if let lapack { return lapack.entries }
    let opened = try LAPACKLibrary.shared
    lapack = opened
    return opened.entries
  }

  private mutating func fill(_ regressors: Span<Double>, _ observations: Span<Double>) {
    let (m, filled) = (observations.count, regressors.count)
    let columns = filled / m + 1
    Self.grow(&extended, to: m * columns)
    Self.grow(&scalars, to: columns)
    Self.grow(&work, to: Self.block * columns)
    Self.grow(&answer, to: columns)
    var span = extended.mutableSpan
    for index in 0..<filled { span[index] = regressors[index] }
    for index in 0..<m { span[filled + index] = observations[index] }
  }

  private static func grow(_ list: inout [Double], to count: Int) {
    if list.count < count { list = [Double](repeating: 0, count: count) }
  }

  /// The sine of the angle between column j of A and the space of those before it is r_jj over the norm of column j of R: Q
  /// changes neither lengths nor angles. It does not depend on how columns are scaled.
  private func checkIndependence(_ m: Int, _ n: Int) throws(LinearAlgebraError) {
    for column in 0..<n {
      let start = column * m
      var largest = 0.0
      for row in 0...column { largest = max(largest, extended[start + row].magnitude) }
      guard largest.isFinite, extended[start + column].isFinite else {
        throw .resultNotFinite(what: "a fit by least squares")
      }
      guard largest > 0 else { throw .dependentColumn(column: column, sine: 0) }
      var sum = 0.0
      for row in 0...column {
        let part = extended[start + row] / largest
        sum += part * part
      }
      let sine = extended[start + column].magnitude / largest / sum.squareRoot()
      guard sine > Double(m) * .ulpOfOne else { throw .dependentColumn(column: column, sine: sine) }
    }
  }

  private mutating func substituteBack(_ m: Int, _ n: Int) {
    for row in (0..<n).reversed() {
      var rest = extended[n * m + row]
      for column in (row + 1)..<max(n, row + 1) { rest -= extended[column * m + row] * answer[column] }
      answer[row] = rest / extended[row * m + row]
    }
  }

  private static func sumOfSquares(_ values: Span<Double>) throws(LinearAlgebraError) -> Double {
    var sum = 0.0
    for index in values.indices { sum += values[index] * values[index] }
    guard sum.isFinite else { throw .resultNotFinite(what: "a sum of squares") }
    return sum
  }
}

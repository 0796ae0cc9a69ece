internal import CLapack

/// Products of row-major matrices by the BLAS of the machine, on the calling thread.
///
/// **What the figures depend on.** An element is a sum of k products, and the library's kernel decides their order, so
/// figures differ in their last bits between kernels, that is between processors and versions of the library. The same call
/// on the same machine gives the same bits. Whether an element also gives the same bits at another place of its tile depends
/// on the tile's shape: kernels treat what is left over at an edge in another order. With 64 rows and 512 columns it does, at
/// every k (a test says so), and so it did with each multiple of 32 rows and of 8 columns in OpenBLAS 0.3.21 for x86-64; with
/// 500 columns it did not. So whoever divides a large product has to multiply tiles of one fixed shape, padded with zeros at
/// the borders; then neither the order of the tiles nor the number of threads changes a bit.
public enum BLAS {
  /// C := `alpha` A B + `beta` C.
  ///
  /// With `beta` 0, C is written without being read, so it may hold anything. With `alpha` 0 or k = 0, A and B are not read
  /// and C is only scaled, without a library. Where A, B or C have NaN or infinite elements otherwise, so has the result
  /// wherever the sum meets one with a finite factor other than 0; it is not defined whether 0 times such an element counts.
  ///
  /// - Parameters:
  ///   - alpha: The factor of the product.
  ///   - a: m x k.
  ///   - b: k x n.
  ///   - beta: The factor of what C holds before.
  ///   - c: m x n; what stands between its rows stays as it is.
  /// - Throws: ``LinearAlgebraError/dimensionMismatch(what:found:wanted:)`` where the three shapes do not fit;
  ///   ``LinearAlgebraError/tooLarge(what:found:limit:)`` for a dimension or stride beyond 2,147,483,647;
  ///   ``LinearAlgebraError/tooFewElements(matrix:found:wanted:)`` where memory ends before a matrix does;
  ///   ``LinearAlgebraError/libraryMissing(tried:)``. C is then as it was.
  /// - Complexity: 2mnk operations; no allocation on our side, a buffer for each thread on the library's.
  public static func multiplyAdd(
    alpha: Double = 1, _ a: Span<Double>, _ aLayout: MatrixLayout, _ b: Span<Double>, _ bLayout: MatrixLayout,
    beta: Double = 0, into c: inout MutableSpan<Double>, _ cLayout: MatrixLayout
  ) throws(LinearAlgebraError) {
    try checkProduct(aLayout, bLayout)
    guard cLayout.rows == aLayout.rows else {
      throw .dimensionMismatch(what: "rows of C beside the rows of A", found: cLayout.rows, wanted: aLayout.rows)
    }
    guard cLayout.columns == bLayout.columns else {
      throw .dimensionMismatch(
        what: "columns of C beside the columns of B", found: cLayout.columns, wanted: bLayout.columns)
    }
    let m = try fortranCount(cLayout.rows, "rows of C")
    let n = try fortranCount(cLayout.columns, "columns of C")
    let k = try fortranCount(aLayout.columns, "columns of A")
    let lda = try fortranCount(aLayout.rowStride, "elements from row to row of A")
    let ldb = try fortranCount(bLayout.rowStride, "elements from row to row of B")
    let ldc = try fortranCount(cLayout.rowStride, "elements from row to row of C")
    try checkExtent(of: "A", aLayout, in: a.count)
    try checkExtent(of: "B", bLayout, in: b.count)
    try checkExtent(of: "C", cLayout, in: c.count)

    guard m > 0, n > 0 else { return }
    guard k > 0, alpha != 0 else { return scale(&c, cLayout, by: beta) }
    let library = try BLASLibrary.shared
    // The library wants strides of 1 or more; here k and n, and so all of them, are.
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        unsafe c.withUnsafeMutableBufferPointer { c in
          unsafe clapack_dgemm_rows(
            library.entries, m, n, k, alpha, a.baseAddress, lda, b.baseAddress, ldb, beta, c.baseAddress, ldc)
        }
      }
    }
  }

  static func checkProduct(_ a: MatrixLayout, _ b: MatrixLayout) throws(LinearAlgebraError) {
    guard b.rows == a.columns else {
      throw .dimensionMismatch(what: "rows of B beside the columns of A", found: b.rows, wanted: a.columns)
    }
  }

  private static func checkExtent(
    of matrix: String, _ layout: MatrixLayout, in count: Int
  ) throws(LinearAlgebraError) {
    guard count >= layout.extent else {
      throw .tooFewElements(matrix: matrix, found: count, wanted: layout.extent)
    }
  }

  /// C := `beta` C, where 0 also clears what is not a number.
  private static func scale(_ c: inout MutableSpan<Double>, _ layout: MatrixLayout, by beta: Double) {
    guard beta != 1 else { return }
    for row in 0..<layout.rows {
      let start = row * layout.rowStride
      for index in start..<(start + layout.columns) { c[index] = beta == 0 ? 0 : beta * c[index] }
    }
  }
}

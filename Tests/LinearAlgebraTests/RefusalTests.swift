import TestSupport
import Testing

@testable import LinearAlgebra

/// What is refused before any library is asked.
@Suite struct RefusalTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let a: [Int]
    let b: [Int]
    let c: [Int]
    var counts = [6, 12, 8]
    let wanted: LinearAlgebraError

    var testDescription: String { name }
  }

  static let most = Int(Int32.max)

  /// A product of 2 x 3 by 3 x 4 into 2 x 4, as rows, columns and stride, with one thing wrong.
  static let cases = [
    Case(
      name: "B has a row too many", a: [2, 3, 3], b: [4, 4, 4], c: [2, 4, 4], counts: [6, 16, 8],
      wanted: .dimensionMismatch(what: "rows of B beside the columns of A", found: 4, wanted: 3)),
    Case(
      name: "C has a row too many", a: [2, 3, 3], b: [3, 4, 4], c: [3, 4, 4], counts: [6, 12, 12],
      wanted: .dimensionMismatch(what: "rows of C beside the rows of A", found: 3, wanted: 2)),
    Case(
      name: "C lacks a column", a: [2, 3, 3], b: [3, 4, 4], c: [2, 3, 4],
      wanted: .dimensionMismatch(what: "columns of C beside the columns of B", found: 3, wanted: 4)),
    Case(
      name: "A ends early", a: [2, 3, 3], b: [3, 4, 4], c: [2, 4, 4], counts: [5, 12, 8],
      wanted: .tooFewElements(matrix: "A", found: 5, wanted: 6)),
    Case(
      name: "B ends early", a: [2, 3, 3], b: [3, 4, 4], c: [2, 4, 4], counts: [6, 11, 8],
      wanted: .tooFewElements(matrix: "B", found: 11, wanted: 12)),
    Case(
      name: "C ends early", a: [2, 3, 3], b: [3, 4, 4], c: [2, 4, 4], counts: [6, 12, 7],
      wanted: .tooFewElements(matrix: "C", found: 7, wanted: 8)),
    Case(
      name: "C ends early at its stride", a: [2, 3, 3], b: [3, 4, 4], c: [2, 4, 5],
      wanted: .tooFewElements(matrix: "C", found: 8, wanted: 9)),
    Case(
      name: "more rows than Fortran counts", a: [most + 1, 0, 0], b: [0, 0, 0], c: [most + 1, 0, 0],
      wanted: .tooLarge(what: "rows of C", found: most + 1, limit: most)),
    Case(
      name: "more columns than Fortran counts", a: [0, 0, 0], b: [0, most + 1, most + 1], c: [0, most + 1, most + 1],
      wanted: .tooLarge(what: "columns of C", found: most + 1, limit: most)),
    Case(
      name: "a longer sum than Fortran counts", a: [0, most + 1, most + 1], b: [most + 1, 0, 0], c: [0, 0, 0],
      wanted: .tooLarge(what: "columns of A", found: most + 1, limit: most)),
    Case(
      name: "a stride of A beyond Fortran", a: [1, 3, most + 1], b: [3, 4, 4], c: [1, 4, 4],
      wanted: .tooLarge(what: "elements from row to row of A", found: most + 1, limit: most)),
    Case(
      name: "a stride of B beyond Fortran", a: [2, 1, 1], b: [1, 4, most + 1], c: [2, 4, 4],
      wanted: .tooLarge(what: "elements from row to row of B", found: most + 1, limit: most)),
    Case(
      name: "a stride of C beyond Fortran", a: [1, 3, 3], b: [3, 4, 4], c: [1, 4, most + 1],
      wanted: .tooLarge(what: "elements from row to row of C", found: most + 1, limit: most)),
  ]

  @Test("Each product that does not fit is refused, and C stays as it was", arguments: cases)
  func products(_ refused: Case) throws {
    let layouts = try [refused.a, refused.b, refused.c].map {
      try MatrixLayout(rows: $0[0], columns: $0[1], rowStride: $0[2])
    }
    let a = [Double](repeating: 1, count: refused.counts[0])
    let b = [Double](repeating: 1, count: refused.counts[1])
    var c = [Double](repeating: 5, count: refused.counts[2])
    var span = c.mutableSpan
    var found: LinearAlgebraError?
    do {
      try BLAS.multiplyAdd(a.span, layouts[0], b.span, layouts[1], beta: 1, into: &span, layouts[2])
    } catch {
      found = error
    }
    #expect(found == refused.wanted)
    #expect(c.allSatisfy { $0 == 5 })
  }

  @Test("A layout needs counts of 0 or more, rows that do not overlap, and bytes that can be counted")
  func layouts() throws {
    #expect(throws: LinearAlgebraError.badLayout(rows: -1, columns: 2, rowStride: 2)) {
      try MatrixLayout(rows: -1, columns: 2)
    }
    #expect(throws: LinearAlgebraError.badLayout(rows: 2, columns: -1, rowStride: 0)) {
      try MatrixLayout(rows: 2, columns: -1, rowStride: 0)
    }
    #expect(throws: LinearAlgebraError.badLayout(rows: 2, columns: 3, rowStride: 2)) {
      try MatrixLayout(rows: 2, columns: 3, rowStride: 2)
    }
    #expect(throws: LinearAlgebraError.uncountable(rows: .max, columns: 2, rowStride: 2)) {
      try MatrixLayout(rows: .max, columns: 2)
    }
    #expect(throws: LinearAlgebraError.uncountable(rows: 2, columns: 1, rowStride: .max)) {
      try MatrixLayout(rows: 2, columns: 1, rowStride: .max)
    }
    // One element below, and at, the most bytes.
    #expect(try MatrixLayout(rows: 1, columns: .max / 8).extent == .max / 8)
    #expect(throws: LinearAlgebraError.uncountable(rows: 1, columns: .max / 8 + 1, rowStride: .max / 8 + 1)) {
      try MatrixLayout(rows: 1, columns: .max / 8 + 1)
    }
    #expect(try MatrixLayout(rows: 3, columns: 2, rowStride: 5).extent == 12)
    #expect(try MatrixLayout(rows: .max, columns: 0).extent == 0)
    #expect(try MatrixLayout(rows: 0, columns: .max).extent == 0)
  }

  @Test("A matrix holds as many elements as rows times columns, and none multiplies another of the wrong shape")
  func matrices() throws {
    #expect(
      throws: LinearAlgebraError.dimensionMismatch(what: "elements of a matrix of 2 x 3", found: 5, wanted: 6)
    ) { try Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5]) }
    #expect(throws: LinearAlgebraError.badLayout(rows: 1, columns: -2, rowStride: -2)) {
      try Matrix(rows: 1, columns: -2)
    }
    let matrix = try Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
    #expect(matrix[0, 2] == 3)
    #expect(matrix[1, 0] == 4)
    #expect(
      throws: LinearAlgebraError.dimensionMismatch(what: "rows of B beside the columns of A", found: 2, wanted: 3)
    ) { try matrix.multiplied(by: matrix) }
  }

  @Test("Matrices without rows, without columns or without a common dimension multiply without a library")
  func empty() throws {
    #expect(try Matrix(rows: 0, columns: 3).multiplied(by: Matrix(rows: 3, columns: 2)).elements.isEmpty)
    #expect(try Matrix(rows: 2, columns: 3).multiplied(by: Matrix(rows: 3, columns: 0)).elements.isEmpty)
    let outer = try Matrix(rows: 2, columns: 0).multiplied(by: Matrix(rows: 0, columns: 3))
    #expect(try outer == Matrix(rows: 2, columns: 3))

    // Scaled only, and only the elements.
    var c = [1.0, 2, 9, 3, 4, 9]
    var span = c.mutableSpan
    let none: [Double] = []
    try BLAS.multiplyAdd(
      none.span, MatrixLayout(rows: 2, columns: 0), none.span, MatrixLayout(rows: 0, columns: 2), beta: -2, into: &span,
      MatrixLayout(rows: 2, columns: 2, rowStride: 3))
    #expect(c == [-2, -4, 9, -6, -8, 9])
  }

  @Test("A missing library is refused with all that was tried and the package that would help")
  func missing() throws {
    var found: LinearAlgebraError?
    // The C library's mathematics is there, and has no BLAS.
    do { _ = try BLASLibrary(opening: ["libbulkhead-absent.so.7", "libm.so.6"]) } catch { found = error }
    guard case .libraryMissing(let tried) = found else {
      Issue.record("found \(found as Any), wanted a refusal")
      return
    }
    #expect(tried.count == 2)
    #expect(tried[0].contains("libbulkhead-absent.so.7"))
    #expect(tried[1] == "libm.so.6: has no dgemm_")
    let text = try #require(found).description
    #expect(text.contains("libopenblas0-pthread"))
    #expect(text.contains("libbulkhead-absent.so.7"))
  }

  @Test("A library without LAPACK is refused for what needs it, by name, and no product asks for it")
  func missingLAPACK() throws {
    var found: LinearAlgebraError?
    do { _ = try LAPACKLibrary(opening: ["libbulkhead-absent.so.7", "libm.so.6"]) } catch { found = error }
    guard case .lapackMissing(let tried) = found else {
      Issue.record("found \(found as Any), wanted a refusal")
      return
    }
    #expect(tried.count == 2)
    #expect(tried[1] == "libm.so.6: has no dgeqrf_")
    #expect(try #require(found).description.contains("libopenblas0-pthread"))
    #expect(LinearAlgebraError.lapackMissing(tried: []) != .libraryMissing(tried: []))
  }

  @Test(
    "A library that is there says which it is, and where one is missing the next is taken",
    .enabled(if: Installed.library && Installed.lapack))
  func present() throws {
    let library = try BLASLibrary.shared
    #expect(BLASLibrary.names.contains(library.name))
    #expect(try BLASLibrary(opening: ["libbulkhead-absent.so.7", library.name]).name == library.name)
    let lapack = try LAPACKLibrary.shared
    #expect(LAPACKLibrary.names.contains(lapack.name))
    #expect(try LAPACKLibrary(opening: ["libbulkhead-absent.so.7", lapack.name]).name == lapack.name)
    if library.name.contains("openblas") { #expect(library.configuration.hasPrefix("OpenBLAS")) }
  }
}

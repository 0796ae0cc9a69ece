import LinearAlgebra
import TestSupport
import Testing

@Suite(.enabled(if: Installed.lapack, "needs a library with LAPACK: install libopenblas0-pthread"))
struct SemidefiniteFactorTests {
  @Test("F F' is the matrix and F has as many columns as its rank", arguments: 1...30)
  func laws(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let order = generator.int(1...(seed % 6 == 0 ? 100 : 12))
    let rank = generator.int(1...order)
    let root = try Matrix.random(order, rank, &generator)
    let matrix = try root.multiplied(by: root.transposed)
    let found = try SemidefiniteFactor(of: matrix, tolerance: 1e-12)
    // A random square root may be badly conditioned, so that a pivot is below the tolerance.
    #expect(found.rank <= rank, "\(generator)")
    #expect(found.rank == rank || rank > 2, "\(generator)")
    #expect((found.factor.rows, found.factor.columns) == (order, found.rank))
    let product = try found.factor.multiplied(by: found.factor.transposed)
    let bound = 1e-11 * Double(order) * matrix.largest
    #expect(zip(product.elements, matrix.elements).allSatisfy { ($0 - $1).magnitude <= bound }, "\(generator)")
  }

  @Test("Numbers that move together have one column, and a positive definite matrix has all")
  func known() throws {
    let together = try SemidefiniteFactor(of: Matrix(rows: 3, columns: 3, elements: [1, -2, 3, -2, 4, -6, 3, -6, 9]))
    #expect(together.rank == 1)
    #expect(together.factor.elements == [1, -2, 3])
    #expect(try SemidefiniteFactor(of: Matrix.identity(4)).rank == 4)
    #expect(try SemidefiniteFactor(of: Matrix(rows: 2, columns: 2)).rank == 0)
    #expect(try SemidefiniteFactor(of: Matrix(rows: 0, columns: 0)).factor.elements.isEmpty)
    #expect(try SemidefiniteFactor(of: Matrix(rows: 1, columns: 1, elements: [9])).factor.elements == [3])
  }

  @Test("An indefinite matrix is refused with the place, and so are a tolerance outside its range and NaN")
  func refusals() throws {
    #expect(throws: LinearAlgebraError.notPositiveSemidefinite(row: 1, column: 1, difference: 3)) {
      try SemidefiniteFactor(of: Matrix(rows: 2, columns: 2, elements: [1, 2, 2, 1]))
    }
    #expect(throws: LinearAlgebraError.notPositiveSemidefinite(row: 0, column: 0, difference: 1)) {
      try SemidefiniteFactor(of: Matrix(rows: 1, columns: 1, elements: [-1]))
    }
    for bad in [-0.1, 1, .nan] {
      #expect(throws: LinearAlgebraError.self) { try SemidefiniteFactor(of: Matrix.identity(2), tolerance: bad) }
    }
    #expect(throws: LinearAlgebraError.notFinite(what: "the matrix", row: 0, column: 0)) {
      try SemidefiniteFactor(of: Matrix(rows: 1, columns: 1, elements: [.nan]))
    }
  }
}

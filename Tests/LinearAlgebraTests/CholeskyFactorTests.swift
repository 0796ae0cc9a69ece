import LinearAlgebra
import TestSupport
import Testing

@Suite(.enabled(if: Installed.lapack, "needs a library with LAPACK: install libopenblas0-pthread"))
struct CholeskyFactorTests {
  @Test("A matrix of whole numbers has the factor that is found by hand, and solves with it")
  func byHand() throws {
    let matrix = try Matrix(rows: 3, columns: 3, elements: [4, 12, -16, 12, 37, -43, -16, -43, 98])
    let factor = try CholeskyFactor(of: matrix)
    #expect(factor.lower.elements == [2, 0, 0, 6, 1, 0, -8, 5, 3])
    #expect(try factor.solution(of: matrix.times([1, -2, 3])) == [1, -2, 3])
    #expect(try CholeskyFactor(of: Matrix.identity(5)).lower == Matrix.identity(5))
    #expect(try CholeskyFactor(of: Matrix(rows: 1, columns: 1, elements: [9])).lower.elements == [3])
    let none = try CholeskyFactor(of: Matrix(rows: 0, columns: 0))
    #expect(try none.order == 0 && none.solution(of: []).isEmpty)
  }

  @Test("L L' is the matrix, L is a lower triangle, and several right sides are solved at once", arguments: 1...20)
  func laws(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let order = generator.int(1...(seed % 5 == 0 ? 90 : 12))
    let matrix = try Matrix.randomPositiveDefinite(order, &generator)
    let factor = try CholeskyFactor(of: matrix)
    let product = try factor.lower.multiplied(by: factor.lower.transposed)
    // Higham, Accuracy and Stability of Numerical Algorithms, 2002, theorem 10.3.
    let bound = Double(order + 2) * .ulpOfOne * matrix.largest
    #expect(zip(product.elements, matrix.elements).allSatisfy { ($0 - $1).magnitude <= bound }, "\(generator)")
    for row in 0..<order {
      #expect(factor.lower[row, row] > 0)
      for column in (row + 1)..<max(order, row + 1) { #expect(factor.lower[row, column] == 0) }
    }
    let sides = [Double].random(3 * order, &generator)
    let answers = try factor.solution(of: sides)
    for side in 0..<3 {
      let x = Array(answers[(side * order)..<((side + 1) * order)])
      let back = matrix.times(x)
      let scale = 1e-14 * Double(order * order) * (1 + matrix.largest * x.largest)
      for index in 0..<order {
        #expect((back[index] - sides[side * order + index]).magnitude <= scale, "\(generator)")
      }
    }
  }

  @Test("Hilbert's matrices, hardly positive definite, factor with an error of rounding", arguments: 2...12)
  func hilbert(order: Int) throws {
    let matrix = try Matrix.hilbert(order)
    let lower = try CholeskyFactor(of: matrix).lower
    let product = try lower.multiplied(by: lower.transposed)
    let bound = Double(order + 2) * .ulpOfOne
    #expect(zip(product.elements, matrix.elements).allSatisfy { ($0 - $1).magnitude <= bound })
  }

  struct Refused: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let rows: Int
    let elements: [Double]
    let wanted: LinearAlgebraError
  }

  @Test(
    "Each matrix that has no factor is refused with the reason",
    arguments: [
      Refused(
        testDescription: "indefinite", rows: 2, elements: [1, 2, 2, 1], wanted: .notPositiveDefinite(leadingMinor: 2)),
      Refused(testDescription: "negative", rows: 1, elements: [-1], wanted: .notPositiveDefinite(leadingMinor: 1)),
      Refused(
        testDescription: "zero", rows: 2, elements: [0, 0, 0, 0], wanted: .notPositiveDefinite(leadingMinor: 1)),
      Refused(
        testDescription: "semidefinite", rows: 3, elements: [1, 0, 0, 0, 1, 1, 0, 1, 1],
        wanted: .notPositiveDefinite(leadingMinor: 3)),
      Refused(
        testDescription: "not symmetric", rows: 2, elements: [2, 1, 0.5, 2],
        wanted: .notSymmetric(row: 1, column: 0, difference: 0.5)),
      Refused(
        testDescription: "opposite and huge", rows: 2, elements: [2, 1e308, -1e308, 2],
        wanted: .notSymmetric(row: 1, column: 0, difference: .infinity)),
      Refused(
        testDescription: "not a number", rows: 2, elements: [2, 1, .nan, 2],
        wanted: .notFinite(what: "the matrix", row: 1, column: 0)),
      Refused(
        testDescription: "not square", rows: 1, elements: [2, 1],
        wanted: .dimensionMismatch(what: "columns of the matrix", found: 2, wanted: 1)),
    ])
  func refusals(_ refused: Refused) throws {
    let matrix = try Matrix(
      rows: refused.rows, columns: refused.elements.count / refused.rows, elements: refused.elements)
    #expect(throws: refused.wanted) { try CholeskyFactor(of: matrix) }
  }

  @Test("A difference of rounding between two elements that stand for one another is averaged")
  func asymmetry() throws {
    let matrix = try Matrix(rows: 2, columns: 2, elements: [4, 2, 2 + 0x1p-45, 4])
    let exact = try Matrix(rows: 2, columns: 2, elements: [4, 2 + 0x1p-46, 2 + 0x1p-46, 4])
    #expect(try CholeskyFactor(of: matrix) == CholeskyFactor(of: exact))
  }

  @Test("Right sides of the wrong length or with NaN are refused and stay as they were")
  func rightSides() throws {
    let factor = try CholeskyFactor(of: Matrix.identity(3))
    var sides = [1.0, 2, 3, 4, .nan, 6]
    var found: LinearAlgebraError?
    var span = sides.mutableSpan
    do { try factor.solve(&span) } catch { found = error }
    #expect(found == .notFinite(what: "the right sides, one a row", row: 1, column: 1))
    #expect(sides[0...3] == [1, 2, 3, 4])
    #expect(
      throws: LinearAlgebraError.dimensionMismatch(
        what: "elements of the last right side", found: 1, wanted: 3)
    ) { try factor.solution(of: [1, 2, 3, 4]) }
    let tiny = try CholeskyFactor(of: Matrix(rows: 1, columns: 1, elements: [1e-300]))
    #expect(throws: LinearAlgebraError.resultNotFinite(what: "a solution")) { try tiny.solution(of: [1e300]) }
  }
}

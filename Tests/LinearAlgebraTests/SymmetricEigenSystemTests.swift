import Foundation
import TestSupport
import Testing

@testable import LinearAlgebra

@Suite(.enabled(if: Installed.lapack, "needs a library with LAPACK: install libopenblas0-pthread"))
struct SymmetricEigenSystemTests {
  @Test("Two by two by hand: values descend, and the first of equally large components is positive")
  func byHand() throws {
    let system = try SymmetricEigenSystem(of: Matrix(rows: 2, columns: 2, elements: [2, 1, 1, 2]))
    let half = 0.5.squareRoot()
    #expect(zip(system.values, [3, 1]).allSatisfy { ($0 - $1).magnitude < 1e-15 })
    #expect(zip(system.vectors.elements, [half, half, half, -half]).allSatisfy { ($0 - $1).magnitude < 1e-15 })
    #expect(try SymmetricEigenSystem(of: Matrix(rows: 1, columns: 1, elements: [-3])).values == [-3])
    #expect(try SymmetricEigenSystem(of: Matrix(rows: 1, columns: 1, elements: [-3])).vectors.elements == [1])
    #expect(try SymmetricEigenSystem(of: Matrix(rows: 0, columns: 0)).values.isEmpty)
    #expect(try SymmetricEigenSystem(of: Matrix(rows: 4, columns: 4)).values == [0, 0, 0, 0])
  }

  @Test("The second difference has the eigenvalues 2 - 2 cos(k pi / (n + 1))", arguments: [2, 3, 10, 51, 120])
  func secondDifference(order: Int) throws {
    var matrix = try Matrix(rows: order, columns: order)
    for row in 0..<order {
      matrix[row, row] = 2
      if row > 0 { (matrix[row, row - 1], matrix[row - 1, row]) = (-1, -1) }
    }
    let system = try SymmetricEigenSystem(of: matrix)
    for (rank, value) in system.values.enumerated() {
      let wanted = 2 - 2 * cos(Double(order - rank) * .pi / Double(order + 1))
      #expect((value - wanted).magnitude < 4e-15 * Double(order))
    }
  }

  @Test("Vectors are orthonormal, A v = lambda v, values sum to the trace, and together they are A", arguments: 1...20)
  func laws(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let order = generator.int(1...(seed % 5 == 0 ? 80 : 12))
    let matrix = try Matrix.randomSymmetric(order, &generator)
    let system = try SymmetricEigenSystem(of: matrix)
    let bound = 1e-14 * Double(order * order)
    let gram = try system.vectors.multiplied(by: system.vectors.transposed)
    let identity = try Matrix.identity(order)
    #expect(zip(gram.elements, identity.elements).allSatisfy { ($0 - $1).magnitude <= bound }, "\(generator)")
    for rank in 0..<order {
      let vector = (0..<order).map { system.vectors[rank, $0] }
      for (image, component) in zip(matrix.times(vector), vector) {
        #expect((image - system.values[rank] * component).magnitude <= bound, "\(generator)")
      }
      let leading = vector.first { $0.magnitude >= (1 - 1e-8) * vector.largest }
      #expect(leading.map { $0 > 0 } == true, "\(generator)")
      #expect(rank == 0 || system.values[rank - 1] >= system.values[rank])
    }
    let trace = (0..<order).reduce(0) { $0 + matrix[$1, $1] }
    #expect((system.values.reduce(0, +) - trace).magnitude <= bound, "\(generator)")
    let again = try system.matrix(withValues: system.values)
    #expect(zip(again.elements, matrix.elements).allSatisfy { ($0 - $1).magnitude <= bound }, "\(generator)")
    #expect(again == again.transposed)
    let alone = try SymmetricEigenSystem.values(of: matrix)
    #expect(zip(alone, system.values).allSatisfy { ($0 - $1).magnitude <= bound }, "\(generator)")
  }

  @Test("Rounding does not decide which of equally large components is positive")
  func sign() {
    let half = 0.5.squareRoot()
    #expect(SymmetricEigenSystem.sign(of: [-half, half.nextUp, 0][...]) == -1)
    #expect(SymmetricEigenSystem.sign(of: [half, -half.nextUp, 0][...]) == 1)
    #expect(SymmetricEigenSystem.sign(of: [0.6, -0.8][...]) == -1)
    #expect(SymmetricEigenSystem.sign(of: [0, 0][...]) == 1)
  }

  @Test("Hilbert's matrix of order 5 has its published largest and least eigenvalue")
  func hilbert() throws {
    // lambda_max and lambda_min, whose quotient is the condition number 4.766e5.
    let values = try SymmetricEigenSystem(of: Matrix.hilbert(5)).values
    #expect((values[0] - 1.567050691).magnitude < 1e-9)
    #expect((values[4] - 3.287928772e-6).magnitude < 1e-15)
  }

  @Test("Numbers near the ends of the range are scaled, not overflowed", arguments: [1e-300, 1e300])
  func range(scale: Double) throws {
    let matrix = try Matrix(rows: 2, columns: 2, elements: [2 * scale, scale, scale, 2 * scale])
    let values = try SymmetricEigenSystem(of: matrix).values
    #expect((values[0] / scale - 3).magnitude < 1e-14)
    #expect((values[1] / scale - 1).magnitude < 1e-14)
  }

  @Test("What is not symmetric, not finite or not square is refused, and so are values of another number")
  func refusals() throws {
    #expect(throws: LinearAlgebraError.notSymmetric(row: 1, column: 0, difference: 1)) {
      try SymmetricEigenSystem(of: Matrix(rows: 2, columns: 2, elements: [1, 2, 3, 4]))
    }
    #expect(throws: LinearAlgebraError.notFinite(what: "the matrix", row: 0, column: 1)) {
      try SymmetricEigenSystem(of: Matrix(rows: 2, columns: 2, elements: [1, -.infinity, 3, 4]))
    }
    #expect(throws: LinearAlgebraError.dimensionMismatch(what: "columns of the matrix", found: 2, wanted: 3)) {
      try SymmetricEigenSystem.values(of: Matrix(rows: 3, columns: 2))
    }
    let system = try SymmetricEigenSystem(of: Matrix.identity(2))
    #expect(
      throws: LinearAlgebraError.dimensionMismatch(what: "eigenvalues beside the vectors", found: 1, wanted: 2)
    ) { try system.matrix(withValues: [1]) }
    #expect(throws: LinearAlgebraError.notFinite(what: "the eigenvalues", row: 1, column: 0)) {
      try system.matrix(withValues: [1, .nan])
    }
  }
}

import LinearAlgebra
import TestSupport
import Testing

@testable import Scenarios

@Suite(.enabled(if: CorrelationSamples.isAvailable, "needs a library with LAPACK: install libopenblas0-pthread"))
struct NearestCorrelationTests {
  @Test("Higham's example of 2002 has the printed nearest matrix and distance")
  func published() throws {
    let nearest = try NearestCorrelation(to: CorrelationSamples.symmetric([[1, 1, 0], [1, 1, 1], [0, 1, 1]]))
    #expect(
      isClose(nearest.correlation.matrix.elements, [1, 0.7607, 0.1573, 0.7607, 1, 0.7607, 0.1573, 0.7607, 1], 5e-5))
    #expect((nearest.distance - 0.5278).magnitude < 5e-5)
    #expect(nearest.iterations > 5 && nearest.iterations < 200)
  }

  /// Of the matrices [[1, a, b], [a, 1, a], [b, a, 1]] the semidefinite ones have 1 + b >= 2 a², since the determinant is
  /// (1 - b)(1 + b - 2a²); the nearest to a = 1, b = 0 is on the border b = 2a² - 1, where 4 (a - 1)² + 2 (2a² - 1)² is least:
  /// 2 (a - 1) + 4 a (2a² - 1) = 0.
  @Test("The same by one equation: 8 a³ - 2 a - 2 = 0 and b = 2 a² - 1")
  func closedForm() throws {
    var a = 0.75
    for _ in 0..<50 { a -= (8 * a * a * a - 2 * a - 2) / (24 * a * a - 2) }
    let nearest = try NearestCorrelation(to: CorrelationSamples.symmetric([[1, 1, 0], [1, 1, 1], [0, 1, 1]]))
    let b = 2 * a * a - 1
    #expect(isClose(nearest.correlation.matrix.elements, [1, a, b, a, 1, a, b, a, 1], 1e-9))
    #expect((nearest.distance - (4 * (a - 1) * (a - 1) + 2 * b * b).squareRoot()).magnitude < 1e-9)
  }

  /// The same paper's second example; its diagonal of 2 is refused at the door.
  @Test("Higham's tridiagonal example of 2002 has the printed nearest matrix")
  func tridiagonal() throws {
    let matrix = try CorrelationSamples.symmetric([[2, -1, 0, 0], [-1, 2, -1, 0], [0, -1, 2, -1], [0, 0, -1, 2]])
    let nearest = try NearestCorrelation(toSymmetric: matrix, leastEigenvalue: 0)
    let wanted = [
      1, -0.8084, 0.1916, 0.1068, -0.8084, 1, -0.6562, 0.1916, 0.1916, -0.6562, 1, -0.8084, 0.1068, 0.1916, -0.8084, 1,
    ]
    #expect(isClose(nearest.correlation.matrix.elements, wanted, 5e-5))
    #expect(throws: ScenarioError.badMatrix(found: "2.0 at 0, 0", wanted: "1 on the diagonal")) {
      try NearestCorrelation(to: matrix)
    }
  }

  /// X is nearest to A exactly if some diagonal D makes Z = X - A + D semidefinite with Z X = 0 (Karush, Kuhn and Tucker). As X
  /// has ones on its diagonal, Z X = 0 leaves one D: d_i = ((A - X) X)_ii.
  @Test("The answer proves itself the nearest, whatever matrix was stated", arguments: 1...15)
  func optimal(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let order = generator.int(3...10)
    let stated = try CorrelationSamples.stated(order, &generator)
    let nearest = try NearestCorrelation(to: stated)
    let x = nearest.correlation.matrix
    #expect(nearest.correlation.leastEigenvalue > -1e-10)
    if nearest.iterations == 0 { return #expect(x == stated) }
    var z = x
    for row in 0..<order { for column in 0..<order { z[row, column] -= stated[row, column] } }
    let product = try z.multiplied(by: x)
    for index in 0..<order { z[index, index] -= product[index, index] }
    #expect(try z.multiplied(by: x).elements.allSatisfy { $0.magnitude < 1e-6 }, "\(generator)")
    #expect(try SymmetricEigenSystem.values(of: z).allSatisfy { $0 > -1e-6 }, "\(generator)")
    let distance = zip(x.elements, stated.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    #expect((nearest.distance - distance.squareRoot()).magnitude < 1e-12)
  }

  @Test("A correlation matrix is its own nearest, and the nearest of the nearest is itself", arguments: 1...8)
  func fixed(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let table = try CorrelationSamples.table(50, 6, &generator)
    let valid = try CovarianceMatrix.sample(of: table).correlation()
    let same = try NearestCorrelation(to: valid.matrix)
    #expect(same.correlation == valid && same.distance == 0 && same.iterations == 0)
    let nearest = try NearestCorrelation(to: CorrelationSamples.stated(6, &generator))
    #expect(try NearestCorrelation(to: nearest.correlation.matrix).distance == 0, "\(generator)")
  }

  @Test("A least eigenvalue is kept, at a price in distance", arguments: 1...8)
  func bounded(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let stated = try CorrelationSamples.stated(7, &generator)
    var previous = try NearestCorrelation(to: stated).distance
    for bound in [0.01, 0.1, 0.5] {
      let nearest = try NearestCorrelation(to: stated, leastEigenvalue: bound)
      #expect(nearest.correlation.leastEigenvalue >= bound - 1e-9, "\(generator)")
      #expect(nearest.distance >= previous, "\(generator)")
      previous = nearest.distance
    }
    #expect(try NearestCorrelation(to: Matrix.identity(3), leastEigenvalue: 0.9).iterations == 0)
  }

  @Test("A correlation above 1 is brought back; what makes no sense is refused")
  func refusals() throws {
    let above = try NearestCorrelation(to: CorrelationSamples.symmetric([[1, 1.4], [1.4, 1]]))
    #expect(isClose(above.correlation.matrix.elements, [1, 1, 1, 1], 1e-9))
    #expect((above.distance - 0.4 * 2.0.squareRoot()).magnitude < 1e-9)
    for bound in [-0.1, 1, .nan] {
      #expect(throws: ScenarioError.self) { try NearestCorrelation(to: Matrix.identity(2), leastEigenvalue: bound) }
    }
    #expect(throws: ScenarioError.badMatrix(found: "2000.0 at 1, 0", wanted: "-1000.0 to 1000.0")) {
      try NearestCorrelation(to: CorrelationSamples.symmetric([[1, 2000], [2000, 1]]))
    }
  }
}

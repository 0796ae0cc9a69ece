import LinearAlgebra
import Scenarios
import TestSupport
import Testing

@Suite(.enabled(if: CorrelationSamples.isAvailable, "needs a library with LAPACK: install libopenblas0-pthread"))
struct CorrelationMatrixTests {
  struct Refused: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let rows: [[Double]]
    let wanted: ScenarioError
  }

  @Test(
    "Each matrix that is none of correlations is refused with what it lacks",
    arguments: [
      Refused(
        testDescription: "a variance", rows: [[1, 0], [0, 1.1]],
        wanted: .badMatrix(found: "1.1 at 1, 1", wanted: "1 on the diagonal")),
      Refused(
        testDescription: "above 1", rows: [[1, 1.01], [1.01, 1]],
        wanted: .badMatrix(found: "1.01 at 1, 0", wanted: "-1.0 to 1.0")),
      Refused(
        testDescription: "below -1", rows: [[1, -1.5], [-1.5, 1]],
        wanted: .badMatrix(found: "-1.5 at 1, 0", wanted: "-1.0 to 1.0")),
      Refused(
        testDescription: "not symmetric", rows: [[1, 0.5], [0.4, 1]],
        wanted: .badMatrix(found: "0.4 at 1, 0 beside 0.5 at 0, 1", wanted: "a symmetric matrix")),
      Refused(
        testDescription: "not a number", rows: [[1, .nan], [.nan, 1]],
        wanted: .badMatrix(found: "NaN or infinity at 1, 0", wanted: "finite correlations")),
    ])
  func refusals(_ refused: Refused) throws {
    let matrix = try CorrelationSamples.symmetric(refused.rows)
    #expect(throws: refused.wanted) { try CorrelationMatrix(matrix) }
    // Only what exceeds 1 may be handed to the search for the nearest.
    if refused.testDescription.contains("1") == false {
      #expect(throws: refused.wanted) { try NearestCorrelation(to: matrix) }
    }
  }

  @Test("No matrix, one that is not square, and one with a negative eigenvalue are refused")
  func shape() throws {
    #expect(throws: ScenarioError.badMatrix(found: "0 rows of 0 correlations", wanted: "a square matrix")) {
      try CorrelationMatrix(Matrix(rows: 0, columns: 0))
    }
    #expect(throws: ScenarioError.badMatrix(found: "2 rows of 3 correlations", wanted: "a square matrix")) {
      try CorrelationMatrix(Matrix(rows: 2, columns: 3, repeating: 1))
    }
    var found: ScenarioError?
    let matrix = try CorrelationSamples.symmetric([[1, 0.9, 0], [0.9, 1, 0.9], [0, 0.9, 1]])
    do { _ = try CorrelationMatrix(matrix) } catch { found = error }
    // 1 - 0.9 sqrt 2.
    guard case .badMatrix(let what, _) = found else {
      Issue.record("found \(found as Any), wanted a refusal")
      return
    }
    #expect(what.hasPrefix("a least eigenvalue of -0.27279"))
  }

  @Test("Rounding is taken off: ones on the diagonal, symmetry, 1 at most")
  func cleaning() throws {
    let off = 1e-13
    let matrix = try CorrelationMatrix(CorrelationSamples.symmetric([[1 + off, 1 + off], [1, 1 - off]]))
    #expect(matrix.matrix.elements == [1, 1, 1, 1])
    #expect(matrix.leastEigenvalue.magnitude < 1e-15)
    #expect(try CorrelationMatrix(Matrix.identity(3)).leastEigenvalue == 1)
  }

  @Test("The factor's product is the matrix; a definite one has a lower triangle", arguments: 1...20)
  func factor(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let order = generator.int(1...12)
    let observations = generator.int(2...30)
    let table = try CorrelationSamples.table(observations, order, &generator)
    let correlation = try CovarianceMatrix.sample(of: table).correlation()
    let factor = try correlation.factor()
    let product = try factor.matrix.multiplied(by: factor.matrix.transposed)
    #expect(isClose(product.elements, correlation.matrix.elements, 2e-9), "\(generator)")
    #expect((0..<order).allSatisfy { (product[$0, $0] - 1).magnitude < 1e-14 }, "\(generator)")
    #expect(factor.rank == min(order, observations - 1), "\(generator)")
    for row in 0..<order {
      for column in 0..<order where column >= factor.rank { #expect(factor.matrix[row, column] == 0) }
      guard factor.rank == order else { continue }
      for column in (row + 1)..<max(order, row + 1) { #expect(factor.matrix[row, column] == 0) }
    }
  }

  @Test("Series that nearly are one share a column, and keep a variance of exactly 1")
  func nearlyDependent() throws {
    let near = 1 - 1e-11
    let stated = try CorrelationSamples.symmetric([[1, near, 0.3], [near, 1, 0.3], [0.3, 0.3, 1]])
    let matrix = try CorrelationMatrix(stated)
    let factor = try matrix.factor()
    #expect(factor.rank == 2)
    let product = try factor.matrix.multiplied(by: factor.matrix.transposed)
    #expect((0..<3).allSatisfy { (product[$0, $0] - 1).magnitude < 1e-15 })
    #expect(isClose(product.elements, matrix.matrix.elements, 1e-10))
  }

  @Test("Drawn numbers have the correlations that were asked for, also where one series is another's opposite")
  func draws() throws {
    let matrix = try CorrelationSamples.symmetric([
      [1, 0.6, -1, 0.6], [0.6, 1, -0.6, 0.2], [-1, -0.6, 1, -0.6], [0.6, 0.2, -0.6, 1],
    ])
    let factor = try CorrelationMatrix(matrix).factor()
    #expect(factor.rank == 3)
    var generator = SplitMix64(seed: 12)
    let count = 40_000
    var sums = [Double](repeating: 0, count: 16)
    var drawn = [Double](repeating: 0, count: 4)
    for _ in 0..<count {
      // Uniform numbers of variance 1 will do: correlations do not ask for a distribution.
      let independent = (0..<4).map { _ in generator.number(-1, 1) * 3.0.squareRoot() }
      var span = drawn.mutableSpan
      try factor.correlate(independent.span, into: &span)
      #expect((drawn[0] + drawn[2]).magnitude < 1e-9)
      for row in 0..<4 { for column in 0..<4 { sums[4 * row + column] += drawn[row] * drawn[column] } }
    }
    // Four standard errors of a product of variance at most 2.
    #expect(isClose(sums.map { $0 / Double(count) }, matrix.elements, 4 * (2 / Double(count)).squareRoot()))
    var short = [0.0]
    var span = short.mutableSpan
    #expect(throws: ScenarioError.badParameter("draw", found: "4 numbers into 1", wanted: "4 into as many")) {
      try factor.correlate(drawn.span, into: &span)
    }
  }
}

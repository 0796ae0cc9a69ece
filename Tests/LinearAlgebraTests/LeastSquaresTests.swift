import LinearAlgebra
import TestSupport
import Testing

@Suite(.enabled(if: Installed.lapack, "needs a library with LAPACK: install libopenblas0-pthread"))
struct LeastSquaresTests {
  @Test("A line through four points is the one that is found by hand")
  func line() throws {
    let design = try Matrix(rows: 4, columns: 2, elements: [1, 0, 1, 1, 1, 2, 1, 3])
    let fit = try LeastSquares.solve(design, [1, 3, 4, 4])
    #expect((fit.coefficients[0] - 1.5).magnitude < 1e-14)
    #expect((fit.coefficients[1] - 1).magnitude < 1e-14)
    #expect((fit.residualSumOfSquares - 1).magnitude < 1e-14)
  }

  @Test("What a fit leaves is orthogonal to every regressor, and its size is the one that is told", arguments: 1...40)
  func residual(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let n = generator.int(1...(seed % 8 == 0 ? 60 : 6))
    let m = n + generator.int(0...60)
    let design = try Matrix.random(m, n, &generator)
    let observations = [Double].random(m, &generator)
    let fit = try LeastSquares.solve(design, observations)
    let rest = zip(observations, design.times(fit.coefficients)).map { $0 - $1 }
    // Backward stability: what is left over is of the order of rounding in A x, whose size the coefficients decide.
    let scale = 1e-14 * Double(m * n) * (1 + fit.coefficients.largest)
    #expect(design.transposed.times(rest).largest <= scale, "\(generator)")
    let sum = rest.reduce(0) { $0 + $1 * $1 }
    #expect((sum - fit.residualSumOfSquares).magnitude <= scale, "\(generator)")
    #expect(m > n || fit.residualSumOfSquares <= scale * scale, "\(generator)")
  }

  @Test("A workspace gives the same bits whatever was solved in it before", arguments: 1...10)
  func reuse(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var workspace = LeastSquaresWorkspace()
    for _ in 0..<20 {
      let n = generator.int(0...6)
      let m = n + generator.int(0...70)
      let design = try Matrix.random(m, n, &generator)
      let observations = [Double].random(m, &generator)
      let alone = try LeastSquares.solve(design, observations)
      var coefficients = [Double](repeating: .nan, count: n)
      var span = coefficients.mutableSpan
      let rest = try workspace.solve(
        regressors: design.transposed.elements.span, observations: observations.span, into: &span)
      #expect(coefficients == alone.coefficients, "\(generator)")
      #expect(rest == alone.residualSumOfSquares, "\(generator)")
    }
  }

  @Test("Scaling a regressor by 2^k scales its coefficient by 2^-k and nothing else", arguments: 1...10)
  func scaling(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let design = try Matrix.random(30, 4, &generator)
    let observations = [Double].random(30, &generator)
    let fit = try LeastSquares.solve(design, observations)
    let powers = [0x1p-70, 0x1p60, 1, 0x1p-3]
    var scaled = design
    for row in 0..<30 { for column in 0..<4 { scaled[row, column] *= powers[column] } }
    let other = try LeastSquares.solve(scaled, observations)
    for column in 0..<4 {
      let back = other.coefficients[column] * powers[column]
      #expect((back - fit.coefficients[column]).magnitude <= 1e-13, "\(generator)")
    }
    #expect((other.residualSumOfSquares - fit.residualSumOfSquares).magnitude <= 1e-13)
  }

  /// Condition numbers in the 2-norm: Higham, Accuracy and Stability of Numerical Algorithms, 2002, table 28.1.
  static let hilberts = [(4, 1.55e4), (6, 1.50e7), (8, 1.53e10), (10, 1.60e13)]

  @Test("Hilbert's equations are solved to within their condition number times rounding", arguments: hilberts)
  func hilbert(order: Int, condition: Double) throws {
    let matrix = try Matrix.hilbert(order)
    let fit = try LeastSquares.solve(matrix, matrix.times([Double](repeating: 1, count: order)))
    let error = fit.coefficients.map { $0 - 1 }.largest
    #expect(error <= Double(order) * condition * .ulpOfOne)
    // The normal equations would have squared it.
    #expect(fit.residualSumOfSquares == 0)
  }

  @Test("A regressor that is the sum of two others is named")
  func dependence() throws {
    var generator = SplitMix64(seed: 3)
    var design = try Matrix.random(12, 4, &generator)
    for row in 0..<12 { design[row, 2] = design[row, 0] + design[row, 1] }
    let observations = [Double].random(12, &generator)
    var found: LinearAlgebraError?
    do { _ = try LeastSquares.solve(design, observations) } catch { found = error }
    guard case .dependentColumn(let column, let sine) = found else {
      Issue.record("found \(found as Any), wanted a dependent column")
      return
    }
    #expect(column == 2)
    #expect(sine < 1e-14)
  }

  @Test("Fewer equations than unknowns have no unique solution")
  func underdetermined() throws {
    let design = try Matrix(rows: 1, columns: 2, elements: [1, 1])
    #expect(throws: LinearAlgebraError.underdetermined(rows: 1, columns: 2)) { try LeastSquares.solve(design, [2]) }
  }

  @Test("Nothing, one number, and zeros")
  func small() throws {
    let none = try LeastSquares.solve(Matrix(rows: 0, columns: 0), [])
    #expect(none.coefficients.isEmpty && none.residualSumOfSquares == 0)
    #expect(try LeastSquares.solve(Matrix(rows: 2, columns: 0), [3, 4]).residualSumOfSquares == 25)
    #expect(try LeastSquares.solve(Matrix(rows: 1, columns: 1, elements: [4]), [2]).coefficients == [0.5])
    let zeros = try Matrix(rows: 3, columns: 2)
    #expect(throws: LinearAlgebraError.dependentColumn(column: 0, sine: 0)) {
      try LeastSquares.solve(zeros, [1, 1, 1])
    }
  }

  @Test("What is refused names its place, and leaves the coefficients alone")
  func refusals() throws {
    var workspace = LeastSquaresWorkspace()
    var coefficients = [7.0, 7]
    func refused(_ regressors: [Double], _ observations: [Double]) -> LinearAlgebraError? {
      var span = coefficients.mutableSpan
      do {
        _ = try workspace.solve(regressors: regressors.span, observations: observations.span, into: &span)
        return nil
      } catch {
        return error
      }
    }
    let good = [1.0, 1, 1, 0, 1, 2]
    #expect(
      refused([1, 1, 1, 0, 1], [1, 2, 3])
        == .dimensionMismatch(what: "elements of 2 regressors for 3 observations", found: 5, wanted: 6))
    #expect(
      refused([1, 1, 1, 0, .nan, 2], [1, 2, 3])
        == .notFinite(what: "the regressors, one a row", row: 1, column: 1))
    #expect(refused(good, [1, .infinity, 3]) == .notFinite(what: "the observations", row: 1, column: 0))
    #expect(refused([1, 2], [1]) == .underdetermined(rows: 1, columns: 2))
    #expect(refused([1e-300, 0, 0, 0, 1, 2], [1e300, 2, 3]) == .resultNotFinite(what: "a fit by least squares"))
    #expect(coefficients == [7, 7])
    #expect(refused(good, [1, 2, 3]) == nil)
    #expect(zip(coefficients, [1, 1]).allSatisfy { ($0 - $1).magnitude < 1e-14 })
    #expect(
      throws: LinearAlgebraError.dimensionMismatch(
        what: "observations beside the rows of the design", found: 1, wanted: 2)
    ) { try LeastSquares.solve(Matrix(rows: 2, columns: 1, repeating: 1), [1]) }
    #expect(throws: LinearAlgebraError.notFinite(what: "the design", row: 1, column: 0)) {
      try LeastSquares.solve(Matrix(rows: 2, columns: 1, elements: [1, .nan]), [1, 2])
    }
  }
}

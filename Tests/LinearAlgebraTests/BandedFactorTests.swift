import LinearAlgebra
import TestSupport
import Testing

@Suite(.enabled(if: Installed.lapack, "needs a library with LAPACK: install libopenblas0-pthread"))
struct BandedFactorTests {
  static func random(_ order: Int, _ below: Int, _ above: Int, _ generator: inout SplitMix64) throws -> BandedMatrix {
    var matrix = try BandedMatrix(order: order, lowerBandwidth: below, upperBandwidth: above)
    for row in 0..<order {
      for column in max(0, row - below)...min(order - 1, row + above) { matrix[row, column] = generator.number(-1, 1) }
    }
    return matrix
  }

  static func times(_ matrix: BandedMatrix, _ x: [Double]) -> [Double] {
    (0..<matrix.order).map { row in (0..<matrix.order).reduce(0.0) { $0 + matrix[row, $1] * x[$1] } }
  }

  @Test("The fourth difference of x^4 / 24 is 1, and the banded system finds x^4 / 24 again")
  func fourthDifference() throws {
    // Rows of the pentadiagonal 1, -4, 6, -4, 1, with what lies outside the nodes carried to the right side.
    let order = 12
    var matrix = try BandedMatrix(order: order, lowerBandwidth: 2, upperBandwidth: 2)
    let stencil = [1.0, -4, 6, -4, 1]
    func wanted(_ node: Int) -> Double { Double(node * node * node * node) / 24 }
    var right = [Double](repeating: 1, count: order)
    for row in 0..<order {
      for offset in -2...2 {
        let node = row + offset
        if (0..<order).contains(node) {
          matrix[row, node] = stencil[offset + 2]
        } else {
          right[row] -= stencil[offset + 2] * wanted(node)
        }
      }
    }
    let x = try BandedFactor(of: matrix).solution(of: right)
    for node in 0..<order { #expect((x[node] - wanted(node)).magnitude <= 1e-9) }
  }

  @Test("Each solution satisfies its equations, for every shape of band", arguments: 1...30)
  func laws(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let order = generator.int(1...(seed % 6 == 0 ? 90 : 9))
    let (below, above) = (generator.int(0...min(4, order - 1)), generator.int(0...min(4, order - 1)))
    let matrix = try Self.random(order, below, above, &generator)
    let factor = try BandedFactor(of: matrix)
    let sides = [Double].random(2 * order, &generator)
    let answers = try factor.solution(of: sides)
    for side in 0..<2 {
      let range = (side * order)..<((side + 1) * order)
      let x = Array(answers[range])
      let bound = 1e-13 * Double(below + above + 1) * (1 + x.largest)
      #expect(
        zip(Self.times(matrix, x), sides[range]).allSatisfy { ($0 - $1).magnitude <= bound },
        "\(generator): order \(order), \(below) below, \(above) above")
    }
  }

  @Test("A band of one diagonal on each side is the tridiagonal system", arguments: 1...5)
  func tridiagonal(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let matrix = try Self.random(15, 1, 1, &generator)
    let b = [Double].random(15, &generator)
    let other = try TridiagonalFactor(
      lower: (1..<15).map { matrix[$0, $0 - 1] }, diagonal: (0..<15).map { matrix[$0, $0] },
      upper: (1..<15).map { matrix[$0 - 1, $0] })
    let (x, y) = (try BandedFactor(of: matrix).solution(of: b), try other.solution(of: b))
    #expect(zip(x, y).allSatisfy { ($0 - $1).magnitude <= 1e-12 * (1 + x.largest) }, "\(generator)")
  }

  @Test("Orders 0 and 1, bands that do not fit, singular and infinite matrices")
  func edges() throws {
    let none = try BandedFactor(of: BandedMatrix(order: 0, lowerBandwidth: 0, upperBandwidth: 0))
    #expect(try none.solution(of: []).isEmpty)
    var one = try BandedMatrix(order: 1, lowerBandwidth: 0, upperBandwidth: 0)
    #expect(throws: LinearAlgebraError.singular(what: "the banded matrix", pivot: 0)) { try BandedFactor(of: one) }
    one[0, 0] = 4
    #expect(try BandedFactor(of: one).solution(of: [2]) == [0.5])
    for (order, below, above) in [(-1, 0, 0), (3, 3, 0), (3, 0, 3), (3, -1, 0), (3, 0, -1), (0, 1, 0)] {
      #expect(throws: LinearAlgebraError.badBand(order: order, lower: below, upper: above)) {
        try BandedMatrix(order: order, lowerBandwidth: below, upperBandwidth: above)
      }
    }
    var matrix = try BandedMatrix(order: 4, lowerBandwidth: 1, upperBandwidth: 2)
    #expect(matrix[3, 0] == 0 && matrix[0, 3] == 0)
    matrix[2, 1] = .nan
    #expect(throws: LinearAlgebraError.notFinite(what: "the banded matrix", row: 2, column: 1)) {
      try BandedFactor(of: matrix)
    }
    matrix[2, 1] = 0
    matrix[1, 3] = .infinity
    #expect(throws: LinearAlgebraError.notFinite(what: "the banded matrix", row: 1, column: 3)) {
      try BandedFactor(of: matrix)
    }
  }
}

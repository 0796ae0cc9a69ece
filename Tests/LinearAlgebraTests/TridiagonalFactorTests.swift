import LinearAlgebra
import TestSupport
import Testing

@Suite(.enabled(if: Installed.lapack, "needs a library with LAPACK: install libopenblas0-pthread"))
struct TridiagonalFactorTests {
  struct Bands {
    var lower: [Double]
    var diagonal: [Double]
    var upper: [Double]

    /// Nothing dominates, so that rows have to be exchanged.
    init(random order: Int, _ generator: inout SplitMix64) {
      lower = .random(max(0, order - 1), &generator)
      diagonal = .random(order, &generator)
      upper = .random(max(0, order - 1), &generator)
    }

    func times(_ x: [Double]) -> [Double] {
      x.indices.map { row in
        (row > 0 ? lower[row - 1] * x[row - 1] : 0) + diagonal[row] * x[row]
          + (row + 1 < x.count ? upper[row] * x[row + 1] : 0)
      }
    }
  }

  @Test("-x'' = 1 between zeros is i (n + 1 - i) / 2 at every node", arguments: [1, 2, 3, 10, 999])
  func secondDifference(order: Int) throws {
    let beside = [Double](repeating: -1, count: order - 1)
    let factor = try TridiagonalFactor(
      lower: beside, diagonal: [Double](repeating: 2, count: order), upper: beside)
    let x = try factor.solution(of: [Double](repeating: 1, count: order))
    for index in 1...order {
      let wanted = Double(index * (order + 1 - index)) / 2
      #expect((x[index - 1] - wanted).magnitude <= 1e-15 * Double(order * order) * wanted)
    }
  }

  @Test("Each solution satisfies its equations, several at once are the same bits as one by one", arguments: 1...30)
  func laws(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let order = generator.int(1...(seed % 6 == 0 ? 400 : 8))
    let bands = Bands(random: order, &generator)
    let factor = try TridiagonalFactor(lower: bands.lower, diagonal: bands.diagonal, upper: bands.upper)
    let count = generator.int(1...5)
    let sides = [Double].random(count * order, &generator)
    let answers = try factor.solution(of: sides)
    for side in 0..<count {
      let range = (side * order)..<((side + 1) * order)
      let (b, x) = (Array(sides[range]), Array(answers[range]))
      #expect(try factor.solution(of: b) == x, "\(generator)")
      // With row exchanges the growth of a tridiagonal matrix is at most 2 (Higham 2002, section 9.5).
      let bound = 64 * .ulpOfOne * (1 + 3 * x.largest)
      #expect(zip(bands.times(x), b).allSatisfy { ($0 - $1).magnitude <= bound }, "\(generator)")
    }
  }

  @Test("Another matrix takes the place of the first; one that is refused does not")
  func refactor() throws {
    var generator = SplitMix64(seed: 5)
    let (first, second) = (Bands(random: 20, &generator), Bands(random: 20, &generator))
    let b = [Double].random(20, &generator)
    var factor = try TridiagonalFactor(lower: first.lower, diagonal: first.diagonal, upper: first.upper)
    let alone = try TridiagonalFactor(lower: second.lower, diagonal: second.diagonal, upper: second.upper)
    let before = try factor.solution(of: b)

    func refused(_ bands: Bands) -> LinearAlgebraError? {
      do {
        try factor.refactor(lower: bands.lower.span, diagonal: bands.diagonal.span, upper: bands.upper.span)
        return nil
      } catch {
        return error
      }
    }
    var bad = second
    bad.diagonal = [Double](repeating: 0, count: 20)
    bad.lower = [Double](repeating: 0, count: 19)
    #expect(refused(bad) == .singular(what: "the tridiagonal matrix", pivot: 0))
    bad = second
    bad.upper[7] = .nan
    #expect(refused(bad) == .notFinite(what: "what is above the diagonal", row: 7, column: 0))
    bad = second
    bad.lower[18] = .infinity
    #expect(refused(bad) == .notFinite(what: "what is below the diagonal", row: 18, column: 0))
    bad = second
    bad.diagonal[19] = .nan
    #expect(refused(bad) == .notFinite(what: "the diagonal", row: 19, column: 0))
    bad = second
    bad.diagonal.removeLast()
    #expect(refused(bad) == .dimensionMismatch(what: "elements of the diagonal", found: 19, wanted: 20))
    bad = second
    bad.lower.append(1)
    #expect(refused(bad) == .dimensionMismatch(what: "elements below the diagonal", found: 20, wanted: 19))
    bad = second
    bad.upper.removeLast()
    #expect(refused(bad) == .dimensionMismatch(what: "elements above the diagonal", found: 18, wanted: 19))
    #expect(try factor.solution(of: b) == before)

    #expect(refused(second) == nil)
    #expect(try factor.solution(of: b) == alone.solution(of: b))
  }

  @Test("Orders 0 and 1, a singular matrix, right sides that do not fit")
  func edges() throws {
    let none = try TridiagonalFactor(lower: [], diagonal: [], upper: [])
    #expect(try none.solution(of: []).isEmpty)
    #expect(
      throws: LinearAlgebraError.dimensionMismatch(what: "elements of the right sides", found: 1, wanted: 0)
    ) { try none.solution(of: [1]) }
    #expect(try TridiagonalFactor(lower: [], diagonal: [4], upper: []).solution(of: [2, 6]) == [0.5, 1.5])
    #expect(throws: LinearAlgebraError.singular(what: "the tridiagonal matrix", pivot: 1)) {
      try TridiagonalFactor(lower: [1], diagonal: [1, 1], upper: [1])
    }
    let two = try TridiagonalFactor(lower: [0], diagonal: [1, 1], upper: [0])
    #expect(throws: LinearAlgebraError.notFinite(what: "the right sides, one a row", row: 1, column: 0)) {
      try two.solution(of: [1, 2, .infinity, 4])
    }
    #expect(
      throws: LinearAlgebraError.dimensionMismatch(
        what: "elements of the last right side", found: 1, wanted: 2)
    ) { try two.solution(of: [1, 2, 3]) }
  }
}

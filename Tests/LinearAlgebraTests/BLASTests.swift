import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite(.enabled(if: Installed.library, "needs a library with BLAS: install libopenblas0-pthread"))
struct BLASTests {
  @Test(
    "A product is the plain triple loop's to within the bound of both, and leaves the gaps between rows alone",
    arguments: [UInt64](1...60))
  func reference(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let limit = seed % 10 == 0 ? 130 : 20
    let (m, n, k) = (generator.int(1...limit), generator.int(1...limit), generator.int(1...(2 * limit)))
    let a = try Block(rows: m, columns: k, padding: generator.int(0...3), gap: .nan, &generator)
    let b = try Block(rows: k, columns: n, padding: generator.int(0...3), gap: .nan, &generator)
    let before = try Block(rows: m, columns: n, padding: generator.int(0...3), gap: 0x1.23456789p100, &generator)
    let alpha = generator.pick([1, -1, 0.3, -2.5])
    let beta = generator.pick([0, 1, -1, 0.7])
    var c = before
    var span = c.memory.mutableSpan
    try BLAS.multiplyAdd(
      alpha: alpha, a.memory.span, a.layout, b.memory.span, b.layout, beta: beta, into: &span, before.layout)

    for row in 0..<m {
      for column in 0..<n {
        var sum = 0.0
        var size = 0.0
        for inner in 0..<k {
          let term = a[row, inner] * b[inner, column]
          sum += term
          size += term.magnitude
        }
        let wanted = alpha * sum + beta * before[row, column]
        // Each of the two is within (k + 2) u of the exact figure (Higham, Accuracy and Stability of Numerical
        // Algorithms, 2002, section 3.1), and an ulp of 1 is 2u.
        let bound =
          Double(k + 3) * 1.0.ulp * (alpha.magnitude * size + (beta * before[row, column]).magnitude)
        let error = (c[row, column] - wanted).magnitude
        #expect(error <= bound, "\(generator): element \(row), \(column) of \(m) x \(n), k = \(k)")
      }
    }
    for place in c.gaps { #expect(c.memory[place] == before.memory[place], "\(generator): a gap is written") }
  }

  @Test("Identity, transposes and associativity hold for random matrices", arguments: [UInt64](1...12))
  func identities(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let sizes = (0..<4).map { _ in generator.int(1...40) }
    let a = try Matrix.random(sizes[0], sizes[1], &generator)
    let b = try Matrix.random(sizes[1], sizes[2], &generator)
    let c = try Matrix.random(sizes[2], sizes[3], &generator)
    #expect(try Matrix.identity(sizes[0]).multiplied(by: a) == a, "\(generator)")
    #expect(try a.multiplied(by: Matrix.identity(sizes[1])) == a, "\(generator)")

    let product: Matrix = try a.multiplied(by: b)
    let transposes: Matrix = try b.transposed.multiplied(by: a.transposed).transposed
    let left: Matrix = try product.multiplied(by: c)
    let right: Matrix = try a.multiplied(by: b.multiplied(by: c))
    #expect((product.rows, product.columns) == (sizes[0], sizes[2]))
    #expect((left.rows, left.columns) == (right.rows, right.columns))
    // No element of the matrices exceeds 1.
    let scale = 4 * 1.0.ulp * Double(sizes[1] * sizes[1])
    for (x, y) in zip(product.elements, transposes.elements) {
      #expect((x - y).magnitude <= scale, "\(generator)")
    }
    let terms = (sizes[1] + sizes[2]) * sizes[1] * sizes[2]
    let wider = 4 * 1.0.ulp * Double(terms)
    for (x, y) in zip(left.elements, right.elements) { #expect((x - y).magnitude <= wider, "\(generator)") }
  }

  @Test("Beta 0 overwrites what is not a number; alpha 0 reads neither factor; an empty sum is 0")
  func notNumbers() throws {
    let layout = try MatrixLayout(rows: 2, columns: 2)
    let (numbers, nans) = ([1.0, 2, 3, 4], [Double](repeating: .nan, count: 4))
    var c = nans
    var span = c.mutableSpan
    try BLAS.multiplyAdd(numbers.span, layout, numbers.span, layout, into: &span, layout)
    #expect(c == [7, 10, 15, 22])

    span = c.mutableSpan
    try BLAS.multiplyAdd(alpha: 0, nans.span, layout, nans.span, layout, beta: 2, into: &span, layout)
    #expect(c == [14, 20, 30, 44])

    c = nans
    span = c.mutableSpan
    let (tall, wide) = (try MatrixLayout(rows: 2, columns: 0), try MatrixLayout(rows: 0, columns: 2))
    try BLAS.multiplyAdd(numbers.span, tall, numbers.span, wide, into: &span, layout)
    #expect(c == [0, 0, 0, 0])
  }

  /// The shape of which the documentation says so. Every row of A is one, and every column of B, so that every element of
  /// the tile is the same sum; it also is wherever in memory the tile stands.
  @Test(
    "In a tile of 64 rows and 512 columns an element has the same bits at every place",
    arguments: [1, 2, 3, 7, 64, 200, 255, 257, 383, 385, 512, 769, 1000, 2000])
  func placeInTile(k: Int) throws {
    let (m, n) = (64, 512)
    var generator = SplitMix64(seed: UInt64(k))
    let row = (0..<k).map { _ in generator.number(-1, 1) }
    let column = (0..<k).map { _ in generator.number(-1, 1) }
    for padding in [0, 5] {
      let gap = [Double](repeating: 0, count: padding)
      let a = [Double]((0..<m).map { _ in row + gap }.joined())
      let b = [Double](column.map { [Double](repeating: $0, count: n) + gap }.joined())
      var c = [Double](repeating: 0, count: m * n)
      var span = c.mutableSpan
      try BLAS.multiplyAdd(
        a.span, MatrixLayout(rows: m, columns: k, rowStride: k + padding),
        b.span, MatrixLayout(rows: k, columns: n, rowStride: n + padding), into: &span,
        MatrixLayout(rows: m, columns: n)
      )
      #expect(c.allSatisfy { $0.bitPattern == c[0].bitPattern }, "k = \(k), padding \(padding)")
    }
  }

  @Test("Eight threads at once get the bits that one gets")
  func threads() throws {
    let (m, n, k, count) = (64, 512, 40, 8)
    var generator = SplitMix64(seed: 11)
    let a = try (0..<count).map { _ in try Matrix.random(m, k, &generator) }
    let b = try Matrix.random(k, n, &generator)
    let alone = try a.map { try $0.multiplied(by: b) }
    let answers = Answers()
    let group = DispatchGroup()
    for index in 0..<count {
      group.enter()
      Thread.detachNewThread {
        for _ in 0..<5 { answers.add(try? a[index].multiplied(by: b), of: index) }
        group.leave()
      }
    }
    group.wait()
    let found = answers.all
    #expect(found.count == count * 5)
    for (index, product) in found { #expect(product == alone[index], "thread \(index), \(generator)") }
  }

  /// What the threads of a test have found.
  private final class Answers: @unchecked Sendable {
    private let lock = NSLock()
    private var list: [(Int, Matrix?)] = []

    func add(_ product: Matrix?, of index: Int) { lock.withLock { list.append((index, product)) } }

    var all: [(Int, Matrix?)] { lock.withLock { list } }
  }
}

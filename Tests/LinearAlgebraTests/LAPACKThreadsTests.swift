import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite(.enabled(if: Installed.lapack, "needs a library with LAPACK: install libopenblas0-pthread"))
struct LAPACKThreadsTests {
  /// Every kind of call on one seeded problem, as one list of numbers.
  static func work(seed: UInt64) throws -> [Double] {
    var generator = SplitMix64(seed: seed)
    let order = generator.int(3...40)
    let fit = try LeastSquares.solve(Matrix.random(60, 5, &generator), .random(60, &generator))
    let definite = try Matrix.randomPositiveDefinite(order, &generator)
    let system = try SymmetricEigenSystem(of: definite)
    let lower = try CholeskyFactor(of: definite).solution(of: .random(order, &generator))
    let bands = TridiagonalFactorTests.Bands(random: order, &generator)
    let tridiagonal = try TridiagonalFactor(lower: bands.lower, diagonal: bands.diagonal, upper: bands.upper)
      .solution(of: .random(order, &generator))
    let banded = try BandedFactor(of: BandedFactorTests.random(order, 2, 1, &generator))
      .solution(of: .random(order, &generator))
    return fit.coefficients + system.values + system.vectors.elements + lower + tridiagonal
      + banded
  }

  @Test("Eight threads at once get the bits that one gets, of every factorization")
  func threads() throws {
    let alone = try (0..<8).map { try Self.work(seed: UInt64($0)) }
    let answers = Answers()
    let group = DispatchGroup()
    for index in 0..<8 {
      group.enter()
      Thread.detachNewThread {
        for _ in 0..<5 { answers.add(try? Self.work(seed: UInt64(index)), of: index) }
        group.leave()
      }
    }
    group.wait()
    #expect(answers.all.count == 40)
    for (index, numbers) in answers.all { #expect(numbers == alone[index], "thread \(index), seed \(index)") }
  }

  private final class Answers: @unchecked Sendable {
    private let lock = NSLock()
    private var list: [(Int, [Double]?)] = []

    func add(_ numbers: [Double]?, of index: Int) { lock.withLock { list.append((index, numbers)) } }

    var all: [(Int, [Double]?)] { lock.withLock { list } }
  }
}

import Testing

@testable import Kernels

@Suite("Counter-based random numbers")
struct PhiloxTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let counter: [UInt64]
    let key: UInt64
    let words: [UInt64]

    /// The known answers that the authors publish with the paper, for Philox4x32 with ten rounds.
    static let table = [
      Case(
        description: "zeros", counter: [0, 0, 0, 0], key: 0,
        words: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      Case(
        description: "ones", counter: [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], key: .max,
        words: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
      Case(
        description: "the digits of pi", counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
        key: 0x299f_31d0_a409_3822, words: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
    ]
  }

  @Test("The published answers", arguments: Case.table)
  func knownAnswers(_ row: Case) {
    let c = row.counter
    let one = Philox<UInt64>(counter: (c[0], c[1], c[2], c[3]), key: row.key).words
    #expect([one.0, one.1, one.2, one.3].map { $0 & 0xffff_ffff } == row.words)
  }

  /// The numbers that the pairs of `count` counters give, first and second.
  static func draws<L: RandomLanes>(_: L.Type, count: Int, seed: UInt64) -> [Double] {
    var numbers = [Double](repeating: 0, count: 2 * count)
    for i in stride(from: 0, to: count, by: L.width) {
      let pair = NormalPair<L>(
        Philox(counter: (L.Words.counting(from: UInt64(i)), L.Words(7), L.Words(3), L.Words(0)), key: seed))
      unsafe numbers.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        unsafe pair.first.store(start + i, count: L.width)
        unsafe pair.second.store(start + count + i, count: L.width)
      }
    }
    return numbers
  }

  @Test("A vector draws what a single lane draws, bit for bit")
  func twins() {
    let wide = Self.draws(Wide.self, count: 4096, seed: 11)
    let single = Self.draws(Double.self, count: 4096, seed: 11)
    #expect(wide.map(\.bitPattern) == single.map(\.bitPattern))
    #expect(Self.draws(Double.self, count: 4096, seed: 12) != single)
  }

  @Test("The draws are standard normal: moments, tails, independence of a pair", arguments: [1, 2, 3] as [UInt64])
  func normality(seed: UInt64) {
    let count = 1 << 16
    let draws = Self.draws(Wide.self, count: count, seed: seed)
    let n = Double(draws.count)
    func mean(_ f: (Double) -> Double) -> Double { draws.reduce(0) { $0 + f($1) } / n }
    // Each bound is 4.5 standard errors of the mean of its function.
    for (power, expected, variance) in [
      (1, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96), (6, 15, 10_170),
    ] {
      let found = mean { x in (0..<power).reduce(1) { product, _ in product * x } }
      #expect((found - expected).magnitude < 4.5 * (variance / n).squareRoot(), "power \(power), seed \(seed)")
    }
    for x in [-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3] {
      let p = Normal.cumulative(x)
      let found = mean { $0 < x ? 1 : 0 }
      #expect((found - p).magnitude < 4.5 * (p * (1 - p) / n).squareRoot(), "below \(x), seed \(seed)")
    }
    let pairs = zip(draws.prefix(count), draws.suffix(count))
    let product = pairs.reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
    #expect(product.magnitude < 4.5 / Double(count).squareRoot(), "seed \(seed)")
    let squares = pairs.reduce(0) { $0 + ($1.0 * $1.0 - 1) * ($1.1 * $1.1 - 1) } / Double(count)
    #expect(squares.magnitude < 4.5 * 2 / Double(count).squareRoot(), "seed \(seed)")
  }
}

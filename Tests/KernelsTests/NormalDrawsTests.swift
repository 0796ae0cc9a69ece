import Testing

@testable import Kernels

@Suite("Columns of normal and chi-squared numbers")
struct NormalDrawsTests {
  private func columns(_ count: Int, from start: UInt32, pair: UInt32 = 0, byLane: Bool = false) -> ([Double], [Double])
  {
    var (first, second) = ([Double](repeating: .nan, count: count), [Double](repeating: .nan, count: count))
    var a = first.mutableSpan
    var b = second.mutableSpan
    if byLane {
      NormalDraws.fillByLane(seed: 9, pair: pair, from: start, first: &a, second: &b)
    } else {
      NormalDraws.fill(seed: 9, pair: pair, from: start, first: &a, second: &b)
    }
    return (first, second)
  }

  @Test("A vector draws what a lane draws, however many scenarios are asked for and from wherever")
  func places() {
    let (first, second) = columns(1003, from: 0)
    #expect(columns(1003, from: 0, byLane: true) == (first, second))
    for (start, count) in [(0, 1), (7, 5), (64, 100), (500, 503)] {
      let part = columns(count, from: UInt32(start))
      #expect(part.0 == Array(first[start..<(start + count)]) && part.1 == Array(second[start..<(start + count)]))
    }
    #expect(columns(1003, from: 0, pair: 1).0 != first)
    let areFinite = (first + second).allSatisfy(\.isFinite)
    #expect(areFinite)
  }

  @Test("Chi-squared numbers have the mean, variance and third moment of their degrees", arguments: [2, 3.5, 5, 30])
  func chiSquared(degrees: Double) {
    let count = 40_000
    let draws = (0..<count).map { NormalDraws.chiSquared(seed: 4, scenario: UInt32($0), degrees: degrees) }
    let mean = draws.reduce(0, +) / Double(count)
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    #expect((mean - degrees).magnitude < 4 * (2 * degrees / Double(count)).squareRoot(), "degrees \(degrees)")
    // The fourth central moment of a chi-squared number is 12 k (k + 4).
    let spread = ((12 * degrees * (degrees + 4) - 4 * degrees * degrees) / Double(count)).squareRoot()
    #expect((variance - 2 * degrees).magnitude < 4 * spread, "degrees \(degrees)")
    #expect(draws.allSatisfy { $0 > 0 })
  }
}
